"""The two chains: funding Z_S (calm, stress) and the compute market Z_M (glut, balanced, scarce).

Within a month both chains step from the states at its start: Z_S by its own matrix, Z_M by the matrix of the
funding state at the start of the month. Given these states the two steps are independent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ZETA = np.array([-1.0, 0.0, 1.0])
"""Score of glut, balanced and scarce in the regime price of risk."""


def funding_transition(calm_to_stress: float, stress_to_calm: float) -> Floats:
    """(2, 2) monthly transition of the funding state.

    Args:
        calm_to_stress, stress_to_calm: probabilities of one month, in [0, 1].

    >>> funding_transition(0.028, 0.158)
    array([[0.972, 0.028],
           [0.158, 0.842]])
    """
    assert 0.0 <= calm_to_stress <= 1.0 and 0.0 <= stress_to_calm <= 1.0
    return np.array([[1.0 - calm_to_stress, calm_to_stress], [stress_to_calm, 1.0 - stress_to_calm]])


def tilted(transition: Floats, theta_regime: float) -> Floats:
    """The transition under Q: ``A(i, j) exp(-theta_M zeta_j)``, each row divided by its sum.

    theta_M = 0 returns the matrix itself, bit for bit.

    Args:
        transition: (3, 3), rows sum to 1.
        theta_regime: theta_M, price of regime risk; positive makes glut likelier.

    >>> tilted(np.full((3, 3), 1 / 3), 0.3)[0].round(3)
    array([0.437, 0.324, 0.24 ])
    """
    if theta_regime == 0.0:
        return transition.copy()
    weighted = transition * np.exp(-theta_regime * ZETA)
    result: Floats = weighted / weighted.sum(axis=1, keepdims=True)
    return result


def joint_transition(funding: Floats, compute: Floats) -> Floats:
    """(6, 6) transition of the pair, index ``3 Z_S + Z_M``.

    Args:
        funding: (2, 2).
        compute: (2, 3, 3), by funding state at the start of the month.

    >>> joint = joint_transition(funding_transition(0.1, 0.2), np.stack([np.eye(3)] * 2))
    >>> joint[0].round(3)
    array([0.9, 0. , 0. , 0.1, 0. , 0. ])
    """
    result = np.einsum("st,sij->sitj", funding, compute)
    return np.ascontiguousarray(result.reshape(6, 6))


def joint_initial(initial_stress: float, initial_compute: Floats) -> Floats:
    """(6,) probabilities of the pair at the as-of date; the two states are independent there.

    >>> joint_initial(0.0, np.array([0.0, 0.2, 0.8]))
    array([0. , 0.2, 0.8, 0. , 0. , 0. ])
    """
    return np.outer(np.array([1.0 - initial_stress, initial_stress]), initial_compute).ravel()


def state_probabilities(joint: Floats, initial: Floats, months: int) -> Floats:
    """(T + 1, 6) probabilities of the pair seen from the as-of date; `joint` may differ by month, (T, 6, 6).

    >>> state_probabilities(np.eye(6), np.full(6, 1 / 6), 2).sum(axis=1)
    array([1., 1., 1.])
    """
    result = np.empty((months + 1, len(initial)))
    result[0] = initial
    chain = np.broadcast_to(joint, (months, *joint.shape[-2:]))
    for month in range(months):
        result[month + 1] = result[month] @ chain[month]
    return result


def cumulative_rows(probabilities: Floats) -> Floats:
    """Upper limits by which a uniform picks a state: the running sum along the last axis.

    The limit of the last state with positive probability is exactly 1, so that rounding never lets a uniform
    pick a state that cannot be.

    >>> cumulative_rows(np.array([0.0, 0.2, 0.8]))
    array([0. , 0.2, 1. ])
    """
    result: Floats = np.minimum(np.cumsum(probabilities, axis=-1), 1.0)
    possible = probabilities > 0.0
    from_here = np.asarray(np.cumsum(possible[..., ::-1], axis=-1))[..., ::-1]
    result[from_here <= possible] = 1.0
    return result
