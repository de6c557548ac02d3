"""The memo of a book on paper, and its workbook: what was asked about it, one chapter after the other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from haircut.reports import numbers_in_print as print_
from haircut.reports.excel_exhibit import Answered, write_exhibit
from haircut.reports.excel_schedule import day
from haircut.reports.excel_sheet import Workbook
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.paper import _part, compiled
from haircut.reports.picture import svg

PICTURE_POINTS: Final = 400.0
NARROW_COLUMNS: Final = 6
"""A table of more columns is set smaller."""
SMALL_POINTS: Final = 6.6
LONG_ROWS: Final = 26
"""A table of more rows may break over pages."""
LONGEST_SHEET: Final = 31


@dataclass(frozen=True)
class Chapter:
    """One answer about a book.

    Attributes:
        name: of its sheet.
        exhibits: in order.
        answer: where they come from.
    """

    name: str
    exhibits: tuple[Exhibit, ...]
    answer: Answered


def book_pdf(title: str, chapters: Sequence[Chapter], missing: Sequence[str] = ()) -> bytes:
    """The memo as PDF, A4; the same answers give the same bytes.

    Args:
        title: of the book.
        chapters: at least one; the first says the verdict.
        missing: what was not asked, in words.
    """
    first = chapters[0].answer
    parts: list[dict[str, Any]] = []
    pictures: dict[str, bytes] = {}
    for number, chapter in enumerate(chapters):
        for place, exhibit in enumerate(chapter.exhibits):
            part = _part(exhibit, chapter.answer)
            if exhibit.chart is not None:
                file = f"{number}-{exhibit.name}.svg"
                drawn = svg(exhibit.chart, name=f"{number}-{exhibit.name}", title=exhibit.title)
                pictures[file] = drawn.encode()
                part |= {"picture": file, "picture_width": PICTURE_POINTS}
            table = part["table"]
            if table is not None and len(table["columns"]) > NARROW_COLUMNS:
                table["size"], table["inset"] = SMALL_POINTS, 2.0
            part["breakable"] = table is not None and len(table["rows"]) > LONG_ROWS
            part["break_before"] = number > 0 and place == 0
            parts.append(part)
    left = f" Not asked: {', '.join(missing)}." if missing else ""
    memo = {
        "title": f"{first.manifest['case']} · haircut",
        "head": f"{first.manifest['case']} · as of {print_.date(first.as_of)} · the book",
        "foot": "Research use. Not advice, not a rating, not an offer.",
        "verdict": first.verdict,
        "lead": f"{title}. {_made_from(chapters)}{left}",
        "parts": parts,
    }
    return compiled(memo, pictures, first.as_of)


def book_workbook(title: str, chapters: Sequence[Chapter]) -> bytes:
    """The workbook: a sheet for each exhibit with a table, values at full precision, no formulas.

    Args:
        title: of the book.
        chapters: at least one.
    """
    first = chapters[0].answer
    stream = io.BytesIO()
    book = Workbook(stream, f"{first.manifest['case']} · the book", day(first.as_of))
    contents = book.sheet("contents", first.verdict, f"{title} · as of {print_.date(first.as_of)}", [32, 110])
    contents.heads(3, ["sheet", "says"])
    line, names = 4, {"contents"}
    for chapter in chapters:
        for exhibit in chapter.exhibits:
            if exhibit.table is None:
                continue
            name = _sheet_name(exhibit.name, names)
            contents.text(line, 0, name)
            contents.text(line, 1, exhibit.title)
            line += 1
            scenario, beside = exhibit.table.scenario, exhibit.table.beside
            stamp = chapter.answer.stamp(scenario, beside=beside)
            sheet = book.sheet(name, exhibit.title, stamp, [30, *[16] * 24])
            write_exhibit(sheet, 3, exhibit, chapter.answer)
            sheet.finish()
    contents.finish()
    book.close()
    return stream.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a workbook takes, once."""
    words = name.replace("@", " ").replace("_", " ")[:LONGEST_SHEET]
    found, number = words, 1
    while found in taken:
        number += 1
        found = f"{words[: LONGEST_SHEET - 3]} {number}"
    taken.add(found)
    return found


def _made_from(chapters: Sequence[Chapter]) -> str:
    answers = ", ".join(f"{each.name} {each.answer.manifest['id']}" for each in chapters)
    return f"From the kept answers {answers}. Shares in %, dollars in millions."
