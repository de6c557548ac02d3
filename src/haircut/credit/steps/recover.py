"""Step 11: recoveries are paid by rank; what is left after the last sale is the loss."""

from __future__ import annotations

import math

from haircut.credit.arrays import BUYERS, FULL, PARENT, BookArrays, Floats, PathState
from haircut.credit.liquidation.impact import price_share
from haircut.credit.liquidation.sale import lot_proceeds, units_over_depth
from haircut.credit.pay import (
    CASH_AT_DEFAULT,
    DEFICIENCY,
    MACHINE_SALE,
    RESERVE_USE,
    STATED_RECOVERY,
    STEP_IN,
    SURPLUS,
    pay,
)
from haircut.credit.steps.covenants import unit_value
from haircut.credit.steps.default import DEFAULT_MONTH, RECOVERED
from haircut.credit.steps.draw import alive
from haircut.credit.steps.enforce import depth_now
from haircut.kernels import kernel, step

STEP = 11
PV, PV_ELL = 0, 3
"""Columns of `credit.outcomes.COLUMNS`."""


@kernel
def receive(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, claim: int, month: int, cause: int,
    amount: float, middle: bool,
) -> None:  # fmt: skip
    """Pay a recovery from the borrower's cash to the lenders of a claim and count it in present value."""
    pay(
        state.cash, month, STEP, book.claims[claim].borrower, book.claims[claim].lender_account, cause, amount
    )
    state.claims[claim].owed -= amount
    years = 0.0 if middle else (month - facts[claim, DEFAULT_MONTH] + 0.5) / 12.0
    facts[claim, RECOVERED] += amount * math.exp(-book.claims[claim].contract_rate * years)
    discount = state.now[0].discount
    factor = book.claim_months[claim, month].ell_factor
    if middle:
        discount = state.now[0].discount_mid
        factor = math.sqrt(book.claim_months[claim, month - 1].ell_factor * factor)
    row[claim, PV] += amount * discount
    row[claim, PV_ELL] += amount * discount * factor


@kernel
def pay_by_rank(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, fleet: int, month: int,
    cause: int, amount: float, middle: bool,
) -> None:  # fmt: skip
    """Pay money in the borrower's account to its claims: pledged first (fleet >= 0), each group by rank.

    Claims of equal rank share in proportion to what they are owed.
    """
    left = amount
    claims = book.claims.shape[0]
    for group in range(2):
        for first in range(claims):
            if book.claims[first].borrower != borrower:
                continue
            if (
                first > 0
                and book.claims[first - 1].borrower == borrower
                and book.claims[first - 1].rank == book.claims[first].rank
            ):
                continue
            total = 0.0
            end = first
            while (
                end < claims
                and book.claims[end].borrower == borrower
                and book.claims[end].rank == book.claims[first].rank
            ):
                pledged = fleet >= 0 and book.collateral[end, fleet] == 1
                if (group == 0) == pledged and state.claims[end].owed > 0.0:
                    total += state.claims[end].owed
                end += 1
            if total <= 0.0:
                continue
            share = 1.0 if total <= left else left / total
            for claim in range(first, end):
                pledged = fleet >= 0 and book.collateral[claim, fleet] == 1
                if (group == 0) == pledged and state.claims[claim].owed > 0.0:
                    part = min(share * state.claims[claim].owed, left)
                    receive(book, state, row, facts, claim, month, cause, part, middle)
                    left -= part
    if left > 0.0:
        pay(state.cash, month, STEP, borrower, book.rules[0].first_outside + PARENT, SURPLUS, left)


