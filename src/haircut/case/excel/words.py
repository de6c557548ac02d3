"""The words of a workbook that no field reads: titles, help, the first sheet."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from haircut.case.book import Book
from haircut.case.case import Case
from haircut.case.excel.lines import CASE_SHEET, MARKET_FIELD, MARKET_HELP, Line, lines, sheets
from haircut.case.provenance import Entity, Frozen

_NUMBER: Final = re.compile(r"(?<=\.)\d+(?=\.|$)")

_README: Final = (
    "A case of haircut as a workbook",
    "Fill in the blue column 'value' of the sheets after this one; leave blank what does not apply or is not known.",
    "case: what is asked and how it is run. issuers to claims: the book, a block of rows for each entity.",
    "Another entity: copy a block below the last one and give it an id. Another item of a list: number it on from 0.",
    "Columns mark, source, date, low, high, note say where a number comes from: observed, estimated or assumed. "
    "Without a mark it counts as assumed.",
    "Shares are decimals (0.25 is 25 %), amounts are in the unit beside them; lists have commas between items.",
    "Nothing in a workbook is computed or followed: formulas in fields, macros and links to other files are refused. "
    "Formulas may stand on sheets of your own, which are not read.",
    "haircut check FILE.xlsx says what is wrong, by sheet and cell, and lists every cell that is not read. "
    "haircut reprice FILE.xlsx prices it. The file is never written to.",
)


def readme_lines() -> tuple[str, ...]:
    """The lines of the first sheet."""
    return _README


@cache
def sheet_title(name: str) -> str:
    """The line above a sheet's headings."""
    model = sheets().get(name)
    if model is None:
        return name
    if name == CASE_SHEET:
        return "case: what is asked, in which market, and how it is run"
    words = " ".join((model.__doc__ or "").split("\n\n")[0].split())
    many = "one block of rows for each, beginning with id. " if issubclass(model, Entity) else ""
    need = "" if Book.model_fields[name].is_required() else "May stay empty. "
    return f"{name}: {many}{need}{words}"


def market_line() -> Line:
    """The row of the market's name."""
    return Line((MARKET_FIELD,), None, str, (), False, "text; required", MARKET_HELP)


@cache
def _known(model: type[Frozen]) -> dict[str, Line]:
    found = {line.field: line for line in lines(model, None)}
    return {**found, MARKET_FIELD: market_line()} if model is Case else found


def help_of(model: type[Frozen], field: str) -> dict[str, str]:
    """What stands in the columns `expects` and `what it is` of a field; nothing where the field is not known."""
    line = _known(model).get(_NUMBER.sub("0", field))
    return {} if line is None else {"expects": line.expects, "what it is": line.help}
