"""The funding spread: its log is an OU toward the mean of the new funding state, by its exact step.

    log s' = m + (log s - m) e^(-k h) + theta sigma (1 - e^(-k h)) / k + d eps,   m the log mean of the new state

Group: funding. Unit: decimals a year. Moments: a linear recursion over the chains; `expected.expected_exponential`
has the mean of s.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market.funding import FundingMarket
from haircut.kernels import kernel
from haircut.scenarios.drivers.exact_step import keep_and_deviation, span

Floats = NDArray[np.float64]

STREAM = "funding_spread"


class SpreadSteps(NamedTuple):
    """One month of log s: start, today's; log_mean (2,) by funding state; keep, drift of the measure, deviation."""

    start: float
    log_mean: Floats
    keep: float
    drift: float
    deviation: float


def spread_steps(market: FundingMarket, theta: float) -> SpreadSteps:
    """Compile the spread for one measure; theta is its price of risk, a root year."""
    keep, deviation = keep_and_deviation(market.speed.value, market.volatility.value)
    return SpreadSteps(
        start=float(np.log(market.spread.value)),
        log_mean=np.log([market.spread_mean_calm.value, market.spread_mean_stress.value]),
        keep=keep,
        drift=theta * market.volatility.value * span(market.speed.value),
        deviation=deviation,
    )


@kernel
def spread_after(steps: SpreadSteps, spread: float, stress: int, shock: float) -> float:
    """log s at the end of a month."""
    mean: float = steps.log_mean[stress]
    return mean + (spread - mean) * steps.keep + steps.drift + steps.deviation * shock
