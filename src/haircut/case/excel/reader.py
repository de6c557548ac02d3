"""A workbook to a case: every problem at once, each with sheet and cell; every cell that is not read is listed."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from haircut.case.book import Book
from haircut.case.build import build
from haircut.case.case import Case, Ignored, Origin
from haircut.case.excel.cells import field_value, is_blank
from haircut.case.excel.lines import (
    CASE_SHEET,
    HEADS,
    MARKET_FIELD,
    README_SHEET,
    SOURCE_HEADS,
    is_list_sheet,
    resolve,
    sheets,
    unit_of_annotation,
)
from haircut.case.excel.safe_file import Sheet, address, read_sheets
from haircut.case.excel.words import help_of, readme_lines, sheet_title
from haircut.case.findings import Path as Keys
from haircut.case.findings import dotted, one_of, show
from haircut.case.load import Files
from haircut.case.locate import example_folders, shown
from haircut.case.provenance import Frozen
from haircut.case.yaml_reader import UNREAD
from haircut.errors import Problem

_KINDS: Final[dict[str, Any]] = {"date": datetime.date, "low": float, "high": float}
_ENDS: Final = ("low", "high")
_SWITCHES: Final = {"TRUE()": True, "FALSE()": False}
"""A switch as LibreOffice writes it back: a constant, though it looks like a formula."""


def load_workbook(path: str | os.PathLike[str]) -> Case:
    """Reads a case from an .xlsx workbook, which is opened for reading only.

    Args:
        path: the workbook; its market is found by name (`markets/` beside it, or the examples) or by path.

    Raises:
        InputRefused: with everything that is wrong, each with sheet, cell and field.
    """
    file = Path(path)
    reader = _Reader(file, shown(file))
    data, market = reader.case()
    case = build(data, reader.files.places, reader.files.problems, units=True)
    return case.from_origin(Origin(file.resolve().parent, market, tuple(reader.ignored)))


@dataclass(slots=True)
class _Entity:
    """What is read of one entity: values by path, sources by field."""

    prefix: Keys
    values: dict[Keys, Any] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not self.values and not self.sources


@dataclass(slots=True)
class _Reader:
    file: Path
    name: str
    files: Files = field(default_factory=Files)
    ignored: list[Ignored] = field(default_factory=list)
    sheet: Sheet = field(default_factory=lambda: Sheet("", []))
    columns: dict[str, int] = field(default_factory=dict)

    # --- places and problems

    def at(self, cell: str) -> str:
        return f"{self.name} {self.sheet.name}!{cell}"

    def refuse(self, cell: str, path: str, found: str, expected: str) -> None:
        self.files.problems.append(Problem(self.at(cell), 0, path, found, expected))

    def place(self, path: Keys, cell: str) -> None:
        """Remembers the cell of a path, and of every part around it that has none yet."""
        lines = self.files.places.lines
        lines[path] = (self.at(cell), 0)
        for length in range(len(path)):
            lines.setdefault(path[:length], (self.at(cell), 0))

    def skip(self, row: int, column: int, value: Any) -> None:
        if not is_blank(value):
            self.ignored.append(Ignored(self.sheet.name, address(row, column), str(value)))

    # --- the whole

    def case(self) -> tuple[dict[str, Any], Path | None]:
        found = {sheet.name: sheet for sheet in read_sheets(self.file, self.name)}
        self.files.places.lines[()] = (self.name, 0)
        data: dict[str, Any] = {}
        book: dict[str, Any] = {}
        for name, sheet in found.items():
            self.sheet = sheet
            if name in sheets():
                self.read(name, data if name == CASE_SHEET else book)
            else:
                self.skip_sheet(readme_lines() if name == README_SHEET else ())
        for name in sheets():
            required = name == CASE_SHEET or Book.model_fields[name].is_required()
            if required and name not in found:
                expected = one_of(
                    f"the sheet {name!r}", name, (other for other in found if other not in sheets())
                )
                self.files.problems.append(Problem(self.name, 0, "", "no such sheet", expected))
                if name != CASE_SHEET:
                    book[name] = UNREAD
        data["book"] = book
        market = self.market(data.pop(MARKET_FIELD, None))
        data[MARKET_FIELD] = UNREAD if market is None else self.files.market(market.parent, market.name)
        return data, market

    def skip_sheet(self, known: tuple[str, ...]) -> None:
        for row, cells in enumerate(self.sheet.rows):
            for column, value in enumerate(cells):
                if value not in known:
                    self.skip(row, column, value)

    def read(self, name: str, into: dict[str, Any]) -> None:
        """Reads one sheet's fields into `into`."""
        model, listed = sheets()[name], is_list_sheet(name)
        prefix: Keys = () if name == CASE_SHEET else ("book", name)
        self.files.places.lines[prefix] = (self.at("A1"), 0)
        header = self.header()
        if header is None:
            self.refuse(
                "A1",
                dotted(prefix),
                "no row of headings",
                f"a row that begins with field, value: {', '.join(HEADS)}",
            )
            into[name] = UNREAD
            return
        entities: list[_Entity] = [] if listed else [_Entity(prefix)]
        for row in range(header + 1, len(self.sheet.rows)):
            written = self.cell(row, "field")
            if is_blank(written):
                self.skip_row(row)
                continue
            text = str(written).strip()
            if listed and text == "id" and (not entities or not entities[-1].empty):
                entities.append(_Entity((*prefix, len(entities))))
            elif listed and text == "id":
                entities[-1] = _Entity(entities[-1].prefix)
            if listed and text == "id":
                self.files.places.lines[entities[-1].prefix] = (
                    self.at(address(row, self.columns["value"])),
                    0,
                )
            if not entities:
                self.refuse(
                    address(row, self.columns["field"]),
                    dotted(prefix),
                    f"the field {show(text)}",
                    "id, with which each entity begins",
                )
                entities.append(_Entity((*prefix, 0)))
            self.line(row, text, model, entities[-1])
        made = [self.finished(entity) for entity in entities if not (listed and entity.empty)]
        if listed:
            into[name] = tuple(made)
        elif name == CASE_SHEET:
            into.update(made[0])
        elif made[0]:
            into[name] = made[0]

    def header(self) -> int | None:
        """The row of headings; cells above it other than the sheet's title are ignored."""
        for row, cells in enumerate(self.sheet.rows):
            heads = [str(value).strip().lower() for value in cells]
            if heads[:1] == ["field"] and "value" in heads:
                known = {head: column for column, head in reversed(list(enumerate(heads))) if head in HEADS}
                self.columns = known
                for column, head in enumerate(heads):
                    if known.get(head) != column:
                        self.skip(row, column, cells[column])
                for above in range(row):
                    for column, value in enumerate(self.sheet.rows[above]):
                        if value != sheet_title(self.sheet.name):
                            self.skip(above, column, value)
                return row
        return None

    def cell(self, row: int, head: str) -> Any:
        column = self.columns.get(head)
        cells = self.sheet.rows[row]
        return None if column is None or column >= len(cells) else cells[column]

    def skip_row(self, row: int, heads: tuple[str, ...] = ()) -> None:
        """Lists what a row holds outside the columns named."""
        kept = {self.columns[head] for head in heads if head in self.columns}
        for column, value in enumerate(self.sheet.rows[row]):
            if column not in kept:
                self.skip(row, column, value)

    # --- one row

    def line(self, row: int, text: str, model: type[Frozen], entity: _Entity) -> None:
        has_sources = self.sheet.name != CASE_SHEET
        self.skip_row(
            row, HEADS if has_sources else tuple(head for head in HEADS if head not in SOURCE_HEADS)
        )
        cell = address(row, self.columns["value"])
        if text in entity.seen:
            self.refuse(
                address(row, self.columns["field"]),
                dotted(entity.prefix),
                f"the field {show(text)} again (first in {entity.seen[text]})",
                "each field once; an entity begins with its id",
            )
            return
        entity.seen[text] = address(row, self.columns["field"])
        value = self.value(row, "value", dotted(entity.prefix))
        if self.sheet.name == CASE_SHEET and text == MARKET_FIELD:
            self.place((MARKET_FIELD,), cell)
            if not is_blank(value):
                entity.values[(MARKET_FIELD,)] = value
            return
        place = resolve(model, text)
        self.words(
            row, text, model, "" if place.problem else unit_of_annotation(place.path, place.annotation)
        )
        if has_sources:
            self.source(row, text, entity)
        if place.problem:
            if not is_blank(value):
                self.refuse(
                    address(row, self.columns["field"]),
                    dotted(entity.prefix),
                    f"the unknown field {show(text)}",
                    place.problem,
                )
            return
        path = entity.prefix + place.path
        self.place(path, cell)
        if is_blank(value):
            return
        if place.group:
            self.refuse(cell, dotted(path), show(value), "nothing: this row heads the fields below it")
        else:
            entity.values[place.path] = value if value is UNREAD else field_value(value, place.annotation)

    def value(self, row: int, head: str, path: str) -> Any:
        """The stored value of a cell; a formula is refused, since nothing in a workbook is computed."""
        column = self.columns.get(head)
        if column is None:
            return None
        formula = self.sheet.formulas.get(address(row, column))
        if formula is None:
            return self.cell(row, head)
        if formula.upper() in _SWITCHES:
            return _SWITCHES[formula.upper()]
        text = str(self.cell(row, "field"))
        self.refuse(
            address(row, column),
            f"{path}.{text}" if path else text,
            f"the formula ={formula[:60]}",
            "a value: copy the cell and paste its value; formulas may stand on a sheet of your own",
        )
        return UNREAD

    def words(self, row: int, text: str, model: type[Frozen], unit: str) -> None:
        """Holds a changed unit against the field's own; other changed words are listed as ignored."""
        written = self.cell(row, "unit")
        if not is_blank(written) and str(written).strip() != unit:
            expected = f"{unit!r}, in which the value is read" if unit else "no unit"
            self.refuse(address(row, self.columns["unit"]), text, show(str(written)), expected)
        for head, known in help_of(model, text).items():
            if head in self.columns and self.cell(row, head) != known:
                self.skip(row, self.columns[head], self.cell(row, head))

    def source(self, row: int, text: str, entity: _Entity) -> None:
        """The source columns of a row as the entry of the field in `sources`."""
        where = (*entity.prefix, "sources", text)
        found: dict[str, Any] = {}
        for head in SOURCE_HEADS:
            value = self.value(row, head, dotted(entity.prefix))
            if not is_blank(value):
                kind = _KINDS.get(head, str)
                found[head] = value if value is UNREAD else field_value(value, kind)
            if head in self.columns:
                self.files.places.lines[(*where, head)] = (self.at(address(row, self.columns[head])), 0)
        if not found:
            return
        ends = [found.pop(head, None) for head in _ENDS]
        if ends != [None, None]:
            found["range"] = tuple(ends)
            self.place((*where, "range"), address(row, self.columns.get("low", 0)))
        self.place(where, address(row, self.columns.get("mark", self.columns["field"])))
        entity.sources[text] = found

    # --- together

    def finished(self, entity: _Entity) -> dict[str, Any]:
        """The entity as plain data; items of lists must be numbered from 0 without a gap."""
        tree: dict[Any, Any] = {}
        for path, value in entity.values.items():
            here = tree
            for part in path[:-1]:
                here = here.setdefault(part, {})
            here[path[-1]] = value
        data: dict[str, Any] = self.listed(tree, entity.prefix)
        if entity.sources:
            data["sources"] = entity.sources
        return data

    def listed(self, tree: Any, path: Keys) -> Any:
        if not isinstance(tree, dict):
            return tree
        made = {key: self.listed(value, (*path, key)) for key, value in tree.items()}
        if not made or not all(isinstance(key, int) for key in made):
            return made
        order = sorted(made)
        if order != list(range(len(order))):
            absent = next(number for number in range(len(order)) if number not in made)
            file, _ = self.files.places.lines.get((*path, order[-1]), (self.name, 0))
            self.files.problems.append(
                Problem(
                    file,
                    0,
                    dotted((*path, order[-1])),
                    f"no item {absent} before it",
                    "items numbered from 0",
                )
            )
        return tuple(made[key] for key in order)

    def market(self, written: Any) -> Path | None:
        """The folder of the market that the sheet names."""
        own = self.files.places.lines.get((MARKET_FIELD,), (self.name, 0))[0]
        if written is UNREAD:
            return None
        base = self.file.resolve().parent
        homes = [
            base / "markets",
            base.parent / "markets",
            *(folder / "markets" for folder in example_folders()),
        ]
        if isinstance(written, str) and written.strip():
            text = written.strip()
            options = [base / text, *(home / text for home in homes if len(Path(text).parts) == 1)]
            for place in options:
                if (place / "market.yaml").is_file():
                    return place.resolve()
        names = {folder.parent.name for home in homes for folder in home.glob("*/market.yaml")}
        expected = one_of("the name of a market or the path of its folder", str(written or ""), names)
        self.files.problems.append(Problem(own, 0, MARKET_FIELD, show(written), expected))
        return None
