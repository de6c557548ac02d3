"""The coin's lowest price within a month: a margin test at month ends alone misses one liquidation in seven.

The month's N jumps come in two lots, half and half, at two uniform times; with one jump one lot is empty.
Before, between and after them log B is a Brownian bridge of the month's diffusive variance, whose minimum between a
and b over variance v is, with U uniform,

    (a + b - sqrt((b - a)^2 - 2 v log U)) / 2

Month ends are left as they are, so the lows come from streams of their own and move nothing else. Student's factor
is left out of v.

Group: coin. Unit: log USD per BTC. Moments: first passage of a fixed barrier in closed form.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.drivers.btc import BtcDraws, BtcSteps, jump_count, jump_sum
from haircut.scenarios.randomness import normals, uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STREAMS = (
    "btc_low_time_1", "btc_low_time_2", "btc_low_split", "btc_low_middle_1", "btc_low_middle_2",
    "btc_low_before", "btc_low_between", "btc_low_after",
)  # fmt: skip
UNIFORM = (True, True, False, False, False, True, True, True)


class LowDraws(NamedTuple):
    """(n, T) raw draws: uniform times of the two lots, normals of their split and of the bridge, uniforms of lows."""

    time_1: Floats
    time_2: Floats
    split: Floats
    middle_1: Floats
    middle_2: Floats
    before: Floats
    between: Floats
    after: Floats


def draw_lows(seed: int, block: int, months: int, size: int) -> LowDraws:
    """The raw draws of one block, from streams of their own; uniforms are above 0 and at most 1."""
    return LowDraws(
        *(
            _above_zero(uniforms(seed, stream, block, months, size))
            if uniform
            else normals(seed, stream, block, months, size)
            for stream, uniform in zip(STREAMS, UNIFORM, strict=True)
        )
    )


def _above_zero(uniform: Floats) -> Floats:
    """One minus a uniform on [0, 1), in place."""
    return np.subtract(1.0, uniform, out=uniform)


def bridge_low(start: Floats, end: Floats, variance: Floats, uniform: Floats) -> Floats:
    """The lowest point of a Brownian bridge, by inversion of one uniform above 0.

    >>> float(bridge_low(np.zeros(1), np.ones(1), np.zeros(1), np.array([0.5]))[0])
    0.0
    """
    low: Floats = 0.5 * (start + end - np.sqrt((end - start) ** 2 - 2.0 * variance * np.log(uniform)))
    return low


def month_lows(
    steps: BtcSteps, draws: BtcDraws, low_draws: LowDraws, log_btc: Floats, stress: Integers
) -> Floats:
    """(n, T + 1) lowest log price of the month that ends at t; today's price at t = 0.

    Where an overlay states the path without shocks, the month is a straight line in the log.

    Args:
        steps, draws: of the coin.
        low_draws: of the block.
        log_btc: (n, T + 1) log price at month ends.
        stress: (n, T + 1) funding state.
    """
    count = jump_count(steps, draws)
    first = (count + 1) // 2
    share = first / np.maximum(count, 1)
    jump = jump_sum(steps, draws)
    lot = jump * share + steps.jump_deviation * np.sqrt(first * (1.0 - share)) * low_draws.split
    start, end = log_btc[:, :-1], log_btc[:, 1:]
    variance = steps.deviation[stress[:, 1:]] ** 2
    for each in (variance, jump, lot):
        each[:, : steps.covered] *= float(steps.keep_shocks)
    early, late = (
        np.minimum(low_draws.time_1, low_draws.time_2),
        np.maximum(low_draws.time_1, low_draws.time_2),
    )
    lot = np.where(low_draws.time_1 <= low_draws.time_2, lot, jump - lot)  # the lot that comes first
    rest = 1.0 - early
    moved = end - start - jump
    to_first = early * moved + np.sqrt(variance * early * rest) * low_draws.middle_1
    part = np.divide(late - early, rest, out=np.zeros_like(rest), where=rest > 0.0)
    spread = np.sqrt(variance * part * (1.0 - late))
    to_second = to_first + part * (moved - to_first) + spread * low_draws.middle_2
    first_end, second_end = start + to_first, start + lot + to_second
    lows = bridge_low(start, first_end, variance * early, low_draws.before)
    np.minimum(
        lows, bridge_low(first_end + lot, second_end, variance * (late - early), low_draws.between), out=lows
    )
    last = bridge_low(second_end + jump - lot, end, variance * (1.0 - late), low_draws.after)
    np.minimum(lows, last, out=lows)
    return np.concatenate([log_btc[:, :1], lows], axis=1)
