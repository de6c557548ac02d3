"""Step 5: cash goes down the ranks: fees, interest, scheduled principal, reserves, sweep, release."""

from __future__ import annotations

from haircut.credit.arrays import HEDGE, PARENT, BookArrays, CashBook, PathState, Record, Records
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
from haircut.kernels import lean_kernel, step

STEP = 5


@lean_kernel
def is_due(debt: Record, plan: Record, months_short: int) -> bool:
    """Whether all that has accrued on a claim is due: on payment dates, in arrears, and once it is called."""
    return bool(plan.payment == 1 or months_short > 0 or 1e-6 < debt.principal <= debt.due_principal)


@lean_kernel
def due_part(debt: Record, part: int) -> float:
    """What is due of hedge (0), fees (1), interest (2) and principal (3), USD."""
    if part == 0:
        return float(max(debt.hedge, 0.0))
    if part == 1:
        return float(debt.fees)
    if part == 2:
        return float(debt.accrued)
    return float(debt.due_principal)


@lean_kernel
def pay_part(
    cash: CashBook, terms: Record, debt: Record, outside: int, month: int, step: int, part: int, share: float
) -> None:
    """Pay a share of one part of what is due on a claim from the borrower's cash."""
    borrower, lender = terms.borrower, terms.lender_account
    amount = min(share * due_part(debt, part), max(cash.accounts[borrower].balance, 0.0))
    if amount <= 0.0:
        return
    if part == 0:
        pay(cash, month, step, borrower, outside + HEDGE, HEDGE_PAID, amount)
        debt.hedge -= amount
    elif part == 1:
        pay(cash, month, step, borrower, lender, FEE, amount)
        debt.fees -= amount
        debt.paid_interest += amount
    elif part == 2:
        pay(cash, month, step, borrower, lender, INTEREST, amount)
        debt.accrued -= amount
        debt.paid_interest += amount
    else:
        pay(cash, month, step, borrower, lender, PRINCIPAL, amount)
        debt.due_principal -= amount
        debt.principal -= amount
        debt.paid_principal += amount


@lean_kernel
def pay_dues(
    cash: CashBook, claims: Records, plans: Records, debts: Records, owner: Record, months_short: int,
    outside: int, month: int, step: int,
) -> None:  # fmt: skip
    """Pay what is due by rank; within a rank hedge, fees, interest, principal, each in proportion to what is due.

    claims are sorted by borrower, then rank; plans is (claims, T + 1); owner is the borrower's record.
    """
    first = owner.claim_first
    while first < owner.claim_end:
        end = first + 1
        while end < owner.claim_end and claims[end].rank == claims[first].rank:
            end += 1
        for part in range(4):
            total = 0.0
            for claim in range(first, end):
                if is_due(debts[claim], plans[claim, month], months_short):
                    total += due_part(debts[claim], part)
            if total <= 0.0:
                continue
            balance = max(cash.accounts[claims[first].borrower].balance, 0.0)
            share = 1.0 if total <= balance else balance / total
            for claim in range(first, end):
                if is_due(debts[claim], plans[claim, month], months_short):
                    # The period of compounding ends where interest falls due.
                    debts[claim].compounding = 0.0
                    pay_part(cash, claims[claim], debts[claim], outside, month, step, part, share)
        first = end


@lean_kernel
def claim_shortfall(debt: Record) -> float:
    """What is unpaid on a claim of which everything accrued is due, USD."""
    return float(max(debt.hedge, 0.0) + debt.fees + debt.accrued + debt.due_principal)


@lean_kernel
def unpaid_dues(plans: Records, debts: Records, owner: Record, months_short: int, month: int) -> float:
    """What is due and unpaid on all claims of a borrower, USD; owner is its record."""
    short = 0.0
    for claim in range(owner.claim_first, owner.claim_end):
        if is_due(debts[claim], plans[claim, month], months_short):
            short += claim_shortfall(debts[claim])
    return short


@step
def fall_due(book: BookArrays, state: PathState, claim: int, month: int) -> None:
    """On a payment date: interest in kind joins principal, scheduled principal falls due, the hedge pays in."""
    terms, debt, plan = book.claims[claim], state.claims[claim], book.claim_months[claim, month]
    if terms.in_kind > 0.0:
        added = terms.in_kind * debt.accrued
        debt.accrued -= added
        debt.principal += added
    planned = max(debt.planned, 1e-12)
    scheduled = plan.schedule * debt.drawn / planned
    room = debt.principal - debt.due_principal
    scheduled = min(scheduled, room)
    if month >= terms.maturity:
        scheduled = min(room, scheduled + 1e-9 * terms.original)
    state.service_history[claim, month] = debt.fees + debt.accrued + max(debt.hedge, 0.0) + scheduled
    debt.due_principal += scheduled
    if debt.hedge < 0.0:
        hedge = book.rules[0].first_outside + HEDGE
        pay(state.cash, month, STEP, hedge, terms.borrower, HEDGE_PAID, -debt.hedge)
        debt.hedge = 0.0


