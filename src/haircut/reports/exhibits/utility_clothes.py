"""Secured loans against the life of what secures them, and how much more was lent than it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table

SLOTS: Final = {"significantly_exceeds": "strong", "exceeds": "good", "may_not_exceed": "weak"}
BOUNDS: Final[Mapping[str | None, str]] = {"above": "over 1.25x", "below": "under 0.50x"}


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
        "advance_rate",
        "fair_advance_multiple",
        "fair_advance_std_error",
    )
    found = answer["utility_clothes"]
    rows = [
        {
            **{name: row[name] for name in names},
            "late": "yes" if row["outlives"] else "",
            "life": SLOTS[row["useful_life"]],
            "fair": _fair(row),
            "blank": "",
        }
        for row in found
    ]
    texts = ("claim", "late", "life", "fair", "blank")
    schema: dict[str, Any] = dict.fromkeys(names, pl.Float64) | dict.fromkeys(texts, pl.String)
    columns = (
        Column("claim", "claim"),
        Column("drawn_usd", "drawn", "usd"),
        Column("tenor_years", "tenor", "years"),
        Column("life_years", "machines", "years", reason="blank"),
        Column("contract_years", "contract", "years"),
        Column("life", "slot"),
        Column("over_lending", "over-lent", "x", reason="blank"),
        Column("advance_rate", "advance", "share", reason="blank"),
        Column("fair", "fair"),
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
            "Slot: Basel's criterion of useful life for project finance, of machines by their life, of halls by their "
            "leases: strong from half as long again as the loan (assumed; the text says significantly), weak where it "
            "may not exceed it. Advance: drawn over the cost of the machines; the cost of halls is not in the book. "
            "Fair: the multiple of what is lent at which the quoted margin is fair, all secured claims resized "
            "together between 0.5 and 1.25 times; blank without a margin to compare.",
        ),
    )


def _fair(row: Mapping[str, Any]) -> str:
    """The fair multiple with its error, or the end that it lies beyond."""
    if row["fair_advance_multiple"] is None:
        return BOUNDS.get(row["fair_advance_bound"], "")
    error = row["fair_advance_std_error"]
    text = print_.number(row["fair_advance_multiple"], "x")
    return text if error is None else f"{text} ± {print_.error(error, 'x')}"
