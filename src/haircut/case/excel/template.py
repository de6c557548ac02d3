"""A case, or none, to a workbook to fill in: fields, units, help, lists of choices, columns for sources."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from haircut.case.case import Case
from haircut.case.excel.cells import cell_value
from haircut.case.excel.lines import (
    CASE_SHEET,
    HEADS,
    README_SHEET,
    SOURCE_HEADS,
    VALUE_HEADS,
    Line,
    is_list_sheet,
    lines,
    sheets,
)
from haircut.case.excel.words import market_line, readme_lines, sheet_title
from haircut.case.fields import bare
from haircut.case.identity import content_hash
from haircut.case.locate import example_folders
from haircut.case.provenance import Frozen
from haircut.case.register import MARKS
from haircut.errors import CannotCompute, UsageError

_WIDTHS: Final = {"field": 34, "value": 30, "unit": 17, "expects": 40, "mark": 11, "source": 40, "date": 12,
                  "low": 12, "high": 12, "note": 40, "what it is": 70}  # fmt: skip
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")
_LAST_ROW: Final = 1_048_575


class Exact(float):
    """A number that is written with every digit; the writer's own 16 lose the last bit of some."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def template(case: Case | None, output: Path) -> Path:
    """Writes a workbook of a case's fields, or of blank ones, and returns where it is.

    What is written is read back: a case that would not be the same is refused rather than written.

    Args:
        case: as loaded, without overlays; None for a blank workbook.
        output: a new .xlsx file; an existing one is never replaced.

    Raises:
        UsageError: where `output` exists or is no .xlsx, or the case has overlays.
        CannotCompute: where a cell cannot hold what the case says.
    """
    if output.suffix.lower() != ".xlsx":
        raise UsageError(f"--output {output}: a workbook's name ends in .xlsx")
    if output.exists():
        raise UsageError(f"--output {output}: this file exists and is not replaced; choose another name")
    if case is not None and case.overlays:
        raise UsageError(f"a workbook holds a case without overlays; found {', '.join(case.overlays)}")
    output.parent.mkdir(parents=True, exist_ok=True)
    draft = output.with_name(f".{output.stem}.part.xlsx")
    try:
        _Writer(draft, case).write()
        if case is not None:
            _refuse_loss(case, draft)
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
    return output


def _refuse_loss(case: Case, draft: Path) -> None:
    from haircut.case.excel.reader import load_workbook

    if content_hash(load_workbook(draft)) != content_hash(case):
        raise CannotCompute(
            f"case {case.name}: a cell cannot hold one of its texts (an empty text, a comma inside an item of a list, "
            "more than 32,767 characters); keep it as a folder of YAML files"
        )


def market_name(case: Case | None) -> str:
    """How a workbook names a market: by its folder's name where that is found by name, else by path."""
    homes = [folder / "markets" for folder in example_folders()]
    if case is None:
        names = sorted(place.parent.name for home in homes for place in home.glob("*/market.yaml"))
        return names[-1] if names else ""
    place = case.origin.market
    if place is None:
        return ""
    known = any((home / place.name).resolve() == place for home in homes)
    return place.name if known else str(place)


