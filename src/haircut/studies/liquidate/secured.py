"""Loan-to-value on paper against what the collateral would fetch: every secured claim of a book, calm and stress."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from haircut import credit
from haircut.case.case import Case
from haircut.case.market import Market
from haircut.credit.projection import project
from haircut.errors import CannotCompute
from haircut.runs.choice import chosen_case
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.expected import expected_block


@dataclass(frozen=True, slots=True)
class SecuredClaim:
    """One claim today; an LTV is debt over a value and null where the value is nothing.

    Attributes:
        debt_usd: drawn plus accrued of all claims on the pool that rank equal or senior.
        book_ltv, market_ltv: on paper: cost less straight line; psi_mark F, with leases and coins.
        nolv_ltv, flv_ltv: realisable: an orderly sale and a sale of one month, at psi_sale and after costs.
        stress_nolv_ltv, stress_flv_ltv: the same where compute is in a glut and funding in stress today.
        months, stress_months: the longest sell-out time among its machines.
    """

    claim: str
    borrower: str
    debt_usd: float
    book_ltv: float | None
    market_ltv: float | None
    nolv_ltv: float | None
    flv_ltv: float | None
    stress_nolv_ltv: float | None
    stress_flv_ltv: float | None
    months: int
    stress_months: int


@dataclass(frozen=True, slots=True)
class Secured:
    """The table. left_out: secured claim -> why it has no row."""

    case: str
    as_of: str
    rows: tuple[SecuredClaim, ...]
    left_out: dict[str, str]

    def sentence(self) -> str:
        """What the table says."""

        def above(field: str) -> int:
            return sum(1 for row in self.rows if getattr(row, field) is None or getattr(row, field) > 1.0)

        paper, orderly, forced, stressed, crushed = (
            above(name) for name in ("market_ltv", "nolv_ltv", "flv_ltv", "stress_nolv_ltv", "stress_flv_ltv")
        )
        return (
            f"Of {len(self.rows)} secured claims {paper} owe more than the mark of their collateral, {orderly} more "
            f"than an orderly sale brings and {forced} more than a sale of one month; in a glut with funding in stress "
            f"{stressed} and {crushed}."
        )

    def as_dict(self) -> dict[str, Any]:
        """What `--json` prints."""
        found = asdict(self)
        return {**found, "rows": list(found["rows"])}


def secured_claims(case: Case | str | Path) -> Secured:
    """LTV on paper and realisable LTV of every secured claim of a case on its as-of date; exact.

    Raises:
        CannotCompute: where no claim has collateral today.
        InputRefused: as `haircut.load`.
    """
    chosen = chosen_case(case)
    compiled = credit.compile_book(chosen)
    arrays = compiled.arrays
    block = expected_block(compiled.scenarios.p, coin=compiled.scenarios.coin_p)
    calm = project(arrays, block).claims
    stress = project(arrays, in_stress(block, chosen.market)).claims
    names = compiled.indices.borrowers
    rows, left_out = [], {}
    for position, claim in enumerate(compiled.claim_ids):
        terms = arrays.claims[position]

        def today(lines: dict[str, Any], name: str, at: int = position) -> float:
            return float(lines[name][at, 0])

        if terms["secured"] == 0 and terms["coins"] <= 0.0:
            continue
        debt = today(calm, "debt")
        if math.isnan(debt):
            left_out[claim] = "nothing is drawn"
            continue
        values = {
            "book_ltv": today(calm, "book_value"),
            "market_ltv": today(calm, "market_value"),
            "nolv_ltv": today(calm, "nolv"),
            "flv_ltv": today(calm, "flv"),
            "stress_nolv_ltv": today(stress, "nolv"),
            "stress_flv_ltv": today(stress, "flv"),
        }
        if not values["market_ltv"] > 0.0:
            left_out[claim] = "its collateral has not arrived"
            continue
        rows.append(
            SecuredClaim(
                claim=claim,
                borrower=names[int(terms["borrower"])],
                debt_usd=debt,
                **{name: debt / value if value > 0.0 else None for name, value in values.items()},
                months=int(today(calm, "sale_months")),
                stress_months=int(today(stress, "sale_months")),
            )
        )
    if not rows:
        raise CannotCompute(f"{chosen.name}: no claim has collateral on {chosen.market.as_of}")
    rows.sort(key=lambda row: -(row.nolv_ltv if row.nolv_ltv is not None else math.inf))
    return Secured(chosen.name, chosen.market.as_of.isoformat(), tuple(rows), left_out)


def in_stress(block: ScenarioBlock, market: Market) -> ScenarioBlock:
    """The block whose first month is a glut with funding in stress; prices stay, values and buyers move."""
    regime, stress = block.regime.copy(), block.stress.copy()
    spread, depth = block.funding_spread.copy(), block.depth_factor.copy()
    regime[:, 0], stress[:, 0] = 0, 1
    spread[:, 0] = market.funding.spread_mean_stress.value
    depth[:, 0] = np.asarray(market.compute.depth_factor.values())[0]
    return block._replace(regime=regime, stress=stress, funding_spread=spread, depth_factor=depth)
