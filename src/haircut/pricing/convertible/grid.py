"""The convertible's grid: one backward pass of Ayache, Forsyth and Vetzal's equation over log stock.

Scalar code over two unknowns: the value V and, where recovery is a share of it, the bond component B
(`docs/methods/convertible.md`). Prices are per 100 of par, time is in years, the latest interval comes first.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel

Floats = NDArray[np.float64]

DAMPED_STEPS = 2
"""Steps after each event taken as two implicit half steps: they remove what a kink leaves (Rannacher)."""


class Intervals(NamedTuple):
    """Time between two events, from maturity back to the as-of date; one element an interval.

    Attributes:
        span_years: length.
        steps: time steps, at least 1.
        rate: risk-free, continuously compounded.
        carry: dividend yield plus cost of borrowing the stock.
        hazard: at today's stock price.
        accrued_start, accrued_end: accrued coupon just after the earlier and just before the later event.
        coupon: paid at the earlier event.
        call_price: clean, infinite where the issuer may not call.
        call_from_stock: stock price from which it may.
        put_price: clean, at the earlier event; minus infinity where there is no put.
        dividend: cash that leaves the stock at the earlier event, USD a share.
        convertible: 1 where the holder may convert during the interval.
    """

    span_years: Floats
    steps: NDArray[np.int64]
    rate: Floats
    carry: Floats
    hazard: Floats
    accrued_start: Floats
    accrued_end: Floats
    coupon: Floats
    call_price: Floats
    call_from_stock: Floats
    put_price: Floats
    dividend: Floats
    convertible: NDArray[np.int64]


class Law(NamedTuple):
    """What does not change with time.

    Attributes:
        step: of log stock between nodes.
        reference: stock price at which the curve's hazard holds.
        volatility: a year.
        ratio: shares per 100 of par.
        redemption: at maturity, with the last coupon.
        fall: share of the stock price lost on default.
        recovery: of par (100), or of the bond component.
        of_bond: 1 where recovery is a share of the bond component.
        elasticity: the hazard is `hazard (S / reference)^-elasticity`.
        highest_hazard: bound of that.
    """

    step: float
    reference: float
    volatility: float
    ratio: float
    redemption: float
    fall: float
    recovery: float
    of_bond: int
    elasticity: float
    highest_hazard: float


@kernel
def solve(stock: Floats, intervals: Intervals, law: Law) -> tuple[Floats, Floats]:
    """Value and bond component at every node on the as-of date.

    Each step is Crank-Nicolson, the first ones after an event implicit. The holder converts and the issuer
    calls where the stock is high, so one elimination upwards and one substitution downwards that respects
    both limits solves the step exactly (Brennan and Schwartz).

    Args:
        stock: price at the nodes, evenly spaced in its logarithm.
        intervals: latest first.
        law: of the stock and the claim.
    """
    nodes = stock.size
    parity = law.ratio * stock
    value = np.maximum(parity, law.redemption)
    bond = np.full(nodes, law.redemption)
    _smooth_kink(stock, law, value)
    down, middle, up = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    hazard = np.empty(nodes)
    stays, ups, turns = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    bond_stays, bond_ups, bond_turns = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    right, source, floor = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    for j in range(intervals.steps.size):
        length = intervals.span_years[j] / intervals.steps[j]
        half = 0.5 * length
        _hazards(stock, intervals.hazard[j], law, hazard)
        _operator(intervals.rate[j], intervals.carry[j], hazard, law, down, middle, up)
        _factorise(half, down, middle, up, hazard, 0.0, stays, ups, turns)
        for i in range(nodes):
            floor[i] = parity[i] if intervals.convertible[j] else -np.inf
        if law.of_bond:
            _factorise(half, down, middle, up, hazard, law.recovery, bond_stays, bond_ups, bond_turns)
        else:
            _par_source(parity, hazard, law, source)
        first_callable = nodes
        if intervals.call_price[j] < np.inf:
            first_callable = int(np.searchsorted(stock, intervals.call_from_stock[j] * (1.0 - 1e-9)))
        damped = min(DAMPED_STEPS, intervals.steps[j])
        years_left = intervals.span_years[j]
        for number in range(intervals.steps[j] + damped):
            implicit = number < 2 * damped
            taken = half if implicit else length
            years_left -= taken
            share = max(years_left / intervals.span_years[j], 0.0)
            accrued = intervals.accrued_start[j] + share * (
                intervals.accrued_end[j] - intervals.accrued_start[j]
            )
            if law.of_bond:
                _bond_source(parity, hazard, bond, law, source)
                _right_side(bond, down, middle, up, hazard, law.recovery, half, implicit, right)
                _substitute(right, bond_stays, bond_ups, bond_turns, bond)
                for i in range(nodes):
                    after = hazard[i] * max(parity[i] * (1.0 - law.fall), law.recovery * bond[i])
                    source[i] = after if implicit else 0.5 * (source[i] + after)
            _eliminate(value, source, down, middle, up, taken, half, implicit, stays, turns, right)
            ceiling = intervals.call_price[j] + accrued
            _substitute_within(right, ups, floor, parity, first_callable, ceiling, value)
        put = intervals.put_price[j] + intervals.accrued_start[j]
        for i in range(nodes):
            if value[i] < put:
                bond[i] += put - value[i]
                value[i] = put
            value[i] += intervals.coupon[j]
            bond[i] += intervals.coupon[j]
        if intervals.dividend[j] > 0.0:
            _shift_by_dividend(stock, intervals.dividend[j], value, right)
            _shift_by_dividend(stock, intervals.dividend[j], bond, right)
    return value, bond


@kernel
def _smooth_kink(stock: Floats, law: Law, value: Floats) -> None:
    """Replace the node nearest the payoff's kink by the mean of the payoff over its cell."""
    kink = math.log(law.redemption / law.ratio)
    for i in range(stock.size):
        low = math.log(stock[i]) - 0.5 * law.step
        high = low + law.step
        if low < kink < high:
            flat = law.redemption * (kink - low)
            value[i] = (flat + law.ratio * math.exp(high) - law.redemption) / law.step


