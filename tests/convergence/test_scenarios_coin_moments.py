"""Moments of the coin, its network and shares at 200,000 paths, within three standard errors of closed form."""

import dataclasses

import numpy as np
import pytest

from haircut.scenarios.coin import coin_shock
from haircut.scenarios.drivers.btc import jump_sum, return_variance
from haircut.scenarios.drivers.student import shock_variance
from haircut.scenarios.expected import expected_block
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.simulate import simulate_states
from tests.unit.scenarios import cases

MONTHS = 60
PATHS = 391 * 512
LOOK = np.array([1, 12, 36, 60])


def recipe_of(**changes: object) -> ScenarioSet:
    return cases.coin_set(cases.coin_case(**changes), MONTHS, seed=20261001, paths=PATHS)


def within(values: np.ndarray, wanted: np.ndarray | float) -> None:
    error = np.maximum(values.std(axis=0) / np.sqrt(len(values)), 1e-15)
    assert np.max(np.abs(values.mean(axis=0) - wanted) / error) < 3.0


@pytest.mark.parametrize("nu", [None, 4.0])
def test_expected_coin(nu: float | None) -> None:
    recipe = recipe_of(correlations=cases.coin_correlations(degrees_of_freedom=nu), equities=())
    expected = expected_block(recipe.p, coin=recipe.coin_p)
    btc = np.concatenate([recipe.block(i, "P").btc[:, LOOK] for i in range(recipe.blocks)])
    within(btc, expected.btc[0, LOOK])


def test_returns_by_funding_state_have_the_jump_diffusions_moments() -> None:
    recipe = recipe_of(equities=())
    steps = recipe.coin_p.btc
    returns, states, jumps = [], [], []
    for i in range(40):
        coin, draws = recipe.block(i, "P"), recipe.draw_coin(i)
        returns.append(np.diff(np.log(coin.btc)).ravel())
        states.append(coin.stress[:, 1:].ravel())
        jumps.append(jump_sum(steps, draws.btc).ravel())
    log_return, state = np.concatenate(returns), np.concatenate(states)
    rate, m, s = 1.0, -0.02, 0.11
    within(np.concatenate(jumps), rate * m)
    within((np.concatenate(jumps) - rate * m) ** 2, rate * (m * m + s * s))
    for which in (0, 1):
        mine = log_return[state == which]
        mean = steps.growth[which] - steps.compensator[which] - steps.jump_compensator + rate * m
        within(mine, mean)
        within((mine - mean) ** 2, return_variance(steps, which))


def test_the_coins_shock_has_its_correlations_in_each_state() -> None:
    recipe = recipe_of(equities=())
    shocks, spreads, computes, states = [], [], [], []
    for i in range(100):
        draws, own = recipe.draw(i), recipe.draw_coin(i).btc.shock
        stress = simulate_states(recipe.p, draws).stress
        shocks.append(coin_shock(recipe.p, recipe.coin_p.btc.mixing, draws, own, stress).ravel())
        mixing = recipe.p.steps.mixing[stress[:, :-1], 4]
        five = np.stack([draws.compute, draws.demand, draws.power, draws.rate, draws.funding_spread], axis=-1)
        spreads.append((mixing * five).sum(axis=-1).ravel())
        computes.append(draws.compute.ravel())
        states.append(stress[:, :-1].ravel())
    shock, spread, compute, state = (np.concatenate(each) for each in (shocks, spreads, computes, states))
    within(shock, 0.0)
    within(shock**2, 1.0)
    for which, with_spread, with_compute in ((0, -0.2, 0.0), (1, -0.5, 0.3)):
        mine = state == which
        for other, wanted in ((spread, with_spread), (compute, with_compute)):
            found = np.corrcoef(shock[mine], other[mine])[0, 1]
            assert abs(found - wanted) <= 3.0 * (1.0 - wanted**2) / np.sqrt(mine.sum())


