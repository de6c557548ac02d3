"""What the corners say: shares of the fair margin, of PD and of expected loss, with paired errors."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from haircut.case import MECHANISMS
from haircut.pricing.moments import FEWEST_BLOCKS
from haircut.studies.attribute.corners import ALL, EL, FAIR, LGD, PD, QUOTED, on
from haircut.studies.attribute.game import interactions, order_range, shapley

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One mechanism's share.

    Attributes:
        mechanism: name among `haircut.case.MECHANISMS`.
        value, std_error: Shapley value in the measure's unit, and its error from blocks of common paths.
        low, high: the least and the largest share over the 24 orders of switching mechanisms on.
        alone: what it adds to the utility-style model by itself.
        last: what leaving it out of the full model hides.
    """

    mechanism: str
    value: float
    std_error: float | None
    low: float
    high: float
    alone: float
    last: float


@dataclass(frozen=True, slots=True)
class Interaction:
    """What two mechanisms do together beyond what each does alone (Shapley-Taylor, order two)."""

    pair: tuple[str, str]
    value: float
    std_error: float | None


@dataclass(frozen=True, slots=True)
class Split:
    """One measure from the utility-style model (`base`) to the full model, its parts summing exactly."""

    measure: str
    base: float
    base_std_error: float | None
    full: float
    full_std_error: float | None
    contributions: tuple[Contribution, ...]
    interactions: tuple[Interaction, ...]

    @classmethod
    def of(cls, measure: str, rows: list[dict[str, Any]]) -> Split | None:
        """From the rows of one claim and measure, in order of corner; None where a corner has no value."""
        if len(rows) != ALL + 1 or any(row["value"] is None for row in rows):
            return None
        worth = np.array([row["value"] for row in rows])
        gaps = _aligned([row["deviations"] for row in rows])
        share, pairs, span = shapley(worth), interactions(worth), order_range(worth)
        share_gaps = None if gaps is None else shapley(gaps)
        pair_gaps = None if gaps is None else interactions(gaps)
        return cls(
            measure,
            float(worth[0]),
            rows[0]["std_error"],
            float(worth[ALL]),
            rows[ALL]["std_error"],
            tuple(
                Contribution(
                    name,
                    float(share[bit]),
                    None if share_gaps is None else _error(share_gaps[bit]),
                    float(span[bit, 0]),
                    float(span[bit, 1]),
                    float(worth[1 << bit] - worth[0]),
                    float(worth[ALL] - worth[ALL ^ 1 << bit]),
                )
                for bit, name in enumerate(MECHANISMS)
            ),
            tuple(
                Interaction(
                    (MECHANISMS[i], MECHANISMS[j]),
                    float(pairs[i, j]),
                    None if pair_gaps is None else _error(pair_gaps[i, j]),
                )
                for i, j in combinations(range(len(MECHANISMS)), 2)
            ),
        )


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why one claim's margin is what it is.

    Attributes:
        claim: id.
        margin: of the fair margin, bp; None where a corner has none.
        pd: of the probability of default to maturity; None likewise.
        el: of the expected loss, bp a year; None likewise.
        quoted_bp: quoted margin, None without a quote.
        corners: every corner: which mechanisms are on, and its margin, PD, EL and LGD. An LGD is shown by
            corner only: it is a ratio, and shares of a ratio mean nothing.
        blocks: blocks of 512 paths behind the errors; under 20 there are none.
    """

    claim: str
    margin: Split | None
    pd: Split | None
    el: Split | None
    quoted_bp: float | None
    corners: tuple[dict[str, Any], ...]
    blocks: int

    @classmethod
    def of(cls, frame: pl.DataFrame, claim: str) -> Attribution:
        """From kept rows (`corner_rows`): nothing is simulated."""
        rows = frame.filter(frame["claim"] == claim).sort("corner").to_dicts()

        def those(measure: str) -> list[dict[str, Any]]:
            return [row for row in rows if row["measure"] == measure]

        quoted = those(QUOTED)
        return cls(
            claim,
            Split.of(FAIR, those(FAIR)),
            Split.of(PD, those(PD)),
            Split.of(EL, those(EL)),
            quoted[0]["value"] if quoted else None,
            tuple(_corner(corner, rows) for corner in range(ALL + 1)),
            max((len(row["deviations"]) for row in rows), default=0),
        )

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """Shares of the fair margin, bp; empty where a corner has no margin."""
        return () if self.margin is None else self.margin.contributions

    @property
    def lenders_bar_bp(self) -> float | None:
        """Quoted margin less that of the utility-style model: what the lender asks beyond its own model."""
        if self.margin is None or self.quoted_bp is None:
            return None
        return self.quoted_bp - self.margin.base

    def as_dict(self) -> dict[str, Any]:
        """What `haircut attribute --json` prints of the claim."""
        margin = self.margin
        return {
            "claim": self.claim,
            "base_bp": None if margin is None else margin.base,
            "base_std_error": None if margin is None else margin.base_std_error,
            "fair_bp": None if margin is None else margin.full,
            "fair_std_error": None if margin is None else margin.full_std_error,
            "quoted_bp": self.quoted_bp,
            "lenders_bar_bp": self.lenders_bar_bp,
            "reason": "failed" if margin is None else None,
            "blocks": self.blocks,
            "contributions": [
                {
                    "mechanism": part.mechanism,
                    "bp": part.value,
                    "std_error": part.std_error,
                    "low_bp": part.low,
                    "high_bp": part.high,
                    "alone_bp": part.alone,
                    "last_bp": part.last,
                }
                for part in self.contributions
            ],
            "interactions": []
            if margin is None
            else [
                {"pair": list(pair.pair), "bp": pair.value, "std_error": pair.std_error}
                for pair in margin.interactions
            ],
            "orders": math.factorial(len(MECHANISMS)),
            "pd": None if self.pd is None else _other(self.pd),
            "el": None if self.el is None else _other(self.el),
            "corners": [dict(corner) for corner in self.corners],
        }


def _other(split: Split) -> dict[str, Any]:
    return {
        "measure": split.measure,
        "base": split.base,
        "base_std_error": split.base_std_error,
        "full": split.full,
        "full_std_error": split.full_std_error,
        "contributions": [asdict(part) for part in split.contributions],
        "interactions": [
            {"pair": list(pair.pair), "value": pair.value, "std_error": pair.std_error}
            for pair in split.interactions
        ],
    }


def _corner(corner: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"on": list(on(corner))}
    own = {row["measure"]: row for row in rows if row["corner"] == corner}
    for measure, name in ((FAIR, "fair_bp"), (PD, "pd"), (EL, "el_bp"), (LGD, "lgd")):
        row = own.get(measure, {"value": None, "std_error": None, "reason": "missing_input"})
        found[name], found[f"{name}_std_error"] = row["value"], row["std_error"]
        if row["value"] is None:
            found[f"{name}_reason"] = row["reason"]
    return found


def _aligned(deviations: list[list[float]]) -> Floats | None:
    """(corners, blocks); None where the blocks are too few: corners with independence by shift need 20."""
    blocks = {len(row) for row in deviations}
    if len(blocks) != 1 or blocks.pop() < FEWEST_BLOCKS:
        return None
    return np.array(deviations)


def _error(gaps: Floats) -> float:
    """``sqrt(B / (B - 1) sum_b d_b^2)`` over the weighted deviations of B blocks."""
    blocks = len(gaps)
    return math.sqrt(float(gaps @ gaps) * blocks / (blocks - 1))
