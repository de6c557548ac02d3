"""Blocks: bits that depend on nothing but the recipe, limits, and Q beside P."""

import datetime
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from haircut.case.book import Credit, Customer
from haircut.case.settings import PathPoint, RentPath, Scenario, Settings
from haircut.errors import CannotCompute, Defect, InputRefused, UsageError
from haircut.machines.obsolescence import launch_schedule, path_log_obsolescence
from haircut.scenarios.block import GROUPS, ScenarioBlock
from haircut.scenarios.correlation import cholesky, correlation_matrix
from haircut.scenarios.expected import expected_block
from haircut.scenarios.parameters import compile_scenario
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set
from haircut.scenarios.simulate import group_reads, simulate_block, simulate_states
from tests.unit.scenarios import cases
from tests.unit.scenarios.cases import quantity

MONTHS = 36


@pytest.fixture(scope="module")
def recipe() -> ScenarioSet:
    return cases.scenario_set(cases.case(), MONTHS)


def same_bits(one: ScenarioBlock, other: ScenarioBlock) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


def quiet(**changes: object) -> dict[str, object]:
    """Market changes that take all randomness out but the chains."""
    return {
        "compute": cases.compute_market(volatility=cases.by_regime(0, 0, 0), **changes),
        "power": cases.power(0.0),
        "rates": cases.rates(0.0),
        "funding": cases.funding(volatility=0.0),
    }


def test_shapes_and_types(recipe: ScenarioSet) -> None:
    block = recipe.block(0, "P")
    n, columns, obligors = 512, MONTHS + 1, 3
    assert block.log_rent.shape == (1, n, columns)
    assert block.reference_rate.shape == (n, MONTHS)
    assert block.default_month.shape == (obligors, n)
    assert block.reads.shape == (len(GROUPS) + obligors, n)
    for name in (
        "regime",
        "utilisation_scale",
        "power_price",
        "discount",
        "stress",
        "funding_spread",
        "depth_factor",
    ):
        assert getattr(block, name).shape == (n, columns), name
    for name, values in block._asdict().items():
        whole = name in ("regime", "stress", "default_month") or name.endswith("reads")
        assert values.dtype == (np.int64 if whole else np.float64), name
        assert values.flags.c_contiguous, name
    assert recipe.p.obligors == ("acme", "bolt", "parent")
    assert np.all(block.discount[:, 0] == 1.0)
    assert np.all(block.log_rent[0, :, 0] == recipe.p.log_rent[0])
    assert np.allclose(block.funding_spread[:, 0], 0.0275)
    assert np.all(block.power_price[:, 0] == recipe.p.power_forward[0])


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_bits_depend_neither_on_threads_nor_on_order(recipe: ScenarioSet, threads: int) -> None:
    wanted = {(i, m): recipe.block(i, m) for i in range(4) for m in ("P", "Q")}
    jobs = list(itertools.product((2, 0, 3, 1), ("Q", "P")))
    with ThreadPoolExecutor(threads) as pool:
        for job, block in zip(jobs, pool.map(lambda job: recipe.block(*job), jobs), strict=True):
            assert same_bits(block, wanted[job])
    p, q = recipe.both(2)
    assert same_bits(p, wanted[2, "P"])
    assert same_bits(q, wanted[2, "Q"])


def test_blocks_and_seeds_differ(recipe: ScenarioSet) -> None:
    assert not same_bits(recipe.block(0, "P"), recipe.block(1, "P"))
    other = ScenarioSet(recipe.p, recipe.q, recipe.seed + 1, recipe.paths)
    assert not same_bits(recipe.block(0, "P"), other.block(0, "P"))


def test_another_obligor_changes_no_other_path(recipe: ScenarioSet) -> None:
    wider = cases.book().customers + (Customer(id="core", name="Core", credit=Credit(rating="CCC")),)
    more = cases.scenario_set(cases.case(customers=wider), MONTHS)
    for measure in ("P", "Q"):
        one, other = recipe.block(1, measure), more.block(1, measure)
        for name in ScenarioBlock._fields:
            if name in ("default_month", "reads"):
                continue
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
        kept = [more.p.obligors.index(name) for name in recipe.p.obligors]
        assert np.array_equal(one.default_month, other.default_month[kept])


def test_a_longer_horizon_begins_with_the_shorter_one(recipe: ScenarioSet) -> None:
    longer = cases.scenario_set(cases.case(), MONTHS + 24).block(0, "Q")
    short = recipe.block(0, "Q")
    assert np.array_equal(short.funding_spread, longer.funding_spread[:, : MONTHS + 1])
    assert np.array_equal(short.regime, longer.regime[:, : MONTHS + 1])
    assert np.array_equal(short.log_rent, longer.log_rent[:, :, : MONTHS + 1])


