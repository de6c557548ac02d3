"""Regimes: the funding chain Z_S (calm, stress) and the compute chain Z_M (glut, balanced, scarce).

Within a month both step from the states at its start, each by one uniform against the running sum of its row; Z_M
by the matrix of that funding state.

Group: Z_M belongs to compute, Z_S to funding. Unit: a state's index. Moments: the law of the pair is
`regimes.state_probabilities`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel
from haircut.scenarios.regimes import cumulative_rows

Floats = NDArray[np.float64]

STREAMS = ("compute_regime", "funding_regime")


class RegimeSteps(NamedTuple):
    """One month of both chains; probabilities.

    Attributes:
        stress_limit: (2,) probability of stress next month from calm and from stress.
        initial_stress: probability of stress at the as-of date.
        regime_limit: (2, 3, 3) running sums of the compute chain's rows, by funding state.
        initial_limit: (3,) running sum of the initial compute regime.
    """

    stress_limit: Floats
    initial_stress: float
    regime_limit: Floats
    initial_limit: Floats


def regime_steps(
    funding_chain: Floats, initial_stress: float, compute_chain: Floats, initial_compute: Floats
) -> RegimeSteps:
    """Compile the chains of one measure.

    Args:
        funding_chain: (2, 2); compute_chain: (2, 3, 3) by funding state; rows sum to 1.
        initial_stress: probability; initial_compute: (3,) probabilities.
    """
    return RegimeSteps(
        stress_limit=np.ascontiguousarray(funding_chain[:, 1]),
        initial_stress=initial_stress,
        regime_limit=cumulative_rows(compute_chain),
        initial_limit=cumulative_rows(initial_compute),
    )


@kernel
def picked(limit: Floats, uniform: float) -> int:
    """The state that a uniform picks: 0 where it is below limit[0], 1 below limit[1], else 2."""
    return 0 if uniform < limit[0] else (1 if uniform < limit[1] else 2)
