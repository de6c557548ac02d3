"""One exhibit as a file, the JSON twin of a page, and the parts that a slider redraws."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from fastapi import Response
from fastapi.exceptions import HTTPException

from haircut.faces.server import page
from haircut.faces.server.deal import Deal, LiveFrames
from haircut.reports.excel_exhibit import exhibit_workbook
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.picture import VEGA_LITE, svg

TYPES: Final = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8",
                "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
BESIDE: Final = ("spread_waterfall", "mechanisms", "result_table")
"""Exhibits that read the scenarios beside an answer."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def check(name: str, kind: str) -> None:
    """Refuse what is no exhibit or no format.

    Raises:
        HTTPException: 404.
    """
    known = {**page.PICTURES, **EXHIBITS}
    if name not in known:
        raise HTTPException(404, f"no exhibit {name[:60]!r}; there are {', '.join(known)}")
    if kind not in TYPES:
        raise HTTPException(404, f"no format {kind[:20]!r}; there are {', '.join(TYPES)}")


def exhibit(deal: Deal, frames: LiveFrames, name: str, kind: str) -> Response:
    """One exhibit as SVG, PNG, CSV or XLSX.

    Raises:
        HTTPException: 404 where the exhibit has no chart or no table.
    """
    built = page.exhibit(name, frames)
    content: str | bytes
    if kind in ("csv", "xlsx"):
        if built.table is None:
            raise HTTPException(404, f"{name} has no table")
        content = csv(built.table.frame) if kind == "csv" else exhibit_workbook(built, frames)
    elif built.chart is None:
        raise HTTPException(404, f"{name} has no chart")
    elif kind == "svg":
        content = svg(built.chart, name=name, title=built.title) + "\n"
    else:
        import vl_convert

        content = vl_convert.vegalite_to_png(built.chart, vl_version=VEGA_LITE, scale=2, allowed_base_urls=[])
    file = f"{deal.case.name}-{name}.{kind}"
    return Response(
        content, media_type=TYPES[kind], headers={"content-disposition": f'attachment; filename="{file}"'}
    )


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


def twin(deal: Deal, state: Mapping[str, str], frames: LiveFrames) -> Response:
    """The page as JSON: state, verdict, every measure, what the sliders may be set to."""
    manifest = dict(frames.manifest)
    sliders = [
        {
            "key": slider.key,
            "label": slider.label,
            "today": slider.today or None,
            "values": list(slider.values),
            "value": state.get(slider.key, slider.today) or None,
            "missing": slider.missing or None,
        }
        for slider in deal.sliders
    ]
    return _json(
        {
            **{name: manifest[name] for name in ("case", "as_of", "claim", "paths", "seed", "rent_basis")},
            "state": dict(state),
            "verdict": frames.verdict,
            "measures": frames.all_measures.filter(pl.col("claim") == frames.claim).to_dicts(),
            "ladder": frames.ladder.to_dicts(),
            "sliders": sliders,
        }
    )


def parts(found: Mapping[str, str], frames: LiveFrames, seconds: float) -> Response:
    """What a slider redraws, with how long it took."""
    return _json({"parts": dict(found), "paths": frames.paths, "milliseconds": round(1e3 * seconds)})


def _json(content: Any) -> Response:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, default=str)
    return Response(text, media_type="application/json")
