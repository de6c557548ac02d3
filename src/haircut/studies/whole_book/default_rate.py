"""How often a sector's debt defaults: a rate a year by segment, on the corners of the attribution."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from haircut.case.market import Rating
from haircut.studies.attribute.corners import ALL, PD
from haircut.studies.whole_book.real_spread import FEWEST_BLOCKS, SEGMENTS, Priced

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]


def default_rates(
    priced: Iterable[Priced], tenor_years: Mapping[str, float], corners: pl.DataFrame
) -> list[dict[str, Any]]:
    """``sum N PD / T over sum N``: defaults a year under P to the end of each claim, weighted by what is drawn.

    Args:
        priced: every claim of the book.
        tenor_years: T by claim, to its maturity or the horizon of the run.
        corners: `haircut.studies.attribute.corners.corner_rows` of the book.

    Returns:
        One row a segment: `rate` and `std_error` with every mechanism on, `building` with every one off, and
        `low` and `high`, the least and the most of the sixteen corners.
    """
    rows = corners.filter(corners["measure"] == PD)
    by_claim: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        by_claim.setdefault(row["claim"], {})[row["corner"]] = row
    known = list(priced)
    return [
        _rate(name, [each for each in known if name in (each.segment, "all")], tenor_years, by_claim)
        for name in SEGMENTS
    ]


def _rate(
    name: str,
    claims: list[Priced],
    tenor_years: Mapping[str, float],
    by_claim: Mapping[str, Mapping[int, Mapping[str, Any]]],
) -> dict[str, Any]:
    usable = [
        each
        for each in claims
        if tenor_years[each.claim] > 0.0
        and all(isinstance(row["value"], float) for row in by_claim[each.claim].values())
    ]
    total = sum(each.notional_usd for each in usable)
    if total <= 0.0:
        return {
            "segment": name, "rate": None, "std_error": None, "building": None, "low": None, "high": None,
        }  # fmt: skip
    rate, gaps = np.zeros(ALL + 1), None
    for each in usable:
        weight = each.notional_usd / total / tenor_years[each.claim]
        own = by_claim[each.claim]
        rate += weight * np.array([own[corner]["value"] for corner in range(ALL + 1)])
        part: Floats = weight * np.array(own[ALL]["deviations"])
        gaps = part if gaps is None else gaps + part
    blocks = 0 if gaps is None else len(gaps)
    error = None
    if gaps is not None and blocks >= FEWEST_BLOCKS:
        error = math.sqrt(float(gaps @ gaps) * blocks / (blocks - 1))
    return {
        "segment": name,
        "rate": float(rate[ALL]),
        "std_error": error,
        "building": float(rate[0]),
        "low": float(rate.min()),
        "high": float(rate.max()),
    }


def of_rating(rating: Rating, years: float = 5.0) -> float:
    """Defaults a year of a rating: its cumulative default at about five years over those years."""
    place = min(range(len(rating.years)), key=lambda each: abs(rating.years[each] - years))
    return rating.cumulative_default[place] / rating.years[place]
