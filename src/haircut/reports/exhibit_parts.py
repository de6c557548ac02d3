"""What an exhibit is: a sentence, a table, a chart, notes. Faces render it; none redefines it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column of a table.

    Attributes:
        key: the frame's column.
        header: what the reader sees above it, without the unit.
        unit: a unit of `numbers_in_print`, "date", "text", or "by_row" (the frame's column `unit` says it).
        error: the frame's column of the standard error, printed after +-.
        reason: the frame's column that says why a value is missing.
        target: the frame's column that says where the number comes from ("measure:..." or "input:...").
    """

    key: str
    header: str
    unit: str = "text"
    error: str | None = None
    reason: str | None = None
    target: str | None = None

    @property
    def numeric(self) -> bool:
        return self.unit not in ("text", "date")

    @property
    def heading(self) -> str:
        """The header with its unit."""
        suffix = "" if self.unit == "x" else print_.HEADER_UNITS.get(self.unit, "")
        return f"{self.header}, {suffix}" if suffix and self.header else self.header


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: text, its error, why it is empty, and where its number comes from."""

    text: str
    error: str = ""
    reason: str = ""
    target: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A frame of raw values and how its columns are printed.

    Attributes:
        frame: raw values at full precision.
        columns: what is printed, in order.
        scenario: what the numbers are about, for the stamp.
        paths: n of the simulation, for a probability of which no path was a case.
        beside: whether scenarios beside the run are in it, which may have fewer paths.
    """

    frame: pl.DataFrame
    columns: tuple[Column, ...]
    scenario: str = "haircut"
    paths: int = 0
    beside: bool = False

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The printed cells, row by row: every face prints these and no others."""
        for row in self.frame.iter_rows(named=True):
            yield tuple(self._cell(row, column) for column in self.columns)

    def _cell(self, row: dict[str, Any], column: Column) -> Cell:
        value = row[column.key]
        unit = row["unit"] if column.unit == "by_row" else column.unit
        target = (row.get(column.target) or "") if column.target else ""
        numeric = column.numeric and not isinstance(value, str)
        if value is None or (isinstance(value, float) and value != value):
            code = row.get(column.reason) if column.reason else None
            if code == "":  # nothing belongs here, which needs no reason
                return Cell("")
            why = print_.reason(code) if code else ""
            text = print_.NOT_AVAILABLE if column.unit != "text" or why else ""
            return Cell(text, reason=why, target=target, numeric=column.numeric)
        if isinstance(value, str):
            text = print_.date(value) if column.unit in ("date", "by_row") else value
            return Cell(text, target=target, numeric=numeric)
        if unit == "date":
            return Cell(print_.date(value), target=target)
        spread = row.get(column.error) if column.error else None
        paths = row.get(f"{column.key}_paths") or row.get("row_paths") or self.paths
        probability = not target or target.startswith("measure:pd_")
        unseen = value == 0 and unit == "share" and spread is None and row.get(f"{column.key}_exact") is False
        if unseen and probability:
            return Cell(print_.probability_without_events(paths), target=target, numeric=True)
        text = print_.number(value, unit)
        if spread is None and column.error and row.get(f"{column.key}_exact") is False:
            return Cell(text, print_.NOT_AVAILABLE, "", target, True)  # simulated, on too few paths
        return Cell(text, print_.error(spread, unit) if spread is not None else "", "", target, True)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One table and at most one chart under one sentence.

    Attributes:
        name: its key in the registry.
        title: a sentence a credit memo could open with.
        table: the numbers, or None.
        chart: Vega-Lite for 720 px, or None.
        chart_narrow: the same chart for 342 px: fewer ticks, not smaller text.
        notes: what a reader must know to read it.
        not_calculated: sentences `not calculated, because ...`.
    """

    name: str
    title: str
    table: Table | None = None
    chart: Spec | None = None
    chart_narrow: Spec | None = None
    notes: tuple[str, ...] = ()
    not_calculated: tuple[str, ...] = ()

    @property
    def absent(self) -> bool:
        """Whether the case has no such thing at all: a memo then leaves the exhibit out."""
        return self.table is None and self.chart is None

    def _repr_html_(self) -> str:
        from haircut.reports.html_parts import in_notebook

        return in_notebook(self)
