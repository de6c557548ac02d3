"""Addresses of the pages of studies, and of the exhibits of kept answers."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from haircut.faces.server import shell
from haircut.faces.server.book_memo_file import book_file
from haircut.faces.server.desk import Desk
from haircut.faces.server.exhibit_files import check_kind, exhibit_file
from haircut.faces.server.studies import STUDIES
from haircut.faces.server.study_page import Stamp, View, answer_page, study_page, twin
from haircut.reports.kept_exhibits import KeptExhibits
from haircut.runs.answers import Kept, answer_named, find_answer

PAGES: Final = {
    "book": "book",
    "sector": "sector",
    "relative-value": "relative_value",
    "contagion": "contagion",
    "attribution": "attribution",
    "stress": "stress",
    "break-evens": "break_evens",
    "liquidation": "liquidation",
    "scenarios": "scenarios",
    "backtest": "backtest",
}
"""Page of a case -> study."""
OF_A_CLAIM: Final = ("attribution", "stress", "break-evens")
OF_A_BOOK: Final = ("book", "sector", "relative-value", "contagion")


def address(case: str, page: str) -> str:
    """Where a page of a case is found."""
    return f"/books/{quote(case, safe='')}/{page}"


def routes(desk: Desk) -> APIRouter:
    """The addresses for these cases."""
    router = APIRouter(tags=["studies"])

    def view(case: str, page: str, request: Request, issuer: str = "") -> View:
        if page not in PAGES:
            raise HTTPException(404, f"no page {page[:60]!r}; there are {', '.join(PAGES)}")
        study = PAGES[page]
        question = desk.question(study, case, dict(request.query_params))
        where = address(case, page)
        here = "relative value" if page == "relative-value" else page
        title = ""
        if issuer:
            about = desk.case(case)
            names = {each.id: each.name for each in about.book.issuers}
            if issuer not in names:
                raise HTTPException(404, f"no issuer {issuer[:60]!r} in {case}; it has {', '.join(names)}")
            where, title = f"/books/{quote(case, safe='')}/issuers/{quote(issuer, safe='')}", names[issuer]
        kept = find_answer(question)
        return View(
            question, where, here, kept, desk.jobs.of(question), desk.door.form_key(request.scope["haircut.session"]),
            _choices(desk, case, page, issuer, kept, shell.query(request.query_params)), issuer, title,
        )  # fmt: skip

    def short(page: str) -> Any:
        def lead() -> Response:
            return RedirectResponse(address(desk.first(page in OF_A_BOOK), page), 307)

        lead.__doc__ = f"The page {page} of the first case that fits."
        return lead

    for page in [name for name in PAGES if name != "backtest"]:  # /backtest lists them
        router.add_api_route(
            f"/{page}", short(page), operation_id=f"find_{PAGES[page]}", methods=["GET"], status_code=307
        )

    @router.get("/books/{case}/issuers/{issuer}.json", operation_id="read_issuer")
    def issuer_twin(case: str, issuer: str, request: Request) -> Response:
        """One issuer of a book as JSON."""
        found = twin(view(case, "book", request, issuer))
        if found["answer"] is not None:
            own = [each for each in found["answer"]["issuers"] if each["issuer"] == issuer]
            found["answer"] = own[0]
        return as_json(found)

    @router.get("/books/{case}/issuers/{issuer}", operation_id="show_issuer")
    def issuer_page(case: str, issuer: str, request: Request) -> Response:
        """One issuer of a book: capital structure, wall, runway, double leverage of a miner."""
        return as_html(study_page(view(case, "book", request, issuer)))

    @router.get("/books/{case}/{page}.json", operation_id="read_study")
    def study_twin(case: str, page: str, request: Request) -> Response:
        """The answer of a study as JSON; null where it is not kept."""
        return as_json(twin(view(case, page, request)))

    @router.get("/books/{case}/files/{file}", operation_id="show_book_file")
    def book_memo(case: str, file: str) -> Response:
        """The memo of a book (`memo.pdf`) or its workbook (`memo.xlsx`), from the answers that are kept."""
        return book_file(desk, case, file)

    @router.get("/books/{case}/{page}", operation_id="show_study")
    def study(case: str, page: str, request: Request) -> Response:
        """A page of a case: its kept answer, what is on its way, how to ask otherwise."""
        return as_html(study_page(view(case, page, request)))

    def kept_of(study: str, answer: str) -> Kept:
        kept = answer_named(study, answer) if study in STUDIES else None
        if kept is None:
            raise HTTPException(404, f"no kept answer {answer[:40]!r} of {study[:40]!r}")
        return kept

    @router.get("/answers/{study}/{answer}.json", operation_id="read_answer")
    def answer_twin(study: str, answer: str) -> Response:
        """A kept answer as JSON: its manifest and its values."""
        kept = kept_of(study, answer)
        return as_json({"kept": kept.manifest, "answer": kept.answer})

    @router.get("/answers/{study}/{answer}", operation_id="show_answer")
    def answer_by_name(study: str, answer: str) -> Response:
        """A kept answer by its id, as it was computed then."""
        return as_html(answer_page(kept_of(study, answer)))

    @router.get("/answers/{study}/{answer}/{exhibit}", operation_id="show_answer_exhibit")
    def exhibit(study: str, answer: str, exhibit: str) -> Response:
        """One exhibit of a kept answer as a file: `real_spread.svg`."""
        stem, _, kind = exhibit.rpartition(".")
        check_kind(kind)
        kept = kept_of(study, answer)
        found = KeptExhibits(kept.folder)
        if stem not in found.index:
            raise HTTPException(404, f"no exhibit {stem[:60]!r}; there are {', '.join(found.index)}")
        subject = str(kept.manifest["case"] or study)
        return exhibit_file(found.exhibit(stem), Stamp(kept), kind, subject, found.drawn)

    return router


def _choices(desk: Desk, case: str, page: str, issuer: str, kept: Kept | None, end: str) -> str:
    """Links under the sentence: other cases, the issuers or claims or devices that may be asked."""
    links: list[str] = []
    where = address(case, page)
    if page == "book":
        links = _issuers(desk, case, issuer, kept, end)
    elif page in OF_A_CLAIM and len(desk.case(case).book.claims) > 1:
        claims = [claim.id for claim in desk.case(case).book.claims]
        links = [shell.choice(where + shell.query({"claim": name}), name, False) for name in claims]
    elif page == "liquidation":
        devices = [device.id for device in desk.case(case).market.devices]
        links = [shell.choice(where + shell.query({"device": name}), name, False) for name in devices]
    others = [
        shell.choice(address(name, page), name, name == case and not issuer)
        for name in desk.cases
        if (desk.is_book(name) or page not in OF_A_BOOK) and (page != "backtest" or desk.is_past(name))
    ]
    made = shell.choices("Cases", others) if len(others) > 1 or issuer else ""
    return made + (shell.choices("More to ask about", links) if links else "")


def _issuers(desk: Desk, case: str, here: str, kept: Kept | None, end: str) -> list[str]:
    """Issuers, each with the share of its inputs that is assumed beside it."""
    assumed = {}
    if kept is not None:
        assumed = {each["issuer"]: f"{100 * each['assumed_share']:.0f} %" for each in kept.answer["issuers"]}
    return [
        shell.choice(
            f"/books/{quote(case, safe='')}/issuers/{quote(each.id, safe='')}{end}", each.id, each.id == here,
            assumed.get(each.id, ""),
        )
        for each in desk.case(case).book.issuers
    ]  # fmt: skip


def as_html(text: str) -> Response:
    """A page."""
    return Response(text, media_type="text/html; charset=utf-8")


def as_json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Plain values."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, default=str)
    return Response(text, status, media_type="application/json", headers=headers)
