"""No arbitrage and monotony of the convertible, whatever its terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.pricing.convertible import (
    CallPeriod,
    ConvertibleMarket,
    ConvertibleTerms,
    PutDate,
    bond_floor,
    convertible_price,
    value_convertible,
)

AS_OF = date(2026, 10, 1)
NODES = 150
MARGIN = 0.05
"""Per 100 of par: what a grid of this size may miss."""

NOTES = st.builds(
    ConvertibleTerms,
    maturity_date=st.dates(date(2027, 10, 1), date(2033, 10, 1)),
    conversion_price_usd=st.floats(12.0, 60.0),
    coupon=st.sampled_from([0.0, 0.0025, 0.0175, 0.035, 0.06]),
    conversion=st.sampled_from(["any_time", "at_maturity"]),
)
MARKETS = st.builds(
    lambda stock, volatility, rate, hazard, **rest: ConvertibleMarket(
        stock, volatility, DiscountCurve.flat(AS_OF, rate), SurvivalCurve.flat(hazard, "Q"), **rest
    ),
    stock=st.floats(5.0, 80.0),
    volatility=st.floats(0.25, 1.2),
    rate=st.floats(0.0, 0.06),
    hazard=st.floats(0.0, 0.4),
    recovery=st.sampled_from([0.0, 0.2, 0.4]),
    recovery_of=st.sampled_from(["par", "bond"]),
    stock_fall_on_default=st.sampled_from([0.0, 0.5, 1.0]),
    borrow_cost=st.sampled_from([0.0, 0.02]),
)


@given(NOTES, MARKETS)
def test_between_its_floor_or_shares_and_riskless_promise_and_shares(
    terms: ConvertibleTerms, market: ConvertibleMarket
) -> None:
    found = value_convertible(terms, market, NODES)
    least = found.bond_floor
    if terms.conversion == "any_time":
        least = max(least, found.parity)
    riskless = bond_floor(terms, replace(market, survival=SurvivalCurve.flat(0.0, "Q")), NODES)
    assert least - MARGIN <= found.value <= max(riskless, 100.0 * market.recovery) + found.parity + MARGIN
    assert -0.01 <= found.delta <= 1.01


@given(NOTES, MARKETS)
def test_rises_with_the_stock_and_its_volatility_and_falls_with_default(
    terms: ConvertibleTerms, market: ConvertibleMarket
) -> None:
    here = convertible_price(terms, market, NODES)
    richer = replace(market, stock_price_usd=market.stock_price_usd * 1.15)
    assert convertible_price(terms, richer, NODES) >= here - MARGIN
    wilder = replace(market, volatility=market.volatility + 0.1)
    assert convertible_price(terms, wilder, NODES) >= here - MARGIN
    if market.stock_fall_on_default == 1.0 and market.recovery == 0.0:  # else default also pays
        riskier = replace(market, survival=SurvivalCurve.flat(market.survival.hazards[0] + 0.03, "Q"))
        assert convertible_price(terms, riskier, NODES) <= here + MARGIN


@given(NOTES, MARKETS, st.floats(90.0, 125.0), st.floats(1.1, 1.6))
def test_a_call_never_helps_the_holder_and_a_put_never_hurts(
    terms: ConvertibleTerms, market: ConvertibleMarket, clean: float, trigger: float
) -> None:
    middle = date(2027, 6, 1)
    plain = convertible_price(terms, market, NODES)
    put = convertible_price(replace(terms, puts=(PutDate(middle, clean),)), market, NODES)
    assert put >= plain - MARGIN
    hard = convertible_price(replace(terms, calls=(CallPeriod(middle, clean_price=clean),)), market, NODES)
    assert hard <= plain + MARGIN
    soft = replace(terms, calls=(CallPeriod(middle, clean_price=clean, trigger=trigger),))
    assert convertible_price(soft, market, NODES) <= plain + MARGIN


@given(NOTES, MARKETS, st.floats(0.2, 5.0))
def test_a_split_of_the_shares_changes_nothing(
    terms: ConvertibleTerms, market: ConvertibleMarket, split: float
) -> None:
    other = replace(terms, conversion_price_usd=terms.conversion_price_usd * split)
    moved = replace(market, stock_price_usd=market.stock_price_usd * split)
    one, two = convertible_price(terms, market, NODES), convertible_price(other, moved, NODES)
    assert abs(one - two) <= 1e-7 * one
