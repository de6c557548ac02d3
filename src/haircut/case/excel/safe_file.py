"""A workbook that a user sends, opened without trust: what could act is refused, what is too large is too."""

from __future__ import annotations

import io
import lzma
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from haircut.case.findings import show
from haircut.errors import InputRefused, Problem

MAXIMUM_BYTES: Final = 5_000_000
MAXIMUM_UNPACKED: Final = 40_000_000
MAXIMUM_PARTS: Final = 400
MAXIMUM_ROW: Final = 20_000
MAXIMUM_COLUMN: Final = 100
MAXIMUM_CELLS: Final = 300_000
_KINDS: Final = {
    ".xlsm": "a workbook with macros (.xlsm)",
    ".xlsb": "a binary workbook (.xlsb)",
    ".xls": "a workbook of Excel 97 (.xls)",
    ".ods": "a workbook of LibreOffice (.ods)",
}
_REFUSED: Final = (
    ("vbaproject", "macros", "no macros: save it as .xlsx"),
    ("xl/externallinks/", "links to other workbooks", "no links: break them (Data, Edit Links)"),
    ("xl/connections", "a data connection", "no data connection"),
    ("xl/querytables/", "a query of outside data", "no query"),
    ("xl/embeddings/", "an embedded object", "no embedded object"),
    ("xl/activex/", "a control", "no controls"),
    ("xl/ctrlprops/", "a control", "no controls"),
    ("customui/", "a changed ribbon", "no changed ribbon"),
    ("xl/macrosheets/", "a macro sheet", "no macro sheet"),
)
BROKEN_ZIP: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError, OverflowError,
)  # fmt: skip
"""What reading a broken zip may raise."""
WORKBOOK_SUFFIXES: Final = (".xlsx", *_KINDS)


@dataclass(slots=True)
class Sheet:
    """One sheet: its rows from A1, and its formulas by cell."""

    name: str
    rows: list[list[Any]]
    formulas: dict[str, str] = field(default_factory=dict)


def is_workbook(path: Path) -> bool:
    """Whether a path names a workbook rather than the folder of a case."""
    return path.suffix.lower() in WORKBOOK_SUFFIXES and not path.is_dir()


def address(row: int, column: int) -> str:
    """The cell of a row and column that count from 0.

    >>> address(0, 0), address(11, 27)
    ('A1', 'AB12')
    """
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row + 1}"


def read_sheets(path: Path, name: str) -> list[Sheet]:
    """Every sheet of an .xlsx file; stored values, formulas beside them; nothing in it is computed or followed.

    Args:
        path: the file, opened for reading only.
        name: how messages name it.

    Raises:
        InputRefused: where it is no .xlsx, is too large, or holds something that could act.
    """
    parts = _parts(path, name)
    sheets = _sheet_parts(parts, name)
    scans = {title: _scan(parts[part], name, title) for title, part in sheets.items()}
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
        return [
            Sheet(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False), formulas)
            for title, formulas in scans.items()
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise _refused(name, f"a broken workbook ({error})", "a workbook that Excel opens") from None


def _refused(name: str, found: str, expected: str) -> InputRefused:
    return InputRefused([Problem(name, 0, "", found, expected)])


