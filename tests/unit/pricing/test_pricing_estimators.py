"""Measures of a loan with a known hazard, and every reason for having none."""

import datetime
import math
from types import SimpleNamespace

import numpy as np
import pytest

from haircut.case.book.claims import Quote
from haircut.credit.outcomes import COLUMNS, INDEX
from haircut.errors import CannotCompute
from haircut.pricing.measures import CATALOGUE, Definition, Measure, measure
from haircut.pricing.view import ClaimView
from tests.unit.pricing import oracle

P_HAZARD, Q_HAZARD = 0.02, 0.05
PATHS = 20_000


@pytest.fixture(scope="module")
def view() -> ClaimView:
    return oracle.view(oracle.rows(PATHS, P_HAZARD, 1), oracle.rows(PATHS, Q_HAZARD, 2))


def found(view: ClaimView, name: str) -> Measure:
    return measure(view, CATALOGUE[name])


def within(row: Measure, value: float, errors: float = 3.0) -> bool:
    assert row.number is not None and row.std_error is not None
    return abs(row.number - value) < errors * row.std_error


def test_the_credit_triangle(view: ClaimView) -> None:
    assert within(found(view, "fair_margin_bp"), 1e4 * oracle.fair_spread(Q_HAZARD))
    assert within(found(view, "fair_model_bp"), 1e4 * oracle.fair_spread(Q_HAZARD))
    assert within(found(view, "el_bp"), 1e4 * oracle.fair_spread(P_HAZARD))
    assert 1e4 * oracle.fair_spread(Q_HAZARD) == pytest.approx(1e4 * Q_HAZARD * oracle.LGD, rel=0.03)


def test_probabilities_and_severity(view: ClaimView) -> None:
    for name, years in (("pd_1y", 1), ("pd_3y", 3), ("pd_maturity", 5)):
        assert within(found(view, name), 1.0 - math.exp(-P_HAZARD * years))
    assert within(found(view, "pd_maturity_q"), 1.0 - math.exp(-Q_HAZARD * 5))
    assert within(found(view, "pd_3y_q"), 1.0 - math.exp(-Q_HAZARD * 3))
    lgd = found(view, "lgd")
    assert lgd.value == pytest.approx(oracle.LGD)
    assert lgd.std_error == pytest.approx(0.0, abs=1e-9)
    assert found(view, "pd_loss_maturity").value == found(view, "pd_maturity").value


def test_the_legs_sum_to_the_expected_loss(view: ClaimView) -> None:
    legs = [
        found(view, f"el_{leg}_bp").number
        for leg in ("customer", "collateral", "maturity", "margin", "other")
    ]
    assert sum(leg or 0.0 for leg in legs) == pytest.approx(found(view, "el_bp").number)
    assert found(view, "el_margin_bp").std_error is None


def test_a_probability_without_a_default_is_zero_without_an_error() -> None:
    safe = np.zeros((512, len(COLUMNS)))
    safe[:, INDEX["rpv01"]] = safe[:, INDEX["rpv01_ell"]] = 250.0
    safe[:, INDEX["pv"]] = safe[:, INDEX["pv_ell"]] = 100.0
    view = oracle.view(safe, safe)
    for name in ("pd_1y", "pd_maturity", "el_bp"):
        row = found(view, name)
        assert (row.value, row.std_error, row.exact, row.reason) == (0.0, None, False, None)
    assert found(view, "lgd").reason == "too_few_defaults"


def test_an_lgd_needs_ten_defaults() -> None:
    rows = np.zeros((512, len(COLUMNS)))
    rows[:9, INDEX["default_maturity"]] = 1.0
    rows[:9, INDEX["ead"]] = 50.0
    assert found(oracle.view(rows, rows), "lgd").reason == "too_few_defaults"
    rows[9, [INDEX["default_maturity"], INDEX["ead"], INDEX["loss"]]] = 1.0, 50.0, 25.0
    assert found(oracle.view(rows, rows), "lgd").value == pytest.approx(0.05)


