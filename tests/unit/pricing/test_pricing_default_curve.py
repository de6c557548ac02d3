"""Default by date, the default swap that it is worth, and what the promised schedule alone says."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from haircut.case.book.claims import Quote
from haircut.pricing.default_curve import _pace
from haircut.pricing.measures import CATALOGUE, Measure, measure
from haircut.pricing.view import ClaimView
from tests.unit.pricing import oracle

P_HAZARD, Q_HAZARD = 0.02, 0.05
PATHS = 20_000
MONTHS = 12 * oracle.YEARS


def counts(hazard: float, paths: int, seed: int) -> Any:
    months = np.ceil(12.0 * np.random.default_rng(seed).exponential(1.0 / hazard, paths)).astype(np.int64)
    return np.bincount(months[months <= MONTHS], minlength=MONTHS + 1)


@pytest.fixture(scope="module")
def view() -> ClaimView:
    return oracle.view(
        oracle.rows(PATHS, P_HAZARD, 1),
        oracle.rows(PATHS, Q_HAZARD, 2),
        defaults_p=counts(P_HAZARD, PATHS, 1),
        defaults_q=counts(Q_HAZARD, PATHS, 2),
    )


def found(view: ClaimView, name: str) -> Measure:
    return measure(view, CATALOGUE[name])


def test_the_term_structure_is_that_of_its_hazard(view: ClaimView) -> None:
    for name, hazard, years in (("pd_2y", P_HAZARD, 2), ("pd_5y", P_HAZARD, 5), ("pd_5y_q", Q_HAZARD, 5)):
        row = found(view, name)
        assert row.number is not None and row.std_error is not None
        assert abs(row.number - (1.0 - math.exp(-hazard * years))) < 3.0 * row.std_error
    assert found(view, "pd_5y").value == found(view, "pd_maturity").value
    assert found(view, "pd_1y_q").number == pytest.approx(1.0 - math.exp(-Q_HAZARD), abs=0.005)


def test_beyond_maturity_or_without_counts_there_is_no_term_structure(view: ClaimView) -> None:
    assert found(replace(view, maturity_month=48), "pd_5y").reason == "not_applicable"
    assert found(replace(view, defaults_p=None), "pd_2y").reason == "missing_input"
    assert found(replace(view, defaults_q=None), "cds_equivalent_bp").reason == "missing_input"
    none = replace(view, defaults_p=np.zeros(MONTHS + 1, dtype=np.int64))
    assert found(none, "pd_2y").value == 0.0 and found(none, "pd_2y").std_error is None
    few = replace(view, defaults_q=np.eye(1, MONTHS + 1, 5, dtype=np.int64)[0])
    assert found(few, "cds_equivalent_bp").reason == "too_few_defaults"


def test_the_equivalent_default_swap_is_the_credit_triangle(view: ClaimView) -> None:
    """A constant hazard of 5 % and a loss of 40 %: 200 bp, whatever the loan's own profile."""
    row = found(view, "cds_equivalent_bp")
    assert row.number is not None and row.std_error is not None
    assert abs(row.number - 1e4 * Q_HAZARD * oracle.LGD) < 3.0 * row.std_error
    assert 1.0 < row.std_error < 6.0


def test_the_error_of_the_default_swap_is_the_spread_of_its_estimates() -> None:
    discount = np.exp(-oracle.RATE * np.arange(MONTHS + 1) / 12)
    found_ = np.array([_pace(counts(0.05, 1000, seed).astype(float), 1000, discount) for seed in range(300)])
    assert found_[:, 0].mean() == pytest.approx(0.05, rel=0.02)
    assert found_[:, 1].mean() == pytest.approx(found_[:, 0].std(ddof=1), rel=0.12)


