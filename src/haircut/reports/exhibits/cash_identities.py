"""Whether every dollar that came in went somewhere, on every path and in every month."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames


def build(run: RunFrames) -> Exhibit:
    """The largest error of the two cash identities over all paths and months."""
    found = run.manifest.get("cash_error_usd")
    words = f"{float(found):.2g}" if found is not None else None
    rows = [
        {"identity": "each account: balance = opening + posted in - posted out", "error": words},
        {"identity": "all accounts of borrowers: change = paid in from outside - paid out", "error": words},
    ]
    frame = pl.DataFrame(rows, schema={"identity": pl.String, "error": pl.String})
    title = (
        f"Every dollar is accounted for: the largest error of any path and month is {words} USD."
        if words is not None
        else "The run records no cash error."
    )
    columns = (Column("identity", "identity"), Column("error", "largest error, USD"))
    return Exhibit(
        "cash_identities",
        title,
        Table(frame, columns, "all", run.paths),
        notes=(
            f"Both are checked every month on {print_.count(run.paths)} paths under P and under Q, and the larger "
            "error is printed; above a cent the run is refused.",
        ),
    )
