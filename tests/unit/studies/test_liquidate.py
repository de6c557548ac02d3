"""Selling any number of a machine: order, bounds, limits, refusals, and the command."""

from __future__ import annotations

import functools
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

import haircut as hc
from haircut.case.book import Book
from haircut.case.book.parties import Site
from haircut.errors import CannotCompute, InputRefused, UsageError
from haircut.faces import cli
from haircut.studies.liquidate import Liquidation, haircut_table, liquidate
from haircut.studies.liquidate.buyers import buyers_of
from haircut.studies.liquidate.haircuts import haircut, recovery, simulated_sale
from haircut.studies.liquidate.sale import expected_sale, most_repaid, orderly_value
from haircut.studies.liquidate.state import SaleState, in_state, sale_state, simulate_states

SIZES = np.geomspace(10.0, 200_000.0, 12)
HORIZONS = (1, 2, 3, 6, 12, 24)
REGIMES = ("glut", "balanced", "scarce")


@functools.cache
def view():  # type: ignore[no-untyped-def]
    return hc.market("2026-10-01")


@functools.cache
def state(regime: str = "mix", stress: bool = False, device: str = "h100-sxm") -> SaleState:
    return sale_state(view().market, view().device(device), regime, stress)


@functools.cache
def sold(units: float = 10_000.0, **changes: object) -> Liquidation:
    return liquidate(view(), "h100-sxm", units, paths=2_048, **changes)


# --- order and bounds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("longest", HORIZONS)
def test_more_units_never_recover_more_each_and_never_sell_out_sooner(regime: str, longest: int) -> None:
    at = state(regime)
    sales = [expected_sale(at, float(units), longest, at.depth) for units in SIZES]
    each = [sale.nolv_usd / units for sale, units in zip(sales, SIZES, strict=True)]
    forced = [sale.flv_usd / units for sale, units in zip(sales, SIZES, strict=True)]
    assert all(later <= earlier for earlier, later in itertools.pairwise(each))
    assert all(later <= earlier for earlier, later in itertools.pairwise(forced))
    months = [sale.months for sale in sales]
    assert months == sorted(months)
    assert months[-1] <= longest
    for sale, units in zip(sales, SIZES, strict=True):
        assert 0.0 <= sale.flv_usd <= sale.nolv_usd <= units * at.mark_usd


@pytest.mark.parametrize("units", [100.0, 10_000.0, 100_000.0])
def test_a_longer_horizon_and_a_deeper_market_never_bring_less(units: float) -> None:
    at = state()
    by_horizon = [orderly_value(at, units, longest, at.depth) for longest in range(1, at.longest + 1)]
    by_depth = [
        orderly_value(at, units, at.longest, at.depth * multiple) for multiple in (0.1, 1 / 3, 1, 3, math.inf)
    ]
    assert by_horizon == sorted(by_horizon)
    assert by_depth == sorted(by_depth)


def test_the_lots_of_the_schedule_add_up() -> None:
    sale = sold().sale
    assert sum(lot.units for lot in sale.schedule) == pytest.approx(10_000.0)
    assert sum(lot.present_usd for lot in sale.schedule) == pytest.approx(sale.nolv_usd, rel=1e-12)
    assert sale.schedule[-1].unsold == 0.0
    assert len(sale.schedule) == sale.months == len(sale.prices)
    for lot in sale.schedule:
        assert lot.price_usd == pytest.approx(lot.share * lot.undisturbed_usd)


def test_value_is_units_times_the_market_mark() -> None:
    found = sold()
    assert found.value_usd == pytest.approx(10_000.0 * 0.60 * state().value_usd, rel=1e-12)
    assert found.sale_usd / found.mark_usd == pytest.approx(0.29 / 0.60, rel=1e-12)


def test_at_the_basis_of_the_mark_everything_scales() -> None:
    """Costs are shares of value and there is no salvage: the sale at psi_mark brings psi_mark / psi_sale as much."""
    found = sold()
    assert found.value_at_sale_usd == pytest.approx(found.value_usd * 0.29 / 0.60, rel=1e-12)
    assert found.sale.nolv_at_mark_usd == pytest.approx(found.sale.nolv_usd * 0.60 / 0.29, rel=1e-4)
    assert found.sale.flv_at_mark_usd == pytest.approx(found.sale.flv_usd * 0.60 / 0.29, rel=1e-12)


def test_the_orders_of_size_of_a_balanced_market() -> None:
    """With its costs a balanced market pays some .72 and .60 of psi_sale F for 10,000, .44 and .26 for 100,000."""
    at = state("balanced")
    for units, orderly, forced in ((1e4, 0.724, 0.603), (1e5, 0.440, 0.264)):
        sale = expected_sale(at, units, 24, at.depth)
        assert sale.nolv_usd / (units * at.sale_usd) == pytest.approx(orderly, abs=0.01)
        assert sale.flv_usd / (units * at.sale_usd) == pytest.approx(forced, abs=0.01)


