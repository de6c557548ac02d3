"""What the claim gains or loses when one input moves a step, and what is solved for from further runs."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import Found, RunFrames, measure_title

MOVES: Final = ("cs01_usd", "ir01_usd", "rent01_usd", "resid01_usd", "util01_usd", "btc_delta_usd")
SOLVED: Final = ("self_consistent_bp", "fair_advance_rate")
UNIT_OF: Final = dict.fromkeys(MOVES, "usd") | {"self_consistent_bp": "bp", "fair_advance_rate": "share"}
UNITS: Final = {"usd": "thousand USD", "bp": "bp", "share": "%"}
THOUSAND: Final = 1e3


def build(run: RunFrames) -> Exhibit:
    """One row a move, in thousands of USD, then what was solved for; what was not asked says so."""
    rows, missing = [], []
    for name in (*MOVES, *SOLVED):
        # A run of an earlier version has no such row.
        found = run.measure(name) or Found(name, None, None, UNIT_OF[name], False, "missing_input", None)
        dollars = found.unit == "usd"
        if found.value is None:
            missing.append(f"{measure_title(name)}, because {print_.reason(found.reason)}.")
        rows.append(
            {
                "move": f"{measure_title(name)}, {UNITS.get(found.unit or '', found.unit)}",
                "unit": "rent" if dollars else found.unit,
                "value": _thousands(found.value, dollars),
                "error": _thousands(found.std_error, dollars),
                "exact": found.exact,
                "reason": found.reason,
                "target": f"measure:{name}",
            }
        )
    schema: dict[str, Any] = {
        "move": pl.String,
        "unit": pl.String,
        "value": pl.Float64,
        "error": pl.Float64,
        "exact": pl.Boolean,
        "reason": pl.String,
        "target": pl.String,
    }
    columns = (
        Column("move", "move", target="target"),
        Column("value", "change of value", "by_row", "error", "reason", "target"),
    )
    return Exhibit(
        "sensitivities",
        _title(run),
        Table(pl.DataFrame(rows, schema=schema), columns, "haircut", run.paths),
        notes=(
            "Value under Q less draws to come, the premium held; each on the paths of the run, at most 4,096. Rents, "
            "resale prices, utilisation and the coin: a tenth of the difference between five steps up and five down. "
            "Forwards: the promised schedule at the quoted margin.",
        ),
        not_calculated=tuple(missing),
    )


def _thousands(value: float | None, dollars: bool) -> float | None:
    return value / THOUSAND if dollars and value is not None else value


def _title(run: RunFrames) -> str:
    rent = run.measure("rent01_usd")
    if rent is None or rent.value is None:
        return "What moves the value: rents, resale prices and utilisation only with reprice --sensitivities."
    moved = print_.number(rent.value / THOUSAND, "count")
    error = "" if rent.std_error is None else f" ± {print_.number(rent.std_error / THOUSAND, 'count')}"
    return f"Rents 1 % higher are worth {moved}{error} thousand USD to the lender."
