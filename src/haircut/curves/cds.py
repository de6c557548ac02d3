"""Credit default swaps under the ISDA standard model, and the hazards that their quotes imply."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from haircut.curves._piecewise import FloatArray, cumulative_at
from haircut.curves.dates import add_months
from haircut.curves.discount import DiscountCurve
from haircut.curves.survival import SurvivalCurve, checked_recovery
from haircut.errors import CannotCompute, InputRefused

HIGHEST_HAZARD = 1e6
"""A year; a default within the minute. The bootstrap looks no further and says so."""


@dataclass(frozen=True)
class CdsTerms:
    """One standard credit default swap per unit of notional, seen by the buyer of protection.

    Conventions of the ISDA standard model: quarterly premium on 20 March, June, September and December,
    moved to the following weekday, from the last such date on or before the trade date; the maturity itself
    is not moved but its payment is; accrual ACT/360, the last period with one day more; time ACT/365F;
    protection from the trade date to maturity; cash settlement three weekdays after trade; accrued premium
    counted to the day after trade and paid back to the buyer.

    Attributes:
        trade_date: date of the trade; the curves' as-of date.
        maturity_date: a 20 March, June, September or December after `trade_date`.
        coupon: running premium, decimal a year (0.01 or 0.05 for standard contracts), at least 0.
        recovery: share of par paid on default, in [0, 1).

    Raises:
        InputRefused: where the maturity is not such a date, or coupon or recovery is out of range.

    >>> terms = CdsTerms(date(2009, 5, 21), date(2012, 6, 20), 0.01, 0.4)
    >>> round(terms.accrued_premium, 6), terms.settlement_date
    (0.00175, datetime.date(2009, 5, 26))
    """

    trade_date: date
    maturity_date: date
    coupon: float
    recovery: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.coupon) and self.coupon >= 0.0):
            raise InputRefused(f"coupon: found {self.coupon}; expected a decimal a year, at least 0")
        checked_recovery(self.recovery)
        day = self.maturity_date
        if day.day != 20 or day.month % 3:
            quarter = add_months(day.replace(day=20), (-day.month) % 3)
            raise InputRefused(
                f"maturity_date: found {day}; expected a 20 March, June, September or December, "
                f"such as {quarter}"
            )
        if day <= self.trade_date:
            raise InputRefused(
                f"maturity_date: found {day}; expected a date after the trade date {self.trade_date}"
            )

    @classmethod
    def standard(cls, trade_date: date, tenor_years: float, coupon: float, recovery: float) -> CdsTerms:
        """The contract that trades for a tenor: maturity by the semi-annual roll of December 2015.

        Args:
            trade_date: date of the trade.
            tenor_years: a multiple of a quarter, at least 0.25 (0.5, 1, 5).
            coupon: decimal a year.
            recovery: share of par, in [0, 1).

        Raises:
            InputRefused: where the tenor is not a multiple of a quarter or an argument is out of range.

        >>> CdsTerms.standard(date(2026, 10, 1), 5, 0.05, 0.4).maturity_date
        datetime.date(2031, 12, 20)
        """
        return cls(trade_date, standard_maturity(trade_date, tenor_years), coupon, recovery)

    @cached_property
    def period_dates(self) -> tuple[date, ...]:
        """Start of the running period, then the end of every remaining one; the last is the maturity."""
        days = [self.maturity_date]
        unmoved = self.maturity_date
        while days[0] > self.trade_date:
            unmoved = add_months(unmoved, -3)
            days.insert(0, _weekday_on_or_after(unmoved))
        return tuple(days)

    @property
    def accrued_premium(self) -> float:
        """Premium accrued to the day after trade, as a share of notional; the buyer gets it back."""
        return self.coupon * self._accrued_years

    @property
    def _accrued_years(self) -> float:
        return ((self.trade_date - self.period_dates[0]).days + 1) / 360.0

    @property
    def settlement_date(self) -> date:
        """Third weekday after the trade date."""
        day = self.trade_date
        for _ in range(3):
            day = _weekday_on_or_after(day + timedelta(days=1))
        return day


def upfront(terms: CdsTerms, discount: DiscountCurve, survival: SurvivalCurve) -> float:
    """Clean upfront that the buyer of protection pays at settlement, as a share of notional.

    ``[protection - c premium + c accrued DF(settle)] / DF(settle)``, integrals exact on each interval where
    forward and hazard are constant (`docs/methods/curves.md`, ISDA standard model).

    Args:
        terms: the contract.
        discount: risk-free curve with the trade date as as-of date.
        survival: under Q, time counted from the trade date.

    Returns:
        Positive where the running coupon is below the par spread; negative where the buyer is paid.

    Raises:
        InputRefused: where the survival curve is under P or the discount curve has another as-of date.

    >>> as_of = date(2026, 10, 1)
    >>> terms = CdsTerms.standard(as_of, 5, 0.05, 0.4)
    >>> hazards = SurvivalCurve.from_cds(as_of, {5: 0.064}, 0.4, DiscountCurve.flat(as_of, 0.04))
    >>> round(upfront(terms, DiscountCurve.flat(as_of, 0.04), hazards), 4)
    0.0514
    """
    legs = Legs(terms, discount, np.array(survival.require("Q", "upfront").node_years))
    settle = discount.discount_factor(terms.settlement_date)
    protection, premium = legs.values(survival.cumulative_hazard(legs.years))
    return (protection - terms.coupon * premium) / settle + terms.accrued_premium


def par_spread(terms: CdsTerms, discount: DiscountCurve, survival: SurvivalCurve) -> float:
    """The running premium at which the clean upfront is zero, decimal a year; the coupon is not read.

    Args:
        terms: the contract.
        discount: risk-free curve with the trade date as as-of date.
        survival: under Q, time counted from the trade date.

    Raises:
        InputRefused: where the survival curve is under P or the discount curve has another as-of date.

    >>> as_of = date(2026, 10, 1)
    >>> terms = CdsTerms.standard(as_of, 5, 0.05, 0.4)
    >>> round(par_spread(terms, DiscountCurve.flat(as_of, 0.04), SurvivalCurve.flat(0.1, "Q")), 5)
    0.05947
    """
    legs = Legs(terms, discount, np.array(survival.require("Q", "par_spread").node_years))
    return legs.par_spread(survival.cumulative_hazard(legs.years))


class Legs:
    """Both legs of one contract on the union of curve nodes and accrual days, discounting done once."""

    def __init__(self, terms: CdsTerms, discount: DiscountCurve, hazard_node_years: FloatArray) -> None:
        if discount.as_of != terms.trade_date:
            raise InputRefused(
                f"discount: found a curve as of {discount.as_of}; expected the trade date {terms.trade_date}"
            )
        days = terms.period_dates
        starts, ends = days[:-1], days[1:]
        ordinal = terms.trade_date.toordinal()
        maturity_years = (days[-1].toordinal() - ordinal) / 365.0
        # Survival is read, and the accrual clock restarts, on the day before a period ends; the last ends at
        # maturity.
        clock_ends = np.array([(day.toordinal() - 1 - ordinal) / 365.0 for day in ends])
        clock_ends[-1] = maturity_years
        clock_starts = np.array([(day.toordinal() - 1 - ordinal) / 365.0 for day in starts])
        accruals = np.array([(end - start).days / 360.0 for start, end in zip(starts, ends, strict=True)])
        accruals[-1] += 1.0 / 360.0
        payments = discount.discount_factor([_weekday_on_or_after(day) for day in ends])

        cuts = np.concatenate(([0.0], clock_ends, np.array(discount.node_years), hazard_node_years))
        self.years = np.unique(cuts[cuts <= maturity_years])
        self.coupons = accruals * payments
        self.coupon_position = np.searchsorted(self.years, clock_ends)
        self.discount = discount.discount_at(self.years)
        self.forward = -np.diff(np.log(self.discount))
        period = np.searchsorted(clock_ends, self.years[:-1], side="right")
        half_day = 0.5 / 365.0
        self.clock_start = self.years[:-1] - clock_starts[period] + half_day
        self.clock_step = np.diff(self.years)
        self.loss = 1.0 - terms.recovery
        self.accrued = terms._accrued_years * discount.discount_factor(terms.settlement_date)

    def values(self, cumulative_hazard: FloatArray) -> tuple[float, float]:
        """Value of protection, and of a premium of 1 a year with accrual on default, before the rebate."""
        survival = np.exp(-cumulative_hazard)
        alive = self.discount[:-1] * survival[:-1]
        hazard = np.diff(cumulative_hazard)
        total = self.forward + hazard
        first, second = _exponential_means(total)
        protection = self.loss * float(np.sum(hazard * alive * first))
        accrual = float(np.sum(hazard * alive * (self.clock_start * first + self.clock_step * second)))
        coupons = float(self.coupons @ survival[self.coupon_position])
        return protection, coupons + accrual * 365.0 / 360.0

    def par_spread(self, cumulative_hazard: FloatArray) -> float:
        protection, premium = self.values(cumulative_hazard)
        return protection / (premium - self.accrued)


def _exponential_means(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """int_0^1 exp(-x u) du and int_0^1 u exp(-x u) du, by Taylor's series where x is small."""
    small = np.abs(x) < 1e-4
    safe = np.where(small, 1.0, x)
    first = np.where(small, 1.0 - x / 2.0 + x * x / 6.0, -np.expm1(-safe) / safe)
    second = np.where(small, 0.5 - x / 3.0 + x * x / 8.0, (first - np.exp(-safe)) / safe)
    return first, second


