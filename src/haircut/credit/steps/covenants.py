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
    PathState,
)
from haircut.credit.steps.distribute import unpaid_dues
from haircut.credit.steps.draw import alive
from haircut.credit.steps.margins import MARGIN_CAUSE, settle_margin
from haircut.kernels import lean_kernel, step
from haircut.machines.value import read_grid

COVERAGE_CAUSE, LTV_CAUSE, LIQUIDITY_CAUSE = 5, 4, 6
"""Positions in `credit.outcomes.CAUSES`."""


@lean_kernel
def unit_value(book: BookArrays, state: PathState, fleet: int, month: int) -> float:
    """F of one unit of a fleet at the end of the month on this path, USD."""
    machine = book.fleets[fleet]
    surface = machine.surface
    return float(
        read_grid(
            book.surface[surface, month], book.surface_grid[surface, 0], book.surface_grid[surface, 1],
            state.devices[machine.device_type].log_rent, state.devices[machine.device_type].regime,
        )
    )  # fmt: skip


@lean_kernel
def marked_value(book: BookArrays, state: PathState, fleet: int, month: int) -> float:
    """psi_mark F phi(overhang) of the units of a fleet in place, USD."""
    machine = book.fleets[fleet]
    return float(
        state.fleets[fleet].held
        * machine.psi_mark
        * unit_value(book, state, fleet, month)
        * state.devices[machine.device_type].overhang
    )


@lean_kernel
def pool_value(book: BookArrays, state: PathState, claim: int, month: int, at_book: bool) -> float:
    """Value of what is pledged to a claim, USD: machines at book value or at marks; at marks leases and coins too."""
    owner = book.borrowers[book.claims[claim].borrower]
    total = 0.0
    for fleet in range(owner.fleet_first, owner.fleet_end):
        if book.collateral[claim, fleet] == 1 and state.fleets[fleet].held > 0.0:
            if at_book:
                total += state.fleets[fleet].held * book.fleet_months[fleet, month].book_value
            else:
                total += marked_value(book, state, fleet, month)
    if at_book:
        return total
    for lease in range(owner.lease_first, owner.lease_end):
        if book.pledged_leases[claim, lease] == 1:
            total += lease_worth(book, state, lease, month)
    return float(total + state.claims[claim].coins * state.now[0].btc)


@lean_kernel
def lost_to_overhang(book: BookArrays, state: PathState, claim: int, month: int) -> float:
    """What machines pledged to a claim would be marked higher with nobody's stock for sale, USD."""
    owner = book.borrowers[book.claims[claim].borrower]
    total = 0.0
    for fleet in range(owner.fleet_first, owner.fleet_end):
        if book.collateral[claim, fleet] == 1 and state.fleets[fleet].held > 0.0:
            total += fall_of_mark(book, state, fleet, month)
    return total


@lean_kernel
def fall_of_mark(book: BookArrays, state: PathState, fleet: int, month: int) -> float:
    """What stock for sale takes off the mark of a fleet in place, USD."""
    machine = book.fleets[fleet]
    gone = 1.0 - state.devices[machine.device_type].overhang
    if gone <= 0.0:
        return 0.0
    return float(state.fleets[fleet].held * machine.psi_mark * unit_value(book, state, fleet, month) * gone)


@lean_kernel
def lease_worth(book: BookArrays, state: PathState, lease: int, month: int) -> float:
    """What remains of an assignable lease to a new owner of the hall while its tenant lives, USD."""
    terms = book.leases[lease]
    if terms.assignable == 0 or not alive(state.obligor_default, terms.customer, month):
        return 0.0
    return float(book.lease_months[lease, month].value)


@lean_kernel
def on_pool(book: BookArrays, claim: int, other: int) -> bool:
    """Whether two claims of a borrower share collateral; a claim is always on its own pool."""
    owner = book.borrowers[book.claims[claim].borrower]
    shared = other == claim
    for fleet in range(owner.fleet_first, owner.fleet_end):
        shared = shared or (book.collateral[claim, fleet] == 1 and book.collateral[other, fleet] == 1)
    for lease in range(owner.lease_first, owner.lease_end):
        shared = shared or (book.pledged_leases[claim, lease] == 1 and book.pledged_leases[other, lease] == 1)
    return bool(shared)


