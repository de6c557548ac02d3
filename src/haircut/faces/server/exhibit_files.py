"""One exhibit as a file: SVG, PNG, CSV, XLSX, JSON, or a page of its own that another page may frame."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any, Final

import polars as pl
from fastapi import Response
from fastapi.exceptions import HTTPException

from haircut.faces.server.guard import EMBEDDED
from haircut.reports.excel_exhibit import Answered, exhibit_workbook
from haircut.reports.exhibit_parts import Exhibit
from haircut.reports.html_parts import section
from haircut.reports.picture import VEGA_LITE, svg

TYPES: Final = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8",
                "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "json": "application/json", "html": "text/html; charset=utf-8"}  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def check_kind(kind: str) -> None:
    """Refuse what is no format.

    Raises:
        HTTPException: 404.
    """
    if kind not in TYPES:
        raise HTTPException(404, f"no format {kind[:20]!r}; there are {', '.join(TYPES)}")


def exhibit_file(
    exhibit: Exhibit, run: Answered, kind: str, subject: str, drawn: Callable[[Exhibit], str] | None = None
) -> Response:
    """One exhibit in one format.

    Args:
        exhibit: built.
        run: where it comes from.
        kind: of TYPES.
        subject: with which the file's name begins.
        drawn: its pictures, where they are drawn already.

    Raises:
        HTTPException: 404 where the exhibit has no chart or no table.
    """
    headers = {}
    content: str | bytes
    if kind == "html":
        content, headers = embedded(exhibit, run, drawn), dict(EMBEDDED)
    elif kind == "json":
        content = as_json(exhibit, run)
    else:
        content = _downloaded(exhibit, run, kind)
        file = f"{subject}-{exhibit.name}.{kind}".replace("@", "-")
        headers = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)


def _downloaded(exhibit: Exhibit, run: Answered, kind: str) -> str | bytes:
    if kind in ("csv", "xlsx"):
        if exhibit.table is None:
            raise HTTPException(404, f"{exhibit.name} has no table")
        return csv(exhibit.table.frame) if kind == "csv" else exhibit_workbook(exhibit, run)
    if exhibit.chart is None:
        raise HTTPException(404, f"{exhibit.name} has no chart")
    if kind == "svg":
        return svg(exhibit.chart, name=exhibit.name, title=exhibit.title) + "\n"
    import vl_convert

    made: bytes = vl_convert.vegalite_to_png(
        exhibit.chart, vl_version=VEGA_LITE, scale=2, allowed_base_urls=[]
    )
    return made


def embedded(exhibit: Exhibit, run: Answered, drawn: Callable[[Exhibit], str] | None = None) -> str:
    """A page of one exhibit and nothing else."""
    shown = section(exhibit, run, frozenset(), drawn=drawn)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(exhibit.title)}</title><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="/static/memo.css"><link rel="stylesheet" href="/static/page.css">'
        f'</head>\n<body class="embedded"><main>{shown}</main></body></html>\n'
    )


def as_json(exhibit: Exhibit, run: Answered) -> str:
    """Sentence, rows at full precision, the Vega-Lite of its picture, notes, stamp."""
    table = exhibit.table
    content: dict[str, Any] = {
        "name": exhibit.name,
        "title": exhibit.title,
        "rows": None if table is None else [_plain(row) for row in table.frame.iter_rows(named=True)],
        "chart": exhibit.chart,
        "notes": list(exhibit.notes),
        "not_calculated": list(exhibit.not_calculated),
        "stamp": run.stamp() if table is None else run.stamp(table.scenario, beside=table.beside),
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False, default=str)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A value that is no number is null: JSON has no NaN."""
    return {k: None if isinstance(v, float) and v != v else v for k, v in row.items()}


def csv(frame: pl.DataFrame) -> str:
    """A frame as CSV; text that a spreadsheet would take for a formula gets an apostrophe.

    >>> csv(pl.DataFrame({"a": ["=1+1", "b"], "n": [-1.5, 2.0]})).splitlines()
    ['a,n', "'=1+1,-1.5", 'b,2.0']
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    safe = [
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(sign) for sign in FORMULA))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    ]
    return frame.with_columns(safe).write_csv()
