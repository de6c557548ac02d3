"""Addresses of jobs: start one, look at it, stop it."""

from __future__ import annotations

from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse

from haircut.faces.server import shell
from haircut.faces.server.desk import Desk
from haircut.faces.server.jobs import Job
from haircut.faces.server.routes_studies import as_html, as_json
from haircut.faces.server.sent import read_sent
from haircut.faces.server.studies import STUDIES
from haircut.faces.server.study_page import answer_address
from haircut.runs.answers import kept_answers
from haircut.runs.recorder import reason

MOST_SHOWN: Final = 100
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["study"],
                    "additionalProperties": False,
                    "properties": {
                        "study": {"type": "string", "enum": list(STUDIES)},
                        "case": {"type": "string"},
                        "asked": {"type": "object"},
                        "why": {"type": "string", "maxLength": 200},
                    },
                }
            }
        },
    }
}


def routes(desk: Desk) -> APIRouter:
    """The addresses for this desk."""
    router = APIRouter(tags=["jobs"])

    def found(name: str) -> Job:
        job = desk.jobs.get(name)
        if job is None:
            raise HTTPException(404, f"no job {name[:40]!r}; answers that are kept are listed at /jobs")
        return job

    @router.post("/jobs", operation_id="start_job", status_code=202, openapi_extra=BODY)
    async def start(request: Request) -> Response:
        """Start a study; the same question gives the same job. Forms lead back to their page."""
        sent = await read_sent(request, desk.door)
        fixed = {name: sent.values.pop(name, None) for name in ("study", "case", "why", "page")}
        asked = sent.values.pop("asked", None) if not sent.is_form else dict(sent.values)
        if not sent.is_form and sent.values:
            raise HTTPException(422, f"found {', '.join(sent.values)[:80]}; expected study, case, asked, why")
        for name, value in fixed.items():
            if value is not None and not isinstance(value, str):
                raise HTTPException(422, f"{name}: found {str(value)[:40]}; expected text")
        if not isinstance(asked or {}, dict):
            raise HTTPException(422, f"asked: found {str(asked)[:40]}; expected an object")
        question = desk.question(fixed["study"] or "", fixed["case"], asked or {})
        why = fixed["why"]
        if sent.is_form and why and "why" in [field.name for field in STUDIES[question.study].fields]:
            question = desk.question(question.study, fixed["case"], {**(asked or {}), "why": why})
        job = desk.jobs.start(question, reason(why))
        if sent.is_form:
            return RedirectResponse(_back(fixed["page"], job), 303)
        return as_json(job.as_dict(), 202, {"location": f"/jobs/{job.id}.json"})

    @router.get("/jobs.json", operation_id="list_jobs")
    def listed() -> Response:
        """Every job that is remembered, the latest first."""
        return as_json({"jobs": [job.as_dict() for job in desk.jobs.listed()]})

    @router.get("/jobs", operation_id="show_jobs")
    def jobs_page(request: Request) -> Response:
        """Jobs on their way, and the answers that are kept."""
        return as_html(_page(desk, desk.door.form_key(request.scope["haircut.session"])))

    @router.get("/jobs/{name}.json", operation_id="read_job")
    def job(name: str) -> Response:
        """One job: its state and progress."""
        return as_json(found(name).as_dict())

    @router.get("/jobs/{name}", operation_id="show_job")
    def job_page(name: str) -> Response:
        """The page on which the answer of a job stands."""
        return RedirectResponse(page_of(found(name)), 307)

    @router.post("/jobs/{name}/cancel", operation_id="cancel_job")
    async def cancel(name: str, request: Request) -> Response:
        """Stop a job."""
        sent = await read_sent(request, desk.door)
        chosen = found(name)
        desk.jobs.cancel(chosen)
        return RedirectResponse(page_of(chosen), 303) if sent.is_form else as_json(chosen.as_dict())

    return router


def page_of(job: Job) -> str:
    """The page of a job's answer."""
    from haircut.faces.server.routes_studies import PAGES, address

    question = job.question
    asked = shell.query(question.asked)
    if question.study == "compare":
        return f"/runs/compare{asked}"
    if question.study == "replay":
        return f"/runs/{question.asked['run']}/replay"
    if question.study == "reprice" or question.case is None:
        return f"/runs{shell.query({'case': question.case.name if question.case else None})}"
    pages = {study: page for page, study in PAGES.items()}
    return address(question.case.name, pages[question.study]) + asked


def _back(page: str | None, job: Job) -> str:
    """Where a form came from, where that is a page of ours; else the page of the answer."""
    own = page_of(job)
    if page is None:
        return own
    split = urlsplit(page)
    ours = not split.scheme and not split.netloc and page.startswith("/books/") and "/issuers/" in page
    return page + shell.query(job.question.asked) if ours and "\\" not in page else own


def _page(desk: Desk, key: str) -> str:
    jobs = desk.jobs.listed()
    on_way = [job for job in jobs if not job.over]
    rows = [
        f'<tr><th scope="row"><a href="{escape(page_of(job))}">{escape(STUDIES[job.question.study].title)}</a></th>'
        f"<td>{escape(job.question.case.name if job.question.case else '')}</td><td>{job.state}</td>"
        f"<td>{escape(job.detail[:200])}</td></tr>"
        for job in jobs
    ]
    table = shell.box("Jobs", ("study", "case", "state", "why it failed"), rows)
    table = f"<section><h2>Asked since the server started.</h2>{table}</section>" if jobs else ""
    kept = sorted(kept_answers(), key=lambda each: str(each.manifest["created"]), reverse=True)[:MOST_SHOWN]
    lines = [
        f'<tr><th scope="row"><a href="{answer_address(each)}">{escape(each.manifest["study"])}</a></th>'
        f"<td>{escape(str(each.manifest['case'] or ''))}</td>"
        f'<td class="t">{escape(each.manifest["created"][:16].replace("T", " "))}</td>'
        f'<td class="n">{each.manifest["elapsed_seconds"]:,.0f}</td><td>{"yes" if each.of_today else "no"}</td>'
        f"<td>{escape(each.manifest['verdict'])}</td></tr>"
        for each in kept
    ]
    heads = ("study", "case", "computed, UTC", "seconds", "code of today", "answer")
    answers = shell.box("Kept answers", heads, lines, ("seconds",))
    answers = f'<section id="answers"><h2>Kept answers.</h2>{answers}</section>' if kept else ""
    running = "".join(shell.running(job.as_dict(), key) for job in on_way)
    verdict = f"{len(on_way)} jobs are on their way; {len(kept)} answers are kept."
    lead = "A job is a study in a process of its own; its answer is kept beside the runs and outlives the server."
    return shell.page(
        "jobs", verdict, lead, running + table + answers, stamp="jobs", here="jobs", script="jobs.js",
        refresh=3 if on_way else 0,
    )  # fmt: skip
