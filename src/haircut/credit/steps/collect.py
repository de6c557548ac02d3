"""Step 2: contract and merchant revenue."""

from __future__ import annotations

from haircut.credit.arrays import CUSTOMERS, BookArrays, PathState, Record
from haircut.credit.pay import CONTRACT_REVENUE, MERCHANT_REVENUE, pay
from haircut.kernels import kernel, step
from haircut.units import HOURS_PER_MONTH

STEP = 2


@kernel
def hourly_running_cost(machine: Record, market_power: float) -> float:
    """Power and other cash cost of a running unit, USD per device-hour."""
    power = machine.power_price if machine.power_price >= 0.0 else market_power
    return float(machine.power_kw * power + machine.other_cost)


@step
def collect(book: BookArrays, state: PathState, month: int) -> None:
    """Contracts pay max(take-or-pay, utilisation) of the hours; free units earn rent or stand idle.

    After a contract ends or its customer defaults, its units stand idle for the re-let gap and then go to
    market rent. A merchant unit runs only if that beats standing idle.
    """
    outside = book.rules[0].first_outside + CUSTOMERS
    for borrower in range(book.borrowers.shape[0]):
        state.borrowers[borrower].revenue = 0.0
        state.borrowers[borrower].contract_revenue = 0.0
        state.borrowers[borrower].contract_cost = 0.0
        state.borrowers[borrower].operating_cost = 0.0
        state.borrowers[borrower].scheduled_contract_cash = 0.0
    for fleet in range(book.fleets.shape[0]):
        units = state.fleets[fleet].units
        state.fleets[fleet].contracted = 0.0
        if units <= 0.0:
            continue
        machine = book.fleets[fleet]
        borrower = machine.borrower
        alive_share = book.fleet_months[fleet, month].survival
        utilisation = min(1.0, machine.utilisation * state.now[0].utilisation_scale)
        running_cost = hourly_running_cost(machine, state.now[0].power)
        waiting = 0.0
        contract_revenue = 0.0
        for contract in range(book.contracts.shape[0]):
            terms = book.contracts[contract]
            if terms.fleet != fleet or month <= terms.start:
                continue
            rented = terms.units * alive_share
            paid = rented * HOURS_PER_MONTH * terms.price * max(terms.take_or_pay, utilisation)
            defaulted = state.obligor_default[terms.customer]
            last_served = terms.end if defaulted == 0 else min(terms.end, max(defaulted, terms.start + 1) - 1)
            if month <= terms.end:
                state.borrowers[borrower].scheduled_contract_cash += paid
            if month <= last_served:
                contract_revenue += paid
                state.fleets[fleet].contracted += rented
            else:
                if month <= terms.end:
                    state.borrowers[borrower].lost_contract_cash += paid
                if month <= last_served + book.rules[0].re_let_gap:
                    waiting += rented
        contract_cost = state.fleets[fleet].contracted * HOURS_PER_MONTH * running_cost
        free = max(units - state.fleets[fleet].contracted, 0.0)
        waiting = min(waiting, free)
        merchant = free - waiting
        idle_cost = HOURS_PER_MONTH * machine.idle_cost
        rent = state.devices[machine.device_type].rent
        merchant_revenue = 0.0
        cost = contract_cost + waiting * idle_cost
        if utilisation * rent - running_cost >= -machine.idle_cost:
            merchant_revenue = merchant * HOURS_PER_MONTH * utilisation * rent
            cost += merchant * HOURS_PER_MONTH * running_cost
        else:
            cost += merchant * idle_cost
        state.borrowers[borrower].contract_revenue += contract_revenue
        state.borrowers[borrower].contract_cost += contract_cost
        state.borrowers[borrower].revenue += contract_revenue + merchant_revenue
        state.borrowers[borrower].operating_cost += cost
        pay(state.cash, month, STEP, outside, borrower, CONTRACT_REVENUE, contract_revenue)
        pay(state.cash, month, STEP, outside, borrower, MERCHANT_REVENUE, merchant_revenue)
