"""Addresses of the front page, sources, backtest, the page of elements, login, style and script."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from haircut.faces.server import backtest_page, elements_page, shell, sources_page
from haircut.faces.server.desk import Desk
from haircut.faces.server.door import COOKIE
from haircut.faces.server.exhibit_files import check_kind, exhibit_file
from haircut.faces.server.routes_studies import as_html, as_json
from haircut.faces.server.sent import FORM, read_sent

STATIC: Final = {
    "memo.css": ("haircut.reports", "memo.css", "text/css"),
    "page.css": ("haircut.faces.server", "static/page.css", "text/css"),
    "page.js": ("haircut.faces.server", "static/page.js", "text/javascript"),
    "jobs.js": ("haircut.faces.server", "static/jobs.js", "text/javascript"),
}
LOGIN_BODY: dict[str, Any] = {
    "requestBody": {
        "content": {FORM: {"schema": {"type": "object", "properties": {"token": {"type": "string"}}}}}
    }
}


def routes(desk: Desk) -> APIRouter:
    """The addresses for this desk."""
    router = APIRouter(tags=["pages"])
    pages = {file: files(package).joinpath(*path.split("/")).read_text("utf-8")
             for file, (package, path, _) in STATIC.items()}  # fmt: skip

    def key(request: Request) -> str:
        return desk.door.form_key(request.scope["haircut.session"])

    @router.get("/index.json", operation_id="list_cases")
    def index_twin() -> Response:
        """The cases that are served, and where their pages are."""
        return as_json({"cases": [_case(desk, name) for name in desk.cases]})

    @router.get("/", operation_id="list_claims")
    def index(request: Request) -> Response:
        """The cases that are served."""
        return as_html(_index(desk, key(request)))

    @router.get("/static/{name}", operation_id="read_static")
    def static(name: str) -> Response:
        """The pages' own style and script."""
        if name not in STATIC:
            raise HTTPException(404, "no such file")
        return Response(pages[name], media_type=STATIC[name][2], headers={"cache-control": "no-cache"})

    @router.get("/sources", operation_id="find_sources", status_code=307)
    def first_sources() -> Response:
        """The sources of the first loan."""
        return RedirectResponse(f"/sources/{quote(desk.first(False), safe='')}", 307)

    @router.get("/sources/{case}.json", operation_id="read_sources")
    def sources_twin(case: str, mark: str = "", find: str = "", page: int = 1) -> Response:
        """The register of a case's inputs as JSON."""
        return as_json(sources_page.twin(sources_page.Asked.of(desk.case(case), mark, find, page)))

    @router.get("/sources/{case}/{exhibit}", operation_id="show_sources_exhibit")
    def sources_file(case: str, exhibit: str) -> Response:
        """The whole register as a file: `sources_and_assumptions.xlsx`."""
        stem, _, kind = exhibit.rpartition(".")
        check_kind(kind)
        if stem != sources_page.NAME:
            raise HTTPException(404, f"no exhibit {stem[:60]!r}; there is {sources_page.NAME}")
        frames = sources_page.frames_of(desk.case(case))
        return exhibit_file(sources_page.whole(frames), frames, kind, desk.case(case).name)

    @router.get("/sources/{case}", operation_id="show_sources")
    def sources(case: str, mark: str = "", find: str = "", page: int = 1) -> Response:
        """Every input of a case: value, mark, range, date, source."""
        asked = sources_page.Asked.of(desk.case(case), mark, find, page)
        return as_html(sources_page.page(asked, list(desk.cases)))

    @router.get("/backtest.json", operation_id="read_backtest")
    def backtest_twin() -> Response:
        """What was tested against history, as JSON."""
        return as_json(backtest_page.twin(desk))

    @router.get("/backtest", operation_id="show_backtest")
    def backtest() -> Response:
        """What was tested against history, and how to make what was not."""
        return as_html(backtest_page.page(desk))

    @router.get("/elements.json", operation_id="read_elements")
    def elements_twin() -> Response:
        """Names of the elements that the pages are made of."""
        return as_json({"elements": list(elements_page.ELEMENTS)})

    @router.get("/elements", operation_id="show_elements")
    def elements() -> Response:
        """Every element of these pages, once."""
        return as_html(elements_page.page())

    @router.get("/login", operation_id="ask_token")
    def login() -> Response:
        """Where the token is given."""
        return as_html(_login(desk, ""))

    @router.post("/login", operation_id="give_token", openapi_extra=LOGIN_BODY)
    async def enter(request: Request) -> Response:
        """Trade the token for a session."""
        if not desk.door.locked:
            return RedirectResponse("/", 303)
        if desk.door.too_many_tries:
            raise HTTPException(429, "too many wrong tokens; wait a minute", {"retry-after": "60"})
        sent = await read_sent(request, desk.door)
        session = desk.door.enter(str(sent.values.get("token", "")))
        if session is None:
            raise HTTPException(401, "this is not the token; go back and give it again")
        return RedirectResponse("/", 303, headers={"set-cookie": desk.door.cookie(session)})

    @router.post("/logout", operation_id="leave")
    async def leave(request: Request) -> Response:
        """End the session."""
        await read_sent(request, desk.door)
        desk.door.leave(str(request.scope["haircut.session"] or ""))
        return RedirectResponse("/login", 303, headers={"set-cookie": f"{COOKIE}=; Path=/; Max-Age=0"})

    return router


