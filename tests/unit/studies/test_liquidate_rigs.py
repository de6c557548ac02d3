"""Rigs of miners sold into today's market: the same sale, on hashprice and under the state of funding."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

import haircut as hc
from haircut.errors import CannotCompute, UsageError
from haircut.machines.view import market as open_market
from haircut.machines.view.residual import law_and_terms
from haircut.studies.liquidate import Liquidation, haircut_table
from haircut.studies.liquidate.buyers import buyers_of
from haircut.studies.liquidate.haircuts import simulated_sale
from haircut.studies.liquidate.sale import expected_sale, orderly_value
from haircut.studies.liquidate.state import SaleState, sale_state, simulate_states

RIG = "s21-xp"
MARKET = "2026-10-01"
SIZES = (1.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 2e4, 4e4, 8e4, 1.5e5, 3e5)


@functools.cache
def state(stress: bool = False, rig: str = RIG) -> SaleState:
    view = open_market(MARKET)
    return sale_state(view.market, view.machine(rig), "mix", stress)


@functools.cache
def sale(stress: bool = False) -> Liquidation:
    return hc.liquidate(MARKET, RIG, 20_000, stress=stress, paths=2_048)


def test_value_is_that_of_the_residual_page_at_the_markets_basis() -> None:
    """psi_mark F at the buyers' mean power price, as psi has it."""
    market = open_market(MARKET).market
    rig = open_market(MARKET).machine(RIG)
    law, _ = law_and_terms(market, rig)
    assert np.exp(law.log_rent) > 0.0
    found = sale()
    assert found.value_usd == pytest.approx(20_000 * rig.psi_mark.value * state().value_usd)
    assert found.value_at_sale_usd == pytest.approx(found.value_usd * rig.psi_sale.value / rig.psi_mark.value)


@pytest.mark.parametrize("stress", [False, True])
@pytest.mark.parametrize("longest", [1, 6, 24])
def test_more_rigs_never_recover_more_each_and_never_sell_out_sooner(stress: bool, longest: int) -> None:
    at = state(stress)
    found = [expected_sale(at, units, longest, at.depth) for units in SIZES]
    each = [sold.nolv_usd / units for sold, units in zip(found, SIZES, strict=True)]
    assert all(later <= earlier * (1.0 + 1e-12) for earlier, later in itertools.pairwise(each))
    months = [sold.months for sold in found]
    assert months == sorted(months)
    for sold, units in zip(found, SIZES, strict=True):
        assert 0.0 < sold.flv_usd <= sold.nolv_usd <= units * at.mark_usd


def test_a_deeper_market_never_brings_less_and_without_limit_it_is_value_less_costs() -> None:
    at = state()
    worth = [orderly_value(at, 2e4, 24, depth) for depth in (100.0, 300.0, 1e3, 1e4, np.inf)]
    assert worth == sorted(worth)
    assert worth[-1] == pytest.approx(2e4 * at.sale_usd * (1.0 - at.rules.sale_cost), rel=1e-9)


def test_stress_of_funding_takes_buyers_and_value() -> None:
    calm, stressed = state(), state(stress=True)
    assert stressed.depth < calm.depth and stressed.value_usd < calm.value_usd
    assert sale(stress=True).sale.nolv_usd < sale().sale.nolv_usd


def test_simulated_sales_average_to_the_expected_one() -> None:
    """Sold in one month at today's depth the price on paths is today's; three months later it is E[F], in its error."""
    at = state()
    paths = simulate_states(at.market, [at.device], "mix", False, 8_192, 3)
    deep = simulated_sale(at, paths, 100.0, 1, np.inf, 3, 1)
    expected = (
        100.0 * at.expected_usd[3] * (1.0 - at.rules.sale_cost) * np.exp(-3.0 * at.rules.monthly_discount)
    )
    error = deep.proceeds.std(ddof=1) / np.sqrt(len(deep.proceeds))
    assert abs(deep.proceeds.mean() - expected) < 3.0 * error
    now = simulated_sale(at, paths, 100.0, 1, np.inf, 0, 1)
    assert now.proceeds.mean() == pytest.approx(100.0 * at.sale_usd * (1.0 - at.rules.sale_cost), rel=0.01)


def test_buyers_are_classes_by_power_price() -> None:
    """A rig stands still where its power costs more than it earns: the cheapest always run it longest."""
    found = sale().buyers
    assert [each.share for each in found.power] and sum(each.share for each in found.power) == pytest.approx(
        1.0
    )
    off = {each.power_price_usd_per_kwh: each.switch_off_usd_per_ph_day for each in found.power}
    assert [off[price] for price in sorted(off)] == sorted(off.values())
    assert "spare MW" in found.sentence and found.depth_by_regime["stress"] < found.depth_by_regime["calm"]


def test_old_rigs_live_where_power_is_cheap() -> None:
    old, new = (buyers_of(state(rig=rig), 100.0, None).power for rig in ("s19-xp", RIG))
    assert sum(each.share for each in old if each.runs) < sum(each.share for each in new if each.runs)


def test_halls_of_a_case_count_spare_power_for_rigs() -> None:
    """Halls of the reference book state no power, and say so."""
    found = hc.liquidate(MARKET, RIG, 1_000, paths=1_024, case=hc.load("reference-2026-10")).buyers
    assert found.counted and found.halls and not any(hall.fits for hall in found.halls)
    assert all("power" in hall.why_not for hall in found.halls)


def test_a_rig_has_no_regime_of_the_compute_market() -> None:
    with pytest.raises(UsageError, match="its state is funding's, --stress or not"):
        hc.liquidate(MARKET, RIG, 10.0, regime="glut")


def test_more_rigs_than_there_are_and_a_worthless_one_are_refused() -> None:
    with pytest.raises(UsageError, match="installed base of 400,000 s21-xp"):
        hc.liquidate(MARKET, RIG, 5e5)
    market = open_market(MARKET).market
    rigs = tuple(
        rig.model_copy(update={"psi_mark": rig.psi_mark.model_copy(update={"value": 1e-6})})
        for rig in market.rigs
    )
    with pytest.raises(CannotCompute, match="no mark to take a haircut from"):
        hc.liquidate(market.model_copy(update={"rigs": rigs}), RIG, 10.0)


def test_the_table_has_rigs_beside_gpus() -> None:
    table = haircut_table(MARKET, [RIG, "h100-sxm"], sizes=(100.0, 10_000.0), horizons=(1, 6), paths=1_024)
    rows = [row for row in table.rows if row.device == RIG]
    assert len(rows) == 4 and {row.device for row in table.rows} == {RIG, "h100-sxm"}
    for row in rows:
        assert 0.0 < row.calm_95.value <= row.calm_99.value < 1.0
        assert row.calm_95.value <= row.stress_95.value
    small, large = (
        next(r for r in rows if r.units == units and r.months == 6) for units in (100.0, 10_000.0)
    )
    assert small.calm_95.value < large.calm_95.value
