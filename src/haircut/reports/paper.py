"""The memo on paper: the exhibits of the page, set by Typst with fonts of the package, the same bytes for a run."""

from __future__ import annotations

import datetime
import json
import re
from importlib.resources import as_file, files
from typing import Any, Final

from haircut.reports import numbers_in_print as print_
from haircut.reports.arose import arose_rows
from haircut.reports.exhibit_parts import Cell, Column, Exhibit, Table
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.exhibits.sources_and_assumptions import assumed_share
from haircut.reports.frames import RunFrames
from haircut.reports.html_parts import Footnotes, Stamped, shortened
from haircut.reports.picture import svg

PICTURE_POINTS: Final = 515.0
"""Width of a picture: that of the text of an A4 page with margins of 14 mm."""

SMALLER: Final = {"ltv_paths": 405.0, "rent_fan": 430.0, "cover_ratios": 390.0, "recovery_by_rank": 330.0}
"""Pictures that leave room for what stands under them on their page."""

SMALL: Final = {
    "offtake": 6.6,
    "coin_line": 6.6,
    "term_strip": 7.6,
    "sources_and_assumptions": 6.3,
    "arose": 6.8,
    "loans_side_by_side": 7.0,
    "ladder": 7.6,
}
WIDTHS: Final = {
    "sources_and_assumptions": (2.3, 1.5, 1.45, 0.95, 3.7),
    "limits_of_the_model": (0.0, 1.0),
}
"""Shares of the page's width by exhibit; 0 is as wide as the text, which then does not break."""

AFTER: Final = "\x1f"
"""Stands between the source and the note of a row of the register."""

BREAKABLE: Final = ("sources_and_assumptions", "arose")
NEW_PAGE: Final = ("spread_waterfall",)


def pdf(run: RunFrames) -> bytes:
    """The memo of a run as PDF, A4; its time is the as-of date, so that one run has one file.

    Args:
        run: a recorded run.
    """
    parts, pictures = [], {}
    for name, build in EXHIBITS.items():
        exhibit = build(run)
        if exhibit.absent:
            continue
        if name == "sources_and_assumptions":
            parts.append(_arose(run))
            exhibit = _register_on_paper(exhibit)
        if exhibit.chart is not None:
            pictures[f"{name}.svg"] = svg(exhibit.chart, name=name, title=exhibit.title).encode()
        parts.append(_part(exhibit, run))
    memo = {
        "title": f"{run.manifest['case']} · haircut",
        "head": _head(run),
        "foot": "Research use. Not advice, not a rating, not an offer.",
        "verdict": run.verdict,
        "lead": f"{run.manifest['title']}. {assumed_share(run)}. {_made_from(run)}",
        "parts": parts,
    }
    return compiled(memo, pictures, run.as_of)


def compiled(memo: dict[str, Any], pictures: dict[str, bytes], as_of: str) -> bytes:
    """Data of the template to PDF; its time is the as-of date.

    Args:
        memo: title, head, foot, verdict, lead and parts.
        pictures: SVG by file name.
        as_of: ISO date.
    """
    import typst

    source = {
        "main.typ": files("haircut.reports").joinpath("memo.typ").read_bytes(),
        "memo.json": json.dumps(memo, ensure_ascii=False, allow_nan=False).encode(),
        **pictures,
    }
    with as_file(files("haircut").joinpath("data/fonts")) as folder:
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
        # The stub of typst does not know the mapping of file names to contents that its function takes.
        made: bytes = typst.compile(  # type: ignore[call-overload]
            source, format="pdf", font_paths=fonts, timestamp=_time(as_of)
        )
    return made


def _time(as_of: str) -> datetime.datetime:
    day = datetime.date.fromisoformat(as_of[:10])
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def _head(run: RunFrames) -> str:
    named = [str(run.manifest["case"]), *run.manifest.get("overlays", ())]
    return " · ".join([*named, f"as of {print_.date(run.as_of)}", f"run {run.id}", f"{run.paths:,} paths"])


def _made_from(run: RunFrames) -> str:
    inputs, code = (str(run.manifest.get(name, ""))[:12] for name in ("input_hash", "code_hash"))
    return f"Inputs {inputs}, code {code}. Shares in %, dollars in millions. Research use, not advice."


def _part(exhibit: Exhibit, run: Stamped) -> dict[str, Any]:
    """One exhibit as data of the template."""
    notes = Footnotes()
    table = None if exhibit.table is None else _table(exhibit.name, exhibit.table, notes)
    lines = []
    if notes.seen:
        said = "; ".join(f"({letter}) {reason}" for reason, letter in notes.seen.items())
        lines.append(_line(f"n/a: {said}.", grey=True))
    if table is not None and any(c["error"] == print_.NOT_AVAILABLE for row in table["rows"] for c in row):
        lines.append(_line("± n/a: too few paths, or none with an event, to estimate this error.", grey=True))
    lines += [_line(note) for note in exhibit.notes]
    lines += [_line(f"Not calculated: {reason}") for reason in exhibit.not_calculated]
    if exhibit.table is not None:
        lines.append(_line(run.stamp(exhibit.table.scenario, beside=exhibit.table.beside), grey=True))
    return {
        "title": exhibit.title,
        "picture": f"{exhibit.name}.svg" if exhibit.chart is not None else "",
        "picture_width": SMALLER.get(exhibit.name, PICTURE_POINTS),
        "table": table,
        "lines": lines,
        "breakable": exhibit.name in BREAKABLE,
        "break_before": exhibit.name in NEW_PAGE,
    }