def test_future_draws_are_outflows() -> None:
    rows = np.zeros((4, len(COLUMNS)))
    for suffix in ("", "_ell"):
        rows[:, INDEX[f"rpv01{suffix}"]] = 200.0
        rows[:, INDEX[f"pv{suffix}"]] = 148.0
        rows[:, INDEX[f"draws_pv{suffix}"]] = 50.0
    view = oracle.view(rows, rows)
    assert found(view, "fair_margin_bp").value == pytest.approx(1e4 * (oracle.MARGIN + 2.0 / 200.0))
    assert found(view, "price").value == pytest.approx(0.98)
    assert found(view, "rpv01").value == pytest.approx(2.0)


def test_without_an_annuity_there_is_no_fair_margin() -> None:
    rows = np.zeros((4, len(COLUMNS)))
    view = oracle.view(rows, rows)
    for name in ("fair_margin_bp", "fair_model_bp", "rich_cheap_bp", "el_bp"):
        expected = "no_quote" if name == "rich_cheap_bp" else "not_applicable"
        assert (found(view, name).value, found(view, name).reason) == (None, expected)


def test_the_premium_raises_the_fair_margin_and_its_error() -> None:
    p = oracle.rows(4096, P_HAZARD, 3)
    q = oracle.rows(4096, Q_HAZARD, 4, ell=0.01)
    flat = oracle.view(p, q, ell=0.01, premium=oracle.premium(100.0))
    steep = oracle.view(p, q, ell=0.01, premium=oracle.premium(100.0, 200.0))
    fair, model = found(flat, "fair_margin_bp"), found(flat, "fair_model_bp")
    assert fair.number is not None and model.number is not None and fair.std_error is not None
    assert 60.0 < fair.number - model.number < 140.0
    loss = found(flat, "el_bp")
    assert loss.number is not None and loss.std_error is not None
    premium = 200.0 * loss.std_error / loss.number
    assert found(steep, "ell_generic_bp").std_error == pytest.approx(premium)
    passed_on = (fair.number - model.number) / 100.0
    error = found(steep, "fair_margin_bp").std_error
    assert error is not None
    assert fair.std_error < error <= fair.std_error + passed_on * premium


def test_a_floored_premium_has_no_error() -> None:
    rows = oracle.rows(2048, P_HAZARD, 3)
    view = oracle.view(rows, rows, premium=oracle.premium(-50.0, -300.0))
    floored, raw = found(view, "ell_generic_bp"), found(view, "ell_generic_raw_bp")
    assert (floored.value, floored.std_error) == (0.0, 0.0)
    assert raw.value == -50.0
    assert raw.std_error is not None and raw.std_error > 0.0
    assert found(view, "shadow_rating").value == "B"


# --- quotes ---


def quote(**values: float) -> Quote:
    return Quote(kind="secondary", date=datetime.date(2026, 9, 1), **values)


def with_quote(**values: float) -> ClaimView:
    rows = oracle.rows(2048, Q_HAZARD, 3)
    return oracle.view(rows, rows, the_claim=oracle.claim(quote(**values)))


def test_without_a_quote_four_measures_say_so(view: ClaimView) -> None:
    for name in ("quoted_margin_bp", "rich_cheap_bp", "quote_kind", "quote_date"):
        row = found(view, name)
        assert (row.value, row.reason, row.exact) == (None, "no_quote", False)


def test_a_quoted_margin_moves_rich_cheap_one_for_one() -> None:
    low, high = with_quote(margin_bp=400.0), with_quote(margin_bp=500.0)
    assert found(high, "fair_margin_bp") == found(low, "fair_margin_bp")
    moved = (found(high, "rich_cheap_bp").number or 0.0) - (found(low, "rich_cheap_bp").number or 0.0)
    assert moved == pytest.approx(100.0, abs=1e-10)
    assert found(low, "rich_cheap_bp").std_error == found(low, "fair_margin_bp").std_error


def test_text_rows_have_no_unit() -> None:
    view = with_quote(margin_bp=400.0)
    kind, date = found(view, "quote_kind"), found(view, "quote_date")
    assert (kind.value, kind.unit, kind.exact, kind.std_error) == ("secondary", None, True, None)
    assert date.value == "2026-09-01"