def test_glut_and_stress_fetch_less_of_a_lower_value() -> None:
    calm, hard = state("balanced"), state("glut", True)
    assert hard.value_usd < calm.value_usd
    assert hard.depth == pytest.approx(0.5 * calm.depth * math.exp(-2.0 * (0.061 - 0.0275)), rel=1e-9)
    for units in (1e4, 1e5):
        first, second = (expected_sale(at, units, 24, at.depth) for at in (calm, hard))
        assert second.nolv_usd / hard.sale_usd < first.nolv_usd / calm.sale_usd


def test_proceeds_of_any_number_of_units_have_a_peak() -> None:
    """Thin depth: beyond the peak more machines repay no larger debt."""
    at = state()
    most, units = most_repaid(at, 24, at.depth / 30.0)
    assert units < 0.9 * at.device.installed_base.value
    for other in (0.5 * units, 2.0 * units):
        assert orderly_value(at, other, 24, at.depth / 30.0) < most


# --- haircuts and recoveries ----------------------------------------------------------------------------------


def test_without_impact_or_wait_the_haircut_is_arithmetic() -> None:
    """One regime, one month, no lag: nothing is random, and 1 - haircut is FLV over the mark."""
    found = liquidate(view(), "h100-sxm", 5_000, regime="balanced", months=1, paths=1_024).sale
    value = 5_000 * state("balanced").mark_usd
    for each in (found.haircut_95, found.haircut_99):
        assert each.value == pytest.approx(1.0 - found.flv_usd / value, abs=1e-9)
        assert each.std_error == 0.0


def test_haircuts_grow_with_the_level_the_size_and_thinner_depth() -> None:
    small, large = sold(1_000.0), sold(100_000.0)
    for found in (small, large):
        third, own, three = found.sales
        assert three.haircut_95.value < own.haircut_95.value < third.haircut_95.value
        for sale in found.sales:
            assert sale.haircut_95.value <= sale.haircut_99.value
            assert sale.haircut_95.value > 1.0 - sale.nolv_usd / found.value_usd
            assert sale.haircut_95_after_lag.value > sale.haircut_95.value
    assert small.sale.haircut_95.value < large.sale.haircut_95.value


def test_the_error_of_a_haircut_is_that_of_a_percentile() -> None:
    """Over 200 samples of normals the stated error is the spread of the estimates."""
    random = np.random.default_rng(5)
    found = [haircut(1.0 + 0.1 * random.standard_normal(4_000), 0.95) for _ in range(200)]
    spread = float(np.std([each.value for each in found]))
    stated = float(np.mean([each.std_error for each in found]))
    assert stated == pytest.approx(spread, rel=0.15)
    assert np.mean([each.value for each in found]) == pytest.approx(0.1 * 1.6449, abs=0.001)


def test_simulated_sales_average_to_the_expected_one() -> None:
    """Without impact, at the expected sell-out time: paths of the engine's simulator have the value's own mean."""
    at = state("balanced")
    paths = simulate_states(view().market, [at.device], "balanced", False, 20_480, 3)
    found = simulated_sale(at, paths, 1_000.0, 6, math.inf, 0, months=6)
    net = found.proceeds
    worth = sum(lot for lot in _equal_lots(at, 6))
    error = float(net.std() / math.sqrt(len(net)))
    assert float(net.mean()) / 1_000.0 == pytest.approx(worth, abs=4.0 * error / 1_000.0 + 0.005 * worth)


def _equal_lots(at: SaleState, months: int) -> list[float]:
    rules = at.rules
    return [
        (at.expected_usd[k] * (1.0 - rules.sale_cost) / months
         - rules.holding_cost * at.expected_usd[k] * (months - 1 - k) / months) * math.exp(-rules.monthly_discount * k)
        for k in range(months)
    ]  # fmt: skip


def test_the_best_time_on_a_path_is_taken_at_seizure() -> None:
    """On paths too the chosen time is that of the path's own state: scarce sells slower than glut or as slow."""
    at = state()
    paths = simulate_states(view().market, [at.device], "mix", False, 1_024, 1)
    found = simulated_sale(at, paths, 10_000.0, 24, at.whole_depth, 0)
    by_regime = {z: set(found.months[paths.regime[:, 0] == z]) for z in (1, 2)}
    for z, name in ((1, "balanced"), (2, "scarce")):
        alone = state(name)
        assert by_regime[z] == {expected_sale(alone, 10_000.0, 24, alone.depth).months}


