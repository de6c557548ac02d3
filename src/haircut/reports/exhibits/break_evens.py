"""Levels of single inputs at which the loan stops working."""

from __future__ import annotations

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.breakeven import LIMITS, VARIABLES, BreakEven, BreakEvens

WHY = {
    "cannot_act": "no effect",
    "never_breaks": "never",
    "always_broken": "none helps",
    "not_applicable": "n/a",
}
HEADS = {"min_dscr": "lowest DSCR 1.00x", "nolv_ltv": "LTV (NOLV) 100 %", "principal_loss": "principal lost"}


def build(found: BreakEvens) -> Exhibit:
    """One row an input, one column a limit."""
    rows = []
    for name in dict.fromkeys(row.variable for row in found.rows):
        own = {row.limit: row for row in found.rows if row.variable == name}
        first = next(iter(own.values()))
        entry = {"variable": _title(first), "today": _level(first.today, first.unit)}
        rows.append({**entry, **{limit: _cell(own[limit]) for limit in LIMITS}})
    frame = pl.DataFrame(rows)
    columns = (
        Column("variable", "input"),
        Column("today", "today"),
        *(Column(limit, HEADS[limit]) for limit in LIMITS),
    )
    return Exhibit(
        "break_evens",
        _sentence(found),
        Table(frame, columns, "base case, one input moved"),
        notes=(
            "Base case: expected rents, nobody defaults, no guarantor pays, a parent helps while the machines are "
            f"worth more than the debt. Never: the limit holds over the whole range ({_ranges(found)}). None "
            "helps: it is broken over the whole range. Rent falls: the mean of market rent, each year by the "
            "same share; contracts keep their price where they are not the input. Principal lost: still owed "
            "at maturity and not covered by an orderly sale.",
        ),
    )


def _title(row: BreakEven) -> str:
    title = VARIABLES[row.variable].title
    suffix = {"share": ", %", "bp": ", bp"}.get(row.unit, "")
    return f"{title}{suffix}"


def _level(value: float | None, unit: str) -> str:
    return "" if value is None else print_.number(value, unit)


def _cell(row: BreakEven) -> str:
    return WHY[str(row.why)] if row.value is None else print_.number(row.value, row.unit)


def _sentence(found: BreakEvens) -> str:
    cover, ltv, loss = (found.levels[name] for name in ("min_dscr", "nolv_ltv", "principal_loss"))
    worst = ">= 100x" if ltv is not None and ltv >= 99.0 else print_.in_sentence(ltv, "share")
    parts = [
        f"lowest DSCR {print_.number(cover, 'x')}",
        f"highest LTV (NOLV) {worst}",
        f"principal lost {print_.in_sentence(loss, 'usd')}",
    ]
    return f"The base case shows {', '.join(parts)}."


def _ranges(found: BreakEvens) -> str:
    names = dict.fromkeys(row.variable for row in found.rows)
    parts = []
    for name in names:
        row = next(each for each in found.rows if each.variable == name)
        low, high = print_.number(row.low, row.unit), print_.in_sentence(row.high, row.unit)
        parts.append(f"{name} {low} to {high}")
    return ", ".join(parts)
