"""What a run did not settle: unpaid at maturity, cash shut in, never drawn, and values that were cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

WORDS: Final = {
    "unpaid_at_maturity": "owed at maturity and not paid then",
    "recovery_open": "machines still for sale when the run ended",
    "never_drawn": "planned draws refused",
    "cash_trapped": "cash in reserves or locked up at the end",
    "cash_after_estate": "cash that came after the estate was closed",
    "loss_floored": "recovered beyond the exposure, loss floored at 0",
    "rent_off_grid": "months of rent beyond the value's grid, extended",
    "price_capped": "price over value, capped at 1.5",
    "premium_floored": "premium of ordinary credit, floored at 0",
    "advance_rate_binds": "amount capped by the advance rate",
}
A_FEW: Final = 0.01
"""Below this share of paths the terminal says nothing; the table has every line."""

NOTE: Final = (
    "Mean over all paths, those that leave nothing open included. Unpaid at maturity: exposure of a default dated "
    "at maturity or later, and what a living borrower still owes then. Cash in reserves belongs to a borrower whose "
    "last debt was refinanced, or cut by the horizon at par: it stays for who lends next. Cash after the estate: what "
    "a subsidiary sent up to a parent in default whose estate was closed; the parent's lenders did not get it."
)


def build(run: RunFrames) -> Exhibit:
    """Of the claim of the run, its borrower, and every fleet and device, under P."""
    frame = run.health
    if frame is None:
        rows: list[dict[str, Any]] = []
    else:
        borrower = _borrower(run)
        machines = pl.col("what").is_in(["rent_off_grid", "price_capped"])
        own = frame.filter(
            (pl.col("measure") != "Q") & (pl.col("of").is_in([run.claim, borrower]) | machines)
        )
        rows = [dict(row) for row in own.iter_rows(named=True)]
    title = (
        title_of(rows, run.claim) if frame is not None else "The run did not count what its paths left open."
    )
    return Exhibit("health", title, table(rows, run.paths), notes=(NOTE,) if rows else ())


def table(rows: Sequence[Mapping[str, Any]], paths: int) -> Table:
    """Lines of health as a table; without a line one row says that there is none."""
    shown = [{"line": WORDS[row["what"]], **row, "reason": ""} for row in rows]
    empty = {"line": "nothing", **dict.fromkeys(("what", "of", "measure", "unit", "reason"), ""),
             **dict.fromkeys(("paths", "share", "share_error", "value", "value_error"))}  # fmt: skip
    texts = ("line", "what", "of", "measure", "unit", "reason")
    schema: dict[str, Any] = {name: pl.String if name in texts else pl.Float64 for name in empty}
    columns = (
        Column("line", "left open or cut"),
        Column("of", "of"),
        Column("share", "paths", "share", error="share_error", reason="reason"),
        Column("value", "mean, $m, months, bp", "by_row", error="value_error", reason="reason"),
    )
    return Table(pl.DataFrame(shown or [empty], schema=schema), columns, "haircut", paths)


def title_of(rows: Sequence[Mapping[str, Any]], of: str) -> str:
    """The largest share of paths that is left open, in a sentence."""
    seen = [row for row in rows if row["share"] is not None]
    if not rows:
        return f"Every path settled everything that {of} owes, and no value was cut."
    if not seen:
        return f"Every path settled everything that {of} owes; some values were cut before."
    first = max(seen, key=lambda row: float(row["share"]))
    share = print_.in_sentence(first["share"], "share")
    return f"On {share} of paths: {WORDS[first['what']]} ({first['of']})."


def line(run: RunFrames) -> str:
    """One line for the terminal: what at least one path of a hundred leaves open; empty where there is nothing."""
    found = build(run)
    if run.health is None or found.table is None:
        return ""
    parts = [
        f"{WORDS[row['what']]}: {_with_error(row['share'], row['share_error'], 'share')} % of paths, "
        f"{_with_error(row['value'], row['value_error'], row['unit'])} "
        f"{'$m' if row['unit'] == 'usd' else row['unit']}"
        for row in found.table.frame.iter_rows(named=True)
        if row["share"] is not None and row["share"] >= A_FEW
    ]
    return f"left open: {'; '.join(parts)}" if parts else ""


def _with_error(value: float, error: float | None, unit: str) -> str:
    return f"{print_.number(value, unit)} ± {print_.error(error, unit)}"


def _borrower(run: RunFrames) -> str:
    claims = run.inputs.get("book", {}).get("claims", ())
    return next((str(claim["borrower"]) for claim in claims if claim["id"] == run.claim), "")
