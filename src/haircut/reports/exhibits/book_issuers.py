"""The issuers of a book: debt, coverage by base-case value as a range, the fulcrum, the runway."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.whole_book import BookPage, IssuerPage


def build(found: BookPage) -> Exhibit:
    """One row an issuer."""
    rows = [_row(page) for page in found.issuers]
    texts = ("issuer", "fulcrum", "reason", "runway_reason")
    schema: dict[str, Any] = {name: pl.String if name in texts else pl.Float64 for name in rows[0]}
    columns = (
        Column("issuer", "issuer"),
        Column("drawn", "drawn", "usd"),
        Column("undrawn", "undrawn", "usd"),
        Column("low", "low", "x", reason="reason"),
        Column("mid", "middle", "x", reason="reason"),
        Column("high", "high", "x", reason="reason"),
        Column("fulcrum", "breaks in"),
        Column("runway", "runway", "count", reason="runway_reason"),
        Column("assumed", "assumed", "share"),
    )
    total = sum(page.drawn_usd for page in found.issuers)
    claims = sum(len(page.claims) for page in found.issuers)
    many = sum(not page.verdict_allowed for page in found.issuers)
    return Exhibit(
        "book_issuers",
        f"{len(found.issuers)} issuers owe ${total / 1e9:,.1f} bn on {claims} claims; for {many} of them more than "
        "half of the inputs is assumed, so ranges are shown and nobody is judged.",
        Table(pl.DataFrame(rows, schema=schema), columns, "base case"),
        notes=(
            "Cover: base-case value over debt of the silos whose business the book has, discounted at 15, 10 and 7 % a "
            "year (assumed). Breaks in: the claim in which cumulative debt passes the value, of the silo that is "
            "short of most at 10 %. Runway: months until cash, free coins and undrawn revolvers are gone with balloons "
            "due and nobody refinancing; empty where they last as long as the debt. n/a: the business is not in the "
            "book.",
        ),
    )


def fulcrum_of(page: IssuerPage) -> str:
    """The fulcrum of the silo that is short of most, at the middle rate; empty where every silo is covered."""
    short = [
        (silo.owed_usd - (silo.value_usd or 0.0), silo.fulcrum)
        for silo in page.valued[0].silos
        if silo.value_usd is not None and silo.fulcrum is not None
    ]
    return max(short)[1] or "" if short else ""


def _row(page: IssuerPage) -> dict[str, Any]:
    middle, high, low = (each.coverage for each in page.valued)
    runway = page.runway
    return {
        "issuer": page.issuer,
        "drawn": page.drawn_usd,
        "undrawn": page.undrawn_usd,
        "low": low,
        "mid": middle,
        "high": high,
        "fulcrum": fulcrum_of(page),
        "runway": None if runway.months is None else float(runway.months),
        "assumed": page.assumed_share,
        "reason": "missing_input",
        "runway_reason": runway.reason or "",
    }
