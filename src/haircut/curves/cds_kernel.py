"""The bootstrap of many default swap curves: one row of quotes at a time, scalar code, Newton's method.

The sums are those of the ISDA standard model (`docs/methods/curves.md`); `haircut.curves.cds` writes the same
ones for one contract and any curve, and tests compare the two.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HIGHEST_HAZARD = 1e6
ROUNDING = 1e-14
"""A value that is zero up to this, per unit of notional, is no reason to refuse."""

FOUND, TOO_LOW, TOO_HIGH = 0, 1, 2


class Grid(NamedTuple):
    """Intervals of all contracts, one contract after the other, with what does not depend on the hazard.

    Attributes:
        first: index of each contract's first point, and the end; contract k has points first[k] to first[k+1].
        known: of its points, the one at the maturity of the contract before.
        years: of each point.
        discount: at each point.
        forward: log ratio of discount factors to the next point.
        clock: years of accrual at each point, half a day included.
        coupon: accrual times discount factor of the premium that is decided at each point, else 0.
        accrued: premium accrued at trade, discounted, one a contract.
    """

    first: Integers
    known: Integers
    years: Floats
    discount: Floats
    forward: Floats
    clock: Floats
    coupon: Floats
    accrued: Floats


@kernel
def bootstrap_rows(
    grid: Grid, quotes: Floats, coupons: Floats, recovery: Floats, hazards: Floats, states: Integers
) -> None:
    """Fill hazards, shape (rows, contracts), and the state of each contract; after a refusal a row stops.

    Args:
        grid: of the contracts.
        quotes: present value of the upfront, 0 where a spread is quoted; (rows, contracts).
        coupons: running premium, the quote where a spread is quoted; the same shape.
        recovery: one a row.
        hazards: out.
        states: out, FOUND, TOO_LOW or TOO_HIGH; (rows, contracts).
    """
    contracts = grid.accrued.size
    nodes = np.empty(contracts)
    sums = np.empty(3)
    for row in range(quotes.shape[0]):
        loss = 1.0 - recovery[row]
        total = 0.0
        began = 0.0
        for k in range(contracts):
            hazards[row, k] = math.nan
            states[row, k] = TOO_HIGH
        for k in range(contracts):
            start, known, end = grid.first[k], grid.known[k], grid.first[k + 1]
            coupon = coupons[row, k]
            protection, premium = _until(grid, start, known, nodes, hazards[row], k)
            fixed = loss * protection - coupon * (premium - grid.accrued[k]) - quotes[row, k]
            guess = coupon / loss if k == 0 else hazards[row, k - 1]
            if quotes[row, k] != 0.0 and k == 0:
                guess = max((coupon + quotes[row, k] / (grid.years[end - 1] + 1.0)) / loss, 0.0)
            hazard, state = _hazard(grid, known, end, total, loss, coupon, fixed, guess, sums)
            states[row, k] = state
            if state != FOUND:
                break
            hazards[row, k] = hazard
            finish = grid.years[end - 1]
            total += hazard * (finish - began)
            began = finish
            nodes[k] = finish


@kernel
def _hazard(
    grid: Grid,
    known: int,
    end: int,
    total: float,
    loss: float,
    coupon: float,
    fixed: float,
    guess: float,
    sums: Floats,
) -> tuple[float, int]:
    """The hazard after the point `known` at which the contract is worth nothing, and whether there is one."""
    rounding = ROUNDING * (1.0 + coupon)
    _beyond(grid, known, end, total, 0.0, loss, coupon, sums)
    at_zero = fixed + sums[0]
    if at_zero >= 0.0:
        return (0.0, FOUND) if at_zero <= rounding else (math.nan, TOO_LOW)
    low, high = 0.0, math.inf
    hazard = guess if 1e-8 < guess < 1e3 else 0.05
    for _ in range(200):
        _beyond(grid, known, end, total, hazard, loss, coupon, sums)
        value, slope = fixed + sums[0], sums[1]
        if value == 0.0:
            return hazard, FOUND
        if value < 0.0:
            low = hazard
            if hazard >= HIGHEST_HAZARD:
                return (hazard, FOUND) if value >= -rounding else (math.nan, TOO_HIGH)
        else:
            high = hazard
        step = hazard - value / slope if slope > 0.0 else math.inf
        if abs(step - hazard) <= 1e-15 + 4e-16 * hazard:
            return hazard, FOUND
        if not low < step < high or step > 16.0 * (low + 1.0):
            step = min(16.0 * (hazard + 1.0), HIGHEST_HAZARD) if high == math.inf else 0.5 * (low + high)
        if not low < step < high:  # nothing left between the two
            return hazard, FOUND
        hazard = step
    return hazard, FOUND


@kernel
def _until(
    grid: Grid, start: int, known: int, nodes: Floats, hazards: Floats, segments: int
) -> tuple[float, float]:
    """Protection per unit of loss, and premium, up to the maturity of the contract before."""
    protection, premium = 0.0, 0.0
    segment, cumulative = 0, 0.0
    here = grid.discount[start]
    for i in range(start, known):
        while segment < segments - 1 and grid.years[i] >= nodes[segment]:
            segment += 1
        step = grid.years[i + 1] - grid.years[i]
        more = hazards[segment] * step
        cumulative += more
        survival = math.exp(-cumulative)
        after = grid.discount[i + 1] * survival
        share, later = _means(here, after, grid.forward[i] + more)
        protection += more * share
        premium += more * (grid.clock[i] * share + step * later) * (365.0 / 360.0)
        premium += grid.coupon[i + 1] * survival
        here = after
    return protection, premium


@kernel
def _beyond(
    grid: Grid, known: int, end: int, total: float, hazard: float, loss: float, coupon: float, sums: Floats
) -> None:
    """What the contract's last segment adds to its value, and the slope of that in the hazard."""
    value, slope = 0.0, 0.0
    base = math.exp(-total)
    here = grid.discount[known] * base
    here_slope = 0.0
    began = grid.years[known]
    for i in range(known, end - 1):
        step = grid.years[i + 1] - grid.years[i]
        gone = grid.years[i + 1] - began
        survival = base * math.exp(-hazard * gone)
        after = grid.discount[i + 1] * survival
        after_slope = -gone * after
        more = hazard * step
        x = grid.forward[i] + more
        share, later = _means(here, after, x)
        if abs(x) < 1e-4:  # the means' own slopes are a ten-thousandth of the whole there
            share_slope = 0.5 * (here_slope + after_slope)
            later_slope = 0.5 * share_slope
        else:
            share_slope = (here_slope - after_slope - step * share) / x
            later_slope = (share_slope - after_slope - step * later) / x
        clock = coupon * (365.0 / 360.0)
        pays = loss * share - clock * (grid.clock[i] * share + step * later)
        pays_slope = loss * share_slope - clock * (grid.clock[i] * share_slope + step * later_slope)
        value += more * pays - coupon * grid.coupon[i + 1] * survival
        slope += step * pays + more * pays_slope + coupon * grid.coupon[i + 1] * gone * survival
        here, here_slope = after, after_slope
    sums[0] = value
    sums[1] = slope


@kernel
def _means(here: float, after: float, x: float) -> tuple[float, float]:
    """``here`` times the mean of e^-xu and of u e^-xu over u in [0, 1], with ``after = here e^-x``."""
    if abs(x) < 1e-4:
        return here * (1.0 - x / 2.0 + x * x / 6.0), here * (0.5 - x / 3.0 + x * x / 8.0)
    share = (here - after) / x
    return share, (share - after) / x
