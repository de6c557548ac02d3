"""Every input: its value, unit, mark, source, date and range."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames


def shares(run: RunFrames) -> dict[str, int]:
    """Inputs by mark: observed, estimated, assumed."""
    recorded = run.manifest.get("marks") or {}
    if recorded:
        return {str(mark): int(count) for mark, count in recorded.items()}
    counted = run.provenance.group_by("mark").len().iter_rows()
    return {str(mark): int(count) for mark, count in counted}


def assumed_share(run: RunFrames) -> str:
    """`38 % of inputs assumed`, in print."""
    marks = shares(run)
    total = sum(marks.values())
    return (
        f"{100 * marks.get('assumed', 0) / total:.0f} % of {total} inputs assumed"
        if total
        else "no input recorded"
    )


def build(run: RunFrames) -> Exhibit:
    """The register, in the order in which the run reads its inputs."""
    register = run.provenance
    idle = 0
    if "used" in register.columns:
        idle = register.filter(~pl.col("used")).height
        register = register.filter(pl.col("used"))
    text = pl.col("text") if "text" in register.columns else pl.lit(None, pl.String)
    frame = register.with_columns(
        value=pl.coalesce(pl.col("value").cast(pl.String), text).map_elements(_value, return_dtype=pl.String),
        date=pl.col("date").cast(pl.String).map_elements(print_.date, return_dtype=pl.String).fill_null(""),
        range=pl.struct("range_low", "range_high").map_elements(_range, return_dtype=pl.String),
        source=pl.when(pl.col("source").fill_null("") == "")
        .then(pl.when(pl.col("mark") == "assumed").then(pl.lit("assumption")).otherwise(pl.lit("")))
        .otherwise(pl.col("source")),
        note=pl.col("note").fill_null(""),
        unit=pl.col("unit").fill_null(""),
    )
    stale = tuple(str(name) for name in run.manifest.get("stale") or ())
    columns = (
        Column("path", "input"),
        Column("value", "value"),
        Column("unit", "unit"),
        Column("mark", "mark"),
        Column("range", "range"),
        Column("date", "date"),
        Column("source", "source"),
        Column("note", "note"),
    )
    notes = [
        "Observed: a stated source says so. Estimated: read or fitted from data. Assumed: chosen; its "
        "range says how far."
    ]
    if idle:
        notes.append(
            f"{idle} more inputs cannot move this result (other devices, other rent bases); they are in "
            "provenance.parquet."
        )
    if stale:
        notes.append(f"Older than the as-of date allows, used all the same: {', '.join(stale)}.")
    return Exhibit(
        "sources_and_assumptions",
        f"{assumed_share(run)}; the register says where each came from.",
        Table(frame, columns, "inputs", run.paths),
        notes=tuple(notes),
    )


def _value(text: str) -> str:
    try:
        return print_.plain(float(text))
    except ValueError:
        return print_.date(text)


def _range(bounds: dict[str, float | None]) -> str:
    low, high = bounds["range_low"], bounds["range_high"]
    return "" if low is None or high is None else f"{print_.plain(low)} to {print_.plain(high)}"
