"""What each claim recovers at default, silo by silo in the order of rank."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.book_parts import Entity, drawn_usd, entities, silo
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames
from haircut.reports.whiskers import Whisker, whisker_chart

SIMULATED: Final = (
    ("pd", "pd_maturity", "PD, to maturity", False),
    ("recovery", "lgd", "recovery", True),
    ("recovery_q", "lgd_q", "recovery, Q", True),
)
"""Column, measure that it is read from, header, and whether it is one less the measure."""


def build(run: RunFrames) -> Exhibit:
    """One row a claim of the issuer: the run's own silo first, each silo by rank."""
    shown = _claims(run)
    rows = [_row(run, claim) for claim in shown]
    whiskers = [
        Whisker(f"rank {row['rank']} · {row['claim']}", row["recovery"], row["recovery_error"],
                look.REALISABLE, row["claim"] == run.claim)
        for row in rows
        if row["recovery"] is not None
    ]  # fmt: skip
    columns = [
        Column("silo", "silo"),
        Column("claim", "claim"),
        Column("rank", "rank", "count"),
        Column("drawn_usd", "drawn", "usd", reason="drawn_reason"),
    ]
    columns += [
        Column(key, header, "share", f"{key}_error", f"{key}_reason", f"{key}_target")
        for key, _, header, _ in SIMULATED
    ]
    rest = len(entities(run, "claims")) - len(shown)
    notes = (
        "Recovery: one less LGD, what is recovered after default, discounted to it at the contract rate, over what was "
        "owed; paths with a default only. A silo is one borrower: its machines pay its claims by rank, claims of "
        "equal rank share in proportion to what they are owed. In the picture under P, whiskers are two standard "
        "errors either side.",
        *([f"Not shown: {rest} of other issuers."] if rest > 0 else ()),
    )
    title = "recovery, % of what is owed at default"
    return Exhibit(
        "recovery_by_rank",
        _title(run, rows),
        Table(pl.DataFrame(rows, schema=_schema()), tuple(columns), "haircut", run.paths),
        whisker_chart(whiskers, title, None, wide=True, bars=True, unit="share") if whiskers else None,
        whisker_chart(whiskers, title, None, wide=False, bars=True, unit="share") if whiskers else None,
        notes=notes,
    )


def _claims(run: RunFrames) -> list[Entity]:
    """Claims of the issuer of the run's claim, its own silo first."""
    issuer_of = {each["id"]: each.get("issuer") for each in entities(run, "borrowers")}
    own = silo(run)
    place = {name: position for position, name in enumerate([own, *issuer_of])}
    place[own] = 0
    found = [
        claim
        for claim in entities(run, "claims")
        if claim["borrower"] == own
        or (own in issuer_of and issuer_of.get(claim["borrower"]) == issuer_of[own])
    ]
    return sorted(found, key=lambda claim: (place.get(claim["borrower"], 0), claim.get("rank", 1)))


def _row(run: RunFrames, claim: Entity) -> dict[str, Any]:
    name = str(claim["id"])
    row: dict[str, Any] = {
        "silo": str(claim["borrower"]),
        "claim": name,
        "rank": int(claim.get("rank", 1)),
        "drawn_usd": drawn_usd(run, claim),
        "drawn_reason": "missing_input",
    }
    for key, measure, _, less in SIMULATED:
        found = run.measure(measure, claim=name)
        value = None if found is None else found.value
        row |= {
            key: 1.0 - value if less and value is not None else value,
            f"{key}_error": None if found is None else found.std_error,
            f"{key}_reason": "missing_input" if found is None else found.reason,
            f"{key}_exact": False if found is None else found.exact,
            f"{key}_target": f"measure:{measure}" if name == run.claim else "",
        }
    return row


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = {"silo": pl.String, "claim": pl.String, "rank": pl.Int64, "drawn_usd": pl.Float64,
                              "drawn_reason": pl.String}  # fmt: skip
    for key, _, _, _ in SIMULATED:
        schema |= {key: pl.Float64, f"{key}_error": pl.Float64, f"{key}_reason": pl.String,
                   f"{key}_exact": pl.Boolean, f"{key}_target": pl.String}  # fmt: skip
    return schema


def _title(run: RunFrames, rows: list[dict[str, Any]]) -> str:
    own = next((row for row in rows if row["claim"] == run.claim), None)
    if own is None or own["recovery"] is None:
        return "Too few paths default to say what this claim recovers."
    error = own["recovery_error"]
    spread = "" if error is None else f" ± {print_.error(error, 'share')}"
    return (
        f"At default {run.claim}, rank {own['rank']} of its silo, recovers "
        f"{print_.number(own['recovery'], 'share')}{spread} % of what it is owed."
    )
