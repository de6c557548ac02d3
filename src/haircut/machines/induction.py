"""Backward induction of the value of an installed unit over month, log rent and regime."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel
from haircut.machines.grid import (
    GAUSS_HERMITE_NODE,
    between,
    limited_slopes,
    locate,
    mean_next_month,
    rent_weight,
)
from haircut.machines.law import Floats, RentLaw, UnitTerms
from haircut.machines.margin import mid_month_log_rent, month_income_usd

Indices = NDArray[np.int64]


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
def place_reads(
    law: RentLaw, t: int, x_low: float, x_step: float, cells: Indices, shares: Floats, beyond: Floats
) -> None:
    """Where month t reads the function that it carries: cell, share of the cell, and the weight beyond the grid.

    They depend on the month, the regime and the node and on no value, so that every horizon of a month shares
    them. All arrays (J, 3, nodes, 3): parts of the mixture, regimes of t + 1, nodes, points of Gauss-Hermite.
    """
    nodes = cells.shape[2]
    for part in range(cells.shape[0]):
        shift = law.mix_shift[part]
        for j in range(3):
            deviation = math.sqrt(law.deviation[t, j] * law.deviation[t, j] + law.mix_variance[part])
            reach = GAUSS_HERMITE_NODE * deviation
            for n in range(nodes):
                mean = next_mean(law, t, j, x_low + n * x_step) + shift
                for point in range(3):
                    cell, distance = locate(mean + (point - 1) * reach, x_low, x_step, nodes)
                    share = distance / x_step
                    cells[part, j, n, point] = cell
                    shares[part, j, n, point] = share
                    if share < 0.0 or share > 1.0:
                        beyond[part, j, n, point] = rent_weight(distance, x_step)


@kernel
def read_placed(
    values: Floats, slopes: Floats, x_step: float, cell: int, share: float, beyond: float
) -> float:
    """`grid.interpolate` at a place that `place_reads` found, bit for bit."""
    lower, upper = values[cell], values[cell + 1]
    if share < 0.0 or share > 1.0:
        outside: float = max(lower + beyond * (upper - lower), 0.0)
        return outside
    return between(lower, upper, slopes[cell], slopes[cell + 1], x_step, share)


@kernel
def look_ahead(
    law: RentLaw,
    x_low: float,
    x_step: float,
    value: Floats,
    first: int,
    last: int,
    forward: Floats,
) -> None:
    """Fill `forward` (T + 1, K + 1, nodes, 4): [t, k] = E[F(t + k) | x(t), regime(t)], first three columns.

    E_t[F(t + k)] = E_t[E_{t+1}[F(t + 1 + k - 1)]], month by month from the month t + k that is looked at. Each
    such month is a recursion of its own; this call fills those from `first` to `last`.

    Args:
        law: the law of rent.
        x_low, x_step: the grid of `value`.
        value: (months, 3, nodes) on this grid; what follows its last month equals its last month.
        first, last: months t + k that are looked at, at most T + K.
        forward: the result; other months of it are left alone.
    """
    longest, nodes, parts = forward.shape[1] - 1, value.shape[2], law.mix_weight.shape[0]
    known = value.shape[0] - 1
    slopes, moved = np.empty(nodes), np.empty((3, nodes))
    later, now = np.empty((longest + 1, 3, nodes)), np.empty((longest + 1, 3, nodes))
    cells = np.empty((parts, 3, nodes, 3), np.int64)
    shares, beyond = np.empty((parts, 3, nodes, 3)), np.zeros((parts, 3, nodes, 3))
    for t in range(last, max(first - longest, 0) - 1, -1):
        if t < known:
            place_reads(law, t, x_low, x_step, cells, shares, beyond)
        for k in range(max(first - t, 0), min(last - t, longest) + 1):
            if k == 0 or t >= known:
                now[k] = value[min(t, known)]
                continue
            for j in range(3):
                source = later[k - 1, j]
                limited_slopes(source, x_step, slopes)
                for n in range(nodes):
                    moved[j, n] = 0.0
                for part in range(parts):
                    weight = law.mix_weight[part]
                    still = law.deviation[t, j] == 0.0 and law.mix_variance[part] == 0.0
                    for n in range(nodes):
                        mean = read_placed(source, slopes, x_step, cells[part, j, n, 1],
                                           shares[part, j, n, 1], beyond[part, j, n, 1])  # fmt: skip
                        if not still:
                            below = read_placed(source, slopes, x_step, cells[part, j, n, 0],
                                                shares[part, j, n, 0], beyond[part, j, n, 0])  # fmt: skip
                            above = read_placed(source, slopes, x_step, cells[part, j, n, 2],
                                                shares[part, j, n, 2], beyond[part, j, n, 2])  # fmt: skip
                            mean = (below + 4.0 * mean + above) / 6.0
                        moved[j, n] += weight * mean
            for i in range(3):
                for n in range(nodes):
                    now[k, i, n] = (
                        law.transition[i, 0] * moved[0, n]
                        + law.transition[i, 1] * moved[1, n]
                        + law.transition[i, 2] * moved[2, n]
                    )
        for k in range(max(first - t, 0), min(last - t, longest) + 1):
            if t < forward.shape[0]:
                for n in range(nodes):
                    for i in range(3):
                        forward[t, k, n, i] = now[k, i, n]
            later[k] = now[k]
