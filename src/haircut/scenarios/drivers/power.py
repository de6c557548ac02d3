"""Power: the forward times the exponential of an OU that starts at 0, by its exact step.

    q(t) = forward(t) exp(y(t) - K(t)),   y' = y e^(-k h) + theta sigma (1 - e^(-k h)) / k + s eps

K is half the variance of y, or `exact_step.compensator` of Student's shocks, so the mean under P is the forward.
Group: power. Unit: USD per kWh. Moments: `exact_step.variance`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market.power import PowerMarket
from haircut.case.settings import Scenario
from haircut.kernels import kernel
from haircut.scenarios.drivers.exact_step import compensator, keep_and_deviation, span, variance
from haircut.scenarios.drivers.student import NORMAL
from haircut.scenarios.imposed import spiked

Floats = NDArray[np.float64]

STREAM = "power"


class PowerSteps(NamedTuple):
    """One month of y, log: keep e^(-k h), drift of the measure, deviation."""

    keep: float
    drift: float
    deviation: float


def power_steps(market: PowerMarket, theta: float) -> PowerSteps:
    """Compile y for one measure; theta is its price of risk, a root year."""
    keep, deviation = keep_and_deviation(market.speed.value, market.volatility.value)
    return PowerSteps(keep, theta * market.volatility.value * span(market.speed.value), deviation)


def power_forward(market: PowerMarket, scenario: Scenario, years: Floats) -> Floats:
    """(T + 1,) USD per kWh, with what the scenario makes of it."""
    start = market.price.value * scenario.power_price_factor
    return spiked(start * np.exp(market.forward_drift.value * years), scenario.power_spike)


def power_correction(
    market: PowerMarket, steps: PowerSteps, years: Floats, degrees_of_freedom: float
) -> Floats:
    """(T + 1,) K: what the log loses so that the mean stays the forward's."""
    if degrees_of_freedom == NORMAL:
        return np.asarray(0.5 * variance(market.speed.value, market.volatility.value, years))
    return compensator(steps.keep, steps.deviation, len(years) - 1, degrees_of_freedom)


@kernel
def power_after(steps: PowerSteps, y: float, shock: float) -> float:
    """y at the end of a month."""
    return y * steps.keep + steps.drift + steps.deviation * shock
