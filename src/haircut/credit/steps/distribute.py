"""Step 5: cash goes down the ranks: fees, interest, scheduled principal, reserves, sweep, release."""

from __future__ import annotations

from haircut.credit.arrays import HEDGE, PARENT, BookArrays, CashBook, PathState, Record
from haircut.credit.pay import (
    FEE,
    HEDGE_PAID,
    INTEREST,
    PRINCIPAL,
    RELEASE,
    RESERVE_TOP_UP,
    SWEEP_PAID,
    pay,
)
from haircut.credit.steps.draw import GUARANTOR_CAUSE
from haircut.kernels import kernel, step

STEP = 5


@kernel
def pay_claim(cash: CashBook, terms: Record, debt: Record, outside: int, month: int, step: int) -> None:
    """Pay what is due on a claim from the borrower's cash: hedge, fees, interest, principal."""
    borrower, lender = terms.borrower, terms.lender_account
    account = cash.accounts[borrower]
    hedge = min(debt.hedge, max(account.balance, 0.0))
    if hedge > 0.0:
        pay(cash, month, step, borrower, outside + HEDGE, HEDGE_PAID, hedge)
        debt.hedge -= hedge
    fee = min(debt.fees, max(account.balance, 0.0))
    if fee > 0.0:
        pay(cash, month, step, borrower, lender, FEE, fee)
        debt.fees -= fee
    interest = min(debt.accrued, max(account.balance, 0.0))
    if interest > 0.0:
        pay(cash, month, step, borrower, lender, INTEREST, interest)
        debt.accrued -= interest
    debt.paid_interest += fee + interest
    principal = min(debt.due_principal, max(account.balance, 0.0))
    if principal > 0.0:
        pay(cash, month, step, borrower, lender, PRINCIPAL, principal)
        debt.due_principal -= principal
        debt.principal -= principal
        debt.paid_principal += principal


@kernel
def claim_shortfall(debt: Record) -> float:
    """What is due and unpaid on a claim after a payment date, USD."""
    return float(max(debt.hedge, 0.0) + debt.fees + debt.accrued + debt.due_principal)


@step
def distribute(book: BookArrays, state: PathState, month: int) -> None:
    """On payment dates, and every month while something is unpaid, pay each claim in order of rank.

    After a payment date without shortfall: reserves to target, sweep, then release to the parent above the
    minimum cash unless locked up.
    """
    claims = book.claims.shape[0]
    outside = book.rules[0].first_outside
    for claim in range(claims):
        state.claims[claim].paid_interest = 0.0
        state.claims[claim].paid_principal = 0.0
        state.claims[claim].swept_principal = 0.0
        state.service_history[claim, month] = 0.0
    for borrower in range(book.borrowers.shape[0]):
        state.borrowers[borrower].released = 0.0
        state.borrowers[borrower].shortfall = 0.0
        if state.borrowers[borrower].status != 0 or state.borrowers[borrower].trigger >= GUARANTOR_CAUSE:
            continue
        payment_date = False
        short = 0.0
        for claim in range(claims):
            if book.claims[claim].borrower != borrower:
                continue
            if book.claim_months[claim, month].payment == 1:
                payment_date = True
                planned = max(state.claims[claim].planned, 1e-12)
                scheduled = book.claim_months[claim, month].schedule * state.claims[claim].drawn / planned
                room = state.claims[claim].principal - state.claims[claim].due_principal
                scheduled = min(scheduled, room)
                if month >= book.claims[claim].maturity:
                    scheduled = min(room, scheduled + 1e-9 * book.claims[claim].original)
                state.service_history[claim, month] = (
                    state.claims[claim].fees
                    + state.claims[claim].accrued
                    + max(state.claims[claim].hedge, 0.0)
                    + scheduled
                )
                state.claims[claim].due_principal += scheduled
                if state.claims[claim].hedge < 0.0:
                    received = -state.claims[claim].hedge
                    pay(
                        state.cash,
                        month,
                        STEP,
                        book.rules[0].first_outside + HEDGE,
                        borrower,
                        HEDGE_PAID,
                        received,
                    )
                    state.claims[claim].hedge = 0.0
            elif state.borrowers[borrower].months_short == 0:
                continue
            state.claims[claim].compounding = 0.0
            pay_claim(state.cash, book.claims[claim], state.claims[claim], outside, month, STEP)
            short += claim_shortfall(state.claims[claim])
        short += state.borrowers[borrower].unpaid_operating
        state.borrowers[borrower].shortfall = short
        if not payment_date or short > 0.0:
            continue
        terms = book.borrowers[borrower]
        for reserve in range(book.reserve_opening.shape[1]):
            account = book.borrowers[borrower].reserve_account + reserve
            missing = max(
                book.reserve_target[borrower, reserve, month] - state.cash.accounts[account].balance, 0.0
            )
            top_up = min(missing, max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0))
            pay(state.cash, month, STEP, borrower, account, RESERVE_TOP_UP, top_up)
        outstanding = 0.0
        for claim in range(claims):
            if book.claims[claim].borrower != borrower:
                continue
            share = 1.0 if state.borrowers[borrower].swept == 1 else book.claims[claim].sweep_share
            free = max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0)
            sweep = min(share * free, state.claims[claim].principal)
            if sweep > 0.0:
                pay(state.cash, month, STEP, borrower, book.claims[claim].lender_account, SWEEP_PAID, sweep)
                state.claims[claim].principal -= sweep
                state.claims[claim].swept_principal += sweep
            outstanding += state.claims[claim].principal
        if outstanding <= 0.0:
            for reserve in range(book.reserve_opening.shape[1]):
                account = book.borrowers[borrower].reserve_account + reserve
                pay(
                    state.cash,
                    month,
                    STEP,
                    account,
                    borrower,
                    RELEASE,
                    max(state.cash.accounts[account].balance, 0.0),
                )
        if state.borrowers[borrower].locked_up == 0 or outstanding <= 0.0:
            released = max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0)
            pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + PARENT, RELEASE, released)
            state.borrowers[borrower].released = released
