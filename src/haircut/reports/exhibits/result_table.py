"""What the model of a building says, what haircut says, and what is quoted."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import BUILDING, HAIRCUT, Found, RunFrames, measure_title

ROWS = (
    "fair_margin_bp",
    "fair_model_bp",
    "rich_cheap_bp",
    "el_bp",
    "pd_1y",
    "pd_3y",
    "pd_maturity",
    "pd_loss_maturity",
    "lgd",
    "min_dscr",
    "llcr",
    "wal_years",
    "book_ltv",
    "market_ltv",
    "nolv_ltv",
    "flv_ltv",
    "over_lending_multiple",
    "implied_payback_years",
)


LENDERS_OWN = ("over_lending_multiple", "implied_payback_years")
"""Asked of the case as written, not of a scenario beside it."""

LABELS = {
    "fair_margin_bp": "margin",
    "fair_model_bp": "without premium",
    "rich_cheap_bp": "quoted less fair",
    "el_bp": "expected loss",
    "pd_loss_maturity": "PD of a loss",
    "nolv_ltv": "LTV, NOLV",
    "flv_ltv": "LTV, FLV",
    "over_lending_multiple": "over-lending",
}


def build(run: RunFrames) -> Exhibit:
    """Building model, haircut and quote in one table, each with its error."""
    rows, missing = [], []
    for name in ROWS:
        building, found = run.measure(name, BUILDING), run.measure(name, HAIRCUT)
        if building is None and found is None:
            continue
        quote = run.measure("quoted_margin_bp") if name == "fair_margin_bp" else None
        label = LABELS.get(name) or measure_title(name)
        rows.append({**_row(label, name, building, found, quote), "building_paths": run.paths_of(BUILDING)})
        if found is not None and found.value is None and found.text is None:
            missing.append(f"{measure_title(name)}, because {print_.reason(found.reason)}.")
    columns = (
        Column("measure", "", target="target"),
        Column("building", "building", "by_row", "building_error", "building_reason", "building_target"),
        Column("haircut", "haircut", "by_row", "haircut_error", "haircut_reason", "target"),
        Column("quoted", "quoted", "by_row", None, "quoted_reason", "quoted_target"),
    )
    schema = {
        "measure": pl.String,
        "unit": pl.String,
        "target": pl.String,
        "building": pl.Float64,
        "building_error": pl.Float64,
        "building_reason": pl.String,
        "building_exact": pl.Boolean,
        "building_target": pl.String,
        "building_paths": pl.Int64,
        "haircut": pl.Float64,
        "haircut_error": pl.Float64,
        "haircut_reason": pl.String,
        "haircut_exact": pl.Boolean,
        "quoted": pl.Float64,
        "quoted_reason": pl.String,
        "quoted_target": pl.String,
    }
    return Exhibit(
        "result_table",
        _title(run),
        Table(
            pl.DataFrame(rows, schema=schema),
            columns,
            "haircut; building: the four mechanisms off",
            run.paths,
            True,
        ),
        notes=(
            "Building model: deflation, revenue risk, convergence and illiquidity off, on the same "
            "random numbers. "
            "PD, LGD and expected loss under P; margins under Q. Without premium: discounting without "
            "what ordinary credit pays "
            "beyond modelled loss. LTV as of today.",
        ),
        not_calculated=tuple(missing),
    )


def _row(
    label: str, name: str, building: Found | None, found: Found | None, quote: Found | None
) -> dict[str, Any]:
    unit = next((item.unit for item in (found, building) if item is not None and item.unit), None)
    words = "" if unit == "x" else print_.HEADER_UNITS.get(unit or "", "")
    none = Found(name, None, None, None, True, None, None)
    b, h, q = building or none, found or none, quote or none
    return {
        "measure": label + (f", {words}" if words else ""),
        "unit": unit,
        "target": f"measure:{name}",
        "building": b.value,
        "building_error": b.std_error,
        "building_exact": b.exact,
        "building_reason": "" if name in LENDERS_OWN else b.reason or (None if building else "missing_input"),
        "building_target": f"measure:{name}",
        "haircut": h.value,
        "haircut_error": h.std_error,
        "haircut_reason": h.reason,
        "haircut_exact": h.exact,
        "quoted": q.value,
        "quoted_reason": q.reason or (None if quote else ""),
        "quoted_target": "measure:quoted_margin_bp" if quote else "",
    }


def _title(run: RunFrames) -> str:
    fair, building = run.measure("fair_margin_bp"), run.measure("fair_margin_bp", BUILDING)
    quote, kind = run.measure("quoted_margin_bp"), run.measure("quote_kind")
    if fair is None or fair.value is None:
        return "The fair margin is not calculated."
    parts = [f"Fair margin {print_.number(fair.value, 'bp')} ± {print_.error(fair.std_error, 'bp')} bp"]
    if building is not None and building.value is not None:
        parts.append(
            f"{print_.number(building.value, 'bp')} ± {print_.error(building.std_error, 'bp')} bp as a "
            "building"
        )
    if quote is not None and quote.value is not None:
        words = f" ({kind.text})" if kind is not None and kind.text else ""
        parts.append(f"{print_.number(quote.value, 'bp')} bp quoted{words}")
    return ", ".join(parts) + "."
