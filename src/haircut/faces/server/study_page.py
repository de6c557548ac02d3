"""The page of a study: its kept answer, what is on its way, and how to ask otherwise."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from haircut.faces.server import shell
from haircut.faces.server.jobs import Job
from haircut.faces.server.studies import STUDIES
from haircut.reports import numbers_in_print as print_
from haircut.reports.html_parts import section
from haircut.reports.kept_exhibits import KeptExhibits
from haircut.runs.answers import Kept, Question, kept_answers

MOST_REMEMBERED: Final = 48
MOST_OTHERS: Final = 8
METHODS: Final = {
    "book": "whole-book", "relative_value": "measures", "sector": "whole-book", "contagion": "contagion",
    "attribution": "attribution", "scenarios": "drivers", "liquidation": "liquidation", "compare": "measures",
    "replay": "measures", "reprice": "measures", "backtest": "backtest", "stress": "solvers", "break_evens": "solvers",
}  # fmt: skip
"""Page of `docs/methods` that says how each study is made."""


@dataclass(frozen=True)
class Stamp:
    """Where the exhibits of a kept answer come from."""

    kept: Kept

    @property
    def manifest(self) -> Mapping[str, Any]:
        return self.kept.manifest

    @property
    def as_of(self) -> str:
        return str(self.manifest["as_of"] or self.manifest["created"][:10])

    @property
    def verdict(self) -> str:
        return str(self.manifest["verdict"])

    def stamp(self, scenario: str = "haircut", *, beside: bool = False) -> str:
        """As-of, currency, scenario, arguments, id: the line under every table."""
        said = self.manifest
        asked = [f"{name} {_said(name, value)}" for name, value in said["asked"].items() if value != ""]
        parts = [f"as of {print_.date(said['as_of'])}"] if said["as_of"] else []
        parts += ["USD", f"scenario {' + '.join([scenario, *said['overlays']])}", *asked]
        return " · ".join([*parts, f"answer {said['id']}", "± one standard error"])


def _said(name: str, value: Any) -> str:
    """An argument in print: a seed is a name, other whole numbers are counts."""
    counted = isinstance(value, int | float) and not isinstance(value, bool) and name != "seed"
    return print_.plain(value) if counted else shell.in_address(value)


@dataclass(frozen=True)
class View:
    """One page of a study.

    Attributes:
        question: asked.
        address: of the page.
        here: its name in the way to the pages.
        kept: its answer, where there is one.
        job: on its way, or the last that failed.
        key: of the page's forms.
        choices: other cases, and what else may be asked about, as links.
        only: shows exhibits whose name ends so; by default those without such an end.
        title: in place of the study's.
    """

    question: Question
    address: str
    here: str
    kept: Kept | None
    job: Job | None
    key: str
    choices: str = ""
    only: str = ""
    title: str = ""

    @property
    def names(self) -> list[str]:
        """Exhibits that are shown, by name."""
        if self.kept is None:
            return []
        return [
            name
            for name in KeptExhibits(self.kept.folder).index
            if (name.endswith(f"@{self.only}") if self.only else "@" not in name)
        ]


def study_page(view: View) -> str:
    """The whole page."""
    question, kept = view.question, view.kept
    study, case = STUDIES[question.study], view.question.case
    title = view.title or study.title
    job = "" if view.job is None else shell.running(view.job.as_dict(), view.key)
    ask = _ask(view, open_=kept is None)
    stamp = (
        title
        if case is None
        else f"{title} · {case.name} · as of {print_.date(case.market.as_of.isoformat())}"
    )
    command = study.command.format(case="CASE" if case is None else case.name)
    foot = f"The same from the command line: {command}. Method: docs/methods/{METHODS[question.study]}.md."
    refresh = 3 if view.job is not None and not view.job.over else 0
    common: dict[str, Any] = {"stamp": stamp, "here": view.here, "script": "jobs.js", "refresh": refresh}
    if kept is None:
        lead = f"{escape(study.asks)} Not computed yet; it takes {escape(study.takes)}."
        body = f"{view.choices}{job}{ask}{_kept_otherwise(question)}"
        return shell.page(title, f"{title}: no answer is kept.", lead, body, foot=foot, **common)
    shown = exhibits(view)
    where = escape(view.address + ".json" + shell.query(_asked(view)))
    lead = f'{escape(_made(kept, "; compute it again below"))} <a href="{where}">JSON</a>{_memos(view)}'
    body = f"{view.choices}{job}{shown}{ask}"
    return shell.page(title, _verdict(view), lead, body, foot=foot, **common)


def _memos(view: View) -> str:
    """Where the memo of the whole book is, on the pages of its chapters."""
    case = view.question.case
    if (
        case is None
        or view.only
        or view.question.study not in ("book", "sector", "relative_value", "contagion")
    ):
        return ""
    place = f"/books/{quote(case.name, safe='')}/files/memo"
    return f' <a href="{place}.pdf" download>memo of the book, PDF</a> <a href="{place}.xlsx" download>workbook</a>'


def _kept_otherwise(question: Question) -> str:
    """Kept answers of the same study about a case of this name: of other arguments, or of inputs that have changed."""
    case = question.case
    found = [
        each
        for each in kept_answers(study=question.study)
        if case is not None and each.manifest["case"] == case.name
    ]
    found.sort(key=lambda each: str(each.manifest["created"]), reverse=True)
    rows = "".join(
        f'<li><a href="{answer_address(each)}">{escape(_arguments(each) or "the same question, other inputs")}</a> '
        f"{escape(_made(each))}<br>{escape(str(each.manifest['verdict']))}</li>"
        for each in found[:MOST_OTHERS]
    )
    return f'<section id="kept"><h2>Kept, asked otherwise.</h2><ul>{rows}</ul></section>' if rows else ""


def _arguments(kept: Kept) -> str:
    fields = {field.name: field.default for field in STUDIES[kept.manifest["study"]].fields}
    asked = kept.manifest["asked"].items()
    return ", ".join(f"{name} {_said(name, value)}" for name, value in asked if value != fields.get(name))


def answer_address(kept: Kept) -> str:
    """Where a kept answer stands, whatever is served today."""
    return f"/answers/{kept.manifest['study']}/{kept.id}"


def answer_page(kept: Kept) -> str:
    """A kept answer by its id: what it was, not what the same question gives today."""
    study = STUDIES[kept.manifest["study"]]
    names = tuple(name for name in KeptExhibits(kept.folder).index if "@" not in name)
    verdict = str(kept.manifest["verdict"])
    lead = f'{escape(_made(kept))} {escape(_arguments(kept))} <a href="{answer_address(kept)}.json">JSON</a>'
    stamp = f"{study.title} · {kept.manifest['case'] or 'runs'} · answer {kept.id}"
    foot = f"Method: docs/methods/{METHODS[kept.manifest['study']]}.md."
    shown = _exhibits(kept.folder, names, verdict)
    return shell.page(study.title, verdict, lead, shown, stamp=stamp, here="", foot=foot)


def _verdict(view: View) -> str:
    assert view.kept is not None
    names = view.names
    if view.only and names:
        return str(KeptExhibits(view.kept.folder).index[names[0]]["title"])
    return str(view.kept.manifest["verdict"])


def _made(kept: Kept, here: str = "") -> str:
    """When and by what it was computed; `here` where it can be computed again."""
    said = kept.manifest
    day = datetime.datetime.fromisoformat(said["created"])
    earlier = "" if kept.of_today else f", by earlier code ({said['code_hash'][:8]}){here}"
    about = f"{said['title']}. " if said["title"] else ""
    seconds = said["elapsed_seconds"]
    return f"{about}Computed {day:%d-%b-%Y %H:%M} UTC in {seconds:,.0f} s{earlier}."


def exhibits(view: View) -> str:
    """The exhibits of a kept answer, one after the other."""
    assert view.kept is not None
    return _exhibits(view.kept.folder, tuple(view.names), _verdict(view))


@lru_cache(maxsize=MOST_REMEMBERED)
def _exhibits(folder: Path, names: tuple[str, ...], verdict: str) -> str:
    """The same by folder, whose files never change."""
    kept = Kept(folder)
    found, stamp = KeptExhibits(folder), Stamp(kept)
    parts = []
    for number, name in enumerate(names):
        exhibit = found.exhibit(name)
        made = section(exhibit, stamp, frozenset(), drawn=found.drawn)
        if number == 0 and exhibit.title == verdict:  # the page has said it already
            made = made.replace(f"<h2>{escape(exhibit.title)}</h2>", '<h2 class="said">The answer.</h2>', 1)
        corner = shell.downloads(exhibit, exhibit_address(kept, name))
        parts.append(shell.with_corner(made, corner))
    return "".join(parts)


def exhibit_address(kept: Kept, name: str) -> str:
    """Where one exhibit of a kept answer is found, without the kind of file."""
    return f"{answer_address(kept)}/{name}"


def _asked(view: View) -> dict[str, Any]:
    """Arguments that differ from their defaults, for an address."""
    fields = {field.name: field for field in STUDIES[view.question.study].fields}
    return {name: value for name, value in view.question.asked.items() if value != fields[name].default}


def _ask(view: View, *, open_: bool) -> str:
    """The form that starts the study."""
    study = STUDIES[view.question.study]
    asked = view.question.asked
    hidden = {"study": view.question.study, "page": view.address}
    if view.question.case is not None:
        hidden["case"] = view.question.case.name
    fields = [shell.control(field, asked.get(field.name)) for field in study.fields]
    made = shell.form("/jobs", view.key, hidden, fields, "Compute", f"Ask for {study.title.lower()}")
    words = "Ask" if open_ else "Ask otherwise"
    return (
        f'<details class="ask"{" open" if open_ else ""}><summary>{words}</summary>'
        f'<p class="note">{escape(study.asks)} It takes {escape(study.takes)}, beside whatever else runs.</p>'
        f"{made}</details>"
    )


def twin(view: View) -> dict[str, Any]:
    """The page as plain values."""
    kept = view.kept
    found = None if kept is None else KeptExhibits(kept.folder)
    return {
        "study": view.question.study,
        "asked": dict(view.question.asked),
        "page": view.address + shell.query(_asked(view)),
        "id": view.question.name,
        "verdict": None if kept is None else _verdict(view),
        "kept": None if kept is None else kept.manifest,
        "job": None if view.job is None else view.job.as_dict(),
        "answer": None if kept is None else kept.answer,
        "exhibits": []
        if kept is None or found is None
        else [
            {
                "name": name,
                "title": found.index[name]["title"],
                "address": exhibit_address(kept, name),
                "chart": found.index[name]["chart"] is not None,
                "table": found.index[name]["table"] is not None,
            }
            for name in view.names
        ],
    }
