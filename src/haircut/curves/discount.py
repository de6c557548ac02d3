"""The discount curve: the price today of one dollar at a later date."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from haircut.curves._piecewise import FloatArray, checked_nodes, checked_years, cumulative_at
from haircut.curves.dates import DayCount, add_months, year_fraction
from haircut.errors import CannotCompute, InputRefused


@dataclass(frozen=True)
class DiscountCurve:
    """Discount factors at nodes, log-linear between them: a piecewise constant forward rate.

    ``DF(t) = exp(-int_0^t f(u) du)`` with t in ACT/365F years from `as_of`; the last forward continues beyond
    the last node. Nothing global enters: the same curve gives the same answers whatever the date of the run.

    Attributes:
        as_of: date at which the discount factor is 1.
        node_years: ACT/365F years of the nodes, ascending, the first above 0.
        node_discount_factors: discount factor at each node, above 0; above 1 where rates are negative.

    Raises:
        InputRefused: where nodes are missing, unsorted, or a factor is not a positive number.

    >>> curve = DiscountCurve.flat(date(2026, 10, 1), 0.04)
    >>> round(curve.discount_factor(date(2027, 10, 1)), 6)
    0.960789
    """

    as_of: date
    node_years: tuple[float, ...]
    node_discount_factors: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "node_years", checked_nodes(self.node_years, "node_years"))
        factors = tuple(float(factor) for factor in self.node_discount_factors)
        if len(factors) != len(self.node_years):
            raise InputRefused(
                f"node_discount_factors: found {len(factors)} factors for {len(self.node_years)} nodes; "
                "expected one for each"
            )
        for year, factor in zip(self.node_years, factors, strict=True):
            if not (math.isfinite(factor) and factor > 0.0):
                raise InputRefused(
                    f"node_discount_factors: found {factor} at {year:g} years; expected above 0"
                )
        object.__setattr__(self, "node_discount_factors", factors)

    @classmethod
    def from_discount_factors(
        cls, as_of: date, dates: Sequence[date], discount_factors: Sequence[float]
    ) -> DiscountCurve:
        """The curve through given discount factors.

        Args:
            as_of: date at which the factor is 1.
            dates: node dates, ascending, all after `as_of`.
            discount_factors: one positive factor for each date.

        Raises:
            InputRefused: where dates are not ascending or a factor is not positive.

        >>> nodes = [date(2027, 10, 1), date(2028, 10, 1)]
        >>> curve = DiscountCurve.from_discount_factors(date(2026, 10, 1), nodes, [0.96, 0.92])
        >>> round(curve.discount_factor(date(2028, 10, 1)), 12)
        0.92
        """
        years = [year_fraction(as_of, day, "ACT/365F") for day in dates]
        return cls(as_of, tuple(years), tuple(discount_factors))

    @classmethod
    def flat(cls, as_of: date, continuous_rate: float) -> DiscountCurve:
        """One rate for ever: ``DF(t) = exp(-rate * t)``.

        Args:
            as_of: date at which the factor is 1.
            continuous_rate: continuously compounded, decimal a year, ACT/365F; may be negative.

        >>> float(np.round(DiscountCurve.flat(date(2026, 10, 1), 0.05).discount_at(10.0), 6))
        0.606531
        """
        if not math.isfinite(continuous_rate) or abs(continuous_rate) > 10.0:
            raise InputRefused(
                f"continuous_rate: found {continuous_rate}; expected a decimal a year, such as 0.04 for 4 %"
            )
        return cls(as_of, (1.0,), (math.exp(-continuous_rate),))

    @classmethod
    def bootstrap_par(
        cls,
        as_of: date,
        overnight_rate: float | None,
        par_rates: Mapping[float, float],
        payments_per_year: int = 2,
    ) -> DiscountCurve:
        """The curve that prices an overnight deposit and par bonds (or par swaps) exactly.

        The overnight rate is simple ACT/360 for one day. A tenor up to one payment period is a single
        payment, ``DF = 1 / (1 + rate * tenor)``. A longer one pays ``rate / payments_per_year`` at equal
        30/360 periods on unadjusted dates counted from `as_of`, and is worth par,
        ``1 = c sum_i DF(t_i) + DF(T)``. Each node's forward is found with the earlier ones fixed; every
        input reprices within 1e-12.

        Args:
            as_of: date of the quotes.
            overnight_rate: decimal a year (SOFR), or None to do without.
            par_rates: decimal a year by tenor in years. Treasury constant-maturity yields use
                ``payments_per_year=2``, SOFR swaps 1.
            payments_per_year: 1, 2, 4 or 12.

        Raises:
            InputRefused: where a tenor does not fit the periods, or no quote is given.
            CannotCompute: where no positive discount factor reprices a quote, with its tenor.

        >>> curve = DiscountCurve.bootstrap_par(date(2026, 9, 10), 0.0365, {2: 0.036, 5: 0.0375, 10: 0.042})
        >>> round(curve.par_rate(5), 12)
        0.0375
        """
        if payments_per_year not in (1, 2, 4, 12):
            raise InputRefused(f"payments_per_year: found {payments_per_year}; expected 1, 2, 4 or 12")
        if overnight_rate is None and not par_rates:
            raise InputRefused("par_rates: found no quotes; expected an overnight rate or a par rate")
        quotes = {f"par_rates[{tenor}]": rate for tenor, rate in par_rates.items()}
        for name, rate in {"overnight_rate": overnight_rate, **quotes}.items():
            if rate is not None and not (math.isfinite(rate) and abs(rate) <= 1.0):
                raise InputRefused(f"{name}: found {rate}; expected a decimal a year, such as 0.04 for 4 %")
        years: list[float] = []
        cumulative: list[float] = []
        if overnight_rate is not None:
            years.append(1.0 / 365.0)
            cumulative.append(math.log1p(overnight_rate / 360.0))
        for tenor in sorted(par_rates):
            payment_years, accruals = _par_schedule(as_of, tenor, payments_per_year)
            if years and payment_years[-1] <= years[-1] + 1e-9:
                raise InputRefused(
                    f"par_rates[{tenor}]: its maturity is not after the node before it; drop one of the two"
                )
            cumulative.append(
                _solve_par_node(par_rates[tenor], tenor, payment_years, accruals, years, cumulative)
            )
            years.append(float(payment_years[-1]))
        return cls(as_of, tuple(years), tuple(math.exp(-value) for value in cumulative))

    @cached_property
    def _arrays(self) -> tuple[FloatArray, FloatArray]:
        return np.array(self.node_years), -np.log(np.array(self.node_discount_factors))

    @overload
    def discount_at(self, years: float) -> float: ...
    @overload
    def discount_at(self, years: Sequence[float] | FloatArray) -> FloatArray: ...
    def discount_at(self, years: ArrayLike) -> float | FloatArray:
        """Discount factor at ACT/365F years from the as-of date.

        Args:
            years: one number or an array, finite, at least 0.

        Raises:
            InputRefused: where a time is negative or not finite.

        >>> DiscountCurve.flat(date(2026, 10, 1), 0.0).discount_at([0.0, 5.0])
        array([1., 1.])
        """
        values = checked_years(years, "years")
        factors: FloatArray = np.exp(-cumulative_at(values, *self._arrays))
        return float(factors) if factors.ndim == 0 else factors

    @overload
    def discount_factor(self, day: date) -> float: ...
    @overload
    def discount_factor(self, day: Sequence[date]) -> FloatArray: ...
    def discount_factor(self, day: date | Sequence[date]) -> float | FloatArray:
        """Discount factor of one date or of each date of a sequence.

        Args:
            day: dates on or after the as-of date.

        Raises:
            InputRefused: where a date is before the as-of date.

        >>> curve = DiscountCurve.flat(date(2026, 10, 1), 0.04)
        >>> curve.discount_factor([date(2026, 10, 1), date(2027, 10, 1)]).round(6)
        array([1.      , 0.960789])
        """
        if isinstance(day, date):
            return self.discount_at(self._years_to(day))
        return self.discount_at(np.array([self._years_to(each) for each in day], dtype=np.float64))

    def _years_to(self, day: date) -> float:
        if day < self.as_of:
            raise InputRefused(
                f"date: found {day}, before the curve's as-of date {self.as_of}; expected that date or later"
            )
        return year_fraction(self.as_of, day, "ACT/365F")

    def forward_simple(self, start: date, end: date, day_count: DayCount = "ACT/360") -> float:
        """Simple forward rate of a period: ``(DF(start) / DF(end) - 1) / year_fraction``.

        Args:
            start: first day, on or after the as-of date.
            end: last day, after `start`.
            day_count: of the rate; SOFR is ACT/360.

        Raises:
            InputRefused: where the period is empty or begins before the as-of date.

        >>> curve = DiscountCurve.flat(date(2026, 10, 1), 0.04)
        >>> round(curve.forward_simple(date(2026, 12, 31), date(2027, 3, 31)), 6)
        0.039647
        """
        if end <= start:
            raise InputRefused(f"end: found {end}; expected a date after the start {start}")
        growth = self.discount_factor(start) / self.discount_factor(end) - 1.0
        return growth / year_fraction(start, end, day_count)

    def month_forwards(self, month_ends: Sequence[date], day_count: DayCount = "ACT/360") -> FloatArray:
        """Simple forward rate of every month of a grid.

        Args:
            month_ends: the grid of `month_ends`, T + 1 ascending dates.
            day_count: of the rate; SOFR is ACT/360.

        Returns:
            T rates; element t - 1 is for the month that ends at ``month_ends[t]``.

        Raises:
            InputRefused: where dates are not ascending or begin before the as-of date.

        >>> grid = [date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 30)]
        >>> DiscountCurve.flat(date(2026, 10, 1), 0.04).month_forwards(grid).round(6)
        array([0.039517, 0.039517])
        """
        return np.array([self.forward_simple(start, end, day_count) for start, end in pairwise(month_ends)])

    def par_rate(self, tenor_years: float, payments_per_year: int = 2) -> float:
        """The coupon at which a bond of this tenor is worth par, on the schedule of `bootstrap_par`.

        Args:
            tenor_years: above 0; a whole number of periods, or at most one period.
            payments_per_year: 1, 2, 4 or 12.

        Raises:
            InputRefused: where the tenor does not fit the schedule.

        >>> round(DiscountCurve.flat(date(2026, 10, 1), 0.04).par_rate(5), 4)
        0.0404
        """
        payment_years, accruals = _par_schedule(self.as_of, tenor_years, payments_per_year)
        factors = self.discount_at(payment_years)
        return float((1.0 - factors[-1]) / (accruals @ factors))

    def shifted(self, shift: float) -> DiscountCurve:
        """The curve with every continuously compounded rate moved in parallel: ``DF(t) exp(-shift t)``.

        Args:
            shift: decimal a year, positive for higher rates (0.0001 is one basis point).

        >>> curve = DiscountCurve.flat(date(2026, 10, 1), 0.04).shifted(0.01)
        >>> round(curve.discount_at(1.0), 6)
        0.951229
        """
        factors = (
            factor * math.exp(-shift * year)
            for year, factor in zip(self.node_years, self.node_discount_factors, strict=True)
        )
        return DiscountCurve(self.as_of, self.node_years, tuple(factors))


def _par_schedule(as_of: date, tenor: float, payments_per_year: int) -> tuple[FloatArray, FloatArray]:
    """ACT/365F payment years and 30/360 accruals of a par instrument of `tenor` years."""
    if not (math.isfinite(tenor) and 0.0 < tenor <= 60.0):
        raise InputRefused(f"tenor: found {tenor} years; expected more than 0 and at most 60")
    period_months = 12 // payments_per_year
    months = round(tenor * 12)
    whole_months = abs(tenor * 12 - months) < 1e-3
    if tenor * 12 <= period_months + 1e-3:
        maturity = add_months(as_of, months) if whole_months else as_of + timedelta(days=round(tenor * 365))
        accrual = months / 12 if whole_months else tenor
        return np.array([year_fraction(as_of, maturity, "ACT/365F")]), np.array([accrual])
    if not whole_months or months % period_months:
        raise InputRefused(
            f"tenor: found {tenor} years with {payments_per_year} payments a year; expected a whole number "
            f"of periods of {period_months} months, or at most one: drop the tenor or change the payments"
        )
    days = [add_months(as_of, month) for month in range(period_months, months + 1, period_months)]
    years = np.array([year_fraction(as_of, day, "ACT/365F") for day in days])
    return years, np.full(len(days), period_months / 12)


def _solve_par_node(
    rate: float,
    tenor: float,
    payment_years: FloatArray,
    accruals: FloatArray,
    years: list[float],
    cumulative: list[float],
) -> float:
    """Cumulative forward at the tenor's maturity that makes the instrument worth par."""
    maturity = float(payment_years[-1])
    known_years, known_cumulative = np.array(years), np.array(cumulative)
    start_year = years[-1] if years else 0.0
    start_value = cumulative[-1] if years else 0.0
    fixed = payment_years <= start_year
    known = (
        float(accruals[fixed] @ np.exp(-cumulative_at(payment_years[fixed], known_years, known_cumulative)))
        if fixed.any()
        else 0.0
    )
    later, later_accruals = payment_years[~fixed] - start_year, accruals[~fixed]

    def value_less_par(forward: float) -> float:
        factors = np.exp(-(start_value + forward * later))
        return rate * (known + float(later_accruals @ factors)) + float(factors[-1]) - 1.0

    low, high = -1.0, 1.0
    while value_less_par(low) < 0.0 and low > -64.0:
        low *= 2.0
    while value_less_par(high) > 0.0 and high < 64.0:
        high *= 2.0
    if value_less_par(low) < 0.0 or value_less_par(high) > 0.0:
        raise CannotCompute(
            f"par_rates[{tenor}]: no discount factor prices a par rate of {rate:g} after the shorter quotes; "
            "check its unit (decimal a year) and that tenors and rates belong together"
        )
    from haircut.curves._quantlib import bracketed_root

    forward = bracketed_root(value_less_par, low, high)
    return start_value + forward * (maturity - start_year)
