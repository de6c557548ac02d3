"""Step 8: at maturity a balloon is refinanced, paid by a guarantor, or not paid."""

from __future__ import annotations

from haircut.credit.arrays import PARENT, REFINANCING, BookArrays, PathState
from haircut.credit.pay import GUARANTEE, PRINCIPAL, REFINANCED, VOLUNTARY_SUPPORT, pay
from haircut.credit.steps.covenants import pool_value
from haircut.credit.steps.cure import guaranteed, parent_is_willing
from haircut.credit.steps.distribute import claim_shortfall, due_part, pay_part
from haircut.credit.steps.draw import GUARANTOR_CAUSE
from haircut.kernels import kernel, step

STEP = 8
MATURITY_CAUSE = 2


@kernel
def sized_debt(book: BookArrays, state: PathState, claim: int, month: int) -> float:
    """Debt that the last twelve months' CFADS carry at the target DSCR and the path's funding spread, USD."""
    terms = book.claims[claim]
    cash = 0.0
    months = 0
    for past in range(max(1, month - 11), month + 1):
        cash += state.cfads_history[terms.borrower, past]
        months += 1
    monthly = cash / max(months, 1) / terms.refinancing_dscr
    rate = (state.now[0].rate + state.now[0].spread) / 12.0
    count = float(terms.refinancing_months)
    annuity = count if abs(rate) < 1e-12 else (1.0 - (1.0 + rate) ** (-count)) / rate
    return float(max(monthly, 0.0) * annuity)


@step
def refinance(book: BookArrays, state: PathState, month: int) -> None:
    """Refinance what is left at maturity if marks and cash flow allow it; else it is due and unpaid.

    Allowed where balloon <= min(advance rate x mark, DSCR-sized debt) + cash; with
    `refinance_on_signing` where balloon <= signing advance rate x mark.
    """
    for claim in range(book.claims.shape[0]):
        terms = book.claims[claim]
        borrower = terms.borrower
        if month != terms.maturity or state.borrowers[borrower].status != 0:
            continue
        # Scheduled principal that is overdue is a matter of arrears; the balloon is what was never scheduled.
        balloon = state.claims[claim].principal - state.claims[claim].due_principal
        if balloon <= 1e-6 or state.borrowers[borrower].trigger >= GUARANTOR_CAUSE:
            continue
        cash = max(state.cash.accounts[borrower].balance, 0.0)
        own = min(cash, balloon)
        pay(state.cash, month, STEP, borrower, book.claims[claim].lender_account, PRINCIPAL, own)
        state.claims[claim].principal -= own
        state.claims[claim].paid_principal += own
        rest = state.claims[claim].principal
        if rest <= 1e-6:
            continue
        mark = pool_value(book, state, claim, month, False)
        allowed = False
        if book.rules[0].refinance_on_signing == 1:
            allowed = rest <= terms.signing_advance * mark
        elif terms.refinanced == 1:
            allowed = rest <= min(terms.refinancing_advance * mark, sized_debt(book, state, claim, month))
        payer = -1
        cause = REFINANCED
        if allowed:
            payer = book.rules[0].first_outside + REFINANCING
        elif guaranteed(book, state, claim, month):
            payer = book.rules[0].first_outside + PARENT
            cause = GUARANTEE
        elif parent_is_willing(book, state, borrower, month, 0.0):
            payer = book.rules[0].first_outside + PARENT
            cause = VOLUNTARY_SUPPORT
        debt = state.claims[claim]
        elsewhere = state.borrowers[borrower].shortfall - claim_shortfall(debt)
        debt.due_principal = rest
        if payer >= 0:
            for part in range(4):
                pay(state.cash, month, STEP, payer, borrower, cause, due_part(debt, part))
                outside = book.rules[0].first_outside
                pay_part(state.cash, book.claims[claim], debt, outside, month, STEP, part, 1.0)
            state.borrowers[borrower].shortfall = elsewhere
            if elsewhere <= 1e-6:
                state.borrowers[borrower].shortfall = 0.0
                state.borrowers[borrower].months_short = 0
                state.borrowers[borrower].trigger = 0
            continue
        state.borrowers[borrower].shortfall = elsewhere + claim_shortfall(debt)
        state.borrowers[borrower].months_short = max(state.borrowers[borrower].months_short, 1)
        if state.borrowers[borrower].trigger == 0:
            state.borrowers[borrower].trigger = MATURITY_CAUSE
            state.borrowers[borrower].trigger_claim = claim
