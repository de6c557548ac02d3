"""The shape that discount and survival curves share: an integral of a piecewise constant rate."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haircut.errors import InputRefused

FloatArray = NDArray[np.float64]


def cumulative_at(years: FloatArray, node_years: FloatArray, node_cumulative: FloatArray) -> FloatArray:
    """Integral of the rate from 0 to each of `years`: linear from (0, 0) through the nodes.

    Beyond the last node the rate of the last segment continues.

    >>> cumulative_at(np.array([0.5, 3.0]), np.array([1.0, 2.0]), np.array([0.1, 0.3]))
    array([0.05, 0.5 ])
    """
    x = np.concatenate(([0.0], node_years))
    y = np.concatenate(([0.0], node_cumulative))
    segment = np.minimum(np.searchsorted(node_years, years, side="left"), len(node_years) - 1)
    slope = np.diff(y) / np.diff(x)
    result: FloatArray = y[segment] + slope[segment] * (years - x[segment])
    return result


def checked_years(years: ArrayLike, where: str) -> FloatArray:
    """`years` as an array of finite numbers, none negative, or an `InputRefused` that names `where`."""
    values = np.asarray(years, dtype=np.float64)
    if not np.all(np.isfinite(values)) or np.any(values < 0.0):
        bad = float(values[~(np.isfinite(values) & (values >= 0.0))].flat[0])
        raise InputRefused(
            f"{where}: found {bad}; expected years from the as-of date, finite and at least 0 "
            "(a curve knows nothing of the past)"
        )
    return values


def checked_nodes(node_years: Sequence[float], where: str) -> tuple[float, ...]:
    """Node times as a tuple, ascending and positive, or an `InputRefused` that names the first bad one."""
    nodes = tuple(float(year) for year in node_years)
    if not nodes:
        raise InputRefused(f"{where}: found no nodes; expected at least one")
    previous = 0.0
    for position, year in enumerate(nodes):
        if not math.isfinite(year) or year <= previous:
            raise InputRefused(
                f"{where}[{position}]: found {year:g} after {previous:g}; expected years in ascending order, "
                "each above the one before and the first above 0: sort the nodes and drop duplicates"
            )
        previous = year
    return nodes
