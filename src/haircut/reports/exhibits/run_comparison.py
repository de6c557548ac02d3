"""The change between two runs, by cause, and covenants whose headroom fell."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.compare import Comparison


def build(found: Comparison) -> Exhibit:
    """One row a cause, between the two recorded margins."""
    rows: list[dict[str, object]] = [_row(f"run {found.first}", found.before_bp, None)]
    rows += [_row(part.cause, part.bp, part.std_error) for part in found.parts]
    rows.append(_row(f"run {found.second}", found.after_bp, None))
    schema = {"what": pl.String, "bp": pl.Float64, "std_error": pl.Float64}
    change = found.after_bp - found.before_bp
    largest = max(found.parts, key=lambda part: abs(part.bp))
    low = [each for each in found.headroom if each.low]
    words = [
        f"{each.test} {print_.number(each.level, 'x')}: headroom {print_.in_sentence(each.before, 'share')} before, "
        f"{print_.in_sentence(each.after, 'share')} after{', below 10 %' if each.low else ''}."
        for each in found.headroom
    ]
    alert = f" Headroom of {', '.join(each.test for each in low)} fell below 10 %." if low else ""
    moved = f"most by {largest.cause}" if largest.bp else "nothing moved"
    return Exhibit(
        "run_comparison",
        f"The fair margin changes by {print_.in_sentence(change, 'bp')}: {moved}.{alert}",
        Table(
            pl.DataFrame(rows, schema=schema),
            (Column("what", "cause"), Column("bp", "fair margin", "bp", error="std_error")),
            "two runs",
        ),
        notes=("Parts sum exactly; errors are paired where both ends share their paths.", *words),
        not_calculated=tuple(
            f"{part.cause}, because {part.note}" for part in found.parts if "case between" in part.note
        ),
    )


def _row(what: str, bp: float, std_error: float | None) -> dict[str, object]:
    return {"what": what, "bp": bp, "std_error": std_error}
