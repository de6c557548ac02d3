"""Compute: c, the log of the quality-adjusted price of compute over today's, common to all devices.

    c' = c + step[t] + drift[t, z'] + pull[t] (target[t] - c) + deviation[t, z'] eps,   z' the new regime

Group: compute. Unit: log. The law is `machines.law.RentLaw`; under Q the drift is lower by theta sigma h. Moments: a
linear recursion over the chains (`machines.expected` has the mean of its exponential).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel
from haircut.machines.law import RentLaw
from haircut.scenarios.drivers.exact_step import STEP_YEARS

Floats = NDArray[np.float64]

STREAM = "compute"


class ComputeSteps(NamedTuple):
    """One month of c, log: drift, deviation (T, 3) by new regime; pull, target, step (T,)."""

    drift: Floats
    deviation: Floats
    pull: Floats
    target: Floats
    step: Floats


def compute_steps(law: RentLaw, months: int, theta: float) -> ComputeSteps:
    """Compile c for one measure.

    Args:
        law: under P, of at least `months` months.
        months: T.
        theta: price of risk of the measure, a root year.
    """
    return ComputeSteps(
        # One month's deviation is sigma sqrt(1/12); the shift over the month is theta sigma / 12.
        drift=np.ascontiguousarray(law.drift[:months] - theta * np.sqrt(STEP_YEARS) * law.deviation[:months]),
        deviation=np.ascontiguousarray(law.deviation[:months]),
        pull=np.ascontiguousarray(law.pull[:months]),
        target=np.ascontiguousarray(law.target[:months]),
        step=np.ascontiguousarray(law.step[:months]),
    )


@kernel
def compute_after(steps: ComputeSteps, c: float, month: int, regime: int, shock: float) -> float:
    """c at the end of a month."""
    change: float = (
        steps.step[month]
        + steps.drift[month, regime]
        + steps.pull[month] * (steps.target[month] - c)
        + steps.deviation[month, regime] * shock
    )
    return c + change
