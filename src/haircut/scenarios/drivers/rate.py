"""The reference rate: Hull-White on the month grid, which fits the input curve exactly; no price of risk.

    x' = x e^(-a h) + s eps,   S(t) = sum of x(s) over s < t,   discount(t) = DF(t) exp(-h S(t) - K(t))

with K half the variance of h S, or the compensator of Student's shocks, so ``E[discount(t)] = DF(t)`` in law.
Group: rate. Unit: per year. Moments: `integrated_variance`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market.rates import RatesMarket
from haircut.kernels import kernel
from haircut.scenarios.drivers.exact_step import keep_and_deviation
from haircut.scenarios.drivers.student import NORMAL, log_mean_exponential

Floats = NDArray[np.float64]

STREAM = "rate"


class RateSteps(NamedTuple):
    """One month of the short factor, a year: keep e^(-a h), deviation."""

    keep: float
    deviation: float


def rate_steps(market: RatesMarket) -> RateSteps:
    """Compile the short factor, the same under both measures."""
    return RateSteps(*keep_and_deviation(market.mean_reversion.value, market.volatility.value))


@kernel
def rate_after(steps: RateSteps, short: float, shock: float) -> float:
    """The short factor at the end of a month."""
    return short * steps.keep + steps.deviation * shock


def discount_correction(steps: RateSteps, months: int, degrees_of_freedom: float) -> Floats:
    """(T + 1,) K: what the log of the discount factor loses so that its mean stays the curve's."""
    if degrees_of_freedom == NORMAL:
        return np.asarray(0.5 * integrated_variance(steps.keep, steps.deviation, months) / 144.0)
    return integrated_compensator(steps.keep, steps.deviation, months, degrees_of_freedom)


def integrated_variance(keep: float, deviation: float, months: int) -> Floats:
    """(T + 1,) variance of the sum of x(s) over s < t, ``x(s + 1) = keep x(s) + deviation eps``, x(0) = 0.

    >>> integrated_variance(1.0, 1.0, 3)
    array([0., 0., 1., 5.])
    """
    result = np.zeros(months + 1)
    total = cross = single = 0.0
    for month in range(months):
        total, cross = total + 2.0 * cross + single, keep * (cross + single)
        single = keep * keep * single + deviation * deviation
        result[month + 1] = total
    return result


def integrated_compensator(keep: float, deviation: float, months: int, degrees_of_freedom: float) -> Floats:
    """(T + 1,) ``log E exp(-S(t) / 12)``, S the sum of x(s) over s < t of the same x.

    >>> integrated_compensator(1.0, 12.0, 3, 0.0)
    array([0. , 0. , 0.5, 2.5])
    """
    weight = np.cumsum(keep ** np.arange(months)) * deviation / 12.0
    terms = log_mean_exponential(np.asarray(weight), degrees_of_freedom)
    return np.concatenate([[0.0, 0.0], np.cumsum(terms)])[: months + 1]
