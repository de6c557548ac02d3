"""One sheet of the memo's workbook: inputs in blue, formulas in black, text that stays text."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

from haircut.case.excel.template import Exact

FORMATS: Final = {
    "bp": '#,##0.0_);(#,##0.0)', "share": '0.0%', "x": '0.00"x"', "usd": '#,##0_);(#,##0)', "rent": '0.00',
    "years": '0.0', "months": '0', "count": '#,##0', "date": 'dd-mmm-yyyy', "rate": '0.0000%', "fraction": '0.000000',
}  # fmt: skip
BLUE: Final = "#0000ff"
BLACK: Final = "#000000"
GREY: Final = "#595959"
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")


class Workbook:
    """A workbook that is written at once: no macros, no links, no clock."""

    def __init__(self, stream: Any, title: str, day: datetime.date) -> None:
        import xlsxwriter

        options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        self.book = xlsxwriter.Workbook(stream, options)
        created = datetime.datetime(day.year, day.month, day.day)
        self.book.set_properties({"title": title, "author": "haircut", "created": created})
        self.styles: dict[tuple[Any, ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format({"font_name": "Arial", "font_size": 10} | properties)
        return self.styles[key]

    def sheet(self, name: str, title: str, stamp: str, widths: Sequence[float]) -> Sheet:
        """A new sheet with its title and stamp in the first two rows."""
        return Sheet(self, name, title, stamp, widths)

    def name(self, name: str, place: str) -> None:
        """A named range."""
        self.book.define_name(name, f"={place}")

    def close(self) -> None:
        self.book.close()


class Sheet:
    """One sheet; rows count from 0 and `end` remembers the last cell, for the print area."""

    def __init__(self, book: Workbook, name: str, title: str, stamp: str, widths: Sequence[float]) -> None:
        self.book, self.name, self.end = book, name, [0, 0]
        self.sheet = book.book.add_worksheet(name)
        self.widths = list(widths)
        self.sheet.hide_gridlines(2)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.text(0, 0, title, bold=True, font_size=12)
        self.text(1, 0, stamp, font_color=GREY)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&L&8haircut&R&8&A, page &P of &N")

    def at(self, row: int, column: int) -> str:
        """The absolute place of a cell, with its sheet."""
        return f"'{self.name}'!{absolute(row, column)}"

    def _reach(self, row: int, column: int) -> None:
        self.end = [max(self.end[0], row), max(self.end[1], column)]

    def text(self, row: int, column: int, text: str, **style: Any) -> None:
        """Words; what a spreadsheet would take for a formula is marked as text."""
        quoted = {"quote_prefix": True} if text.startswith(_ACTIVE) else {}
        self.sheet.write_string(row, column, text[:32_000], self.book.style(**style, **quoted))
        self._reach(row, column)

    def note(self, row: int, text: str, last: int, **style: Any) -> None:
        """Words over several columns, as high as they need."""
        width = sum(self.widths[: last + 1])
        lines = -(-len(text) * style.get("font_size", 10) // int(10 * width))
        made = self.book.style(**{"font_color": GREY, "text_wrap": True, "valign": "top", **style})
        self.sheet.merge_range(row, 0, row, last, "", made)
        self.sheet.write_string(row, 0, text[:32_000], made)
        self.sheet.set_row(row, 13.5 * lines * style.get("font_size", 10) / 10)
        self._reach(row, last)

    def heads(self, row: int, heads: Sequence[str], right: int | None = None) -> None:
        """A row of headings, those from column `right` on above numbers."""
        for column, head in enumerate(heads):
            side = {"align": "right"} if right is not None and column >= right else {}
            self.text(row, column, head, bold=True, bottom=1, text_wrap=True, valign="bottom", **side)

    def value(
        self, row: int, column: int, value: Any, unit: str = "", *, colour: str = BLACK, **style: Any
    ) -> None:
        """A value that no formula gives: an input in blue, or a number of the run in black or grey."""
        style = {"font_color": colour, **({"num_format": FORMATS[unit]} if unit in FORMATS else {}), **style}
        self._reach(row, column)
        if value is None or (isinstance(value, float) and value != value):
            self.sheet.write_blank(row, column, None, self.book.style(**style))
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, column, value, self.book.style(**style))
        elif isinstance(value, (int, float)):
            self.sheet.write_number(row, column, Exact(value), self.book.style(**style))
        elif isinstance(value, datetime.date):
            self.sheet.write_datetime(row, column, value, self.book.style(**style))
        else:
            self.text(row, column, str(value), **style)

    def formula(self, row: int, column: int, formula: str, value: Any, unit: str = "", **style: Any) -> None:
        """A formula in black and the value that it gives.

        Args:
            row, column: where.
            formula: without numbers: every number has a cell.
            value: stored beside it, for readers that do not calculate.
            unit: how it is shown.
        """
        shown = {"num_format": FORMATS[unit]} if unit in FORMATS else {}
        if isinstance(value, datetime.date):
            value = (value - datetime.date(1899, 12, 30)).days
        cell = self.book.style(font_color=BLACK, **shown, **style)
        self.sheet.write_formula(row, column, f"={formula}", cell, value)
        self._reach(row, column)

    def finish(
        self, freeze: tuple[int, int] | None = None, repeat: int | None = None, *, one_page: bool = False
    ) -> None:
        """Set the print area, the frozen panes and the repeated row of headings."""
        if one_page:
            self.sheet.fit_to_pages(1, 1)
        self.sheet.print_area(0, 0, *self.end)
        if freeze is not None:
            self.sheet.freeze_panes(*freeze)
        if repeat is not None:
            self.sheet.repeat_rows(repeat)


def letters(column: int) -> str:
    """The letters of a column that counts from 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text, column = "", column + 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def absolute(row: int, column: int) -> str:
    """The absolute place of a cell.

    >>> absolute(0, 27)
    '$AB$1'
    """
    return f"${letters(column)}${row + 1}"
