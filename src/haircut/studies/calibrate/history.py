"""The shipped history: columns of a CSV as arrays, and every row that cannot be true refused with its line.

A file is refused whole: a series with one bad row in it is a series that nobody has looked at.
"""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from haircut.errors import InputRefused, Problem

Floats = NDArray[np.float64]
Row = Mapping[str, str]

MAX_PROBLEMS = 20


@dataclass(frozen=True)
class DatedSeries:
    """One value a date, in order of date.

    Attributes:
        name: file and column.
        dates: rising, each once; a gap stays a gap.
        values: as many, above 0.
    """

    name: str
    dates: tuple[datetime.date, ...]
    values: Floats

    def __len__(self) -> int:
        return len(self.dates)

    def since(self, first: datetime.date) -> DatedSeries:
        """The part from `first` on."""
        return self._where(lambda date: date >= first)

    def until(self, last: datetime.date) -> DatedSeries:
        """The part up to and with `last`: what was known then."""
        return self._where(lambda date: date <= last)

    def _where(self, kept: Callable[[datetime.date], bool]) -> DatedSeries:
        chosen = [index for index, date in enumerate(self.dates) if kept(date)]
        return DatedSeries(self.name, tuple(self.dates[index] for index in chosen), self.values[chosen])

    def years(self, origin: datetime.date) -> Floats:
        """Years of 365.25 days from `origin` to each date."""
        return np.array([(date - origin).days / 365.25 for date in self.dates])

    def log_changes(self) -> Floats:
        """Log changes from each value to the next."""
        return np.diff(np.log(self.values))


def rows(name: str) -> tuple[Row, ...]:
    """The rows of a shipped CSV, such as ``btc_usd_daily.csv``, or of any path."""
    return _rows(str(name))


@cache
def _rows(name: str) -> tuple[Row, ...]:
    path = Path(name)
    if not path.exists():
        path = Path(str(files("haircut") / "data" / name))
    with path.open(encoding="utf-8", newline="") as opened:
        return tuple(csv.DictReader(opened))


def series(name: str, column: str, *, date: str = "date", as_of: datetime.date | None = None) -> DatedSeries:
    """One column of a shipped CSV as a series.

    Args:
        name: file under `src/haircut/data`, or a path.
        column: of positive numbers; empty cells are skipped, a gap stays a gap.
        date: column of ISO dates.
        as_of: nothing may be dated later; today where absent.

    Raises:
        InputRefused: for a missing column, a date or number that is none, a date out of order or given twice,
            a value not above 0, a date after `as_of`; each with its line.

    >>> series("us_credit_spread_gz_ebp_monthly.csv", "gz_credit_spread_pct").values[0].item()
    1.8168
    """
    found = [(row.get(date), row.get(column)) for row in rows(name)]
    return read_series(name, column, found, as_of=as_of, first_line=2)


def read_series(
    name: str,
    column: str,
    pairs: Iterable[tuple[object, object]],
    *,
    as_of: datetime.date | None = None,
    first_line: int = 1,
) -> DatedSeries:
    """Pairs of date and value as a series; see `series` for what is refused.

    >>> read_series("mine", "rent", [("2024-01-01", "2.5"), ("2024-02-01", "-1")])
    Traceback (most recent call last):
        ...
    haircut.errors.InputRefused: 1 problem found
      mine:2: rent: found -1; expected a number above 0
    """
    last_day = as_of or datetime.date.today()
    problems: list[Problem] = []
    dates: list[datetime.date] = []
    values: list[float] = []

    def refuse(line: int, what: str, found: object, expected: str) -> None:
        problems.append(Problem(name, line, what, str(found), expected))

    for line, (day, text) in enumerate(pairs, start=first_line):
        if day is None or text is None:
            refuse(line, "date" if day is None else column, "no such column", f"columns date and {column}")
            break
        if str(text).strip() == "":
            continue
        try:
            when = datetime.date.fromisoformat(str(day))
        except ValueError:
            refuse(line, "date", day, "an ISO date such as 2024-10-31")
            continue
        try:
            value = float(str(text))
        except ValueError:
            refuse(line, column, text, "a plain number; a currency or unit belongs in the column's name")
            continue
        if not math.isfinite(value) or value <= 0.0:
            refuse(line, column, text, "a number above 0")
        elif when > last_day:
            refuse(line, "date", day, f"a date not after {last_day}")
        elif dates and when == dates[-1]:
            refuse(line, "date", day, "each date once; it is also on the line before")
        elif dates and when < dates[-1]:
            refuse(line, "date", day, f"a date after {dates[-1]}, that of the line before")
        else:
            dates.append(when)
            values.append(value)
    if problems:
        raise InputRefused(problems[:MAX_PROBLEMS])
    if not dates:
        raise InputRefused(f"{name}: found no value of {column}; expected at least one")
    return DatedSeries(f"{name}: {column}", tuple(dates), np.array(values))


def one_value(name: str, column: str) -> str:
    """The one value that a column holds throughout, such as a currency or a unit.

    Raises:
        InputRefused: where it holds several, with the first row that differs.
    """
    found = rows(name)
    first = found[0].get(column, "") if found else ""
    for line, row in enumerate(found, start=2):
        if row.get(column, "") != first:
            raise InputRefused([Problem(name, line, column, str(row.get(column)), f"{first}, as in line 2")])
    return first