@kernel
def _hazards(stock: Floats, today: float, law: Law, hazard: Floats) -> None:
    for i in range(stock.size):
        found = today
        if law.elasticity != 0.0:
            found = today * (stock[i] / law.reference) ** (-law.elasticity)
        hazard[i] = min(found, max(law.highest_hazard, today))


@kernel
def _operator(
    rate: float, carry: float, hazard: Floats, law: Law, down: Floats, middle: Floats, up: Floats
) -> None:
    """Three diagonals of drift, diffusion and discounting; one-sided where drift outweighs diffusion.

    Differences in the stock itself, so that 1, S and S^2 are exact at every node: a share is worth its price
    on the coarsest grid.
    """
    nodes = hazard.size
    variance = law.volatility**2
    rise, fall = math.exp(law.step) - 1.0, 1.0 - math.exp(-law.step)
    both = rise + fall
    for i in range(nodes):
        drift = rate + hazard[i] * law.fall - carry
        if i == 0:  # linear in the stock beyond both ends
            down[i], up[i] = 0.0, drift / rise
        elif i == nodes - 1:
            down[i], up[i] = -drift / fall, 0.0
        else:
            down[i] = (variance - drift * rise) / (fall * both)
            up[i] = (variance + drift * fall) / (rise * both)
            if down[i] < 0.0:
                down[i], up[i] = variance / (fall * both), variance / (rise * both) + drift / rise
            elif up[i] < 0.0:
                down[i], up[i] = variance / (fall * both) - drift / fall, variance / (rise * both)
        middle[i] = -down[i] - up[i] - rate - hazard[i]


@kernel
def _factorise(
    half: float,
    down: Floats,
    middle: Floats,
    up: Floats,
    hazard: Floats,
    kept: float,
    stays: Floats,
    ups: Floats,
    turns: Floats,
) -> None:
    """Eliminate ``1 - half (operator + kept hazard)`` upwards, once an interval."""
    last = 0.0
    for i in range(down.size):
        pivot = 1.0 - half * (middle[i] + kept * hazard[i]) + half * down[i] * last
        stays[i] = 1.0 / pivot
        turns[i] = half * down[i] / pivot
        last = -half * up[i] / pivot
        ups[i] = last


@kernel
def _right_side(
    known: Floats,
    down: Floats,
    middle: Floats,
    up: Floats,
    hazard: Floats,
    kept: float,
    half: float,
    implicit: bool,
    right: Floats,
) -> None:
    nodes = known.size
    if implicit:
        for i in range(nodes):
            right[i] = known[i]
        return
    right[0] = known[0] + half * ((middle[0] + kept * hazard[0]) * known[0] + up[0] * known[1])
    for i in range(1, nodes - 1):
        right[i] = known[i] + half * (
            down[i] * known[i - 1] + (middle[i] + kept * hazard[i]) * known[i] + up[i] * known[i + 1]
        )
    last = nodes - 1
    right[last] = known[last] + half * (
        down[last] * known[last - 1] + (middle[last] + kept * hazard[last]) * known[last]
    )


