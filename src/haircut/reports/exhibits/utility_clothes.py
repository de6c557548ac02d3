"""Secured loans against the life of what secures them, and how much more was lent than it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table


def build(answer: Mapping[str, Any]) -> Exhibit:
    """One row a claim on machines or leases, the largest multiple first.

    Args:
        answer: of `haircut.studies.whole_book.sector`.
    """
    names = (
        "claim",
        "drawn_usd",
        "tenor_years",
        "life_years",
        "contract_years",
        "over_lending",
        "over_lending_same_tenor",
    )
    found = answer["utility_clothes"]
    rows = [
        {**{name: row[name] for name in names}, "late": "yes" if row["outlives"] else "", "blank": ""}
        for row in found
    ]
    texts = ("claim", "late", "blank")
    schema: dict[str, Any] = dict.fromkeys(names, pl.Float64) | dict.fromkeys(texts, pl.String)
    columns = (
        Column("claim", "claim"),
        Column("drawn_usd", "drawn", "usd"),
        Column("tenor_years", "tenor", "years"),
        Column("life_years", "machines", "years", reason="blank"),
        Column("contract_years", "contract", "years"),
        Column("late", "due after both"),
        Column("over_lending", "over-lending", "x", reason="blank"),
        Column("over_lending_same_tenor", "same tenor", "x", reason="blank"),
    )
    late = sum(row["outlives"] for row in found)
    over = sum((row["over_lending"] or 0.0) >= 1.005 for row in found)  # what prints as more than 1.00x
    return Exhibit(
        "utility_clothes",
        f"{late} of {len(found)} claims on machines or halls fall due after both their machines and their contracts; "
        f"on {over} more was lent than expected cash carries at the same cover within tenor and life.",
        Table(pl.DataFrame(rows, schema=schema), columns, "base case"),
        notes=(
            "Machines: years that the longest-lived pledged machine still earns, by its stated economic life, else its "
            "maximum age; n/a for halls. Contract: to the end of the borrower's last contract or lease. Over-lending: "
            "debt over the debt that expected CFADS carries at the DSCR it was sized at; n/a where it carries nothing.",
        ),
    )