def test_students_shock_has_the_variance_of_its_law() -> None:
    recipe = recipe_of(correlations=cases.coin_correlations(degrees_of_freedom=4.0), equities=())
    squares = []
    for i in range(100):
        draws, own = recipe.draw(i), recipe.draw_coin(i).btc.shock
        stress = simulate_states(recipe.p, draws).stress
        shock = coin_shock(recipe.p, recipe.coin_p.btc.mixing, draws, own, stress)
        squares.append((shock**2).mean(axis=1))
    within(np.concatenate(squares), shock_variance(4.0))


def test_hashrate_has_the_moments_of_an_ou_around_a_quiet_coin() -> None:
    """One speed both ways and no coin risk: log hashprice is Gaussian with closed mean and variance."""
    k, sigma = 0.5, 0.2
    recipe = recipe_of(
        btc=cases.btc(
            volatility_calm=0.0, volatility_stress=0.0, jumps_per_year=0.0, drift_calm=0.0, drift_stress=0.0
        ),
        network=cases.network(speed_up=k, speed_down=k, efficiency_gain=0.0),
        equities=(),
    )
    log_hash = np.log(
        np.concatenate([recipe.block(i, "P").hashrate[:, [1, 12, 18]] for i in range(recipe.blocks)])
    )
    steps, years = recipe.coin_p.hashrate, np.array([1, 12, 18]) / 12.0
    target = np.log(144.0 * steps.reward[0] * 78000.0) - steps.wanted[0]
    within(log_hash, target + (np.log(894_000.0) - target) * np.exp(-k * years))
    variance = sigma**2 * (1.0 - np.exp(-2.0 * k * years)) / (2.0 * k)
    within((log_hash - log_hash.mean(axis=0)) ** 2, variance)


@pytest.mark.parametrize("measure", ["P", "Q"])
def test_shares_grow_at_their_drift_or_at_the_rate(measure: str) -> None:
    recipe = recipe_of()
    sums = []
    for i in range(recipe.blocks):
        block = recipe.block(i, measure)
        price = block.shares[0]
        sums.append((price if measure == "P" else block.discount * price)[:, LOOK])
    within(np.concatenate(sums), 1.08 ** (LOOK / 12.0) if measure == "P" else 1.0)


def test_hull_white_reprices_the_curve() -> None:
    """The mean of the discount factor over the exact law of the rate's sum, by Gauss-Hermite quadrature."""
    known = recipe_of().q
    keep, deviation = known.steps.rate
    nodes, weights = np.polynomial.hermite_e.hermegauss(64)
    for month in range(1, MONTHS + 1):
        # S(t) = sum over shocks s of deviation (1 - keep^(t - 1 - s)) / (1 - keep) eps(s): its variance directly.
        loads = deviation * (1.0 - keep ** np.arange(month - 1, 0, -1)) / (1.0 - keep)
        spread = np.sqrt(np.sum(loads**2))
        values = known.discount[month] * np.exp(-spread * nodes / 12.0 - known.discount_correction[month])
        repriced = values @ weights / weights.sum()
        assert abs(repriced / known.discount[month] - 1.0) < 1e-6


def test_pairs_of_shares_and_the_coin_share_what_they_load_on() -> None:
    of = cases.coin_case(
        equities=(cases.equity(compute_loading=0.0, demand_loading=0.0, own_volatility=0.0),)
    )
    recipe = dataclasses.replace(cases.coin_set(of, 12), paths=512)
    block = recipe.block(0, "P")
    share, coin = np.diff(np.log(block.shares[0])), np.diff(np.log(block.btc))
    assert np.corrcoef(share.ravel(), coin.ravel())[0, 1] > 0.99


@pytest.mark.parametrize("nu", [None, 4.0])
def test_the_discounted_coin_is_a_martingale_under_q(nu: float | None) -> None:
    recipe = recipe_of(correlations=cases.coin_correlations(degrees_of_freedom=nu))
    values, shares = [], []
    for i in range(recipe.blocks):
        block = recipe.block(i, "Q")
        values.append((block.discount * block.btc)[:, LOOK])
        shares.append((block.discount * block.shares[0])[:, LOOK])
    within(np.concatenate(values), 78000.0)
    within(np.concatenate(shares), 1.0)
