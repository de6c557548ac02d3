"""Step 2: contract and merchant revenue."""

from __future__ import annotations

from haircut.credit.arrays import CUSTOMERS, BookArrays, PathState, Record
from haircut.credit.pay import CONTRACT_REVENUE, LEASE_RENT, MERCHANT_REVENUE, OTHER_INCOME, pay
from haircut.credit.steps.draw import alive
from haircut.kernels import lean_kernel, step
from haircut.units import HOURS_PER_MONTH

STEP = 2


@lean_kernel
def hourly_running_cost(machine: Record, market_power: float) -> float:
    """Power and other cash cost of a running unit, USD per device-hour."""
    power = machine.power_price if machine.power_price >= 0.0 else market_power
    return float(machine.power_kw * power + machine.other_cost)


@lean_kernel
def blame_customer(book: BookArrays, owner: Record, customer: int) -> None:
    """Name the borrower of the book behind lost rent; a customer outside it is nobody's default."""
    if customer >= book.rules[0].first_borrower_obligor:
        owner.blamed = customer - book.rules[0].first_borrower_obligor


@step
def collect_contract(
    book: BookArrays, state: PathState, contract: int, month: int, rented: float, utilisation: float
) -> tuple[float, float, float]:
    """Revenue, units that the customer keeps, and units in the re-let gap, of one contract in a month.

    A contract that is far above the market may be repriced: its units then earn market rent at once.
    """
    terms, run = book.contracts[contract], state.contracts[contract]
    owner = state.borrowers[terms.borrower]
    paid = rented * HOURS_PER_MONTH * terms.price * max(terms.take_or_pay, utilisation)
    defaulted = state.obligor_default[terms.customer]
    last_served = terms.end if defaulted == 0 else min(terms.end, max(defaulted, terms.start + 1) - 1)
    if month <= terms.end:
        owner.scheduled_contract_cash += paid
    if month <= last_served:
        if book.rules[0].renegotiation_hazard > 0.0 and run.repriced == 0:
            rent = state.devices[book.fleets[terms.fleet].device_type].rent
            gap = 1.0 - book.rules[0].renegotiation_threshold - rent / max(terms.price, 1e-12)
            run.pressure += book.rules[0].renegotiation_hazard * max(gap, 0.0) / 12.0
            if run.pressure > run.patience:
                run.repriced = month
        if run.repriced > 0:
            return 0.0, 0.0, 0.0
        worked_off = min(run.prepaid, max(paid, 0.0))
        run.prepaid -= worked_off
        run.received = paid - worked_off
        return paid - worked_off, rented, 0.0
    if month <= terms.end:
        owner.lost_contract_cash += paid
        blame_customer(book, owner, terms.customer)
    return 0.0, 0.0, rented if month <= last_served + book.rules[0].re_let_gap else 0.0


@lean_kernel
def collect_lease(book: BookArrays, state: PathState, lease: int, month: int) -> float:
    """Rent of one lease in a month, USD: the customer's, else its backer's, else a new tenant's after the gap."""
    terms = book.leases[lease]
    defaulted = state.obligor_default[terms.customer]
    served = terms.end if defaulted == 0 else min(terms.end, max(defaulted, terms.start + 1) - 1)
    if month <= served:
        return float(terms.rent)
    paid = 0.0
    if month <= terms.end and alive(state.obligor_default, terms.backer, month):
        paid = terms.backed_share * terms.rent
    if month > served + book.rules[0].re_let_gap:
        paid = max(paid, terms.re_let_share * terms.rent)
    if month <= terms.end:
        owner = state.borrowers[terms.borrower]
        owner.lost_contract_cash += max(terms.rent - paid, 0.0)
        blame_customer(book, owner, terms.customer)
    return float(paid)


