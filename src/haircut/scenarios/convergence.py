"""Do they fall together? Dependence under stress, beside what conditioning alone would show.

A correlation measured in bad months differs from one measured in good months even where the link is the same,
because picking months by size picks their variance. Which way it moves depends on the pick: where the driver's
variance is larger the correlation rises, below a bound it falls. So each number stands beside that null, and
the condition is named.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

FEWEST_BLOCKS = 20
"""With fewer blocks their spread says too little, and an error is None."""


class Estimate(NamedTuple):
    """A number with its standard error; None where it does not exist, or the blocks are too few for an error."""

    value: float | None
    std_error: float | None


class Lift(NamedTuple):
    """How much likelier two events are together than if they were independent.

    Attributes:
        first, second, both: probabilities; lift: both / (first second); joint: paths with both; paths: n.
    """

    first: Estimate
    second: Estimate
    both: Estimate
    lift: Estimate
    joint: int
    paths: int


def forbes_rigobon(correlation: float, variance_growth: float) -> float:
    """The correlation in the low state that a constant link needs to show `correlation` in the high one.

    ``rho = rho_h / sqrt(1 + delta (1 - rho_h^2))``, delta = var_h / var_l - 1 (Forbes and Rigobon 2002).

    >>> round(forbes_rigobon(0.8, 2.0), 5)
    0.60999
    """
    return correlation / math.sqrt(1.0 + variance_growth * (1.0 - correlation**2))


def given_variance(correlation: float, ratio: float) -> float:
    """The correlation that a constant link shows where the driver's variance is `ratio` times as large.

    ``rho_A = rho / sqrt(rho^2 + (1 - rho^2) / ratio)`` (Boyer, Gibson and Loretan 1999): the null of conditioning
    alone. It rises with the variance: the inverse of `forbes_rigobon`.

    >>> round(given_variance(0.60999, 3.0), 4)
    0.8
    """
    if correlation == 0.0 or ratio == 0.0:
        return 0.0
    return correlation / math.sqrt(correlation**2 + (1.0 - correlation**2) / ratio)


def variance_beyond(bound: float, both_sides: bool) -> float:
    """Variance of a standard normal given |x| > bound, or x < -bound.

    >>> round(variance_beyond(0.0, False), 4)
    0.3634
    """
    mills = _density(bound) / _above(bound)
    both = 1.0 + bound * mills
    return both if both_sides else both - mills * mills


def given_beyond(correlation: float, bound: float, both_sides: bool) -> float:
    """The correlation of a normal pair given that the first is beyond a bound, in standard deviations.

    >>> round(given_beyond(0.5, 1.96, True), 3), round(given_beyond(0.5, 1.645, False), 3)
    (0.806, 0.21)
    """
    return given_variance(correlation, variance_beyond(bound, both_sides))


def exceedance_correlation(correlation: float, bound: float) -> float:
    """The correlation of a normal pair given that both are below `bound` (Rosenbaum's moments).

    >>> round(exceedance_correlation(0.5, -1.0), 4)
    0.1789
    """
    h, rho = -bound, correlation
    s = math.sqrt(1.0 - rho * rho)
    mass = bivariate_below(bound, rho)
    slope = _density(h) * _above((h - rho * h) / s)
    corner = s / math.sqrt(2.0 * math.pi) * _density(h * math.sqrt(2.0 - 2.0 * rho) / s)
    mean = (1.0 + rho) * slope / mass
    square = 1.0 + (h * (1.0 + rho * rho) * slope + rho * corner) / mass
    cross = rho + (2.0 * rho * h * slope + corner) / mass
    return (cross - mean * mean) / (square - mean * mean)


def bivariate_below(bound: float, correlation: float) -> float:
    """P(X < bound, Y < bound) of a standard normal pair, by Plackett's integral in the angle.

    >>> round(bivariate_below(0.0, 0.5), 6)
    0.333333
    """
    angle = math.asin(correlation)
    nodes, weights = np.polynomial.legendre.leggauss(64)
    theta = 0.5 * angle * (nodes + 1.0)
    integral = 0.5 * angle * float(weights @ np.exp(-(bound**2) / (1.0 + np.sin(theta))))
    return _above(-bound) ** 2 + integral / (2.0 * math.pi)


def normal_tail(correlation: float, share: float) -> float:
    """P(U < q, V < q) / q of a normal pair: the null of a measured lower tail at the same correlation.

    >>> round(normal_tail(0.0, 0.05), 6), round(normal_tail(0.5, 0.05), 3)
    (0.05, 0.244)
    """
    from scipy.special import ndtri

    return bivariate_below(float(ndtri(share)), correlation) / share


def lower_tail(first: Floats, second: Floats, share: float, block_size: int) -> Estimate:
    """P(U < q, V < q) / q of a sample, U and V its ranks.

    Args:
        first, second: (n,).
        share: q.
        block_size: paths in a block; the error comes from the spread of block means.

    >>> lower_tail(np.arange(100.0), np.arange(100.0), 0.05, 100).value
    1.0
    """
    low = (first < np.quantile(first, share)) & (second < np.quantile(second, share))
    blocks = len(low) // block_size
    means = low[: blocks * block_size].reshape(blocks, block_size).mean(axis=1)
    error = float(means.std(ddof=1) / math.sqrt(blocks) / share) if blocks >= FEWEST_BLOCKS else None
    return Estimate(float(low.mean()) / share, error)


def joint_lift(counts: Floats) -> Lift:
    """The lift of two events from counts by block.

    Args:
        counts: (blocks, 4) paths, paths in A, in B, in both.

    >>> found = joint_lift(np.array([[100.0, 10.0, 20.0, 4.0]]))
    >>> found.lift
    Estimate(value=2.0, std_error=None)
    """
    total = counts.sum(axis=0)
    n = float(total[0])

    def ratio(rows: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(rows[..., 3] * rows[..., 0] / (rows[..., 1] * rows[..., 2]))

    def share(column: int) -> Estimate:
        p = float(total[column]) / n
        if not p or len(counts) < FEWEST_BLOCKS:
            return Estimate(p, None)
        return Estimate(p, jackknife((total[column] - counts[:, column]) / (n - counts[:, 0])))

    lift = float(ratio(total)) if total[1] and total[2] else None
    error = jackknife(ratio(total - counts)) if lift else None
    return Lift(share(1), share(2), share(3), Estimate(lift, error), int(total[3]), int(n))


def jackknife(without: Floats) -> float | None:
    """Standard error from the estimates that leave out one block each; None with too few blocks.

    >>> jackknife(np.zeros(3)) is None, jackknife(np.zeros(20))
    (True, 0.0)
    """
    blocks = len(without)
    if blocks < FEWEST_BLOCKS or not np.all(np.isfinite(without)):
        return None
    return float(math.sqrt((blocks - 1) / blocks * np.square(without - without.mean()).sum()))


def correlations(products: Floats) -> Floats:
    """(..., k, k) correlations from sums of products of (1, x_1 .. x_k), (..., k + 1, k + 1).

    >>> z = np.column_stack([np.ones(3), [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])
    >>> correlations(z.T @ z).round(6)
    array([[1., 1.],
           [1., 1.]])
    """
    covariance = covariances(products)
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(covariance / (deviation[..., :, None] * deviation[..., None, :]))


def covariances(products: Floats) -> Floats:
    """(..., k, k) covariances from the same sums."""
    count = products[..., 0, 0][..., None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = products[..., 0, 1:] / count[..., 0]
        return np.asarray(products[..., 1:, 1:] / count - mean[..., :, None] * mean[..., None, :])


def _density(x: float) -> float:
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def _above(x: float) -> float:
    return 0.5 * math.erfc(x / math.sqrt(2.0))
