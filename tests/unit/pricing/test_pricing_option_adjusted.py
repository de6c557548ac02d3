"""A price that a known spread makes gives it back; a claim without options or without a quote has none."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from haircut.case.book.claims import Conversion, Quote
from haircut.case.market.equities import EquityLaw
from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.pricing.convertible.terms import ConvertibleMarket, ConvertibleTerms
from haircut.pricing.convertible.value import convertible_price, with_spread
from haircut.pricing.option_adjusted import option_adjusted_spread, stock_volatility
from tests.unit.pricing import oracle
from tests.unit.scenarios import cases

SPREAD, COUPON = 0.04, 0.03
CONVERSION = Conversion(
    conversion_price_usd=25.0,
    share_price_usd=18.0,
    call_from=datetime.date(2029, 1, 1),
    call_trigger_share=1.3,
)
LAW = EquityLaw(issuer="issuer", own_volatility=0.3, compute_loading=2.0, btc_loading=0.5, **cases.SOURCED)


def note(quote: Quote | None = None, **changes: Any) -> Any:
    claim = oracle.claim(quote, coupon=COUPON).model_copy(
        update={"conversion": CONVERSION, "payment_frequency_months": 6, **changes}
    )
    world = cases.market(equities=(LAW,), btc=cases.btc(), as_of=oracle.AS_OF)
    book = SimpleNamespace(borrowers=(SimpleNamespace(id="spv", issuer="issuer"),))
    case = SimpleNamespace(market=world, book=book)
    rows = oracle.rows(4, 0.02, 1)
    return oracle.view(rows, rows, the_claim=claim, case=case)


def test_a_price_gives_back_the_spread_that_made_it() -> None:
    bare = note()
    volatility = stock_volatility(bare)
    # own 30 %, twice the balanced volatility of compute, half that of the calm coin
    sigma = bare.case.market.compute.volatility.balanced
    assert volatility == pytest.approx((0.3**2 + (2.0 * sigma) ** 2 + (0.5 * 0.42) ** 2) ** 0.5)
    market = bare.case.market
    rates = {each.tenor_years: each.value for each in market.rates.par_yields}
    world = ConvertibleMarket(
        18.0, volatility, DiscountCurve.bootstrap_par(market.as_of, market.rates.overnight.value, rates),
        SurvivalCurve.flat(0.0, "Q"), recovery=0.4,
    )  # fmt: skip
    from haircut.pricing.convertible.terms import CallPeriod

    terms = ConvertibleTerms(
        datetime.date(2031, 12, 31),
        25.0,
        coupon=COUPON,
        calls=(CallPeriod(datetime.date(2029, 1, 1), trigger=1.3),),
    )
    price = convertible_price(terms, with_spread(world, SPREAD))
    quote = Quote(kind="secondary", date=oracle.AS_OF, price=price)
    found = option_adjusted_spread(note(quote))
    assert found.exact and found.value == pytest.approx(1e4 * SPREAD, abs=0.01)


def test_what_has_no_option_or_no_quote_has_no_spread() -> None:
    assert option_adjusted_spread(note()).reason == "no_quote"
    quote = Quote(kind="secondary", date=oracle.AS_OF, price=100.0)
    assert option_adjusted_spread(note(quote, conversion=None)).reason == "not_applicable"
    dear = Quote(kind="secondary", date=oracle.AS_OF, price=250.0)
    assert option_adjusted_spread(note(dear)).reason == "no_margin_clears"
