"""What each position adds to the standard deviation of a whole: Euler's allocation, which sums to it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from haircut.pricing.moments import FEWEST_BLOCKS
from haircut.pricing.view import ClaimView

Floats = NDArray[np.float64]


def risk_contributions(weights: Floats, covariance: Floats) -> Floats:
    """``w_i (C w)_i / sqrt(w' C w)``: the deviation is homogeneous in w, so its parts w_i dsd/dw_i sum to it.

    Args:
        weights: (n,) of the positions.
        covariance: (n, n) of one unit of each.

    Returns:
        (n,) in the unit of the deviation; zeros where nothing varies.

    >>> risk_contributions(np.array([1.0, 1.0]), np.array([[9.0, 0.0], [0.0, 16.0]])).tolist()
    [1.8, 3.2]
    """
    together = covariance @ weights
    variance = float(weights @ together)
    if variance <= 0.0:
        return np.zeros(len(weights))
    found: Floats = weights * together / math.sqrt(variance)
    return found


def loss_contributions(views: Mapping[str, ClaimView]) -> dict[str, float] | None:
    """What each claim adds to the standard deviation of the discounted loss of a book under P, USD.

    Covariances between claims come from block means, of which paths are the 512th part: ``C = n Cov(mean)``.

    Returns:
        By claim id; None with fewer than 20 blocks.
    """
    if not views or min(view.p.blocks for view in views.values()) < FEWEST_BLOCKS:
        return None
    gaps = np.stack([view.p.block_deviations({"loss_pv": 1.0}) for view in views.values()])
    blocks, paths = gaps.shape[1], next(iter(views.values())).p.paths
    covariance = gaps @ gaps.T * blocks / (blocks - 1) * paths
    parts = risk_contributions(np.ones(len(gaps)), covariance)
    return dict(zip(views, parts.tolist(), strict=True))
