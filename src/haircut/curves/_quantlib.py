"""The only place that imports QuantLib, and only when a calendar, a day count or a root asks for it.

Nothing here reads QuantLib's global evaluation date: calendars, day counters and the rule for standard
CDS maturities are functions of their arguments alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import QuantLib

CONVENTIONS = {
    "unadjusted": QuantLib.Unadjusted,
    "following": QuantLib.Following,
    "modified_following": QuantLib.ModifiedFollowing,
    "preceding": QuantLib.Preceding,
}
CALENDARS = {
    "federal_reserve": QuantLib.UnitedStates(QuantLib.UnitedStates.FederalReserve),
    "sofr": QuantLib.UnitedStates(QuantLib.UnitedStates.SOFR),
    "weekends_only": QuantLib.WeekendsOnly(),
}
DAY_COUNTERS = {
    "ACT/360": QuantLib.Actual360(),
    "ACT/365F": QuantLib.Actual365Fixed(),
    "30/360": QuantLib.Thirty360(QuantLib.Thirty360.ISDA),
    "ACT/ACT": QuantLib.ActualActual(QuantLib.ActualActual.ISDA),
}


def to_quantlib(day: date) -> Any:
    """The same day as a QuantLib date."""
    return QuantLib.Date(day.day, day.month, day.year)


def from_quantlib(day: Any) -> date:
    """The same day as a Python date."""
    return date(day.year(), day.month(), day.dayOfMonth())


def adjusted(day: date, convention: str, calendar: str) -> date:
    """`day` moved to a business day of the named calendar."""
    return from_quantlib(CALENDARS[calendar].adjust(to_quantlib(day), CONVENTIONS[convention]))


def day_count_fraction(start: date, end: date, day_count: str) -> float:
    """Year fraction by the named day counter; negative where `end` precedes `start`."""
    return float(DAY_COUNTERS[day_count].yearFraction(to_quantlib(start), to_quantlib(end)))


def standard_cds_maturity(trade_date: date, tenor_months: int) -> date:
    """Maturity of a standard CDS under the semi-annual roll in force since December 2015."""
    period = QuantLib.Period(tenor_months, QuantLib.Months)
    return from_quantlib(
        QuantLib.cdsMaturity(to_quantlib(trade_date), period, QuantLib.DateGeneration.CDS2015)
    )


def bracketed_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a continuous function is zero between two points of opposite sign, to rounding (Brent).

    QuantLib's solver and not scipy's: importing scipy.optimize takes 0.15 s, and every run finds a root.
    """
    for end in (low, high):
        if function(end) == 0.0:
            return end
    solver = QuantLib.Brent()
    solver.setMaxEvaluations(500)
    return float(solver.solve(function, 1e-15, 0.5 * (low + high), low, high))