def test_recovery_is_whole_for_a_small_loan_and_falls_with_ltv() -> None:
    found = sold(ltvs=(0.05, 0.2, 0.4, 0.8)).sale.recoveries
    assert found[0].orderly == found[0].forced == found[0].after_lag == found[0].whole == 1.0
    for name in ("orderly", "forced", "after_lag", "whole"):
        values = [getattr(each, name) for each in found]
        assert values == sorted(values, reverse=True)
    by_hand = recovery(0.5, 100.0, 40.0, 25.0, np.array([20.0, 60.0]))
    assert (by_hand.orderly, by_hand.forced, by_hand.after_lag, by_hand.whole) == (0.8, 0.5, 0.7, 0.5)


def test_the_largest_debt_is_the_one_that_the_sale_repays() -> None:
    found = sold()
    ltv = found.sale.largest_debt_usd / found.value_usd
    just, above = sold(ltvs=(ltv, ltv * 1.01)).sale.recoveries
    assert just.orderly == pytest.approx(1.0)
    assert above.orderly == pytest.approx(1.0 / 1.01)
    assert found.sale.largest_debt_95_usd < found.sale.largest_debt_usd < found.sale.most_repaid_usd


def test_same_seed_same_bits_and_another_seed_within_error() -> None:
    first, again = liquidate(view(), "h100-sxm", 10_000, paths=2_048), sold()
    assert first.as_dict() == again.as_dict()
    other = liquidate(view(), "h100-sxm", 10_000, paths=2_048, seed=8).sale.haircut_95
    gap = abs(other.value - again.sale.haircut_95.value)
    assert gap < 5.0 * math.hypot(other.std_error, again.sale.haircut_95.std_error)


# --- states ---------------------------------------------------------------------------------------------------


def test_a_mix_is_worth_the_mean_of_its_regimes() -> None:
    weights = view().market.compute.initial_state.values()
    mean = sum(weight * state(regime).value_usd for weight, regime in zip(weights, REGIMES, strict=True))
    assert state().value_usd == pytest.approx(mean, rel=1e-9)


def test_a_state_leaves_the_observed_market_alone() -> None:
    market = view().market
    before = market.model_dump()
    assert in_state(market, "mix", False) is market
    assert in_state(market, "glut", True).compute.initial_state.values() == (1.0, 0.0, 0.0)
    assert market.model_dump() == before


# --- buyers ---------------------------------------------------------------------------------------------------


def test_without_operators_the_page_says_that_buyers_are_an_average() -> None:
    found = sold().buyers
    assert not found.counted
    assert "knows no operator" in found.sentence
    assert found.depth_by_regime == {
        "glut": pytest.approx(2_625.0), "balanced": pytest.approx(5_250.0), "scarce": pytest.approx(6_825.0)
    }  # fmt: skip


def test_halls_count_by_spare_power_cooling_and_rack_density() -> None:
    halls = (
        Site(id="fits", name="fits", power_mw=11.5, cooling="air", rack_density_kw=44.0),
        Site(id="wet", name="wet", power_mw=100.0, cooling="liquid", rack_density_kw=130.0),
        Site(id="thin", name="thin", power_mw=100.0, cooling="air", rack_density_kw=10.0),
        Site(id="silent", name="silent", cooling="air", rack_density_kw=44.0),
    )
    book = Book(issuers=(), borrowers=(), claims=(), sites=halls)
    found = buyers_of(state(), 20_000.0, book, "the book")
    assert [hall.site for hall in found.halls if hall.fits] == ["fits"]
    assert found.spare_mw == 11.5
    assert found.spare_units == pytest.approx(10_000.0)  # 1.15 kW each at the wall
    assert [hall.why_not for hall in found.halls[1:]] == [
        "liquid-cooled, the device needs air", "racks of 10 kW, the device needs 40", "power not stated",
    ]  # fmt: skip


# --- refusals -------------------------------------------------------------------------------------------------


def test_an_unknown_device_names_the_nearest() -> None:
    with pytest.raises(InputRefused, match="nearest valid spelling: 'h100-sxm'"):
        liquidate(view(), "h100-sxn", 10)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"units": 4_000_000.0}, "at most the installed base of 3,500,000 h100-sxm"),
        ({"units": 0.0}, "units: found 0; expected above 0"),
        ({"units": -5.0}, "units: found -5"),
        ({"units": math.nan}, "units: found nan"),
        ({"depth": -100.0}, "depth: found -100.0; expected units a month above 0"),
        ({"depth": 0.0}, "depth: found 0.0"),
        ({"months": 25}, "months: found 25; expected 1 to 24"),
        ({"months": 0}, "months: found 0"),
        ({"ltvs": (0.7, -0.1)}, "ltv: found 0.7, -0.1"),
        ({"regime": "flood"}, "regime: found flood; expected one of glut"),
        ({"paths": 10}, "paths: found 10"),
    ],
)
def test_a_sale_that_is_none_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        liquidate(view(), "h100-sxm", **{"units": 10.0, **changes})
    assert said in str(refused.value)