def test_without_prices_of_risk_q_is_p_bit_for_bit() -> None:
    free = cases.case(
        compute=cases.compute_market(theta=quantity(0.0), theta_regime=quantity(0.0)),
        credit=cases.credit_market(theta=0.0),
    )
    recipe = cases.scenario_set(free, MONTHS)
    assert same_bits(*recipe.both(0))


def test_prices_of_risk_move_every_driver_the_adverse_way(recipe: ScenarioSet) -> None:
    p, q = recipe.both(0)
    assert np.all(q.log_rent[0, :, 1:].mean(axis=0) < p.log_rent[0, :, 1:].mean(axis=0))
    assert np.all(q.regime <= p.regime)
    assert np.all(q.power_price[:, 1:] > p.power_price[:, 1:])
    assert np.all(q.funding_spread[:, 1:] > p.funding_spread[:, 1:])
    assert np.array_equal(q.discount, p.discount)
    assert np.array_equal(q.stress, p.stress)
    assert np.all(recipe.q.survival[:, 1:] < recipe.p.survival[:, 1:])


def test_q_shift_of_rent_by_hand() -> None:
    only_theta = cases.case(
        compute=cases.compute_market(theta_regime=quantity(0.0), pull_speed=quantity(0.0))
    )
    recipe = cases.scenario_set(only_theta, 12)
    p, q = recipe.both(0)
    sigma = np.array([0.20, 0.15, 0.22])
    wanted = -0.3 * np.cumsum(sigma[p.regime[:, 1:]], axis=1) / 12.0
    assert np.array_equal(p.regime, q.regime)
    assert np.allclose((q.log_rent - p.log_rent)[0, :, 1:], wanted, atol=1e-13)


def test_without_volatility_everything_is_a_schedule() -> None:
    still = quiet(
        drift=cases.by_regime(-0.1, -0.1, -0.1),
        pull_speed=quantity(0.0),
        initial_state=cases.by_regime(0, 1, 0),
        transition_from_balanced=cases.by_regime(0, 1, 0),
        launches=(),
    )
    still["funding"] = cases.funding(volatility=0.0, calm_to_stress=0.0)
    known = cases.parameters(cases.case(**still), 24)
    block = ScenarioSet(known, known, 1, 512).block(0, "P")
    expected = expected_block(known)
    months = np.arange(25)
    assert np.allclose(block.log_rent[0], known.log_rent[0] - 0.1 * months / 12.0, atol=1e-14)
    assert np.all(block.discount == known.discount)
    assert np.all(block.power_price == known.power_forward)
    assert np.allclose(block.funding_spread, 0.0275, rtol=1e-14)
    assert np.all(block.regime == 1)
    assert np.all(block.stress == 0)
    assert np.allclose(block.log_rent[0, 0], expected.log_rent[0, 0], atol=1e-12)
    assert np.allclose(block.reference_rate, expected.reference_rate[0], atol=0.0)
    assert np.allclose(block.funding_spread[0], expected.funding_spread[0], rtol=1e-13)
    assert np.allclose(block.depth_factor[0], expected.depth_factor[0], rtol=1e-13)


def test_a_floater_at_the_reference_rate_is_worth_par_on_every_path(recipe: ScenarioSet) -> None:
    block = recipe.block(0, "Q")
    coupons = (block.reference_rate / 12.0 * block.discount[:, 1:]).sum(axis=1)
    assert np.allclose(coupons + block.discount[:, -1], 1.0, atol=1e-13)


def test_launches_agree_with_the_machines_room(recipe: ScenarioSet) -> None:
    of = cases.case()
    known = cases.parameters(of, MONTHS, devices=("h100", "rubin-gpu"))
    recipe = ScenarioSet(known, known, 3, 512)
    draws = recipe.draw(0)
    block = simulate_block(known, draws)
    states = simulate_states(known, draws)
    month = known.launches.month[:, None] + known.launches.delay_mean[:, None] * draws.launch_delay
    assert known.launches.delay_mean.tolist() == [0.0, 4.0, 4.0, 4.0]
    for row, device in enumerate(of.market.devices):
        schedule = launch_schedule(of.market.compute, device, of.market.as_of)
        used = [
            known.launches.names.index(each.generation)
            for each in of.market.compute.launches
            if each.launch_date > device.launch_date
        ]
        assert np.allclose(known.launches.month[used], schedule.month)
        out = np.empty(MONTHS + 1)
        for p in (0, 7, 511):
            path_log_obsolescence(
                np.ascontiguousarray(month[used, p]), schedule.wedge, schedule.ramp_months, 0, out
            )
            assert np.allclose(
                block.log_rent[row, p], known.log_rent[row] + states.compute[p] + out, atol=1e-12
            )


