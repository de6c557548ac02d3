"""Payment periods of a claim on the month grid, and present values at the loan's own rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Claim
from haircut.curves import payment_months, year_fraction

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Periods:
    """The periods between payment dates, from the as-of date to maturity; arrays have one element a period.

    Attributes:
        ends: month index of each payment date.
        accruals: length in years by the claim's day count.
        forwards: simple rate of the money market by the same day count, floored month by month.
    """

    ends: tuple[int, ...]
    accruals: Floats
    forwards: Floats

    @property
    def starts(self) -> tuple[int, ...]:
        """Month index at which each period begins."""
        return (0, *self.ends[:-1])

    def growth(self, claim: Claim, margin: float) -> Floats:
        """Interest of each period on a balance of 1: coupon, or forward plus margin, times the accrual."""
        fixed = claim.interest.coupon
        rates = self.forwards + margin if fixed is None else np.full(len(self.ends), fixed)
        return rates * self.accruals

    def sums(self, monthly: Floats) -> Floats:
        """Sum of a monthly series over the months of each period, the payment month included."""
        return np.array([monthly[a + 1 : b + 1].sum() for a, b in zip(self.starts, self.ends, strict=True)])


def periods_of(claim: Claim, dates: tuple[str, ...], discount: Floats, maturity_month: int) -> Periods:
    """The periods of a claim.

    Args:
        claim: its maturity, frequency, day count and floor.
        dates: month ends, ISO text, the as-of date first.
        discount: money-market discount factor by month end.
        maturity_month: index of maturity on that grid.
    """
    days = [date.fromisoformat(text) for text in dates[: maturity_month + 1]]
    months = payment_months(days[0], claim.maturity_date, claim.payment_frequency_months)
    # Where a horizon ends the claim before its maturity, its last period ends there.
    ends = tuple(sorted({month for month in months if 0 < month <= maturity_month} | {maturity_month}))
    lengths = np.zeros(maturity_month + 1)
    lengths[1:] = [year_fraction(start, end, claim.interest.day_count) for start, end in pairwise(days)]
    growth = np.zeros(maturity_month + 1)
    growth[1:] = discount[:maturity_month] / discount[1 : maturity_month + 1] - 1.0
    bounds = list(pairwise((0, *ends)))
    accruals = np.array([lengths[a + 1 : b + 1].sum() for a, b in bounds])
    floored = np.maximum(growth, claim.interest.floor * lengths)
    earned = np.array([floored[a + 1 : b + 1].sum() for a, b in bounds])
    return Periods(ends, accruals, earned / accruals)


def loan_life_value(claim: Claim, periods: Periods, margin: float, cfads: Floats) -> float:
    """Present value of CFADS to maturity at the loan rate, in USD: the numerator of the LLCR.

    ``sum_i CFADS_i prod_{j<=i} 1 / (1 + r_j dt_j)`` over payment dates, CFADS_i what the borrower earned
    since the last one.

    Args:
        claim: fixed coupon, or floating with a margin.
        periods: its payment periods.
        margin: decimal a year over the forwards; not read where the coupon is fixed.
        cfads: by month, element 0 not read.
    """
    return float(periods.sums(cfads) @ np.cumprod(1.0 / (1.0 + periods.growth(claim, margin))))


def smallest(values: Floats) -> float:
    """The least finite value, NaN where there is none.

    >>> smallest(np.array([math.nan, 1.4, 0.98]))
    0.98
    """
    finite = values[np.isfinite(values)]
    return float(finite.min()) if finite.size else math.nan
