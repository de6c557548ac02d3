"""Step 10: after the enforcement lag the lender takes the machines and chooses how to be paid.

Between default and seizure income pays for the stay; nothing reaches the lender and nothing is charged.
"""

from __future__ import annotations

import math

import numpy as np

from haircut.credit.arrays import BookArrays, PathState
from haircut.credit.liquidation.impact import price_share
from haircut.credit.liquidation.sale import best_sale
from haircut.credit.steps.covenants import units_in_place
from haircut.credit.steps.draw import contract_stands, has_defaulted
from haircut.kernels import lean_kernel, step
from haircut.machines.value import read_grid


@lean_kernel
def depth_now(book: BookArrays, state: PathState, device: int) -> float:
    """K: units a month that buyers take: today's depth, less in a wide funding spread, by regime, of who is left."""
    widening = state.now[0].spread - book.rules[0].spread_today
    squeeze = math.exp(-book.rules[0].spread_sensitivity * widening)
    market = state.devices[device]
    return float(book.devices[device].depth * squeeze * market.depth_factor * market.buyers)


@lean_kernel
def overhang_now(book: BookArrays, state: PathState, device: int) -> float:
    """phi(overhang): share of a mark that stock of borrowers in default, still unsold, leaves."""
    rules = book.rules[0]
    depth = depth_now(book, state, device)
    v = rules.unsold_weight * state.devices[device].unsold / depth if depth > 0.0 else np.inf
    if not v > 0.0:
        return 1.0
    return price_share(rules.impact, rules.beta, rules.phi_min, v)


@lean_kernel
def gather_for_sale(book: BookArrays, state: PathState, borrower: int, device: int, month: int) -> bool:
    """Bring the seized units of one borrower and device into the work space; whether there are any."""
    owner = book.borrowers[borrower]
    some = False
    for fleet in range(owner.fleet_first, owner.fleet_end):
        own = book.fleets[fleet].device_type == device
        state.work_units[fleet] = state.fleets[fleet].sale_units if own else 0.0
        some = some or state.work_units[fleet] > 0.0
    if some:
        fill_expected_values(book, state, borrower, month)
    return some


@lean_kernel
def fill_expected_values(book: BookArrays, state: PathState, borrower: int, month: int) -> None:
    """psi_sale E[F] k months ahead of each fleet of a borrower in the work space, USD a unit."""
    owner = book.borrowers[borrower]
    for fleet in range(owner.fleet_first, owner.fleet_end):
        if state.work_units[fleet] <= 0.0:
            continue
        machine = book.fleets[fleet]
        surface = machine.surface
        device = state.devices[machine.device_type]
        for ahead in range(book.rules[0].longest_sale + 1):
            state.expected_value[fleet, ahead] = machine.psi_sale * read_grid(
                book.forward[surface, month, ahead], book.surface_grid[surface, 0], book.surface_grid[surface, 2],
                device.log_rent, device.regime,
            )  # fmt: skip


@lean_kernel
def orderly_sale(
    book: BookArrays, state: PathState, borrower: int, device: int, monthly_discount: float
) -> tuple[int, float]:
    """Best sell-out time of the units in the work space of a borrower and its worth, USD."""
    rules, owner = book.rules[0], book.borrowers[borrower]
    own = slice(owner.fleet_first, owner.fleet_end)
    return best_sale(
        rules.longest_sale, state.work_units[own], state.expected_value[own], book.fleets["salvage"][own],
        depth_now(book, state, device), rules.impact, rules.beta, rules.phi_min, rules.unsold_weight,
        rules.sale_cost, rules.holding_cost, monthly_discount,
    )  # fmt: skip


@lean_kernel
def seize(book: BookArrays, state: PathState, borrower: int, month: int) -> None:
    """Take the units of a borrower that arrived and have not reached their maximum age."""
    owner = book.borrowers[borrower]
    for fleet in range(owner.fleet_first, owner.fleet_end):
        state.fleets[fleet].sale_units = units_in_place(book, state, fleet, month)
        state.fleets[fleet].step_in_cash = 0.0


@lean_kernel
def step_in(book: BookArrays, state: PathState, fleet: int, month: int, monthly_discount: float) -> None:
    """Keep a fleet's live assignable contracts if that beats selling its units.

    Step-in is worth (contract margin at a replacement operator's cost) x (1 - haircut), zero without access to
    the hall (the landlord's default shuts it), and leaves the units that are not under contract to be sold.
    """
    rules = book.rules[0]
    machine, here = book.fleets[fleet], state.fleets[fleet]
    every = here.sale_units
    shut = machine.hall_access == 0 or has_defaulted(state.obligor_default, machine.hall_owner, month)
    if every <= 0.0 or shut:
        return
    worth = 0.0
    rented = 0.0
    for contract in range(machine.contract_first, machine.contract_end):
        terms = book.contracts[contract]
        if (
            terms.assignable == 1
            and terms.start <= month < terms.end
            and contract_stands(book, state, contract, month)
        ):
            worth += book.contract_months[contract, month].value * (1.0 - rules.step_in_haircut)
            rented += terms.units * book.fleet_months[fleet, month].survival
    if worth <= 0.0:
        return
    gather_for_sale(book, state, machine.borrower, machine.device_type, month)
    whole = orderly_sale(book, state, machine.borrower, machine.device_type, monthly_discount)[1]
    here.sale_units = max(every - rented, 0.0)
    state.work_units[fleet] = here.sale_units
    rest = orderly_sale(book, state, machine.borrower, machine.device_type, monthly_discount)[1]
    if worth + rest > whole:
        here.step_in_cash = worth
    else:
        here.sale_units = every


@step
def enforce(book: BookArrays, state: PathState, month: int) -> None:
    """At seizure choose between stepping into contracts and breaking up, then the sell-out time by device."""
    for borrower in range(book.borrowers.shape[0]):
        now, owner = state.borrowers[borrower], book.borrowers[borrower]
        if now.status != 1 or month < now.default_month + book.rules[0].lag:
            continue
        now.status = 2
        now.sale_start = month
        rate = 0.0
        for claim in range(owner.claim_first, owner.claim_end):
            rate = max(rate, book.claims[claim].contract_rate)
        seize(book, state, borrower, month)
        for fleet in range(owner.fleet_first, owner.fleet_end):
            step_in(book, state, fleet, month, rate / 12.0)
        for device in range(book.devices.shape[0]):
            state.sale_months[borrower, device] = 1
            if gather_for_sale(book, state, borrower, device, month):
                state.sale_months[borrower, device] = orderly_sale(
                    book, state, borrower, device, rate / 12.0
                )[0]
