"""Customers' wrong-way default: intensities that follow demand without moving the marginals.

An obligor defaults by a Cox intensity ``lambda(t) = a(t) exp(-b X(t))``: weak demand makes default likelier.
The level a(t) is solved month by month on a grid of (Z_S, Z_M, X), without random numbers, so that the
unconditional survival probability is exactly the input curve's. The month is the one of the simulation: the
hazard of month t reads X at its start, and default falls in month t + 1 with probability
``1 - exp(-lambda(t) / 12)``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.drivers.student import NORMAL, density, shock_variance
from haircut.scenarios.randomness import TRUNCATION

Floats = NDArray[np.float64]

NODES = 301
REACH = 6.0
"""The grid of X reaches this many stationary standard deviations beyond the outermost levels."""
STEP_YEARS = 1.0 / 12.0


class DemandGrid(NamedTuple):
    """The law of (Z_S, Z_M, X) as transitions on a grid; the pair of chains has index ``3 Z_S + Z_M``.

    Attributes:
        nodes: (301,) values of X.
        levels: (3,) level of X by compute regime; X(0) is the level of the initial regime.
        initial: (6,) probabilities of the pair at the as-of date.
        joint: (6, 6) monthly transition of the pair.
        first: (3, 3, 301) law of X(1) from X(0) = levels[i] toward levels[j], [j, i, :].
        step: (3, 301, 301) law of X(t + 1) from each node toward levels[j].
    """

    nodes: Floats
    levels: Floats
    initial: Floats
    joint: Floats
    first: Floats
    step: Floats


def demand_grid(
    joint: Floats,
    initial: Floats,
    levels: Floats,
    speed: float,
    nodes: int = NODES,
    degrees_of_freedom: float = NORMAL,
) -> DemandGrid:
    """Build the grid for one measure (the tilt of Z_M makes the law of X differ between P and Q).

    X moves by the exact step of an OU of stationary deviation 1 toward the level of the regime in force at
    the end of the month: ``X(t + 1) = m_j + (X(t) - m_j) e^(-k/12) + sqrt(1 - e^(-k/6)) eps``.

    Args:
        joint: (6, 6) monthly transition of the pair of chains.
        initial: (6,) probabilities.
        levels: (3,) level of X by compute regime.
        speed: k, a year, at least 0.
        nodes: points of the grid.
        degrees_of_freedom: of the shocks; 0 is normal.

    >>> grid = demand_grid(np.eye(6), np.full(6, 1 / 6), np.array([-1.2, 0.0, 1.2]), 0.7)
    >>> grid.step.shape, bool(np.allclose(grid.step.sum(axis=2), 1.0))
    ((3, 301, 301), True)
    """
    assert speed >= 0.0
    grid = np.linspace(levels.min() - REACH, levels.max() + REACH, nodes)
    keep = np.exp(-speed * STEP_YEARS)
    deviation = float(np.sqrt(-np.expm1(-2.0 * speed * STEP_YEARS)))
    nu = degrees_of_freedom
    first = np.stack([_landing(level + (levels - level) * keep, deviation, grid, nu) for level in levels])
    step = np.stack([_landing(level + (grid - level) * keep, deviation, grid, nu) for level in levels])
    return DemandGrid(grid, levels, initial, joint, first, step)


def _landing(mean: Floats, deviation: float, grid: Floats, nu: float = NORMAL) -> Floats:
    """(sources, nodes) probabilities on the grid of a shock around each mean.

    With a deviation of a grid step or more the normalised density at the nodes has the normal's moments to
    1e-8; below, three nodes match mean and variance. The mass of Student's shocks at their cuts, 6 and -6,
    is split between the two nodes beside each.
    """
    spacing = grid[1] - grid[0]
    if deviation >= spacing and nu != NORMAL:
        inside, edge = density((grid[None, :] - mean[:, None]) / deviation, nu)
        inside *= (1.0 - 2.0 * edge) / inside.sum(axis=1, keepdims=True)
        for side in (-TRUNCATION, TRUNCATION):
            place = np.clip((mean + side * deviation - grid[0]) / spacing, 0.0, len(grid) - 1.0)
            below = np.minimum(place.astype(np.int64), len(grid) - 2)
            sources = np.arange(len(mean))
            inside[sources, below] += edge * (1.0 - place + below)
            inside[sources, below + 1] += edge * (place - below)
        return np.asarray(inside)
    deviation *= float(np.sqrt(shock_variance(nu)))
    if deviation >= spacing:
        weights = np.exp(-0.5 * ((grid[None, :] - mean[:, None]) / deviation) ** 2)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))
    position = (mean - grid[0]) / spacing
    centre = np.clip(np.rint(position).astype(np.int64), 1, len(grid) - 2)
    offset = np.clip(position - centre, -1.0, 1.0)
    second = np.maximum((deviation / spacing) ** 2 + offset**2, np.abs(offset))
    result = np.zeros((len(mean), len(grid)))
    rows = np.arange(len(mean))
    result[rows, centre - 1] = 0.5 * (second - offset)
    result[rows, centre] = 1.0 - second
    result[rows, centre + 1] = 0.5 * (second + offset)
    return result


def baseline_intensity(survival: Floats, loading: float, grid: DemandGrid) -> Floats:
    """a(t), the intensity at X = 0 of each month, a year, that reproduces the survival curve.

    ``sum over states of pi(t, z, x) exp(-a(t) e^(-b x) / 12) = S(t + 1)``, where pi is the law of
    (Z_S, Z_M, X) at the start of month t together with survival to it. One equation with one root a month,
    convex and falling in a, so Newton's method cannot miss it.

    Args:
        survival: (T + 1,) probabilities S(t), the first 1, never rising, above 0.
        loading: b, per unit of X; 0 gives the constant intensity of each month exactly.
        grid: law of (Z_S, Z_M, X) under the measure of `survival`.

    Returns:
        (T,) intensities a(t), at least 0.

    >>> grid = demand_grid(np.eye(6), np.full(6, 1 / 6), np.array([-1.2, 0.0, 1.2]), 0.7)
    >>> baseline_intensity(np.exp(-0.06 * np.arange(4) / 12), 0.0, grid).round(12)
    array([0.06, 0.06, 0.06])
    """
    assert np.all(survival > 0.0), "survival stays above 0"
    assert np.all(np.diff(survival) <= 0.0), "survival never rises"
    if loading == 0.0:
        return np.asarray((np.log(survival[:-1]) - np.log(survival[1:])) / STEP_YEARS) + 0.0
    months = len(survival) - 1
    result = np.zeros(months)
    if months == 0:
        return result
    pairs = grid.joint.T
    law = grid.initial.copy()
    scale = np.exp(-loading * np.tile(grid.levels, 2)) * STEP_YEARS
    result[0] = _root(law, scale, survival[1], 0.0)
    law = law * np.exp(-result[0] * scale)
    # From six atoms to the grid: pair z with X = levels[i] lands toward the level of the new regime j.
    by_source = grid.joint * law[:, None]
    spread = np.zeros((2, 3, len(grid.nodes)))
    for old in range(6):
        for new in range(6):
            spread[new // 3, new % 3] += by_source[old, new] * grid.first[new % 3, old % 3]
    scale = np.exp(-loading * grid.nodes) * STEP_YEARS
    for month in range(1, months):
        result[month] = _root(spread, scale, survival[month + 1], result[month - 1])
        if month + 1 < months:
            spread = spread * np.exp(-result[month] * scale)
            mixed = (pairs @ spread.reshape(6, -1)).reshape(spread.shape)
            spread = np.matmul(mixed.transpose(1, 0, 2), grid.step).transpose(1, 0, 2)
    return result


def intensities(
    survival: Floats,
    loading: Floats,
    joint: Floats,
    initial: Floats,
    levels: Floats,
    speed: float,
    degrees_of_freedom: float = NORMAL,
) -> Floats:
    """`baseline_intensity` of each customer, remembered by content: most of what is asked leaves customers alone.

    Args:
        survival: (customers, T + 1).
        loading: (customers,).
        joint, initial, levels, speed, degrees_of_freedom: as for `demand_grid`.

    Returns:
        (customers, T) intensities, a year.
    """
    law = (joint.tobytes(), initial.tobytes(), levels.tobytes(), speed, degrees_of_freedom)
    result = np.empty((len(loading), survival.shape[1] - 1))
    for row, own in enumerate(loading.tolist()):
        result[row] = _remembered(survival[row].tobytes(), own, law)
    return result


_Law = tuple[bytes, bytes, bytes, float, float]
"""Arguments of `demand_grid`, arrays as their bytes."""


@lru_cache(maxsize=256)
def _remembered(survival: bytes, loading: float, law: _Law) -> Floats:
    return baseline_intensity(np.frombuffer(survival), loading, _grid(law))


@lru_cache(maxsize=4)
def _grid(law: _Law) -> DemandGrid:
    joint, initial, levels = (np.frombuffer(part) for part in law[:3])
    return demand_grid(joint.reshape(6, 6), initial, levels, law[3], degrees_of_freedom=law[4])


def _root(law: Floats, scale: Floats, target: float, guess: float) -> float:
    """Solve ``sum law exp(-a scale) = target`` for a >= 0."""
    mass = law.sum(axis=tuple(range(law.ndim - 1)))
    if mass.sum() <= target:
        return 0.0
    level = guess
    for _ in range(200):
        surviving = mass * np.exp(-level * scale)
        excess = float(surviving.sum() - target)
        moved = max(level + excess / float(surviving @ scale), 0.0)
        if abs(excess) <= 1e-15 * target or abs(moved - level) <= 1e-14 * moved:
            return moved
        level = moved
    return level