@lean_kernel
def pool_debt(book: BookArrays, state: PathState, claim: int) -> float:
    """Drawn plus accrued of all claims on the pool that rank equal or senior, USD."""
    total = 0.0
    owner = book.borrowers[book.claims[claim].borrower]
    for other in range(owner.claim_first, owner.claim_end):
        if book.claims[other].rank <= book.claims[claim].rank and on_pool(book, claim, other):
            debt = state.claims[other]
            total += debt.principal + debt.accrued + debt.fees
    return total


@lean_kernel
def window_cover(
    book: BookArrays, cfads: Floats, service: Floats, claim: int, month: int, window: int
) -> float:
    """DSCR: CFADS over interest plus scheduled principal of equal and senior claims; inf where nothing fell due.

    cfads is (borrowers, T + 1), service (claims, T + 1).
    """
    terms = book.claims[claim]
    owner = book.borrowers[terms.borrower]
    cash = 0.0
    due = 0.0
    for past in range(max(1, month - window + 1), month + 1):
        cash += cfads[terms.borrower, past]
        for other in range(owner.claim_first, owner.claim_end):
            if book.claims[other].rank <= terms.rank:
                due += service[other, past]
    return cash / due if due > 0.0 else np.inf


@step
def fails(book: BookArrays, state: PathState, covenant: int, month: int) -> bool:
    """Whether a covenant's test fails this month."""
    terms = book.covenants[covenant]
    claim = terms.claim
    borrower = book.claims[claim].borrower
    now = state.borrowers[borrower]
    if terms.test == REALISATION:
        return bool(now.contract_revenue < terms.level * now.scheduled_contract_cash)
    if terms.test == DSCR:
        cover = window_cover(book, state.cfads_history, state.service_history, claim, month, terms.window)
        return bool(cover < terms.level)
    if terms.test == LIQUIDITY:
        liquid = state.cash.accounts[borrower].balance
        for reserve in range(book.reserve_opening.shape[1]):
            liquid += state.cash.accounts[book.borrowers[borrower].reserve_account + reserve].balance
        return bool(liquid < terms.level)
    value = pool_value(book, state, claim, month, terms.test == LTV_BOOK)
    return bool(pool_debt(book, state, claim) > terms.level * value)


@lean_kernel
def accelerate(book: BookArrays, state: PathState, claim: int, cause: int, month: int) -> None:
    """Call a claim: all its principal is due now; the cause is noted unless one was found before."""
    borrower = book.claims[claim].borrower
    now, debt = state.borrowers[borrower], state.claims[claim]
    debt.due_principal = debt.principal
    now.shortfall = now.unpaid_operating + unpaid_dues(
        book.claim_months, state.claims, book.borrowers[borrower], now.months_short, month
    )
    if now.trigger == 0:
        now.trigger = cause
        now.trigger_claim = claim


@lean_kernel
def bring_consequence(book: BookArrays, state: PathState, covenant: int, month: int) -> None:
    """What a breach that was not cured in time brings this month.

    A call for a market mark says whether the test would pass with nothing for sale: then clearing is the root.
    """
    terms = book.covenants[covenant]
    now, debt = state.borrowers[book.claims[terms.claim].borrower], state.claims[terms.claim]
    if terms.consequence == LOCK_UP:
        now.locked_up = 1
    elif terms.consequence == SWEEP:
        now.swept = 1
        now.locked_up = 1
    elif terms.consequence == MARGIN_STEP:
        debt.step_margin += terms.margin_step
    elif terms.consequence == ACCELERATION:
        cause = COVERAGE_CAUSE
        if terms.test == LTV_BOOK or terms.test == LTV_MARKET:
            cause = LTV_CAUSE
        elif terms.test == LIQUIDITY:
            cause = LIQUIDITY_CAUSE
        if now.trigger == 0 and terms.test == LTV_MARKET:
            value = pool_value(book, state, terms.claim, month, False)
            lost = lost_to_overhang(book, state, terms.claim, month)
            passes = pool_debt(book, state, terms.claim) <= terms.level * (value + lost)
            note_clearing(book, state, terms.claim, month, lost > 0.0 and passes)
        elif now.trigger == 0:
            now.by_clearing = 0
        accelerate(book, state, terms.claim, cause, month)


