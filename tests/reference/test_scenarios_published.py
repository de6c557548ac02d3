"""Published values: Merton's jump diffusion, tail dependence, correlation that conditioning alone moves.

Merton (1976) table: Haug, The Complete Guide to Option Pricing Formulas, as in QuantLib's test suite. Tail
dependence: McNeil, Frey and Embrechts, Quantitative Risk Management. Conditioning: Forbes and Rigobon (2002);
Boyer, Gibson and Loretan (1999).
"""

import math

import numpy as np
import pytest
from scipy.stats import norm

from haircut.scenarios.convergence import (
    exceedance_correlation,
    forbes_rigobon,
    given_beyond,
    given_variance,
    normal_tail,
    variance_beyond,
)
from haircut.scenarios.drivers.btc import btc_steps, draw_btc, log_returns
from haircut.scenarios.drivers.student import tail_dependence
from tests.unit.scenarios import cases

MERTON = (
    (80.0, 0.1, 1.0, 0.25, 20.67),
    (100.0, 0.5, 1.0, 0.25, 8.95),
    (110.0, 0.25, 5.0, 0.5, 2.11),
    (120.0, 0.5, 10.0, 0.75, 2.23),
)
SPOT, RATE, TOTAL = 100.0, 0.08, 0.25


def jump_law(intensity: float, share: float) -> tuple[float, float]:
    """Diffusive volatility and deviation of a jump that make `TOTAL`, `share` of its variance from jumps."""
    jump = math.sqrt(share * TOTAL**2 / intensity)
    return math.sqrt(TOTAL**2 - intensity * jump**2), jump


def black_scholes(strike: float, years: float, rate: float, volatility: float) -> float:
    spread = volatility * math.sqrt(years)
    d1 = (math.log(SPOT / strike) + rate * years) / spread + 0.5 * spread
    return float(SPOT * norm.cdf(d1) - strike * math.exp(-rate * years) * norm.cdf(d1 - spread))


def merton_series(strike: float, years: float, intensity: float, share: float) -> float:
    """Sum over the number of jumps of Black-Scholes prices; the mean jump is 0."""
    sigma, jump = jump_law(intensity, share)
    total, weight = 0.0, math.exp(-intensity * years)
    for count in range(80):
        total += weight * black_scholes(strike, years, RATE, math.sqrt(sigma**2 + count * jump**2 / years))
        weight *= intensity * years / (count + 1)
    return total


@pytest.mark.parametrize(("strike", "years", "intensity", "share", "published"), MERTON)
def test_merton_by_the_series_and_by_the_simulator(
    strike: float, years: float, intensity: float, share: float, published: float
) -> None:
    exact = merton_series(strike, years, intensity, share)
    assert exact == pytest.approx(published, abs=0.01)
    sigma, jump = jump_law(intensity, share)
    market = cases.btc(
        price=SPOT, volatility_calm=sigma, volatility_stress=sigma, jumps_per_year=intensity,
        jump_mean=-0.5 * jump**2, jump_deviation=jump,
    )  # fmt: skip
    mixing = np.tile([0.0, 0.0, 0.0, 0.0, 0.0, 1.0], (2, 1))
    steps = btc_steps(market, mixing, 1, at_rate=True, step_years=years)
    paths = 400_000
    draws = draw_btc(7, 0, 1, paths)
    calm = np.zeros((paths, 2), dtype=np.int64)
    log_return = log_returns(steps, draws, draws.shock, calm, np.full((paths, 1), RATE * years))[:, 0]
    payoff = math.exp(-RATE * years) * np.maximum(SPOT * np.exp(log_return) - strike, 0.0)
    assert abs(payoff.mean() - exact) <= 3.0 * payoff.std() / math.sqrt(paths)


@pytest.mark.parametrize(
    ("nu", "rho", "published"),
    [(4.0, 0.0, 0.076), (4.0, 0.5, 0.253), (4.0, 0.9, 0.630), (2.0, 0.0, 0.182), (2.0, 0.5, 0.391), (2.0, 0.9, 0.718)],
)  # fmt: skip
def test_tail_dependence_of_the_t_copula(nu: float, rho: float, published: float) -> None:
    assert tail_dependence(rho, nu) == pytest.approx(published, abs=5.5e-4)
    assert tail_dependence(rho, 0.0) == 0.0


def test_forbes_and_rigobon() -> None:
    assert forbes_rigobon(0.8, 2.0) == pytest.approx(0.60999, abs=5e-6)
    assert forbes_rigobon(0.5, 3.0) == pytest.approx(0.27735, abs=5e-6)
    # The correction undoes what a larger variance does to a constant link.
    assert forbes_rigobon(given_variance(0.37, 1.0 + 2.6), 2.6) == pytest.approx(0.37, rel=1e-12)


@pytest.mark.parametrize(
    ("bound", "both_sides", "published"),
    [(1.96, True, 0.80650), (1.0, True, 0.67604), (0.0, False, 0.32869), (1.645, False, 0.20975)],
)
def test_boyer_gibson_and_loretan(bound: float, both_sides: bool, published: float) -> None:
    assert given_beyond(0.5, bound, both_sides) == pytest.approx(published, abs=1e-4)
    sample = np.random.default_rng(1).standard_normal(2_000_000)
    inside = np.abs(sample) > bound if both_sides else sample < -bound
    assert variance_beyond(bound, both_sides) == pytest.approx(sample[inside].var(), rel=0.01)


@pytest.mark.parametrize(("bound", "published"), [(0.0, 0.2687), (-1.0, 0.1789), (-2.0, 0.1188)])
def test_exceedance_correlation_falls_under_normality(bound: float, published: float) -> None:
    assert exceedance_correlation(0.5, bound) == pytest.approx(published, abs=1e-4)


def test_the_tail_of_a_normal_pair() -> None:
    assert normal_tail(0.0, 0.05) == pytest.approx(0.05, rel=1e-6)
    assert normal_tail(0.999999, 0.05) == pytest.approx(1.0, abs=0.01)
    # Bivariate normal at rho 0.5 and q 1/2: 1/4 + asin(rho) / (2 pi), over q.
    assert normal_tail(0.5, 0.5) == pytest.approx((0.25 + math.asin(0.5) / (2.0 * math.pi)) / 0.5, rel=1e-6)
