"""The real spread of a sector: quoted and fair margin by notional, and the mechanisms behind the fair one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from haircut.case import MECHANISMS
from haircut.studies.attribute.corners import ALL, FAIR
from haircut.studies.attribute.game import order_range, shapley

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]

SEGMENTS: Final = ("ai_infrastructure", "crypto_miners", "all")
FEWEST_BLOCKS: Final = 2


@dataclass(frozen=True, slots=True)
class Priced:
    """One claim of the sector.

    Attributes:
        claim, segment: ids.
        notional_usd: drawn on the as-of date.
        quoted_bp: margin that the fair one is compared with; None where there is none.
        fresh: whether that is a quote of the last 90 days.
    """

    claim: str
    segment: str
    notional_usd: float
    quoted_bp: float | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One mechanism's share of the fair margin, bp: Shapley value, its error, least and most over 24 orders."""

    mechanism: str
    bp: float
    std_error: float | None
    low_bp: float
    high_bp: float


@dataclass(frozen=True, slots=True)
class RealSpread:
    """One row of the answer; margins are means weighted by notional over the claims that are covered.

    Attributes:
        segment: ai_infrastructure, crypto_miners or all.
        notional_usd: drawn, of every claim of the segment.
        coverage: share of it with a quoted and a fair margin.
        fresh_share: share of the covered notional whose margin is a quote of the last 90 days.
        claims, covered: how many.
        quoted_bp, fair_bp, std_error: None where nothing is covered.
        base_bp, base_std_error: the fair margin with every mechanism off: the utility-style model.
        low_bp, high_bp: least and most of the sixteen corners: what the model can be made to say.
        contributions: from `base_bp` to `fair_bp`, summing exactly.
        blocks: blocks of 512 paths behind the errors.
    """

    segment: str
    notional_usd: float
    coverage: float
    fresh_share: float
    claims: int
    covered: int
    quoted_bp: float | None
    fair_bp: float | None
    std_error: float | None
    base_bp: float | None
    base_std_error: float | None
    low_bp: float | None
    high_bp: float | None
    contributions: tuple[Part, ...]
    blocks: int


def real_spread(priced: Iterable[Priced], corners: pl.DataFrame) -> tuple[RealSpread, ...]:
    """The real spread by segment, from the sixteen corners of the whole book on common random numbers.

    ``fair = sum_c N_c fair_c / sum_c N_c`` in each corner; the mechanisms share the difference between the corner
    with all of them and that with none by Shapley's rule. Errors are from block means of the weighted sum,
    ``sqrt(B / (B - 1) sum_b d_b^2)``, so that what claims lose together is in them.

    Args:
        priced: every claim of the book.
        corners: `haircut.studies.attribute.corners.corner_rows` of the book.
    """
    rows = _by_claim(corners)
    known = list(priced)
    return tuple(
        _segment(name, [each for each in known if name in (each.segment, "all")], rows) for name in SEGMENTS
    )


class _Corners:
    """One claim's fair margin in each corner, and its deviations by block; None where a corner has none."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        values = {row["corner"]: row["value"] for row in rows}
        self.worth: Floats | None = None
        self.gaps: Floats | None = None
        if len(values) == ALL + 1 and None not in values.values():
            self.worth = np.array([values[corner] for corner in range(ALL + 1)])
            gaps = {row["corner"]: row["deviations"] for row in rows}
            if len({len(gap) for gap in gaps.values()}) == 1:
                self.gaps = np.array([gaps[corner] for corner in range(ALL + 1)])


def _by_claim(corners: pl.DataFrame) -> dict[str, _Corners]:
    fair = corners.filter(corners["measure"] == FAIR)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in fair.iter_rows(named=True):
        found.setdefault(row["claim"], []).append(row)
    return {claim: _Corners(rows) for claim, rows in found.items()}


def _segment(name: str, claims: list[Priced], rows: Mapping[str, _Corners]) -> RealSpread:
    notional = sum(each.notional_usd for each in claims)
    covered = [
        (each, rows[each.claim])
        for each in claims
        if each.quoted_bp is not None and each.notional_usd > 0.0 and rows[each.claim].worth is not None
    ]
    total = sum(each.notional_usd for each, _ in covered)
    if total <= 0.0:
        return RealSpread(
            name, notional, 0.0, 0.0, len(claims), 0, None, None, None, None, None, None, None, (), 0
        )
    worth: Floats = np.zeros(ALL + 1)
    parts: list[Floats] = []
    for each, corner in covered:
        weight = each.notional_usd / total
        assert corner.worth is not None
        worth = worth + weight * corner.worth
        if corner.gaps is not None:
            parts.append(weight * corner.gaps)
    gaps: Floats | None = np.sum(parts, axis=0) if len(parts) == len(covered) else None
    share, span = shapley(worth), order_range(worth)
    share_gaps = None if gaps is None else shapley(gaps)
    return RealSpread(
        segment=name,
        notional_usd=notional,
        coverage=total / notional,
        fresh_share=sum(each.notional_usd for each, _ in covered if each.fresh) / total,
        claims=len(claims),
        covered=len(covered),
        quoted_bp=sum(each.notional_usd * (each.quoted_bp or 0.0) for each, _ in covered) / total,
        fair_bp=float(worth[ALL]),
        std_error=None if gaps is None else _error(gaps[ALL]),
        base_bp=float(worth[0]),
        base_std_error=None if gaps is None else _error(gaps[0]),
        low_bp=float(worth.min()),
        high_bp=float(worth.max()),
        contributions=tuple(
            Part(
                mechanism,
                float(share[bit]),
                None if share_gaps is None else _error(share_gaps[bit]),
                float(span[bit, 0]),
                float(span[bit, 1]),
            )
            for bit, mechanism in enumerate(MECHANISMS)
        ),
        blocks=0 if gaps is None else gaps.shape[1],
    )


def _error(gaps: Floats) -> float | None:
    """``sqrt(B / (B - 1) sum_b d_b^2)`` over the weighted deviations of B blocks; None with one block."""
    blocks = len(gaps)
    return None if blocks < FEWEST_BLOCKS else math.sqrt(float(gaps @ gaps) * blocks / (blocks - 1))
