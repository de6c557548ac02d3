"""Since when each input could be known: nothing that was published after the as-of date counts as known."""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from haircut.case.case import Case
from haircut.case.register import Row, rows
from haircut.errors import InputRefused, Problem

LEDGER: Final = "known_from.yaml"


class Known(NamedTuple):
    """One line of the ledger.

    Attributes:
        path: of inputs, ``*`` stands for anything and brackets for themselves.
        known_from: the first day on which the value was public.
        how: by what.
    """

    path: str
    known_from: datetime.date
    how: str

    def covers(self, path: str) -> bool:
        """Whether an input's path is meant."""
        return fnmatch.fnmatchcase(_plain(path), _plain(self.path))


class Later(NamedTuple):
    """A value that was published after the as-of date: in the book it is an assumption with a range that holds it.

    Attributes:
        path: of the input.
        value: as published.
        value_date: the day that it is about.
        known_from: the day of its publication.
        source: address.
    """

    path: str
    value: float
    value_date: datetime.date
    known_from: datetime.date
    source: str


class Ledger(NamedTuple):
    """What was known and what came later."""

    known: tuple[Known, ...]
    later: tuple[Later, ...]


def read_ledger(folder: Path) -> Ledger:
    """`known_from.yaml` of a case folder.

    Raises:
        InputRefused: where it is missing or not of this form.
    """
    file = folder / LEDGER
    try:
        data: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        return Ledger(
            tuple(Known(**row) for row in data["known"]), tuple(Later(**row) for row in data["later"])
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputRefused(f"{file}: found {error!r}; expected lists known and later") from None


def hindsight(case: Case, ledger: Ledger) -> list[Problem]:
    """Every input that uses what nobody knew on the as-of date; empty where a backtest may begin.

    A used input that is observed or estimated needs a line of the ledger, known on the as-of date at the latest;
    its own date cannot be later. A value that was published later must stand in the book as assumed, with a range
    that holds it.
    """
    return [*_known_too_late(case, ledger.known), *_published_later(case, ledger.later)]


def require_foresight(case: Case, ledger: Ledger) -> None:
    """Refuse a case with hindsight.

    Raises:
        InputRefused: with every input that uses what was not known.
    """
    problems = hindsight(case, ledger)
    if problems:
        raise InputRefused(problems)


def _known_too_late(case: Case, known: Sequence[Known]) -> Iterator[Problem]:
    as_of = case.market.as_of
    for row in rows(case):
        if not row.used or row.mark == "assumed":
            continue
        lines = [line for line in known if line.covers(row.path)]
        if not lines:
            yield Problem(
                LEDGER, 0, row.path, f"a value that is {row.mark}", "a line that says since when it was known"
            )
        for line in lines:
            if line.known_from > as_of:
                yield Problem(
                    LEDGER, 0, row.path, f"known_from {line.known_from}", f"a day not after {as_of}"
                )
        if row.date is not None and row.date > as_of:
            yield Problem("", 0, row.path, f"the date {row.date}", f"a day not after {as_of}")


def _published_later(case: Case, later: Sequence[Later]) -> Iterator[Problem]:
    as_of = case.market.as_of
    found: dict[str, Row] = {row.path: row for row in rows(case)}
    for fact in later:
        if fact.known_from <= as_of:
            continue
        row = found.get(fact.path)
        if row is None:
            yield Problem(LEDGER, 0, fact.path, "no such input", "the path of an input of the book")
        elif row.mark != "assumed" or row.range is None:
            yield Problem(
                LEDGER, 0, fact.path, f"a value that is {row.mark}", "assumed, with a range: it came later"
            )
        elif not row.range[0] <= fact.value <= row.range[1]:
            yield Problem(
                LEDGER,
                0,
                fact.path,
                f"the range {row.range}",
                f"one that holds {fact.value:g}, published later",
            )


def _plain(path: str) -> str:
    """Brackets as other signs, so that a pattern does not read them as a class."""
    return path.replace("[", "<").replace("]", ">")
