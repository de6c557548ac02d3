"""The nearest points of a failure region under a normal law: least Mahalanobis distance, several modes.

Work is done in whitened coordinates u, ``x = mean + L u`` with ``L L' = covariance``, where distance is length.
Breuer, Jandacka, Rheinberger and Summer, How to find plausible, severe and useful stress scenarios (2009);
the iteration is that of Hasofer, Lind, Rackwitz and Fiessler.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haircut.errors import UsageError

Floats = NDArray[np.float64]

FARTHEST: Final = 8.0
"""Moves of more standard deviations are not looked for."""
RINGS: Final = 8
DIRECTIONS: Final = 40
HALVINGS: Final = 10
ITERATIONS: Final = 8
APART: Final = 0.75
"""Two modes are one where the cosine between their directions is larger."""
STEP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Mode:
    """One nearest failure.

    Attributes:
        move: x, in the factors' units.
        sigmas: (x - mean) / standard deviation of each factor by itself.
        distance: Mahalanobis distance from the mean.
        whitened: u.
    """

    move: Floats
    sigmas: Floats
    distance: float
    whitened: Floats


@dataclass(frozen=True)
class _Space:
    mean: Floats
    root: Floats
    deviation: Floats
    room: Callable[[Floats], float]

    def at(self, u: Floats) -> float:
        return self.room(self.mean + self.root @ u)

    def mode(self, u: Floats) -> Mode:
        move = self.mean + self.root @ u
        return Mode(move, (move - self.mean) / self.deviation, float(np.linalg.norm(u)), u)


def nearest_failures(
    room: Callable[[Floats], float], mean: Floats, covariance: Floats, modes: int = 3, seed: int = 1
) -> tuple[Mode, ...]:
    """The nearest moves that break a limit, nearest first; empty where none is found within 8 sigma.

    Args:
        room: of a move, above 0 where the limit is kept and below where it is broken.
        mean, covariance: of the moves, (k,) and (k, k), positive definite.
        modes: at most so many, in different directions.
        seed: of the directions that are tried first.

    Raises:
        UsageError: where the covariance is not positive definite.

    A linear loss of 0.4 x + 0.6 y against 0.5, deviations 0.60 and 0.35, correlation 0.5:

    >>> sd = np.array([0.60, 0.35])
    >>> cov = np.outer(sd, sd) * np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> best = nearest_failures(lambda x: 0.5 + 0.4 * x[0] + 0.6 * x[1], np.zeros(2), cov)[0]
    >>> best.move.round(6).tolist(), round(best.distance, 6)
    ([-0.680473, -0.379684], 1.282051)
    """
    space = _space(room, mean, covariance)
    origin = np.zeros(len(mean))
    if space.at(origin) < 0.0:
        return (space.mode(origin),)
    starts = [
        found
        for direction in _directions(len(mean), seed)
        if (found := _outward(space, direction)) is not None
    ]
    starts.sort(key=lambda u: float(np.linalg.norm(u)))
    chosen: list[Floats] = []
    for start in starts:
        if len(chosen) < 2 * modes and all(_cosine(start, other) < APART for other in chosen):
            chosen.append(start)
    refined = sorted((_refined(space, start) for start in chosen), key=lambda u: float(np.linalg.norm(u)))
    apart: list[Floats] = []
    for u in refined:
        if len(apart) < modes and all(_cosine(u, other) < APART for other in apart):
            apart.append(u)
    return tuple(space.mode(u) for u in apart)


def probability(
    room: Callable[[Floats], float],
    mean: Floats,
    covariance: Floats,
    modes: tuple[Mode, ...],
    samples: int,
    seed: int = 1,
) -> tuple[float, float]:
    """Probability that a limit is broken, by importance sampling around its modes, with its standard error.

    Samples come from an equal mixture of unit normals around the modes; each is weighted by the density ratio,
    which is bounded by the number of modes on the far side of them, so the estimate is unbiased.

    Args:
        room, mean, covariance: as for `nearest_failures`.
        modes: what that found, at least one.
        samples: at least 2.
        seed: of the samples.
    """
    if not modes or samples < 2:
        raise UsageError(
            f"probability: found {len(modes)} modes and {samples} samples; expected 1 and 2 at least"
        )
    space = _space(room, mean, covariance)
    random = np.random.default_rng(seed)
    centres = np.array([mode.whitened for mode in modes])
    weights = np.zeros(samples)
    for sample in range(samples):
        u = random.standard_normal(len(mean)) + centres[sample % len(centres)]
        if space.at(u) < 0.0:
            ratios = np.exp(centres @ u - 0.5 * (centres**2).sum(axis=1))
            weights[sample] = 1.0 / ratios.mean()
    return float(weights.mean()), float(weights.std(ddof=1) / math.sqrt(samples))


def _space(room: Callable[[Floats], float], mean: Floats, covariance: Floats) -> _Space:
    try:
        root: Floats = np.linalg.cholesky(np.asarray(covariance, dtype=np.float64))
    except np.linalg.LinAlgError:
        raise UsageError("nearest failures: the covariance of the moves is not positive definite") from None
    deviation: Floats = np.sqrt(np.diag(covariance)).astype(np.float64)
    return _Space(np.asarray(mean, dtype=np.float64), root, deviation, room)


def _directions(factors: int, seed: int) -> list[Floats]:
    """Both ways along every factor, then random ones."""
    axes = [sign * unit for unit in np.eye(factors) for sign in (1.0, -1.0)]
    random = np.random.default_rng(seed).standard_normal((DIRECTIONS, factors))
    return [*axes, *(row / np.linalg.norm(row) for row in random)]


def _outward(space: _Space, direction: Floats, farthest: float = FARTHEST) -> Floats | None:
    """The first failure along a direction, None within `farthest`."""
    inside = 0.0
    for ring in range(1, RINGS + 1):
        radius = farthest * ring / RINGS
        if space.at(radius * direction) < 0.0:
            return _between(space, direction, inside, radius)
        inside = radius
    return None


def _between(space: _Space, direction: Floats, inside: float, outside: float) -> Floats:
    for _ in range(HALVINGS):
        middle = 0.5 * (inside + outside)
        inside, outside = (inside, middle) if space.at(middle * direction) < 0.0 else (middle, outside)
    found: Floats = outside * direction
    return found


def _refined(space: _Space, start: Floats) -> Floats:
    """Steps to the foot of the tangent plane, each kept where it is nearer and fails."""
    best, scale = start, STEP
    for _ in range(ITERATIONS):
        slope = _slope(space, best, scale)
        square = float(slope @ slope)
        if square == 0.0:
            break
        foot = (float(slope @ best) - space.at(best)) / square * slope
        length = float(np.linalg.norm(foot))
        if length == 0.0 or length > 1.5 * FARTHEST:
            break
        found = _onto(space, foot, float(np.linalg.norm(best)))
        if found is None or np.linalg.norm(found) >= np.linalg.norm(best) * (1.0 - 1e-9):
            scale *= 0.3
            continue
        best = found
    return best


def _onto(space: _Space, foot: Floats, farthest: float) -> Floats | None:
    """The failure on the ray through a point, nearer than `farthest`."""
    length = float(np.linalg.norm(foot))
    direction = foot / length
    if space.at(foot) < 0.0:
        near = _tight(space, direction, 0.0, length)
    elif length < farthest and space.at(farthest * direction) < 0.0:
        near = _tight(space, direction, length, farthest)
    else:
        return None
    return near


def _tight(space: _Space, direction: Floats, inside: float, outside: float) -> Floats:
    """As `_between`, by secants kept in their bracket: smooth limits to many digits, kinks to a few."""
    low, high = space.at(inside * direction), space.at(outside * direction)
    for step in range(2 * HALVINGS):
        if outside - inside < 1e-10:
            break
        share = low / (low - high) if low > 0.0 > high and step % 3 < 2 else 0.5
        middle = inside + min(max(share, 1e-9), 1.0 - 1e-9) * (outside - inside)
        value = space.at(middle * direction)
        if value < 0.0:
            outside, high = middle, value
        else:
            inside, low = middle, value
            if value < 1e-13:
                break
    found: Floats = outside * direction
    return found


def _slope(space: _Space, u: Floats, step: float) -> Floats:
    """Central differences of room."""
    slope = np.empty(len(u))
    for axis in range(len(u)):
        moved = np.zeros(len(u))
        moved[axis] = step
        slope[axis] = (space.at(u + moved) - space.at(u - moved)) / (2.0 * step)
    return slope


def _cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
