"""The coin: Merton's jump diffusion whose drift and diffusive volatility follow the funding regime.

    log B(t + h) - log B(t) = g h + [sigma_s sqrt(h) eps - K(sigma_s sqrt(h))] + [J - lambda h k]

with s the funding state of the month's end, eps its shock, ``K(a) = log E exp(a eps)``, J the sum of N normal
jumps, N Poisson with mean lambda h, and ``k = E exp(jump) - 1``: the price grows at g whatever the state. g is
the market's drift under P and the rate of the month on the path under Q. N comes from one uniform and J from one
normal, so a month costs the same draws whatever happens in it.

Group: coin. Unit: USD per BTC. Moments: `expected_price`, `return_variance`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market.btc import BtcMarket
from haircut.scenarios.drivers.student import NORMAL, log_mean_exponential
from haircut.scenarios.randomness import normals, uniforms

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STREAMS = ("btc", "btc_jump_count", "btc_jump_size")
STEP_YEARS = 1.0 / 12.0


class BtcSteps(NamedTuple):
    """One step of the coin as constants.

    Attributes:
        price: USD per BTC today.
        growth: (2,) of the expected price over a step by funding state; not read where it is the rate.
        at_rate: the price grows at the rate of the path (Q).
        deviation: (2,) sigma sqrt(h) by funding state; compensator: (2,) K of it.
        count_limit: running sum of the Poisson law of the number of jumps in a step.
        jump_mean, jump_deviation: of one jump, log.
        jump_compensator: lambda h k.
        mixing: (2, 6) weights of the shock on compute, demand, power, rate, funding_spread and its own normal, by
            funding state at the start of the month.
        stated: (T,) log change that an overlay states; covered: months that follow it.
        keep_shocks: the shocks run around the stated path.
    """

    price: float
    growth: Floats
    at_rate: bool
    deviation: Floats
    compensator: Floats
    count_limit: Floats
    jump_mean: float
    jump_deviation: float
    jump_compensator: float
    mixing: Floats
    stated: Floats
    covered: int
    keep_shocks: bool


class BtcDraws(NamedTuple):
    """(n, T) raw draws: a normal, the uniform of the number of jumps, the normal of their sum."""

    shock: Floats
    jump_count: Floats
    jump_size: Floats


def draw_btc(seed: int, block: int, months: int, size: int) -> BtcDraws:
    """The raw draws of one block, from streams of their own."""
    return BtcDraws(
        normals(seed, STREAMS[0], block, months, size),
        uniforms(seed, STREAMS[1], block, months, size),
        normals(seed, STREAMS[2], block, months, size),
    )


def btc_steps(
    market: BtcMarket,
    mixing: Floats,
    months: int,
    at_rate: bool = False,
    degrees_of_freedom: float = NORMAL,
    step_years: float = STEP_YEARS,
) -> BtcSteps:
    """Compile the coin for one measure.

    Args:
        market: parameters of the coin.
        mixing: (2, 6), as in `BtcSteps`.
        months: T.
        at_rate: grow at the rate (Q) instead of the market's drift.
        degrees_of_freedom: of the shocks; 0 is normal.
        step_years: h; a month unless a test asks for another step.
    """
    mean, deviation = market.jump_mean.value, market.jump_deviation.value
    rate = market.jumps_per_year.value * step_years
    sigma = np.array([market.volatility_calm.value, market.volatility_stress.value]) * np.sqrt(step_years)
    return BtcSteps(
        price=market.price.value,
        growth=np.array([market.drift_calm.value, market.drift_stress.value]) * step_years,
        at_rate=at_rate,
        deviation=sigma,
        compensator=log_mean_exponential(sigma, degrees_of_freedom),
        count_limit=poisson_limits(rate),
        jump_mean=mean,
        jump_deviation=deviation,
        jump_compensator=rate * float(np.expm1(mean + 0.5 * deviation**2)),
        mixing=mixing,
        stated=np.zeros(months),
        covered=0,
        keep_shocks=True,
    )


def poisson_limits(rate: float) -> Floats:
    """Running sums of the Poisson law up to where they are 1: limits by which a uniform picks the count.

    >>> poisson_limits(1.0)[:3].round(4)
    array([0.3679, 0.7358, 0.9197])
    """
    terms = [float(np.exp(-rate))]
    while terms[-1] > 1e-18 or len(terms) < rate:
        terms.append(terms[-1] * rate / len(terms))
    return np.asarray(np.minimum(np.cumsum(terms), 1.0))


def mixing_row(lower: Floats, correlation: Floats) -> Floats:
    """Weights that make a sixth shock of the five normals and one of its own.

    Args:
        lower: (5, 5) Cholesky factor of the five.
        correlation: (5,) of the sixth shock with the five shocks.

    >>> mixing_row(np.eye(5), np.array([0.6, 0.0, 0.0, 0.0, 0.0]))
    array([0.6, 0. , 0. , 0. , 0. , 0.8])
    """
    weights = np.linalg.lstsq(lower, correlation, rcond=1e-9)[0] if np.any(correlation) else 0.0 * correlation
    own = 1.0 - float(weights @ weights)
    assert own > -1e-9, "the correlation matrix is not positive semidefinite"
    return np.append(weights, np.sqrt(max(own, 0.0)))


def jump_count(steps: BtcSteps, draws: BtcDraws) -> Integers:
    """(n, T) number of the month's jumps."""
    return np.asarray(np.searchsorted(steps.count_limit, draws.jump_count, side="right"), dtype=np.int64)


