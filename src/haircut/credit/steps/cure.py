"""Step 7: a shortfall is cured from reserves, then by the guarantor or a willing parent."""

from __future__ import annotations

from haircut.credit.arrays import BAD_ACTS, COMPLETION, PARENT, SUPPLIERS, BookArrays, PathState
from haircut.credit.pay import (
    GUARANTEE,
    OPERATING_COST,
    RESERVE_USE,
    VOLUNTARY_SUPPORT,
    pay,
)
from haircut.credit.steps.covenants import unit_value
from haircut.credit.steps.distribute import pay_dues, unpaid_dues
from haircut.credit.steps.draw import GUARANTOR_CAUSE, alive
from haircut.kernels import kernel, step

STEP = 7


@kernel
def guaranteed(book: BookArrays, state: PathState, claim: int, month: int) -> bool:
    """Whether a guarantor is bound to pay this claim now and is alive to do it."""
    terms = book.claims[claim]
    if terms.guarantor < 0 or terms.scope == BAD_ACTS:
        return False
    if terms.scope == COMPLETION and month > terms.completion:
        return False
    return alive(state.obligor_default, terms.guarantor, month)


@kernel
def contract_worth(book: BookArrays, state: PathState, borrower: int, month: int) -> float:
    """Value to a replacement operator of the borrower's contracts whose customers are alive, USD."""
    worth = 0.0
    for contract in range(book.contracts.shape[0]):
        terms = book.contracts[contract]
        if terms.borrower == borrower and alive(state.obligor_default, terms.customer, month):
            worth += book.contract_months[contract, month].value
    return worth


@kernel
def parent_is_willing(book: BookArrays, state: PathState, borrower: int, month: int, cure: float) -> bool:
    """A parent supports voluntarily only while fleets or contracts are worth more than all debt plus the cure.

    Parents walk away from the rest.
    """
    if not alive(state.obligor_default, book.borrowers[borrower].parent, month):
        return False
    owed = cure
    for claim in range(book.claims.shape[0]):
        if book.claims[claim].borrower == borrower:
            owed += state.claims[claim].principal + state.claims[claim].accrued + state.claims[claim].fees
    worth = 0.0
    for fleet in range(book.fleets.shape[0]):
        if book.fleets[fleet].borrower == borrower and state.fleets[fleet].held > 0.0:
            value = book.fleets[fleet].psi_mark * unit_value(book, state, fleet, month)
            worth += state.fleets[fleet].held * value
    if worth > owed:
        return True
    return contract_worth(book, state, borrower, month) > owed


@kernel
def settle(book: BookArrays, state: PathState, borrower: int, month: int) -> float:
    """Pay suppliers' arrears and all that is due from the borrower's cash; what is still short, USD."""
    paid = min(state.borrowers[borrower].unpaid_operating, max(state.cash.accounts[borrower].balance, 0.0))
    pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + SUPPLIERS, OPERATING_COST, paid)
    state.borrowers[borrower].unpaid_operating -= paid
    months_short = state.borrowers[borrower].months_short
    pay_dues(
        state.cash, book.claims, book.claim_months, state.claims, borrower, months_short,
        book.rules[0].first_outside, month, STEP,
    )  # fmt: skip
    return float(
        state.borrowers[borrower].unpaid_operating
        + unpaid_dues(book.claims, book.claim_months, state.claims, borrower, months_short, month)
    )


@step
def cure(book: BookArrays, state: PathState, month: int) -> None:
    """Cure in order: reserves, guarantee, voluntary support; then count the months in arrears."""
    for borrower in range(book.borrowers.shape[0]):
        if state.borrowers[borrower].status != 0 or state.borrowers[borrower].trigger >= GUARANTOR_CAUSE:
            continue
        short = max(state.borrowers[borrower].shortfall, state.borrowers[borrower].unpaid_operating)
        if short <= 1e-6:
            state.borrowers[borrower].shortfall = 0.0
            state.borrowers[borrower].months_short = 0
            for claim in range(book.claims.shape[0]):
                if book.claims[claim].borrower == borrower and book.claim_months[claim, month].payment == 1:
                    state.borrowers[borrower].lost_contract_cash = 0.0
            continue
        for reserve in range(book.reserve_opening.shape[1]):
            account = book.borrowers[borrower].reserve_account + reserve
            used = min(short, max(state.cash.accounts[account].balance, 0.0))
            pay(state.cash, month, STEP, account, borrower, RESERVE_USE, used)
            short -= used
        short = settle(book, state, borrower, month)
        if short > 1e-6:
            support = 0.0
            cause = GUARANTEE
            for claim in range(book.claims.shape[0]):
                if book.claims[claim].borrower == borrower and guaranteed(book, state, claim, month):
                    support = short
            if support == 0.0 and parent_is_willing(book, state, borrower, month, short):
                support = short
                cause = VOLUNTARY_SUPPORT
            if support > 0.0:
                pay(state.cash, month, STEP, book.rules[0].first_outside + PARENT, borrower, cause, support)
                short = settle(book, state, borrower, month)
        state.borrowers[borrower].shortfall = short if short > 1e-6 else 0.0
        if short > 1e-6:
            state.borrowers[borrower].months_short += 1
        else:
            state.borrowers[borrower].months_short = 0
            state.borrowers[borrower].lost_contract_cash = 0.0
            state.borrowers[borrower].trigger = 0
