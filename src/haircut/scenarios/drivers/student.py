"""Student's shocks: a factor common to the shocks of a month makes the tails fat, and fat together.

``eps = clip(w z, -6, 6)`` with z a correlated standard normal and ``w = sqrt((nu - 2) / chi2_nu)`` drawn once a
month and path, so that eps has variance 1 but for the cut. nu = 0 stands for normal shocks throughout.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.randomness import TRUNCATION

Floats = NDArray[np.float64]

NORMAL = 0.0
"""The degrees of freedom that stand for normal shocks."""
NODES = 400


def tail_scale(uniform: Floats, degrees_of_freedom: float) -> Floats:
    """w of each uniform, by inversion of the distribution of chi2.

    Args:
        uniform: on [0, 1); one a month and path.
        degrees_of_freedom: nu, above 2.

    >>> tail_scale(np.array([0.5]), 4.0).round(4)
    array([0.7719])
    """
    from scipy.special import gammaincinv

    half = 0.5 * degrees_of_freedom
    # The lowest uniform, 0, would be an infinite factor; the shock is cut at 6 in any case.
    chi2 = 2.0 * np.asarray(gammaincinv(half, np.maximum(uniform, 2.0**-53)))
    return np.asarray(np.sqrt((degrees_of_freedom - 2.0) / chi2))


@cache
def scale_quadrature(degrees_of_freedom: float) -> tuple[Floats, Floats]:
    """Nodes and weights of w, for expectations that condition on it: Gauss-Legendre in the probability.

    The probability runs over u = v^2 so that the fat end, small u, has its share of the nodes.
    """
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    v, half = 0.5 * (nodes + 1.0), 0.5 * weights
    return tail_scale(v * v, degrees_of_freedom), half * 2.0 * v


def log_mean_exponential(loading: Floats | float, degrees_of_freedom: float = NORMAL) -> Floats:
    """``log E exp(a eps)`` of one shock: the compensator that keeps a price's mean where it belongs.

    Half of ``a^2`` for normal shocks (their cut at 6 is below 1e-8); for Student's shocks the mean over w of the
    closed form of a normal cut at 6.

    Args:
        loading: a, any shape.
        degrees_of_freedom: nu above 2, or 0.

    >>> log_mean_exponential(0.2).round(6), log_mean_exponential(0.2, 4.0).round(6)
    (np.float64(0.02), np.float64(0.019464))
    """
    a = np.asarray(loading, dtype=np.float64)
    if degrees_of_freedom == NORMAL:
        return np.asarray(0.5 * a * a)[()]
    from scipy.special import log_ndtr, ndtr

    scale, weight = scale_quadrature(degrees_of_freedom)
    edge, tilt = TRUNCATION / scale, a[..., None] * scale
    square = 0.5 * tilt * tilt
    inside = np.exp(square + log_ndtr(edge - tilt)) - np.exp(square + log_ndtr(-edge - tilt))
    outside = 2.0 * np.cosh(a[..., None] * TRUNCATION) * ndtr(-edge)
    return np.asarray(np.log((inside + outside) @ weight))[()]


def shock_variance(degrees_of_freedom: float) -> float:
    """Variance of one shock: 1 but for what the cut at 6 takes.

    >>> shock_variance(0.0), round(shock_variance(4.0), 3)
    (1.0, 0.96)
    """
    if degrees_of_freedom == NORMAL:
        return 1.0
    from scipy.special import ndtr

    scale, weight = scale_quadrature(degrees_of_freedom)
    edge = TRUNCATION / scale
    density = np.exp(-0.5 * edge * edge) / np.sqrt(2.0 * np.pi)
    inside = scale**2 * (ndtr(edge) - ndtr(-edge) - 2.0 * edge * density)
    return float((inside + 2.0 * TRUNCATION**2 * ndtr(-edge)) @ weight)


def density(shock: Floats, degrees_of_freedom: float) -> tuple[Floats, float]:
    """Density of eps inside the cut, and the mass at each of -6 and 6.

    Args:
        shock: where; 0 is returned beyond the cut.
        degrees_of_freedom: nu above 2.
    """
    from scipy.special import gammaln, stdtr

    nu = degrees_of_freedom
    stretch = np.sqrt(nu / (nu - 2.0))
    log_constant = gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu) - 0.5 * np.log(nu * np.pi)
    inside = np.exp(log_constant - 0.5 * (nu + 1.0) * np.log1p((stretch * shock) ** 2 / nu)) * stretch
    return np.where(np.abs(shock) < TRUNCATION, inside, 0.0), float(stdtr(nu, -TRUNCATION * stretch))


def tail_dependence(correlation: float, degrees_of_freedom: float) -> float:
    """Tail dependence of two Student variables, lower and upper alike, before the cut.

    ``lambda = 2 t_{nu+1}(-sqrt((nu + 1) (1 - rho) / (1 + rho)))``; normal variables have none (McNeil, Frey and
    Embrechts, Quantitative Risk Management).

    >>> round(tail_dependence(0.5, 4.0), 3), tail_dependence(0.5, 0.0)
    (0.253, 0.0)
    """
    if degrees_of_freedom == NORMAL:
        return 0.0
    from scipy.special import stdtr

    nu = degrees_of_freedom
    return float(2.0 * stdtr(nu + 1.0, -np.sqrt((nu + 1.0) * (1.0 - correlation) / (1.0 + correlation))))
