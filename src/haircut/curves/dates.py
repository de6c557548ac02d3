"""Dates: the month grid, business-day adjustment, day counts and payment months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime
from typing import Literal, get_args

from haircut.errors import InputRefused

DayCount = Literal["ACT/360", "ACT/365F", "30/360", "ACT/ACT"]
"""How a year fraction is counted; see `year_fraction`."""

Convention = Literal["unadjusted", "following", "modified_following", "preceding"]
"""How a date that is not a business day is moved."""

CalendarName = Literal["federal_reserve", "sofr", "weekends_only"]
"""Which days are business days: Federal Reserve, SOFR publication, or Monday to Friday."""

FIRST_DATE, LAST_DATE = date(1901, 1, 1), date(2199, 12, 31)


def parse_date(value: str | date) -> date:
    """Read one calendar date.

    Args:
        value: an ISO date ``YYYY-MM-DD``, or a date, between 1901-01-01 and 2199-12-31.

    Raises:
        InputRefused: where the text is not such a date, or the value is a time of day.

    >>> parse_date("2026-10-01")
    datetime.date(2026, 10, 1)
    """
    expected = "expected an ISO date YYYY-MM-DD from 1901-01-01 to 2199-12-31, such as 2026-10-01"
    parsed: object = value
    if isinstance(value, str):
        try:
            parsed = date.fromisoformat(value.strip()) if len(value.strip()) == 10 else None
        except ValueError:
            parsed = None
    if not isinstance(parsed, date) or isinstance(parsed, datetime) or not FIRST_DATE <= parsed <= LAST_DATE:
        raise InputRefused(f"date: found {value!r}; {expected}")
    return parsed


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or the last day of a shorter month.

    Args:
        day: any date.
        months: whole months, negative for earlier.

    Raises:
        InputRefused: where the result leaves 1901-01-01 to 2199-12-31.

    >>> add_months(date(2026, 10, 31), 4)
    datetime.date(2027, 2, 28)
    """
    year, month_zero = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not FIRST_DATE.year <= year <= LAST_DATE.year:
        raise InputRefused(f"months: {months} months from {day} leave 1901 to 2199; shorten the term")
    month = month_zero + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _is_month_end(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def month_ends(as_of: date, months: int) -> tuple[date, ...]:
    """The month grid of a run: the as-of date, then every month end strictly after it.

    Args:
        as_of: start of the run; element 0.
        months: number of months T, at least 0.

    Returns:
        T + 1 dates; element t (t >= 1) is the t-th month end strictly after `as_of`.

    Raises:
        InputRefused: where `months` is negative or the grid passes 2199.

    >>> month_ends(date(2026, 10, 1), 2)
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 31), datetime.date(2026, 11, 30))
    >>> month_ends(date(2024, 12, 31), 1)[1]
    datetime.date(2025, 1, 31)
    """
    if months < 0:
        raise InputRefused(f"months: found {months}; expected a whole number of months, at least 0")
    first_of_month = as_of.replace(day=1)
    offset = 0 if _is_month_end(as_of) else -1
    ends = []
    for month in range(1, months + 1):
        first = add_months(first_of_month, month + offset)
        ends.append(first.replace(day=monthrange(first.year, first.month)[1]))
    return (as_of, *ends)


def month_index(as_of: date, day: date) -> int:
    """The month of the grid in which `day` falls: the smallest t with ``month_ends[t] >= day``.

    Args:
        as_of: start of the run.
        day: any date; 0 is returned for a day on or before `as_of`.

    >>> month_index(date(2026, 10, 1), date(2026, 10, 2)), month_index(date(2026, 10, 1), date(2026, 11, 1))
    (1, 2)
    """
    if day <= as_of:
        return 0
    months = (day.year - as_of.year) * 12 + day.month - as_of.month
    return months if _is_month_end(as_of) else months + 1


def payment_months(as_of: date, maturity_date: date, frequency_months: int) -> tuple[int, ...]:
    """The months in which a claim pays, counted back from its maturity so that a stub comes first.

    Args:
        as_of: start of the run.
        maturity_date: last payment, after `as_of`.
        frequency_months: months between payments, at least 1 (3 = quarterly, 12 = annual).

    Returns:
        Month indices in ascending order, each at least 1; the last is the maturity's.

    Raises:
        InputRefused: where maturity is not after `as_of` or the frequency is below 1.

    >>> payment_months(date(2026, 10, 1), date(2027, 8, 21), 3)
    (2, 5, 8, 11)
    """
    if maturity_date <= as_of:
        raise InputRefused(
            f"maturity_date: found {maturity_date}; expected a date after the as-of date {as_of}: "
            "correct one of the two, or leave the claim out as repaid"
        )
    if frequency_months < 1:
        raise InputRefused(
            f"frequency_months: found {frequency_months}; expected at least 1 (3 is quarterly, 12 annual)"
        )
    return tuple(sorted(range(month_index(as_of, maturity_date), 0, -frequency_months)))


def adjust(day: date, convention: Convention = "modified_following", calendar: CalendarName = "sofr") -> date:
    """Move a date that is not a business day to one that is.

    Args:
        day: any date from 1901 to 2199.
        convention: `following`, `preceding`, `unadjusted`, or `modified_following` (following unless that
            leaves the month, then preceding).
        calendar: `federal_reserve`, `sofr` or `weekends_only` (as QuantLib keeps them).

    Raises:
        InputRefused: where convention or calendar is not in the list.

    >>> adjust(date(2026, 10, 31))
    datetime.date(2026, 10, 30)
    """
    _require_choice("convention", convention, get_args(Convention))
    _require_choice("calendar", calendar, get_args(CalendarName))
    if convention == "unadjusted":
        return day
    from haircut.curves import _quantlib

    return _quantlib.adjusted(parse_date(day), convention, calendar)


def year_fraction(start: date, end: date, day_count: DayCount) -> float:
    """Length of a period in years.

    ``ACT/360`` and ``ACT/365F`` divide calendar days; ``ACT/ACT`` is ISDA's, each day over the length of its
    own year; ``30/360`` is ISDA's 30E/360 (2006 definitions 4.16(h), without the exception at maturity), in
    which every month end counts as day 30, so that periods between month ends are exact and add up.

    Args:
        start: first day.
        end: last day; a date before `start` gives a negative fraction.
        day_count: one of ``ACT/360``, ``ACT/365F``, ``30/360``, ``ACT/ACT``.

    Raises:
        InputRefused: where the day count is not in the list.

    >>> year_fraction(date(2026, 1, 31), date(2026, 2, 28), "30/360") * 12
    1.0
    >>> year_fraction(date(2026, 10, 1), date(2027, 10, 1), "ACT/365F")
    1.0
    """
    _require_choice("day_count", day_count, get_args(DayCount))
    if day_count == "ACT/365F":
        return (end - start).days / 365.0
    if day_count == "ACT/360":
        return (end - start).days / 360.0
    from haircut.curves import _quantlib

    if end < start:
        return -_quantlib.day_count_fraction(parse_date(end), parse_date(start), day_count)
    return _quantlib.day_count_fraction(parse_date(start), parse_date(end), day_count)


def _require_choice(name: str, found: str, choices: tuple[str, ...]) -> None:
    if found in choices:
        return
    from difflib import get_close_matches

    near = get_close_matches(str(found).lower(), [choice.lower() for choice in choices], n=1, cutoff=0.5)
    hint = f"; nearest is {next(c for c in choices if c.lower() == near[0])!r}" if near else ""
    raise InputRefused(f"{name}: found {found!r}; expected one of {', '.join(choices)}{hint}")
