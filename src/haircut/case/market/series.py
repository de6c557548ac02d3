"""A dated series from a CSV file: each row is read or refused, and a gap stays a gap."""

from __future__ import annotations

import csv
import datetime
import io
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from haircut.case.findings import one_of, show
from haircut.errors import InputRefused, Problem

MAXIMUM_BYTES: Final = 50_000_000
CURRENCIES: Final = ("usd", "eur", "gbp", "cny", "jpy", "cad", "chf", "sek")


class Observation(NamedTuple):
    """One row of a series: its date, what it is about, its value, its line in the file."""

    date: datetime.date
    key: tuple[str, ...]
    value: float
    line: int


class Gap(NamedTuple):
    """Two neighbouring dates of one key that lie further apart than the series' step."""

    key: tuple[str, ...]
    after: datetime.date
    before: datetime.date
    days: int


class Series(NamedTuple):
    """What a file says, in order of key and date; nothing is filled in."""

    name: str
    unit: str
    observations: tuple[Observation, ...]

    def of(self, *key: str) -> tuple[Observation, ...]:
        """The observations of one key."""
        return tuple(row for row in self.observations if row.key == key)

    def gaps(self, longest_days: int) -> tuple[Gap, ...]:
        """Where a key has no observation for more than `longest_days`."""
        pairs = zip(self.observations, self.observations[1:], strict=False)
        return tuple(
            Gap(a.key, a.date, b.date, (b.date - a.date).days)
            for a, b in pairs
            if a.key == b.key and (b.date - a.date).days > longest_days
        )


def read_series(
    path: str | os.PathLike[str],
    *,
    date: str,
    value: str,
    unit: str,
    as_of: datetime.date,
    key: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    currency: str | None = None,
    stale_after_days: int | None = None,
    later: str = "refuse",
) -> Series:
    """Read one column of a tidy CSV as a series known on `as_of`.

    Refused with its row: a cell that is no number or no ISO date, a value of zero or below, a second row of one
    key and date, a row after as-of, a row of another currency. Refused as a whole: a column that is not there or
    whose name states another unit or currency, a series without rows, a series whose last row is stale.

    Args:
        path: the file; UTF-8 with a header.
        date, value: columns.
        unit: what the value's column must end with, such as ``usd_per_gpu_hour``.
        as_of: rows after it belong to a later market.
        key: columns that tell series within the file apart.
        where: column to the one text that is read; other rows are not looked at.
        currency: column with the currency of each row, where the file has one; all must be USD.
        stale_after_days: age at which the last row of the file is refused; None for a history.
        later: ``refuse`` rows after as-of, or ``leave`` them out (a shipped file may be newer than a market).

    Raises:
        InputRefused: with every wrong row.
    """
    file = Path(path)
    problems: list[Problem] = []
    found: list[Observation] = []
    reader = csv.DictReader(io.StringIO(_text(file), newline=""))
    try:
        header = tuple(reader.fieldnames or ())
        wanted = (date, value, *key, *(where or {}), *((currency,) if currency else ()))
        problems += [*_header(file, header, wanted), *_label(file, value, unit)]
        if problems:
            raise InputRefused(problems)
        for row in reader:
            if any((row[name] or "") != text for name, text in (where or {}).items()):
                continue
            read = _row(file, reader.line_num, row, date, value, key, currency, problems)
            if read is None or (read.date > as_of and later == "leave"):
                continue
            if read.date > as_of:
                expected = f"a date on or before the as-of date {as_of}"
                problems.append(Problem(str(file), read.line, date, read.date.isoformat(), expected))
                continue
            found.append(read)
    except csv.Error as error:
        problems.append(Problem(str(file), reader.line_num, "", str(error), "rows of cells between commas"))
    problems += _repeated(file, date, found)
    found.sort(key=lambda item: (item.key, item.date))
    if not found and not problems:
        problems.append(Problem(str(file), 0, value, "no row", "at least one row known on the as-of date"))
    if found and stale_after_days is not None:
        last = max(found, key=lambda item: item.date)
        age = (as_of - last.date).days
        if age > stale_after_days:
            expected = f"a row of the last {stale_after_days} days before {as_of}"
            problems.append(Problem(str(file), last.line, date, f"{last.date}, {age} days old", expected))
    if problems:
        raise InputRefused(problems)
    return Series(file.name, unit, tuple(found))


def _text(file: Path) -> str:
    """The text of a file of bounded size.

    Raises:
        InputRefused: for bytes that are no UTF-8, and for a file that is no series of this world.
    """
    with file.open("rb") as stream:
        content = stream.read(MAXIMUM_BYTES + 1)
    if len(content) > MAXIMUM_BYTES:
        found = f"more than {MAXIMUM_BYTES:,} bytes"
        raise InputRefused([Problem(str(file), 0, "", found, "a series of at most 50 MB")])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"the byte 0x{content[error.start]:02x}"
        raise InputRefused([Problem(str(file), line, "", found, "UTF-8")]) from None


def _header(file: Path, header: tuple[str, ...], wanted: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(str(file), 1, name, "no such column", one_of("a column of the file", name, header))
        for name in wanted
        if name not in header
    ]


def _label(file: Path, value: str, unit: str) -> list[Problem]:
    words = value.lower().split("_")
    stated = [word for word in words if word in CURRENCIES]
    wanted = [word for word in unit.lower().split("_") if word in CURRENCIES]
    if value.lower().endswith(unit.lower()) or (unit.lower() in value.lower() and stated == wanted):
        return []
    return [Problem(str(file), 1, value, f"a column of {show(value)}", f"a column that states {unit}")]


def _row(
    file: Path,
    line: int,
    row: Mapping[str, str | None],
    date: str,
    value: str,
    key: Sequence[str],
    currency: str | None,
    problems: list[Problem],
) -> Observation | None:
    before = len(problems)

    def refuse(column: str, found: object, expected: str) -> None:
        problems.append(Problem(str(file), line, column, show(found), expected))

    if None in row or None in row.values():
        refuse("", "a row of another length than the header", "one cell for each column")
        return None
    day, number = datetime.date.min, math.nan
    try:
        day = datetime.date.fromisoformat(row[date] or "")
    except ValueError:
        refuse(date, row[date], "a date such as 2026-10-01")
    if row[value] == "":
        return None  # an empty cell is a gap, not a zero
    try:
        number = float(row[value] or "")
    except ValueError:
        refuse(value, row[value], "a number")
    else:
        if not (math.isfinite(number) and number > 0.0):
            refuse(value, row[value], "a number above 0")
    if currency is not None and (row[currency] or "").lower() != "usd":
        refuse(currency, row[currency], "USD in every row; convert at a stated rate and date first")
    if len(problems) > before:
        return None
    return Observation(day, tuple(row[name] or "" for name in key), number, line)


def _repeated(file: Path, date: str, found: list[Observation]) -> list[Problem]:
    first: dict[tuple[tuple[str, ...], datetime.date], Observation] = {}
    problems = []
    for row in found:
        seen = first.setdefault((row.key, row.date), row)
        if seen is not row:
            name = " ".join(row.key)
            what = f"{row.date} {name}".strip() + f", also in row {seen.line}"
            problems.append(Problem(str(file), row.line, date, what, "each date once for each key"))
    return problems
