"""The exact monthly step of ``dx = -k x dt + sigma dW`` and what keeps the means of its exponentials in place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.drivers.student import log_mean_exponential

Floats = NDArray[np.float64]

STEP_YEARS = 1.0 / 12.0


def span(speed: float, years: float = STEP_YEARS) -> float:
    """``(1 - e^(-k t)) / k``, t where the speed is 0.

    >>> span(0.0, 2.0)
    2.0
    """
    return float(-np.expm1(-speed * years) / speed) if speed > 0.0 else years


def keep_and_deviation(speed: float, volatility: float) -> tuple[float, float]:
    """Factor and deviation of a month's step.

    Args:
        speed: k a year, at least 0.
        volatility: sigma a root year, at least 0.

    >>> keep_and_deviation(0.0, 0.0)
    (1.0, 0.0)
    """
    assert speed >= 0.0 and volatility >= 0.0
    deviation = volatility * float(np.sqrt(span(2.0 * speed)))
    return float(np.exp(-speed * STEP_YEARS)), deviation


def variance(speed: float, volatility: float, years: Floats) -> Floats:
    """Variance at t of one that starts at a point: ``sigma^2 (1 - e^(-2 k t)) / (2 k)``.

    >>> variance(0.0, 2.0, np.array([0.0, 3.0]))
    array([ 0., 12.])
    """
    return np.array([volatility**2 * span(2.0 * speed, float(each)) for each in years])


def compensator(keep: float, deviation: float, months: int, degrees_of_freedom: float) -> Floats:
    """(T + 1,) ``log E exp(x(t))``, ``x(s + 1) = keep x(s) + deviation eps``, x(0) = 0.

    >>> compensator(0.5, 1.0, 2, 0.0)
    array([0.   , 0.5  , 0.625])
    """
    terms = log_mean_exponential(np.asarray(deviation * keep ** np.arange(months)), degrees_of_freedom)
    return np.concatenate([[0.0], np.cumsum(terms)])