def test_a_price_of_par_is_the_contractual_margin() -> None:
    assert found(with_quote(price=100.0), "quoted_margin_bp").value == 1e4 * oracle.MARGIN


def test_a_price_below_par_is_a_wider_discount_margin() -> None:
    row = found(with_quote(price=97.0), "quoted_margin_bp")
    assert row.number is not None and row.exact
    assert row.number == pytest.approx(400.0 + 1e4 * 0.03 / 2.6, rel=0.06)


# --- ratios ---


def test_ratios_are_exact(view: ClaimView) -> None:
    for name in ("wal_years", "llcr", "book_ltv", "nolv_ltv", "contractual_margin_bp", "tenor_years"):
        row = found(view, name)
        assert row.exact and row.std_error is None and row.number is not None
    assert found(view, "min_dscr").reason == "not_applicable"


def test_the_other_resale_basis_scales_by_psi(view: ClaimView) -> None:
    assert found(view, "market_ltv_at_sale").value == pytest.approx(0.8 * 2.0)
    assert found(view, "nolv_ltv_at_mark").value == pytest.approx(1.1 / 2.0)
    assert found(view, "flv_ltv_at_mark").reason is None


def test_devices_without_one_psi_ratio_have_no_other_basis(view: ClaimView) -> None:
    second = SimpleNamespace(
        id="b200", psi_mark=SimpleNamespace(value=0.6), psi_sale=SimpleNamespace(value=0.5)
    )
    market = SimpleNamespace(devices=(*view.case.market.devices, second))
    fleets = tuple(SimpleNamespace(id=name, device=name) for name in ("h100", "b200"))
    claim = oracle.claim().model_copy(update={"collateral_fleets": ("h100", "b200")})
    rows = oracle.rows(64, 0.1, 1)
    case = SimpleNamespace(market=market, book=SimpleNamespace(fleets=fleets))
    mixed = oracle.view(rows, rows, the_claim=claim, case=case)
    assert found(mixed, "market_ltv_at_sale").reason == "missing_input"


def test_llcr_of_a_sculpted_loan_is_its_cover() -> None:
    cash = np.array([100.0, 70.0, 49.0, 34.3, 24.01])
    cfads = np.zeros(61)
    cfads[12::12] = cash
    rows = oracle.rows(64, 0.1, 1)
    debt = cash @ 1.1 ** -np.arange(1.0, 6.0) / 1.4
    view = oracle.view(rows, rows, the_claim=oracle.claim(coupon=0.10))
    view.ladder["balance"][0] = debt
    view.borrower["cfads"][:] = cfads
    assert debt == pytest.approx(159.9360, abs=1e-4)
    assert found(view, "llcr").value == pytest.approx(1.4, abs=1e-9)
    assert found(view, "llcr_with_reserve").value == pytest.approx(1.4 + 10.0 / debt, abs=1e-9)


def test_one_failing_estimator_does_not_lose_the_run(view: ClaimView) -> None:
    def fails(_: ClaimView) -> None:
        raise CannotCompute("no")

    entry = Definition("broken", "Never.", "bp", "Nowhere", fails)  # type: ignore[arg-type]
    row = measure(view, entry)
    assert (row.value, row.reason) == (None, "failed")


def test_underwriting_measures_need_underwriting(view: ClaimView) -> None:
    assert found(view, "over_lending_multiple").reason == "missing_input"


def test_every_measure_keeps_the_contract(view: ClaimView) -> None:
    for entry in CATALOGUE.values():
        row = measure(view, entry)
        assert entry.sentence.endswith(".")
        assert (row.value is None) == (row.reason is not None), entry.name
        if row.exact or row.value is None:
            assert row.std_error is None
        if isinstance(row.value, str):
            assert row.unit is None and row.exact


def test_the_catalogue_holds_what_checks_rely_on() -> None:
    promised = """pd_1y pd_3y pd_maturity pd_loss_maturity lgd el_bp fair_margin_bp fair_model_bp
        quoted_margin_bp quote_kind rich_cheap_bp wal_years min_dscr llcr book_ltv market_ltv
        nolv_ltv flv_ltv"""
    assert set(promised.split()) <= set(CATALOGUE)
