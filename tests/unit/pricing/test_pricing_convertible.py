"""Convertible notes one feature at a time, on small grids."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.errors import CannotCompute, InputRefused
from haircut.pricing.convertible import (
    CallPeriod,
    ConvertibleMarket,
    ConvertibleTerms,
    PutDate,
    StockDividend,
    bond_floor,
    capped_call_value,
    convert_note,
    convertible_price,
    implied_credit_spread,
    implied_volatility,
    value_convertible,
    with_spread,
)

AS_OF = date(2026, 10, 1)
MATURITY = date(2029, 10, 1)
YEARS = (MATURITY - AS_OF).days / 365.0
NODES = 60
TERMS = ConvertibleTerms(MATURITY, 25.0, coupon=0.02)
MARKET = ConvertibleMarket(20.0, 0.6, DiscountCurve.flat(AS_OF, 0.04), SurvivalCurve.flat(0.06, "Q"))


def price(terms: ConvertibleTerms, market: ConvertibleMarket = MARKET, nodes: int = NODES) -> float:
    return convertible_price(terms, market, nodes)


def coupon_years(terms: ConvertibleTerms) -> list[float]:
    days = [date(year, month, 1) for year in range(2027, 2030) for month in (4, 10)]
    return [(day - AS_OF).days / 365.0 for day in days if day <= terms.maturity_date]


# --- the promise without the stock


def test_bond_floor_with_recovery_of_par_is_the_survival_weighted_sum() -> None:
    """``sum c DF S + 100 DF S + R 100 int DF dPD``, all at flat 4 % and 6 %."""
    total = 0.10
    cash = sum(1.0 * math.exp(-total * year) for year in coupon_years(TERMS)) + 100.0 * math.exp(
        -total * YEARS
    )
    recovered = 40.0 * 0.06 / total * (1.0 - math.exp(-total * YEARS))
    assert bond_floor(TERMS, MARKET, NODES, 400) == pytest.approx(cash + recovered, rel=1e-5)


def test_recovery_of_the_bond_component_discounts_it_at_the_spread() -> None:
    """The bond component of a plain note is worth ``sum cash e^-(r + p (1 - R)) t``."""
    market = replace(MARKET, recovery_of="bond")
    rate = 0.04 + 0.06 * 0.6
    cash = sum(1.0 * math.exp(-rate * year) for year in coupon_years(TERMS)) + 100.0 * math.exp(-rate * YEARS)
    assert bond_floor(TERMS, market, NODES, 400) == pytest.approx(cash, rel=1e-5)


def test_curves_with_nodes_are_read_between_their_nodes() -> None:
    """A hazard that doubles after a year and a rate curve with a kink: the zero-coupon floor stays exact."""
    discount = DiscountCurve(AS_OF, (1.5, 3.5), (0.95, 0.85))
    survival = SurvivalCurve("Q", (1.0, 4.0), (0.05, 0.10))
    market = replace(MARKET, discount=discount, survival=survival, recovery=0.0)
    terms = replace(TERMS, coupon=0.0)
    expected = 100.0 * discount.discount_at(YEARS) * survival.survival(YEARS)
    assert bond_floor(terms, market, NODES, 400) == pytest.approx(expected, rel=1e-5)


def test_accrued_is_thirty_360_and_a_short_first_period_pays_less() -> None:
    as_of = date(2026, 12, 1)
    market = replace(MARKET, discount=DiscountCurve.flat(as_of, 0.04))
    whole = value_convertible(TERMS, market, NODES)
    assert whole.accrued == pytest.approx(2.0 * 60 / 360)
    assert whole.clean == pytest.approx(whole.value - whole.accrued)
    late = replace(TERMS, accrual_start=date(2026, 11, 16))
    short = value_convertible(late, market, NODES)
    assert short.accrued == pytest.approx(2.0 * 15 / 360)
    years = (date(2027, 4, 1) - as_of).days / 365.0
    lost = 2.0 * 45 / 360 * math.exp(-0.10 * years)
    assert whole.bond_floor - short.bond_floor == pytest.approx(lost, rel=1e-4)


# --- conversion, calls, puts


def test_deep_in_the_money_it_is_worth_its_shares_and_out_of_it_its_floor() -> None:
    zero = replace(TERMS, coupon=0.0)
    rich, poor = replace(MARKET, stock_price_usd=1000.0), replace(MARKET, stock_price_usd=0.5)
    assert value_convertible(zero, rich, NODES).delta == pytest.approx(1.0, abs=0.02)
    after_default = (
        40.0 * 0.06 * YEARS
    )  # the shares are worth nothing then and par is claimed; about, no discounting
    assert 4000.0 < price(zero, rich) < 4000.0 + after_default
    assert price(zero, poor) == pytest.approx(bond_floor(zero, poor, NODES), rel=1e-3)


def test_a_soft_call_takes_the_holder_to_parity_from_its_trigger_on() -> None:
    called = replace(TERMS, calls=(CallPeriod(AS_OF, trigger=1.3),))
    at_trigger = replace(MARKET, stock_price_usd=32.5)
    assert price(called, at_trigger) == pytest.approx(130.0, rel=1e-9)
    assert price(TERMS, at_trigger) > 140.0
    assert price(called) < price(TERMS) - 1.0


def test_a_call_that_begins_later_or_higher_costs_the_holder_less() -> None:
    def called(first: date, clean: float) -> float:
        return price(replace(TERMS, calls=(CallPeriod(first, clean_price=clean),)))

    values = [
        called(AS_OF, 100.0),
        called(date(2028, 4, 1), 100.0),
        called(date(2028, 4, 1), 120.0),
        price(TERMS),
    ]
    assert values == sorted(values)
    assert values[1] - values[0] > 1.0


def test_the_first_day_of_a_call_pays_that_days_coupon() -> None:
    """The ceiling holds just after the coupon: a note callable at par from its coupon day on is worth that
    coupon more than par on that day."""
    day = date(2027, 4, 1)
    market = ConvertibleMarket(
        20.0, 0.05, DiscountCurve.flat(day - timedelta(days=1), 0.0), SurvivalCurve.flat(0.0, "Q")
    )
    called = replace(TERMS, calls=(CallPeriod(day),))
    assert price(called, market) == pytest.approx(101.0, abs=0.01)


def test_a_put_lifts_a_distressed_note_to_what_survives_until_then() -> None:
    put = replace(TERMS, coupon=0.0, puts=(PutDate(date(2027, 10, 1)),))
    market = replace(MARKET, stock_price_usd=1.0)
    years, total = 1.0, 0.10
    expected = 100.0 * math.exp(-total * years) + 40.0 * 0.06 / total * (1.0 - math.exp(-total * years))
    assert price(put, market) == pytest.approx(expected, rel=1e-3)
    assert price(put, replace(market, recovery_of="bond")) > price(replace(put, puts=()), market)


# --- what the stock does


def test_borrow_cost_and_dividends_lower_the_value_and_a_dividend_is_about_its_amount() -> None:
    assert price(TERMS, replace(MARKET, borrow_cost=0.10)) < price(TERMS) - 3.0
    # Paid by a stock that is alive, so discounted at 4 % and 6 %.
    paid = replace(MARKET, stock_price_usd=200.0, dividends=(StockDividend(date(2027, 10, 1), 5.0),))
    at_maturity = replace(TERMS, conversion="at_maturity", coupon=0.0)
    cost = price(at_maturity, replace(paid, dividends=()), 200) - price(at_maturity, paid, 200)
    assert cost == pytest.approx(4.0 * 5.0 * math.exp(-0.10), rel=0.02)


def test_the_fall_on_default_does_not_move_a_share_but_moves_the_option() -> None:
    whole, none = price(TERMS), price(TERMS, replace(MARKET, stock_fall_on_default=0.0))
    assert abs(whole - none) > 0.5
    far = replace(MARKET, stock_price_usd=800.0, recovery=0.0)
    assert price(TERMS, far) == pytest.approx(price(TERMS, replace(far, stock_fall_on_default=0.0)), rel=1e-3)


def test_a_hazard_that_rises_as_the_stock_falls_costs_most_in_distress_and_is_capped() -> None:
    law = replace(MARKET, hazard_elasticity=1.2, hazard_reference_stock_usd=20.0)
    low = replace(law, stock_price_usd=4.0)
    assert price(TERMS, low) < price(TERMS, replace(MARKET, stock_price_usd=4.0)) - 5.0
    certain = replace(low, stock_price_usd=0.05, highest_hazard=50.0)
    assert price(TERMS, certain) == pytest.approx(40.0, abs=1.0)
    mild = replace(low, highest_hazard=0.06)
    assert price(TERMS, mild) == pytest.approx(price(TERMS, replace(MARKET, stock_price_usd=4.0)), abs=0.3)


# --- sensitivities and what a price implies


def test_sensitivities_are_the_differences_that_they_say() -> None:
    found = value_convertible(TERMS, MARKET, 200)
    up, down = (price(TERMS, replace(MARKET, stock_price_usd=20.0 * move), 200) for move in (1.01, 0.99))
    assert found.delta == pytest.approx((up - down) / (2 * 0.01 * 80.0), abs=0.01)
    vol = price(TERMS, replace(MARKET, volatility=0.61), 200) - price(TERMS, MARKET, 200)
    assert found.vega == pytest.approx(vol, abs=0.02) and found.vega > 0.0
    spread = replace(MARKET, survival=SurvivalCurve.flat(0.06 + 0.0005 / 0.6, "Q"))
    assert found.cs01 == pytest.approx((price(TERMS, spread, 200) - found.value) / 5.0, rel=0.02)
    assert found.cs01 < 0.0 and found.ir01 < 0.0 and found.borrow01 < 0.0
    assert found.conversion_premium == pytest.approx(found.clean / 80.0 - 1.0)
    assert abs(found.value - price(TERMS, MARKET, 400)) < found.numerical_error


def test_a_price_gives_back_the_spread_and_the_volatility_that_made_it() -> None:
    made = convertible_price(TERMS, MARKET, NODES)
    assert implied_credit_spread(TERMS, MARKET, made, NODES) == pytest.approx(0.036, abs=1e-6)
    assert implied_volatility(TERMS, MARKET, made, NODES) == pytest.approx(0.6, abs=1e-6)


def test_prices_that_no_spread_or_volatility_makes_are_refused_with_the_range() -> None:
    with pytest.raises(CannotCompute, match=r"found 300; a credit spread of 0 gives 1\d\d"):
        implied_credit_spread(TERMS, MARKET, 300.0, NODES)
    with pytest.raises(CannotCompute, match=r"the least is 1\d\d\.\d+, at"):
        implied_credit_spread(TERMS, MARKET, 60.0, NODES)
    with pytest.raises(CannotCompute, match="volatilities of 1% and 400%"):
        implied_volatility(TERMS, MARKET, 60.0, NODES)
    with pytest.raises(InputRefused, match="price: found -1"):
        implied_credit_spread(TERMS, MARKET, -1.0, NODES)


def test_a_capped_call_is_worth_less_than_the_call_and_nothing_in_distress() -> None:
    values = [capped_call_value(TERMS, MARKET, cap) for cap in (30.0, 50.0, 1e6)]
    assert values == sorted(values) and values[0] > 0.0
    assert capped_call_value(TERMS, replace(MARKET, stock_price_usd=0.5), 50.0) < 0.01
    half = [
        capped_call_value(TERMS, replace(MARKET, stock_fall_on_default=fall), 50.0)
        for fall in (0.0, 0.5, 1.0)
    ]
    assert min(half) > 0.0 and len(set(half)) == 3
    with pytest.raises(InputRefused, match="above the conversion price 25"):
        capped_call_value(TERMS, MARKET, 25.0)
    drained = replace(MARKET, dividends=(StockDividend(date(2027, 1, 1), 30.0),))
    with pytest.raises(InputRefused, match="more than the stock is worth"):
        capped_call_value(TERMS, drained, 50.0)


def test_with_total_default_a_note_is_shares_and_insurance_on_them() -> None:
    """At an endless hazard the shares are worthless at once and par's recovery is paid: parity and 40 more."""
    value = price(TERMS, with_spread(MARKET, 10.0), 200)
    assert value == pytest.approx(80.0 + 40.0, abs=2.0)
    assert implied_credit_spread(TERMS, MARKET, price(TERMS, with_spread(MARKET, 0.02)), NODES) < 0.021


