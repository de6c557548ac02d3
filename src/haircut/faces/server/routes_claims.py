"""Addresses of the claim page. Each answer is a function of the address; nothing is stored."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from haircut.errors import UsageError
from haircut.faces.server import downloads, page
from haircut.faces.server.deal import Deal, LiveFrames
from haircut.faces.server.desk import Desk
from haircut.faces.server.routes_studies import as_html
from haircut.faces.server.sliders import chosen


def routes(desk: Desk) -> APIRouter:
    """The addresses for these cases."""
    router = APIRouter(tags=["claims"])

    @router.get("/claims/{case}", operation_id="find_claim", status_code=307)
    def first_claim(case: str) -> Response:
        """The claim that the case is about."""
        return RedirectResponse(page.address(desk.deal(case, None)), 307)

    @router.get("/claims/{case}/{claim}.json", operation_id="read_claim")
    def twin(case: str, claim: str, request: Request) -> Response:
        """The same numbers as the page, as JSON."""
        deal, state, frames = _asked(desk, case, claim, request)
        return downloads.twin(deal, state, frames)

    @router.get("/claims/{case}/{claim}", operation_id="show_claim")
    def claim_page(case: str, claim: str, request: Request) -> Response:
        """The claim page."""
        deal, state, frames = _asked(desk, case, claim, request)
        return as_html(deal.drawn(state, frames, "", lambda: page.claim_page(deal, state, frames)))

    @router.get("/claims/{case}/{claim}/parts", operation_id="redraw_claim")
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

    @router.get("/claims/{case}/{claim}/{name}", operation_id="show_exhibit")
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
        return as_html(deal.drawn(state, frames, name, lambda: page.tab_page(deal, state, frames, name)))

    return router


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
