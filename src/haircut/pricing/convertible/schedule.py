"""From dates and curves to the intervals and nodes of the grid: the one door between terms and kernel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from haircut.curves import add_months, year_fraction
from haircut.errors import InputRefused
from haircut.pricing.convertible.grid import Intervals, Law
from haircut.pricing.convertible.terms import ConvertibleMarket, ConvertibleTerms

Floats = NDArray[np.float64]
Number = TypeVar("Number", np.float64, np.int64)

DEVIATIONS = 4.0
"""Standard deviations of log stock at maturity that the grid reaches on each side; 5 move no value by 1e-5."""


@dataclass(frozen=True)
class Coupons:
    """Coupon dates that are still to come, with what has accrued.

    Attributes:
        days: ascending, the last one maturity.
        amounts: per 100 of par.
        accrued_today: on the as-of date, 30/360.
        running_since: first day of the running period.
    """

    days: tuple[date, ...]
    amounts: tuple[float, ...]
    accrued_today: float
    running_since: date


def coupons_of(terms: ConvertibleTerms, as_of: date) -> Coupons:
    """Coupon dates counted back from maturity, 30/360.

    Raises:
        InputRefused: where the note has matured by `as_of`.

    >>> found = coupons_of(ConvertibleTerms(date(2031, 12, 1), 107.8, coupon=0.0175), date(2026, 10, 1))
    >>> len(found.days), round(found.amounts[0], 6), round(found.accrued_today, 6)
    (11, 0.875, 0.583333)
    """
    if terms.maturity_date <= as_of:
        raise InputRefused(
            f"maturity_date: found {terms.maturity_date}; expected a day after the as-of date {as_of}"
        )
    step = terms.payment_frequency_months
    days = [terms.maturity_date]
    while days[0] > as_of:
        days.insert(0, add_months(terms.maturity_date, -step * len(days)))
    running, ahead = days[0], days[1:]
    first = running
    if terms.accrual_start is not None:
        first = max(running, min(terms.accrual_start, ahead[0]))
    amounts = [100.0 * terms.coupon * step / 12.0] * len(ahead)
    amounts[0] = 100.0 * terms.coupon * year_fraction(first, ahead[0], "30/360")
    accrued = 100.0 * terms.coupon * year_fraction(first, as_of, "30/360") if first < as_of else 0.0
    return Coupons(tuple(ahead), tuple(amounts), accrued, first)


def intervals_of(terms: ConvertibleTerms, market: ConvertibleMarket, time_steps: int) -> Intervals:
    """The intervals between events, latest first, with about `time_steps` steps in all.

    Rates and hazards are constant between nodes of their curves, so each interval ends at an event or a node.
    """
    as_of = market.as_of
    coupons = coupons_of(terms, as_of)
    horizon = _years(as_of, terms.maturity_date)
    due = {
        _years(as_of, day): amount
        for day, amount in zip(coupons.days[:-1], coupons.amounts[:-1], strict=True)
    }
    puts = {_years(as_of, put.day): put.clean_price for put in terms.puts if put.day >= as_of}
    dividends: dict[float, float] = {}
    for dividend in market.dividends:
        if as_of < dividend.ex_date < terms.maturity_date:
            year = _years(as_of, dividend.ex_date)
            dividends[year] = dividends.get(year, 0.0) + dividend.amount_usd
    calls = [
        (
            _years(as_of, call.first_date),
            _years(as_of, call.last_date or terms.maturity_date),
            call.clean_price,
            (call.trigger or 0.0) * terms.conversion_price_usd,
        )
        for call in terms.calls
    ]
    times = {0.0, horizon, *due, *puts, *dividends}
    times |= {bound for call in calls for bound in call[:2]}
    times |= {*market.discount.node_years, *market.survival.node_years}
    cuts = np.array(sorted(year for year in times if 0.0 <= year <= horizon))
    starts, ends = cuts[:-1], cuts[1:]
    spans = ends - starts
    accrual_times = np.array(
        [_years(as_of, coupons.running_since), *(_years(as_of, d) for d in coupons.days)]
    )
    accrual_amounts = np.array([*coupons.amounts, 0.0])
    period = np.searchsorted(accrual_times, starts, side="right") - 1
    begun = np.maximum(period, 0)  # before interest begins nothing accrues
    slope = np.where(
        period >= 0, accrual_amounts[begun] / np.diff(accrual_times, append=math.inf)[begun], 0.0
    )
    since = accrual_times[begun]
    call_price, call_from = np.full(len(spans), math.inf), np.zeros(len(spans))
    for first, last, price, trigger in calls:
        inside = (starts >= first) & (ends <= last) & (price < call_price)
        call_price[inside], call_from[inside] = price, trigger
    discount = np.log(market.discount.discount_at(cuts))
    hazard = market.survival.cumulative_hazard(cuts)
    # The kernel walks from maturity to today.
    return Intervals(
        span_years=_latest_first(spans),
        steps=_latest_first(np.maximum(np.rint(time_steps * spans / horizon), 1).astype(np.int64)),
        rate=_latest_first(-np.diff(discount) / spans),
        carry=_latest_first(np.full(len(spans), market.dividend_yield + market.borrow_cost)),
        hazard=_latest_first(np.diff(hazard) / spans),
        accrued_start=_latest_first(slope * (starts - since)),
        accrued_end=_latest_first(slope * (ends - since)),
        coupon=_latest_first(np.array([due.get(float(year), 0.0) for year in starts])),
        call_price=_latest_first(call_price),
        call_from_stock=_latest_first(call_from),
        put_price=_latest_first(np.array([puts.get(float(year), -math.inf) for year in starts])),
        dividend=_latest_first(np.array([dividends.get(float(year), 0.0) for year in starts])),
        convertible=_latest_first(np.full(len(spans), int(terms.conversion == "any_time"), dtype=np.int64)),
    )


def nodes_of(
    stock_price: float, volatility: float, horizon: float, drift: float, levels: list[float], nodes: int
) -> tuple[Floats, float, int]:
    """Stock prices evenly spaced in their logarithm, the step, and the node of today's price.

    The grid covers `DEVIATIONS` of log stock and every level. A node stands on today's price; the first level
    that is two steps off or more, a trigger, gets one as well, because the value bends there.

    Args:
        stock_price: today's.
        volatility: a year.
        horizon: years to maturity.
        drift: of log stock upwards, a year; not below 0.
        levels: stock prices that matter, the trigger first.
        nodes: about as many, at least 20.

    >>> stock, step, today = nodes_of(20.0, 0.5, 4.0, 0.0, [26.0], 101)
    >>> round(float(stock[today]), 9), round(float(np.abs(stock - 26.0).min()), 9)
    (20.0, 0.0)
    """
    offsets = [math.log(level / stock_price) for level in levels]
    reach = DEVIATIONS * volatility * math.sqrt(horizon)
    below = reach + max(0.0, -min(offsets, default=0.0))
    above = reach + max(0.0, max(offsets, default=0.0)) + max(drift, 0.0) * horizon
    step = (below + above) / (nodes - 1)
    for offset in offsets[:1]:
        count = round(abs(offset) / step)
        if count >= 2:
            step = abs(offset) / count
    today = math.ceil(below / step)
    last = today + math.ceil(above / step)
    stock: Floats = stock_price * np.exp(step * np.arange(-today, last - today + 1))
    return stock, step, today


def law_of(terms: ConvertibleTerms, market: ConvertibleMarket, step: float) -> Law:
    """What does not change with time, for the kernel."""
    coupons = coupons_of(terms, market.as_of)
    return Law(
        step=step,
        reference=market.hazard_reference_stock_usd or market.stock_price_usd,
        volatility=market.volatility,
        ratio=terms.ratio,
        redemption=terms.redemption + coupons.amounts[-1],
        fall=market.stock_fall_on_default,
        recovery=market.recovery,
        of_bond=int(market.recovery_of == "bond"),
        elasticity=market.hazard_elasticity,
        highest_hazard=market.highest_hazard,
    )


def _latest_first(values: NDArray[Number]) -> NDArray[Number]:
    return np.ascontiguousarray(values[::-1])


def _years(as_of: date, day: date) -> float:
    return (day - as_of).days / 365.0
