"""Step 9: who defaults, why, in which round, and what is owed at that moment."""

from __future__ import annotations

from haircut.credit.arrays import BookArrays, Floats, PathState
from haircut.credit.steps.clear import add_stock, clear
from haircut.credit.steps.covenants import LTV_CAUSE
from haircut.credit.steps.draw import EXOGENOUS_CAUSE
from haircut.credit.steps.margins import MARGIN_CAUSE, owed_on
from haircut.kernels import lean_kernel, step

PAYMENT, MATURITY, CROSS_DEFAULT, GUARANTOR, CUSTOMER, CLEARING = 1, 2, 7, 8, 10, 11
"""Positions in `credit.outcomes.CAUSES`."""

CAUSE, ROOT, DEFAULT_MONTH, EXPOSURE, DISCOUNT, RECOVERED, ROUND, BY = range(8)
WAITED, SPENT = 13, 14
FACTS = 15
"""Columns of the facts of a claim on a path, (claims, FACTS). ROUND counts from 1 within the month; BY is 1 + the
borrower whose default stands behind it, 0 where there is none. WAITED is what recoveries lose by being discounted to
default, SPENT what selling and holding the collateral cost, USD. Between them stand those that `credit.health` notes
at the path's end."""


@lean_kernel
def proximate_cause(book: BookArrays, state: PathState, borrower: int) -> int:
    """Cause in `credit.outcomes.CAUSES` of a default this month, 0 if there is none.

    Filings first, then an acceleration that was not cured, then arrears beyond the months of grace: of a
    balloon (maturity) or of anything else (payment).
    """
    now = state.borrowers[borrower]
    trigger = now.trigger
    if trigger in (EXOGENOUS_CAUSE, GUARANTOR):
        return int(trigger)
    if now.shortfall <= 1e-6 and now.months_short == 0:
        return 0
    if trigger != 0 and trigger != MATURITY:
        return int(trigger)
    if now.months_short > book.rules[0].grace:
        return MATURITY if trigger == MATURITY else PAYMENT
    return 0


@lean_kernel
def record(
    facts: Floats,
    state: PathState,
    claim: int,
    month: int,
    own: int,
    root: int,
    exposure: float,
    round_: int,
    by: int,
) -> None:
    """Write the facts of a claim's default; what is owed grows from the exposure."""
    facts[claim, CAUSE] = own
    facts[claim, ROOT] = root
    facts[claim, DEFAULT_MONTH] = month
    facts[claim, EXPOSURE] = exposure
    facts[claim, DISCOUNT] = state.now[0].discount_mid
    facts[claim, ROUND] = round_
    facts[claim, BY] = by + 1
    state.claims[claim].owed = exposure


@lean_kernel
def put_into_default(
    book: BookArrays, state: PathState, facts: Floats, borrower: int, cause: int, month: int, round_: int
) -> None:
    """All claims of a borrower fall due; exposure is balance, accrued interest and fees.

    A default in month m is dated at the middle of the month, so half of the month's interest is owed. Whoever
    depends on the borrower as an obligor sees it from the next month on.
    """
    now, owner = state.borrowers[borrower], book.borrowers[borrower]
    now.status = 1
    now.default_month = month
    now.paid_share = 1.0
    if book.rules[0].clearing == 1:
        add_stock(book, state, borrower, month)
    state.obligor_default[book.rules[0].first_borrower_obligor + borrower] = month + 1
    for claim in range(owner.claim_first, owner.claim_end):
        debt = state.claims[claim]
        if debt.principal <= 1e-6 or debt.foreclosed != 0:
            continue
        half = min(0.5 * debt.month_interest, debt.accrued)
        exposure = debt.principal + debt.accrued - half + debt.fees
        own = cause
        if cause in (MATURITY, GUARANTOR, MARGIN_CAUSE) and now.trigger_claim != claim:
            own = CROSS_DEFAULT
        root = own
        lost = now.lost_contract_cash
        filed = cause in (GUARANTOR, EXOGENOUS_CAUSE)
        others = cause == GUARANTOR or (cause in (LTV_CAUSE, MATURITY) and now.by_clearing == 1)
        if own in (LTV_CAUSE, MATURITY) and now.by_clearing == 1:
            root = CLEARING
        if not filed and lost > 0.0 and lost >= now.shortfall:
            root = CUSTOMER
            others = True
        record(facts, state, claim, month, own, root, exposure, round_, now.blamed if others else -1)


@lean_kernel
def foreclose(book: BookArrays, state: PathState, facts: Floats, month: int) -> None:
    """A line without recourse whose coins fell to the liquidation level ends alone; its borrower lives on."""
    for claim in range(book.claims.shape[0]):
        if state.claims[claim].foreclosed == 1 and facts[claim, CAUSE] == 0.0:
            exposure = owed_on(state, claim)
            record(facts, state, claim, month, MARGIN_CAUSE, MARGIN_CAUSE, exposure, 1, -1)


@lean_kernel
def follow_guarantors(book: BookArrays, state: PathState, month: int) -> None:
    """A guarantor of the book that fell this month brings down, in the next round, whom its default binds."""
    for claim in range(book.claims.shape[0]):
        terms = book.claims[claim]
        payer = terms.guarantor_borrower
        if terms.guarantor_default_is_event == 0 or payer < 0:
            continue
        now = state.borrowers[terms.borrower]
        fell = state.borrowers[payer].status != 0 and state.borrowers[payer].default_month == month
        if fell and now.status == 0 and now.trigger < GUARANTOR and state.claims[claim].principal > 1e-6:
            now.trigger = GUARANTOR
            now.trigger_claim = claim
            now.blamed = payer


@step
def default(book: BookArrays, state: PathState, facts: Floats, month: int) -> None:
    """Put borrowers into default, round by round, until a round brings nobody down.

    Between rounds the month is cleared: rents that stay unpaid, marks that fall, tests that fail on them.
    """
    if book.rules[0].coin_lines == 1:
        foreclose(book, state, facts, month)
    fell = True
    round_ = 0
    while fell:
        fell = False
        round_ += 1
        for borrower in range(book.borrowers.shape[0]):
            now, owner = state.borrowers[borrower], book.borrowers[borrower]
            if now.status != 0:
                continue
            cause = proximate_cause(book, state, borrower)
            if cause == 0:
                continue
            outstanding = 0.0
            for claim in range(owner.claim_first, owner.claim_end):
                outstanding += state.claims[claim].principal
            # A corporate may fall without debts of its own: others rely on it.
            if outstanding <= 1e-6 and (cause != EXOGENOUS_CAUSE or owner.keeps_cash == 0):
                now.trigger = 0
                continue
            put_into_default(book, state, facts, borrower, cause, month, round_)
            fell = True
        if fell:
            follow_guarantors(book, state, month)
            if book.rules[0].clearing == 1:
                clear(book, state, month)