def bootstrap_hazards(
    as_of: date,
    quotes: Mapping[float, float] | Mapping[date, float],
    recovery: float,
    discount: DiscountCurve,
    coupon: float | None = None,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Node years and hazards that reprice CDS quotes; the arguments are those of `SurvivalCurve.from_cds`.

    Raises:
        InputRefused: where a tenor, quote or recovery is out of range, or the curve has another as-of date.
        CannotCompute: where no hazard from 0 to `HIGHEST_HAZARD` reprices a quote, with the tenor.

    >>> as_of = date(2026, 10, 1)
    >>> bootstrap_hazards(as_of, {5: 0.0}, 0.4, DiscountCurve.flat(as_of, 0.04))
    ((5.221917808219178,), (0.0,))
    """
    contracts = _checked_contracts(as_of, quotes, recovery, coupon)
    node_years: list[float] = []
    node_cumulative: list[float] = []
    hazards: list[float] = []
    for terms, label, quote in contracts:
        settle = discount.discount_factor(terms.settlement_date)
        target = _Target(
            legs=Legs(terms, discount, np.array(node_years)),
            coupon=terms.coupon,
            upfront_today=0.0 if coupon is None else quote * settle,
            known_years=node_years,
            known_cumulative=node_cumulative,
        )
        hazard = target.solve()
        if hazard is None:
            if coupon is None:
                unit = "spread"
                lowest, highest = target.spread(0.0), target.spread(HIGHEST_HAZARD)
            else:
                unit = "upfront"
                lowest, highest = (
                    (target.value(bound) + target.upfront_today) / settle for bound in (0.0, HIGHEST_HAZARD)
                )
            raise CannotCompute(
                f"{label} (maturity {terms.maturity_date}): found {unit} {quote:g}; at recovery {recovery:g} "
                f"and the shorter quotes a hazard of 0 gives {lowest:.6g}, an infinite one {highest:.6g}: "
                + (
                    "the quote is too low, the shorter quotes already cost more"
                    if quote < lowest
                    else "the quote is too high, even certain default after the shorter quotes pays less"
                )
                + "; check unit and date of the quotes, leave this tenor out, or lower the recovery"
            )
        year = float(target.legs.years[-1])
        node_cumulative.append(float(target.cumulative(hazard)[-1]))
        node_years.append(year)
        hazards.append(hazard)
    return tuple(node_years), tuple(hazards)


class _Target:
    """What the hazard of the last segment must bring to zero, with the earlier segments fixed."""

    def __init__(
        self,
        legs: Legs,
        coupon: float,
        upfront_today: float,
        known_years: list[float],
        known_cumulative: list[float],
    ) -> None:
        self.legs = legs
        self.coupon = coupon
        self.upfront_today = upfront_today
        start = known_years[-1] if known_years else 0.0
        self._known = np.zeros_like(legs.years)
        if known_years:
            self._known = cumulative_at(
                np.minimum(legs.years, start), np.array(known_years), np.array(known_cumulative)
            )
        self._beyond = np.maximum(legs.years - start, 0.0)

    def cumulative(self, hazard: float) -> FloatArray:
        result: FloatArray = self._known + hazard * self._beyond
        return result

    def value(self, hazard: float) -> float:
        """Value to the buyer of protection; rises with the hazard."""
        protection, premium = self.legs.values(self.cumulative(hazard))
        return protection - self.coupon * (premium - self.legs.accrued) - self.upfront_today

    def spread(self, hazard: float) -> float:
        return self.legs.par_spread(self.cumulative(hazard))

    def solve(self) -> float | None:
        """The hazard, or None where none from 0 to `HIGHEST_HAZARD` will do."""
        from haircut.curves._quantlib import bracketed_root

        low, high = 0.0, 1.0
        at_zero = self.value(low)
        if at_zero >= 0.0:
            # A zero hazard is met up to rounding, and a rounding error is no reason to refuse.
            return 0.0 if at_zero <= 1e-14 * (1.0 + self.coupon) else None
        while self.value(high) < 0.0:
            if high >= HIGHEST_HAZARD:
                return None
            low, high = high, high * 2.0
        return bracketed_root(self.value, low, high)


def _checked_contracts(
    as_of: date, quotes: Mapping[float, float] | Mapping[date, float], recovery: float, coupon: float | None
) -> list[tuple[CdsTerms, str, float]]:
    """Contract, label and quote of each quoted tenor, by maturity."""
    if not quotes:
        raise InputRefused("quotes: found none; expected at least one tenor with its spread")
    contracts: dict[date, tuple[CdsTerms, str, float]] = {}
    for key, quote in quotes.items():
        label = f"quotes[{key}]"
        maturity = key if isinstance(key, date) else standard_maturity(as_of, key)
        if maturity in contracts:
            raise InputRefused(
                f"{label}: found {maturity}, the maturity of {contracts[maturity][1]}; drop one of the two"
            )
        checked_quote(label, quote, coupon)
        terms = CdsTerms(as_of, maturity, quote if coupon is None else coupon, recovery)
        contracts[maturity] = (terms, label, quote)
    return [contracts[maturity] for maturity in sorted(contracts)]


def checked_quote(label: str, quote: float, coupon: float | None) -> None:
    """Refuse a spread below 0 or above 10,000 %, and an upfront that is no share of notional."""
    if coupon is None and not (math.isfinite(quote) and 0.0 <= quote <= 100.0):
        raise InputRefused(
            f"{label}: found spread {quote}; expected a decimal a year, at least 0, 0.064 for 640 bp"
        )
    if coupon is not None and not abs(quote) < 1.0:
        raise InputRefused(f"{label}: found upfront {quote}; expected a share of notional between -1 and 1")


def standard_maturity(trade_date: date, tenor_years: float) -> date:
    """Maturity of the contract that trades for a tenor; refuses one that is no multiple of a quarter."""
    months = round(tenor_years * 12) if math.isfinite(tenor_years) else 0
    if months < 3 or months % 3 or abs(tenor_years * 12 - months) > 1e-3 or months > 360:
        raise InputRefused(
            f"tenor: found {tenor_years} years; expected a multiple of 0.25 from 0.25 to 30, "
            "or a maturity date"
        )
    from haircut.curves import _quantlib

    return _quantlib.standard_cds_maturity(trade_date, months)


def _weekday_on_or_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)
