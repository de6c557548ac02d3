"""Contagion by lender, by channel, and each claim standalone against in its book."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.contagion import CHANNELS, Contagion

MOST: Final = 15


def lenders(found: Contagion) -> Exhibit:
    """Each lender with the default that costs it most."""
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys(row.lender for row in found.lenders):
        worst = max((row for row in found.lenders if row.lender == name), key=lambda row: row.loss_change_usd)
        rows.append(asdict(worst))
    rows.sort(key=lambda row: -row["loss_change_usd"])
    columns = (
        Column("lender", "lender"),
        Column("loss_before_usd", "expected loss", "usd"),
        Column("borrower", "worst default"),
        Column("loss_change_usd", "adds", "usd", error="loss_error_usd"),
    )
    lead = f"{rows[0]['lender']} loses most, from {rows[0]['borrower']}." if rows else "No lender loses."
    return Exhibit(
        "contagion_lenders",
        lead,
        Table(pl.DataFrame(rows), columns, "forced defaults", found.paths) if rows else None,
        notes=(
            "Claims of the forced borrower count too. A claim whose lenders are not named counts as one.",
        ),
    )


def channels(found: Contagion) -> Exhibit:
    """What each channel adds to the losses that each default causes others."""
    rows: list[dict[str, Any]] = []
    for row in found.forced:
        entry: dict[str, Any] = asdict(row)
        for each in found.channels:
            if each.borrower == row.borrower:
                entry |= {each.channel: each.loss_usd, f"{each.channel}_error": each.loss_error_usd}
        if any(entry[name] != 0.0 for name in CHANNELS):
            rows.append(entry)
    columns = (
        Column("borrower", "forced"),
        Column("others_loss_usd", "others lose", "usd", error="others_loss_error"),
        *(Column(name, name.replace("_", " "), "usd", error=f"{name}_error") for name in CHANNELS),
    )
    return Exhibit(
        "contagion_channels",
        "What others lose, and the part that is gone once a channel is switched off."
        if rows
        else "No channel carries anything.",
        Table(pl.DataFrame(rows), columns, "one channel off at a time", found.paths) if rows else None,
        notes=(
            "Channels overlap, and parents, landlords and cash inside an issuer are none of them: no sum.",
        ),
    )


def standalone(found: Contagion) -> Exhibit:
    """Claims by the part of their PD that comes from the book."""
    moved = [row for row in found.claims if row.systemic != 0.0]
    moved.sort(key=lambda row: -abs(row.systemic))
    rows = [asdict(row) | dict.fromkeys(_EXACT, False) for row in moved[:MOST]]
    for entry in rows:
        for name in ("standalone", "in_book"):
            if entry[f"{name}_pd"] == 0.0:  # no path defaulted, which bounds the PD and gives no error
                entry[f"{name}_error"] = None
    columns = (
        Column("claim", "claim"),
        Column("standalone_pd", "standalone PD", "share", error="standalone_error"),
        Column("in_book_pd", "in book", "share", error="in_book_error"),
        Column("systemic", "systemic", "share", error="systemic_error"),
    )
    lead = "No claim's PD differs between standing alone and in the book."
    if moved:
        lead = (
            f"{moved[0].claim} moves most from standing alone to the book: its PD goes from "
            f"{print_.in_sentence(moved[0].standalone_pd, 'share')} to "
            f"{print_.in_sentence(moved[0].in_book_pd, 'share')}."
        )
    left = len(moved) - len(rows)
    return Exhibit(
        "contagion_standalone",
        lead,
        Table(pl.DataFrame(rows), columns, "nobody forced", found.paths) if rows else None,
        notes=(
            "Standalone: tenants fail by their own credit, machines sell without moving prices, lenders have no "
            "budget. PD to maturity, P." + (f" {left} more in --json." if left > 0 else ""),
        ),
    )


_EXACT: Final = ("standalone_pd_exact", "in_book_pd_exact")
