"""The month ends of a case."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.curves import month_ends, month_index

FAR = 1_000_000
"""A month that never comes."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Month ends 0..T of a case; T reaches past the last maturity, its grace, enforcement and longest sale.

    No claim lives beyond `horizon`.
    """

    dates: tuple[datetime.date, ...]
    as_of: datetime.date
    horizon: int

    @property
    def months(self) -> int:
        return len(self.dates) - 1

    def index(self, day: datetime.date) -> int:
        """Month that ends on or first after `day`; 0 on or before as-of."""
        return month_index(self.as_of, day)

    def maturity(self, claim: Claim) -> int:
        """Month in which a claim ends, at the horizon at the latest."""
        return min(self.index(claim.maturity_date), self.horizon)

    def bounded(self, day: datetime.date) -> int:
        """`index`, not past the horizon."""
        return min(self.index(day), self.months)


def calendar_of(case: Case) -> Calendar:
    """The calendar of a case."""
    as_of = case.market.as_of
    sale = case.market.liquidation
    horizon = case.settings.horizon_months or FAR
    last = min(max(month_index(as_of, claim.maturity_date) for claim in case.book.claims), horizon)
    tail = case.settings.grace_months + 2 + round(sale.enforcement_lag.value) + round(sale.longest_sale.value)
    return Calendar(tuple(month_ends(as_of, last + tail)), as_of, horizon)
