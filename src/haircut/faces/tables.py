"""Plain tables of the commands: what is not an exhibit of one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from haircut.reports import numbers_in_print as print_
from haircut.reports.terminal import text_table

if TYPE_CHECKING:
    import polars as pl


def underwriting_text(found: Any) -> str:
    """The lender's answers, then LTV at each year's end."""
    facts = (
        ("drawn", print_.in_sentence(found.drawn_usd, "usd") + _binding(found.sizing_binding)),
        ("tenor, WAL", f"{found.tenor_years:.1f} years, {found.wal_years:.1f} years"),
        (
            "lowest DSCR",
            f"{print_.number(found.min_dscr, 'x')} (lender's case "
            f"{print_.number(found.lender_min_dscr, 'x')})",
        ),
        ("first DSCR breach", print_.date(found.first_dscr_breach) if found.first_dscr_breach else "none"),
        ("LLCR", print_.number(found.llcr, "x")),
        (
            "over-lending",
            f"{print_.number(found.over_lending_multiple, 'x')}; over the same tenor "
            f"{print_.number(found.over_lending_same_tenor, 'x')}",
        ),
        ("implied payback", print_.in_sentence(found.implied_payback_years, "years")),
    )
    rows = [
        [
            print_.date(row.date),
            *(print_.number(getattr(row, name), "share") for name in ("book", "market", "nolv", "flv")),
        ]
        for index, row in enumerate(found.ltv)
        if index % 12 == 0 or index == len(found.ltv) - 1
    ]
    table = text_table(["LTV, %", "book", "market", "NOLV", "FLV"], rows, (False, True, True, True, True))
    head = " · ".join(
        [found.case, found.claim, *found.overlays, f"as of {print_.date(found.as_of)}", "base case"]
    )
    return "\n".join([head, "", *(f"{name:<20}{text}" for name, text in facts), "", table])


def _binding(name: str | None) -> str:
    return f", sized by {name.replace('_', ' ')}" if name else ""


def runs_table(found: pl.DataFrame, case: str | None = None) -> str:
    """One line a run; why, where any of them says why.

    Args:
        found: recorded runs.
        case: the case that was asked for, where one was.
    """
    if not found.height:
        none = "no run is recorded yet" if case is None else f"no run of {case} is recorded yet"
        return f"{none}: haircut reprice {case or 'coreweave-ddtl-3'}"
    said = bool(found["why"].count())
    rows = [
        [
            row["id"],
            row["case"],
            " + ".join(row["overlays"] or ()),
            print_.date(row["as_of"]),
            f"{row['paths']:,}",
            str(row["seed"]),
            str(row["created"])[:16].replace("T", " "),
            *([row["why"] or ""] if said else []),
        ]
        for row in found.iter_rows(named=True)
    ]
    heads = ["run", "case", "overlays", "as of", "paths", "seed", "recorded", *(["why"] if said else [])]
    return text_table(heads, rows, (False, False, False, False, True, True, False, False)[: len(heads)])


def spread(runs: Mapping[str, Any]) -> dict[str, Any]:
    """Fair margin of each basis, and how far the largest lies above the least, in bp."""
    rows = []
    for basis, run in runs.items():
        row = run.row("fair_margin_bp")
        rows.append(
            {"rent_basis": basis, "run": run.id, **{k: row[k] for k in ("value", "std_error", "reason")}}
        )
    values = [row["value"] for row in rows if row["value"] is not None]
    first = next(iter(runs.values()))
    return {
        "case": first.manifest["case"],
        "claim": first.claim,
        "measure": "fair_margin_bp",
        "bases": rows,
        "spread_bp": max(values) - min(values) if values else None,
    }


def spread_table(apart: Mapping[str, Any]) -> str:
    """The fair margin on each basis of rent."""
    rows = [
        [
            row["rent_basis"],
            f"{print_.number(row['value'], 'bp')} ± {print_.error(row['std_error'], 'bp')}",
            row["run"],
        ]
        for row in apart["bases"]
    ]
    table = text_table(["rent basis", "fair margin, bp", "run"], rows, (False, True, False))
    gap = print_.in_sentence(apart["spread_bp"], "bp")
    head = f"{apart['case']} · {apart['claim']}"
    return f"{head}\n\n{table}\n\nthe choice of rent basis moves the fair margin by {gap}"