def test_a_stated_path_is_followed_and_not_shifted_under_q() -> None:
    path = RentPath(kind="annual_steps", change_per_year=-0.3)
    recipe = cases.scenario_set(cases.case(scenario=Scenario(rent_path=path)), MONTHS)
    for block in recipe.both(0):
        level = block.log_rent[0] - block.log_rent[0, :, :1]
        assert np.allclose(level[:, 1:13], 0.0, atol=1e-14)
        assert np.allclose(level[:, 13:25], np.log(0.7), atol=1e-14)
        assert np.allclose(level[:, 25:37], 2 * np.log(0.7), atol=1e-14)


def test_launches_resume_after_a_stated_path() -> None:
    points = (
        PathPoint(date=datetime.date(2026, 10, 1), rent_usd_per_gpu_hour=2.65),
        PathPoint(date=datetime.date(2027, 9, 30), rent_usd_per_gpu_hour=2.0),
    )
    path = RentPath(kind="points", device="h100", points=points, then="market")
    of = cases.case(
        scenario=Scenario(rent_path=path), **quiet(pull_speed=quantity(0.0), drift=cases.by_regime(0, 0, 0))
    )
    known = cases.parameters(of, MONTHS)
    assert known.stated_months == 12
    block = ScenarioSet(known, known, 1, 512).block(0, "P")
    level = block.log_rent[0] - known.log_rent[0]
    assert np.allclose(level[:, 12], np.log(2.0 / 2.65), atol=1e-12)
    assert np.all(np.diff(level[:, 12:], axis=1) <= 1e-15)
    assert np.all(level[:, -1] < level[:, 12])


def test_power_factor_moves_spot_and_forward() -> None:
    usual = cases.parameters(cases.case(), 12)
    dear = cases.parameters(cases.case(scenario=Scenario(power_price_factor=1.5)), 12)
    assert np.allclose(dear.power_forward, 1.5 * usual.power_forward, rtol=1e-14)
    draws = ScenarioSet(usual, usual, 1, 512).draw(0)
    one, other = simulate_block(usual, draws), simulate_block(dear, draws)
    assert np.allclose(other.power_price, 1.5 * one.power_price, rtol=1e-14)


def test_hazard_factor_is_for_customers_under_both_measures(recipe: ScenarioSet) -> None:
    worse = cases.case(scenario=Scenario(customer_hazard_factor=2.0))
    for measure, usual in (("P", recipe.p), ("Q", recipe.q)):
        known = cases.parameters(worse, MONTHS, measure)
        assert np.allclose(known.survival[:2], usual.survival[:2] ** 2, rtol=1e-14)
        assert np.array_equal(known.survival[2], usual.survival[2])
    draws = recipe.draw(0)
    before, after = simulate_block(recipe.p, draws), simulate_block(cases.parameters(worse, MONTHS), draws)
    defaulted = before.default_month[0] > 0
    assert np.all(after.default_month[0][defaulted] > 0)
    assert np.all(after.default_month[0][defaulted] <= before.default_month[0][defaulted])


def test_independence_by_shift_keeps_every_marginal() -> None:
    of = cases.case(settings=Settings(independence_by_shift=True))
    block = cases.scenario_set(of, 12).block(0, "P")
    assert np.all(np.sort(block.reads, axis=1) == np.arange(512))
    assert all(len(set(block.reads[:, p].tolist())) == len(block.reads) for p in range(512))
    compute, power = block.reads[0], block.reads[1]
    assert np.array_equal(np.sort(block.power_price[power, 6]), np.sort(block.power_price[:, 6]))
    assert np.array_equal(np.sort(block.log_rent[0, compute, 6]), np.sort(block.log_rent[0, :, 6]))
    for obligor in range(3):
        read = block.reads[len(GROUPS) + obligor]
        assert np.array_equal(
            np.sort(block.default_month[obligor, read]), np.sort(block.default_month[obligor])
        )
    joint = cases.scenario_set(cases.case(), 12).block(0, "P")
    assert np.all(joint.reads == np.arange(512))
    assert joint.power_price.tobytes() == block.power_price.tobytes()


def test_shifted_groups_meet_no_path_twice_up_to_the_size_of_a_block() -> None:
    reads = group_reads(508, 512, shifted=True)
    assert all(len(set(reads[:, p].tolist())) == 512 for p in (0, 100, 511))


