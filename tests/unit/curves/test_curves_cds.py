"""Rules of the CDS contract, its value and its bootstrap."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from haircut.curves import CdsTerms, DiscountCurve, SurvivalCurve, par_spread, upfront
from haircut.errors import CannotCompute, InputRefused

AS_OF = date(2026, 10, 1)
FLAT = DiscountCurve.flat(AS_OF, 0.04)


def repricing_error(quotes: dict[float, float], recovery: float) -> float:
    curve = SurvivalCurve.from_cds(AS_OF, quotes, recovery, FLAT)
    return max(
        abs(par_spread(CdsTerms.standard(AS_OF, tenor, 0.01, recovery), FLAT, curve) - spread)
        for tenor, spread in quotes.items()
    )


def test_maturities_roll_twice_a_year() -> None:
    assert CdsTerms.standard(date(2026, 9, 18), 5, 0.05, 0.4).maturity_date == date(2031, 6, 20)
    assert CdsTerms.standard(date(2026, 9, 21), 5, 0.05, 0.4).maturity_date == date(2031, 12, 20)
    assert CdsTerms.standard(AS_OF, 0.5, 0.05, 0.4).maturity_date == date(2027, 6, 20)


def test_periods_run_from_the_last_premium_date_and_only_the_maturity_is_not_moved() -> None:
    periods = CdsTerms(AS_OF, date(2027, 6, 20), 0.05, 0.4).period_dates
    assert periods == (date(2026, 9, 21), date(2026, 12, 21), date(2027, 3, 22), date(2027, 6, 20))


def test_a_premium_date_moved_past_the_trade_has_not_come_yet() -> None:
    saturday = date(2026, 6, 20)
    assert CdsTerms(saturday, date(2026, 12, 20), 0.05, 0.4).period_dates[:2] == (
        date(2026, 3, 20),
        date(2026, 6, 22),
    )


def test_settlement_is_the_third_weekday() -> None:
    assert CdsTerms.standard(date(2026, 10, 1), 5, 0.05, 0.4).settlement_date == date(2026, 10, 6)
    assert CdsTerms.standard(date(2026, 10, 3), 5, 0.05, 0.4).settlement_date == date(2026, 10, 7)


def test_the_upfront_is_zero_where_the_coupon_is_the_par_spread() -> None:
    curve = SurvivalCurve.flat(0.11, "Q")
    fair = par_spread(CdsTerms.standard(AS_OF, 5, 0.0, 0.4), FLAT, curve)
    assert upfront(CdsTerms.standard(AS_OF, 5, fair, 0.4), FLAT, curve) == pytest.approx(0.0, abs=1e-15)
    assert upfront(CdsTerms.standard(AS_OF, 5, fair - 0.01, 0.4), FLAT, curve) > 0.0


def test_a_name_that_cannot_default_costs_nothing_and_owes_the_coupons() -> None:
    riskless = SurvivalCurve.flat(0.0, "Q")
    assert par_spread(CdsTerms.standard(AS_OF, 5, 0.05, 0.4), FLAT, riskless) == 0.0
    assert upfront(CdsTerms.standard(AS_OF, 5, 0.05, 0.4), FLAT, riskless) < 0.0


def test_a_default_at_once_pays_the_loss() -> None:
    terms = CdsTerms.standard(AS_OF, 5, 0.05, 0.4)
    assert upfront(terms, FLAT, SurvivalCurve.flat(1e5, "Q")) == pytest.approx(0.6, abs=1e-3)


def test_the_integral_is_smooth_where_forward_and_hazard_cancel_or_vanish() -> None:
    terms = CdsTerms.standard(AS_OF, 5, 0.0, 0.4)
    for rate in (-0.03, 0.0):
        discount = DiscountCurve.flat(AS_OF, rate)
        around = [
            par_spread(terms, discount, SurvivalCurve.flat(-rate + 0.001 + change, "Q"))
            for change in (0.0, 1e-9)
        ]
        assert around[1] - around[0] == pytest.approx(0.6e-9, rel=0.05)


def test_a_distressed_curve_bootstraps_and_reprices() -> None:
    assert repricing_error({0.5: 0.1214, 1: 0.1769, 2: 0.2471, 3: 0.2816}, 0.60) < 1e-10


def test_sixty_percent_a_year_bootstraps_and_reprices() -> None:
    assert repricing_error({0.5: 0.6, 1: 0.6, 2: 0.6, 3: 0.6, 4: 0.6, 5: 0.6, 7: 0.6, 10: 0.6}, 0.20) < 1e-10


def test_an_inverted_curve_bootstraps_and_reprices() -> None:
    assert repricing_error({0.5: 0.30, 1: 0.25, 5: 0.12}, 0.40) < 1e-10


def test_a_zero_spread_is_a_zero_hazard() -> None:
    assert SurvivalCurve.from_cds(AS_OF, {5: 0.0}, 0.4, FLAT).hazards == (0.0,)


def test_quotes_by_date_and_by_tenor_agree_in_any_order() -> None:
    by_tenor = SurvivalCurve.from_cds(AS_OF, {5: 0.064, 1: 0.03}, 0.4, FLAT)
    by_date = SurvivalCurve.from_cds(AS_OF, {date(2027, 12, 20): 0.03, date(2031, 12, 20): 0.064}, 0.4, FLAT)
    assert by_tenor == by_date


def test_upfront_quotes_reprice() -> None:
    quotes = {1.0: 0.12, 3.0: 0.22, 5.0: 0.27}
    curve = SurvivalCurve.from_cds(AS_OF, quotes, 0.4, FLAT, coupon=0.05)
    for tenor, quote in quotes.items():
        assert upfront(CdsTerms.standard(AS_OF, tenor, 0.05, 0.4), FLAT, curve) == pytest.approx(
            quote, abs=1e-12
        )


def test_a_quote_below_the_shorter_ones_is_refused_with_its_tenor_and_bounds() -> None:
    with pytest.raises(CannotCompute) as refusal:
        SurvivalCurve.from_cds(AS_OF, {1: 0.30, 5: 0.02}, 0.4, FLAT)
    text = str(refusal.value)
    assert text.startswith("quotes[5] (maturity 2031-12-20): found spread 0.02; at recovery 0.4 ")
    assert "the quote is too low, the shorter quotes already cost more" in text


def test_a_quote_above_certain_default_is_refused_with_its_tenor_and_bounds() -> None:
    with pytest.raises(CannotCompute, match=r"quotes\[2\] .* the quote is too high") as refusal:
        SurvivalCurve.from_cds(AS_OF, {1: 0.05, 2: 3.0}, 0.6, FLAT)
    highest = float(str(refusal.value).split("an infinite one ")[1].split(":")[0])
    assert repricing_error({1: 0.05, 2: highest * 0.999}, 0.6) < 1e-10
    with pytest.raises(CannotCompute, match=r"found upfront 0.7"):
        SurvivalCurve.from_cds(AS_OF, {1: 0.7}, 0.4, FLAT, coupon=0.05)


@pytest.mark.parametrize(
    ("quotes", "message"),
    [
        ({}, "quotes: found none"),
        ({5: -0.01}, r"quotes\[5\]: found spread -0.01"),
        ({5: math.nan}, r"quotes\[5\]: found spread nan"),
        ({5: 640.0}, r"0.064 for 640 bp"),
        ({0.3: 0.05}, "tenor: found 0.3 years; expected a multiple of 0.25"),
        ({date(2031, 12, 31): 0.05}, "expected a 20 March, June, September or December, such as 2031-12-20"),
        ({date(2026, 6, 20): 0.05}, "expected a date after the trade date 2026-10-01"),
    ],
)
def test_bad_quotes_are_refused(quotes: Any, message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        SurvivalCurve.from_cds(AS_OF, quotes, 0.4, FLAT)


def test_bad_terms_and_curves_of_another_date_are_refused() -> None:
    with pytest.raises(InputRefused, match="recovery: found 40"):
        SurvivalCurve.from_cds(AS_OF, {5: 0.064}, 40, FLAT)
    with pytest.raises(InputRefused, match=r"coupon: found -0.01"):
        CdsTerms.standard(AS_OF, 5, -0.01, 0.4)
    with pytest.raises(
        InputRefused, match="found a curve as of 2026-10-01; expected the trade date 2026-10-02"
    ):
        SurvivalCurve.from_cds(date(2026, 10, 2), {5: 0.064}, 0.4, FLAT)
    with pytest.raises(InputRefused, match=r"upfront 1.5"):
        SurvivalCurve.from_cds(AS_OF, {5: 1.5}, 0.4, FLAT, coupon=0.05)
    twice: dict[Any, float] = {5: 0.064, date(2031, 12, 20): 0.07}
    with pytest.raises(InputRefused, match="drop one of the two"):
        SurvivalCurve.from_cds(AS_OF, twice, 0.4, FLAT)
