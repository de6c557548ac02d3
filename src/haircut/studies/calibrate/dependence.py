"""Errors that admit that neighbours resemble each other: Newey-West, block bootstrap, clusters, exact intervals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Regression(NamedTuple):
    """Least squares, or instrumental variables, with Newey-West errors.

    Attributes:
        coefficients, std_errors: (k,).
        covariance: (k, k).
        residuals: (n,).
        r_squared: share of variance explained.
        lags: of the Newey-West weights.
    """

    coefficients: Floats
    std_errors: Floats
    covariance: Floats
    residuals: Floats
    r_squared: float
    lags: int


def newey_west_lags(n: int) -> int:
    """The usual number of lags, 4 (n / 100)^(2/9), rounded down.

    >>> newey_west_lags(100), newey_west_lags(4000)
    (4, 9)
    """
    return int(4.0 * (n / 100.0) ** (2.0 / 9.0))


def long_run_covariance(scores: Floats, lags: int) -> Floats:
    """Sum over observations of outer products of scores (n, k), Bartlett weights up to `lags`."""
    total = scores.T @ scores
    for lag in range(1, min(lags, len(scores) - 1) + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        total = total + (1.0 - lag / (lags + 1.0)) * (crossed + crossed.T)
    return np.asarray(total)


def regress(
    target: Floats, columns: Floats, *, instruments: Floats | None = None, lags: int | None = None
) -> Regression:
    """Least squares of `target` (n,) on `columns` (n, k); with instruments, as many, two-stage least squares.

    >>> t = np.arange(50.0)
    >>> regress(3.0 + 2.0 * t, np.column_stack([np.ones(50), t])).coefficients.round(6).tolist()
    [3.0, 2.0]
    """
    n, k = columns.shape
    chosen = newey_west_lags(n) if lags is None else lags
    z = columns if instruments is None else instruments
    inverse = np.linalg.inv(z.T @ columns)
    coefficients = inverse @ (z.T @ target)
    residuals = target - columns @ coefficients
    meat = long_run_covariance(z * residuals[:, None], chosen) * n / (n - k)
    covariance = inverse @ meat @ inverse.T
    total = float(np.sum((target - target.mean()) ** 2))
    explained = 1.0 - float(residuals @ residuals) / total if total > 0.0 else 0.0
    return Regression(coefficients, np.sqrt(np.diag(covariance)), covariance, residuals, explained, chosen)


def mean_with_error(values: Floats, lags: int | None = None) -> tuple[float, float]:
    """A mean and its Newey-West standard error."""
    found = regress(values, np.ones((len(values), 1)), lags=lags)
    return float(found.coefficients[0]), float(found.std_errors[0])


def block_bootstrap(
    statistic: Callable[[NDArray[np.int64]], float], n: int, *, block: int, repeats: int = 400, seed: int = 1
) -> float:
    """Standard error of `statistic(indices)` by a circular block bootstrap.

    Args:
        statistic: of an array of n row numbers.
        n: rows.
        block: rows that stay together; about as long as neighbours resemble each other.
        repeats: resamples.
        seed: of the resamples.
    """
    generator = np.random.Generator(np.random.SFC64(seed))
    count = -(-n // block)
    found = np.empty(repeats)
    for repeat in range(repeats):
        starts = generator.integers(0, n, count)
        chosen = ((starts[:, None] + np.arange(block)[None, :]) % n).ravel()[:n]
        found[repeat] = statistic(chosen)
    return float(np.nanstd(found, ddof=1))


def clustered_mean(values: Sequence[float], clusters: Sequence[Hashable]) -> tuple[float, float | None]:
    """A mean and its standard error when values of one cluster may move as one; None with one cluster.

    >>> clustered_mean([1.0, 1.0, 3.0, 3.0], ["a", "a", "b", "b"])
    (2.0, 1.0)
    """
    array = np.array(values)
    mean = float(array.mean())
    groups = sorted(set(clusters), key=str)
    if len(groups) < 2:
        return mean, None
    sums = np.array(
        [sum(v - mean for v, c in zip(values, clusters, strict=True) if c == group) for group in groups]
    )
    correction = len(groups) / (len(groups) - 1.0)
    return mean, float(np.sqrt(correction * np.sum(sums**2)) / len(array))


def exact_share(events: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson interval of a probability.

    >>> tuple(round(x, 3) for x in exact_share(6, 217))
    (0.01, 0.059)
    """
    from scipy.stats import beta

    tail = (1.0 - level) / 2.0
    low = 0.0 if events == 0 else float(beta.ppf(tail, events, trials - events + 1))
    high = 1.0 if events == trials else float(beta.ppf(1.0 - tail, events + 1, trials - events))
    return low, high


def exact_rate(events: int, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a Poisson rate, events over exposure.

    >>> tuple(round(x, 3) for x in exact_rate(5, 10.0))
    (0.162, 1.167)
    """
    from scipy.stats import chi2

    tail = (1.0 - level) / 2.0
    low = 0.0 if events == 0 else float(chi2.ppf(tail, 2 * events)) / 2.0
    return low / exposure, float(chi2.ppf(1.0 - tail, 2 * events + 2)) / 2.0 / exposure
