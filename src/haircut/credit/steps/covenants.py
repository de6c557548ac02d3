"""Step 6: covenants and margins are tested on marks."""

from __future__ import annotations

import numpy as np

from haircut.credit.arrays import (
    ACCELERATION,
    DSCR,
    LIQUIDITY,
    LOCK_UP,
    LTV_BOOK,
    LTV_MARKET,
    MARGIN_STEP,
    REALISATION,
    SWEEP,
    BookArrays,
    Floats,
    Integers,
    PathState,
    Records,
)
from haircut.credit.steps.distribute import unpaid_dues
from haircut.kernels import kernel, step
from haircut.machines.value import read_grid

COVERAGE_CAUSE, LTV_CAUSE, LIQUIDITY_CAUSE = 5, 4, 6
"""Positions in `credit.outcomes.CAUSES`."""


@kernel
def unit_value(book: BookArrays, state: PathState, fleet: int, month: int) -> float:
    """F of one unit of a fleet at the end of the month on this path, USD."""
    machine = book.fleets[fleet]
    surface = machine.surface
    return float(
        read_grid(
            book.surface[surface, month], book.surface_grid[surface, 0], book.surface_grid[surface, 1],
            state.devices[machine.device_type].log_rent, state.now[0].regime,
        )
    )  # fmt: skip


@kernel
def pool_value(book: BookArrays, state: PathState, claim: int, month: int, at_book: bool) -> float:
    """Value of the units pledged to a claim, USD: book value, or psi_mark F (no overhang within one book)."""
    total = 0.0
    for fleet in range(book.fleets.shape[0]):
        if book.collateral[claim, fleet] == 1 and state.fleets[fleet].held > 0.0:
            if at_book:
                total += state.fleets[fleet].held * book.fleet_months[fleet, month].book_value
            else:
                total += (
                    state.fleets[fleet].held
                    * book.fleets[fleet].psi_mark
                    * unit_value(book, state, fleet, month)
                )
    return total


@kernel
def on_pool(collateral: Integers, claim: int, other: int) -> bool:
    """Whether two claims share collateral; a claim is always on its own pool."""
    shared = other == claim
    for fleet in range(collateral.shape[1]):
        shared = shared or (collateral[claim, fleet] == 1 and collateral[other, fleet] == 1)
    return bool(shared)


@kernel
def pool_debt(book: BookArrays, state: PathState, claim: int) -> float:
    """Drawn plus accrued of all claims on the pool that rank equal or senior, USD."""
    total = 0.0
    for other in range(book.claims.shape[0]):
        if (
            book.claims[other].borrower == book.claims[claim].borrower
            and book.claims[other].rank <= book.claims[claim].rank
            and on_pool(book.collateral, claim, other)
        ):
            total += state.claims[other].principal + state.claims[other].accrued + state.claims[other].fees
    return total


@kernel
def window_cover(
    claims: Records, cfads: Floats, service: Floats, claim: int, month: int, window: int
) -> float:
    """DSCR: CFADS over interest plus scheduled principal of equal and senior claims; inf where nothing fell due.

    cfads is (borrowers, T + 1), service (claims, T + 1).
    """
    borrower = claims[claim].borrower
    cash = 0.0
    due = 0.0
    for past in range(max(1, month - window + 1), month + 1):
        cash += cfads[borrower, past]
        for other in range(claims.shape[0]):
            if claims[other].borrower == borrower and claims[other].rank <= claims[claim].rank:
                due += service[other, past]
    return cash / due if due > 0.0 else np.inf


@step
def test_covenants(book: BookArrays, state: PathState, month: int) -> None:
    """Test what is due this month; a breach that outlives its cure brings its consequence until it is cured."""
    for borrower in range(book.borrowers.shape[0]):
        state.borrowers[borrower].locked_up = 0
        state.borrowers[borrower].swept = 0
    for claim in range(book.claims.shape[0]):
        state.claims[claim].step_margin = 0.0
    for covenant in range(book.covenants.shape[0]):
        terms = book.covenants[covenant]
        claim = terms.claim
        borrower = book.claims[claim].borrower
        if state.borrowers[borrower].status != 0 or state.claims[claim].principal <= 1e-6:
            state.breached_since[covenant] = 0
            continue
        if book.tested[covenant, month] == 1:
            failing = False
            if terms.test == REALISATION:
                scheduled = state.borrowers[borrower].scheduled_contract_cash
                failing = state.borrowers[borrower].contract_revenue < terms.level * scheduled
            elif terms.test == DSCR:
                cover = window_cover(
                    book.claims, state.cfads_history, state.service_history, claim, month, terms.window
                )
                failing = cover < terms.level
            elif terms.test == LIQUIDITY:
                liquid = state.cash.accounts[borrower].balance
                for reserve in range(book.reserve_opening.shape[1]):
                    liquid += state.cash.accounts[book.borrowers[borrower].reserve_account + reserve].balance
                failing = liquid < terms.level
            else:
                value = pool_value(book, state, claim, month, terms.test == LTV_BOOK)
                failing = pool_debt(book, state, claim) > terms.level * value
            if not failing:
                state.breached_since[covenant] = 0
            elif state.breached_since[covenant] == 0:
                state.breached_since[covenant] = month
        since = state.breached_since[covenant]
        if since == 0 or month - since < terms.cure:
            continue
        if terms.consequence == LOCK_UP:
            state.borrowers[borrower].locked_up = 1
        elif terms.consequence == SWEEP:
            state.borrowers[borrower].swept = 1
            state.borrowers[borrower].locked_up = 1
        elif terms.consequence == MARGIN_STEP:
            state.claims[claim].step_margin += terms.margin_step
        elif terms.consequence == ACCELERATION:
            state.claims[claim].due_principal = state.claims[claim].principal
            state.borrowers[borrower].shortfall = state.borrowers[borrower].unpaid_operating + unpaid_dues(
                book.claims,
                book.claim_months,
                state.claims,
                borrower,
                state.borrowers[borrower].months_short,
                month,
            )
            if state.borrowers[borrower].trigger == 0:
                cause = COVERAGE_CAUSE
                if terms.test == LTV_BOOK or terms.test == LTV_MARKET:
                    cause = LTV_CAUSE
                elif terms.test == LIQUIDITY:
                    cause = LIQUIDITY_CAUSE
                state.borrowers[borrower].trigger = cause
                state.borrowers[borrower].trigger_claim = claim
