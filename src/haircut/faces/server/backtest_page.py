"""The page of backtests: what was held against history, and how to make what was not."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from haircut.faces.server import shell
from haircut.runs.answers import kept_answers

if TYPE_CHECKING:
    from haircut.faces.server.desk import Desk


def states(desk: Desk) -> list[dict[str, Any]]:
    """Each wave of the past that is served: its answer, where one is kept."""
    kept = sorted(kept_answers(study="backtest"), key=lambda each: str(each.manifest["created"]))
    latest = {str(each.manifest["case"]): each for each in kept}
    rows = []
    for name in filter(desk.is_past, list(desk.cases)):
        found = latest.get(name)
        rows.append(
            {
                "name": name,
                "title": desk.case(name).title,
                "as_of": desk.case(name).market.as_of.isoformat(),
                "page": f"/books/{quote(name, safe='')}/backtest",
                "command": f"haircut backtest {name}",
                "verdict": None if found is None else found.manifest["verdict"],
                "answer": None if found is None else f"/answers/backtest/{found.id}",
            }
        )
    return rows


def page(desk: Desk) -> str:
    """The page."""
    rows = states(desk)
    made = [row for row in rows if row["verdict"]]
    verdict = f"{len(made)} of {len(rows)} waves of the past have an answer that is kept."
    parts = []
    for row in rows:
        if row["verdict"]:
            state = f'<a href="{row["answer"]}">{escape(row["verdict"])}</a>'
        else:
            state = f"Not computed yet: ask on its page, or <code>{escape(row['command'])}</code>."
        parts.append(
            f'<section id="{escape(row["name"])}"><h2><a href="{row["page"]}">{escape(row["title"])}</a></h2>'
            f"<p>{state}</p></section>"
        )
    if not rows:
        verdict = "No wave of the past is served."
        parts.append(
            "<p>Serve one: <code>haircut serve wave-2022</code>, or every example: <code>haircut serve</code>.</p>"
        )
    parts.append(
        "<section><h2>Bands out of sample.</h2><p>Fits to the past, forecasts of 3, 6 and 12 months, coverage, misses: "
        "<code>haircut calibrate bands</code>.</p></section>"
    )
    lead = (
        "Predictions are written and sealed before outcomes are opened; misses are printed as large as hits."
    )
    foot = "Method: docs/methods/backtest.md, docs/methods/bands.md."
    return shell.page("backtest", verdict, lead, "".join(parts), stamp="backtest", here="backtest", foot=foot)


def twin(desk: Desk) -> dict[str, Any]:
    """The page as plain values."""
    return {"backtests": states(desk)}
