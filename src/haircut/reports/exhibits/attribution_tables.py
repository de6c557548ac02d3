"""An attribution as a page: the waterfall, shares of margin, PD and expected loss, pairs, corners."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.mechanisms import WORDS
from haircut.reports.exhibits.spread_waterfall import attributed
from haircut.studies.attribute.attribution import Attribution, Split

SCENARIO = "all 16 corners of the mechanisms"


def build(found: Attribution, paths: int) -> tuple[Exhibit, ...]:
    """The waterfall first; then the other measures, what pairs do together, and every corner.

    Args:
        found: of one claim.
        paths: of each corner.
    """
    return (attributed(found, paths), shares(found, paths), pairs(found, paths), corners(found, paths))


def shares(found: Attribution, paths: int) -> Exhibit:
    """PD and expected loss, split like the margin."""
    splits = {"pd": (found.pd, "share"), "el": (found.el, "bp")}
    if found.margin is None or found.pd is None or found.el is None:
        return Exhibit(
            "attribution_shares", "PD and expected loss are not split.",
            not_calculated=("the split, because a corner has no value.",),
        )  # fmt: skip
    rows: list[dict[str, Any]] = []
    for place, part in enumerate(found.contributions):
        row: dict[str, Any] = {"what": WORDS.get(part.mechanism, part.mechanism)}
        for name, (split, _) in splits.items():
            assert split is not None
            own = split.contributions[place]
            row |= {name: own.value, f"{name}_error": own.std_error, f"{name}_exact": False}
        rows.append(row)
    for label, end in (("as a building", "base"), ("all mechanisms", "full")):
        row = {"what": label}
        for name, (split, _) in splits.items():
            row |= {name: getattr(split, end), f"{name}_error": getattr(split, f"{end}_std_error")}
            row[f"{name}_exact"] = False
        rows.insert(0 if end == "base" else len(rows), row)
    most = max(found.pd.contributions, key=lambda part: abs(part.value))
    columns = (
        Column("what", "mechanism"),
        Column("pd", "PD, to maturity", "share", error="pd_error"),
        Column("el", "expected loss a year", "bp", error="el_error"),
    )
    return Exhibit(
        "attribution_shares",
        f"PD to maturity goes from {print_.in_sentence(found.pd.base, 'share')} as a building to "
        f"{print_.in_sentence(found.pd.full, 'share')}: most by {WORDS.get(most.mechanism, most.mechanism)}.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, SCENARIO, paths),
        notes=("Shapley values, as of the margin; parts sum exactly. LGD is a ratio and is not split.",),
    )


def pairs(found: Attribution, paths: int) -> Exhibit:
    """What two mechanisms do together beyond each alone."""
    margin: Split | None = found.margin
    rows = [
        {
            "pair": " with ".join(WORDS.get(name, name) for name in each.pair),
            "bp": each.value,
            "error": each.std_error,
            "bp_exact": False,
        }
        for each in (margin.interactions if margin else ())
    ]
    rows.sort(key=lambda row: -abs(float(str(row["bp"]))))
    columns = (Column("pair", "pair"), Column("bp", "together", "bp", error="error"))
    lead = "No pair is calculated."
    if rows:
        bp = float(str(rows[0]["bp"]))
        lead = f"Strongest together: {rows[0]['pair']}, {print_.number(bp, 'bp')} bp beyond each alone."
    return Exhibit(
        "attribution_pairs",
        lead,
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, SCENARIO, paths) if rows else None,
        notes=("Shapley-Taylor interactions of order two; negative where two hide the same thing.",),
    )


def corners(found: Attribution, paths: int) -> Exhibit:
    """Every corner: which mechanisms are on, and what the model then says."""
    rows = [
        {
            "on": ", ".join(WORDS.get(name, name) for name in each["on"]) or "none: a building",
            **{
                key: each.get(name)
                for key, name in (
                    ("fair", "fair_bp"), ("fair_error", "fair_bp_std_error"), ("fair_reason", "fair_bp_reason"),
                    ("pd", "pd"), ("pd_error", "pd_std_error"), ("pd_reason", "pd_reason"),
                    ("lgd", "lgd"), ("lgd_error", "lgd_std_error"), ("lgd_reason", "lgd_reason"),
                )
            },
            "fair_exact": False,
            "pd_exact": False,
            "lgd_exact": False,
        }
        for each in found.corners
    ]  # fmt: skip
    columns = (
        Column("on", "mechanisms on"),
        Column("fair", "fair margin", "bp", error="fair_error", reason="fair_reason"),
        Column("pd", "PD, to maturity", "share", error="pd_error", reason="pd_reason"),
        Column("lgd", "LGD", "share", error="lgd_error", reason="lgd_reason"),
    )
    known = [float(row["fair"]) for row in rows if row["fair"] is not None]
    lead = "No corner has a margin."
    if known:
        low, high = print_.number(min(known), "bp"), print_.number(max(known), "bp")
        lead = f"The model can be made to say anything from {low} to {high} bp by what is left out."
    return Exhibit(
        "attribution_corners",
        lead,
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, SCENARIO, paths),
    )
