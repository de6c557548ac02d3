"""The pages of a market: every basis, every quote, every source."""

import datetime
import json
import math
from typing import Any

import pytest

import haircut as hc
from haircut.case import overlay
from haircut.case.fields import walk
from haircut.case.market_folder import load_market
from haircut.case.provenance import Sourced
from haircut.errors import CannotCompute, InputRefused
from haircut.faces.cli import main
from haircut.machines.view import MarketView
from haircut.machines.view.explain import named_values

DEVICES_2026 = {
    "v100", "a100-40", "a100-80", "h100-pcie", "h100-sxm", "h200", "b200", "b300", "gb200", "gb300", "mi300x",
    "l40s", "rtx-4090",
}  # fmt: skip
RIGS = {"s19", "s19j-pro", "s19-xp", "s21", "s21-xp"}


@pytest.fixture(scope="module")
def now() -> MarketView:
    return hc.market("2026-10-01")


@pytest.fixture(scope="module")
def then() -> MarketView:
    return hc.market("2024-12-31")


def test_the_table_of_machines_is_whole(now: MarketView, then: MarketView) -> None:
    assert {device.id for device in now.market.devices} == DEVICES_2026
    assert {rig.id for rig in now.market.rigs} == {rig.id for rig in then.market.rigs} == RIGS
    assert {device.id for device in then.market.devices} < DEVICES_2026
    for view in (now, then):
        for device in view.market.devices:
            assert device.launch_date <= view.market.as_of
            assert any(rent.device == device.id for rent in view.market.rents)


def test_rivals_are_generations_of_their_own_that_name_whom_they_can_hurt(now: MarketView) -> None:
    rivals = [launch for launch in now.market.compute.launches if launch.applies_to is not None]
    assert {"tpu-v8", "trainium4", "customer-asics"} <= {launch.generation for launch in rivals}
    assert all(launch.delay_mean_months > 0.0 and launch.wedge_range is not None for launch in rivals)
    assert all(set(launch.applies_to or ()) <= DEVICES_2026 for launch in rivals)
    assert not rivals[0].takes_from("rtx-4090", datetime.date(2022, 9, 20))


def test_rents_show_every_basis_with_age_panel_and_disagreement(now: MarketView) -> None:
    page = now.rents("h100-sxm")
    assert {row.basis for row in page.rows} == {
        rent.basis for rent in now.market.rents if rent.device == "h100-sxm"
    }
    assert page.highest_over_lowest == pytest.approx(6.88 / 1.883, rel=1e-3)
    by_basis = {row.basis: row for row in page.rows}
    assert (
        by_basis["one-year-contract-specialist"].stale and by_basis["one-year-contract-specialist"].is_default
    )
    assert not by_basis["list-specialist"].stale and by_basis["list-specialist"].panel_changed
    contract = by_basis["one-year-contract-specialist"]
    assert (contract.before, contract.before_date) == (2.35, datetime.date(2026, 3, 1))
    assert contract.change_per_year == pytest.approx(math.log(2.65 / 2.35) * 365.25 / 117)
    assert by_basis["index-silicon-data"].panel_changed is None
    assert "bases" in page.sentence() and "stale" in page.sentence()


def test_term_quotes_imply_what_the_later_years_cost(then: MarketView) -> None:
    page = then.rents("h100-sxm")
    first, later = page.forwards
    assert (first.from_months, later.to_months) == (0, 36)
    flat = (36 * 5.40 - 12 * 7.20) / 24
    assert flat * 0.95 < later.rent < flat
    assert later.change_per_year is not None and -0.5 < later.change_per_year < -0.2


def test_residual_keeps_kinds_apart_and_prints_what_it_cannot(now: MarketView) -> None:
    page = now.residual("h100-sxm")
    assert set(page.curves) == {"income", "floor_decay", "band", "book"}
    assert {item.kind for item in page.observed} == {"executed", "ask", "income", "anchor", "appraisal"}
    assert len(page.observed) == sum(quote.device == "h100-sxm" for quote in now.market.resale)
    low, middle, high = page.value_by_regime
    assert low < middle < high and low < page.value_today < high
    assert page.value_today == pytest.approx(39_000, rel=0.03)  # what psi is quoted over
    executed = next(item for item in page.observed if item.kind == "executed")
    assert executed.diagnostic_return is not None and executed.diagnostic_return > 1.0
    old = next(item for item in page.observed if item.date.year == 2023)
    assert old.diagnostic_return is None
    first, half, last = page.retirement_months
    assert first is not None and half is not None and last is not None and 24 < first <= half <= last <= 96
    for points in page.curves.values():
        assert {point.basis for point in points} <= {"observed", "extrapolated"}
        assert all(point.low <= point.value + 1e-9 and point.value <= point.high + 1e-9 for point in points)
    bare = now.residual("mi300x")
    assert set(bare.unavailable) == {"floor_decay", "band"}


