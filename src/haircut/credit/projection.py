"""The kernel on one path of stated drivers: a line of cash without surprises, and without default."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haircut.credit.arrays import ACCELERATION, BookArrays, Floats, new_state
from haircut.credit.month import run_path
from haircut.credit.outcomes import COLUMNS
from haircut.credit.steps.default import FACTS
from haircut.credit.trace import BORROWER_LINES, CLAIM_LINES, new_trace
from haircut.scenarios.block import ScenarioBlock

PATIENCE_MONTHS = 1_000_000


@dataclass(frozen=True, slots=True)
class Projection:
    """Monthly lines of one path, index 0 the as-of date.

    Attributes:
        borrowers: line -> (borrowers, T + 1) USD a month; NaN at the as-of date where a line has no meaning.
        claims: line -> (claims, T + 1).
        cash_error_usd: largest error of the cash identities.
    """

    borrowers: dict[str, Floats]
    claims: dict[str, Floats]
    cash_error_usd: float


def project(
    arrays: BookArrays, block: ScenarioBlock, debt: bool = True, flat_rent: bool = False
) -> Projection:
    """Run the month on path 0 of a block without letting anybody default.

    Args:
        arrays: the book.
        block: one path of drivers (`scenarios.expected`).
        debt: False asks for CFADS alone: balances and draws become too small to matter, but the fleets that
            draws pay for arrive.
        flat_rent: True drops the steps of a stated rent path (the lender's flat view).
    """
    rules = arrays.rules.copy()
    rules["grace"] = PATIENCE_MONTHS
    covenants = arrays.covenants[arrays.covenants["consequence"] != ACCELERATION]
    tested = np.ascontiguousarray(arrays.tested[arrays.covenants["consequence"] != ACCELERATION])
    calm = arrays._replace(rules=rules, covenants=np.ascontiguousarray(covenants), tested=tested)
    if flat_rent:
        calm = calm._replace(rent_step=np.zeros_like(arrays.rent_step))
    if not debt:
        claims = arrays.claims.copy()
        for field in ("drawn", "commitment", "original", "draw_minimum_dscr"):
            claims[field] = 0.0
        # Balances of a trillionth of a dollar: no cash, yet draws are made and fleets arrive.
        by_month = arrays.claim_months.copy()
        by_month["draws"] = np.where(by_month["draws"] > 0.0, 1e-12, 0.0)
        by_month["schedule"] = 0.0
        calm = calm._replace(
            claims=claims, claim_months=by_month, covenants=calm.covenants[:0], tested=calm.tested[:0]
        )
    state = new_state(calm)
    trace = new_trace(calm, 1, 1)
    rows = np.zeros((len(calm.claims), len(COLUMNS)))
    facts = np.zeros((len(calm.claims), FACTS))
    error = run_path(calm, block, 0, state, rows, facts, trace, 0)
    return Projection(
        borrowers={name: trace.borrowers[0, :, :, line] for line, name in enumerate(BORROWER_LINES)},
        claims={name: trace.claims[0, :, :, line] for line, name in enumerate(CLAIM_LINES)},
        cash_error_usd=float(error),
    )
