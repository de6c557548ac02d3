"""QuantLib as an oracle: day counts, maturities and CDS values agree with it where it works."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import QuantLib

from haircut.curves import CdsTerms, DiscountCurve, SurvivalCurve, upfront, year_fraction

COUNTERS = {
    "ACT/360": QuantLib.Actual360(),
    "ACT/365F": QuantLib.Actual365Fixed(),
    "30/360": QuantLib.Thirty360(QuantLib.Thirty360.German),
    "ACT/ACT": QuantLib.ActualActual(QuantLib.ActualActual.ISDA),
}


def as_quantlib(day: date) -> QuantLib.Date:
    return QuantLib.Date(day.day, day.month, day.year)


@pytest.fixture
def evaluation_date() -> Iterator[QuantLib.Settings]:
    settings = QuantLib.Settings.instance()
    before = settings.evaluationDate
    yield settings
    settings.evaluationDate = before


@pytest.mark.parametrize("day_count", list(COUNTERS))
def test_day_counts_agree(day_count: str) -> None:
    generator = random.Random(1)
    for _ in range(300):
        start = date(2020, 1, 1) + timedelta(days=generator.randrange(4000))
        end = start + timedelta(days=generator.randrange(4000))
        expected = COUNTERS[day_count].yearFraction(as_quantlib(start), as_quantlib(end))
        assert year_fraction(start, end, day_count) == pytest.approx(expected, abs=1e-15)  # type: ignore[arg-type]


@pytest.mark.parametrize("tenor", [1, 3, 5, 10])
@pytest.mark.parametrize("hazard", [0.002, 0.1, 1.5])
@pytest.mark.parametrize("trade", [date(2026, 10, 1), date(2027, 3, 19), date(2028, 2, 29)])
def test_cds_upfronts_agree_with_the_isda_engine(
    evaluation_date: QuantLib.Settings, trade: date, hazard: float, tenor: int
) -> None:
    day = as_quantlib(trade)
    evaluation_date.evaluationDate = day
    discount = QuantLib.YieldTermStructureHandle(QuantLib.FlatForward(day, 0.04, QuantLib.Actual365Fixed()))
    default = QuantLib.DefaultProbabilityTermStructureHandle(
        QuantLib.FlatHazardRate(
            day, QuantLib.QuoteHandle(QuantLib.SimpleQuote(hazard)), QuantLib.Actual365Fixed()
        )
    )
    terms = CdsTerms.standard(trade, tenor, 0.05, 0.4)
    schedule = QuantLib.Schedule(
        day,
        as_quantlib(terms.maturity_date),
        QuantLib.Period(QuantLib.Quarterly),
        QuantLib.WeekendsOnly(),
        QuantLib.Following,
        QuantLib.Unadjusted,
        QuantLib.DateGeneration.CDS2015,
        False,
    )
    contract = QuantLib.CreditDefaultSwap(
        QuantLib.Protection.Buyer,
        1.0,
        0.0,
        0.05,
        schedule,
        QuantLib.Following,
        QuantLib.Actual360(),
        True,
        True,
        day,
        as_quantlib(terms.settlement_date),
        QuantLib.FaceValueClaim(),
        QuantLib.Actual360(True),
        True,
        day,
    )
    contract.setPricingEngine(QuantLib.IsdaCdsEngine(default, 0.4, discount))
    ours = upfront(terms, DiscountCurve.flat(trade, 0.04), SurvivalCurve.flat(hazard, "Q"))
    settle = discount.discount(as_quantlib(terms.settlement_date))
    # QuantLib takes the last premium's survival on the day before its payment, we at maturity; accrual on
    # default makes up for that day to second order.
    assert ours * settle == pytest.approx(contract.NPV(), abs=5e-8)
