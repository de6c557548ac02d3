"""Debt by year of closing and by what stands behind it, beside what the press counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table

PARTS: Final = ("machines_usd", "halls_usd", "notes_usd", "other_usd")


def build(answer: Mapping[str, Any]) -> Exhibit:
    """One row a year.

    Args:
        answer: of `haircut.studies.whole_book.sector`.
    """
    found = answer["issuance"]
    names = ("committed_usd", *PARTS, "press_usd")
    rows = [
        {"year": str(row["year"]), "claims": float(row["claims"]), **{n: row[n] for n in names}, "blank": ""}
        for row in found
    ]
    schema: dict[str, Any] = dict.fromkeys(("claims", *names), pl.Float64)
    schema |= dict.fromkeys(("year", "blank"), pl.String)
    columns = (
        Column("year", "year"),
        Column("claims", "claims", "count"),
        Column("committed_usd", "committed", "usd"),
        Column("machines_usd", "machines", "usd"),
        Column("halls_usd", "halls", "usd"),
        Column("notes_usd", "notes", "usd"),
        Column("other_usd", "other", "usd"),
        Column("press_usd", "press", "usd", reason="blank"),
    )
    return Exhibit(
        "debt_wave",
        sentence(found),
        Table(pl.DataFrame(rows, schema=schema), columns, "book"),
        notes=(
            "Outstanding today by year of closing, commitments drawn or not; what has been repaid is not in it, so "
            "growth over an earlier year is overstated. Press: debt of AI data-centre and infrastructure projects as "
            "an article of December 2025 gives it, its scope not stated; 2024 from its growth rate.",
        ),
    )


def growth(rows: list[Mapping[str, Any]], year: int, field: str = "committed_usd") -> float | None:
    """Growth of a year over the year before, a share; None where either is missing."""
    by_year = {row["year"]: row[field] for row in rows}
    now, before = by_year.get(year), by_year.get(year - 1)
    return None if not now or not before else float(now) / float(before) - 1.0


def sentence(rows: list[Mapping[str, Any]]) -> str:
    """The year that the press counts, and why the book has more."""
    told = [row for row in rows if row["press_usd"] is not None]
    if not told:
        return "No year of the book has a figure of the press beside it."
    row = max(told, key=lambda each: each["year"])
    ratio = row["committed_usd"] / row["press_usd"]
    secured = row["machines_usd"] + row["halls_usd"]
    return (
        f"Of {row['year']} the book holds ${row['committed_usd'] / 1e9:,.1f} bn, {ratio:.1f} times the press's "
        f"${row['press_usd'] / 1e9:,.1f} bn: ${secured / 1e9:,.1f} bn of it on machines and halls, and one claim, "
        f"{row['largest']}, is {print_.number(row['largest_usd'] / row['committed_usd'], 'share')} % of it."
    )
