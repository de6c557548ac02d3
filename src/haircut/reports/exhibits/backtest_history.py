"""When names failed, what lenders on rigs recovered, what rigs and hash cost: predicted beside seen."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.backtest import Backtest


def recoveries(found: Backtest) -> Exhibit:
    """One row a lender on rigs of whom something was found, with the month of default."""
    timing = {row["name"]: row for row in found.timing}
    rows: list[dict[str, Any]] = []
    for row in found.recoveries:
        months = timing[row["name"]]["quartiles"]
        rows.append(
            {
                "claim": row["claim"],
                "recovery": row["recovery"],
                "error": row["recovery_error"],
                "low": row["low"],
                "high": row["high"],
                "verdict": "n/a" if row["inside"] is None else "inside" if row["inside"] else "MISS",
                "told": f"{months[0]} {months[1]} {months[2]}" if months else "n/a",
                "month": float(timing[row["name"]]["month"]),
                "reason": "too_few_defaults",
            }
        )
    columns = (
        Column("claim", "lender on rigs"),
        Column("recovery", "told", "share", error="error", reason="reason"),
        Column("low", "seen from", "share"),
        Column("high", "to", "share"),
        Column("verdict", ""),
        Column("told", "month told (quartiles)"),
        Column("month", "came", "count"),
    )
    misses = sum(row["verdict"] == "MISS" for row in rows)
    return Exhibit(
        "backtest_recoveries",
        f"{misses} of {len(rows)} predicted recoveries lie outside of what was seen."
        if misses
        else "Every predicted recovery lies within what was seen.",
        Table(
            pl.DataFrame(rows, infer_schema_length=None),
            columns,
            "knowable in 2021",
            found.predictions["paths"],
        ),
        notes=(
            "Told: recoveries over exposure on the paths that default. Seen: from the price of the rigs in "
            "the market to the debt that they released. Month: on paths that default within 18 months; all "
            "three failed within two months, which is one observation of a date, not three.",
        ),
    )


def prices(found: Backtest) -> Exhibit:
    """One row a price that was seen later, and where in its fan it lies."""
    rows = [
        {
            "date": row["date"].isoformat(),
            "what": row["what"],
            "said": row["said"],
            "seen": row["seen"],
            "median": row["median"],
            "place": _place(row["above"], row["below"]),
        }
        for row in found.prices
    ]
    columns = (
        Column("date", "date", "date"),
        Column("what", "of"),
        Column("said", "seen by"),
        Column("seen", "seen", "price"),
        Column("median", "median told", "price"),
        Column("place", "place in fan, %"),
    )
    low = sum(row["below"] <= 0.5 for row in found.prices)
    out = sum(row["below"] <= 0.05 or row["above"] >= 0.95 for row in found.prices)
    return Exhibit(
        "backtest_prices",
        f"{low} of {len(rows)} prices seen later lie below the median told, {out} outside of the 5 to 95 % band.",
        Table(pl.DataFrame(rows), columns, "knowable in 2021", found.predictions["fans"]["paths"]),
        notes=(
            f"USD a TH/s for rigs, USD per PH/s a day for hash. Fans of {found.predictions['fans']['paths']:,} "
            f"paths from {print_.date(found.as_of)}; a rig is worth psi_mark F, psi_mark 1 for want of an "
            "appraisal of that day. All prices hang on one coin: they are one observation, seen from several "
            "sides.",
        ),
    )


def _place(above: float, below: float) -> str:
    return f"{100 * above:.0f} to {100 * below:.0f}"
