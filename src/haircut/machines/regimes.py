"""The chain of the compute regime: its transition in funding stress, on average, and its probabilities."""

from __future__ import annotations

import numpy as np

from haircut.case.market import Market
from haircut.errors import InputRefused
from haircut.machines.law import Floats

GLUT, BALANCED, SCARCE = 0, 1, 2


def calm_transition(market: Market) -> Floats:
    """Monthly transition of the compute regime while funding is calm, (3, 3)."""
    compute = market.compute
    return np.array(
        [
            compute.transition_from_glut.values(),
            compute.transition_from_balanced.values(),
            compute.transition_from_scarce.values(),
        ]
    )


def stress_transition(transition: Floats, coupling: float) -> Floats:
    """Transition in funding stress: the chance of moving into glut times `coupling`, (3, 3).

    The chance of staying gives what the move into glut takes, down to zero, where the multiple stops; moves
    between the other regimes and the row of glut are untouched.

    Args:
        transition: (3, 3) monthly transition in calm funding, rows sum to 1.
        coupling: g_c, at least 0.

    Raises:
        InputRefused: where `coupling` is negative.

    >>> calm = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.4, 0.1, 0.5]])
    >>> stress_transition(calm, 2.0).round(6).tolist()
    [[0.9, 0.1, 0.0], [0.4, 0.5, 0.1], [0.8, 0.1, 0.1]]
    >>> stress_transition(calm, 3.0)[2].round(6).tolist()
    [0.9, 0.1, 0.0]
    """
    if not coupling >= 0.0:
        raise InputRefused(f"stress_coupling: found {coupling}; expected a multiple of a rate, at least 0")
    stressed = np.array(transition, dtype=np.float64)
    for regime in (BALANCED, SCARCE):
        into_glut = stressed[regime, GLUT]
        added = min((coupling - 1.0) * into_glut, stressed[regime, regime])
        stressed[regime, GLUT] += added
        stressed[regime, regime] -= added
    return stressed


def average_transition(market: Market) -> Floats:
    """Transition averaged over the stationary law of the funding chain, (3, 3): what a machine's value uses.

    The share of stress is calm_to_stress / (calm_to_stress + stress_to_calm); a chain that never moves stays
    where it starts.
    """
    into, out_of = market.funding.calm_to_stress.value, market.funding.stress_to_calm.value
    share = into / (into + out_of) if into + out_of > 0.0 else market.funding.initial_stress.value
    calm = calm_transition(market)
    return (1.0 - share) * calm + share * stress_transition(calm, market.compute.stress_coupling.value)


def regime_probabilities(initial: Floats, transition: Floats, months: int) -> Floats:
    """Probabilities of the regime at months 0..months seen from as-of, (months + 1, 3).

    >>> regime_probabilities(np.array([1.0, 0.0, 0.0]), np.full((3, 3), 1 / 3), 1).round(3).tolist()
    [[1.0, 0.0, 0.0], [0.333, 0.333, 0.333]]
    """
    probabilities = np.empty((months + 1, 3))
    probabilities[0] = initial
    for t in range(months):
        probabilities[t + 1] = probabilities[t] @ transition
    return probabilities
