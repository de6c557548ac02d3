"""The page of sources: every input of a case that can move its answers, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import polars as pl
from fastapi.exceptions import HTTPException

from haircut.case import content_hash, input_marks, staleness
from haircut.case.case import Case
from haircut.case.register import MARKS
from haircut.errors import UsageError
from haircut.faces.server import shell
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Exhibit, Table
from haircut.reports.exhibits import sources_and_assumptions
from haircut.reports.frames import RunFrames
from haircut.reports.html_parts import section

NAME: Final = "sources_and_assumptions"
ROWS: Final = 200
LONGEST: Final = 80


@dataclass(frozen=True)
class CaseFrames(RunFrames):
    """The frames of a case that was not run: its inputs and their sources."""

    case: Case

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        case = self.case
        return {
            "id": f"not run, inputs {content_hash(case)[:12]}",
            "case": case.name,
            "title": case.title,
            "as_of": case.market.as_of.isoformat(),
            "claim": case.claim,
            "seed": case.settings.seed,
            "paths": case.settings.paths,
            "rent_basis": case.settings.rent_basis or case.market.default_rent_basis,
            "overlays": list(case.overlays),
            "marks": input_marks(case),
            "stale": [item.path for item in staleness(case.market)],
            "verdict": "",
        }

    @cached_property
    def provenance(self) -> pl.DataFrame:
        from haircut.runs.tables import inputs_frame

        return inputs_frame(self.case)

    @cached_property
    def register(self) -> Exhibit:
        """The whole register."""
        return sources_and_assumptions.build(self)

    def stamp(self, scenario: str = "haircut", *, beside: bool = False) -> str:
        """As-of and hash: nothing is simulated."""
        return f"as of {print_.date(self.as_of)} · {self.id}"


@lru_cache(maxsize=16)
def _frames(name: str, digest: str, holder: _Holder) -> CaseFrames:
    return CaseFrames(Path(), holder.case)


@dataclass(frozen=True)
class _Holder:
    """A case behind its hash: what is remembered is compared by name and content."""

    digest: str
    case: Case

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and other.digest == self.digest


def frames_of(case: Case) -> CaseFrames:
    """The frames of a case, remembered."""
    digest = content_hash(case)
    return _frames(case.name, digest, _Holder(digest, case))


def whole(frames: CaseFrames) -> Exhibit:
    """The whole register."""
    return frames.register


@dataclass(frozen=True)
class Asked:
    """Which part of the register is shown.

    Attributes:
        case, frames: whose.
        mark: observed, estimated or assumed; empty for all.
        find: text that a row holds; empty for all.
        number: of the page, from 1.
        built: the rows of this page.
        found: rows that fit, over all pages.
    """

    case: Case
    frames: CaseFrames
    mark: str
    find: str
    number: int
    built: Exhibit
    found: int

    @classmethod
    def of(cls, case: Case, mark: str, find: str, number: int) -> Asked:
        """The part of an address.

        Raises:
            UsageError: for a mark that is none, or a text that is too long.
            HTTPException: 404 for a page that is not there.
        """
        if mark and mark not in MARKS:
            raise UsageError(f"mark: found {mark[:40]!r}; expected one of {', '.join(MARKS)}")
        if len(find) > LONGEST:
            raise UsageError(f"find: found {len(find)} characters; expected at most {LONGEST}")
        frames = frames_of(case)
        register = whole(frames)
        assert register.table is not None
        frame = register.table.frame
        if mark:
            frame = frame.filter(pl.col("mark") == mark)
        if find:
            texts = [pl.col(name).str.to_lowercase() for name in ("path", "source", "note")]
            frame = frame.filter(
                pl.any_horizontal(text.str.contains(find.lower(), literal=True) for text in texts)
            )
        last = max(1, math.ceil(frame.height / ROWS))
        if not 1 <= number <= last:
            raise HTTPException(404, f"page: found {number}; expected 1 to {last}")
        rows = frame.slice((number - 1) * ROWS, ROWS)
        table = register.table
        shown = replace(register, table=Table(rows, table.columns, table.scenario, table.paths))
        return cls(case, frames, mark, find, number, shown, frame.height)


def address(case: str) -> str:
    """Where the register of a case is."""
    return f"/sources/{quote(case, safe='')}"


def page(asked: Asked, cases: list[str]) -> str:
    """The page."""
    here, frames = address(asked.case.name), asked.frames
    kept = {"mark": asked.mark, "find": asked.find}
    marks = [
        shell.choice(here + shell.query({**kept, "mark": mark}), mark or "all", mark == asked.mark)
        for mark in ("", *MARKS)
    ]
    find = (
        f'<form class="ask" method="get" action="{escape(here)}" aria-label="Find inputs"><p class="field">'
        f'<label for="f-find">Find</label> <input type="search" id="f-find" name="find" maxlength="{LONGEST}" '
        f'value="{escape(asked.find)}"> <button>Find</button></p>'
        + (f'<input type="hidden" name="mark" value="{asked.mark}">' if asked.mark else "")
        + "</form>"
    )
    last = max(1, math.ceil(asked.found / ROWS))
    pages = [
        shell.choice(here + shell.query({**kept, "page": number}), str(number), number == asked.number)
        for number in range(1, last + 1)
    ]
    more = shell.choices("Parts of the register", ["part", *pages]) if last > 1 else ""
    others = [shell.choice(address(name), name, name == asked.case.name) for name in cases]
    corner = shell.downloads(asked.built, f"{here}/{NAME}")
    made = shell.with_corner(section(asked.built, frames, frozenset()), corner)
    counts = ", ".join(f"{count} {mark}" for mark, count in frames.manifest["marks"].items())
    body = (
        f"{shell.choices('Cases', others)}{shell.choices('Marks', marks)}{find}"
        f'<p class="note">{asked.found:,} inputs fit.</p>'
        f"{more}{made}{more.replace('Parts of', 'More parts of')}"
    )
    return shell.page(
        "sources", f"{sources_and_assumptions.assumed_share(frames)}.", f"{escape(asked.case.title)}: {counts}.", body,
        stamp=f"sources · {asked.case.name} · as of {print_.date(frames.as_of)}", here="sources",
    )  # fmt: skip


def twin(asked: Asked) -> dict[str, Any]:
    """The page as plain values."""
    table = asked.built.table
    assert table is not None
    return {
        "case": asked.case.name,
        "marks": asked.frames.manifest["marks"],
        "stale": asked.frames.manifest["stale"],
        "mark": asked.mark or None,
        "find": asked.find or None,
        "page": asked.number,
        "pages": max(1, math.ceil(asked.found / ROWS)),
        "found": asked.found,
        "inputs": [
            {column.key: row[column.key] for column in table.columns} for row in table.frame.to_dicts()
        ],
    }