# --- the sheet


def test_a_sheet_has_the_middle_and_the_ends_of_its_assumptions() -> None:
    partial = replace(MARKET, stock_fall_on_default=0.5)
    note = convert_note("a note", TERMS, partial, (0.4, 0.8), (0.0, 0.05), quoted=100.0, nodes=NODES)
    low = replace(partial, volatility=0.4, borrow_cost=0.05)
    high = replace(partial, volatility=0.8)
    assert note.value_range == (price(TERMS, low), price(TERMS, high))
    assert note.found.value == price(TERMS, partial)
    assert note.implied_spread_range[0] == pytest.approx(implied_credit_spread(TERMS, low, 100.0, NODES))
    assert note.implied_spread is not None and note.implied_spread > (note.implied_spread_range[0] or 1.0)
    assert price(TERMS, replace(partial, volatility=note.implied_volatility or 0.0)) == pytest.approx(100.0)


def test_a_sheet_without_a_quote_has_no_implied_spread_and_ranges_must_hold_the_middle() -> None:
    note = convert_note("a note", TERMS, MARKET, (0.4, 0.8), (0.0, 0.05), nodes=NODES)
    assert note.implied_spread is None and note.implied_spread_range == (None, None)
    assert note.implied_volatility is None
    with pytest.raises(InputRefused, match=r"volatility: found the range \(0.7, 0.8\) around 0.6"):
        convert_note("a note", TERMS, MARKET, (0.7, 0.8), (0.0, 0.05), nodes=NODES)


