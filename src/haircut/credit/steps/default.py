"""Step 9: who defaults, why, and what is owed at that moment."""

from __future__ import annotations

from haircut.credit.arrays import BookArrays, Floats, PathState
from haircut.credit.steps.draw import EXOGENOUS_CAUSE
from haircut.kernels import kernel, step

PAYMENT, MATURITY, CROSS_DEFAULT, GUARANTOR, CUSTOMER = 1, 2, 7, 8, 10
"""Positions in `credit.outcomes.CAUSES`."""

CAUSE, ROOT, DEFAULT_MONTH, EXPOSURE, DISCOUNT, RECOVERED, FACTS = range(7)
"""Columns of the facts of a default: (claims, FACTS)."""


@kernel
def proximate_cause(book: BookArrays, state: PathState, borrower: int) -> int:
    """Cause in `credit.outcomes.CAUSES` of a default this month, 0 if there is none.

    Filings first, then an acceleration that was not cured, then arrears beyond the months of grace: of a
    balloon (maturity) or of anything else (payment).
    """
    trigger = state.borrowers[borrower].trigger
    if trigger in (EXOGENOUS_CAUSE, GUARANTOR):
        return int(trigger)
    if state.borrowers[borrower].shortfall <= 1e-6 and state.borrowers[borrower].months_short == 0:
        return 0
    if trigger != 0 and trigger != MATURITY:
        return int(trigger)
    if state.borrowers[borrower].months_short > book.rules[0].grace:
        return MATURITY if trigger == MATURITY else PAYMENT
    return 0


@step
def default(book: BookArrays, state: PathState, facts: Floats, month: int) -> None:
    """Put a borrower into default: all its claims fall due; exposure is balance, accrued interest and fees.

    A default in month m is dated at the middle of the month, so half of the month's interest is owed.
    """
    for borrower in range(book.borrowers.shape[0]):
        if state.borrowers[borrower].status != 0:
            continue
        cause = proximate_cause(book, state, borrower)
        if cause == 0:
            continue
        outstanding = 0.0
        for claim in range(book.claims.shape[0]):
            if book.claims[claim].borrower == borrower:
                outstanding += state.claims[claim].principal
        if outstanding <= 1e-6:
            state.borrowers[borrower].trigger = 0
            continue
        state.borrowers[borrower].status = 1
        state.borrowers[borrower].default_month = month
        for claim in range(book.claims.shape[0]):
            terms = book.claims[claim]
            if terms.borrower != borrower or state.claims[claim].principal <= 1e-6:
                continue
            half = min(0.5 * state.claims[claim].month_interest, state.claims[claim].accrued)
            exposure = (
                state.claims[claim].principal + state.claims[claim].accrued - half + state.claims[claim].fees
            )
            own = cause
            if cause in (MATURITY, GUARANTOR) and state.borrowers[borrower].trigger_claim != claim:
                own = CROSS_DEFAULT
            root = own
            lost = state.borrowers[borrower].lost_contract_cash
            filed = cause in (GUARANTOR, EXOGENOUS_CAUSE)
            if not filed and lost > 0.0 and lost >= state.borrowers[borrower].shortfall:
                root = CUSTOMER
            facts[claim, CAUSE] = own
            facts[claim, ROOT] = root
            facts[claim, DEFAULT_MONTH] = month
            facts[claim, EXPOSURE] = exposure
            facts[claim, DISCOUNT] = state.now[0].discount_mid
            state.claims[claim].owed = exposure
