"""The coin's lowest price within a month: a margin test at month ends alone misses one liquidation in seven.

The month's jumps J come together at one uniform time tau. Before and after it log B is a Brownian bridge of
variance sigma^2 h tau and sigma^2 h (1 - tau), whose minimum between a and b over variance v is, with U uniform,

    (a + b - sqrt((b - a)^2 - 2 v log U)) / 2

Month ends are left as they are, so the lows come from streams of their own and move nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.drivers.btc import BtcDraws, BtcSteps, jump_sum
from haircut.scenarios.randomness import normals, uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STREAMS = ("btc_low_time", "btc_low_middle", "btc_low_before", "btc_low_after")


class LowDraws(NamedTuple):
    """(n, T) raw draws: time of the jumps, the bridge there, and the lows before and after, uniforms but for middle."""

    time: Floats
    middle: Floats
    before: Floats
    after: Floats


def draw_lows(seed: int, block: int, months: int, size: int) -> LowDraws:
    """The raw draws of one block, from four streams of their own; before and after are above 0."""
    time, middle, before, after = STREAMS
    return LowDraws(
        time=uniforms(seed, time, block, months, size),
        middle=normals(seed, middle, block, months, size),
        before=1.0 - uniforms(seed, before, block, months, size),
        after=1.0 - uniforms(seed, after, block, months, size),
    )


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
    jump = jump_sum(steps, draws)
    start, end = log_btc[:, :-1], log_btc[:, 1:]
    variance = steps.deviation[stress[:, 1:]] ** 2
    variance[:, : steps.covered] *= float(steps.keep_shocks)
    jump[:, : steps.covered] *= float(steps.keep_shocks)
    time = low_draws.time
    middle = np.sqrt(variance * time * (1.0 - time)) * low_draws.middle
    there = start + time * (end - start - jump) + middle
    lows = np.minimum(
        bridge_low(start, there, variance * time, low_draws.before),
        bridge_low(there + jump, end, variance * (1.0 - time), low_draws.after),
    )
    return np.concatenate([log_btc[:, :1], lows], axis=1)
