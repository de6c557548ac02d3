"""The correlation of the five shocks by funding state, and the factors that make it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from haircut.case.market import Market
from haircut.case.market.correlations import FACTORS

Floats = NDArray[np.float64]


def mixing_factors(market: Market) -> Floats:
    """(2, 5, 5) lower Cholesky factor of the shocks' correlation in calm and in stress, order `FACTORS`."""
    states = (market.correlations.calm, market.correlations.stress)
    return np.stack([cholesky(correlation_matrix(pairs)) for pairs in states])


def correlation_matrix(pairs: Mapping[str, float]) -> Floats:
    """(5, 5) correlation of the shocks from named pairs such as ``compute-demand``; others are 0.

    Pairs with a driver of its own file (btc) are left to it.

    >>> correlation_matrix({"compute-demand": 0.4})[0]
    array([1. , 0.4, 0. , 0. , 0. ])
    """
    result = np.eye(len(FACTORS))
    for pair, value in pairs.items():
        names = pair.split("-")
        if not set(names) <= set(FACTORS):
            continue
        first, second = (FACTORS.index(name) for name in names)
        result[first, second] = result[second, first] = value
    return result


def cholesky(correlation: Floats) -> Floats:
    """Lower factor L with ``L L' = C``, also where C is singular (two shocks that are one).

    >>> cholesky(np.array([[1.0, 1.0], [1.0, 1.0]]))
    array([[1., 0.],
           [1., 0.]])
    """
    size = len(correlation)
    result = np.zeros((size, size))
    for column in range(size):
        rest = correlation[column:, column] - result[column:, :column] @ result[column, :column]
        assert rest[0] > -1e-12, "the correlation matrix is not positive semidefinite"
        if rest[0] > 1e-12:
            result[column:, column] = rest / np.sqrt(rest[0])
        else:
            assert np.all(np.abs(rest) < 1e-6), "the correlation matrix is not positive semidefinite"
    return result
