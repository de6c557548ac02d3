"""The validation pack as one HTML page that fetches nothing, and its answer in the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Final

from haircut.reports import numbers_in_print as print_
from haircut.reports.backtest_text import exhibits as of_backtest
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.exhibit_text import section as in_terminal
from haircut.reports.exhibits import validation_checks, validation_numbers
from haircut.reports.html_parts import Footnotes, anchor, pictures, table
from haircut.reports.memo import POLICY
from haircut.reports.terminal import WIDTH
from haircut.studies.validate import Pack
from haircut.studies.validate.failures import BANDS, PACK, WAVE
from haircut.studies.validate.statement import ASSUMPTIONS, LIMITS, PURPOSE

TESTS: Final = "make validate"
WORDS: Final = (("Purpose", PURPOSE), ("Assumptions", ASSUMPTIONS), ("Limits", LIMITS))


def parts(pack: Pack) -> tuple[tuple[str, tuple[Exhibit, ...]], ...]:
    """What made them, and the exhibits: failures first."""
    numbers = validation_numbers
    return (
        (PACK, (numbers.known_failures(pack),)),
        (TESTS, (validation_checks.build(pack.checks),)),
        (WAVE, of_backtest(pack.wave)),
        (PACK, (numbers.survivors(pack), numbers.orders(pack))),
        (PACK, (numbers.converging(pack), numbers.sensitive(pack))),
        (BANDS, (numbers.bands_scored(pack),)),
        (PACK, (numbers.data(pack),)),
        (TESTS, (validation_checks.every(pack.checks),)),
    )


def verdict(pack: Pack) -> str:
    """The page in one sentence."""
    checks = validation_checks.build(pack.checks).title.split(";")[0]
    return f"{checks}. {validation_numbers.known_failures(pack).title}"


def page(pack: Pack) -> str:
    """The whole page as text."""
    shown = parts(pack)
    tests = [check.test for check in pack.checks or ()]
    known = frozenset(anchor(f"input:{name}") for name in (*tests, PACK, TESTS, WAVE, BANDS))
    seen: set[str] = set()
    body = []
    for command, exhibits in shown:
        if exhibits[0].name == "validation_every_check":
            body += [_list(name, lines) for name, lines in WORDS]
        place = "" if command in seen else f'<span id="{anchor(f"input:{command}")}"></span>'
        seen.add(command)
        body += [place, *(_section(exhibit, command, known) for exhibit in exhibits)]
    links = " ".join(
        f'<a href="#x-{exhibit.name}">{escape(exhibit.name.removeprefix("validation_").replace("_", " "))}</a>'
        for _, exhibits in shown
        for exhibit in exhibits
    )
    style = re.sub(
        r"\s*\n\s*", "\n", files("haircut.reports").joinpath("memo.css").read_text("utf-8")
    ).strip()
    head = f"validation · {print_.date(pack.made)} · code {pack.code[:12]} · content {pack.digest[:12]}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>validation · haircut</title>\n'
        f"<style>{style}\n{_STYLE}</style></head>\n<body>\n"
        f"<header><b>haircut</b><span>{escape(head)}</span></header>\n<main>\n"
        f"<h1>{escape(verdict(pack))}</h1>\n"
        f'<p class="lead">Made from code by <code>make validate</code>; nothing is typed in. '
        f"Each section says which command makes it again.</p>\n"
        f'<nav aria-label="Sections">{links}</nav>\n{chr(10).join(body)}\n</main>\n'
        f"<footer>{_footer(pack)}</footer></body></html>\n"
    )


_STYLE: Final = (
    "#x-validation_failures td, #x-validation_every_check td { white-space: normal; } "
    "#x-validation_every_check tbody th { white-space: normal; min-width: 20em; } td.n { white-space: nowrap; }"
)


def _section(exhibit: Exhibit, command: str, known: frozenset[str]) -> str:
    notes = Footnotes()
    ids = "path" if exhibit.name == "validation_every_check" and exhibit.table is not None else None
    body = table(exhibit.table, notes, known, exhibit.title, ids) if exhibit.table is not None else ""
    drawn = pictures(exhibit)
    lines = [notes.html(), *(f'<p class="note">{escape(note)}</p>' for note in exhibit.notes)]
    lines += [f'<p class="note">Not calculated: {escape(reason)}</p>' for reason in exhibit.not_calculated]
    lines.append(f'<p class="stamp">Made by: {escape(command)}</p>')
    figure = f"<figure>{drawn}</figure>" if drawn else ""
    return (
        f'<section id="x-{exhibit.name}"><h2>{escape(exhibit.title)}</h2>'
        f'<div class="show">{figure}<div class="rows">{body}</div></div>{"".join(lines)}</section>'
    )


def _list(name: str, lines: Sequence[str]) -> str:
    items = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f"<section><h2>{name}.</h2>{items}</section>"


def _footer(pack: Pack) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(pack.versions.items()))
    lines = (
        f"Content SHA-256 {pack.digest}, the day left out.",
        f"Code {pack.code}; {pack.platform}; {versions}",
        "Research use, not advice.",
    )
    return "<br>".join(map(escape, lines))


def write_page(pack: Pack, target: Path) -> Path:
    """Write the page and return where."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(pack), "utf-8", newline="\n")
    return target


def summary(pack: Pack, target: Path) -> str:
    """The verdict, the failures, and where the page is, in 100 columns."""
    return "\n\n".join(
        [
            f"haircut   validation · {print_.date(pack.made)} · content {pack.digest[:12]}",
            textwrap.fill(verdict(pack), WIDTH),
            *_failure_lines(pack),
            in_terminal(validation_numbers.converging(pack)),
            f"page  {target}",
        ]
    )


def _failure_lines(pack: Pack) -> list[str]:
    lines = [
        textwrap.fill(f"{row.kind:9} {row.what}", WIDTH, subsequent_indent=" " * 10) for row in pack.failures
    ]
    return ["\n".join(lines)] if lines else []
