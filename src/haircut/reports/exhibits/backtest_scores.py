"""How good the predictions of a backtest were, beside simple rules and beside what is in sample."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.backtest import Backtest

WORDS: Final = {
    "knowable": "knowable in 2021",
    "chosen-knowing-2022": "IN SAMPLE: chosen knowing 2022",
    "parents-support": "parents support",
    "shares-shut": "nobody sells shares",
    "debt_per_th_usd": "rule: debt per TH/s",
    "power_usd_per_kwh": "rule: price of power",
    "debt_over_liquid": "rule: debt over cash and coins",
}


def build(found: Backtest) -> Exhibit:
    """One row a variant and horizon, then one a rule."""
    rows: list[dict[str, Any]] = [
        {
            "what": WORDS.get(name, name),
            "months": float(score["months"]),
            "auc": score["auc"],
            "p": score["p_value"],
            "brier": score["brier"],
            "base": score["brier_of_base_rate"],
            "expected": score["expected_failures"],
            "failed": float(score["failed"]),
            "blank": "",
        }
        for name, scores in found.variants.items()
        for score in scores
    ]
    rows += [
        {
            "what": WORDS.get(rule["rule"], rule["rule"]),
            "months": 18.0,
            "auc": rule["auc"],
            "p": rule["p_value"],
            "brier": None,
            "base": None,
            "expected": None,
            "failed": None,
            "blank": "",
        }
        for rule in found.rules
    ]
    columns = (
        Column("what", "ranking by"),
        Column("months", "months", "count"),
        Column("auc", "AUC", "number"),
        Column("p", "exact p", "number"),
        Column("brier", "Brier", "number", reason="blank"),
        Column("base", "base rate's", "number", reason="blank"),
        Column("expected", "expected", "price", reason="blank"),
        Column("failed", "failed", "count", reason="blank"),
    )
    for row in rows:  # printed with the decimals that so few names carry
        for key, places in (("auc", 2), ("p", 3), ("brier", 3), ("base", 3)):
            row[key] = None if row[key] is None else round(row[key], places)
    return Exhibit(
        "backtest_scores",
        _sentence(found),
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "all variants"),
        notes=(_spread(found),),
    )


def _sentence(found: Backtest) -> str:
    own = found.variants["knowable"][-1]
    better = [WORDS[rule["rule"]].removeprefix("rule: ") for rule in found.rules if rule["auc"] > own["auc"]]
    if not better:
        return "No simple rule ranks the names better than the model does."
    return f"MISS: {len(better)} simple rules rank the names better than the model: {', '.join(better)}."


def _spread(found: Backtest) -> str:
    said = (
        "Brier beside that of the share that failed, which nobody knew. Expected: sum of the PDs. p: share of "
        "all ways to pick as many names that rank at least as well, one-sided; names of one wave are not "
        "independent evidence. In-sample rows are no evidence. Rules read the same figures of the book, most of "
        "them assumed."
    )
    if not found.spread["draws"]:
        return said
    low, middle, high = found.spread["auc"]["18m"]
    return (
        f"{said} Over {found.spread['draws']} draws of the assumptions AUC over 18 months is {middle:.2f}, "
        f"from {low:.2f} to {high:.2f} (5 and 95 %)."
    )
