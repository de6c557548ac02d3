"""The memo of a book and its workbook: every exhibit of every answer, the same bytes for the same answers."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from haircut.reports.book_memo import Chapter, book_pdf, book_workbook
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.spread_waterfall import Step, waterfall_chart


class Answer:
    """What stands behind a chapter."""

    as_of = "2026-10-01"

    def __init__(self, name: str) -> None:
        self.verdict = f"The verdict of {name}."
        self.manifest: Mapping[str, Any] = {"case": "a-book", "id": f"{name}-id"}

    def stamp(self, scenario: str = "haircut", *, beside: bool = False) -> str:
        return f"stamp of {scenario}"


def exhibit(name: str, rows: int = 3, columns: int = 1, drawn: bool = False) -> Exhibit:
    values = {f"v{place}": [100.0 * row + place for row in range(rows)] for place in range(columns)}
    frame = pl.DataFrame({"what": [f"row {row}" for row in range(rows)], **values})
    table = Table(frame, (Column("what", "what"), *(Column(key, key, "bp") for key in values)), name)
    steps = [Step("as a building", 0.0, 50.0, 1.0, "paper"), Step("fair margin", 0.0, 90.0, 4.0, "fair")]
    chart = waterfall_chart(steps, wide=True) if drawn else None
    return Exhibit(name, f"The sentence of {name}.", table, chart, notes=(f"A note of {name}.",))


@pytest.fixture(scope="module")
def chapters() -> list[Chapter]:
    return [
        Chapter(
            "sector",
            (exhibit("real_spread", drawn=True), exhibit("maturity_wall", columns=9)),
            Answer("sector"),
        ),
        Chapter(
            "book", (exhibit("maturity_wall"), exhibit("long", rows=90), exhibit("wall@mara")), Answer("book")
        ),
    ]


def test_the_same_answers_give_the_same_file(chapters: list[Chapter]) -> None:
    made = book_pdf("A book", chapters)
    assert made.startswith(b"%PDF")
    assert book_pdf("A book", chapters) == made
    assert book_workbook("A book", chapters) == book_workbook("A book", chapters)


@pytest.mark.system("pdftotext")
def test_every_sentence_note_and_stamp_is_on_paper(chapters: list[Chapter], tmp_path: Path) -> None:
    file = tmp_path / "memo.pdf"
    file.write_bytes(book_pdf("A book", chapters, ("Contagion",)))
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    )
    text = re.sub(r"\s+", " ", done.stdout)
    assert "The verdict of sector." in text and "Not asked: Contagion." in text
    for chapter in chapters:
        assert f"{chapter.name} {chapter.answer.manifest['id']}" in text
        for each in chapter.exhibits:
            for words in (each.title, f"A note of {each.name}.", f"stamp of {each.name}"):
                assert words in text, words
    assert "row 89" in text and "8,900" in text


def test_every_table_has_a_sheet_with_its_values(chapters: list[Chapter]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(book_workbook("A book", chapters)))
    assert book.sheet_names == [
        "contents",
        "real spread",
        "maturity wall",
        "maturity wall 2",
        "long",
        "wall mara",
    ]
    rows = book.get_sheet_by_name("long").to_python()
    numbers = [row[1] for row in rows if isinstance(row[1], float)]
    assert numbers == [100.0 * row for row in range(90)]
    contents = book.get_sheet_by_name("contents").to_python()
    assert [row[0] for row in contents[4:]] == book.sheet_names[1:]
    assert datetime.date(2026, 10, 1).strftime("%d-%b-%Y") in str(contents[1][0])
