"""Demand X: an OU of stationary deviation 1 around the level of the new compute regime; no price of risk.

    X' = m + (X - m) e^(-k h) + sqrt(1 - e^(-2 k h)) eps,   m the level of z'

Group: compute. Unit: stationary deviations. Moments: a linear recursion over the chains; variance 1 in one regime.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel
from haircut.scenarios.drivers.exact_step import STEP_YEARS

Floats = NDArray[np.float64]

STREAM = "demand"


class DemandSteps(NamedTuple):
    """One month of X: level (3,) by compute regime; keep e^(-k h); deviation; speed k, a year."""

    level: Floats
    keep: float
    deviation: float
    speed: float


def demand_steps(level: Floats, speed: float) -> DemandSteps:
    """Compile X, the same under both measures.

    Args:
        level: (3,) by regime.
        speed: k a year, at least 0.
    """
    assert speed >= 0.0
    return DemandSteps(
        level=level,
        keep=float(np.exp(-speed * STEP_YEARS)),
        deviation=float(np.sqrt(-np.expm1(-2.0 * speed * STEP_YEARS))),
        speed=speed,
    )


@kernel
def demand_after(steps: DemandSteps, x: float, regime: int, shock: float) -> float:
    """X at the end of a month."""
    attractor: float = steps.level[regime]
    return attractor + (x - attractor) * steps.keep + steps.deviation * shock
