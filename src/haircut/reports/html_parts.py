"""Exhibits to HTML: a table in its own box, a picture at two widths, notes, the stamp under them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Protocol

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Cell, Column, Exhibit, Table
from haircut.reports.picture import svg


class Stamped(Protocol):
    """Anything whose exhibits say where they come from: the frames of a run, a kept answer of a study."""

    def stamp(self, scenario: str = "haircut", *, beside: bool = False) -> str:
        """The line under a table."""


LETTERS = "abcdefghijklmnopqrstuvwxyz"


def anchor(target: str) -> str:
    """The id in the page of `measure:x` or `input:x`.

    >>> anchor("measure:fair_margin_bp"), anchor("input:book.claims[0].drawn usd")
    ('m-fair_margin_bp', 'src-book.claims_0_.drawn_usd')
    """
    kind, _, name = target.partition(":")
    return ("m-" if kind == "measure" else "src-") + re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def source(text: str) -> str:
    """A source as a link where it is a web address, as text otherwise; nothing but http(s) becomes a link."""
    address = text.split()[0].rstrip(".,;") if text.strip() else ""
    if re.match(r"https?://[^\s\"'<>]+$", address):
        href = escape(address, quote=True)
        shown = escape(shortened(address))
        rest = escape(text[len(address) :])
        return f'<a class="out" href="{href}" rel="noreferrer noopener">{shown}</a>{rest}'
    return escape(text)


def shortened(address: str) -> str:
    """Where a web address leads, in few characters: its host and its last part.

    >>> shortened("https://www.sec.gov/Archives/edgar/data/1769628/crwv-20260630.htm")
    'sec.gov/…/crwv-20260630.htm'
    """
    host, _, rest = address.split("//", 1)[1].partition("/")
    last = rest.rstrip("/").rsplit("/", 1)[-1].partition("?")[0]
    middle = "/…" if "/" in rest.rstrip("/") else ""
    name = f"{host.removeprefix('www.')}{middle}{'/' + last if last else ''}"
    return name if len(name) <= 44 else f"{name[:43]}…"


def breakable(path: str) -> str:
    """A dotted path that may break after its dots and brackets, escaped."""
    return re.sub(r"([.\[_])", r"\1<wbr>", escape(path))


class Footnotes:
    """Reasons under a table: one letter each, in the order of their first appearance."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}

    def letter(self, reason: str) -> str:
        return self.seen.setdefault(reason, LETTERS[len(self.seen) % 26] * (1 + len(self.seen) // 26))

    def html(self) -> str:
        if not self.seen:
            return ""
        items = "; ".join(f"<sup>{letter}</sup> {escape(reason)}" for reason, letter in self.seen.items())
        return f'<p class="foot">n/a: {items}.</p>'


def _text(cell: Cell, notes: Footnotes, known: frozenset[str]) -> str:
    body = escape(cell.text)
    if cell.reason:
        letter = notes.letter(cell.reason)
        return f'<abbr title="{escape(cell.reason, quote=True)}">{body}</abbr><sup>{letter}</sup>'
    name = anchor(cell.target) if cell.target else ""
    return f'<a href="#{name}">{body}</a>' if name in known else body


def _cells(cell: Cell, column: Column, notes: Footnotes, known: frozenset[str], *, head: bool) -> str:
    body = source(cell.text) if column.key == "source" else _text(cell, notes, known)
    if head:
        words = breakable(cell.text) if column.key == "path" else body
        return f'<th scope="row">{words}</th>'
    if not column.numeric:
        return f'<td class="{"w" if len(cell.text) > 44 else "t"}">{body}</td>'
    flush = "" if cell.text.endswith(")") or cell.reason else " p"
    if column.error is None:
        return f'<td class="n{flush}">{body}</td>'
    if cell.numeric and cell.text.startswith("<"):
        return f'<td class="n" colspan=2>{body}</td>'
    spread = f"± {escape(cell.error)}" if cell.error else ""
    return f'<td class="n{flush}">{body}</td><td class="e">{spread}</td>'


def table(content: Table, notes: Footnotes, known: frozenset[str], label: str, ids: str | None = None) -> str:
    """One table in a box of its own.

    Args:
        content: the table.
        notes: collects the reasons of empty cells.
        known: ids that exist in the page; a number whose origin is not in the page is no link.
        label: what a screen reader says on entering the box.
        ids: the frame's column from which each row gets its id, or None.
    """
    heads = "".join(
        f'<th scope="col" class="{"n p" if column.numeric else "t"}"{" colspan=2" if column.error else ""}>'
        f"<span>{escape(column.heading)}</span></th>"
        for column in content.columns
    )
    names = [anchor(f"input:{name}") for name in content.frame[ids]] if ids else []
    rows = []
    for position, cells in enumerate(content.rows()):
        inner = "".join(
            _cells(cell, column, notes, known, head=index == 0)
            for index, (cell, column) in enumerate(zip(cells, content.columns, strict=True))
        )
        rows.append(f'<tr id="{names[position]}">{inner}</tr>' if names else f"<tr>{inner}</tr>")
    return (
        f'<div class="box" tabindex="0" role="region" aria-label="{escape(label, quote=True)}">'
        f"<table><thead><tr>{heads}"
        f"</tr></thead><tbody>{chr(10).join(rows)}</tbody></table></div>"
    )


def pictures(exhibit: Exhibit) -> str:
    """The chart for a wide page and for a narrow one; the page's style shows one of them."""
    parts = [
        f'<div class="{kind}">{svg(spec, name=f"{exhibit.name}-{kind}", title=exhibit.title)}</div>'
        for kind, spec in (("wide", exhibit.chart), ("narrow", exhibit.chart_narrow))
        if spec is not None
    ]
    return "".join(parts)


def _without_error(exhibit: Exhibit) -> str:
    """A line where a simulated number has no error, as on very few paths."""
    rows = exhibit.table.rows() if exhibit.table is not None else ()
    if not any(cell.error == print_.NOT_AVAILABLE for row in rows for cell in row):
        return ""
    return '<p class="foot">± n/a: too few paths, or none with an event, to estimate this error.</p>'


def in_notebook(exhibit: Exhibit) -> str:
    """One exhibit by itself, as a notebook shows it: sentence, picture, table, notes."""
    notes = Footnotes()
    drawn = "" if exhibit.chart is None else svg(exhibit.chart, name=exhibit.name, title=exhibit.title)
    body = "" if exhibit.table is None else table(exhibit.table, notes, frozenset(), exhibit.title)
    said = [*exhibit.notes, *(f"Not calculated: {reason}" for reason in exhibit.not_calculated)]
    lines = "".join(f"<p>{escape(line)}</p>" for line in said)
    return f"<h3>{escape(exhibit.title)}</h3>{drawn}{body}{notes.html()}{lines}"


def section(
    exhibit: Exhibit,
    run: Stamped,
    known: frozenset[str],
    *,
    layout: str = "stacked",
    ids: str | None = None,
    drawn: Callable[[Exhibit], str] | None = None,
) -> str:
    """One exhibit as a section of the page.

    Args:
        exhibit: what to show.
        run: for the stamp.
        known: ids that exist in the page.
        layout: "stacked", or "beside" for a picture with a small table at its right.
        ids: see `table`.
        drawn: the pictures, where they are drawn already.
    """
    notes = Footnotes()
    body = table(exhibit.table, notes, known, exhibit.title, ids) if exhibit.table is not None else ""
    shown = (drawn or pictures)(exhibit)
    figure = f"<figure>{shown}</figure>" if shown else ""
    lines = [
        notes.html(),
        _without_error(exhibit),
        *(f'<p class="note">{escape(note)}</p>' for note in exhibit.notes),
    ]
    lines += [f'<p class="note">Not calculated: {escape(reason)}</p>' for reason in exhibit.not_calculated]
    if exhibit.table is not None:
        lines.append(
            f'<p class="stamp">{escape(run.stamp(exhibit.table.scenario, beside=exhibit.table.beside))}</p>'
        )
    return (
        f'<section id="x-{exhibit.name}" class="{layout}"><h2>{escape(exhibit.title)}</h2>'
        f'<div class="show">{figure}<div class="rows">{body}</div></div>{"".join(lines)}</section>'
    )
