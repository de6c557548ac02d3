"""What a convertible note promises, and the world in which it is valued."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from haircut.curves import DiscountCurve, SurvivalCurve
from haircut.errors import InputRefused


@dataclass(frozen=True)
class CallPeriod:
    """Days on which the issuer may redeem the note early; a holder may convert instead.

    Notice is ignored: a call takes effect on the day.

    Attributes:
        first_date: first day.
        last_date: last day; None is maturity.
        clean_price: per 100 of par; accrued coupon comes on top.
        trigger: stock price from which a call is allowed, as a share of the conversion price (1.3 for the
            usual 130 %, read on the day and not over 20 of 30 days); None where any price will do.

    >>> CallPeriod(date(2028, 3, 5), trigger=1.3).clean_price
    100.0
    """

    first_date: date
    last_date: date | None = None
    clean_price: float = 100.0
    trigger: float | None = None


@dataclass(frozen=True)
class PutDate:
    """A day on which the holder may sell the note back to the issuer.

    Attributes:
        day: the day.
        clean_price: per 100 of par; accrued coupon comes on top.

    >>> PutDate(date(2027, 12, 1)).clean_price
    100.0
    """

    day: date
    clean_price: float = 100.0


@dataclass(frozen=True)
class ConvertibleTerms:
    """A convertible note per 100 of par.

    Attributes:
        maturity_date: day of redemption.
        conversion_price_usd: stock price at which the shares of a note are worth par.
        coupon: decimal a year, 0 for a zero-coupon note.
        payment_frequency_months: 1, 3, 6 or 12; coupon dates count back from maturity, 30/360.
        accrual_start: first day of interest where it is later than a whole period would have it, else None.
        redemption: at maturity, per 100 of par.
        calls: periods in which the issuer may call.
        puts: days on which the holder may put.
        conversion: "any_time", or "at_maturity" only.

    Raises:
        InputRefused: where a number or a date is out of range.

    >>> round(ConvertibleTerms(date(2030, 3, 1), 25.91).ratio, 6)
    3.859514
    """

    maturity_date: date
    conversion_price_usd: float
    coupon: float = 0.0
    payment_frequency_months: int = 6
    accrual_start: date | None = None
    redemption: float = 100.0
    calls: tuple[CallPeriod, ...] = ()
    puts: tuple[PutDate, ...] = ()
    conversion: Literal["any_time", "at_maturity"] = "any_time"

    def __post_init__(self) -> None:
        _above_zero("conversion_price_usd", self.conversion_price_usd, "USD a share")
        _above_zero("redemption", self.redemption, "per 100 of par")
        _between("coupon", self.coupon, 0.0, 1.0, "a decimal a year, 0.0175 for 1.75 %")
        if self.payment_frequency_months not in (1, 3, 6, 12):
            raise InputRefused(
                f"payment_frequency_months: found {self.payment_frequency_months}; expected 1, 3, 6 or 12"
            )
        if self.conversion not in ("any_time", "at_maturity"):
            raise InputRefused(f"conversion: found {self.conversion!r}; expected any_time or at_maturity")
        for place, call in enumerate(self.calls):
            _above_zero(f"calls[{place}].clean_price", call.clean_price, "per 100 of par")
            if call.trigger is not None:
                _above_zero(f"calls[{place}].trigger", call.trigger, "a share of the conversion price")
            last = call.last_date or self.maturity_date
            if not call.first_date < last <= self.maturity_date:
                raise InputRefused(
                    f"calls[{place}]: found {call.first_date} to {last}; expected a first day before the "
                    f"last, and neither after maturity {self.maturity_date}"
                )
        for place, put in enumerate(self.puts):
            _above_zero(f"puts[{place}].clean_price", put.clean_price, "per 100 of par")
            if put.day >= self.maturity_date:
                raise InputRefused(
                    f"puts[{place}].day: found {put.day}; expected a day before maturity {self.maturity_date}"
                )

    @property
    def ratio(self) -> float:
        """Shares per 100 of par."""
        return 100.0 / self.conversion_price_usd


@dataclass(frozen=True)
class StockDividend:
    """Cash that a share pays.

    Leave it out where the note's terms adjust the conversion price in full: then it does not touch the holder.

    Attributes:
        ex_date: first day without it.
        amount_usd: a share.
    """

    ex_date: date
    amount_usd: float


@dataclass(frozen=True)
class ConvertibleMarket:
    """What the value of a convertible depends on beyond its terms.

    The hazard at stock price S is ``min(p0(t) (S / Sref)^-hazard_elasticity, highest_hazard)``, p0 the hazard
    of `survival` and Sref today's stock price unless stated; a hazard of today's curve above the bound stays.
    With an elasticity above 0 the note's average hazard is no longer that of the curve, so CDS quotes are then
    not repriced.

    Attributes:
        stock_price_usd: S today.
        volatility: of the stock before default, decimal a year.
        discount: risk-free curve; its as-of date is the day of valuation.
        survival: of the issuer under Q, at the reference stock price.
        recovery: share in [0, 1).
        recovery_of: "par" (100), or "bond": the note's bond component.
        stock_fall_on_default: eta, share of the stock price lost, 1 for all.
        hazard_elasticity: 0 for a hazard that does not look at the stock; studies find 1.2 to 2.0.
        highest_hazard: a year.
        hazard_reference_stock_usd: stock price at which the curve's hazard holds; None is today's. State it to
            move the stock and keep the law.
        dividend_yield: decimal a year, continuous.
        borrow_cost: fee for borrowing the stock, decimal a year; lowers its forward like a dividend.
        dividends: cash dividends by date.

    Raises:
        InputRefused: where a number is out of range or the curve is under P.

    >>> as_of = date(2026, 10, 1)
    >>> market = ConvertibleMarket(20.0, 0.8, DiscountCurve.flat(as_of, 0.04), SurvivalCurve.flat(0.08, "Q"))
    >>> market.as_of, market.recovery_of
    (datetime.date(2026, 10, 1), 'par')
    """

    stock_price_usd: float
    volatility: float
    discount: DiscountCurve
    survival: SurvivalCurve
    recovery: float = 0.4
    recovery_of: Literal["par", "bond"] = "par"
    stock_fall_on_default: float = 1.0
    hazard_elasticity: float = 0.0
    highest_hazard: float = 3.0
    hazard_reference_stock_usd: float | None = None
    dividend_yield: float = 0.0
    borrow_cost: float = 0.0
    dividends: tuple[StockDividend, ...] = ()

    def __post_init__(self) -> None:
        _above_zero("stock_price_usd", self.stock_price_usd, "USD a share")
        _between("volatility", self.volatility, 0.01, 5.0, "a decimal a year, 0.8 for 80 %")
        self.survival.require("Q", "convertible")
        if not 0.0 <= self.recovery < 1.0:
            raise InputRefused(f"recovery: found {self.recovery}; expected a share in [0, 1)")
        if self.recovery_of not in ("par", "bond"):
            raise InputRefused(f"recovery_of: found {self.recovery_of!r}; expected par or bond")
        _between("stock_fall_on_default", self.stock_fall_on_default, 0.0, 1.0, "a share")
        _between("hazard_elasticity", self.hazard_elasticity, 0.0, 10.0, "0 or above")
        _above_zero("highest_hazard", self.highest_hazard, "a year")
        if self.hazard_reference_stock_usd is not None:
            _above_zero("hazard_reference_stock_usd", self.hazard_reference_stock_usd, "USD a share")
        _between("dividend_yield", self.dividend_yield, 0.0, 1.0, "a decimal a year")
        _between("borrow_cost", self.borrow_cost, 0.0, 5.0, "a decimal a year")
        for place, dividend in enumerate(self.dividends):
            _above_zero(f"dividends[{place}].amount_usd", dividend.amount_usd, "USD a share")

    @property
    def as_of(self) -> date:
        """Day of valuation."""
        return self.discount.as_of


def _above_zero(name: str, found: float, unit: str) -> None:
    if not (math.isfinite(found) and found > 0.0):
        raise InputRefused(f"{name}: found {found}; expected a finite number above 0, {unit}")


def _between(name: str, found: float, low: float, high: float, unit: str) -> None:
    if not (math.isfinite(found) and low <= found <= high):
        raise InputRefused(f"{name}: found {found}; expected from {low:g} to {high:g}, {unit}")
