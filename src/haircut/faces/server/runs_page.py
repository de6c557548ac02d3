"""The pages of recorded runs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

import haircut as hc
from haircut.faces.server import shell
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import RunFrames
from haircut.reports.html_parts import section
from haircut.runs import ledger

if TYPE_CHECKING:
    import polars as pl

    from haircut.faces.server.desk import Desk

SHOWN: Final = ("ltv_paths", "result_table", "spread_waterfall", "cover_ratios", "causes")
MOST: Final = 200


def listed(case: str = "") -> pl.DataFrame:
    """Recorded runs, the latest first."""
    ask: Any = hc.runs
    found: pl.DataFrame = ask(case=case or None)
    return found


def page(desk: Desk, key: str, case: str = "") -> str:
    """Every run, two chosen for a comparison, a form for a new one."""
    found = listed(case)
    rows = found.head(MOST).to_dicts()
    lines = [_row(row) for row in rows]
    heads = ("run", "case", "as of", "paths", "seed", "recorded, UTC", "who", "first", "second", "verdict")
    table = (
        '<section><h2>Recorded runs, the latest first.</h2><form class="compare" method="get" '
        'action="/runs/compare" aria-label="Compare two runs">'
        f"{shell.box('Recorded runs', heads, lines, ('paths', 'seed'))}"
        '<p class="field"><button>Compare first with second</button></p></form></section>'
        if rows
        else ""
    )
    cases = [
        shell.choice(f"/runs{shell.query({'case': name})}", name or "all", name == case)
        for name in ("", *desk.cases)
    ]
    verdict = f"{found.height:,} runs are recorded{f' of {case}' if case else ''}."
    if found.height:
        latest = found.row(0, named=True)
        verdict += f" The latest is of {latest['case']}, {print_.date(str(latest['created'])[:10])}."
    lead = "A run is a folder with its inputs, seed, versions and answer; the ledger loses none and changes none."
    body = f"{shell.choices('Cases', cases)}{_new(desk, key, case)}{table}"
    foot = f"Folder of runs: $HAIRCUT_RUNS, else ./haircut-runs; ledger: {ledger.LEDGER}. See docs/reference/runs.md."
    return shell.page(
        "runs", verdict, lead, body, stamp="recorded runs", here="runs", foot=foot, script="jobs.js"
    )


def _row(row: dict[str, Any]) -> str:
    name = escape(row["id"])
    choices = "".join(
        f'<td><input type="radio" name="{which}" value="{name}" aria-label="{which} run {name}" required></td>'
        for which in ("first", "second")
    )
    overlays = "".join(f" + {escape(each)}" for each in row["overlays"] or ())
    return (
        f'<tr><th scope="row"><a href="/runs/{name}">{name}</a></th><td>{escape(row["case"])}{overlays}</td>'
        f'<td class="t">{print_.date(row["as_of"])}</td><td class="n">{row["paths"]:,}</td>'
        f'<td class="n">{row["seed"]}</td>'
        f'<td class="t">{escape(str(row["created"])[:16].replace("T", " "))}</td><td>{escape(row["who"] or "")}</td>'
        f'{choices}<td class="w">{escape(row["verdict"] or "")}</td></tr>'
    )


def _new(desk: Desk, key: str, case: str) -> str:
    from haircut.faces.server.studies import STUDIES

    study = STUDIES["reprice"]
    jobs = [job for job in desk.jobs.listed() if job.question.study == "reprice" and not job.over]
    running = "".join(shell.running(job.as_dict(), key) for job in jobs)
    options = "".join(
        f"<option{' selected' if name == case else ''}>{escape(name)}</option>" for name in desk.cases
    )
    choose = f'<p class="field"><label for="f-case">case</label> <select id="f-case" name="case">{options}</select></p>'
    fields = [choose, *(shell.control(field, field.default) for field in study.fields)]
    made = shell.form("/jobs", key, {"study": "reprice"}, fields, "Record a run", "Record a run")
    return f'{running}<details class="ask"><summary>Record a run</summary>{made}</details>'


def run_page(run: Any, key: str) -> str:
    """One run: its verdict, what a reader needs first, where the rest is."""
    frames = RunFrames.of(run)
    manifest = run.manifest
    base = f"/runs/{run.id}"
    parts = []
    for name in SHOWN:
        exhibit = EXHIBITS[name](frames)
        made = section(exhibit, frames, frozenset())
        parts.append(shell.with_corner(made, shell.downloads(exhibit, f"{base}/{name}")))
    links = " ".join(
        f'<a href="{base}/{file}"{"" if file.endswith("html") else " download"}>{words}</a>'
        for file, words in (("memo.html", "memo"), ("memo.pdf", "memo, PDF"), ("memo.xlsx", "memo, workbook"),
                            ("replay", "replay"))
    )  # fmt: skip
    why = f" Why: {escape(manifest['why'])}." if manifest.get("why") else ""
    lead = f"{escape(str(manifest['title']))}. {escape(assumed_share(frames))}.{why}"
    links = f'<nav id="tabs" aria-label="More about this run">{links} <a href="{base}.json">JSON</a></nav>'
    body = links + "".join(parts)
    foot = f"{frames.stamp()} · inputs {str(manifest['input_hash'])[:12]}, code {str(manifest['code_hash'])[:12]}"
    stamp = f"{manifest['case']} · as of {print_.date(run.manifest['as_of'])} · run {run.id} · {frames.paths:,} paths"
    return shell.page(f"run {run.id}", run.verdict, lead, body, stamp=stamp, here="runs", foot=foot)