def test_a_machine_that_is_worth_nothing_has_no_haircut() -> None:
    with pytest.raises(CannotCompute, match="worth no more than its salvage"):
        liquidate(view(), "v100", 10)


# --- the table ------------------------------------------------------------------------------------------------


def test_the_table_grows_with_size_and_stress() -> None:
    found = haircut_table(view(), ["h100-sxm"], paths=1_024)
    assert len(found.rows) == 16
    by_size = {months: [row for row in found.rows if row.months == months] for months in (1, 3, 6, 12)}
    for rows in by_size.values():
        for name in ("calm_95", "calm_99", "stress_95", "stress_99"):
            values = [getattr(row, name).value for row in rows]
            assert values == sorted(values)
        for row in rows:
            assert row.calm_95.value < row.stress_95.value
            assert row.calm_95.value <= row.calm_99.value
    assert by_size[12][-1].stress_95.value > 0.9


def test_the_table_and_the_sale_agree() -> None:
    row = next(
        row for row in haircut_table(view(), ["h100-sxm"], (10_000.0,), (24,), paths=2_048).rows if row.months == 24
    )  # fmt: skip
    assert row.calm_95 == sold().sale.haircut_95


def test_the_table_leaves_out_what_has_no_value() -> None:
    with pytest.raises(CannotCompute, match="v100: worth no more than its salvage"):
        haircut_table(view(), ["v100"], paths=1_024)
    with pytest.raises(UsageError, match="horizons"):
        haircut_table(view(), ["h100-sxm"], horizons=(48,))


# --- the command ----------------------------------------------------------------------------------------------

KEYS = ("value_usd", "nolv_usd", "flv_usd", "months", "schedule", "haircut_95", "haircut_99", "haircut_95_std_error",
        "prices", "recoveries", "buyers", "inputs", "depths", "largest_debt_usd", "most_repaid_usd")  # fmt: skip


def test_json_has_the_numbers_of_the_sale(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "liquidate",
        "h100-sxm",
        "--units",
        "10000",
        "--regime",
        "balanced",
        "--months",
        "6",
        "--paths",
        "1024",
    ]
    assert cli.main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [key for key in KEYS if key not in found] == []
    assert found["months"] == len(found["schedule"]) <= 6
    assert found["flv_usd"] <= found["nolv_usd"] <= found["value_usd"]
    assert [round(each["depth_multiple"], 3) for each in found["depths"]] == [0.333, 1.0, 3.0]
    assert found["depths"][1]["nolv_usd"] == found["nolv_usd"]
    assert {each["mark"] for each in found["inputs"]} == {"observed", "estimated", "assumed"}


def test_the_page_opens_with_the_verdict_and_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.main(
            ["liquidate", "h100-sxm", "--units", "10000", "--paths", "1024", "--case", "coreweave-ddtl-3"]
        )
        == 0
    )
    shown = capsys.readouterr().err
    assert "10,000 h100-sxm marked at" in shown.split("\n\n")[1]
    assert max(map(len, shown.splitlines())) <= 100
    assert shown.count("haircut liquidate h100-sxm") == 3
    assert "observed" in shown and "assumed" in shown


def test_infinite_depth_has_no_limit_to_print(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["liquidate", "h100-sxm", "--units", "10000", "--paths", "1024", "--depth", "inf"]
    assert cli.main(words) == 0
    assert "no limit" in capsys.readouterr().err
    assert cli.main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["depth_units_a_month"] for each in found["depths"]] == [None, None, None]
    assert found["months"] == 1
    assert found["nolv_usd"] == pytest.approx(found["value_usd"] * 0.29 / 0.60 * (1.0 - 0.086), rel=1e-12)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["liquidate"], 2),
        (["liquidate", "h100-sxm"], 2),
        (["liquidate", "h100-sxm", "--units", "10", "--table"], 2),
        (["liquidate", "h100-sxm", "--units", "10", "--depth", "-1"], 2),
        (["liquidate", "h100-sxn", "--units", "10"], 3),
        (["liquidate", "s19j-pro", "--units", "10", "--regime", "glut"], 2),
        (["liquidate", "v100", "--units", "10"], 4),
    ],
)
def test_exit_codes(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == code
    assert capsys.readouterr().out == ""


def test_the_picture_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    target = tmp_path / "sale.svg"
    assert cli.main(["liquidate", "gb200", "--units", "100000", "--paths", "1024", "--svg", str(target)]) == 0
    text = target.read_text()
    assert text.startswith("<svg role=")
    assert "one unit alone" in text and "a third of the depth" in text


def test_the_table_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["liquidate", "h100-sxm", "--table", "--paths", "1024"]) == 0
    shown = capsys.readouterr().err
    assert max(map(len, shown.splitlines())) <= 100
    assert shown.count("h100-sxm  ") == 16
