"""Where labels stand when their lines end close together: apart, in order, as near as can be."""

from __future__ import annotations

from collections.abc import Sequence


def spread_labels(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions at least `gap` apart within [low, high], in the order of `wanted`, near to it.

    Labels that collide form a cluster around the mean of what its members want; clusters that collide
    merge. Where `high - low` cannot hold all of them, the gap shrinks.

    Args:
        wanted: the positions of the line ends, in pixels.
        gap: least distance of two labels, in pixels.
        low: least position allowed.
        high: largest position allowed.

    >>> spread_labels([10.0, 12.0, 50.0], gap=16.0, low=0.0, high=100.0)
    [3.0, 19.0, 50.0]
    >>> spread_labels([98.0, 99.0], gap=16.0, low=0.0, high=100.0)
    [84.0, 100.0]
    """
    if not wanted:
        return []
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    clusters: list[tuple[list[int], float]] = []  # members, position of the first
    for index in order:
        clusters.append(([index], _within(wanted[index], 1, gap, low, high)))
        while len(clusters) > 1:
            (above, start), (below, next_start) = clusters[-2:]
            if start + gap * len(above) <= next_start + 1e-9:
                break
            members = above + below
            mean = sum(wanted[member] for member in members) / len(members)
            first = mean - gap * (len(members) - 1) / 2
            clusters[-2:] = [(members, _within(first, len(members), gap, low, high))]
    placed = [0.0] * len(wanted)
    for members, start in clusters:
        for step, member in enumerate(members):
            placed[member] = start + gap * step
    return placed


def _within(first: float, size: int, gap: float, low: float, high: float) -> float:
    return max(low, min(first, high - gap * (size - 1)))
