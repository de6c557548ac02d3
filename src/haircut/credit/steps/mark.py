"""Step 12: what the month leaves behind: present values of the lender's cash, and the traced case."""

from __future__ import annotations

import math

from haircut.credit.arrays import BookArrays, Floats, PathState
from haircut.credit.steps.default import CAUSE, DEFAULT_MONTH
from haircut.kernels import step

PV, DRAWS_PV, RPV01, PV_ELL, DRAWS_PV_ELL, RPV01_ELL = range(6)
"""Columns of `credit.outcomes.COLUMNS`."""


@step
def mark(book: BookArrays, state: PathState, row: Floats, facts: Floats, month: int) -> None:
    """Discount the month's payments, draws and margin accruals.

    The margin annuity counts balance x year fraction at each payment date, and at default up to the middle
    of the month, where a default is dated.
    """
    discount = state.now[0].discount
    for claim in range(book.claims.shape[0]):
        debt, plan = state.claims[claim], book.claim_months[claim, month]
        factor = plan.ell_factor
        defaulted = facts[claim, CAUSE] != 0.0
        live = state.borrowers[book.claims[claim].borrower].status == 0
        if defaulted and facts[claim, DEFAULT_MONTH] < month:
            continue
        if defaulted:
            # What was paid earlier in the month of default still counts; the accrual stops half-way.
            opening = debt.principal + debt.paid_principal + debt.swept_principal
            balance = opening - plan.draws if state.draw_made[claim, month] == 1 else opening
            base = max(debt.margin_base - 0.5 * balance * plan.accrual, 0.0)
            middle = math.sqrt(book.claim_months[claim, month - 1].ell_factor * factor)
            row[claim, RPV01] += base * state.now[0].discount_mid
            row[claim, RPV01_ELL] += base * state.now[0].discount_mid * middle
        elif plan.payment == 1 and live:
            row[claim, RPV01] += debt.margin_base * discount
            row[claim, RPV01_ELL] += debt.margin_base * discount * factor
            debt.margin_base = 0.0
        received = debt.paid_interest + debt.paid_principal + debt.swept_principal
        row[claim, PV] += received * discount
        row[claim, PV_ELL] += received * discount * factor
        drawn = debt.revolved
        if state.draw_made[claim, month] == 1:
            drawn += plan.draws
        if drawn > 0.0:
            row[claim, DRAWS_PV] += drawn * discount
            row[claim, DRAWS_PV_ELL] += drawn * discount * factor
