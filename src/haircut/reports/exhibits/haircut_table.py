"""The haircut that each machine would need as repo collateral, by size and horizon, calm and stress."""

from __future__ import annotations

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.liquidate import HaircutTable

COLUMNS = ("calm_95", "calm_99", "stress_95", "stress_99")


def build(found: HaircutTable) -> Exhibit:
    """The table; it has no picture."""
    rows = [
        {
            "device": row.device,
            "units": row.units,
            "months": float(row.months),
            **{name: getattr(row, name).value for name in COLUMNS},
            **{f"{name}_error": getattr(row, name).std_error for name in COLUMNS},
        }
        for row in found.rows
    ]
    heads = ("calm 95", "calm 99", "stress 95", "stress 99")
    columns = (
        Column("device", "device"),
        Column("units", "units", "count"),
        Column("months", "months", "count"),
        *(
            Column(name, head, "share", error=f"{name}_error")
            for name, head in zip(COLUMNS, heads, strict=True)
        ),
    )
    notes = (
        "1 less the 5th or 1st percentile of net proceeds per dollar of today's mark, discounted to today. Calm: "
        "today's mix of regimes and funding. Stress: the sale meets a glut with funding in stress, on today's mark. "
        f"Months: the longest that the sale may take. {found.paths:,} paths, seed {found.seed}; ± one standard error, "
        "0 where the percentile falls on one value.",
    )
    return Exhibit(
        "haircut_table",
        found.sentence(),
        Table(pl.DataFrame(rows), columns, "today's market", found.paths),
        notes=notes,
        not_calculated=tuple(f"{name}, because {why}." for name, why in found.left_out.items()),
    )
