"""Each borrower forced into default: who falls with it, and what everybody else loses."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.contagion import Contagion

MOST: Final = 20


def build(found: Contagion) -> Exhibit:
    """One row a forced borrower, the costliest for others first, with the claim whose PD it moves most."""
    rows: list[dict[str, Any]] = []
    felt = [
        row
        for row in found.forced
        if row.others_loss_error > 0.0 or row.others_loss_usd != 0.0 or row.brought_down
    ]
    felt.sort(key=lambda row: -abs(row.others_loss_usd))
    for row in felt[:MOST]:
        others = [cell for cell in found.matrix if cell.borrower == row.borrower and not cell.own]
        worst = max(others, key=lambda cell: cell.pd_change, default=None)
        hit = worst is not None and worst.pd_change > 0.0
        rows.append(
            {
                **asdict(row),
                "claim": worst.claim if hit and worst else "",
                "pd_change": worst.pd_change if hit and worst else None,
                "pd_error": worst.pd_error if hit and worst else None,
                "none": "",
            }
        )
    columns = (
        Column("borrower", "forced"),
        Column("others_loss_usd", "others lose", "usd", error="others_loss_error"),
        Column("brought_down", "falls", "price", error="brought_down_error"),
        Column("deepest", "depth", "count"),
        Column("claim", "most moved"),
        Column("pd_change", "its PD", "share", error="pd_error", reason="none"),
    )
    return Exhibit(
        "contagion_matrix",
        _sentence(found),
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "forced defaults", found.paths)
        if rows
        else None,
        notes=(_note(found, felt=len(felt)),),
        not_calculated=tuple(f"{name}: {why}" for name, why in found.skipped.items()),
    )


def _sentence(found: Contagion) -> str:
    worst = found.forced[0] if found.forced else None
    if worst is None or worst.others_loss_usd <= 0.0:
        return "No forced default of one borrower costs another anything."
    return (
        f"{worst.borrower} costs others most: its default adds {print_.in_sentence(worst.others_loss_usd, 'usd')} "
        f"± {print_.error(worst.others_loss_error, 'usd')}m to their expected loss."
    )


def _note(found: Contagion, felt: int) -> str:
    unforced = 1.0 - min((row.forced_share for row in found.forced), default=1.0)
    silent = len(found.forced) - felt
    parts = [
        f"Each borrower is forced into default in month {found.month} on {found.paths:,} paths under P, the same for "
        "all; changes against the book as it is, errors paired. Not forced where it owes nothing or has fallen "
        f"before: at most {print_.in_sentence(unforced, 'share')} of paths. Others lose: change of expected loss on "
        "everybody else's claims. Falls: others that default earlier than they would have, a path. Depth: steps of "
        "the longest chain on any path. Most moved: the claim of another whose PD to maturity rises most.",
        f"{felt - MOST} that cost others less are in --json." if felt > MOST else "",
        f"{silent} cost others nothing on any path." if silent else "",
    ]
    return " ".join(part for part in parts if part)