def _line(text: str, *, grey: bool = False) -> dict[str, Any]:
    return {"text": text, "grey": grey}


def _table(name: str, table: Table, notes: Footnotes) -> dict[str, Any]:
    widths = WIDTHS.get(name, (0.0,) * len(table.columns))
    columns = [
        {
            "head": column.heading,
            "numeric": column.numeric,
            "error": column.error is not None,
            "width": width,
        }
        for column, width in zip(table.columns, widths, strict=True)
    ]
    rows = [
        [_cell(cell, column, notes) for cell, column in zip(cells, table.columns, strict=True)]
        for cells in table.rows()
    ]
    return _sheet(name, columns, rows)


def _sheet(name: str, columns: list[dict[str, Any]], rows: list[list[dict[str, str]]]) -> dict[str, Any]:
    close = name in BREAKABLE
    return {
        "columns": columns,
        "rows": rows,
        "size": SMALL.get(name, 8.2),
        "leading": 1.7 if close else 2.6,
        "inset": 2.0 if name in SMALL else 3.0,
    }


def _cell(cell: Cell, column: Column, notes: Footnotes) -> dict[str, str]:
    note = notes.letter(cell.reason) if cell.reason else ""
    made = _printed(_breakable(cell.text) if column.key == "path" else cell.text)
    if column.key == "source":
        text, _, after = cell.text.partition(AFTER)
        made |= {"text": _breakable(_source(text)), "url": _address(text), "after": after}
    return {**made, "error": cell.error, "note": note}


def _printed(text: str) -> dict[str, str]:
    return {"text": text, "error": "", "note": "", "url": "", "after": ""}


def _address(text: str) -> str:
    """The web address with which a source begins, or nothing."""
    address = text.split()[0].rstrip(".,;") if text.strip() else ""
    return address if re.match(r"https?://[^\s\"'<>]+$", address) else ""


def _source(text: str) -> str:
    """A source in few characters: a web address by its host and last part, with the link behind it."""
    address = _address(text)
    return shortened(address) + text[len(address) :] if address else text


def _breakable(path: str) -> str:
    """Text that may break after its dots, brackets, slashes and dashes."""
    return re.sub(r"([.\[_/-])", "\\1\u200b", path)


def _register_on_paper(exhibit: Exhibit) -> Exhibit:
    """The register with one row for each sourced value: its parts, such as a rating's row, joined.

    Nothing is left out; the page, the workbook and provenance.parquet have a row for each part.
    """
    import polars as pl

    table = exhibit.table
    if table is None:
        return exhibit
    owner = "owner" if "owner" in table.frame.columns else "path"
    first = [pl.col(name).first() for name in ("unit", "mark", "range", "date", "source", "note")]
    note = pl.when(pl.col("note") == "").then(pl.lit("")).otherwise(AFTER + pl.lit(" · ") + pl.col("note"))
    joined = (
        table.frame.group_by(pl.col(owner).alias("path"), maintain_order=True)
        .agg(pl.col("value").str.join(", "), *first)
        .with_columns(
            value=pl.concat_str("value", pl.when(pl.col("unit") == "date").then(pl.lit("")).otherwise("unit"),
                                separator=" ").str.strip_chars(),
            mark=pl.concat_str("mark", "date", separator=" ").str.strip_chars(),
            source=pl.concat_str("source", note),
        )
    )  # fmt: skip
    columns = (
        Column("path", "input"),
        Column("value", "value and unit"),
        Column("mark", "mark, date of source"),
        Column("range", "range"),
        Column("source", "source · note"),
    )
    on_paper = Table(joined, columns, table.scenario, table.paths)
    return Exhibit(exhibit.name, exhibit.title, on_paper, notes=exhibit.notes)


def _arose(run: RunFrames) -> dict[str, Any]:
    """How each number arose, as a part of the memo."""
    heads = (("measure", False, 1.5), ("value", True, 1.25), ("n", True, 0.7), ("definition", False, 5.0))
    columns = [{"head": head, "numeric": number, "error": False, "width": w} for head, number, w in heads]
    columns.append({"head": "equation", "numeric": False, "error": False, "width": 1.6})
    rows = [
        [_printed(text) for text in (row.title, row.said, row.n, row.sentence, row.equation)]
        for row in arose_rows(run)
    ]
    return {
        "title": "How each number arose.",
        "picture": "",
        "picture_width": 0.0,
        "table": _sheet("arose", columns, rows),
        "lines": [
            _line("Equations: docs/methods/measures.md, under the heading named."),
            _line(run.stamp(), grey=True),
        ],
        "breakable": True,
        "break_before": False,
    }
