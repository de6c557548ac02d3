"""One issuer: its claims by silo and rank, covered by base-case value as a range, liquidity, double leverage."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.book_issuers import fulcrum_of
from haircut.studies.whole_book import IssuerPage


def build(page: IssuerPage) -> Exhibit:
    """Claims in the order in which they are paid, silos before the parent."""
    paid: dict[float, dict[str, float]] = {
        each.discount_rate: {c.claim: c.paid_share for silo in each.silos for c in silo.claims}
        for each in page.valued
    }
    middle, high, low = (paid[each.discount_rate] for each in page.valued)
    rows: list[dict[str, Any]] = [
        {
            "claim": row.claim,
            "silo": "parent" if row.corporate else row.borrower.removesuffix("-borrower"),
            "rank": float(row.rank),
            "drawn": row.drawn_usd,
            "undrawn": row.undrawn_usd,
            "maturity": f"{print_.month(row.maturity)}{'?' if row.maturity_assumed else ''}",
            "margin": row.margin_bp,
            "low": low[row.claim],
            "mid": middle[row.claim],
            "high": high[row.claim],
            "assumed": row.assumed_share,
            "margin_reason": "not_applicable",
            "reason": "missing_input",
        }
        for row in page.claims
    ]
    texts = ("claim", "silo", "maturity", "reason", "margin_reason")
    schema: dict[str, Any] = {name: pl.String if name in texts else pl.Float64 for name in rows[0]}
    columns = (
        Column("claim", "claim"),
        Column("silo", "silo"),
        Column("rank", "rank", "count"),
        Column("drawn", "drawn", "usd"),
        Column("maturity", "due"),
        Column("margin", "margin", "bp", reason="margin_reason"),
        Column("low", "low", "share", reason="reason"),
        Column("mid", "middle", "share", reason="reason"),
        Column("high", "high", "share", reason="reason"),
        Column("assumed", "assumed", "share"),
    )
    return Exhibit(
        "capital_structure",
        sentence(page),
        Table(pl.DataFrame(rows, schema=schema), columns, "base case"),
        notes=(
            "Low, middle, high: share that the silo's base-case value covers at 15, 10 and 7 % a year (assumed), "
            "guarantees not counted; a parent's value holds what its silos leave. Margin: of the contract, over the "
            "swap rate where the coupon is fixed. ?: nobody saw the maturity. n/a: a convertible has no margin; a "
            "business is not in the book.",
        ),
    )


def sentence(page: IssuerPage) -> str:
    """What is owed, how it is covered as a range, and how much is assumed; a verdict only where few inputs are."""
    share = print_.in_sentence(page.assumed_share, "share")
    owed = f"{page.name} owes ${page.drawn_usd / 1e9:,.1f} bn on {len(page.claims)} claims"
    middle, high, low = (each.coverage for each in page.valued)
    if middle is None:
        return (
            f"{owed}; its business is not in the book, so there is no value to hold against them; {share} of inputs "
            "assumed."
        )
    span = f"base-case value covers {print_.number(low, 'x')} to {print_.number(high, 'x')} of what modelled silos owe"
    if not page.verdict_allowed:
        return f"{owed}; {span}; {share} of inputs assumed: a range, not a verdict."
    claim = fulcrum_of(page)
    breaks = f"the value breaks in {claim}" if claim else "the value covers every claim"
    return f"{owed}; {span}; at {print_.number(middle, 'x')} {breaks}; {share} of inputs assumed."
