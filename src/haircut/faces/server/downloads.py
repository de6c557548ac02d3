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
from haircut.faces.server.exhibit_files import check_kind, exhibit_file
from haircut.reports.exhibits import EXHIBITS

BESIDE: Final = ("spread_waterfall", "mechanisms", "result_table")
"""Exhibits that read the scenarios beside an answer."""


def check(name: str, kind: str) -> None:
    """Refuse what is no exhibit or no format.

    Raises:
        HTTPException: 404.
    """
    known = {**page.PICTURES, **EXHIBITS}
    if name not in known:
        raise HTTPException(404, f"no exhibit {name[:60]!r}; there are {', '.join(known)}")
    check_kind(kind)


def exhibit(deal: Deal, frames: LiveFrames, name: str, kind: str) -> Response:
    """One exhibit as a file.

    Raises:
        HTTPException: 404 where the exhibit has no chart or no table.
    """
    return exhibit_file(page.exhibit(name, frames), frames, kind, deal.case.name)


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
