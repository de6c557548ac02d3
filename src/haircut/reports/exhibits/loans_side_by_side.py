"""This loan beside those that its case names: what differs is the loan, not the method."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import CASE, HAIRCUT, RunFrames

NUMBERS = (
    ("tenor_years", "tenor", "years"),
    ("wal_years", "WAL", "years"),
    ("over_lending_multiple", "over-lending", "x"),
    ("min_dscr", "lowest DSCR", "x"),
    ("nolv_ltv", "LTV, orderly sale", "share"),
    ("pd_maturity", "PD, to maturity", "share"),
    ("fair_margin_bp", "fair margin", "bp"),
    ("quoted_margin_bp", "quoted", "bp"),
)


def build(run: RunFrames) -> Exhibit:
    """Tenor, WAL, amortisation, over-lending, breach date and fair margin of each loan."""
    others = run.scenarios_of(CASE)
    reasons = Column("amortisation", "amortisation", reason="amortisation_reason")
    wanted = tuple(run.inputs.get("compare_with", ()))
    rows = [
        _row(
            run,
            str(run.manifest["case"]),
            HAIRCUT,
            str(run.claim_terms.get("amortisation", {}).get("kind", "")),
        )
    ]
    rows += [_row(run, name, f"{CASE}{name}", "") for name in others]
    columns = [Column("case", "loan"), reasons]
    columns += [
        Column(name, header, unit, f"{name}_error", f"{name}_reason", f"{name}_target")
        for name, header, unit in NUMBERS
    ]
    columns.insert(5, Column("breach", "first DSCR breach", "date", reason="breach_reason"))
    absent = [name for name in wanted if name not in others]
    return Exhibit(
        "loans_side_by_side",
        _title(rows),
        Table(
            pl.DataFrame(rows, infer_schema_length=None),
            tuple(columns),
            "haircut, each case as written",
            run.paths,
            True,
        ),
        notes=(
            "Over-lending: the lender's debt over the debt that true cash flow supports at the same DSCR "
            "over the shorter of "
            "tenor and economic life.",
        ),
        not_calculated=tuple(f"{name}, because this run does not record it." for name in absent),
    )


def _row(run: RunFrames, case: str, scenario: str, amortisation: str) -> dict[str, Any]:
    breach = run.measure("first_dscr_breach", scenario)
    kind = run.measure("amortisation", scenario)
    words = amortisation or (kind.text if kind is not None and kind.text else None)
    row: dict[str, Any] = {
        "case": case,
        "row_paths": run.paths_of(scenario),
        "amortisation": words,
        "amortisation_reason": None if words else "missing_input",
        "breach": breach.text if breach else None,
        "breach_reason": "missing_input" if breach is None else _why_none(breach.reason),
    }
    for name, _, _ in NUMBERS:
        found = run.measure(name, scenario)
        value = found.value if found else None
        if name == "tenor_years" and found is None and scenario == HAIRCUT:
            value = _tenor(run)
        row |= {
            name: value,
            f"{name}_error": found.std_error if found else None,
            f"{name}_reason": found.reason if found else (None if value is not None else "missing_input"),
            f"{name}_exact": found.exact if found else True,
            f"{name}_target": f"measure:{name}" if found else "",
        }
    return row


def _why_none(reason: str | None) -> str:
    return "no breach before maturity" if reason in (None, "not_applicable") else reason


def _tenor(run: RunFrames) -> float | None:
    terms = run.claim_terms
    if not terms:
        return None
    first, last = terms["closing_date"], terms["maturity_date"]
    return int(last[:4]) - int(first[:4]) + (int(last[5:7]) - int(first[5:7])) / 12


def _title(rows: list[dict[str, Any]]) -> str:
    if len(rows) == 1:
        return "No other loan is shown beside this one."
    parts = []
    for row in rows:
        if row["tenor_years"] is not None:
            multiple = print_.number(row["over_lending_multiple"], "x")
            parts.append(f"{row['case']} {multiple} over {row['tenor_years']:.1f} years")
    if not parts:
        return f"{len(rows)} loans side by side."
    return "Debt over what true cash flow supports: " + "; ".join(parts) + "."
