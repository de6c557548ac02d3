"""Step 1: customers' defaults are known, draws are made or refused, fleets come into service."""

from __future__ import annotations

from haircut.credit.arrays import SUPPLIERS, BookArrays, Integers, PathState, Record
from haircut.credit.pay import CAPITAL_EXPENDITURE, DRAW, pay
from haircut.kernels import lean_kernel, step

STEP = 1
GUARANTOR_CAUSE, EXOGENOUS_CAUSE = 8, 9
"""Positions in `credit.outcomes.CAUSES`: filings known at the start of a month stop payments in it."""


@lean_kernel
def alive(obligor_default: Integers, obligor: int, month: int) -> bool:
    """Whether an obligor has not defaulted by the end of `month`; no obligor (-1) is never alive."""
    if obligor < 0:
        return False
    default_month = obligor_default[obligor]
    return bool(default_month == 0 or month < default_month)


@lean_kernel
def defaults_in(obligor_default: Integers, obligor: int, month: int) -> bool:
    """Whether an obligor defaults in exactly this month."""
    return bool(obligor >= 0 and obligor_default[obligor] == month)


@lean_kernel
def has_defaulted(obligor_default: Integers, obligor: int, month: int) -> bool:
    """Whether an obligor has defaulted by the end of `month`; no obligor (-1) never does."""
    return bool(obligor >= 0 and 0 < obligor_default[obligor] <= month)


@lean_kernel
def contract_stands(book: BookArrays, state: PathState, contract: int, month: int) -> bool:
    """Whether a contract still pays its price: its customer lives and it was not repriced to market."""
    standing = alive(state.obligor_default, book.contracts[contract].customer, month)
    return bool(standing and state.contracts[contract].repriced == 0)


@lean_kernel
def projected_service_cover(book: BookArrays, state: PathState, claim: int, month: int) -> float:
    """Contract value of the next twelve months over their scheduled debt service, a cheap projected DSCR."""
    borrower = book.claims[claim].borrower
    ahead = min(month + 12, book.rules[0].months)
    cash = 0.0
    owner = book.borrowers[borrower]
    for contract in range(owner.contract_first, owner.contract_end):
        if contract_stands(book, state, contract, month):
            cash += book.contract_months[contract, month].cash - book.contract_months[contract, ahead].cash
    for lease in range(owner.lease_first, owner.lease_end):
        if alive(state.obligor_default, book.leases[lease].customer, month):
            cash += book.lease_months[lease, month].cash - book.lease_months[lease, ahead].cash
    service = book.claim_months[claim, month].service_ahead - book.claim_months[claim, ahead].service_ahead
    return cash / service if service > 0.0 else 1e9


@lean_kernel
def forget(debt: Record) -> None:
    """A claim without recourse that was foreclosed last month is gone."""
    debt.principal = 0.0
    debt.accrued = 0.0
    debt.fees = 0.0
    debt.due_principal = 0.0
    debt.margin_base = 0.0


@step
def draw(book: BookArrays, state: PathState, month: int) -> None:
    """Note filings, make the month's planned draws, each paid on to suppliers; then count units in service.

    A draw is refused after its last date, below the projected DSCR, while a covenant locks the borrower up, and
    after a default of the borrower or of a guarantor whose default is an event of default. A fleet whose draw
    was refused never arrives.
    """
    for borrower in range(book.borrowers.shape[0]):
        now = state.borrowers[borrower]
        exogenous = book.borrowers[borrower].exogenous
        if now.status == 0 and defaults_in(state.obligor_default, exogenous, month):
            now.trigger = EXOGENOUS_CAUSE
    for claim in range(book.claims.shape[0]):
        terms, debt = book.claims[claim], state.claims[claim]
        now = state.borrowers[terms.borrower]
        if debt.foreclosed == 2:
            forget(debt)
        if (
            terms.guarantor_default_is_event == 1
            and now.status == 0
            and now.trigger < GUARANTOR_CAUSE
            and debt.principal > 1e-6
            and defaults_in(state.obligor_default, terms.guarantor, month)
        ):
            now.trigger = GUARANTOR_CAUSE
            now.trigger_claim = claim
            now.blamed = terms.guarantor_borrower
    for claim in range(book.claims.shape[0]):
        planned = book.claim_months[claim, month].draws
        if planned <= 0.0:
            continue
        terms, debt = book.claims[claim], state.claims[claim]
        now = state.borrowers[terms.borrower]
        debt.planned += planned
        exogenous = book.borrowers[terms.borrower].exogenous
        refused = (
            now.status != 0
            or now.trigger != 0
            or now.locked_up != 0
            or now.months_short > 0
            or month > terms.last_draw
            or has_defaulted(state.obligor_default, exogenous, month)
            or (
                terms.guarantor_default_is_event == 1
                and has_defaulted(state.obligor_default, terms.guarantor, month)
            )
        )
        if not refused and terms.draw_minimum_dscr > 0.0:
            refused = projected_service_cover(book, state, claim, month) < terms.draw_minimum_dscr
        if refused:
            continue
        suppliers = book.rules[0].first_outside + SUPPLIERS
        pay(state.cash, month, STEP, terms.lender_account, terms.borrower, DRAW, planned)
        pay(state.cash, month, STEP, terms.borrower, suppliers, CAPITAL_EXPENDITURE, planned)
        debt.principal += planned
        debt.drawn += planned
        state.draw_made[claim, month] = 1

    for fleet in range(book.fleets.shape[0]):
        machine, here = book.fleets[fleet], state.fleets[fleet]
        here.units = 0.0
        here.held = 0.0
        arrived = machine.draw_claim < 0 or (
            machine.draw_month <= month and state.draw_made[machine.draw_claim, machine.draw_month] == 1
        )
        live = state.borrowers[machine.borrower].status == 0
        if arrived and machine.start <= month <= machine.last and live:
            # A fleet that arrives on this month's end is collateral now and works from the next month on.
            here.held = machine.units * book.fleet_months[fleet, month].survival
            if month > machine.start:
                here.units = here.held