def test_a_worthless_machine_says_so(now: MarketView) -> None:
    page = now.residual("v100")
    assert page.value_today == pytest.approx(0.0, abs=1.0)
    assert "salvage" in page.sentence() and page.half_life_months is None


def test_the_hash_page_orders_rigs_by_efficiency_and_power(now: MarketView) -> None:
    page = now.hash()
    assert page.hashprice == pytest.approx(144 * 3.175 * 78_293.71 / 894_300, rel=1e-4)
    worth = {row.rig: row.value_usd_per_th for row in page.rigs}
    assert worth["s19"] < worth["s19j-pro"] < worth["s19-xp"] < worth["s21"] < worth["s21-xp"]
    for row in page.rigs:
        values = [buyer.value_usd for buyer in row.buyers]
        assert values == sorted(values, reverse=True)
        assert list(row.by_shock) == sorted(row.by_shock)
        assert row.elasticity is None or row.elasticity > 1.0
    (month, halving), *_ = page.halvings
    assert month == 18 and halving == pytest.approx(math.log((1.5625 + 0.05) / (3.125 + 0.05)))


def test_every_value_of_a_market_can_be_explained(now: MarketView) -> None:
    values = [value for _, value, _ in walk(now.market) if isinstance(value, Sourced)]
    named = named_values(now.market)
    assert len(named) == len(values) == len({path for path, _ in named})
    for path, value in named[:: max(len(named) // 60, 1)]:
        assert value.source in {origin.source for origin in now.explain(path).origins}, path


@pytest.mark.parametrize(
    ("field", "count"),
    [("h100-sxm.rent", 5), ("h100-sxm.resale", 7), ("s21.efficiency", 1), ("compute.pull_speed", 1)],
)
def test_short_names_of_fields(now: MarketView, field: str, count: int) -> None:
    assert len(now.explain(field).origins) == count


@pytest.mark.parametrize("field", ["h100-sxm.rnet", "h100-smx.rent", "nothing"])
def test_an_unknown_field_names_the_nearest(now: MarketView, field: str) -> None:
    with pytest.raises(InputRefused, match="a value of the market"):
        now.explain(field)


def test_an_unknown_machine_names_the_nearest_and_a_rig_has_no_rent(now: MarketView) -> None:
    with pytest.raises(InputRefused, match="h100-sxm"):
        now.rents("h100-sxn")
    with pytest.raises(InputRefused, match="hashprice"):
        now.rents("s21")


def test_a_market_without_a_coin_cannot_value_rigs(now: MarketView) -> None:
    bare = now.market.model_copy(update={"btc": None})
    with pytest.raises(CannotCompute, match=r"btc\.yaml"):
        MarketView(bare).hash()


def test_a_market_is_refused_by_name_and_by_line(tmp_path: Any) -> None:
    with pytest.raises(InputRefused, match="2026-10-01"):
        load_market("2026-10-10")


@pytest.mark.parametrize("page", [["rents", "h100-sxm"], ["hash"], ["explain", "h100-sxm.rent"]])
def test_the_command_prints_json_on_stdout_and_a_page_on_stderr(page: list[str], capsys: Any) -> None:
    assert main(["market", *page, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    assert main(["market", *page]) == 0
    printed = capsys.readouterr()
    assert not printed.out and "market as of 01-Oct-2026" in printed.err


def test_the_command_draws_and_refuses(tmp_path: Any, capsys: Any) -> None:
    target = tmp_path / "residual.svg"
    assert main(["market", "residual", "h100-sxm", "--svg", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("<svg")
    assert main(["market", "hash", "h100-sxm"]) == 2
    assert main(["market", "rents"]) == 2
    assert main(["market", "rents", "nothing"]) == 3


@pytest.mark.parametrize("change", [20, 30, 40])
def test_the_presets_of_the_article_fit_any_case(change: int) -> None:
    for name in ("coreweave-ddtl-3", "ten-year-model"):
        case = overlay(hc.load(name), f"article-{change}")
        assert case.scenario.rent_path is not None
        assert case.scenario.rent_path.change_per_year == -change / 100