@lean_kernel
def note_clearing(book: BookArrays, state: PathState, claim: int, month: int, by_clearing: bool) -> None:
    """Write whether others' sales are behind a failed mark of a claim, and whose cost it most."""
    now = state.borrowers[book.claims[claim].borrower]
    now.by_clearing = 1 if by_clearing else 0
    if by_clearing:
        now.blamed = largest_seller(book, state, claim, month)


@lean_kernel
def largest_seller(book: BookArrays, state: PathState, claim: int, month: int) -> int:
    """The borrower in default that brought most of the overhang on a claim's machines, in USD; -1 for none.

    A device's fall of the mark is shared among the units that are still to be sold.
    """
    owner = book.borrowers[book.claims[claim].borrower]
    found, most = -1, 0.0
    for borrower in range(book.borrowers.shape[0]):
        if state.borrowers[borrower].status != 1 and state.borrowers[borrower].status != 2:
            continue
        cost = 0.0
        for fleet in range(owner.fleet_first, owner.fleet_end):
            if book.collateral[claim, fleet] == 0 or state.fleets[fleet].held <= 0.0:
                continue
            device = book.fleets[fleet].device_type
            market = state.devices[device]
            if market.unsold <= 0.0:
                continue
            fall = fall_of_mark(book, state, fleet, month)
            # What fell before this month stood unsold at the end of the last one.
            at = month if state.borrowers[borrower].default_month == month else month - 1
            cost += fall * unsold_units(book, state, borrower, device, at) / market.unsold
        if cost > most:
            found, most = borrower, cost
    return found


@lean_kernel
def units_in_place(book: BookArrays, state: PathState, fleet: int, month: int) -> float:
    """Units of a fleet that arrived and have not reached their maximum age, whoever holds them."""
    machine = book.fleets[fleet]
    arrived = machine.draw_claim < 0 or state.draw_made[machine.draw_claim, machine.draw_month] == 1
    if arrived and machine.start <= month <= machine.last:
        return float(machine.units * book.fleet_months[fleet, month].survival)
    return 0.0


@lean_kernel
def unsold_units(book: BookArrays, state: PathState, borrower: int, device: int, month: int) -> float:
    """Units of a borrower in default that are still to be sold after a month: all of them until they are seized."""
    now, owner = state.borrowers[borrower], book.borrowers[borrower]
    total = 0.0
    for fleet in range(owner.fleet_first, owner.fleet_end):
        if book.fleets[fleet].device_type != device:
            continue
        if now.status == 1:
            total += units_in_place(book, state, fleet, month)
        elif now.status == 2:
            total += state.fleets[fleet].sale_units
    if now.status == 2:
        lots, lot = state.sale_months[borrower, device], month - now.sale_start
        total = total * (lots - 1 - lot) / lots if lot < lots else 0.0
    return total


@step
def test_covenants(book: BookArrays, state: PathState, month: int) -> None:
    """Test what is due this month; a breach that outlives its cure brings its consequence until it is cured.

    Then the margins of lines on pledged coins.
    """
    for borrower in range(book.borrowers.shape[0]):
        state.borrowers[borrower].locked_up = 0
        state.borrowers[borrower].swept = 0
    for claim in range(book.claims.shape[0]):
        state.claims[claim].step_margin = 0.0
    for covenant in range(book.covenants.shape[0]):
        terms = book.covenants[covenant]
        debt = state.claims[terms.claim]
        now = state.borrowers[book.claims[terms.claim].borrower]
        if now.status != 0 or debt.principal <= 1e-6:
            state.breached_since[covenant] = 0
            continue
        if book.tested[covenant, month] == 1:
            if not fails(book, state, covenant, month):
                state.breached_since[covenant] = 0
            elif state.breached_since[covenant] == 0:
                state.breached_since[covenant] = month
        since = state.breached_since[covenant]
        if since == 0 or month - since < terms.cure:
            continue
        bring_consequence(book, state, covenant, month)
    for claim in range(book.claims.shape[0]):
        live = state.borrowers[book.claims[claim].borrower].status == 0
        owes = state.claims[claim].coins > 0.0 and state.claims[claim].principal > 1e-6
        if live and owes and not settle_margin(book, state, claim, month):
            accelerate(book, state, claim, MARGIN_CAUSE, month)
