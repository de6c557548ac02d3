"""Step 11: recoveries are paid by rank; what is left after the last sale is the loss."""

from __future__ import annotations

import math

import numpy as np

from haircut.credit.arrays import BUYERS, FULL, PARENT, BookArrays, Floats, PathState
from haircut.credit.liquidation.impact import price_share
from haircut.credit.liquidation.sale import lot_proceeds
from haircut.credit.pay import (
    BACKSTOP,
    CASH_AT_DEFAULT,
    COIN_SALE,
    DEFICIENCY,
    MACHINE_SALE,
    RESERVE_USE,
    STATED_RECOVERY,
    STEP_IN,
    SURPLUS,
    pay,
)
from haircut.credit.steps.covenants import lease_worth, unit_value, unsold_units
from haircut.credit.steps.cure import reachable, support
from haircut.credit.steps.default import DEFAULT_MONTH, EXPOSURE, RECOVERED, SPENT, WAITED
from haircut.credit.steps.draw import alive
from haircut.credit.steps.enforce import depth_now
from haircut.credit.steps.margins import owed_on, sell_free_coins, sell_pledged_coins
from haircut.kernels import lean_kernel, step

STEP = 11
PV, PV_ELL = 0, 3
"""Columns of `credit.outcomes.COLUMNS`."""


@lean_kernel
def receive(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, claim: int, month: int, cause: int,
    amount: float, middle: bool, cost: float,
) -> None:  # fmt: skip
    """Pay a recovery from the borrower's cash to the lenders of a claim and count it in present value.

    `cost` is what selling cost to raise this amount, already taken off it.
    """
    pay(
        state.cash, month, STEP, book.claims[claim].borrower, book.claims[claim].lender_account, cause, amount
    )
    state.claims[claim].owed -= amount
    years = 0.0 if middle else (month - facts[claim, DEFAULT_MONTH] + 0.5) / 12.0
    worth = amount * math.exp(-book.claims[claim].contract_rate * years)
    facts[claim, RECOVERED] += worth
    facts[claim, WAITED] += amount - worth
    facts[claim, SPENT] += cost
    discount = state.now[0].discount
    factor = book.claim_months[claim, month].ell_factor
    if middle:
        discount = state.now[0].discount_mid
        factor = math.sqrt(book.claim_months[claim, month - 1].ell_factor * factor)
    row[claim, PV] += amount * discount
    row[claim, PV_ELL] += amount * discount * factor


@lean_kernel
def pledged(book: BookArrays, claim: int, fleet: int, lease: int) -> bool:
    """Whether money from this fleet or lease (-1 for none) is collateral of the claim."""
    if fleet >= 0:
        return bool(book.collateral[claim, fleet] == 1)
    return bool(lease >= 0 and book.pledged_leases[claim, lease] == 1)


@lean_kernel
def pay_by_rank(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, fleet: int, lease: int,
    month: int, cause: int, amount: float, middle: bool, cost: float,
) -> None:  # fmt: skip
    """Pay money in the borrower's account to its claims: pledged ones first, each group by rank.

    Claims of equal rank share in proportion to what they are owed; what is left goes to the parent. The `cost` of
    raising the amount follows the money.
    """
    per_dollar = cost / amount if amount > 0.0 else 0.0
    left = amount
    owner = book.borrowers[borrower]
    for group in range(2):
        first = owner.claim_first
        while first < owner.claim_end:
            total = 0.0
            end = first
            while end < owner.claim_end and book.claims[end].rank == book.claims[first].rank:
                if (group == 0) == pledged(book, end, fleet, lease) and state.claims[end].owed > 0.0:
                    total += state.claims[end].owed
                end += 1
            if total > 0.0:
                share = 1.0 if total <= left else left / total
                for claim in range(first, end):
                    if (group == 0) == pledged(book, claim, fleet, lease) and state.claims[claim].owed > 0.0:
                        part = min(share * state.claims[claim].owed, left)
                        receive(book, state, row, facts, claim, month, cause, part, middle, part * per_dollar)
                        left -= part
            first = end
    if left > 0.0:
        payee = owner.corporate if owner.corporate >= 0 else book.rules[0].first_outside + PARENT
        pay(state.cash, month, STEP, borrower, payee, SURPLUS, left)


@lean_kernel
def sell_collateral_coins(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, claim: int, price: float, month: int
) -> float:
    """Sell the coins pledged to a claim in default and pay the claim; what is left over, USD."""
    if state.claims[claim].coins <= 0.0:
        return 0.0
    proceeds = sell_pledged_coins(book, state, claim, state.claims[claim].coins, price, month, STEP)
    part = min(proceeds, max(state.claims[claim].owed, 0.0))
    fee = book.rules[0].coin_fee
    receive(book, state, row, facts, claim, month, COIN_SALE, part, True, part * fee / max(1.0 - fee, 1e-9))
    return float(proceeds - part)


