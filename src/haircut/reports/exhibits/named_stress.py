"""A claim under named scenarios: fair margin and its change, PD, LGD, cover, liquidation LTV."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.whiskers import Whisker, whisker_chart
from haircut.studies.stress import Named


def build(found: Named) -> Exhibit:
    """Scenarios by what they add to the fair margin, today first."""
    today, *others = found.rows
    others.sort(key=lambda row: -(row.change_bp if row.change_bp is not None else float("-inf")))
    rows: list[dict[str, Any]] = []
    for row in (today, *others):
        entry = asdict(row)
        entry["blank"] = "" if row is today else "failed"
        entry |= {f"{name}_exact": False for name in ("fair_bp", "pd", "lgd")}
        entry["few"] = "too_few_defaults"
        rows.append(entry)
    columns = (
        Column("scenario", "scenario"),
        Column("fair_bp", "fair margin", "bp", error="std_error"),
        Column("change_bp", "change", "bp", error="change_error", reason="blank"),
        Column("pd", "PD", "share", error="pd_error"),
        Column("lgd", "LGD", "share", error="lgd_error", reason="few"),
        Column("min_dscr", "lowest DSCR", "x"),
        Column("highest_nolv_ltv", "highest LTV (NOLV)", "share"),
    )
    whiskers = [
        Whisker(row.scenario, row.change_bp, row.change_error, look.REALISABLE)
        for row in others
        if row.change_bp is not None and row.change_error is not None
    ]
    title = "change of the fair margin, bp"
    return Exhibit(
        "named_stress",
        _sentence(found, others),
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "overlays on the case", found.paths),
        whisker_chart(whiskers, title, None, wide=True, bars=True) if whiskers else None,
        whisker_chart(whiskers, title, None, wide=False, bars=True) if whiskers else None,
        notes=(
            f"{found.paths:,} paths, the same for every scenario; the error of a change is paired. The world "
            "changes, the loan keeps its amounts and schedule. Cover and LTV: the base case under the scenario.",
        ),
        not_calculated=tuple(f"{row.scenario}: {row.why}" for row in found.rows if row.why),
    )


def _sentence(found: Named, others: list[Any]) -> str:
    fair = found.rows[0].fair_bp
    lead = f"Today's fair margin is {print_.in_sentence(fair, 'bp')}"
    known = [row for row in others if row.change_bp is not None]
    if not known:
        return f"{lead}; no scenario could be priced."
    worst, best = known[0], known[-1]
    return (
        f"{lead}; {worst.scenario} moves it by {print_.in_sentence(worst.change_bp, 'bp')}, "
        f"{best.scenario} by {print_.in_sentence(best.change_bp, 'bp')}."
    )