def test_paths_are_counted_in_the_last_block(recipe: ScenarioSet) -> None:
    odd = ScenarioSet(recipe.p, recipe.q, 1, 1000)
    assert odd.blocks == 2
    assert [odd.paths_in_block(i) for i in range(2)] == [512, 488]
    assert odd.block(1, "P").regime.shape[0] == 512
    with pytest.raises(InputRefused, match="0 paths"):
        ScenarioSet(recipe.p, recipe.q, 1, 0)


def test_settings_reach_the_set() -> None:
    of = cases.case(settings=Settings(paths=777, seed=42))
    known = compile_scenario_set(of, 6, cases.laws(of, 6))
    assert (known.seed, known.paths, known.p.measure, known.q.measure) == (42, 777, "P", "Q")


def test_expected_path_is_flat_for_the_lender(recipe: ScenarioSet) -> None:
    flat = expected_block(recipe.p, rent="flat")
    assert np.all(flat.log_rent[0, 0] == recipe.p.log_rent[0])
    assert np.all(flat.utilisation_scale == 1.0)
    assert np.all(flat.regime == 3)
    assert np.all(flat.default_month == 0)
    assert flat.default_month.shape == (3, 1)
    assert flat.reads.shape == (7, 1)
    assert np.all(flat.reads == 0)
    with pytest.raises(UsageError, match="under Q"):
        expected_block(recipe.q)


def test_stated_curves_are_reproduced_under_their_own_measure(recipe: ScenarioSet) -> None:
    assert recipe.p.survival[0, 12] == pytest.approx(1.0 - 0.0334, abs=1e-14)
    assert recipe.p.survival[1] == pytest.approx(np.exp(-0.02 * np.arange(MONTHS + 1) / 12.0), abs=1e-14)
    # The parent's curve is a default swap: 450 bp at one year is about 7.5 % of hazard under Q, less under P.
    assert 0.06 < -np.log(recipe.q.survival[2, 12]) < 0.09
    assert recipe.p.survival[2, 12] > recipe.q.survival[2, 12]


def test_loadings_come_from_the_market_unless_stated() -> None:
    customers = (
        Customer(id="acme", name="A", credit=Credit(rating="B", demand_loading=0.0)),
        Customer(id="bolt", name="B", credit=Credit(rating="B")),
    )
    known = cases.parameters(cases.case(customers=customers), 12)
    assert known.loading.tolist() == [0.0, 1.0, 1.0]
    assert np.allclose(known.intensity[0], known.intensity[0, 0], rtol=1e-12)


def test_refusals_name_the_party() -> None:
    for credit, found in (
        (Credit(rating="ZZ"), "acme.credit: found rating 'ZZ'"),
        (Credit(curve="nobody", wang_rating="B"), "acme.credit.curve: found 'nobody'"),
    ):
        of = cases.case()
        customer = Customer(id="acme", name="A", credit=credit)
        odd = of.model_copy(update={"book": of.book.model_copy(update={"customers": (customer,)})})
        with pytest.raises(InputRefused, match=found):
            compile_scenario(odd, 12, "P", cases.laws(odd, 12))
    far = Customer(id="acme", name="A", credit=Credit(hazard_per_year=1e-4, measure="Q", wang_rating="B"))
    with pytest.raises(CannotCompute, match=r"^acme: "):
        cases.parameters(cases.case(customers=(far,)), 240)


def test_horizon_and_laws_are_checked() -> None:
    of = cases.case()
    with pytest.raises(InputRefused, match="months: found 0"):
        compile_scenario(of, 0, "P", cases.laws(of, 12))
    with pytest.raises(InputRefused, match="no device"):
        compile_scenario(of, 12, "P", {})
    with pytest.raises(Defect, match="cover 6 months"):
        compile_scenario(of, 12, "P", cases.laws(of, 6))
    law = cases.laws(of, 12)["h100"]
    with pytest.raises(Defect, match="differ in drift"):
        compile_scenario(of, 12, "P", {"h100": law, "rubin-gpu": law._replace(drift=law.drift * 2.0)})


def test_cholesky_takes_singular_and_refuses_indefinite() -> None:
    pairs = {"compute-demand": 0.6, "compute-power": -0.4, "power-rate": 0.3}
    matrix = correlation_matrix(pairs)
    factor = cholesky(matrix)
    assert np.allclose(factor @ factor.T, matrix, atol=1e-15)
    assert np.allclose(factor, np.linalg.cholesky(matrix), atol=1e-14)
    with pytest.raises(AssertionError, match="positive semidefinite"):
        cholesky(correlation_matrix({"compute-demand": 0.9, "demand-power": 0.9, "compute-power": -0.9}))