def _parts(path: Path, name: str) -> dict[str, bytes]:
    """The file's parts by name, each unpacked within the limits."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is not None:
        raise _refused(name, kind, "an .xlsx workbook without macros: save it as .xlsx")
    try:
        # The kind is asked first: opening a named pipe would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _refused(name, "something that is no regular file", "an .xlsx workbook")
        with open(path, "rb") as stream:
            raw = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "an unreadable file"
        raise _refused(name, f"no readable file ({reason})", "an .xlsx workbook") from None
    if len(raw) > MAXIMUM_BYTES:
        raise _refused(name, f"more than {MAXIMUM_BYTES:,} bytes", "a workbook of at most 5 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return _unpacked(packed, name)
    except BROKEN_ZIP:
        expected = "an .xlsx workbook without a password"
        raise _refused(name, "a file that is no .xlsx workbook", expected) from None


def _unpacked(packed: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    members = packed.infolist()
    if len(members) > MAXIMUM_PARTS:
        raise _refused(name, f"{len(members):,} parts", f"a workbook of at most {MAXIMUM_PARTS} parts")
    for member in members:
        lower = member.filename.lower().lstrip("/")
        for start, found, expected in _REFUSED:
            if lower.startswith(start) or (start == "vbaproject" and start in lower):
                raise _refused(name, found, expected)
    left = MAXIMUM_UNPACKED
    parts: dict[str, bytes] = {}
    for member in members:
        with packed.open(member) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            limit = f"a workbook of at most {MAXIMUM_UNPACKED / 1e6:.0f} MB unpacked"
            raise _refused(name, f"more than {MAXIMUM_UNPACKED:,} bytes when unpacked", limit)
        parts[member.filename] = content
    return parts


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The checked parts as a file again, so that the reader unpacks nothing that was not measured."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as made:
        for part, content in parts.items():
            made.writestr(part, content)
    return stream.getvalue()


# --- XML, with no entity of its own and no document type


def _parser(name: str) -> Any:
    parser = expat.ParserCreate()

    def no_type(*_: object) -> None:
        raise _refused(name, "a document type inside a part", "a workbook as Excel writes it")

    parser.StartDoctypeDeclHandler = no_type
    return parser


def _parsed(parser: Any, content: bytes, name: str) -> None:
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _refused(name, f"a broken part ({error})", "a workbook that Excel opens") from None


def _elements(content: bytes, name: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of every element of one local name."""
    found: list[dict[str, str]] = []
    parser = _parser(name)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == wanted:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    parser.StartElementHandler = start
    _parsed(parser, content, name)
    return found


def _sheet_parts(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """The part of each worksheet by the sheet's name, in the workbook's order."""
    book, links = parts.get("xl/workbook.xml"), parts.get("xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        raise _refused(name, "a file that is no .xlsx workbook", "an .xlsx workbook")
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise _refused(name, "macros", "no macros: save it as .xlsx")
    targets = {item["Id"]: item.get("Target", "") for item in _elements(links, name, "Relationship")}
    sheets: dict[str, str] = {}
    for item in _elements(book, name, "sheet"):
        target = targets.get(item.get("id", ""), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part not in parts or not part.startswith("xl/worksheets/"):
            raise _refused(name, f"the sheet {show(item.get('name', ''))} of another kind", "worksheets only")
        sheets[item["name"]] = part
    return sheets


def _scan(content: bytes, name: str, title: str) -> dict[str, str]:
    """The formulas of a sheet by cell; refuses a sheet that would fill the memory."""
    formulas: dict[str, str] = {}
    parser = _parser(name)
    state: dict[str, Any] = {"cell": "", "row": 0, "column": 0, "cells": 0, "text": None}

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "row":
            state["row"] = int(attributes["r"]) if attributes.get("r", "").isdigit() else state["row"] + 1
            state["column"] = 0
        elif local == "c":
            place = attributes.get("r", "")
            state["column"] = _column(place) or state["column"] + 1
            state["cell"] = place or address(max(state["row"] - 1, 0), state["column"] - 1)
            state["cells"] += 1
            digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            row = int(digits) if digits.isdigit() else state["row"]
            if row > MAXIMUM_ROW or state["column"] > MAXIMUM_COLUMN or state["cells"] > MAXIMUM_CELLS:
                raise InputRefused([Problem(f"{name} {title}!{state['cell'][:12]}", 0, "", "a cell so far out",
                                            f"at most {MAXIMUM_ROW:,} rows and {MAXIMUM_COLUMN} columns")])  # fmt: skip
        elif local == "f":
            state["text"] = ""

    def text(data: str) -> None:
        if state["text"] is not None:
            state["text"] += data

    def end(tag: str) -> None:
        if tag.rpartition(":")[2] == "f" and state["text"] is not None:
            formulas[state["cell"]] = state["text"]
            state["text"] = None

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    _parsed(parser, content, name)
    return formulas


def _column(place: str) -> int:
    """The column of a cell such as AB12, counted from 1; 0 where none is named."""
    number = 0
    for letter in place:
        if not "A" <= letter <= "Z" or number > MAXIMUM_COLUMN:
            break
        number = number * 26 + ord(letter) - 64
    return number
