"""Merton's jump diffusion from daily log returns: maximum likelihood with errors that admit clustered volatility.

A day's return is N(mu + k m, sigma^2 dt + k s^2) with k jumps, k Poisson(lambda dt).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from haircut.errors import CannotCompute
from haircut.studies.calibrate.dependence import Floats, long_run_covariance, newey_west_lags

DAY_YEARS = 1.0 / 365.0
MOST_JUMPS = 6
NAMES = ("daily mean", "diffusive volatility", "jumps a year", "mean jump", "deviation of jumps")


class JumpDiffusion(NamedTuple):
    """A fit, each value with its standard error.

    Attributes:
        values: (5,) daily mean without jumps, diffusive volatility a year, jumps a year, mean jump, deviation.
        std_errors: (5,) sandwich errors, Newey-West scores.
        log_likelihood, normal: of the fit and of one normal law.
        n: days.
    """

    values: Floats
    std_errors: Floats
    log_likelihood: float
    normal: float
    n: int

    @property
    def total_volatility(self) -> float:
        """Annual: sqrt(sigma^2 + lambda (m^2 + s^2))."""
        _, sigma, rate, mean, deviation = self.values
        return float(np.sqrt(sigma**2 + rate * (mean**2 + deviation**2)))


def log_densities(returns: Floats, values: Floats) -> Floats:
    """(n,) log density of each day."""
    drift, sigma, rate, mean, deviation = values
    total = np.zeros_like(returns)
    expected = rate * DAY_YEARS
    for jumps in range(MOST_JUMPS + 1):
        weight = math.exp(-expected) * expected**jumps / math.factorial(jumps)
        variance = sigma**2 * DAY_YEARS + jumps * deviation**2
        distance = returns - drift - jumps * mean
        total += weight * np.exp(-0.5 * distance**2 / variance) / math.sqrt(2.0 * math.pi * variance)
    return np.asarray(np.log(np.maximum(total, 1e-300)))


def fit_jump_diffusion(returns: Floats, *, lags: int | None = None) -> JumpDiffusion:
    """Maximum likelihood from three starts, the best kept.

    Args:
        returns: (n,) daily log returns, at least a year of them.
        lags: of the Newey-West scores; the usual number where absent.

    Raises:
        CannotCompute: with under 365 days, or where no maximum is found.
    """
    from scipy.optimize import minimize

    n = len(returns)
    if n < 365:
        raise CannotCompute(f"jump diffusion: found {n} days; expected at least 365")
    spread = float(returns.std())

    def unpack(free: Floats) -> Floats:
        return np.array([free[0], math.exp(free[1]), math.exp(free[2]), free[3], math.exp(free[4])])

    def objective(free: Floats) -> float:
        return -float(log_densities(returns, unpack(free)).mean())

    best = None
    for share, rate, size in ((0.6, 60.0, 1.5), (0.8, 12.0, 3.0), (0.5, 120.0, 1.0)):
        start = np.array(
            [
                returns.mean(),
                math.log(share * spread / math.sqrt(DAY_YEARS)),
                math.log(rate),
                0.0,
                math.log(size * spread),
            ]
        )
        bounds = [(-0.05, 0.05), (-6.0, 3.0), (-3.0, 6.5), (-0.5, 0.5), (-8.0, 0.0)]
        found = minimize(objective, start, method="L-BFGS-B", bounds=bounds)
        if best is None or found.fun < best.fun:
            best = found
    if best is None or not np.isfinite(best.fun):
        raise CannotCompute("jump diffusion: found no maximum of the likelihood; expected returns that move")
    values = unpack(best.x)
    log_likelihood = -float(best.fun) * n
    normal = -0.5 * n * (math.log(2.0 * math.pi * spread**2) + 1.0)
    return JumpDiffusion(values, _errors(returns, values, lags), log_likelihood, normal, n)


def _errors(returns: Floats, values: Floats, lags: int | None) -> Floats:
    """Sandwich: inverse Hessian, long-run covariance of the scores, inverse Hessian."""
    n = len(returns)
    steps = 1e-4 * np.maximum(np.abs(values), 1e-3)

    def scores(at: Floats) -> Floats:
        columns = []
        for index, step in enumerate(steps):
            up, down = at.copy(), at.copy()
            up[index] += step
            down[index] -= step
            columns.append((log_densities(returns, up) - log_densities(returns, down)) / (2.0 * step))
        return np.column_stack(columns)

    hessian = np.empty((len(values), len(values)))
    for index, step in enumerate(steps):
        up, down = values.copy(), values.copy()
        up[index] += step
        down[index] -= step
        hessian[index] = (scores(up).sum(axis=0) - scores(down).sum(axis=0)) / (2.0 * step)
    hessian = 0.5 * (hessian + hessian.T)
    meat = long_run_covariance(scores(values), newey_west_lags(n) if lags is None else lags)
    inverse = np.linalg.pinv(-hessian)
    return np.asarray(np.sqrt(np.maximum(np.diag(inverse @ meat @ inverse), 0.0)))