@kernel
def seize_cash(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> None:
    """At default cash and reserves go to the claims; a stated recovery pays accrued interest and its share."""
    for reserve in range(book.reserve_opening.shape[1]):
        account = book.borrowers[borrower].reserve_account + reserve
        pay(
            state.cash,
            month,
            STEP,
            account,
            borrower,
            RESERVE_USE,
            max(state.cash.accounts[account].balance, 0.0),
        )
    cash = max(state.cash.accounts[borrower].balance, 0.0)
    pay_by_rank(book, state, row, facts, borrower, -1, month, CASH_AT_DEFAULT, cash, True)
    for claim in range(book.claims.shape[0]):
        rate = book.claims[claim].stated_recovery
        if book.claims[claim].borrower == borrower and rate >= 0.0 and state.claims[claim].owed > 0.0:
            principal = min(state.claims[claim].principal, state.claims[claim].owed)
            amount = state.claims[claim].owed - principal + rate * principal
            pay(
                state.cash,
                month,
                STEP,
                book.rules[0].first_outside + PARENT,
                borrower,
                STATED_RECOVERY,
                amount,
            )
            receive(book, state, row, facts, claim, month, STATED_RECOVERY, amount, True)


@kernel
def sell_lots(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> bool:
    """Sell this month's lots at the path's own prices; whether any lot is still to come."""
    rules = book.rules[0]
    buyers = book.rules[0].first_outside + BUYERS
    lot = month - state.borrowers[borrower].sale_start
    more = False
    for device in range(book.devices.shape[0]):
        lots = state.sale_months[borrower, device]
        total = 0.0
        for fleet in range(book.fleets.shape[0]):
            if book.fleets[fleet].borrower == borrower and book.fleets[fleet].device_type == device:
                total += state.fleets[fleet].sale_units
        if total <= 0.0 or lot >= lots:
            continue
        more = more or lot + 1 < lots
        depth = depth_now(book, state, device)
        v = units_over_depth(total, lots, lot, rules.unsold_weight, depth)
        share = price_share(rules.impact, rules.beta, rules.phi_min, v)
        for fleet in range(book.fleets.shape[0]):
            machine = book.fleets[fleet]
            if (
                machine.borrower != borrower
                or machine.device_type != device
                or state.fleets[fleet].sale_units <= 0.0
            ):
                continue
            value = machine.psi_sale * unit_value(book, state, fleet, month)
            proceeds = state.fleets[fleet].sale_units * lot_proceeds(
                value, share, lots, lot, rules.sale_cost, rules.holding_cost, machine.salvage
            )
            pay(state.cash, month, STEP, buyers, borrower, MACHINE_SALE, proceeds)
            pay_by_rank(book, state, row, facts, borrower, fleet, month, MACHINE_SALE, proceeds, False)
    return more


@kernel
def pay_deficiency(
    book: BookArrays, state: PathState, row: Floats, facts: Floats, borrower: int, month: int
) -> None:
    """A full guarantee pays what is left: all of it while the guarantor lives, its recovery rate after."""
    for claim in range(book.claims.shape[0]):
        terms = book.claims[claim]
        if terms.borrower != borrower or state.claims[claim].owed <= 0.0:
            continue
        if terms.guarantor < 0 or terms.scope != FULL:
            continue
        share = 1.0 if alive(state.obligor_default, terms.guarantor, month) else terms.deficiency_recovery
        amount = share * state.claims[claim].owed
        pay(state.cash, month, STEP, book.rules[0].first_outside + PARENT, borrower, DEFICIENCY, amount)
        receive(book, state, row, facts, claim, month, DEFICIENCY, amount, False)


@step
def recover(book: BookArrays, state: PathState, row: Floats, facts: Floats, month: int) -> None:
    """Pay the month's recoveries of every borrower in default; close it after its last sale."""
    for borrower in range(book.borrowers.shape[0]):
        if state.borrowers[borrower].status != 1 and state.borrowers[borrower].status != 2:
            continue
        first = month == state.borrowers[borrower].default_month
        if first:
            seize_cash(book, state, row, facts, borrower, month)
        owed = 0.0
        for claim in range(book.claims.shape[0]):
            terms = book.claims[claim]
            if terms.borrower == borrower and state.claims[claim].owed > 0.0:
                # Owed grows at the contract rate from the middle of the month of default to month ends.
                state.claims[claim].owed *= math.exp(terms.contract_rate * (0.5 if first else 1.0) / 12.0)
                owed += state.claims[claim].owed
        if state.borrowers[borrower].status != 2:
            continue
        if month == state.borrowers[borrower].sale_start:
            for fleet in range(book.fleets.shape[0]):
                if book.fleets[fleet].borrower == borrower and state.fleets[fleet].step_in_cash > 0.0:
                    worth = state.fleets[fleet].step_in_cash
                    pay(
                        state.cash,
                        month,
                        STEP,
                        book.rules[0].first_outside + BUYERS,
                        borrower,
                        STEP_IN,
                        worth,
                    )
                    pay_by_rank(book, state, row, facts, borrower, fleet, month, STEP_IN, worth, False)
        more = sell_lots(book, state, row, facts, borrower, month)
        if more and owed > 0.0:
            continue
        pay_deficiency(book, state, row, facts, borrower, month)
        state.borrowers[borrower].status = 3
