"""Step 1: customers' defaults are known, draws are made or refused, fleets come into service."""

from __future__ import annotations

from haircut.credit.arrays import SUPPLIERS, BookArrays, Integers, PathState
from haircut.credit.pay import CAPITAL_EXPENDITURE, DRAW, pay
from haircut.kernels import kernel, step

STEP = 1
GUARANTOR_CAUSE, EXOGENOUS_CAUSE = 8, 9
"""Positions in `credit.outcomes.CAUSES`: filings known at the start of a month stop payments in it."""


@kernel
def alive(obligor_default: Integers, obligor: int, month: int) -> bool:
    """Whether an obligor has not defaulted by the end of `month`; no obligor (-1) is never alive."""
    if obligor < 0:
        return False
    default_month = obligor_default[obligor]
    return bool(default_month == 0 or month < default_month)


@kernel
def defaults_in(obligor_default: Integers, obligor: int, month: int) -> bool:
    """Whether an obligor defaults in exactly this month."""
    return bool(obligor >= 0 and obligor_default[obligor] == month)


@kernel
def has_defaulted(obligor_default: Integers, obligor: int, month: int) -> bool:
    """Whether an obligor has defaulted by the end of `month`; no obligor (-1) never does."""
    return bool(obligor >= 0 and 0 < obligor_default[obligor] <= month)


@kernel
def projected_service_cover(book: BookArrays, state: PathState, claim: int, month: int) -> float:
    """Contract value of the next twelve months over their scheduled debt service, a cheap projected DSCR."""
    borrower = book.claims[claim].borrower
    ahead = min(month + 12, book.rules[0].months)
    cash = 0.0
    for contract in range(book.contracts.shape[0]):
        terms = book.contracts[contract]
        if terms.borrower == borrower and alive(state.obligor_default, terms.customer, month):
            cash += book.contract_months[contract, month].cash - book.contract_months[contract, ahead].cash
    service = book.claim_months[claim, month].service_ahead - book.claim_months[claim, ahead].service_ahead
    return cash / service if service > 0.0 else 1e9


@step
def draw(book: BookArrays, state: PathState, month: int) -> None:
    """Note filings, make the month's planned draws, each paid on to suppliers; then count units in service.

    A draw is refused after its last date, below the projected DSCR, while a covenant locks the borrower up, and
    after a default of the borrower or of a guarantor whose default is an event of default. A fleet whose draw
    was refused never arrives.
    """
    for borrower in range(book.borrowers.shape[0]):
        if state.borrowers[borrower].status == 0 and defaults_in(
            state.obligor_default, book.borrowers[borrower].exogenous, month
        ):
            state.borrowers[borrower].trigger = EXOGENOUS_CAUSE
    for claim in range(book.claims.shape[0]):
        terms = book.claims[claim]
        borrower = terms.borrower
        if (
            terms.guarantor_default_is_event == 1
            and state.borrowers[borrower].status == 0
            and state.borrowers[borrower].trigger < GUARANTOR_CAUSE
            and state.claims[claim].principal > 1e-6
            and defaults_in(state.obligor_default, terms.guarantor, month)
        ):
            state.borrowers[borrower].trigger = GUARANTOR_CAUSE
            state.borrowers[borrower].trigger_claim = claim
    for claim in range(book.claims.shape[0]):
        planned = book.claim_months[claim, month].draws
        if planned <= 0.0:
            continue
        terms = book.claims[claim]
        borrower = terms.borrower
        state.claims[claim].planned += planned
        refused = (
            state.borrowers[borrower].status != 0
            or state.borrowers[borrower].trigger != 0
            or state.borrowers[borrower].locked_up != 0
            or state.borrowers[borrower].months_short > 0
            or month > terms.last_draw
            or has_defaulted(state.obligor_default, book.borrowers[borrower].exogenous, month)
            or (
                terms.guarantor_default_is_event == 1
                and has_defaulted(state.obligor_default, terms.guarantor, month)
            )
        )
        if not refused and terms.draw_minimum_dscr > 0.0:
            refused = projected_service_cover(book, state, claim, month) < terms.draw_minimum_dscr
        if refused:
            continue
        pay(state.cash, month, STEP, book.claims[claim].lender_account, borrower, DRAW, planned)
        pay(
            state.cash,
            month,
            STEP,
            borrower,
            book.rules[0].first_outside + SUPPLIERS,
            CAPITAL_EXPENDITURE,
            planned,
        )
        state.claims[claim].principal += planned
        state.claims[claim].drawn += planned
        state.draw_made[claim, month] = 1

    for fleet in range(book.fleets.shape[0]):
        machine = book.fleets[fleet]
        state.fleets[fleet].units = 0.0
        state.fleets[fleet].held = 0.0
        arrived = machine.draw_claim < 0 or (
            machine.draw_month <= month and state.draw_made[machine.draw_claim, machine.draw_month] == 1
        )
        if (
            arrived
            and machine.start <= month <= machine.last
            and state.borrowers[machine.borrower].status == 0
        ):
            # A fleet that arrives on this month's end is collateral now and works from the next month on.
            state.fleets[fleet].held = machine.units * book.fleet_months[fleet, month].survival
            if month > machine.start:
                state.fleets[fleet].units = state.fleets[fleet].held