@lean_kernel
def seize_cash(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> None:
    """At default cash, reserves and coins go to the claims; a stated recovery pays accrued interest and its share."""
    owner = book.borrowers[borrower]
    for reserve in range(book.reserve_opening.shape[1]):
        account = owner.reserve_account + reserve
        left = max(state.cash.accounts[account].balance, 0.0)
        pay(state.cash, month, STEP, account, borrower, RESERVE_USE, left)
    sell_free_coins(book, state, borrower, np.inf, month, STEP)
    cash = max(state.cash.accounts[borrower].balance, 0.0)
    for claim in range(owner.claim_first, owner.claim_end):
        cash += sell_collateral_coins(book, state, row, facts, claim, state.now[0].btc, month)
    pay_by_rank(book, state, row, facts, borrower, -1, -1, month, CASH_AT_DEFAULT, cash, True, 0.0)
    outside = book.rules[0].first_outside + PARENT
    for claim in range(owner.claim_first, owner.claim_end):
        rate, debt = book.claims[claim].stated_recovery, state.claims[claim]
        if rate >= 0.0 and debt.owed > 0.0:
            principal = min(debt.principal, debt.owed)
            amount = debt.owed - principal + rate * principal
            pay(state.cash, month, STEP, outside, borrower, STATED_RECOVERY, amount)
            receive(book, state, row, facts, claim, month, STATED_RECOVERY, amount, True, 0.0)


@lean_kernel
def take_leases(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> None:
    """At seizure the remaining leases of the halls are sold to another operator, less the step-in haircut."""
    owner = book.borrowers[borrower]
    buyers = book.rules[0].first_outside + BUYERS
    for lease in range(owner.lease_first, owner.lease_end):
        worth = (1.0 - book.rules[0].step_in_haircut) * lease_worth(book, state, lease, month)
        if worth > 0.0:
            pay(state.cash, month, STEP, buyers, borrower, STEP_IN, worth)
            pay_by_rank(book, state, row, facts, borrower, -1, lease, month, STEP_IN, worth, False, 0.0)


@lean_kernel
def units_for_sale(book: BookArrays, state: PathState, borrower: int, device: int) -> float:
    """Seized units of a borrower and device: the whole sale, in equal monthly lots."""
    owner = book.borrowers[borrower]
    total = 0.0
    for fleet in range(owner.fleet_first, owner.fleet_end):
        if book.fleets[fleet].device_type == device:
            total += state.fleets[fleet].sale_units
    return total


@lean_kernel
def count_stock(book: BookArrays, state: PathState, month: int) -> None:
    """By device, what all sellers sell this month and what is still to be sold after it: they share the buyers.

    Machines of a borrower in default count as unsold before they are seized: every buyer knows that they will come.
    Without clearing they count from seizure on.
    """
    for device in range(book.devices.shape[0]):
        market = state.devices[device]
        market.sold = 0.0
        market.unsold = 0.0
        for borrower in range(book.borrowers.shape[0]):
            now = state.borrowers[borrower]
            if now.status == 1 and book.rules[0].clearing == 1:
                market.unsold += unsold_units(book, state, borrower, device, month)
            if now.status != 2:
                continue
            total = units_for_sale(book, state, borrower, device)
            lots = state.sale_months[borrower, device]
            lot = month - now.sale_start
            if total <= 0.0 or lot >= lots:
                continue
            market.sold += total / lots
            market.unsold += total * (lots - 1 - lot) / lots


@lean_kernel
def sell_lots(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> bool:
    """Sell this month's lots at the path's own prices; whether any lot is still to come."""
    rules, owner = book.rules[0], book.borrowers[borrower]
    buyers = rules.first_outside + BUYERS
    lot = month - state.borrowers[borrower].sale_start
    more = False
    for device in range(book.devices.shape[0]):
        lots = state.sale_months[borrower, device]
        total = units_for_sale(book, state, borrower, device)
        if total <= 0.0 or lot >= lots:
            continue
        more = more or lot + 1 < lots
        depth = depth_now(book, state, device)
        market = state.devices[device]
        v = (market.sold + rules.unsold_weight * market.unsold) / depth if depth > 0.0 else np.inf
        share = price_share(rules.impact, rules.beta, rules.phi_min, v)
        for fleet in range(owner.fleet_first, owner.fleet_end):
            machine, units = book.fleets[fleet], state.fleets[fleet].sale_units
            if machine.device_type != device or units <= 0.0:
                continue
            value = machine.psi_sale * unit_value(book, state, fleet, month)
            proceeds = units * lot_proceeds(
                value, share, lots, lot, rules.sale_cost, rules.holding_cost, machine.salvage
            )
            pay(state.cash, month, STEP, buyers, borrower, MACHINE_SALE, proceeds)
            cost = units * max(machine.salvage, value * share) / lots - proceeds
            pay_by_rank(
                book, state, row, facts, borrower, fleet, -1, month, MACHINE_SALE, proceeds, False, cost
            )
            missing = machine.residual_value * units / lots - proceeds
            if (
                missing > 0.0
                and month <= machine.residual_until
                and alive(state.obligor_default, machine.residual_backer, month)
            ):
                pay(state.cash, month, STEP, rules.first_outside + PARENT, borrower, BACKSTOP, missing)
                pay_by_rank(
                    book, state, row, facts, borrower, fleet, -1, month, BACKSTOP, missing, False, 0.0
                )
    return more


@lean_kernel
def pay_deficiency(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> None:
    """A full guarantee pays what is left: all of it while the guarantor lives, its recovery rate after.

    A guarantor of the book pays as far as its cash, coins and shares go; the rest of the deficiency is an
    unsecured claim that recovers its rate, and brings the guarantor down.
    """
    owner = book.borrowers[borrower]
    outside = book.rules[0].first_outside + PARENT
    for claim in range(owner.claim_first, owner.claim_end):
        terms, debt = book.claims[claim], state.claims[claim]
        if debt.owed <= 0.0 or terms.guarantor < 0 or terms.scope != FULL:
            continue
        living = alive(state.obligor_default, terms.guarantor, month)
        share = 1.0 if living else terms.deficiency_recovery
        payer = terms.guarantor_borrower
        if payer >= 0 and living and book.borrowers[payer].unmodelled == 0:
            free = max(state.cash.accounts[payer].balance - book.borrowers[payer].minimum_cash, 0.0)
            asked = min(debt.owed, free + reachable(book, state, payer))
            paid = support(book, state, borrower, payer, asked, month, STEP, DEFICIENCY)
            receive(book, state, row, facts, claim, month, DEFICIENCY, paid, False, 0.0)
            if debt.owed <= 1e-6:
                continue
            share = terms.deficiency_recovery
            state.borrowers[payer].unpaid_operating += (1.0 - share) * debt.owed
        amount = share * debt.owed
        pay(state.cash, month, STEP, outside, borrower, DEFICIENCY, amount)
        receive(book, state, row, facts, claim, month, DEFICIENCY, amount, False, 0.0)


@lean_kernel
def count_losses(book: BookArrays, state: PathState, facts: Floats, claim: int) -> None:
    """The loss on a claim whose last money has come uses up its lenders' budgets."""
    loss = max(facts[claim, EXPOSURE] - facts[claim, RECOVERED], 0.0)
    for lender in range(book.lenders.shape[0]):
        state.lenders[lender].loss += book.lender_shares[claim, lender] * loss


@lean_kernel
def end_foreclosures(book: BookArrays, state: PathState, row: Floats, facts: Floats, month: int) -> None:
    """Coins of a line without recourse are sold at the liquidation level, or at the month's last price if lower."""
    for claim in range(book.claims.shape[0]):
        debt, terms = state.claims[claim], book.claims[claim]
        if debt.foreclosed != 1:
            continue
        level = owed_on(state, claim) / (terms.liquidation_ltv * debt.coins)
        sell_collateral_coins(book, state, row, facts, claim, min(level, state.now[0].btc), month)
        debt.owed = 0.0
        debt.foreclosed = 2
        count_losses(book, state, facts, claim)


@step
def recover(book: BookArrays, state: PathState, row: Floats, facts: Floats, month: int) -> None:
    """Pay the month's recoveries of every borrower in default; close it after its last sale."""
    if book.rules[0].coin_lines == 1:
        end_foreclosures(book, state, row, facts, month)
    selling = False
    for borrower in range(book.borrowers.shape[0]):
        status = state.borrowers[borrower].status
        selling = selling or status == 2 or (status == 1 and book.rules[0].clearing == 1)
    if selling:
        count_stock(book, state, month)
    else:
        for device in range(book.devices.shape[0]):
            state.devices[device].unsold = 0.0
    for borrower in range(book.borrowers.shape[0]):
        now, owner = state.borrowers[borrower], book.borrowers[borrower]
        if now.status != 1 and now.status != 2:
            continue
        first = month == now.default_month
        if first:
            seize_cash(book, state, row, facts, borrower, month)
        owed = 0.0
        for claim in range(owner.claim_first, owner.claim_end):
            debt = state.claims[claim]
            if debt.owed > 0.0:
                # Owed grows at the contract rate from the middle of the month of default to month ends.
                debt.owed *= math.exp(book.claims[claim].contract_rate * (0.5 if first else 1.0) / 12.0)
                owed += debt.owed
        if now.status != 2:
            continue
        if month == now.sale_start:
            take_leases(book, state, row, facts, borrower, month)
            for fleet in range(owner.fleet_first, owner.fleet_end):
                worth = state.fleets[fleet].step_in_cash
                if worth > 0.0:
                    buyers = book.rules[0].first_outside + BUYERS
                    pay(state.cash, month, STEP, buyers, borrower, STEP_IN, worth)
                    pay_by_rank(
                        book, state, row, facts, borrower, fleet, -1, month, STEP_IN, worth, False, 0.0
                    )
        more = sell_lots(book, state, row, facts, borrower, month)
        if more and owed > 0.0:
            continue
        pay_deficiency(book, state, row, facts, borrower, month)
        now.status = 3
        for claim in range(owner.claim_first, owner.claim_end):
            if facts[claim, DEFAULT_MONTH] > 0.0 and state.claims[claim].foreclosed == 0:
                count_losses(book, state, facts, claim)
