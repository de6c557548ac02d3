"""The table of an exhibit on a sheet, at full precision: inside the memo's workbook or alone."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Protocol

from haircut.reports.excel_schedule import day
from haircut.reports.excel_sheet import GREY, Workbook
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.html_parts import Stamped


class Answered(Stamped, Protocol):
    """What a workbook of its own says of where its table comes from."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Case or study, at least."""

    @property
    def as_of(self) -> str:
        """ISO date."""

    @property
    def verdict(self) -> str:
        """The answer in a sentence."""


def exhibit_workbook(exhibit: Exhibit, run: Answered) -> bytes:
    """One exhibit as a workbook of one sheet: values, no formulas; the same bytes for the same answer.

    Args:
        exhibit: with a table.
        run: where it comes from.
    """
    stream = io.BytesIO()
    subject = run.manifest.get("case") or run.manifest.get("study")
    book = Workbook(stream, f"{subject} · {exhibit.name}", day(run.as_of))
    sheet = book.sheet(exhibit.name[:31], run.verdict, run.stamp(), [30, *[16] * 20])
    write_exhibit(sheet, 3, exhibit, run)
    sheet.finish()
    book.close()
    return stream.getvalue()


def write_exhibit(sheet: Any, line: int, exhibit: Exhibit, run: Stamped) -> int:
    """Write the table of an exhibit under its sentence, its notes and stamp below; nothing without a table.

    Returns:
        The line after it and an empty one.
    """
    if exhibit.table is None:
        return line
    sheet.text(line, 0, exhibit.title, bold=True)
    shown: list[tuple[str, Any, bool]] = []
    for column in exhibit.table.columns:
        shown.append((column.heading or exhibit.name.replace("_", " "), column, False))
        if column.error is not None:
            shown.append(("± one standard error", column, True))
    sheet.heads(line + 1, [head for head, _, _ in shown])
    line += 2
    for row, cells in zip(exhibit.table.frame.iter_rows(named=True), exhibit.table.rows(), strict=True):
        printed = dict(zip((column.key for column in exhibit.table.columns), cells, strict=True))
        for place, (_, column, is_error) in enumerate(shown):
            exhibit_cell(sheet, line, place, row, printed[column.key], column, is_error)
        line += 1
    for words in (*exhibit.notes, *(f"Not calculated: {reason}" for reason in exhibit.not_calculated)):
        sheet.text(line, 0, words, font_color=GREY)
        line += 1
    sheet.text(line, 0, run.stamp(exhibit.table.scenario, beside=exhibit.table.beside), font_color=GREY)
    return line + 2


def exhibit_cell(
    sheet: Any, line: int, place: int, row: dict[str, Any], cell: Any, column: Any, is_error: bool
) -> None:
    """One value of an exhibit, or its error, as a number with its format; what has no value says why."""
    unit = (row.get("unit") or "") if column.unit == "by_row" else column.unit
    value = row.get(column.error) if is_error else row[column.key]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and cell.numeric:
        sheet.value(line, place, value, unit, **({"font_color": GREY} if is_error else {}))
    elif is_error:
        sheet.text(line, place, cell.error, font_color=GREY, align="right")
    elif column.numeric and not cell.reason:
        sheet.text(line, place, cell.text, align="right")
    else:
        sheet.text(line, place, f"{cell.text}: {cell.reason}" if cell.reason else cell.text)
