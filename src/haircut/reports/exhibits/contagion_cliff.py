"""The shock at the cliff: exposure in default by how far rents and the coin fall, in the book and standing alone."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.contagion import Contagion

SHOWN = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def build(found: Contagion) -> Exhibit:
    """Every tenth point, the jump, and who falls at it."""
    edge = found.cliff
    rows: list[dict[str, Any]] = [
        {
            "shock": row.shock,
            "defaulted": row.defaulted_usd,
            "borrowers": row.defaults,
            "later": row.later_rounds,
            "alone": row.alone_usd,
        }
        for row in edge.rows
        if any(abs(row.shock - shown) < 1e-9 for shown in SHOWN)
    ]
    columns = (
        Column("shock", "fall", "share"),
        Column("defaulted", "in default", "usd"),
        Column("borrowers", "borrowers"),
        Column("later", "later rounds"),
        Column("alone", "each alone", "usd"),
    )
    lead = "No fall of rents and the coin up to 95 % brings anybody down."
    if edge.shock is not None:
        first = edge.falls[0] if edge.falls else None
        who = f", {first.claim} of {first.borrower} first" if first else ""
        before, after = (print_.in_sentence(usd, "usd") for usd in (edge.before_usd, edge.after_usd))
        lead = (
            f"The cascade jumps where rents and the coin fall by {100.0 * edge.shock:.1f} %: from {before} in default "
            f"to {after}{who}."
        )
    return Exhibit(
        "contagion_cliff",
        lead,
        Table(pl.DataFrame(rows), columns, "expected path"),
        notes=(
            f"Rents, hashprice, the coin and shares fall together in month {found.month} of the expected path, on "
            "which no customer outside the book fails, and stay lower; exposure of whoever defaults after it. Exact.",
        ),
    )
