"""Quoted against fair, every claim of a book, the cheapest first."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.whole_book import RelativeValue
from haircut.studies.whole_book.rich_or_cheap import Value

LEGS = {
    "customer": "customers",
    "collateral": "collateral",
    "maturity": "balloon",
    "margin": "margin call",
    "other": "parent, other",
    "premium": "premium",
}


def build(found: RelativeValue) -> Exhibit:
    """One row a claim; a sentence that counts and judges nobody."""
    rows = [_row(each) for each in found.claims]
    floats = ("quoted", "fair", "error", "gap", "pd", "pd_error", "assumed")
    schema: dict[str, Any] = dict.fromkeys(rows[0], pl.String) | dict.fromkeys(floats, pl.Float64)
    schema["pd_exact"] = pl.Boolean
    columns = (
        Column("claim", "claim"),
        Column("quoted", "quoted", "bp", reason="reason"),
        Column("basis", "basis"),
        Column("fair", "fair", "bp", error="error", reason="reason"),
        Column("gap", "cheap (+)", "bp", error="error", reason="reason"),
        Column("pd", "PD", "share", error="pd_error"),
        Column("driver", "driver"),
        Column("assumed", "assumed", "share"),
    )
    fresh = sum(each.quote_kind not in (None, "contract") for each in found.claims)
    compared = sum(each.rich_cheap_bp is not None for each in found.claims)
    return Exhibit(
        "relative_value",
        f"{compared} of {len(found.claims)} claims can be compared, {fresh} with a quote of the last "
        f"{found.fresh_days} days, the others with the margin of their contract.",
        Table(pl.DataFrame(rows, schema=schema), columns, "haircut", found.paths),
        notes=(
            f"Cheap: quoted less fair; ± one standard error of fair, {found.paths:,} paths, seed {found.seed}. "
            "Basis: kind and month of the quote, or of the contract where there is none of the last 90 days. PD to "
            "maturity under P. Driver: the largest part of expected loss by root cause, or the premium of ordinary "
            "credit, bp. Fixed coupons are margins over the swap rate of their schedule. Convertibles have no margin "
            "to compare: the coupon pays for the conversion too. n/a otherwise: the maturity was not seen. Where more "
            "than half of the inputs is assumed a number is a range's middle, not a verdict.",
        ),
    )


def _row(each: Value) -> dict[str, Any]:
    largest = max(each.drivers, key=lambda leg: each.drivers[leg])
    size = each.drivers[largest]
    basis = "" if each.quote_date is None else f"{each.quote_kind} {print_.month(each.quote_date)}"
    return {
        "claim": each.claim,
        "quoted": each.quoted_bp,
        "basis": basis,
        "fair": each.fair_bp,
        "error": each.std_error,
        "gap": each.rich_cheap_bp,
        "pd": each.pd_maturity,
        "pd_error": each.pd_std_error,
        "pd_exact": False,
        "driver": f"{LEGS[largest]} {print_.number(size, 'bp')}" if size >= 0.5 else "",
        "assumed": each.assumed_share,
        "reason": each.reason,
    }
