"""The expected path of rent: what the deterministic base case follows."""

from __future__ import annotations

import math

import numpy as np

from haircut.errors import UsageError
from haircut.kernels import kernel
from haircut.machines.law import MIXTURE, Floats, RentLaw, ValueSurface
from haircut.machines.value import read


def expected_rent(law: RentLaw, months: int) -> Floats:
    """E[R(t)] for t = 0..months seen from as-of, USD per GPU-hour, (months + 1,).

    Exact, without a grid: given the regimes c is Gaussian and linear in its past, so the expectation of
    exp(a c(t + 1)) given month t is exp((1 - pull) a c(t)) times a factor by regime; carried back from each t
    with a = 1 down to as-of, where c = 0. Launches enter by their expected share left. R(t) is the rent
    before a step at the start of month t: the mid-month rent of the base case is
    exp(log E[R(t)] + step[t] + (log E[R(t+1)] - log E[R(t)] - step[t]) / 2).

    Args:
        law: law of rent.
        months: T, at most the length of the law.

    Raises:
        UsageError: where the law is shorter than `months`, or is that of a rig.

    >>> law = RentLaw(0.0, np.full((12, 3), -0.1 / 12), np.zeros((12, 3)), np.zeros(12), np.zeros(13),
    ...               np.zeros(13), np.eye(3), np.array([0.0, 0.5, 0.5]), np.zeros(12), 0)
    >>> round(float(np.log(expected_rent(law, 12)[12])), 6)
    -0.1
    """
    if law.pull_below.size or law.mix_weight.size > 1:
        raise UsageError("law: a rig's hashprice has no closed expectation; use haircut.machines.paths")
    if not 0 <= months <= law.drift.shape[0]:
        raise UsageError(f"months: found {months}; expected 0 to {law.drift.shape[0]}, the length of the law")
    growth = np.empty(months + 1)
    _expected_growth(law, growth)
    rent: Floats = np.exp(law.log_rent + law.log_obsolescence[: months + 1]) * growth
    return rent


@kernel
def _expected_growth(law: RentLaw, growth: Floats) -> None:
    """Fill growth[t] = E[exp(c(t))], c(0) = 0."""
    for end in range(growth.shape[0]):
        ahead_0, ahead_1, ahead_2 = 1.0, 1.0, 1.0
        exponent = 1.0
        for t in range(end - 1, -1, -1):
            common = law.step[t] + law.pull[t] * law.target[t]
            reached_0 = ahead_0 * _month_factor(law, t, 0, exponent, common)
            reached_1 = ahead_1 * _month_factor(law, t, 1, exponent, common)
            reached_2 = ahead_2 * _month_factor(law, t, 2, exponent, common)
            a = law.transition
            ahead_0 = a[0, 0] * reached_0 + a[0, 1] * reached_1 + a[0, 2] * reached_2
            ahead_1 = a[1, 0] * reached_0 + a[1, 1] * reached_1 + a[1, 2] * reached_2
            ahead_2 = a[2, 0] * reached_0 + a[2, 1] * reached_1 + a[2, 2] * reached_2
            exponent *= 1.0 - law.pull[t]
        growth[end] = law.initial[0] * ahead_0 + law.initial[1] * ahead_1 + law.initial[2] * ahead_2


@kernel
def _month_factor(law: RentLaw, t: int, regime: int, exponent: float, common: float) -> float:
    """E[exp(exponent * (c(t+1) - (1 - pull) c(t)))] in one regime."""
    spread = exponent * law.deviation[t, regime]
    return math.exp(exponent * (common + law.drift[t, regime]) + 0.5 * spread * spread)


def value_half_life_months(surface: ValueSurface, law: RentLaw) -> float | None:
    """Months until F on the expected path is half of today's, linear between months; None if not within T.

    The expected path reads the mixture over regimes at log E[R(t)].

    Args:
        surface: the value of the unit.
        law: the law that it was solved with.
    """
    months = min(surface.value.shape[0] - 1, law.drift.shape[0])
    path = np.log(expected_rent(law, months))
    values = [float(read(surface, t, float(path[t]), MIXTURE)) for t in range(months + 1)]
    half = 0.5 * values[0]
    if half <= 0.0:
        return None
    for t in range(months):
        if values[t + 1] <= half:
            return t + (values[t] - half) / (values[t] - values[t + 1])
    return None


def retirement_rent(surface: ValueSurface, month: int, regime: int, salvage: float) -> float | None:
    """Highest rent of the grid at which a healthy unit is worth no more than its salvage, USD per GPU-hour.

    None where it is worth more on the whole grid. A path retires at the first month at or below it.

    Args:
        surface: the value of the unit.
        month: t.
        regime: 0 glut, 1 balanced, 2 scarce, 3 the mixture.
        salvage: USD per unit.
    """
    worthless = np.flatnonzero(surface.value[month, :, regime] <= salvage * (1.0 + 1e-12))
    return math.exp(surface.x_low + surface.x_step * int(worthless[-1])) if worthless.size else None
