"""The coin, its network and shares: limits, martingales, draws that disturb nobody, overlays on them."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from haircut.case.imposed import BtcPath
from haircut.case.settings import Scenario, Settings
from haircut.errors import Defect
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.drivers.btc import poisson_limits
from haircut.scenarios.drivers.hashrate import hashprice
from haircut.scenarios.expected import expected_block
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set
from tests.unit.scenarios import cases
from tests.unit.scenarios.cases import by_regime, quantity

MONTHS = 36


@pytest.fixture(scope="module")
def recipe() -> ScenarioSet:
    return cases.coin_set(cases.coin_case(), MONTHS)


def bits(block: ScenarioBlock) -> bytes:
    return b"".join(each.tobytes() for each in block)


def test_shapes(recipe: ScenarioSet) -> None:
    for measure in ("P", "Q"):
        block = recipe.block(0, measure)
        for name in ("btc", "btc_low", "hashrate", "hashprice"):
            assert getattr(block, name).shape == (512, MONTHS + 1), name
        assert block.shares.shape == (1, 512, MONTHS + 1)
        assert block.coin_reads.shape == (512,) and block.share_reads.shape == (1, 512)
        assert block.patience.shape == (0, 0)
        assert np.allclose(block.btc[:, 0], 78000.0)
        assert np.allclose(block.hashrate[:, 0], 894_000.0)
        assert np.all(block.shares[:, :, 0] == 1.0)
        for name, values in block._asdict().items():
            assert values.flags.c_contiguous, name
            whole = name in ("regime", "stress", "default_month") or name.endswith("reads")
            assert values.dtype == (np.int64 if whole else np.float64), name


def test_the_hashprice_identity_holds_on_every_path_and_steps_down_at_the_halving(
    recipe: ScenarioSet,
) -> None:
    coin, steps = recipe.block(0, "P"), recipe.coin_p.hashrate
    assert np.allclose(coin.hashprice, hashprice(steps.reward, coin.btc, coin.hashrate), rtol=1e-13)
    # As-of 2026-10-01, halving 2028-04-15: month 19 is the first after it.
    assert steps.reward[18] == pytest.approx(3.175) and steps.reward[19] == pytest.approx(1.6125)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_bits_depend_neither_on_threads_nor_on_order(recipe: ScenarioSet, threads: int) -> None:
    wanted = {(i, m): bits(recipe.block(i, m)) for i in range(3) for m in ("P", "Q")}
    jobs = list(itertools.product((2, 0, 1), ("Q", "P")))
    with ThreadPoolExecutor(threads) as pool:
        for job, block in zip(jobs, pool.map(lambda job: recipe.block(*job), jobs), strict=True):
            assert bits(block) == wanted[job]


def test_the_coin_changes_no_other_driver(recipe: ScenarioSet) -> None:
    plain = cases.scenario_set(cases.case(correlations=cases.coin_correlations()), MONTHS)
    for measure in ("P", "Q"):
        one, other = plain.block(1, measure), recipe.block(1, measure)
        for name in ScenarioBlock._fields[: ScenarioBlock._fields.index("btc")]:
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
        assert one.btc.size == one.shares.size == one.coin_reads.size == 0


def test_the_correlation_of_the_coin_leaves_the_five_factors(recipe: ScenarioSet) -> None:
    bare = cases.coin_correlations(calm={"compute-demand": 0.4}, stress={"compute-demand": 0.4})
    other = cases.coin_set(cases.coin_case(correlations=bare), MONTHS)
    assert np.array_equal(other.p.steps.mixing, recipe.p.steps.mixing)


def test_another_share_changes_no_other_path(recipe: ScenarioSet) -> None:
    alone = cases.coin_set(cases.coin_case(equities=()), MONTHS).block(0, "Q")
    both = recipe.block(0, "Q")
    assert alone.shares.shape == (0, 512, MONTHS + 1)
    for name in ScenarioBlock._fields:
        if not name.startswith("share"):
            assert getattr(alone, name).tobytes() == getattr(both, name).tobytes(), name


def test_a_longer_horizon_begins_with_the_shorter_one(recipe: ScenarioSet) -> None:
    longer = cases.coin_set(cases.coin_case(), MONTHS + 12).block(0, "P")
    short = recipe.block(0, "P")
    for name in ("btc", "btc_low", "hashprice"):
        assert np.array_equal(getattr(short, name), getattr(longer, name)[:, : MONTHS + 1]), name
    assert np.allclose(short.shares, longer.shares[:, :, : MONTHS + 1], rtol=1e-12)


@pytest.mark.parametrize("nu", [None, 4.0])
def test_without_prices_of_risk_and_with_the_drift_at_p_q_is_p_bit_for_bit(nu: float | None) -> None:
    of = cases.coin_case(
        compute=cases.compute_market(theta=quantity(0.0), theta_regime=quantity(0.0)),
        credit=cases.credit_market(theta=0.0),
        correlations=cases.coin_correlations(degrees_of_freedom=nu),
    )
    recipe = cases.coin_set(of, 12, drift_at_p=True)
    assert bits(recipe.block(0, "P")) == bits(recipe.block(0, "Q"))


@pytest.mark.parametrize("nu", [None, 4.0])
def test_discounted_prices_are_martingales_under_q(nu: float | None) -> None:
    of = cases.coin_case(correlations=cases.coin_correlations(degrees_of_freedom=nu))
    recipe = cases.coin_set(of, 12, seed=11, paths=10 * 512)
    blocks = [recipe.block(i, "Q") for i in range(recipe.blocks)]
    discount = np.concatenate([each.discount for each in blocks])
    btc = np.concatenate([each.btc for each in blocks])
    share = np.concatenate([each.shares[0] for each in blocks])
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
    coin = cases.coin_set(of, MONTHS).block(0, "P")
    assert np.allclose(coin.btc, 78000.0 * np.exp(0.10 * np.arange(MONTHS + 1) / 12.0), rtol=1e-12)
    known = cases.coin_set(of, MONTHS)
    expected = expected_block(known.p, coin=known.coin_p)
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
    coin = known.block(0, "P")
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
    share = cases.coin_set(of, 24).block(0, "P").shares[0]
    assert np.allclose(share, 1.08 ** (np.arange(25) / 12.0), rtol=1e-12)


def test_a_stated_path_replaces_the_coin_or_carries_its_shocks() -> None:
    def paths(**fields: object) -> np.ndarray:
        path = BtcPath(levels=({"month": 6, "factor": 0.5}, {"month": 12, "factor": 0.25}), **fields)
        recipe = cases.coin_set(cases.coin_case(scenario=Scenario(btc_path=path)), 14, paths=6 * 512)
        return np.concatenate([recipe.block(i, "P").btc for i in range(recipe.blocks)])

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
    shifted = cases.coin_set(of, 6).block(0, "P")
    joint = cases.coin_set(cases.coin_case(), 6).block(0, "P")
    rows = [*shifted.reads, shifted.coin_reads, *shifted.share_reads]
    assert all(len({int(row[p]) for row in rows}) == len(rows) for p in range(512))
    for name in ("btc", "btc_low", "hashprice"):
        own = getattr(shifted, name)[shifted.coin_reads]
        assert np.array_equal(np.sort(own, axis=0), np.sort(getattr(joint, name), axis=0)), name
    share = shifted.shares[0, shifted.share_reads[0]]
    assert np.array_equal(np.sort(share, axis=0), np.sort(joint.shares[0], axis=0))
    assert np.array_equal(joint.coin_reads, np.arange(512))


def test_a_case_without_a_coin_has_shares_without_its_loading() -> None:
    of = cases.case(equities=(cases.equity(),))
    block = cases.coin_set(of, 6).block(0, "Q")
    assert block.btc.size == block.hashprice.size == block.coin_reads.size == 0
    assert block.shares.shape == (1, 512, 7)


def test_a_set_compiled_without_the_coin_says_so() -> None:
    with pytest.raises(Defect, match="compiled without the coin"):
        cases.scenario_set(cases.case(), 6).draw_coin(0)


def test_the_poisson_law_sums_to_one() -> None:
    for rate in (0.0, 0.1, 1.0, 40.0):
        limits = poisson_limits(rate)
        assert limits[-1] == pytest.approx(1.0, abs=1e-15)
        assert np.all(np.diff(limits) >= 0.0)


def test_contracts_have_patience_of_their_own(recipe: ScenarioSet) -> None:
    of = cases.case()
    some, more = (
        compile_scenario_set(of, 6, cases.laws(of, 6), contracts=names) for names in (["one"], ["two", "one"])
    )
    p, q = more.both(3)
    assert p.patience.shape == (2, 512) and np.array_equal(p.patience, q.patience)
    assert np.array_equal(some.block(3, "P").patience[0], p.patience[1])
    assert abs(p.patience.mean() - 1.0) <= 3.0 / np.sqrt(p.patience.size)


def test_the_lowest_price_lies_below_both_ends_of_its_month(recipe: ScenarioSet) -> None:
    block = recipe.block(0, "Q")
    ends = np.minimum(block.btc[:, 1:], block.btc[:, :-1])
    assert np.all(block.btc_low[:, 1:] <= ends) and np.all(block.btc_low[:, 0] == block.btc[:, 0])
    assert np.mean(block.btc_low[:, 1:] < 0.99 * ends) > 0.5


def test_a_stated_path_without_shocks_is_lowest_at_an_end() -> None:
    path = BtcPath(levels=({"month": 6, "factor": 0.5}, {"month": 12, "factor": 1.0}))
    block = cases.coin_set(cases.coin_case(scenario=Scenario(btc_path=path)), 14).block(0, "P")
    ends = np.minimum(block.btc[:, 1:13], block.btc[:, :12])
    assert np.allclose(block.btc_low[:, 1:13], ends, rtol=1e-12)
