"""When the credit cycle turns and when the median pledged machine retires; net debt with the number of names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.real_spread import SEGMENTS


def build(answer: Mapping[str, Any]) -> Exhibit:
    """One row a segment.

    Args:
        answer: of `haircut.studies.whole_book.sector`.
    """
    debt = {row["segment"]: row for row in answer["net_debt"]}
    rows = [
        {
            "segment": SEGMENTS[row["segment"]],
            "turns": row["turns"],
            "due": row["due_usd"],
            "cash": row["contracted_usd"],
            "refinanced": row["refinancing_usd"],
            "retires": row["retires"],
            "between": None if row["months_between"] is None else float(row["months_between"]),
            "net": debt[row["segment"]]["net_debt_usd"],
            "names": float(debt[row["segment"]]["names"]),
            "blank": "",
        }
        for row in answer["two_dates"]
    ]
    texts = ("segment", "turns", "retires", "blank")
    schema: dict[str, Any] = {name: pl.String if name in texts else pl.Float64 for name in rows[0]}
    columns = (
        Column("segment", "segment"),
        Column("turns", "cycle turns", "date", reason="blank"),
        Column("due", "due", "usd", reason="blank"),
        Column("cash", "contracted", "usd", reason="blank"),
        Column("refinanced", "refinanced", "usd", reason="blank"),
        Column("retires", "half retired", "date", reason="blank"),
        Column("between", "later by", "months", reason="blank"),
        Column("net", "net debt", "usd"),
        Column("names", "names", "count"),
    )
    few = [SEGMENTS[name] for name, row in debt.items() if not row["enough_names"]]
    return Exhibit(
        "two_dates",
        _sentence(answer),
        Table(pl.DataFrame(rows, schema=schema), columns, "base case"),
        notes=(
            "Cycle turns: the first quarter in which principal due exceeds contracted cash after cost plus what "
            "lenders would refinance of the balloons by their terms on the expected path; money of all names is "
            "pooled, interest is not taken off, and nobody's appetite has suffered, so it is a late date. Half "
            "retired: of the pledged machines by cost, on 4,000 paths of their law of rent; rigs left out. Net debt: "
            "drawn less cash, reserves and coins of the borrowers in the book.",
        ),
        not_calculated=(
            *(f"a verdict on net debt of {name}: fewer than eight names." for name in few),
            *_peak(answer["net_debt_2021"]),
        ),
    )


def _peak(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Debt of 2021 beside today's for the names that were found; no verdict under eight."""
    names = "; ".join(
        f"{row['issuer']} {row['debt_then_usd'] / 1e6:,.0f} then, {row['debt_now_usd'] / 1e6:,.0f} now"
        for row in found["names"]
    )
    if found["enough_names"] or not found["names"]:
        return ()
    return (
        f"a verdict on net debt against the peak of 2021: it was found for {found['with_net_debt']} names and debt for "
        f"{found['with_debt']}, fewer than {found['fewest_names']} ($m of debt: {names}).",
    )


def _sentence(answer: Mapping[str, Any]) -> str:
    row = next(each for each in answer["two_dates"] if each["segment"] == "all")
    if row["turns"] is None:
        return "In no quarter does principal due exceed contracted cash and refinancing in the base case."
    turns = f"Principal due first exceeds contracted cash and refinancing in the quarter to {print_.date(row['turns'])}"
    if row["retires"] is None:
        return f"{turns}; half of the pledged machines outlive the horizon."
    months = row["months_between"]
    side = "after" if months >= 0 else "before"
    retires = print_.month(row["retires"])
    return f"{turns}; half of the pledged machines retire by {retires}, {abs(months)} months {side} it."
