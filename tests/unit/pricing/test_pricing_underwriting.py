"""The lender's questions on a ten-year loan that was sized on rents that never fall (check A2)."""

import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from haircut.case.book.claims import Amortisation, Covenant, Draw, Sizing
from haircut.credit.outcomes import BaseCase
from haircut.pricing.underwriting import (
    dscr_minimum,
    economic_life_months,
    first_date,
    ltv_rows,
    underwriting,
)
from tests.unit.pricing import oracle

YEARS = 10
DEBT = 438.8977
DATES = tuple(
    (datetime.date(2027 + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).isoformat()
    for month in range(12 * YEARS + 1)
)


def _series(**values: Any) -> dict[str, np.ndarray]:
    return {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}


def _base(decline: float) -> BaseCase:
    months = 12 * YEARS + 1
    cfads, service = np.zeros(months), np.zeros(months)
    cfads[12::12] = 100.0 * (1.0 - decline) ** np.arange(YEARS)
    service[12::12] = 100.0 / 1.4
    dscr = np.full(months, np.nan)
    dscr[12::12] = cfads[12::12] / service[12::12]
    book = np.linspace(0.5, 0.9, months)
    book[-1] = np.nan
    ladder = _series(
        balance=np.where(np.arange(months) < months - 1, DEBT, 0.0), dscr=dscr, debt_service=service,
        book_ltv=book, market_ltv=book, nolv_ltv=2.0 * book, flv_ltv=3.0 * book,
    )  # fmt: skip
    return BaseCase(DATES, {"spv": _series(cfads=cfads)}, {"loan": ladder}, {}, {"loan": 12 * YEARS})


def _answer(cover: float | None = 1.4, **changes: Any) -> Any:
    claim = oracle.claim(coupon=0.10).model_copy(
        update={"maturity_date": datetime.date(2036, 12, 31), **changes}
    )
    fleet = SimpleNamespace(id="fleet", economic_life_years=5.0, in_service=datetime.date(2026, 12, 31))
    case = SimpleNamespace(
        name="ten", overlays=("deflation-30",), book=SimpleNamespace(fleets=(fleet,)),
        market=SimpleNamespace(as_of=oracle.AS_OF),
    )  # fmt: skip
    terms = SimpleNamespace(
        claim_ids=("loan",), month_dates=DATES, drawn={"loan": DEBT}, contract_margin={"loan": 0.06},
        wal_years={"loan": 6.5}, maturity_months={"loan": 12 * YEARS},
        discount=np.exp(-0.04 * np.arange(12 * YEARS + 1) / 12), sizing_binding={"loan": "dscr"},
        schedules={"loan": SimpleNamespace(cover=cover)},
        implied_payback_years={"loan": 2.5},
    )  # fmt: skip
    return underwriting(case, claim, terms, _base(0.3), _base(0.0))  # type: ignore[arg-type]


def test_check_a2() -> None:
    found = _answer()
    assert found.over_lending_multiple == pytest.approx(2.744, abs=5e-4)
    assert found.over_lending_same_tenor == pytest.approx(2.485, abs=5e-4)
    assert found.first_dscr_breach == "2028-12-31"
    assert found.llcr == pytest.approx(0.563405, abs=1e-6)
    assert found.min_dscr == pytest.approx(1.4 * 0.7**9)
    assert found.lender_min_dscr == pytest.approx(1.4)
    assert found.implied_payback_years == 2.5
    assert found.implied_cover == pytest.approx(1.4)


def test_ltv_rows_run_to_maturity() -> None:
    found = _answer()
    assert len(found.ltv) == 12 * YEARS + 1
    assert found.ltv[0].book == 0.5 and found.ltv[0].nolv == 1.0
    assert found.ltv[-1].book is None
    assert found.first_nolv_crossing == DATES[1]
    assert found.highest_book_ltv == pytest.approx(0.9, abs=0.01)


def test_plain_values_for_json() -> None:
    import json

    text = json.dumps(_answer().as_dict(), allow_nan=False)
    plain = json.loads(text)
    assert set(plain["ltv"][0]) == {"date", "book", "market", "nolv", "flv"}
    for name in ("min_dscr", "first_dscr_breach", "over_lending_multiple", "over_lending_same_tenor",
                 "implied_payback_years"):  # fmt: skip
        assert name in plain
    assert plain["overlays"] == ["deflation-30"]


def test_a_covenant_sets_the_level_of_a_breach() -> None:
    covenant = Covenant(test="dscr", minimum=1.5)
    assert dscr_minimum(oracle.claim()) == 1.0
    assert dscr_minimum(oracle.claim().model_copy(update={"covenants": (covenant,)})) == 1.5
    assert _answer(covenants=(covenant,)).first_dscr_breach == "2027-12-31"


def test_a_loan_that_says_no_cover_is_held_to_that_of_the_lenders_case() -> None:
    assert _answer(cover=None).over_lending_same_tenor == pytest.approx(2.485, abs=5e-4)


def test_sizing_says_the_cover() -> None:
    sizing = Sizing(target_dscr=2.8)
    found = _answer(sizing=sizing, drawn_usd=None)
    assert found.over_lending_same_tenor == pytest.approx(2.0 * 2.485, abs=1e-3)


def test_future_draws_count_at_the_loan_rate() -> None:
    draw = Draw(date=datetime.date(2027, 12, 31), amount_usd=110.0)
    more = _answer(draws=(draw,)).over_lending_multiple / _answer().over_lending_multiple
    assert more == pytest.approx((DEBT + 100.0) / DEBT, rel=1e-9)


def test_before_principal_starts_interest_is_paid_and_draws_count_in_full() -> None:
    start = Amortisation(kind="sculpted", start=datetime.date(2028, 12, 31))
    draw = Draw(date=datetime.date(2027, 12, 31), amount_usd=110.0)
    found = _answer(amortisation=start, draws=(draw,))
    years = np.arange(1, 10)
    carried = float(100.0 * 0.7**years @ 1.1**-years) / 1.4
    assert found.over_lending_same_tenor == pytest.approx((DEBT + 110.0) / carried, rel=1e-9)


def test_economic_life_is_counted_from_service() -> None:
    fleets = (
        SimpleNamespace(id="fleet", economic_life_years=5.0, in_service=datetime.date(2025, 12, 31)),
        SimpleNamespace(id="other", economic_life_years=9.0, in_service=datetime.date(2025, 12, 31)),
    )
    case: Any = SimpleNamespace(
        market=SimpleNamespace(as_of=oracle.AS_OF), book=SimpleNamespace(fleets=fleets)
    )
    assert economic_life_months(case, oracle.claim()) == 48
    case.book.fleets = (SimpleNamespace(id="fleet", economic_life_years=None, in_service=oracle.AS_OF),)
    assert economic_life_months(case, oracle.claim()) is None


def test_no_hit_is_no_date() -> None:
    assert first_date(DATES, np.zeros(len(DATES), dtype=bool)) is None
    never = {f"{basis}_ltv": np.full(3, np.inf) for basis in ("book", "market", "nolv", "flv")}
    assert ltv_rows(DATES, never, 1)[0].flv is None
