"""Measures that differ most between a claim in its book and standing alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.contagion import Labels

SHOWN: Final = ("fair_margin_bp", "el_bp", "pd_maturity", "lgd")
MOST: Final = 8


def build(found: Labels) -> Exhibit:
    """The claims that move most, for the measures that a reader asks for first."""
    rows: list[dict[str, Any]] = []
    for measure in dict.fromkeys((*SHOWN, *(row.measure for row in found.rows))):
        if measure in SHOWN:
            rows += [asdict(row) for row in found.moved(measure)[:MOST]]
    columns = (
        Column("claim", "claim"),
        Column("measure", "measure"),
        Column("standalone", "standalone", "by_row", error="standalone_error"),
        Column("in_book", "in book", "by_row", error="in_book_error"),
        Column("systemic", "systemic", "by_row", error="systemic_error_at_most"),
    )
    moved = {row.measure for row in found.rows if row.systemic != 0.0}
    first = found.moved(SHOWN[0])
    lead = f"{len(moved)} measures differ between standing alone and the book."
    if first:
        lead += (
            f" {first[0].claim} moves most in fair margin: {first[0].standalone:,.0f} bp alone, "
            f"{first[0].in_book:,.0f} in its book."
        )
    return Exhibit(
        "contagion_labels",
        lead,
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "nobody forced", found.paths)
        if rows
        else None,
        notes=(
            "The error beside a difference is the sum of both, which it never exceeds; on common random numbers it is "
            "mostly far less. --json holds every measure of every claim.",
        ),
    )