def test_severity_exposure_and_loss_under_q(view: ClaimView) -> None:
    assert found(view, "lgd_q").value == pytest.approx(oracle.LGD)
    row, fair = found(view, "el_q_bp"), 1e4 * oracle.fair_spread(Q_HAZARD)
    assert row.number is not None and row.std_error is not None
    assert abs(row.number - fair) < 3.0 * row.std_error
    exposure = found(view, "ead_usd")
    alive = np.exp(-P_HAZARD * np.arange(oracle.YEARS + 1))
    expected = oracle.BALANCES @ (alive[:-1] - alive[1:]) / (1.0 - alive[-1])
    assert exposure.number is not None and exposure.std_error is not None
    assert abs(exposure.number - expected) < 3.0 * exposure.std_error
    safe = replace(view, p=oracle.view(oracle.rows(50, 1e-9, 1), oracle.rows(50, 1e-9, 1)).p)
    assert found(safe, "ead_usd").reason == found(safe, "lgd").reason == "too_few_defaults"


def test_cs01_is_the_annuity_of_a_basis_point(view: ClaimView) -> None:
    row, annuity = found(view, "cs01_usd"), found(view, "rpv01")
    assert row.number == pytest.approx(-1e-4 * 100.0 * (annuity.number or 0.0))
    assert row.std_error == pytest.approx(1e-4 * 100.0 * (annuity.std_error or 0.0))


# --- the promised schedule


def quoted(price: float | None = None, coupon: float | None = None, **changes: Any) -> ClaimView:
    quote = Quote(kind="secondary", date=oracle.AS_OF, price=price, margin_bp=None if price else 400.0)
    rows = oracle.rows(64, 0.1, 1)
    return oracle.view(rows, rows, the_claim=oracle.claim(quote, coupon), **changes)


def test_the_z_spread_reprices_promised_cash_by_hand() -> None:
    """Annual payments of 4 % forward and 4 % margin on 100, 80, 60, 40, 20, at 97 per 100."""
    row = found(quoted(97.0), "z_spread_bp")
    assert row.exact and row.number is not None
    years = np.arange(1, oracle.YEARS + 1)
    forward = 12.0 * (math.exp(oracle.RATE / 12.0) - 1.0)  # the months' rates, added up
    day_count = 365.25 / 360.0  # on average; the margin alone is paid by days
    cash = oracle.BALANCES * (forward + oracle.MARGIN * day_count) + 20.0
    value = float(cash @ np.exp(-(oracle.RATE + 1e-4 * row.number) * years))
    assert value == pytest.approx(97.0, abs=0.02)


def test_a_fixed_claim_has_the_duration_of_its_cash_and_a_floating_one_almost_none() -> None:
    bullet = np.zeros(MONTHS + 1)
    bullet[:MONTHS] = 100.0
    fixed = quoted(coupon=0.0)
    ladder = {**fixed.ladder, "balance": bullet}
    fixed = replace(fixed, ladder=ladder)
    row = found(fixed, "rate_duration_years")
    assert row.number == pytest.approx(oracle.YEARS / (1.0 + math.exp(oracle.RATE) - 1.0 + 0.04), rel=0.01)
    assert found(fixed, "spread_duration_years").number == pytest.approx(row.number, rel=1e-6)
    assert found(fixed, "ir01_usd").number == pytest.approx(
        -1e-4 * (row.number or 0.0) * 100.0 / (1.0 + math.exp(0.04) - 1.0 + 0.04) ** 5, rel=0.01
    )
    floating = quoted()
    assert abs(found(floating, "rate_duration_years").number or 0.0) < 1e-6
    assert abs(found(floating, "ir01_usd").number or 0.0) < 1e-6
    assert 2.0 < (found(floating, "spread_duration_years").number or 0.0) < 3.0


def test_without_a_quote_or_with_draws_to_come_there_is_no_z_spread() -> None:
    rows = oracle.rows(64, 0.1, 1)
    assert found(oracle.view(rows, rows), "z_spread_bp").reason == "no_quote"
    assert found(oracle.view(rows, rows), "ir01_usd").reason == "no_quote"
    drawing = quoted(97.0)
    balance = drawing.ladder["balance"].copy()
    balance[:12] = 50.0
    drawing = replace(drawing, ladder={**drawing.ladder, "balance": balance})
    assert found(drawing, "z_spread_bp").reason == "not_applicable"
    empty = replace(drawing, ladder={**drawing.ladder, "balance": np.zeros(MONTHS + 1)})
    assert found(empty, "spread_duration_years").value is None
