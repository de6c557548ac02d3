"""Paths of one machine's rent under its own law: when it retires, when its value has halved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.machines.law import Floats, RentLaw, ValueSurface
from haircut.machines.regimes import regime_probabilities
from haircut.machines.value import read

PATHS = 4000
SEED = 20261001
QUARTILES = (0.25, 0.50, 0.75)


class RentPaths(NamedTuple):
    """Log rent and regime on simulated paths.

    Attributes:
        log_rent: (n, T + 1).
        regime: (n, T + 1) 0, 1 or 2.
    """

    log_rent: Floats
    regime: NDArray[np.int64]


def simulate_log_rent(law: RentLaw, months: int, paths: int = PATHS, seed: int = SEED) -> RentPaths:
    """Paths of log rent under a law: the chain moves first, then the rent with the new regime's parameters.

    Launches enter by their expected share of rent left, as they do in the value.

    Args:
        law: of a GPU or a rig.
        months: T, at most the length of the law.
        paths: n.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    cumulative, first = np.cumsum(law.transition, axis=1), np.cumsum(law.initial)
    mixture = np.cumsum(law.mix_weight)
    regime = np.empty((paths, months + 1), dtype=np.int64)
    x = np.empty((paths, months + 1))
    regime[:, 0] = np.searchsorted(first, random.random(paths) * first[-1], side="right").clip(0, 2)
    x[:, 0] = law.log_rent
    for t in range(months):
        rows = cumulative[regime[:, t]]
        j = (random.random(paths)[:, None] * rows[:, -1:] >= rows).sum(axis=1).clip(0, 2)
        part = np.searchsorted(mixture, random.random(paths) * mixture[-1], side="right")
        part = part.clip(0, law.mix_weight.size - 1)
        gap = law.target[t] - (x[:, t] - law.log_rent - law.log_obsolescence[t])
        below = law.pull_below[t] if law.pull_below.size else law.pull[t]
        pull = np.where(gap > 0.0, below, law.pull[t])
        aged = law.log_obsolescence[t + 1] - law.log_obsolescence[t]
        deviation = np.sqrt(law.deviation[t, j] ** 2 + law.mix_variance[part])
        shock = law.mix_shift[part] + deviation * random.standard_normal(paths)
        x[:, t + 1] = x[:, t] + law.step[t] + law.drift[t, j] + pull * gap + aged + shock
        regime[:, t + 1] = j
    return RentPaths(x, regime)


def retirement_months(
    surface: ValueSurface, paths: RentPaths, salvage: float
) -> tuple[float | None, float | None, float | None]:
    """Months until 25, 50 and 75 % of paths have retired; None where that share never does in the horizon.

    A healthy unit retires in the first month in which it is worth no more than its salvage.

    Args:
        surface: value of the unit over the horizon.
        paths: its rent.
        salvage: USD per unit.
    """
    share = retired_share(surface, paths, salvage)
    found = [np.flatnonzero(share >= level) for level in QUARTILES]
    first, half, last = (float(month[0]) if month.size else None for month in found)
    return first, half, last


def retired_share(surface: ValueSurface, paths: RentPaths, salvage: float) -> Floats:
    """Share of paths that have retired by each month of the horizon; arguments as `retirement_months`."""
    months = min(surface.value.shape[0], paths.log_rent.shape[1])
    gone = np.zeros((paths.log_rent.shape[0], months), dtype=bool)
    nodes = surface.value.shape[1]
    for t in range(months):
        place = np.floor((paths.log_rent[:, t] - surface.x_low) / surface.x_step).astype(np.int64)
        value = surface.value[t, (place + 1).clip(0, nodes - 1), paths.regime[:, t]]
        gone[:, t] = value <= salvage + 1.0
    share: Floats = np.maximum.accumulate(gone, axis=1).mean(axis=0)
    return share


def value_path(surface: ValueSurface, law: RentLaw, paths: RentPaths) -> Floats:
    """F on the path of median rents, averaged over the regime's forward probabilities, USD, (months + 1,)."""
    months = min(surface.value.shape[0], paths.log_rent.shape[1])
    median = np.median(paths.log_rent[:, :months], axis=0)
    weight = regime_probabilities(law.initial, law.transition, months - 1)
    return np.array(
        [sum(weight[t, z] * read(surface, t, float(median[t]), z) for z in range(3)) for t in range(months)]
    )


def half_life_months(values: Floats) -> float | None:
    """Months until values reach half of the first, linear between months; None where they never do.

    >>> half_life_months(np.array([8.0, 6.0, 2.0]))
    1.5
    """
    below = np.flatnonzero(values <= 0.5 * values[0])
    if not below.size or values[0] <= 0.0:
        return None
    t = int(below[0])
    return float(t - 1 + (values[t - 1] - 0.5 * values[0]) / (values[t - 1] - values[t]))