def _case(desk: Desk, name: str) -> dict[str, Any]:
    case, live = desk.case(name), desk.is_live(name)
    place = quote(name, safe="")
    pages = {"sources": f"/sources/{place}", **{page: f"/books/{place}/{page}" for page in
             ("book", "attribution", "stress", "break-evens", "liquidation", "scenarios")}}  # fmt: skip
    if desk.is_book(name):
        pages |= {page: f"/books/{place}/{page}" for page in ("sector", "relative-value", "contagion")}
    if desk.is_past(name):
        pages["backtest"] = f"/books/{place}/backtest"
    if live:
        pages["claim"] = f"/claims/{place}"
    return {
        "name": name,
        "title": case.title,
        "as_of": case.market.as_of.isoformat(),
        "claims": len(case.book.claims),
        "issuers": len(case.book.issuers),
        "pages": pages,
    }


def _index(desk: Desk, key: str) -> str:
    rows = []
    for each in (_case(desk, name) for name in desk.cases):
        first = each["pages"].get("claim") or each["pages"]["book"]
        more = " ".join(
            f'<a href="{escape(where)}">{escape(page.replace("-", " "))}</a>'
            for page, where in each["pages"].items()
            if where != first
        )
        count = f"{each['claims']} claim{'s' if each['claims'] != 1 else ''}"
        rows.append(
            f'<li><a class="case" href="{escape(first)}">{escape(each["name"])}</a> {escape(each["title"])}'
            f'<p class="note quiet">{count} · {more}</p></li>'
        )
    loans = sum(desk.is_live(name) for name in desk.cases)
    verdict = f"{_count(loans, 'loan')} with sliders, {_count(len(desk.cases) - loans, 'whole book')}."
    lead = "A loan answers while you move its sliders; a book is priced whole, as a job, and its answer kept."
    upload = (
        '<section><h2>A deal of your own.</h2><form class="ask" id="upload" method="post" action="/uploads" '
        'aria-label="Send a case"><p class="field"><label for="f-file">Workbook of <code>haircut template</code>, '
        'or a case folder packed as .zip, at most 5 MB</label> <input type="file" id="f-file" name="file" '
        'accept=".xlsx,.zip"></p><p class="field"><button>Read it</button></p>'
        '<p class="note" role="status">It is read here, checked whole, and gone when the server stops.</p>'
        "</form></section>"
    )
    leave = shell.form("/logout", key, {}, (), "Log out", "End the session") if desk.door.locked else ""
    body = f'<ul class="cases">{"".join(rows)}</ul>{upload}{leave}'
    return shell.page("claims", verdict, lead, body, stamp="what is served", here="claims", script="jobs.js")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _login(desk: Desk, said: str) -> str:
    form = shell.form(
        "/login", desk.door.form_key(None), {},
        ['<p class="field"><label for="f-token">Token</label> <input type="password" id="f-token" name="token" '
         'autocomplete="current-password" required></p>'],
        "Enter", "Give the token",
    )  # fmt: skip
    body = form if desk.door.locked else '<p><a href="/">No token is asked for on this machine.</a></p>'
    return shell.page(
        "login",
        "This desk asks for its token.",
        "Whoever started the server has it.",
        body,
        stamp="",
        here="",
    )
