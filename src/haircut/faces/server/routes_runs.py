"""Addresses of recorded runs: the list, one run, its files, two beside each other, one computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException

import haircut as hc
from haircut.faces.server import runs_page
from haircut.faces.server.desk import Desk
from haircut.faces.server.exhibit_files import check_kind, exhibit_file
from haircut.faces.server.fields import PATTERNS
from haircut.faces.server.routes_studies import as_html, as_json
from haircut.faces.server.study_page import View, study_page, twin
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import RunFrames
from haircut.reports.memo import POLICY
from haircut.runs.answers import find_answer
from haircut.runs.folder import folders, runs_root

MEMOS: Final = {
    "memo.html": ("html", "text/html; charset=utf-8"),
    "memo.pdf": ("pdf", "application/pdf"),
    "memo.xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def routes(desk: Desk) -> APIRouter:
    """The addresses for this desk."""
    router = APIRouter(tags=["runs"])

    def run_of(name: str) -> Any:
        import re

        if not re.fullmatch(PATTERNS["run"], name):
            raise HTTPException(404, f"no run {name[:40]!r}; expected the first digits of one")
        found = [folder for folder in folders(runs_root()) if folder.name.startswith(name)]
        if len(found) != 1:
            raise HTTPException(404, f"{len(found)} runs begin with {name!r}; /runs lists them")
        return hc.Run(found[0], found=True)

    def view(study: str, asked: dict[str, Any], where: str, key: str) -> View:
        question = desk.question(study, None, asked)
        return View(question, where, "runs", find_answer(question), desk.jobs.of(question), key)

    def key(request: Request) -> str:
        return desk.door.form_key(request.scope["haircut.session"])

    @router.get("/runs.json", operation_id="list_runs")
    def listed(case: str = "") -> Response:
        """Every recorded run, the latest first."""
        return as_json({"runs": runs_page.listed(case).to_dicts()})

    @router.get("/runs", operation_id="show_runs")
    def runs(request: Request, case: str = "") -> Response:
        """Every recorded run; two of them compared, a new one recorded."""
        return as_html(runs_page.page(desk, key(request), case))

    @router.get("/runs/compare.json", operation_id="read_comparison")
    def compared_twin(first: str, second: str, request: Request) -> Response:
        """What moved between two runs, as JSON."""
        return as_json(twin(_compared(first, second, request)))

    @router.get("/runs/compare", operation_id="show_comparison")
    def compared(first: str, second: str, request: Request) -> Response:
        """What moved from one run to another, by cause."""
        return as_html(study_page(_compared(first, second, request)))

    def _compared(first: str, second: str, request: Request) -> View:
        asked = {"first": run_of(first).id, "second": run_of(second).id}
        return view("compare", asked, "/runs/compare", key(request))

    @router.get("/runs/{run}/replay.json", operation_id="read_replay")
    def replayed_twin(run: str, request: Request) -> Response:
        """A run computed again, as JSON."""
        name = run_of(run).id
        return as_json(twin(view("replay", {"run": name}, f"/runs/{name}/replay", key(request))))

    @router.get("/runs/{run}/replay", operation_id="show_replay")
    def replayed(run: str, request: Request) -> Response:
        """A run computed again: the same bits, or where they differ."""
        name = run_of(run).id
        return as_html(study_page(view("replay", {"run": name}, f"/runs/{name}/replay", key(request))))

    @router.get("/runs/{run}.json", operation_id="read_run")
    def run_twin(run: str) -> Response:
        """One recorded run: manifest and every measure."""
        found = run_of(run)
        measures = found.all_measures.to_dicts()
        return as_json({"manifest": dict(found.manifest), "measures": measures})

    @router.get("/runs/{run}", operation_id="show_run")
    def run_page(run: str, request: Request) -> Response:
        """One recorded run: verdict, pictures, memo, replay."""
        return as_html(runs_page.run_page(run_of(run), key(request)))

    @router.get("/runs/{run}/{file}", operation_id="show_run_file")
    def run_file(run: str, file: str) -> Response:
        """The memo of a run, or one exhibit as a file: `memo.pdf`, `ltv_paths.svg`."""
        found = run_of(run)
        if file in MEMOS:
            return _memo(found, file)
        stem, _, kind = file.rpartition(".")
        check_kind(kind)
        if stem not in EXHIBITS:
            raise HTTPException(404, f"no exhibit {stem[:60]!r}; there are {', '.join(EXHIBITS)}")
        frames = RunFrames.of(found)
        return exhibit_file(EXHIBITS[stem](frames), frames, kind, f"{found.manifest['case']}-{found.id}")

    return router


def _memo(run: Any, file: str) -> Response:
    to, kind = MEMOS[file]
    place: Path = run.folder / file
    content = (place if place.is_file() else run.report(to=to)).read_bytes()
    headers = {}
    if to == "html":
        headers["content-security-policy"] = POLICY
    else:
        headers["content-disposition"] = f'attachment; filename="{run.manifest["case"]}-{run.id}.{to}"'
    return Response(content, media_type=kind, headers=headers)