# --- refusals


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"conversion_price_usd": 0.0}, "conversion_price_usd: found 0.0"),
        ({"coupon": 1.75}, "0.0175 for 1.75 %"),
        ({"payment_frequency_months": 5}, "expected 1, 3, 6 or 12"),
        ({"conversion": "never"}, "expected any_time or at_maturity"),
        ({"calls": (CallPeriod(MATURITY),)}, r"calls\[0\]: found"),
        ({"calls": (CallPeriod(AS_OF, clean_price=-1.0),)}, r"calls\[0\]\.clean_price"),
        ({"calls": (CallPeriod(AS_OF, trigger=0.0),)}, r"calls\[0\]\.trigger"),
        ({"puts": (PutDate(MATURITY),)}, r"puts\[0\]\.day"),
        ({"redemption": math.nan}, "redemption: found nan"),
    ],
)
def test_terms_out_of_range_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        replace(TERMS, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stock_price_usd": -1.0}, "stock_price_usd"),
        ({"volatility": 80.0}, "0.8 for 80 %"),
        ({"survival": SurvivalCurve.flat(0.1, "P")}, "under P; expected one under Q"),
        ({"recovery": 1.0}, "recovery: found 1.0"),
        ({"recovery_of": "face"}, "expected par or bond"),
        ({"stock_fall_on_default": 2.0}, "stock_fall_on_default"),
        ({"hazard_elasticity": -1.0}, "hazard_elasticity"),
        ({"highest_hazard": 0.0}, "highest_hazard"),
        ({"hazard_reference_stock_usd": 0.0}, "hazard_reference_stock_usd"),
        ({"borrow_cost": math.inf}, "borrow_cost"),
        ({"dividends": (StockDividend(AS_OF, -1.0),)}, r"dividends\[0\]"),
    ],
)
def test_markets_out_of_range_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        replace(MARKET, **change)  # type: ignore[arg-type]


def test_a_note_that_has_matured_and_a_grid_that_is_too_small_are_refused() -> None:
    with pytest.raises(InputRefused, match="after the as-of date 2026-10-01"):
        price(replace(TERMS, maturity_date=AS_OF))
    with pytest.raises(InputRefused, match="at least 20 and 10"):
        price(TERMS, nodes=10)
