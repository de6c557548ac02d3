"""The memo and the workbook of a book, from the answers about it that are kept."""

from __future__ import annotations

from typing import Final

from fastapi import Response
from fastapi.exceptions import HTTPException

from haircut.case import content_hash
from haircut.faces.server.desk import Desk
from haircut.faces.server.exhibit_files import TYPES
from haircut.faces.server.studies import STUDIES
from haircut.faces.server.study_page import Stamp
from haircut.reports.book_memo import Chapter, book_pdf, book_workbook
from haircut.reports.kept_exhibits import KeptExhibits
from haircut.runs.answers import Kept, kept_answers

CHAPTERS: Final = ("sector", "book", "relative_value", "contagion")
FILES: Final = {"memo.pdf": "application/pdf", "memo.xlsx": TYPES["xlsx"]}


def kept_of_inputs(desk: Desk, case: str) -> dict[str, Kept]:
    """The latest kept answer of each chapter about the inputs of today, by study."""
    digest = content_hash(desk.case(case))
    found: dict[str, Kept] = {}
    for study in CHAPTERS:
        answers = [each for each in kept_answers(study=study) if each.manifest["input_hash"] == digest]
        if answers:
            found[study] = max(answers, key=lambda each: (each.of_today, str(each.manifest["created"])))
    return found


def book_file(desk: Desk, case: str, file: str) -> Response:
    """The memo as PDF, or the workbook.

    Raises:
        HTTPException: 404 for another file, 422 where nothing about the book is kept.
    """
    if file not in FILES:
        raise HTTPException(404, f"no file {file[:40]!r}; there are {', '.join(FILES)}")
    kept = kept_of_inputs(desk, case)
    if not kept:
        pages = ", ".join(f"/books/{case}/{study.replace('_', '-')}" for study in CHAPTERS)
        raise HTTPException(422, f"nothing is kept about {case}; ask first: {pages}")
    paper = file.endswith("pdf")
    chapters = [_chapter(study, answer, paper) for study, answer in kept.items()]
    title = desk.case(case).title
    missing = [STUDIES[study].title for study in CHAPTERS if study not in kept]
    content = book_pdf(title, chapters, missing) if paper else book_workbook(title, chapters)
    headers = {"content-disposition": f'attachment; filename="{case}-book-{file}"'}
    return Response(content, media_type=FILES[file], headers=headers)


def _chapter(study: str, kept: Kept, paper: bool) -> Chapter:
    """The exhibits of an answer; those of single issuers in the workbook only."""
    found = KeptExhibits(kept.folder)
    names = [name for name in found.index if not paper or "@" not in name]
    return Chapter(study.replace("_", " "), tuple(found.exhibit(name) for name in names), Stamp(kept))
