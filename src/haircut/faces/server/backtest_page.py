"""The page of backtests: what was held against history, and how to make what was not."""

from __future__ import annotations

from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from haircut.case.locate import example_names
from haircut.faces.server import shell
from haircut.runs.answers import kept_answers

if TYPE_CHECKING:
    from haircut.faces.server.desk import Desk

TESTS: Final = (
    (
        "wave-2022",
        "The miner wave of 2022, default by default",
        "haircut.studies.backtest",
        "haircut backtest wave-2022",
        "PD by name against who defaulted, realised against predicted recovery, with what was knowable in 2021.",
    ),
    (
        "bands",
        "Bands out of sample",
        "haircut.studies.bands",
        "haircut calibrate bands",
        "Fits to the past, forecasts of 3, 6 and 12 months, coverage and misses of coin, hashprice and listed rents.",
    ),
)
"""Name, title, module, command, what it tests."""


def states() -> list[dict[str, Any]]:
    """Each test: whether its study is there and whether an answer is kept."""
    kept = {str(each.manifest["study"]): each for each in kept_answers()}
    rows = []
    for name, title, module, command, words in TESTS:
        there = find_spec(module) is not None and (name != "wave-2022" or name in example_names())
        found = kept.get("backtest" if name == "wave-2022" else name)
        rows.append(
            {
                "name": name,
                "title": title,
                "tests": words,
                "study": there,
                "command": command,
                "verdict": None if found is None else found.manifest["verdict"],
                "answer": None if found is None else f"/answers/{found.manifest['study']}/{found.id}",
            }
        )
    return rows


def page(desk: Desk, key: str) -> str:
    """The page."""
    rows = states()
    made = [row for row in rows if row["verdict"]]
    verdict = f"{len(made)} of {len(rows)} backtests have an answer that is kept."
    parts = []
    for row in rows:
        if row["verdict"]:
            state = escape(row["verdict"])
        elif row["study"]:
            state = f"Not kept here; made with <code>{escape(row['command'])}</code>."
        else:
            state = "Its study is not part of this version."
        parts.append(
            f'<section id="{row["name"]}"><h2>{escape(row["title"])}.</h2>'
            f"<p>{escape(row['tests'])}</p><p>{state}</p></section>"
        )
    lead = "Predictions are written before outcomes are opened; misses are printed as large as hits."
    foot = "Method: docs/methods/bands.md."
    return shell.page("backtest", verdict, lead, "".join(parts), stamp="backtest", here="backtest", foot=foot)


def twin() -> dict[str, Any]:
    """The page as plain values."""
    return {"backtests": states()}
