"""Backward induction of the value of an installed unit over month, log rent and regime."""

from __future__ import annotations

import math

from haircut.kernels import kernel
from haircut.machines.grid import limited_slopes, mean_next_month
from haircut.machines.law import Floats, RentLaw, UnitTerms
from haircut.machines.margin import mid_month_log_rent, month_income_usd


@kernel
def next_mean(law: RentLaw, t: int, regime: int, x: float) -> float:
    """Mean log rent at t + 1 given log rent x at t and the regime of t + 1."""
    c = x - law.log_rent - law.log_obsolescence[t]
    aged = law.log_obsolescence[t + 1] - law.log_obsolescence[t]
    pull = law.pull[t]
    if law.pull_below.shape[0] > 0 and law.target[t] > c:
        pull = law.pull_below[t]
    mean: float = x + law.step[t] + law.drift[t, regime] + pull * (law.target[t] - c) + aged
    return mean


@kernel
def month_income(law: RentLaw, terms: UnitTerms, t: int, regime: int, x: float) -> float:
    """Income of one unit in month t, USD at mid-month, at the mid-month rent of that regime."""
    middle = mid_month_log_rent(x, next_mean(law, t, regime, x), law.step[t])
    return month_income_usd(
        middle, terms.utilisation, terms.power_kw, terms.power_price[t], terms.other_cost, terms.idle_cost
    )


@kernel
def expectation(
    law: RentLaw,
    t: int,
    x_low: float,
    x_step: float,
    later: Floats,
    slopes: Floats,
    moved: Floats,
    out: Floats,
) -> None:
    """out[i, n] = E[later(x(t+1), regime(t+1)) | x(t) = node n, regime(t) = i]; all arrays (3, nodes)."""
    nodes = later.shape[1]
    for j in range(3):
        limited_slopes(later[j], x_step, slopes[j])
        for n in range(nodes):
            moved[j, n] = 0.0
        for part in range(law.mix_weight.shape[0]):
            weight, shift = law.mix_weight[part], law.mix_shift[part]
            deviation = math.sqrt(law.deviation[t, j] * law.deviation[t, j] + law.mix_variance[part])
            for n in range(nodes):
                mean = next_mean(law, t, j, x_low + n * x_step) + shift
                moved[j, n] += weight * mean_next_month(later[j], slopes[j], x_low, x_step, mean, deviation)
    for i in range(3):
        for n in range(nodes):
            out[i, n] = (
                law.transition[i, 0] * moved[0, n]
                + law.transition[i, 1] * moved[1, n]
                + law.transition[i, 2] * moved[2, n]
            )


@kernel
def induce(
    law: RentLaw, terms: UnitTerms, x_low: float, x_step: float, slopes: Floats, moved: Floats, value: Floats
) -> None:
    """Fill `value` (months, 3, nodes) backwards; months beyond the maximum age hold the salvage.

    F(t) = max(salvage, income(t) exp(-(y + f) h / 2) + exp(-(y + f) h) E[F(t + 1)])
    """
    rate = (terms.required_return + terms.failure_hazard) / 12.0
    half, whole = math.exp(-0.5 * rate), math.exp(-rate)
    last = min(terms.last_month, value.shape[0] - 1)
    value[last:] = terms.salvage
    for t in range(last - 1, -1, -1):
        expectation(law, t, x_low, x_step, value[t + 1], slopes, moved, value[t])
        for i in range(3):
            for n in range(value.shape[2]):
                kept = half * month_income(law, terms, t, i, x_low + n * x_step) + whole * value[t, i, n]
                value[t, i, n] = max(terms.salvage, kept)


@kernel
def look_ahead(
    law: RentLaw,
    x_low: float,
    x_step: float,
    value: Floats,
    slopes: Floats,
    moved: Floats,
    later: Floats,
    now: Floats,
    forward: Floats,
) -> None:
    """Fill `forward` (T + 1, K + 1, nodes, 4): [t, k] = E[F(t + k) | x(t), regime(t)], first three columns.

    E_t[F(t + k)] = E_t[E_{t+1}[F(t + 1 + k - 1)]], month by month from the end of `value`.

    Args:
        law: the law of rent.
        x_low, x_step: the grid of `value`.
        value: (months, 3, nodes) on this grid; what follows its last month equals its last month.
        slopes, moved: (3, nodes) work space.
        later, now: (K + 1, 3, nodes) work space.
        forward: the result.
    """
    longest, nodes = forward.shape[1] - 1, value.shape[2]
    last = value.shape[0] - 1
    for t in range(max(last, forward.shape[0] - 1), -1, -1):
        reached = min(t, last)
        for k in range(longest + 1):
            if k == 0 or t >= last:
                now[k] = value[reached]
            else:
                expectation(law, t, x_low, x_step, later[k - 1], slopes, moved, now[k])
        if t < forward.shape[0]:
            for k in range(longest + 1):
                for n in range(nodes):
                    for i in range(3):
                        forward[t, k, n, i] = now[k, i, n]
        later[:] = now
