"""Between the rounds of step 9: what the defaults of a month do to the living inside the month.

Only adverse effects travel: rents that stay unpaid, marks that fall, tests that fail on them, support that does not
come. Freed power and cash act from the next month, so defaults only grow, prices only fall, and the month ends
within as many rounds as there are borrowers, at the greatest clearing point. Nothing here runs in a month without
a default.
"""

from __future__ import annotations

from haircut.credit.arrays import CUSTOMERS, LTV_MARKET, BookArrays, PathState, Record
from haircut.credit.pay import RENT_UNPAID, pay
from haircut.credit.steps.covenants import (
    bring_consequence,
    lost_to_overhang,
    pool_debt,
    pool_value,
    units_in_place,
)
from haircut.credit.steps.cure import cure_shortfall
from haircut.credit.steps.draw import GUARANTOR_CAUSE
from haircut.credit.steps.enforce import overhang_now
from haircut.kernels import lean_kernel

STEP = 9
SETTLED = 1e-13
"""Rents have settled once no sweep lowers the share that a borrower pays by more than this."""

SWEEPS = 10_000
NEWLY_SHORT, STILL_SHORT = 1, 2


@lean_kernel
def add_stock(book: BookArrays, state: PathState, borrower: int, month: int) -> None:
    """Machines of a borrower that falls are for sale from now on, as every buyer knows, and its own buying ends."""
    owner = book.borrowers[borrower]
    for device in range(book.devices.shape[0]):
        buys = owner.buys_rigs if book.devices[device].rig == 1 else owner.buys_gpus
        state.devices[device].buyers = max(state.devices[device].buyers - buys, 0.0)
    for fleet in range(owner.fleet_first, owner.fleet_end):
        device = book.fleets[fleet].device_type
        state.devices[device].unsold += units_in_place(book, state, fleet, month)


@lean_kernel
def touch(now: Record) -> None:
    """Note that others' defaults cost a borrower something, and whether it was short before."""
    if now.tested_again == 0:
        now.tested_again = STILL_SHORT if now.shortfall > 1e-6 else NEWLY_SHORT


@lean_kernel
def fell_now(state: PathState, borrower: int, month: int) -> bool:
    """Whether a borrower fell in this month."""
    now = state.borrowers[borrower]
    return bool(now.status != 0 and now.default_month == month)


@lean_kernel
def rent_of_lease(book: BookArrays, state: PathState, lease: int, month: int) -> float:
    """What the lease of a tenant that fell this month had brought in it, USD."""
    terms = book.leases[lease]
    collected = state.borrowers[terms.borrower].status == 0 or fell_now(state, terms.borrower, month)
    return float(terms.rent) if collected and terms.start < month <= terms.end else 0.0


@lean_kernel
def rents_owed(book: BookArrays, state: PathState, tenant: int, month: int) -> float:
    """The month's rents of a borrower that fell to others of the book, USD."""
    obligor = book.rules[0].first_borrower_obligor + tenant
    total = 0.0
    for contract in range(book.contracts.shape[0]):
        if book.contracts[contract].customer == obligor:
            total += state.contracts[contract].received
    for lease in range(book.leases.shape[0]):
        if book.leases[lease].customer == obligor:
            total += rent_of_lease(book, state, lease, month)
    return total


@lean_kernel
def share_paid(book: BookArrays, state: PathState, tenant: int, rents: float) -> float:
    """Share of its operating dues, rents among them, that a borrower that fell pays: Rogers and Veraart.

    min(1, (1 - bankruptcy cost) x (what it paid + what is left) / dues); without the cost Eisenberg and Noe.
    """
    now, owner = state.borrowers[tenant], book.borrowers[tenant]
    left = max(state.cash.accounts[tenant].balance, 0.0)
    for reserve in range(book.reserve_opening.shape[1]):
        left += max(state.cash.accounts[owner.reserve_account + reserve].balance, 0.0)
    left += now.coins * state.now[0].btc * (1.0 - book.rules[0].coin_fee)
    paid = max(now.operating_due - now.unpaid_operating, 0.0) + left
    due = max(now.operating_due, rents)
    return float(min((1.0 - book.rules[0].bankruptcy_cost) * paid / due, 1.0)) if due > 0.0 else 1.0


