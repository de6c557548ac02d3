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
from haircut.kernels import kernel, step

STEP = 5


@kernel
def is_due(debt: Record, plan: Record, months_short: int) -> bool:
    """Whether all that has accrued on a claim is due: on payment dates, in arrears, and once it is called."""
    return bool(plan.payment == 1 or months_short > 0 or 1e-6 < debt.principal <= debt.due_principal)


@kernel
def due_part(debt: Record, part: int) -> float:
    """What is due of hedge (0), fees (1), interest (2) and principal (3), USD."""
    if part == 0:
        return float(max(debt.hedge, 0.0))
    if part == 1:
        return float(debt.fees)
    if part == 2:
        return float(debt.accrued)
    return float(debt.due_principal)


@kernel
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


@kernel
def pay_dues(
    cash: CashBook, claims: Records, plans: Records, debts: Records, borrower: int, months_short: int,
    outside: int, month: int, step: int,
) -> None:  # fmt: skip
    """Pay what is due by rank; within a rank hedge, fees, interest, principal, each in proportion to what is due.

    claims are sorted by borrower, then rank; plans is (claims, T + 1).
    """
    first = 0
    while first < claims.shape[0]:
        end = first + 1
        while end < claims.shape[0] and (
            claims[end].borrower == claims[first].borrower and claims[end].rank == claims[first].rank
        ):
            end += 1
        if claims[first].borrower == borrower:
            for part in range(4):
                total = 0.0
                for claim in range(first, end):
                    if is_due(debts[claim], plans[claim, month], months_short):
                        total += due_part(debts[claim], part)
                if total <= 0.0:
                    continue
                balance = max(cash.accounts[borrower].balance, 0.0)
                share = 1.0 if total <= balance else balance / total
                for claim in range(first, end):
                    if is_due(debts[claim], plans[claim, month], months_short):
                        # The period of compounding ends where interest falls due.
                        debts[claim].compounding = 0.0
                        pay_part(cash, claims[claim], debts[claim], outside, month, step, part, share)
        first = end


@kernel
def claim_shortfall(debt: Record) -> float:
    """What is unpaid on a claim of which everything accrued is due, USD."""
    return float(max(debt.hedge, 0.0) + debt.fees + debt.accrued + debt.due_principal)


@kernel
def unpaid_dues(
    claims: Records, plans: Records, debts: Records, borrower: int, months_short: int, month: int
) -> float:
    """What is due and unpaid on all claims of a borrower, USD."""
    short = 0.0
    for claim in range(claims.shape[0]):
        if claims[claim].borrower == borrower and is_due(debts[claim], plans[claim, month], months_short):
            short += claim_shortfall(debts[claim])
    return short


@step
def distribute(book: BookArrays, state: PathState, month: int) -> None:
    """On payment dates, and every month while something is unpaid, pay each claim in order of rank.

    After a payment date without shortfall: reserves to target, sweep, then release to the parent above the
    minimum cash unless locked up or a balloon is due.
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
        for claim in range(claims):
            if book.claims[claim].borrower != borrower or book.claim_months[claim, month].payment == 0:
                continue
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
                pay(state.cash, month, STEP, outside + HEDGE, borrower, HEDGE_PAID, received)
                state.claims[claim].hedge = 0.0
        short = state.borrowers[borrower].unpaid_operating
        months_short = state.borrowers[borrower].months_short
        if payment_date or months_short > 0:
            pay_dues(
                state.cash, book.claims, book.claim_months, state.claims, borrower, months_short, outside,
                month, STEP,
            )  # fmt: skip
            short += unpaid_dues(book.claims, book.claim_months, state.claims, borrower, months_short, month)
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
        balloon = False
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
            balloon = balloon or (
                month == book.claims[claim].maturity and state.claims[claim].principal > 1e-6
            )
        if outstanding <= 1e-6:
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
        # On the day of a balloon cash stays for it (step 8).
        if (state.borrowers[borrower].locked_up == 0 and not balloon) or outstanding <= 1e-6:
            released = max(state.cash.accounts[borrower].balance - terms.minimum_cash, 0.0)
            pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + PARENT, RELEASE, released)
            state.borrowers[borrower].released = released
