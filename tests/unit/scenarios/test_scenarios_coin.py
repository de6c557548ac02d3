"""The coin, its network and shares: limits, martingales, draws that disturb nobody, overlays on them."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from haircut.case.imposed import BtcPath
from haircut.case.settings import Scenario, Settings
from haircut.errors import Defect
from haircut.scenarios.coin import expected_coin
from haircut.scenarios.drivers.btc import poisson_limits
from haircut.scenarios.drivers.hashrate import hashprice
from haircut.scenarios.scenario_set import ScenarioSet, World
from tests.unit.scenarios import cases
from tests.unit.scenarios.cases import by_regime, quantity

MONTHS = 36


@pytest.fixture(scope="module")
def recipe() -> ScenarioSet:
    return cases.coin_set(cases.coin_case(), MONTHS)


def bits(world: World) -> bytes:
    arrays = [*world.block, *(world.coin or ()), *world.equities]
    return b"".join(each.tobytes() for each in arrays)


def test_shapes(recipe: ScenarioSet) -> None:
    world = recipe.world(0, "P")
    assert world.coin is not None
    for name in ("btc", "hashrate", "hashprice", "stress"):
        assert getattr(world.coin, name).shape == (512, MONTHS + 1), name
    assert world.equities.price.shape == (1, 512, MONTHS + 1)
    assert np.allclose(world.coin.btc[:, 0], 78000.0)
    assert np.allclose(world.coin.hashrate[:, 0], 894_000.0)
    assert np.all(world.equities.price[:, :, 0] == 1.0)
    assert np.array_equal(world.coin.stress, world.block.stress)


def test_the_hashprice_identity_holds_on_every_path_and_steps_down_at_the_halving(
    recipe: ScenarioSet,
) -> None:
    coin, steps = recipe.world(0, "P").coin, recipe.coin_p.hashrate
    assert coin is not None
    assert np.allclose(coin.hashprice, hashprice(steps.reward, coin.btc, coin.hashrate), rtol=1e-13)
    # As-of 2026-10-01, halving 2028-04-15: month 19 is the first after it.
    assert steps.reward[18] == pytest.approx(3.175) and steps.reward[19] == pytest.approx(1.6125)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_bits_depend_neither_on_threads_nor_on_order(recipe: ScenarioSet, threads: int) -> None:
    wanted = {(i, m): bits(recipe.world(i, m)) for i in range(3) for m in ("P", "Q")}
    jobs = list(itertools.product((2, 0, 1), ("Q", "P")))
    with ThreadPoolExecutor(threads) as pool:
        for job, world in zip(jobs, pool.map(lambda job: recipe.world(*job), jobs), strict=True):
            assert bits(world) == wanted[job]


def test_the_coin_changes_no_other_driver(recipe: ScenarioSet) -> None:
    plain = cases.scenario_set(cases.case(correlations=cases.coin_correlations()), MONTHS)
    for measure in ("P", "Q"):
        one, other = plain.block(1, measure), recipe.world(1, measure).block
        assert all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def test_the_correlation_of_the_coin_leaves_the_five_factors(recipe: ScenarioSet) -> None:
    bare = cases.coin_correlations(calm={"compute-demand": 0.4}, stress={"compute-demand": 0.4})
    other = cases.coin_set(cases.coin_case(correlations=bare), MONTHS)
    assert np.array_equal(other.p.steps.mixing, recipe.p.steps.mixing)


def test_another_share_changes_no_other_path(recipe: ScenarioSet) -> None:
    alone = cases.coin_set(cases.coin_case(equities=()), MONTHS).world(0, "Q")
    both = recipe.world(0, "Q")
    assert alone.coin is not None and both.coin is not None
    assert alone.equities.price.shape == (0, 512, MONTHS + 1)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(alone.coin, both.coin, strict=True))


def test_a_longer_horizon_begins_with_the_shorter_one(recipe: ScenarioSet) -> None:
    longer = cases.coin_set(cases.coin_case(), MONTHS + 12).world(0, "P")
    short = recipe.world(0, "P")
    assert short.coin is not None and longer.coin is not None
    assert np.array_equal(short.coin.btc, longer.coin.btc[:, : MONTHS + 1])
    assert np.allclose(short.equities.price, longer.equities.price[:, :, : MONTHS + 1], rtol=1e-12)


@pytest.mark.parametrize("nu", [None, 4.0])
def test_without_prices_of_risk_and_with_the_drift_at_p_q_is_p_bit_for_bit(nu: float | None) -> None:
    of = cases.coin_case(
        compute=cases.compute_market(theta=quantity(0.0), theta_regime=quantity(0.0)),
        credit=cases.credit_market(theta=0.0),
        correlations=cases.coin_correlations(degrees_of_freedom=nu),
    )
    recipe = cases.coin_set(of, 12, drift_at_p=True)
    assert bits(recipe.world(0, "P")) == bits(recipe.world(0, "Q"))


@pytest.mark.parametrize("nu", [None, 4.0])
def test_discounted_prices_are_martingales_under_q(nu: float | None) -> None:
    of = cases.coin_case(correlations=cases.coin_correlations(degrees_of_freedom=nu))
    recipe = cases.coin_set(of, 12, seed=11, paths=10 * 512)
    worlds = [recipe.world(i, "Q") for i in range(recipe.blocks)]
    discount = np.concatenate([each.block.discount for each in worlds])
    btc = np.concatenate([each.coin.btc for each in worlds if each.coin is not None])
    share = np.concatenate([each.equities.price[0] for each in worlds])
    prices = {
        "coin": (discount * btc, 78000.0),
        "share": (discount * share, 1.0),
        "bond": (discount, recipe.q.discount),
    }
    for name, (values, today) in prices.items():
        mean, error = values.mean(axis=0), values.std(axis=0) / np.sqrt(len(values))
        for month in (3, 6, 12):
            wanted = today[month] if isinstance(today, np.ndarray) else today
            assert abs(mean[month] - wanted) <= 3.0 * error[month], (name, month)


def quiet(**changes: float) -> dict[str, object]:
    return {
        "btc": cases.btc(volatility_calm=0.0, volatility_stress=0.0, jumps_per_year=0.0, **changes),
        "network": cases.network(volatility=0.0),
    }


def test_without_volatility_the_coin_grows_at_its_drift_and_hashrate_answers() -> None:
    of = cases.coin_case(**quiet(drift_stress=0.10), equities=())
    coin = cases.coin_set(of, MONTHS).world(0, "P").coin
    assert coin is not None
    assert np.allclose(coin.btc, 78000.0 * np.exp(0.10 * np.arange(MONTHS + 1) / 12.0), rtol=1e-12)
    known = cases.coin_set(of, MONTHS)
    expected = expected_coin(known.p, known.coin_p)
    assert expected is not None
    assert np.allclose(expected.hashrate, coin.hashrate, rtol=1e-12)


def test_hashprice_returns_to_what_the_marginal_miner_wants() -> None:
    of = cases.coin_case(
        **{
            **quiet(drift_calm=0.0, drift_stress=0.0),
            "network": cases.network(volatility=0.0, efficiency_gain=0.0),
        },
        equities=(),
    )
    known = cases.coin_set(of, 18)
    coin = known.world(0, "P").coin
    assert coin is not None
    wanted = 1.15 * 22.0 * 0.05 * 24.0
    gap = np.log(coin.hashprice[0] / wanted)
    assert gap[0] > 0.0
    # An exact exponential approach at k_up while the reward stays.
    assert np.allclose(gap, gap[0] * np.exp(-0.5 * np.arange(19) / 12.0), rtol=1e-10)


def test_under_q_hashrate_is_higher_by_theta_sigma() -> None:
    of = cases.coin_case(equities=())
    steps = cases.coin_set(of, 2).coin_q.hashrate
    k = np.array([2.0, 0.5])
    assert np.allclose(steps.drift, 0.3 * 0.2 * (1.0 - np.exp(-k / 12.0)) / k, rtol=1e-13)


def test_a_share_without_volatility_grows_at_its_drift_whatever_the_regime() -> None:
    of = cases.coin_case(
        **quiet(),
        compute=cases.compute_market(
            volatility=by_regime(0, 0, 0), demand_speed=quantity(0.7), initial_state=by_regime(0, 1, 0)
        ),
        equities=(
            cases.equity(own_volatility=0.0, compute_loading=0.0, demand_loading=0.0, btc_loading=0.0),
        ),
    )
    share = cases.coin_set(of, 24).world(0, "P").equities.price[0]
    assert np.allclose(share, 1.08 ** (np.arange(25) / 12.0), rtol=1e-12)


def test_a_stated_path_replaces_the_coin_or_carries_its_shocks() -> None:
    def paths(**fields: object) -> np.ndarray:
        path = BtcPath(levels=({"month": 6, "factor": 0.5}, {"month": 12, "factor": 0.25}), **fields)
        recipe = cases.coin_set(cases.coin_case(scenario=Scenario(btc_path=path)), 14, paths=6 * 512)
        blocks = [recipe.world(i, "P").coin for i in range(recipe.blocks)]
        return np.concatenate([each.btc for each in blocks if each is not None])

    replaced = paths()
    assert np.allclose(replaced[:, [3, 6, 12]], 78000.0 * np.array([0.5**0.5, 0.5, 0.25]), rtol=1e-12)
    assert replaced[:, 13].std() > 0.0
    flat = paths(then="flat")
    assert np.allclose(flat[:, 14], 78000.0 * 0.25, rtol=1e-12)
    kept = paths(shocks="kept")
    error = kept.std(axis=0) / np.sqrt(len(kept))
    assert abs(kept[:, 12].mean() - 78000.0 * 0.25) <= 3.0 * error[12]
    assert kept[:, 12].std() > 3000.0


def test_independence_by_shift_reads_coin_and_shares_on_paths_of_their_own() -> None:
    of = cases.coin_case(settings=Settings(independence_by_shift=True))
    world = cases.coin_set(of, 6).world(0, "P")
    assert world.coin is not None
    joint = cases.coin_set(cases.coin_case(), 6).world(0, "P")
    assert joint.coin is not None
    rows = [*world.block.reads, world.coin.reads, *world.equities.reads]
    assert all(len({int(row[p]) for row in rows}) == len(rows) for p in range(512))
    assert np.array_equal(np.sort(world.coin.btc[world.coin.reads], axis=0), np.sort(joint.coin.btc, axis=0))
    assert np.array_equal(joint.coin.reads, np.arange(512))


def test_a_case_without_a_coin_has_shares_without_its_loading() -> None:
    of = cases.case(equities=(cases.equity(),))
    world = cases.coin_set(of, 6).world(0, "Q")
    assert world.coin is None
    assert world.equities.price.shape == (1, 512, 7)


def test_a_set_compiled_without_the_coin_says_so() -> None:
    with pytest.raises(Defect, match="compiled without the coin"):
        cases.scenario_set(cases.case(), 6).world(0, "P")


def test_the_poisson_law_sums_to_one() -> None:
    for rate in (0.0, 0.1, 1.0, 40.0):
        limits = poisson_limits(rate)
        assert limits[-1] == pytest.approx(1.0, abs=1e-15)
        assert np.all(np.diff(limits) >= 0.0)