@step
def collect(book: BookArrays, state: PathState, month: int) -> None:
    """Contracts pay max(take-or-pay, utilisation) of the hours; free units earn rent or stand idle.

    After a contract ends or its customer defaults, its units stand idle for the re-let gap and then go to
    market rent, or to a lessee of last resort where that pays more. A merchant unit runs only if that beats
    standing idle. A rig earns hashprice; the retained share of it stays in coins.
    """
    outside = book.rules[0].first_outside + CUSTOMERS
    for borrower in range(book.borrowers.shape[0]):
        owner = state.borrowers[borrower]
        owner.revenue = 0.0
        owner.contract_revenue = 0.0
        owner.contract_cost = 0.0
        owner.operating_cost = 0.0
        owner.scheduled_contract_cash = 0.0
        income = book.borrowers[borrower].other_income
        if income > 0.0 and owner.status == 0:
            owner.revenue += income
            pay(state.cash, month, STEP, outside, borrower, OTHER_INCOME, income)
    for contract in range(book.contracts.shape[0]):
        state.contracts[contract].received = 0.0
    for fleet in range(book.fleets.shape[0]):
        here = state.fleets[fleet]
        units = here.units
        here.contracted = 0.0
        if units <= 0.0:
            continue
        machine = book.fleets[fleet]
        borrower = machine.borrower
        owner = state.borrowers[borrower]
        rig = book.devices[machine.device_type].rig == 1
        alive_share = book.fleet_months[fleet, month].survival
        utilisation = machine.utilisation
        if not rig:
            utilisation = min(1.0, machine.utilisation * state.now[0].utilisation_scale)
        running_cost = hourly_running_cost(machine, state.now[0].power)
        waiting = 0.0
        contract_revenue = 0.0
        for contract in range(machine.contract_first, machine.contract_end):
            terms = book.contracts[contract]
            if month <= terms.start:
                continue
            paid, kept, idle = collect_contract(
                book, state, contract, month, terms.units * alive_share, utilisation
            )
            contract_revenue += paid
            here.contracted += kept
            waiting += idle
        contract_cost = here.contracted * HOURS_PER_MONTH * running_cost
        free = max(units - here.contracted, 0.0)
        waiting = min(waiting, free)
        merchant = free - waiting
        idle_cost = HOURS_PER_MONTH * machine.idle_cost
        rent = state.devices[machine.device_type].rent
        earned = utilisation * rent
        merchant_revenue = merchant * HOURS_PER_MONTH * utilisation * rent
        backed = machine.floor_start < month <= machine.floor_end
        if (
            backed
            and machine.floor_price > earned
            and alive(state.obligor_default, machine.floor_backer, month)
        ):
            earned = machine.floor_price
            merchant_revenue = merchant * HOURS_PER_MONTH * earned
        cost = contract_cost + waiting * idle_cost
        if earned - running_cost >= -machine.idle_cost:
            cost += merchant * HOURS_PER_MONTH * running_cost
        else:
            merchant_revenue = 0.0
            cost += merchant * idle_cost
        if rig and book.borrowers[borrower].coin_retention > 0.0:
            kept_usd = book.borrowers[borrower].coin_retention * merchant_revenue
            merchant_revenue -= kept_usd
            owner.coins += kept_usd / state.now[0].btc
            owner.coins_in += kept_usd / state.now[0].btc
        owner.contract_revenue += contract_revenue
        owner.contract_cost += contract_cost
        owner.revenue += contract_revenue + merchant_revenue
        owner.operating_cost += cost
        pay(state.cash, month, STEP, outside, borrower, CONTRACT_REVENUE, contract_revenue)
        pay(state.cash, month, STEP, outside, borrower, MERCHANT_REVENUE, merchant_revenue)
    for lease in range(book.leases.shape[0]):
        let = book.leases[lease]
        owner = state.borrowers[let.borrower]
        if month <= let.start or owner.status != 0:
            continue
        rent = collect_lease(book, state, lease, month)
        if month <= let.end:
            owner.scheduled_contract_cash += let.rent
        owner.contract_revenue += rent
        owner.contract_cost += let.cost
        owner.revenue += rent
        owner.operating_cost += let.cost
        pay(state.cash, month, STEP, outside, let.borrower, LEASE_RENT, rent)
