"""A recorded run beside itself, computed again: the same bits, or where they differ."""

from __future__ import annotations

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.runs.replaying import Replay

MOST = 40


def build(found: Replay) -> Exhibit:
    """One row a difference, then what has changed since."""
    rows = [
        {
            "scenario": each.scenario,
            "claim": each.claim,
            "measure": each.measure,
            "field": each.field,
            "recorded": _full(each.recorded),
            "replayed": _full(each.replayed),
        }
        for each in found.differences[:MOST]
    ]
    columns = tuple(
        Column(name, head)
        for name, head in (
            ("scenario", "scenario"), ("claim", "claim"), ("measure", "measure"), ("field", "of it"),
            ("recorded", "recorded"), ("replayed", "replayed"),
        )
    )  # fmt: skip
    measures = {(each.scenario, each.claim, each.measure) for each in found.differences}
    lead = (
        f"Every one of {found.measures:,} measures, and every table, is the same bit for bit."
        if found.same
        else f"{len(measures):,} of {found.measures:,} measures differ."
    )
    left = len(found.differences) - len(rows)
    notes = [
        f"{each.what.replace('_', ' ')}: {each.recorded[:40]} then, {each.now[:40]} now."
        for each in found.changes
    ]
    if left > 0:
        notes.append(f"{left:,} more differences are in the JSON.")
    if found.tables:
        notes.append(f"Tables that differ: {', '.join(found.tables)}.")
    return Exhibit(
        "replayed",
        lead,
        Table(pl.DataFrame(rows), columns, "replayed", found.paths) if rows else None,
        notes=tuple(notes),
        not_calculated=tuple(f"{name}, because its inputs are not recorded." for name in found.not_replayed),
    )


def _full(value: object) -> str:
    return "null" if value is None else repr(value) if isinstance(value, float) else str(value)