@lean_kernel
def give_back(
    book: BookArrays, state: PathState, landlord: int, tenant: int, amount: float, month: int
) -> None:
    """Take a rent that was not paid off a landlord's month: from its cash, the rest is due and a shortfall."""
    if amount <= 0.0:
        return
    now = state.borrowers[landlord]
    back = min(amount, max(state.cash.accounts[landlord].balance, 0.0))
    outside = book.rules[0].first_outside + CUSTOMERS
    pay(state.cash, month, STEP, landlord, outside, RENT_UNPAID, back)
    now.revenue -= amount
    now.contract_revenue -= amount
    state.cfads_history[landlord, month] -= amount
    if now.status == 0:
        now.lost_contract_cash += amount
        now.blamed = tenant
        if amount > back:
            touch(now)
            now.shortfall += amount - back
    now.unpaid_operating += amount - back


@lean_kernel
def clear_rents(book: BookArrays, state: PathState, month: int) -> None:
    """Settle the month's rents of those who fell in it, from above, until no share falls any more.

    A landlord that fell itself has less for its own dues then, and so on round a ring.
    """
    first = book.rules[0].first_borrower_obligor
    for _ in range(SWEEPS):
        moved = 0.0
        for tenant in range(book.borrowers.shape[0]):
            if not fell_now(state, tenant, month):
                continue
            rents = rents_owed(book, state, tenant, month)
            if rents <= 0.0:
                continue
            now = state.borrowers[tenant]
            fall = now.paid_share - share_paid(book, state, tenant, rents)
            if fall <= SETTLED:
                continue
            moved = max(moved, fall)
            now.paid_share -= fall
            for contract in range(book.contracts.shape[0]):
                if book.contracts[contract].customer == first + tenant:
                    landlord = book.contracts[contract].borrower
                    give_back(book, state, landlord, tenant, fall * state.contracts[contract].received, month)
            for lease in range(book.leases.shape[0]):
                if book.leases[lease].customer == first + tenant:
                    rent = rent_of_lease(book, state, lease, month)
                    give_back(book, state, book.leases[lease].borrower, tenant, fall * rent, month)
        if moved <= 0.0:
            return


@lean_kernel
def lower_marks(book: BookArrays, state: PathState) -> bool:
    """Bring the marks down to the stock for sale and the buyers that are left; whether any fell."""
    fell = False
    for device in range(book.devices.shape[0]):
        market = state.devices[device]
        if market.unsold > 0.0:
            overhang = overhang_now(book, state, device)
            fell = fell or overhang < market.overhang
            market.overhang = min(overhang, market.overhang)
    return fell


@lean_kernel
def test_marks(book: BookArrays, state: PathState, month: int) -> None:
    """Test again what was tested on market marks this month and passed; a breach without cure has its consequence."""
    for covenant in range(book.covenants.shape[0]):
        terms = book.covenants[covenant]
        if (
            terms.test != LTV_MARKET
            or book.tested[covenant, month] == 0
            or state.breached_since[covenant] != 0
        ):
            continue
        now = state.borrowers[book.claims[terms.claim].borrower]
        if now.status != 0 or state.claims[terms.claim].principal <= 1e-6:
            continue
        if lost_to_overhang(book, state, terms.claim, month) <= 0.0:
            continue
        value = pool_value(book, state, terms.claim, month, False)
        if pool_debt(book, state, terms.claim) <= terms.level * value:
            continue
        state.breached_since[covenant] = month
        if terms.cure <= 0:
            touch(now)
            bring_consequence(book, state, covenant, month)


@lean_kernel
def cure_again(book: BookArrays, state: PathState, month: int) -> None:
    """Whom others' defaults left short cures as in step 7; a month of arrears counts once."""
    for borrower in range(book.borrowers.shape[0]):
        now = state.borrowers[borrower]
        before = now.tested_again
        now.tested_again = 0
        if before == 0 or now.status != 0 or now.trigger >= GUARANTOR_CAUSE:
            continue
        short = max(now.shortfall, now.unpaid_operating)
        if short <= 1e-6:
            continue
        short = cure_shortfall(book, state, borrower, short, month)
        now.shortfall = short if short > 1e-6 else 0.0
        if short > 1e-6:
            now.months_short += 1 if before == NEWLY_SHORT else 0
        else:
            now.months_short = 0
            now.lost_contract_cash = 0.0
            now.blamed = -1
            now.trigger = 0


@lean_kernel
def clear(book: BookArrays, state: PathState, month: int) -> None:
    """After a round of defaults: unpaid rents, then marks and the tests on them, then cures of who is short."""
    clear_rents(book, state, month)
    if lower_marks(book, state):
        test_marks(book, state, month)
    cure_again(book, state, month)