def jump_sum(steps: BtcSteps, draws: BtcDraws) -> Floats:
    """(n, T) sum of the month's jumps."""
    count = jump_count(steps, draws)
    return count * steps.jump_mean + np.sqrt(count) * steps.jump_deviation * draws.jump_size


def log_returns(steps: BtcSteps, draws: BtcDraws, shock: Floats, stress: Integers, rate: Floats) -> Floats:
    """(n, T) log returns of the coin.

    Args:
        steps: of one measure.
        draws: of the block.
        shock: (n, T) correlated shock eps.
        stress: (n, T + 1) funding state.
        rate: (n, T) log return of the money-market account; read where the price grows at the rate.
    """
    state = stress[:, 1:]
    surprise = steps.deviation[state] * shock
    surprise -= steps.compensator[state]
    surprise += jump_sum(steps, draws)
    surprise -= steps.jump_compensator
    covered = steps.covered
    if not steps.keep_shocks:
        surprise[:, :covered] = 0.0
    growth = rate if steps.at_rate else steps.growth[state]
    surprise[:, covered:] += growth[:, covered:]
    surprise[:, :covered] += steps.stated[:covered]
    return surprise


def expected_price(steps: BtcSteps, funding: Floats, initial: Floats) -> Floats:
    """(T + 1,) ``E[B(t)]`` under P, exactly: growth follows the state of the month's end.

    Args:
        steps: under P.
        funding: (2, 2) monthly transition of the funding state, or (T, 2, 2) where an overlay forces it.
        initial: (2,) probabilities of the funding state today.
    """
    months = len(steps.stated)
    chain = np.broadcast_to(funding, (months, 2, 2))
    mass = steps.price * initial
    result = [mass.sum()]
    for month in range(months):
        change = np.exp(steps.growth) if month >= steps.covered else np.full(2, np.exp(steps.stated[month]))
        mass = (mass @ chain[month]) * change
        result.append(mass.sum())
    return np.array(result)


def return_variance(steps: BtcSteps, state: int, variance_of_shock: float = 1.0) -> float:
    """Variance of one step's log return in a funding state: diffusion and jumps.

    ``sigma^2 h Var(eps) + lambda h (m^2 + s^2)``.
    """
    rate = -float(np.log(steps.count_limit[0]))
    return float(steps.deviation[state] ** 2 * variance_of_shock) + rate * (
        steps.jump_mean**2 + steps.jump_deviation**2
    )
