"""The addresses of the claim page. Each answer is a function of the address; nothing is stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from haircut.case.case import Case
from haircut.errors import CannotCompute, Defect, HaircutError, InputRefused, UsageError
from haircut.faces.server import downloads, page
from haircut.faces.server.deal import Deal, LiveFrames
from haircut.faces.server.guard import Guard, problem
from haircut.faces.server.sliders import chosen

STATIC: Final = {
    "memo.css": ("haircut.reports", "memo.css", "text/css"),
    "page.css": ("haircut.faces.server", "static/page.css", "text/css"),
    "page.js": ("haircut.faces.server", "static/page.js", "text/javascript"),
}
STATUS: Final = {UsageError: 422, InputRefused: 422, CannotCompute: 422, Defect: 500}
TITLES: Final = {404: "Not found", 422: "Cannot be shown", 500: "Defect"}


class Desk:
    """The cases that are served, each loaded when first asked for.

    Args:
        cases: by name: a case, its folder, or the name of an example. Nothing else can be reached.
    """

    def __init__(self, cases: Mapping[str, Any]) -> None:
        self.cases = dict(cases)
        self._deals: dict[tuple[str, str], Deal] = {}

    def titles(self) -> dict[str, str]:
        """Name and title of each case."""
        return {name: self.deal(name, None).case.title for name in self.cases}

    def warm(self) -> None:
        """Answer for today once, so that the first reader does not wait for kernels to load."""
        for name in self.cases:
            deal = self.deal(name, None)
            frames = deal.whole({})
            page.claim_page(deal, {}, frames)

    def deal(self, case: str, claim: str | None) -> Deal:
        """One claim; without a name, the claim of the case.

        Raises:
            HTTPException: 404 for what is not served.
        """
        if case not in self.cases:
            raise HTTPException(404, f"no case {case[:60]!r}; served are {', '.join(self.cases)}")
        source: Case | str = self.cases[case]
        first = self._deals.get((case, ""))
        if first is None:
            first = self._deals[(case, "")] = Deal(source)
            self._deals[(case, first.claim)] = first
        if claim is None or (case, claim) in self._deals:
            return self._deals[(case, claim or "")]
        known = [item.id for item in first.case.book.claims]
        if claim not in known:
            raise HTTPException(404, f"no claim {claim[:60]!r} in {case}; it has {', '.join(known)}")
        return self._deals.setdefault((case, claim), Deal(first.case, claim))


def create_app(desk: Desk) -> Any:
    """The application for these cases, behind its guard."""
    app = FastAPI(title="haircut", docs_url=None, redoc_url=None, openapi_url="/openapi.json")

    @app.exception_handler(HTTPException)
    async def known(_: Request, error: HTTPException) -> Response:
        return _problem(error.status_code, str(error.detail))

    @app.exception_handler(404)
    async def lost(_: Request, error: Any) -> Response:
        return _problem(404, str(getattr(error, "detail", "no such page")))

    @app.exception_handler(HaircutError)
    async def refused(_: Request, error: HaircutError) -> Response:
        return _problem(STATUS.get(type(error), 422), str(error))

    @app.exception_handler(Exception)
    async def defect(_: Request, error: Exception) -> Response:
        return _problem(500, type(error).__name__)

    @app.get("/", operation_id="list_claims")
    def index() -> Response:
        """The cases that are served."""
        return _html(page.index(desk.titles()))

    @app.get("/static/{name}", operation_id="read_static")
    def static(name: str) -> Response:
        """The page's own style and script."""
        if name not in STATIC:
            raise HTTPException(404, "no such file")
        package, file, kind = STATIC[name]
        text = files(package).joinpath(*file.split("/")).read_text("utf-8")
        return Response(text, media_type=kind, headers={"cache-control": "no-cache"})

    @app.get("/claims/{case}", operation_id="find_claim")
    def first_claim(case: str) -> Response:
        """The claim that the case is about."""
        return RedirectResponse(page.address(desk.deal(case, None)), 307)

    @app.get("/claims/{case}/{claim}.json", operation_id="read_claim")
    def twin(case: str, claim: str, request: Request) -> Response:
        """The same numbers as the page, as JSON."""
        deal, state, frames = _asked(desk, case, claim, request)
        return downloads.twin(deal, state, frames)

    @app.get("/claims/{case}/{claim}", operation_id="show_claim")
    def claim_page(case: str, claim: str, request: Request) -> Response:
        """The claim page."""
        deal, state, frames = _asked(desk, case, claim, request)
        return _html(page.claim_page(deal, state, frames))

    @app.get("/claims/{case}/{claim}/parts", operation_id="redraw_claim")
    def parts(case: str, claim: str, request: Request, view: str = "both", step: str = "all") -> Response:
        """What a slider redraws: HTML by id of the element that it fills, in steps or all at once."""
        started = time.perf_counter()
        if view not in page.VIEWS:
            raise UsageError(f"view: found {view[:40]!r}; expected one of {', '.join(page.VIEWS)}")
        if step not in page.STEPS:
            raise UsageError(f"step: found {step[:40]!r}; expected one of {', '.join(page.STEPS)}")
        deal, state, frames = _asked(desk, case, claim, request, whole=step == "beside")
        found = page.parts(deal, state, frames, view, step)
        return downloads.parts(found, frames, time.perf_counter() - started)

    @app.get("/claims/{case}/{claim}/{name}", operation_id="show_exhibit")
    def exhibit(case: str, claim: str, name: str, request: Request) -> Response:
        """A tab of the claim, or one exhibit as a file: `cash-flow`, `ltv_paths.svg`."""
        stem, _, kind = name.partition(".")
        if kind:
            downloads.check(stem, kind)
        elif name not in page.TABS:
            raise HTTPException(404, f"no page {name[:60]!r}; there are {', '.join(page.TABS)}")
        deal, state, frames = _asked(desk, case, claim, request, whole=stem in downloads.BESIDE)
        if kind:
            return downloads.exhibit(deal, frames, stem, kind)
        return _html(page.tab_page(deal, state, frames, name))

    return Guard(app)


def _asked(
    desk: Desk, case: str, claim: str, request: Request, whole: bool = False
) -> tuple[Deal, dict[str, str], LiveFrames]:
    """The claim, the state and the answer that an address asks for."""
    deal = desk.deal(case, claim)
    asked = dict(request.query_params)
    for name in ("view", "step"):
        asked.pop(name, None)
    whole = asked.pop("mechanisms", "") == "1" or whole
    state = chosen(deal.sliders, asked)
    return deal, state, deal.whole(state) if whole else deal.now(state)


def _html(text: str) -> Response:
    return Response(text, media_type="text/html; charset=utf-8")


def _problem(status: int, detail: str) -> Response:
    body = problem(status, TITLES.get(status, "Refused"), detail)
    return Response(body, status, media_type="application/problem+json")