class _Writer:
    """Writes one workbook."""

    def __init__(self, file: Path, case: Case | None) -> None:
        import xlsxwriter

        self.case = case
        self.book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
        day = datetime.date(2026, 1, 1) if case is None else case.market.as_of
        self.book.set_properties(
            {"title": "haircut: blank case" if case is None else f"haircut: {case.name}", "author": "haircut",
             "created": datetime.datetime(day.year, day.month, day.day)}
        )  # fmt: skip
        self.formats: dict[tuple[Any, ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
            self.formats[key] = self.book.add_format(base | properties)
        return self.formats[key]

    def write(self) -> None:
        first = self.book.add_worksheet(README_SHEET)
        first.hide_gridlines(2)
        first.set_column(0, 0, 110)
        for row, line in enumerate(readme_lines()):
            first.write_string(row, 0, line, self.style(text_wrap=True, bold=row == 0))
        for name, model in sheets().items():
            self.sheet(name, model)
        self.book.close()

    def sheet(self, name: str, model: type[Frozen]) -> None:
        sheet = self.book.add_worksheet(name)
        heads = HEADS if name != CASE_SHEET else VALUE_HEADS
        sheet.write_string(0, 0, sheet_title(name), self.style(bold=True))
        for column, head in enumerate(heads):
            sheet.write_string(2, column, head, self.style(bold=True, bottom=1))
            sheet.set_column(column, column, _WIDTHS[head])
        sheet.freeze_panes(3, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&L&8haircut&R&8&A, page &P of &N")
        row = 3
        for entity in self.entities(name):
            row = self.block(sheet, row, heads, model, entity)
            row += 1
        if SOURCE_HEADS[0] in heads:
            column = heads.index("mark")
            sheet.data_validation(3, column, min(row + 200, _LAST_ROW), column, _choice(MARKS))
        sheet.print_area(0, 0, row, len(heads) - 1)

    def entities(self, name: str) -> tuple[Any, ...]:
        if name == CASE_SHEET:
            return (self.case,)
        held = None if self.case is None else getattr(self.case.book, name)
        return (held or (None,)) if is_list_sheet(name) else (held,)

    def block(self, sheet: Any, row: int, heads: tuple[str, ...], model: type[Frozen], entity: Any) -> int:
        sources = dict(getattr(entity, "sources", {}) or {})
        for line in self.lines(model, entity):
            self.line(sheet, row, heads, line, sources.pop(line.field, None), top=line.path == ("id",))
            row += 1
        for field, source in sources.items():  # of a list as a whole, or of one of its items
            line = Line((field,), None, str, (), True, "", "")
            self.line(sheet, row, heads, line, source)
            row += 1
        return row

    def lines(self, model: type[Frozen], entity: Any) -> Iterator[Line]:
        for line in lines(model, entity):
            yield line
            if model is Case and line.path == ("claim",):
                yield market_line()._replace(value=market_name(self.case))

    def line(
        self, sheet: Any, row: int, heads: tuple[str, ...], line: Line, source: Any, *, top: bool = False
    ) -> None:
        rule: dict[str, Any] = {"top": 1} if top else {}
        depth = sum(isinstance(part, str) for part in line.path) - 1
        label = self.style(bold=line.group or top, indent=min(depth, 4), **rule)
        sheet.write_string(row, heads.index("field"), line.field, label)
        self.value(sheet, row, heads.index("value"), line, rule)
        for head, text in (("unit", line.unit), ("expects", line.expects), ("what it is", line.help)):
            sheet.write_string(row, heads.index(head), text, self.style(font_color="#595959", **rule))
        if source is not None:
            low, high = source.range or (None, None)
            told = {"mark": source.mark, "source": source.source, "date": source.date, "low": low, "high": high,
                    "note": source.note}  # fmt: skip
            for head, value in told.items():
                self.put(sheet, row, heads.index(head), value, {})

    def value(self, sheet: Any, row: int, column: int, line: Line, rule: dict[str, Any]) -> None:
        if line.group:
            sheet.write_blank(row, column, None, self.style(bg_color="#f2f2f2", **rule))
            return
        needed = line.value is None and "required" in line.expects and self.case is None
        fill = {"bg_color": "#fff7e0"} if needed else {}
        self.put(sheet, row, column, cell_value(line.value), {**rule, **fill}, line)
        rules = _validation(line)
        if rules is not None:
            title = line.field.rpartition(".")[2][:32]
            words = f"{line.expects}. {line.help}".strip(". ")[:250]
            sheet.data_validation(
                row, column, row, column, {**rules, "input_title": title, "input_message": words}
            )

    def put(
        self, sheet: Any, row: int, column: int, value: Any, rule: dict[str, Any], line: Line | None = None
    ) -> None:
        """One input, in blue; a text that a spreadsheet would take for a formula is marked as text."""
        ink = {"font_color": "#0000ff", **rule}
        if value is None:
            dated = line is not None and bare(line.annotation) is datetime.date
            sheet.write_blank(
                row, column, None, self.style(**ink, **({"num_format": "yyyy-mm-dd"} if dated else {}))
            )
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, self.style(**ink, align="left"))
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, self.style(**ink, num_format="yyyy-mm-dd", align="left"))
        elif isinstance(value, (int, float)):
            shown = {"num_format": "#,##0"} if abs(value) >= 10_000 and float(value).is_integer() else {}
            sheet.write_number(row, column, Exact(value), self.style(**ink, **shown, align="left"))
        else:
            quoted = {"quote_prefix": True} if value.startswith(_ACTIVE) else {}
            sheet.write_string(row, column, value, self.style(**ink, **quoted))


# --- what a cell accepts


def _choice(options: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": [str(option) for option in options],
        "error_title": "not one of the choices",
        "error_message": "Choose from the list, or leave it blank.",
    }


def _validation(line: Line) -> dict[str, Any] | None:
    """The check that a spreadsheet makes while a user types; the models check again."""
    inner = bare(line.annotation)
    if get_origin(inner) is Literal:
        return _choice(get_args(inner))
    if inner is bool:
        return _choice(("TRUE", "FALSE"))
    told = {"error_title": "does not fit", "error_message": f"Expected {line.expects}"[:250]}
    if inner is datetime.date:
        first = datetime.date(1900, 3, 1)
        return {"validate": "date", "criteria": ">=", "value": first, **told}
    if inner is int or inner is float:
        low, high = _bounds(line.annotation, line.metadata)
        kind = "integer" if inner is int else "decimal"
        if inner is int and high is not None and high > 2**53:
            return {"validate": "any"}
        far = 1e15 if inner is int else 1e300
        low, high = (-far if low is None else low), (far if high is None else high)
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high, **told}
    return {"validate": "any"}


def _bounds(annotation: Any, metadata: tuple[Any, ...]) -> tuple[float | None, float | None]:
    """The least and the largest value that a number's constraints allow."""
    found: dict[str, float] = {}
    waiting, items = [annotation], list(metadata)
    while waiting:
        part = waiting.pop()
        if get_origin(part) is Annotated:
            for item in get_args(part)[1:]:
                items += item.metadata if isinstance(item, FieldInfo) else [item]
        waiting += [
            argument for argument in get_args(part) if argument is not None and not isinstance(argument, str)
        ]
    for item in items:
        for name in ("gt", "ge", "lt", "le"):
            if hasattr(item, name):
                found[name] = getattr(item, name)
    return found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
