"""The convertible grid against the published table, closed forms, and QuantLib where its trees are right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
import QuantLib

from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.pricing.convertible import (
    ConvertibleMarket,
    ConvertibleTerms,
    PutDate,
    capped_call_value,
    convertible_price,
)
from haircut.pricing.convertible.grid import Intervals, Law, solve
from haircut.pricing.convertible.schedule import nodes_of

AS_OF = date(2026, 10, 1)
MATURITY = date(2031, 10, 1)
YEARS = (MATURITY - AS_OF).days / 365.0


# --- check D1: Ayache, Forsyth and Vetzal, tables 1 to 4


def afv_example(nodes: int, fall: float, hazard: float) -> float:
    """T 5, F 100, coupon 4 every half year, ratio 1, r 5 %, vol 20 %, R 0, call 110 in years 2 to 5, put 105 at 3.

    The call is not active when the coupon at year 2 is paid: the ceiling holds just after it.
    """
    ends = np.arange(5.0, 0.0, -0.5)
    starts = ends - 0.5
    zeros = np.zeros(len(ends))
    intervals = Intervals(
        span_years=ends - starts,
        steps=np.full(len(ends), nodes // len(ends), dtype=np.int64),
        rate=zeros + 0.05,
        carry=zeros,
        hazard=zeros + hazard,
        accrued_start=zeros,
        accrued_end=zeros + 4.0,
        coupon=np.where(starts > 0.0, 4.0, 0.0),
        call_price=np.where(starts >= 2.0, 110.0, math.inf),
        call_from_stock=zeros,
        put_price=np.where(starts == 3.0, 105.0, -math.inf),
        dividend=zeros,
        convertible=np.ones(len(ends), dtype=np.int64),
    )
    stock, step, today = nodes_of(100.0, 0.2, 5.0, 0.0, [104.0], nodes)
    law = Law(step, 100.0, 0.2, 1.0, 104.0, fall, 0.0, 0, 0.0, 10.0)
    value, _ = solve(stock, intervals, law)
    return float(value[today])


@pytest.mark.parametrize(
    ("fall", "hazard", "published"),
    [(0.0, 0.02, 124.9178), (1.0, 0.02, 122.7325), (0.0, 0.0, 125.9528)],
    ids=["partial default", "total default", "no default"],
)
def test_d1_published_values_at_800_nodes(fall: float, hazard: float, published: float) -> None:
    assert afv_example(800, fall, hazard) == pytest.approx(published, abs=0.01)


def test_d1_finer_grids_come_nearer() -> None:
    """Total default converges slowest: the published limit is 122.7316 at 3,200 nodes."""
    misses = [abs(afv_example(nodes, 1.0, 0.02) - 122.7316) for nodes in (200, 400, 800, 1600)]
    assert misses == sorted(misses, reverse=True)
    assert misses[-1] < 0.005


def test_d2_shares_of_a_note_are_those_of_the_term_sheets() -> None:
    assert 10.0 * ConvertibleTerms(date(2031, 7, 1), 13.638).ratio == pytest.approx(73.3229, rel=1e-4)
    assert 10.0 * ConvertibleTerms(date(2031, 6, 1), 34.583).ratio == pytest.approx(28.9159, rel=1e-4)


# --- the exact limit: total default, no recovery, no coupon, no call, conversion at maturity


def black_scholes_call(spot: float, strike: float, rate: float, carry: float, volatility: float) -> float:
    deviation = volatility * math.sqrt(YEARS)
    upper = (math.log(spot / strike) + (rate - carry) * YEARS) / deviation + 0.5 * deviation
    normal = NormalDist().cdf
    return spot * math.exp(-carry * YEARS) * normal(upper) - strike * math.exp(-rate * YEARS) * normal(
        upper - deviation
    )


def limit(hazard: float, volatility: float, spot: float) -> tuple[ConvertibleTerms, ConvertibleMarket, float]:
    """``F e^-(r+p)T + ratio C(rate r + p)``."""
    terms = ConvertibleTerms(MATURITY, 25.0, conversion="at_maturity")
    market = ConvertibleMarket(
        spot,
        volatility,
        DiscountCurve.flat(AS_OF, 0.04),
        SurvivalCurve.flat(hazard, "Q"),
        recovery=0.0,
        borrow_cost=0.02,
    )
    rate = 0.04 + hazard
    exact = 100.0 * math.exp(-rate * YEARS) + 4.0 * black_scholes_call(spot, 25.0, rate, 0.02, volatility)
    return terms, market, exact


@pytest.mark.parametrize("hazard", [0.0, 0.01, 0.03, 0.05, 0.10])
@pytest.mark.parametrize(("volatility", "spot"), [(0.3, 25.0), (0.6, 20.0), (0.9, 10.0)])
def test_the_exact_limit_within_a_basis_point(hazard: float, volatility: float, spot: float) -> None:
    """Asked: 0.1 % for hazards of 0 to 1,000 bp. Reached: 0.01 % at 400 nodes and steps, 0.1 % at 120 and 60."""
    terms, market, exact = limit(hazard, volatility, spot)
    assert convertible_price(terms, market) == pytest.approx(exact, rel=1e-4)
    assert convertible_price(terms, market, 120, 60) == pytest.approx(exact, rel=1e-3)


def test_the_order_of_convergence_is_two() -> None:
    """Halving nodes' and steps' distance divides the error by four, give or take the place of the kink."""
    terms, market, exact = limit(0.05, 0.6, 24.0)
    errors = [abs(convertible_price(terms, market, nodes) - exact) for nodes in (100, 200, 400, 800)]
    orders = [math.log2(one / other) for one, other in pairwise(errors)]
    assert sum(orders) / len(orders) == pytest.approx(2.0, abs=0.4)
    assert errors[-1] < 0.002


# --- QuantLib


@pytest.fixture(autouse=True)
def evaluation_date() -> Iterator[None]:
    settings = QuantLib.Settings.instance()
    before = settings.evaluationDate
    settings.evaluationDate = as_quantlib(AS_OF)
    yield
    settings.evaluationDate = before


def as_quantlib(day: date) -> QuantLib.Date:
    return QuantLib.Date(day.day, day.month, day.year)


def flat(rate: float) -> QuantLib.YieldTermStructureHandle:
    return QuantLib.YieldTermStructureHandle(
        QuantLib.FlatForward(as_quantlib(AS_OF), rate, QuantLib.Actual365Fixed())
    )


def process(spot: float, volatility: float, carry: float) -> QuantLib.BlackScholesMertonProcess:
    surface = QuantLib.BlackConstantVol(
        as_quantlib(AS_OF), QuantLib.NullCalendar(), volatility, QuantLib.Actual365Fixed()
    )
    return QuantLib.BlackScholesMertonProcess(
        QuantLib.QuoteHandle(QuantLib.SimpleQuote(spot)),
        flat(carry),
        flat(0.04),
        QuantLib.BlackVolTermStructureHandle(surface),
    )


def tree_of_quantlib(spot: float, volatility: float, carry: float, put: date | None) -> float:
    """Its binomial convertible without a credit spread, where it has nothing to get wrong."""
    rights = QuantLib.CallabilitySchedule()
    if put is not None:
        price = QuantLib.BondPrice(103.0, QuantLib.BondPrice.Clean)
        rights.append(QuantLib.Callability(price, QuantLib.Callability.Put, as_quantlib(put)))
    schedule = QuantLib.Schedule(
        as_quantlib(AS_OF),
        as_quantlib(MATURITY),
        QuantLib.Period(6, QuantLib.Months),
        QuantLib.NullCalendar(),
        QuantLib.Unadjusted,
        QuantLib.Unadjusted,
        QuantLib.DateGeneration.Backward,
        False,
    )
    bond = QuantLib.ConvertibleFixedCouponBond(
        QuantLib.AmericanExercise(as_quantlib(AS_OF), as_quantlib(MATURITY)),
        4.0,
        rights,
        as_quantlib(AS_OF),
        0,
        [0.03],
        QuantLib.Thirty360(QuantLib.Thirty360.BondBasis),
        schedule,
        100.0,
    )
    no_spread = QuantLib.QuoteHandle(QuantLib.SimpleQuote(0.0))
    bond.setPricingEngine(
        QuantLib.BinomialConvertibleEngine(
            process(spot, volatility, carry), "crr", 1001, no_spread, QuantLib.DividendSchedule()
        )
    )
    return float(bond.NPV())


@pytest.mark.parametrize("put", [None, date(2029, 10, 1)])
@pytest.mark.parametrize(("spot", "volatility", "carry"), [(20, 0.3, 0.0), (20, 0.5, 0.06), (30, 0.5, 0.06)])
def test_without_default_the_grid_is_quantlibs_tree(
    spot: float, volatility: float, carry: float, put: date | None
) -> None:
    """Early conversion (the stock's yield exceeds the rate) and a put included."""
    terms = ConvertibleTerms(MATURITY, 25.0, 0.03, puts=() if put is None else (PutDate(put, 103.0),))
    market = ConvertibleMarket(
        spot, volatility, DiscountCurve.flat(AS_OF, 0.04), SurvivalCurve.flat(0.0, "Q"), borrow_cost=carry
    )
    expected = tree_of_quantlib(spot, volatility, carry, put)
    assert convertible_price(terms, market) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("fall", [0.0, 1.0])
def test_a_capped_call_is_the_difference_of_two_of_quantlibs_calls(fall: float) -> None:
    """Total default raises the drift to r + p, no fall leaves r: both are Black-Scholes."""
    market = ConvertibleMarket(
        20.0,
        0.7,
        DiscountCurve.flat(AS_OF, 0.04),
        SurvivalCurve.flat(0.06, "Q"),
        stock_fall_on_default=fall,
    )
    rate = 0.04 + 0.06 * fall
    calls = []
    for strike in (25.0, 40.0):
        option = QuantLib.EuropeanOption(
            QuantLib.PlainVanillaPayoff(QuantLib.Option.Call, strike),
            QuantLib.EuropeanExercise(as_quantlib(MATURITY)),
        )
        surface = QuantLib.BlackConstantVol(
            as_quantlib(AS_OF), QuantLib.NullCalendar(), 0.7, QuantLib.Actual365Fixed()
        )
        option.setPricingEngine(
            QuantLib.AnalyticEuropeanEngine(
                QuantLib.BlackScholesMertonProcess(
                    QuantLib.QuoteHandle(QuantLib.SimpleQuote(20.0)),
                    flat(0.0),
                    flat(rate),
                    QuantLib.BlackVolTermStructureHandle(surface),
                )
            )
        )
        calls.append(option.NPV())
    found = capped_call_value(ConvertibleTerms(MATURITY, 25.0), market, 40.0)
    assert found == pytest.approx(4.0 * (calls[0] - calls[1]), rel=1e-9)
