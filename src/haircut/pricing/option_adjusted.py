"""The credit spread that the price of a convertible note implies, its options valued on the grid."""

from __future__ import annotations

import math

from haircut.case.book.claims import Conversion
from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.errors import CannotCompute
from haircut.pricing.convertible.terms import CallPeriod, ConvertibleMarket, ConvertibleTerms, PutDate
from haircut.pricing.convertible.value import implied_credit_spread
from haircut.pricing.estimate import Estimate, exact, missing
from haircut.pricing.promised import quoted_price
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINTS_PER_UNIT

BALANCED, CALM = "balanced", "calm"


def option_adjusted_spread(view: ClaimView) -> Estimate:
    """The least flat credit spread at which the note with conversion, calls and puts is worth its quote, bp.

    ``V(spread; S, sigma) = quote`` on the Ayache-Forsyth-Vetzal grid. Volatility is that of the issuer's law of shares:
    its own, and its loadings on compute (balanced) and on the coin (calm). All of the stock is lost in default, and
    the note recovers what the claim states, else what ordinary credit does. Without sampling error; what the
    volatility does not know is the range that the convert sheet shows.

    Returns:
        not_applicable for a claim that does not convert, no_quote, missing_input without a law of shares, and
        no_margin_clears where no spread gives the quote.
    """
    conversion = view.claim.conversion
    if conversion is None or view.claim.interest.coupon is None:
        return missing("not_applicable")
    terms = _terms(view, conversion)
    volatility = stock_volatility(view)
    quoted = quoted_price(view)
    if not isinstance(quoted, float):
        return quoted
    if volatility is None:
        return missing("missing_input")
    market = view.case.market
    stated = view.claim.stated_recovery
    ordinary = 1.0 - market.credit.loss_given_default_of_ordinary_credit.value
    rates = {each.tenor_years: each.value for each in market.rates.par_yields}
    world = ConvertibleMarket(
        stock_price_usd=conversion.share_price_usd,
        volatility=volatility,
        discount=DiscountCurve.bootstrap_par(market.as_of, market.rates.overnight.value, rates),
        survival=SurvivalCurve.flat(0.0, "Q"),  # the spread that is solved for takes its place
        recovery=ordinary if stated is None else stated.rate,
    )
    try:
        return exact(implied_credit_spread(terms, world, quoted) * BASIS_POINTS_PER_UNIT)
    except CannotCompute:
        return missing("no_margin_clears")


def _terms(view: ClaimView, conversion: Conversion) -> ConvertibleTerms:
    calls: tuple[CallPeriod, ...] = ()
    first, trigger = conversion.call_from, conversion.call_trigger_share
    if first is not None:
        calls = (CallPeriod(max(first, view.case.market.as_of), trigger=trigger),)
    return ConvertibleTerms(
        maturity_date=view.claim.maturity_date,
        conversion_price_usd=conversion.conversion_price_usd,
        coupon=view.claim.interest.coupon or 0.0,
        payment_frequency_months=view.claim.payment_frequency_months,
        calls=calls,
        puts=tuple(PutDate(day) for day in conversion.put_dates if day > view.case.market.as_of),
    )


def stock_volatility(view: ClaimView) -> float | None:
    """Volatility of the issuer's shares, decimal a year, from its law; None where the market has none for it."""
    owner = next(each.issuer for each in view.case.book.borrowers if each.id == view.claim.borrower)
    market = view.case.market
    law = next((each for each in market.equities if each.issuer == owner), None)
    if law is None:
        return None
    coin = 0.0 if market.btc is None else law.btc_loading * market.btc.volatility_calm.value
    compute = law.compute_loading * market.compute.volatility.balanced
    return math.sqrt(law.own_volatility**2 + compute**2 + coin**2)
