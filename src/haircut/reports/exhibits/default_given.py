"""How often an issuer defaults, and how often on the paths on which coin, rent or both have fallen."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.whole_book import IssuerPage
from haircut.studies.whole_book.given import FEWEST, WITHIN_MONTHS

WORDS: Final = {"btc": "BTC", "rent": "rent", "hashprice": "hashprice"}


def build(page: IssuerPage) -> Exhibit:
    """One row an event, all paths first."""
    rows: list[dict[str, Any]] = [
        {
            "event": in_words(each.event) or "all paths",
            "paths": float(each.paths),
            "defaults": float(each.defaults),
            "probability": each.probability,
            "error": each.std_error,
            "reason": each.reason or "",
            "probability_exact": False if each.std_error is None else None,
            "probability_paths": each.paths,
        }
        for each in page.given
    ]
    schema: dict[str, Any] = {
        "event": pl.String, "paths": pl.Float64, "defaults": pl.Float64, "probability": pl.Float64,
        "error": pl.Float64, "reason": pl.String, "probability_exact": pl.Boolean, "probability_paths": pl.Int64,
    }  # fmt: skip
    columns = (
        Column("event", "paths on which"),
        Column("paths", "paths", "count"),
        Column("defaults", "defaults", "count"),
        Column("probability", "P(default)", "share", error="error", reason="reason"),
    )
    return Exhibit(
        "default_given",
        _sentence(page),
        Table(pl.DataFrame(rows, schema=schema), columns, "haircut"),
        notes=(
            f"Under P. Default: any claim of the issuer, within {WITHIN_MONTHS} months. A fall happens where a month "
            "end stands at that level or below; rent is that of the market's first device. ± one standard error, "
            f"sqrt(p (1 - p) / paths of the event). n/a: fewer than {FEWEST} paths. What goes together on these paths "
            "is not what causes what.",
        ),
    )


def in_words(event: str) -> str:
    """An event as a reader says it.

    >>> in_words("btc -50 % within 12 months and rent -40 % within 12 months")
    'BTC -50 % and rent -40 % within 12 months'
    """
    parts = event.split(" and ")
    same = len({part.partition(" within ")[2] for part in parts}) == 1
    if len(parts) > 1 and same:
        parts = [part.partition(" within ")[0] for part in parts[:-1]] + parts[-1:]
    return " and ".join(WORDS.get(part.split(" ")[0], part.split(" ")[0]) + part[len(part.split(" ")[0]) :]
                        for part in parts if part)  # fmt: skip


def _sentence(page: IssuerPage) -> str:
    by_name = {each.name: each for each in page.given}
    if "any" not in by_name or by_name["any"].probability is None:
        return f"How often {page.name} defaults was not simulated."
    every = by_name["any"].probability
    share = print_.in_sentence(page.assumed_share, "share")
    span = [each.probability for each in page.given if each.name != "any" and each.probability is not None]
    given = f", {_share(min(span))} to {_share(max(span))} on those with a fall below" if span else ""
    tail = f"{share} of inputs assumed" + ("" if page.verdict_allowed else ": a range, not a verdict")
    return f"{page.name} defaults within {WITHIN_MONTHS} months on {_share(every)} of paths{given}; {tail}."


def _share(value: float) -> str:
    return print_.in_sentence(value, "share")
