"""The grid of log rent: where it lies, how it is read, how a function on it is carried one month."""

from __future__ import annotations

import math

import numpy as np

from haircut.kernels import kernel
from haircut.machines.law import Floats, RentLaw

DEVIATIONS_COVERED = 6.0
SMALLEST_HALF_WIDTH = 0.25
LARGEST_HALF_WIDTH = 10.0

GAUSS_HERMITE_NODE = math.sqrt(3.0)


def log_rent_range(law: RentLaw, months: int) -> tuple[float, float]:
    """Range of log rent that the law reaches within `months`: mean -/+ 6 standard deviations.

    The widest over the months and over the three pure regimes of today, from the exact first and second
    moments of c by regime. At least 0.25 beyond the means, and at most 10 in logs from today's rent: reads
    extend linearly in rent beyond.

    Args:
        law: the law, at least `months` long.
        months: last month of interest.
    """
    low = high = law.log_rent
    jumps = float(np.sum(law.mix_weight * (law.mix_variance + law.mix_shift**2)))
    for start in range(3):
        weight, first, second = np.eye(3)[start], np.zeros(3), np.zeros(3)
        for t in range(months):
            weight, first, second = weight @ law.transition, first @ law.transition, second @ law.transition
            pull = min(law.pull[t], law.pull_below[t] if law.pull_below.size else 1.0)
            keep, shift = 1.0 - pull, law.step[t] + law.drift[t] + pull * law.target[t]
            second = keep**2 * second + 2.0 * keep * shift * first
            second += (shift**2 + law.deviation[t] ** 2 + jumps) * weight
            first = keep * first + shift * weight
            mean = float(first.sum())
            spread = math.sqrt(max(float(second.sum()) - mean**2, 0.0))
            reach = max(DEVIATIONS_COVERED * spread, SMALLEST_HALF_WIDTH)
            centre = law.log_rent + mean + float(law.log_obsolescence[t + 1])
            low, high = min(low, centre - reach), max(high, centre + reach)
    low = min(max(low, law.log_rent - LARGEST_HALF_WIDTH), law.log_rent - SMALLEST_HALF_WIDTH)
    high = max(min(high, law.log_rent + LARGEST_HALF_WIDTH), law.log_rent + SMALLEST_HALF_WIDTH)
    return low, high


@kernel
def locate(x: float, x_low: float, x_step: float, nodes: int) -> tuple[int, float]:
    """Cell of x and the distance from its lower node; beyond the ends the nearest cell."""
    place = (x - x_low) / x_step
    cell = min(max(math.floor(place), 0), nodes - 2)
    return cell, x - (x_low + cell * x_step)


@kernel
def rent_weight(distance: float, x_step: float) -> float:
    """Weight of the upper node when a value is linear in rent between two nodes of log rent.

    (exp(distance) - 1) / (exp(x_step) - 1), by its series inside a cell; outside [0, x_step] it extrapolates.
    """
    if 0.0 <= distance <= x_step <= 0.25:
        above = distance * (1.0 + distance * (1.0 / 2.0 + distance * (1.0 / 6.0 + distance / 24.0)))
        below = x_step * (1.0 + x_step * (1.0 / 2.0 + x_step * (1.0 / 6.0 + x_step / 24.0)))
        return above / below
    return math.expm1(distance) / math.expm1(x_step)


@kernel
def limited_slopes(values: Floats, x_step: float, slopes: Floats) -> None:
    """Slopes at the nodes that keep a cubic monotone wherever its nodes are; fourth order where smooth.

    The five-point difference, or the central one next to the ends, held between zero and three times the
    smaller of the neighbouring slopes, so that kinks do not overshoot.
    """
    last = values.shape[0] - 1
    slopes[0] = (values[1] - values[0]) / x_step
    slopes[last] = (values[last] - values[last - 1]) / x_step
    for i in range(1, last):
        left = (values[i] - values[i - 1]) / x_step
        right = (values[i + 1] - values[i]) / x_step
        if left * right <= 0.0:
            slopes[i] = 0.0
            continue
        slope = 0.5 * (left + right)
        if 2 <= i <= last - 2:
            slope = (8.0 * (values[i + 1] - values[i - 1]) - values[i + 2] + values[i - 2]) / (12.0 * x_step)
        limit = 3.0 * min(abs(left), abs(right))
        sign = 1.0 if left > 0.0 else -1.0
        slopes[i] = sign * min(max(sign * slope, 0.0), limit)


@kernel
def interpolate(values: Floats, slopes: Floats, x_low: float, x_step: float, x: float) -> float:
    """Monotone cubic between the nodes; linear in rent beyond them, as a margin is, and never below zero."""
    nodes = values.shape[0]
    cell, distance = locate(x, x_low, x_step, nodes)
    lower, upper = values[cell], values[cell + 1]
    s = distance / x_step
    if s < 0.0 or s > 1.0:
        beyond: float = max(lower + rent_weight(distance, x_step) * (upper - lower), 0.0)
        return beyond
    return between(lower, upper, slopes[cell], slopes[cell + 1], x_step, s)


@kernel
def between(
    lower: float, upper: float, slope: float, next_slope: float, x_step: float, share: float
) -> float:
    """The cubic through two neighbouring nodes with these slopes, at a share of the way from the lower one."""
    rest = 1.0 - share
    bend = rest * (slope * x_step - (upper - lower)) - share * (next_slope * x_step - (upper - lower))
    inside: float = lower + share * (upper - lower) + share * rest * bend
    return inside


@kernel
def mean_next_month(
    values: Floats, slopes: Floats, x_low: float, x_step: float, mean: float, deviation: float
) -> float:
    """E[values(mean + deviation * eps)] by Gauss-Hermite with three points."""
    middle = interpolate(values, slopes, x_low, x_step, mean)
    if deviation == 0.0:
        return middle
    reach = GAUSS_HERMITE_NODE * deviation
    below = interpolate(values, slopes, x_low, x_step, mean - reach)
    above = interpolate(values, slopes, x_low, x_step, mean + reach)
    return (below + 4.0 * middle + above) / 6.0
