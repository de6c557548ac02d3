"""The real spread of a sector: quoted beside fair by segment, and the mechanisms between a building and fair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.mechanisms import WORDS
from haircut.reports.exhibits.spread_waterfall import Step, waterfall_chart

SEGMENTS: Final = {"ai_infrastructure": "AI infrastructure", "crypto_miners": "miners", "all": "all"}
NO_VERDICT_ABOVE: Final = 0.5


def build(answer: Mapping[str, Any]) -> Exhibit:
    """The three rows and the waterfall of all claims together.

    Args:
        answer: of `haircut.studies.whole_book.sector`.
    """
    rows = _rows(answer)
    texts = ("what", "unit", "reason")
    names = [row["segment"] for row in answer["real_spread"]]
    schema: dict[str, Any] = {key: pl.String if key in texts else pl.Float64 for key in rows[0]}
    schema |= {f"{name}_exact": pl.Boolean for name in names}
    columns = (
        Column("what", "drawn in $m, covered in %, margins in bp"),
        *(Column(name, SEGMENTS[name], "by_row", error=f"{name}_error", reason="reason") for name in names),
    )
    steps = waterfall_steps(answer, "all")
    blocks = max(row["blocks"] for row in answer["real_spread"])
    return Exhibit(
        "real_spread",
        sentence(answer),
        Table(pl.DataFrame(rows, schema=schema), columns, "all 16 corners", answer["paths"]),
        waterfall_chart(steps, wide=True),
        waterfall_chart(steps, wide=False),
        notes=(
            f"Means weighted by what is drawn, over the covered claims: those with a fair margin and a margin to "
            f"compare it with. That is a quote of at most {answer['fresh_days']} days, else the margin of the "
            f"contract; {_fresh(answer)}. Convertibles, whose coupon pays for the conversion too, and claims whose "
            "maturity was not seen are not covered.",
            "From the model of a building (every mechanism off) to fair by Shapley's rule over 16 corners on common "
            f"random numbers, {answer['paths']:,} paths each, seed {answer['seed']}. Errors from {blocks} blocks of "
            "512 paths of the weighted sum: what claims lose together is in them"
            + ("; so few blocks make them rough." if blocks < 20 else "."),
            _observed(answer["observed_basket"]),
        ),
        not_calculated=() if blocks > 1 else ("errors, because one block of paths says nothing about them.",),
    )


def sentence(answer: Mapping[str, Any]) -> str:
    """Verdict, or a range where more than half of the inputs is assumed."""
    row = next(each for each in answer["real_spread"] if each["segment"] == "all")
    if row["fair_bp"] is None:
        return "No claim of the book has both a margin to compare and a fair one."
    quoted, fair = print_.number(row["quoted_bp"], "bp"), print_.number(row["fair_bp"], "bp")
    error = print_.error(row["std_error"], "bp")
    covered = f"{print_.in_sentence(row['coverage'], 'share')} of ${row['notional_usd'] / 1e9:,.1f} bn"
    if answer["assumed_share"] > NO_VERDICT_ABOVE:
        low, high = print_.number(row["low_bp"], "bp"), print_.number(row["high_bp"], "bp")
        return (
            f"Fair margin {fair} ± {error} bp, between {low} and {high} bp over the 16 corners of the model, beside "
            f"{quoted} bp quoted or contracted, on {covered}; "
            f"{print_.in_sentence(answer['assumed_share'], 'share')} of inputs assumed: a range, not a verdict."
        )
    side = "more" if row["quoted_bp"] > row["fair_bp"] else "less"
    gap = print_.number(abs(row["quoted_bp"] - row["fair_bp"]), "bp")
    return (
        f"Lenders are paid {gap} bp {side} than fair: {quoted} bp against {fair} ± {error} bp, on {covered}."
    )


def waterfall_steps(answer: Mapping[str, Any], segment: str) -> list[Step]:
    """The bars of one segment; none where nothing is covered."""
    row = next(each for each in answer["real_spread"] if each["segment"] == segment)
    if row["fair_bp"] is None:
        return []
    steps = [Step("as a building", 0.0, row["base_bp"], row["base_std_error"], "paper")]
    at = row["base_bp"]
    for part in row["contributions"]:
        label = WORDS.get(part["mechanism"], part["mechanism"])
        steps.append(Step(label, at, at + part["bp"], part["std_error"], "part"))
        at += part["bp"]
    steps.append(Step("fair margin", 0.0, row["fair_bp"], row["std_error"], "fair"))
    steps.append(Step("quoted", 0.0, row["quoted_bp"], None, "quoted", True))
    return steps


def _rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a figure, one column a segment."""
    shares = [
        {part["mechanism"]: (part["bp"], part["std_error"]) for part in row["contributions"]}
        for row in answer["real_spread"]
    ]
    found = answer["real_spread"]
    lines: list[tuple[str, str, list[tuple[float | None, float | None]], bool]] = [
        ("drawn", "usd", [(row["notional_usd"], None) for row in found], True),
        ("covered", "share", [(row["coverage"], None) for row in found], True),
        ("quoted", "bp", [(row["quoted_bp"], None) for row in found], True),
        ("fair", "bp", [(row["fair_bp"], row["std_error"]) for row in found], False),
        ("as a building", "bp", [(row["base_bp"], row["base_std_error"]) for row in found], False),
        *(
            (words, "bp", [own.get(name, (None, None)) for own in shares], False)
            for name, words in WORDS.items()
        ),
    ]
    rows = []
    for what, unit, values, exact in lines:
        row: dict[str, Any] = {"what": what, "unit": unit, "reason": "no_quote"}
        for segment, (value, error) in zip(found, values, strict=True):
            name = segment["segment"]
            row |= {name: value, f"{name}_error": error, f"{name}_exact": exact}
        rows.append(row)
    return rows


def _observed(basket: Mapping[str, Any]) -> str:
    spread, beside = (print_.number(basket[name], "bp") for name in ("spread_bp", "high_yield_bp"))
    return (
        f"Observed beside it: {basket['what']} {spread} bp on {print_.date(basket['date'])}, high yield {beside} "
        f"({basket['evidence']} source; {basket['note']})."
    )


def _fresh(answer: Mapping[str, Any]) -> str:
    row = next(each for each in answer["real_spread"] if each["segment"] == "all")
    return f"{print_.in_sentence(row['fresh_share'], 'share')} of the covered notional has such a quote"
