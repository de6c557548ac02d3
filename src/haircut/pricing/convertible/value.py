"""The value of a convertible, what it answers to, and the credit spread that its price implies."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from haircut.curves import SurvivalCurve
from haircut.errors import CannotCompute, InputRefused
from haircut.pricing.convertible.grid import solve
from haircut.pricing.convertible.schedule import coupons_of, intervals_of, law_of, nodes_of
from haircut.pricing.convertible.terms import ConvertibleMarket, ConvertibleTerms
from haircut.units import BASIS_POINT

NODES = 400
"""Nodes and time steps of a value; its error is what halving both changes."""

HIGHEST_SPREAD = 20.0
"""A year; an implied credit spread is looked for up to here (200,000 bp)."""


@dataclass(frozen=True)
class ConvertibleValue:
    """Value of a convertible per 100 of par, and its sensitivities.

    Attributes:
        value: dirty, accrued coupon included.
        numerical_error: how much `value` moves when nodes and time steps are halved.
        accrued: coupon accrued on the as-of date, 30/360.
        parity: what the shares of 100 of par are worth today.
        bond_floor: the same promise and default law without conversion, calls and puts.
        delta: change of value for a change of 1 of parity; 1 for the shares themselves.
        gamma: change of delta for a rise of the stock by 1 %.
        vega: change of value for one point (0.01) of volatility.
        cs01: change of value for 1 bp more credit spread, read as hazard by ``1 bp / (1 - recovery)``.
        ir01: change of value for 1 bp higher risk-free rates.
        borrow01: change of value for 1 bp more borrow cost.
    """

    value: float
    numerical_error: float
    accrued: float
    parity: float
    bond_floor: float
    delta: float
    gamma: float
    vega: float
    cs01: float
    ir01: float
    borrow01: float

    @property
    def clean(self) -> float:
        """Value without accrued coupon."""
        return self.value - self.accrued

    @property
    def conversion_premium(self) -> float:
        """Clean value over parity, less 1."""
        return self.clean / self.parity - 1.0


def value_convertible(
    terms: ConvertibleTerms, market: ConvertibleMarket, nodes: int = NODES, time_steps: int | None = None
) -> ConvertibleValue:
    """Value a convertible note on the Ayache-Forsyth-Vetzal grid (`docs/methods/convertible.md`).

    ``V_t + s^2/2 S^2 V_SS + (r + p eta - q) S V_S - (r + p) V + p max(k S (1 - eta), R X) = 0`` between
    ``k S <= V`` (conversion), ``put <= V`` on put dates and ``V <= max(call, k S)`` while callable.

    Args:
        terms: of the note.
        market: stock, curves and default law; its discount curve's as-of date is the day of valuation.
        nodes: of the grid, about; at least 20.
        time_steps: as many as nodes where None.

    Raises:
        InputRefused: where the note has matured or the grid is too small.

    >>> from datetime import date
    >>> from haircut.curves import DiscountCurve
    >>> as_of = date(2026, 10, 1)
    >>> terms = ConvertibleTerms(date(2031, 10, 1), conversion_price_usd=25.0)
    >>> market = ConvertibleMarket(20.0, 0.6, DiscountCurve.flat(as_of, 0.04), SurvivalCurve.flat(0.05, "Q"))
    >>> found = value_convertible(terms, market, nodes=120)
    >>> round(found.value, 1), round(found.bond_floor, 1), found.parity, found.numerical_error < 0.2
    (116.1, 71.8, 80.0, True)
    """
    fine = _Grid(terms, market, nodes, time_steps)
    shifted = {
        "vega": replace(market, volatility=market.volatility + 0.01),
        "cs01": with_spread_shift(market, BASIS_POINT),
        "ir01": replace(market, discount=market.discount.shifted(BASIS_POINT)),
        "borrow01": replace(market, borrow_cost=market.borrow_cost + BASIS_POINT),
    }
    changes = {
        name: _Grid(terms, moved, nodes, time_steps, like=fine).value - fine.value
        for name, moved in shifted.items()
    }
    coarse = _Grid(terms, market, max(nodes // 2, 20), (time_steps or nodes) // 2)
    parity = terms.ratio * market.stock_price_usd
    return ConvertibleValue(
        value=fine.value,
        numerical_error=abs(fine.value - coarse.value),
        accrued=coupons_of(terms, market.as_of).accrued_today,
        parity=parity,
        bond_floor=bond_floor(terms, market, nodes, time_steps),
        delta=fine.delta,
        gamma=fine.gamma,
        vega=changes["vega"],
        cs01=changes["cs01"],
        ir01=changes["ir01"],
        borrow01=changes["borrow01"],
    )


def convertible_price(
    terms: ConvertibleTerms, market: ConvertibleMarket, nodes: int = NODES, time_steps: int | None = None
) -> float:
    """The dirty value alone, per 100 of par; arguments as for `value_convertible`, in a tenth of its time."""
    return _Grid(terms, market, nodes, time_steps).value


def bond_floor(
    terms: ConvertibleTerms, market: ConvertibleMarket, nodes: int = NODES, time_steps: int | None = None
) -> float:
    """What the promised coupons and redemption are worth without conversion, calls and puts, per 100 of par.

    The same hazard law and recovery apply. Dirty, like the value.
    """
    plain = replace(terms, calls=(), puts=(), conversion="at_maturity")
    return _Grid(plain, market, nodes, time_steps, converts=False).value


def implied_credit_spread(
    terms: ConvertibleTerms, market: ConvertibleMarket, price: float, nodes: int = NODES
) -> float:
    """The least flat credit spread at which the note is worth its price, decimal a year.

    The spread is read as hazard by the credit triangle, ``p0 = spread / (1 - recovery)``, and replaces the
    market's survival curve. It answers to the volatility and the borrow cost that are put in: state its range.

    Where the stock loses most of its value on default the value need not fall for ever: the holder owns the
    shares and is paid ``R`` when they fall, so at a very high hazard it rises again. Then a price has two
    spreads, of which the lower is returned, or none, because it is below what any spread makes of the note.

    Args:
        terms: of the note.
        market: as for `value_convertible`; its survival curve is not read.
        price: dirty, per 100 of par.
        nodes: of the grid.

    Raises:
        InputRefused: where the price is not a number above 0.
        CannotCompute: where no spread up to `HIGHEST_SPREAD` gives the price, with what they give.
    """
    from scipy.optimize import brentq

    if not (math.isfinite(price) and price > 0.0):
        raise InputRefused(f"price: found {price}; expected a finite number above 0, per 100 of par")

    def gap(spread: float) -> float:
        return convertible_price(terms, with_spread(market, spread), nodes) - price

    low, high = 0.0, 0.005
    least, at_least = gap(0.0), 0.0
    if least < 0.0:
        raise CannotCompute(
            f"price: found {price:g}; a credit spread of 0 gives {least + price:.6g}; expected no more than "
            "that: raise the volatility, lower the borrow cost, or check the price"
        )
    while (found := gap(high)) > 0.0:
        if found < least:
            least, at_least = found, high
        low, high = high, 1.5 * high
        if high > HIGHEST_SPREAD:
            raise CannotCompute(
                f"price: found {price:g}; no credit spread makes the note worth so little: the least is "
                f"{least + price:.6g}, at {at_least:.0%}; lower volatility, recovery or the stock's fall on "
                "default, raise the borrow cost, or check the price"
            )
    return float(brentq(gap, low, high, xtol=1e-9))


def implied_volatility(
    terms: ConvertibleTerms, market: ConvertibleMarket, price: float, nodes: int = NODES
) -> float:
    """The volatility at which the note is worth its price, decimal a year, from 1 % to 400 %.

    Args:
        terms: of the note.
        market: as for `value_convertible`; its volatility is not read.
        price: dirty, per 100 of par.
        nodes: of the grid.

    Raises:
        CannotCompute: where no such volatility gives the price.
    """
    from scipy.optimize import brentq

    def gap(volatility: float) -> float:
        return convertible_price(terms, replace(market, volatility=volatility), nodes) - price

    low, high = 0.01, 4.0
    at_low, at_high = gap(low), gap(high)
    if at_low > 0.0 or at_high < 0.0:
        raise CannotCompute(
            f"price: found {price:g}; volatilities of {low:.0%} and {high:.0%} give {at_low + price:.4g} and "
            f"{at_high + price:.4g}; expected a price between them: check the credit spread and the price"
        )
    return float(brentq(gap, low, high, xtol=1e-9))


def with_spread(market: ConvertibleMarket, spread: float) -> ConvertibleMarket:
    """The market with a flat credit spread instead of its survival curve; decimal a year, at least 0.

    >>> from datetime import date
    >>> from haircut.curves import DiscountCurve
    >>> market = ConvertibleMarket(
    ...     20.0, 0.6, DiscountCurve.flat(date(2026, 10, 1), 0.04), SurvivalCurve.flat(0.0, "Q"))
    >>> with_spread(market, 0.06).survival.hazards
    (0.1,)
    """
    return replace(market, survival=SurvivalCurve.from_credit_triangle(spread, market.recovery))


def with_spread_shift(market: ConvertibleMarket, shift: float) -> ConvertibleMarket:
    """The market with every hazard raised by ``shift / (1 - recovery)``."""
    curve = market.survival
    more = shift / (1.0 - market.recovery)
    hazards = tuple(max(hazard + more, 0.0) for hazard in curve.hazards)
    return replace(market, survival=SurvivalCurve("Q", curve.node_years, hazards))


class _Grid:
    """One backward pass, read at today's stock price."""

    def __init__(
        self,
        terms: ConvertibleTerms,
        market: ConvertibleMarket,
        nodes: int,
        time_steps: int | None,
        converts: bool = True,
        like: _Grid | None = None,
    ) -> None:
        steps = nodes if time_steps is None else time_steps
        if nodes < 20 or steps < 10:
            raise InputRefused(f"nodes: found {nodes} and {steps} time steps; expected at least 20 and 10")
        intervals = intervals_of(terms, market, steps)
        if like is None:
            horizon = float(intervals.span_years.sum())
            redemption = terms.redemption / terms.ratio
            triggers = sorted(
                {call.trigger * terms.conversion_price_usd for call in terms.calls if call.trigger}
            )
            today = float(intervals.rate.mean()) + market.stock_fall_on_default * float(
                intervals.hazard.mean()
            )
            self.stock, self.step, self.today = nodes_of(
                market.stock_price_usd, market.volatility, horizon, today, [*triggers, redemption], nodes
            )
        else:
            # A sensitivity is a difference of two values on one grid: the grid's own error cancels.
            self.stock, self.step, self.today = like.stock, like.step, like.today
        law = law_of(terms, market, self.step)
        if not converts:
            law = law._replace(ratio=1e-12 * law.ratio)
        self.values, self.bonds = solve(self.stock, intervals, law)
        self._ratio = terms.ratio

    @property
    def value(self) -> float:
        return float(self.values[self.today])

    @property
    def delta(self) -> float:
        below, _, above = self.values[self.today - 1 : self.today + 2]
        return float((above - below) / (2.0 * self.step) / (self._ratio * self.stock[self.today]))

    @property
    def gamma(self) -> float:
        below, here, above = self.values[self.today - 1 : self.today + 2]
        first, second = (above - below) / (2.0 * self.step), (above - 2.0 * here + below) / self.step**2
        return float(0.01 * (second - first) / (self._ratio * self.stock[self.today]))
