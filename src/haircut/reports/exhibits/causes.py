"""Defaults by what triggered them, and by what began them."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

WORDS = {
    "payment": "missed payment",
    "maturity": "balloon not refinanced",
    "margin_call": "margin call",
    "ltv": "LTV covenant",
    "coverage": "cover covenant",
    "liquidity": "liquidity covenant",
    "cross_default": "cross-default",
    "guarantor": "guarantor",
    "exogenous": "unrelated to cash flow",
    "customer": "customer's default",
    "clearing": "others' sales",
    "none": "none",
}


def build(run: RunFrames) -> Exhibit:
    """Counts of defaulted paths under P and Q."""
    own = run.causes.filter((pl.col("claim") == run.claim) & (pl.col("cause") != "none"))
    counts: dict[tuple[str, str, str], int] = {
        (row["kind"], row["cause"], row["measure"]): int(row["count"]) for row in own.iter_rows(named=True)
    }
    names = list(dict.fromkeys(own["cause"]))
    rows: list[dict[str, Any]] = []
    for cause in names:
        row: dict[str, Any] = {"cause": WORDS.get(cause, cause)}
        for kind in ("proximate", "root"):
            for measure in ("P", "Q"):
                row[f"{kind}_{measure}"] = counts.get((kind, cause, measure), 0)
        if any(value for key, value in row.items() if key != "cause"):
            rows.append(row)
    rows.sort(key=lambda row: (-row["root_P"], -row["proximate_P"], row["cause"]))
    schema = {
        "cause": pl.String,
        **dict.fromkeys(("proximate_P", "root_P", "proximate_Q", "root_Q"), pl.Int64),
    }
    columns = (
        Column("cause", "cause"),
        Column("proximate_P", "trigger, P", "count"),
        Column("root_P", "root, P", "count"),
        Column("proximate_Q", "trigger, Q", "count"),
        Column("root_Q", "root, Q", "count"),
    )
    return Exhibit(
        "causes",
        _title(rows, run.paths),
        Table(pl.DataFrame(rows, schema=schema), columns, "haircut", run.paths),
        notes=(
            f"Defaulted paths of {run.paths:,} under each measure. Trigger: the event that the agent "
            "would declare. "
            "Root: the first thing that went wrong on that path.",
        ),
        not_calculated=() if rows else ("causes, because no path defaulted.",),
    )


def _title(rows: list[dict[str, Any]], paths: int) -> str:
    total = sum(row["root_P"] for row in rows)
    if not total:
        return f"No path of {paths:,} defaults."
    first = rows[0]
    share = 100 * first["root_P"] / total
    return f"{total:,} of {paths:,} paths default; {share:.0f} % begin with: {first['cause']}."