@lean_kernel
def release(book: BookArrays, state: PathState, borrower: int, month: int) -> None:
    """Pay what the borrower does not need to its parent; a corporate keeps it."""
    terms = book.borrowers[borrower]
    if terms.keeps_cash == 1:
        return
    released = max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0)
    payee = book.rules[0].first_outside + PARENT
    if terms.corporate >= 0:
        payee = terms.corporate
        # What a subsidiary sends up serves the parent's debt.
        state.cfads_history[payee, month] += released
    pay(state.cash, month, STEP, borrower, payee, RELEASE, released)
    state.borrowers[borrower].released = released


@step
def fill_reserves(book: BookArrays, state: PathState, borrower: int, month: int) -> None:
    """Top the reserves up to their targets from cash above the minimum."""
    terms = book.borrowers[borrower]
    for reserve in range(book.reserve_opening.shape[1]):
        account = terms.reserve_account + reserve
        missing = max(
            book.reserve_target[borrower, reserve, month] - state.cash.accounts[account].balance, 0.0
        )
        top_up = min(missing, max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0))
        pay(state.cash, month, STEP, borrower, account, RESERVE_TOP_UP, top_up)


@step
def distribute(book: BookArrays, state: PathState, month: int) -> None:
    """On payment dates, and every month while something is unpaid, pay each claim in order of rank.

    After a payment date without shortfall: reserves to target, sweep, then release to the parent above the
    minimum cash unless locked up or a balloon is due. Borrowers stand before their parents.
    """
    outside = book.rules[0].first_outside
    for claim in range(book.claims.shape[0]):
        debt = state.claims[claim]
        debt.paid_interest = 0.0
        debt.paid_principal = 0.0
        debt.swept_principal = 0.0
        debt.revolved = 0.0
        state.service_history[claim, month] = 0.0
    for borrower in range(book.borrowers.shape[0]):
        now, terms = state.borrowers[borrower], book.borrowers[borrower]
        now.released = 0.0
        now.shortfall = 0.0
        if now.status != 0 or now.trigger >= GUARANTOR_CAUSE:
            continue
        payment_date = False
        for claim in range(terms.claim_first, terms.claim_end):
            if book.claim_months[claim, month].payment == 1:
                payment_date = True
                fall_due(book, state, claim, month)
        short = now.unpaid_operating
        if payment_date or now.months_short > 0:
            pay_dues(
                state.cash, book.claims, book.claim_months, state.claims, terms, now.months_short, outside,
                month, STEP,
            )  # fmt: skip
            short += unpaid_dues(book.claim_months, state.claims, terms, now.months_short, month)
        now.shortfall = short
        if not payment_date or short > 0.0:
            if terms.corporate >= 0 and month > terms.last_maturity and short <= 0.0:
                release(book, state, borrower, month)
            continue
        fill_reserves(book, state, borrower, month)
        outstanding = 0.0
        balloon = False
        for claim in range(terms.claim_first, terms.claim_end):
            debt = state.claims[claim]
            share = 1.0 if now.swept == 1 else book.claims[claim].sweep_share
            free = max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0)
            sweep = min(share * free, debt.principal)
            if sweep > 0.0:
                pay(state.cash, month, STEP, borrower, book.claims[claim].lender_account, SWEEP_PAID, sweep)
                debt.principal -= sweep
                debt.swept_principal += sweep
            outstanding += debt.principal
            balloon = balloon or (month == book.claims[claim].maturity and debt.principal > 1e-6)
        if outstanding <= 1e-6:
            for reserve in range(book.reserve_opening.shape[1]):
                account = terms.reserve_account + reserve
                left = max(state.cash.accounts[account].balance, 0.0)
                pay(state.cash, month, STEP, account, borrower, RELEASE, left)
        # On the day of a balloon cash stays for it (step 8).
        if (now.locked_up == 0 and not balloon) or outstanding <= 1e-6:
            release(book, state, borrower, month)
