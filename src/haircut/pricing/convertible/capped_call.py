"""The capped call that an issuer buys beside its convertible: its asset, never the holder's."""

from __future__ import annotations

import math

import numpy as np

from haircut.errors import InputRefused
from haircut.pricing.convertible.schedule import coupons_of
from haircut.pricing.convertible.terms import ConvertibleMarket, ConvertibleTerms

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(32)


def capped_call_value(terms: ConvertibleTerms, market: ConvertibleMarket, cap_usd: float) -> float:
    """Value to the issuer of a capped call on the shares of its note, per 100 of par.

    ``ratio [C(conversion price) - C(cap)]``, European at maturity, on the shares that conversion would issue.
    It rises as the stock rises and is worth little in distress, so it lowers dilution and is no recovery for
    a lender. The stock falls by eta at default, whenever that comes, and both calls go on:
    ``C(K) = S(T) B(F e^(eta H)) + int_0^T B((1 - eta) F e^(eta h)) e^-h dh`` with B Black's formula, F the
    forward and H the cumulative hazard. The hazard is that of today's stock price (no elasticity).

    Args:
        terms: of the note; its conversion price is the lower strike.
        market: as for `value_convertible`; one volatility for both strikes, no credit of the dealer.
        cap_usd: stock price at which the gain ends, above the conversion price.

    Raises:
        InputRefused: where the cap is not above the conversion price, or the note has matured.

    >>> from datetime import date
    >>> from haircut.curves import DiscountCurve, SurvivalCurve
    >>> terms = ConvertibleTerms(date(2029, 12, 15), conversion_price_usd=13.64, coupon=0.035)
    >>> discount, hazards = DiscountCurve.flat(date(2025, 6, 13), 0.04), SurvivalCurve.flat(0.05, "Q")
    >>> market = ConvertibleMarket(10.49, 0.8, discount, hazards)
    >>> round(capped_call_value(terms, market, 20.98), 1)
    6.6
    """
    if not cap_usd > terms.conversion_price_usd:
        raise InputRefused(
            f"cap_usd: found {cap_usd}; expected a price above the conversion price "
            f"{terms.conversion_price_usd}"
        )
    coupons_of(terms, market.as_of)  # refuses a note that has matured
    lower, upper = (_call(terms, market, strike) for strike in (terms.conversion_price_usd, cap_usd))
    return terms.ratio * (lower - upper)


def _call(terms: ConvertibleTerms, market: ConvertibleMarket, strike: float) -> float:
    """A European call to the note's maturity on a stock that falls by eta at default."""
    years = (terms.maturity_date - market.as_of).days / 365.0
    discount = market.discount.discount_at(years)
    hazard = market.survival.cumulative_hazard(years)
    spot = market.stock_price_usd
    for dividend in market.dividends:
        if market.as_of < dividend.ex_date < terms.maturity_date:
            spot -= dividend.amount_usd * market.discount.discount_factor(dividend.ex_date)
    if spot <= 0.0:
        raise InputRefused("dividends: found more than the stock is worth; check amounts and dates")
    forward = spot / discount * math.exp(-(market.dividend_yield + market.borrow_cost) * years)
    deviation = market.volatility * math.sqrt(years)
    fall = market.stock_fall_on_default
    expected = math.exp(-hazard) * _black(forward * math.exp(fall * hazard), strike, deviation)
    if fall < 1.0:
        for point, weight in zip(0.5 * (_POINTS + 1.0), 0.5 * _WEIGHTS, strict=True):
            by_then = hazard * float(point)
            after = (1.0 - fall) * forward * math.exp(fall * by_then)
            expected += hazard * float(weight) * math.exp(-by_then) * _black(after, strike, deviation)
    return discount * expected


def _black(forward: float, strike: float, deviation: float) -> float:
    """Undiscounted call by Black's formula; `deviation` is volatility times the root of time."""
    upper = math.log(forward / strike) / deviation + 0.5 * deviation
    return forward * _normal(upper) - strike * _normal(upper - deviation)


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))