@kernel
def _substitute(right: Floats, stays: Floats, ups: Floats, turns: Floats, found: Floats) -> None:
    last = 0.0
    for i in range(right.size):
        last = right[i] * stays[i] + turns[i] * last
        right[i] = last
    last = 0.0
    for i in range(right.size - 1, -1, -1):
        last = right[i] - ups[i] * last
        found[i] = last


@kernel
def _eliminate(
    known: Floats,
    source: Floats,
    down: Floats,
    middle: Floats,
    up: Floats,
    taken: float,
    half: float,
    implicit: bool,
    stays: Floats,
    turns: Floats,
    right: Floats,
) -> None:
    """The right side of a step and its elimination upwards, in one sweep: half the time of two."""
    nodes = known.size
    weight = 0.0 if implicit else half
    below, here = 0.0, known[0]
    last = 0.0
    for i in range(nodes - 1):
        above = known[i + 1]
        side = here + taken * source[i] + weight * (down[i] * below + middle[i] * here + up[i] * above)
        last = side * stays[i] + turns[i] * last
        right[i] = last
        below, here = here, above
    i = nodes - 1
    side = here + taken * source[i] + weight * (down[i] * below + middle[i] * here)
    right[i] = side * stays[i] + turns[i] * last


@kernel
def _substitute_within(
    right: Floats,
    ups: Floats,
    floor: Floats,
    parity: Floats,
    first_callable: int,
    call: float,
    found: Floats,
) -> None:
    """Substitute downwards between the holder's floor and the issuer's ceiling ``max(call, parity)``.

    The ceiling bends where parity is the call price, between two nodes. Below the bend the value runs towards
    that point and not towards the node above it, which would let it pass over the bend: first order in the
    step, 0.05 of the published example at 800 nodes.
    """
    nodes = right.size
    bend = nodes
    if call < np.inf:
        bend = max(int(np.searchsorted(parity, call)), first_callable)
    last = 0.0
    i = nodes - 1
    while i >= 0:  # the region of conversion and call lies above that of waiting
        free = right[i] - ups[i] * last
        if bend < nodes and i == bend - 1 and i >= first_callable and floor[i] > 0.0:
            beyond = (parity[bend] - call) / (call - parity[i])
            free = (right[i] - ups[i] * call * (1.0 + beyond)) / (1.0 - ups[i] * beyond)
        last = free if free > floor[i] else floor[i]
        if i >= first_callable and last > call and last > parity[i]:
            last = max(call, parity[i])
        found[i] = last
        i -= 1
        if last == free and i < min(nodes - 3, bend - 2):
            break
    while i >= 0:
        last = right[i] - ups[i] * last
        found[i] = last
        i -= 1
    for k in range(nodes):
        if found[k] < floor[k]:
            found[k] = floor[k]
    for k in range(first_callable, nodes):
        if found[k] > call and found[k] > parity[k]:
            found[k] = max(call, parity[k])


@kernel
def _par_source(parity: Floats, hazard: Floats, law: Law, source: Floats) -> None:
    """What default pays a year where recovery is a share of par: that, or the shares after their fall."""
    for i in range(parity.size):
        source[i] = hazard[i] * max(parity[i] * (1.0 - law.fall), law.recovery * 100.0)


@kernel
def _bond_source(parity: Floats, hazard: Floats, bond: Floats, law: Law, source: Floats) -> None:
    """The same where recovery is a share of the bond component."""
    for i in range(parity.size):
        source[i] = hazard[i] * max(parity[i] * (1.0 - law.fall), law.recovery * bond[i])


@kernel
def _shift_by_dividend(stock: Floats, dividend: float, value: Floats, work: Floats) -> None:
    """Value before the stock pays: at each price that of the price less the dividend, linear between nodes."""
    nodes = stock.size
    for i in range(nodes):
        after = stock[i] - dividend
        if after <= stock[0]:
            work[i] = value[0]
            continue
        k = min(np.searchsorted(stock, after), nodes - 1)
        share = (after - stock[k - 1]) / (stock[k] - stock[k - 1])
        work[i] = value[k - 1] + share * (value[k] - value[k - 1])
    for i in range(nodes):
        value[i] = work[i]
