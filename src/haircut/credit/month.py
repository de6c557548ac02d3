"""The month of the book: twelve steps in a fixed order, for one path at a time.

`STEPS` is the order; the table in `docs/methods/month.md` is generated from it. The deterministic base case
is this same kernel on one path.
"""

from __future__ import annotations

import math

import numpy as np

from haircut.credit.arrays import BookArrays, Floats, PathState
from haircut.credit.health import close_path
from haircut.credit.pay import cash_error
from haircut.credit.steps.accrue import accrue
from haircut.credit.steps.collect import collect
from haircut.credit.steps.covenants import test_covenants
from haircut.credit.steps.cure import cure
from haircut.credit.steps.default import (
    CAUSE,
    DEFAULT_MONTH,
    DISCOUNT,
    EXPOSURE,
    RECOVERED,
    ROOT,
    SPENT,
    WAITED,
    default,
)
from haircut.credit.steps.distribute import distribute
from haircut.credit.steps.draw import draw
from haircut.credit.steps.enforce import enforce, overhang_now
from haircut.credit.steps.mark import mark
from haircut.credit.steps.operate import operate
from haircut.credit.steps.recover import recover
from haircut.credit.steps.refinance import refinance
from haircut.credit.trace import Trace, trace_month
from haircut.kernels import lean_kernel, step
from haircut.scenarios.block import ScenarioBlock

STEPS = (
    draw,
    collect,
    operate,
    accrue,
    distribute,
    test_covenants,
    cure,
    refinance,
    default,
    enforce,
    recover,
    mark,
)
"""The order of the month."""

LOSS_PV, EAD, LOSS, DEFAULT_1Y, DEFAULT_3Y, DEFAULT_MATURITY, MATERIAL = 6, 7, 8, 9, 10, 11, 12
FIRST_LEG, RECOVERY, LOSS_TIME, LOSS_COST = 13, 18, 19, 20
"""Columns of `credit.outcomes.COLUMNS`."""

FIRST_OBLIGOR_GROUP = 4
"""Row of `ScenarioBlock.reads` of the first obligor."""

MATERIAL_SHARE = 0.01
"""A loss is material above this share of original principal."""


@lean_kernel
def leg_of(root: int) -> int:
    """Leg of expected loss of a root cause: 0 customer, 1 collateral, 2 maturity, 3 margin, 4 other."""
    if root == 10:
        return 0
    if root == 4 or root == 5 or root == 11:
        return 1
    if root == 2 or root == 6:
        return 2
    if root == 3:
        return 3
    return 4


@lean_kernel
def reset_accounts(book: BookArrays, state: PathState) -> None:
    """Bring every account to its balance on the as-of date."""
    for number in range(state.cash.accounts.shape[0]):
        account = state.cash.accounts[number]
        account.balance = 0.0
        account.posted_in = 0.0
        account.posted_out = 0.0
        account.opening = 0.0
    state.cash.counters[0].ledger_rows = 0
    reserves = book.reserve_opening.shape[1]
    for borrower in range(book.borrowers.shape[0]):
        state.cash.accounts[borrower].balance = book.borrowers[borrower].cash
        state.cash.accounts[borrower].opening = book.borrowers[borrower].cash
        for reserve in range(reserves):
            account = state.cash.accounts[book.rules[0].first_reserve + borrower * reserves + reserve]
            account.balance = book.reserve_opening[borrower, reserve]
            account.opening = book.reserve_opening[borrower, reserve]


@lean_kernel
def reset_entities(book: BookArrays, state: PathState) -> None:
    """Bring borrowers, claims, fleets, contracts, lenders and devices to the as-of date."""
    for borrower in range(book.borrowers.shape[0]):
        now = state.borrowers[borrower]
        now.status = 0
        now.months_short = 0
        now.default_month = 0
        now.locked_up = 0
        now.swept = 0
        now.trigger = 0
        now.trigger_claim = 0
        now.blamed = -1
        now.by_clearing = 0
        now.tested_again = 0
        now.paid_share = 1.0
        now.operating_due = 0.0
        now.sale_start = 0
        now.shortfall = 0.0
        now.unpaid_operating = 0.0
        now.lost_contract_cash = 0.0
        now.issuable = 0.0
        now.coins = book.borrowers[borrower].coins
        now.coins_in = 0.0
        now.coins_out = 0.0
    for claim in range(book.claims.shape[0]):
        drawn = book.claims[claim].drawn
        debt = state.claims[claim]
        debt.principal = drawn
        debt.drawn = drawn
        debt.planned = drawn
        debt.accrued = 0.0
        debt.compounding = 0.0
        debt.fees = 0.0
        debt.hedge = 0.0
        debt.margin_base = 0.0
        debt.due_principal = 0.0
        debt.owed = 0.0
        debt.step_margin = 0.0
        debt.revolved = 0.0
        debt.foreclosed = 0
        debt.coins = book.claims[claim].coins
    for fleet in range(book.fleets.shape[0]):
        state.fleets[fleet].sale_units = 0.0
        state.fleets[fleet].step_in_cash = 0.0
    for contract in range(book.contracts.shape[0]):
        state.contracts[contract].prepaid = book.contracts[contract].prepaid
        state.contracts[contract].repriced = 0
        state.contracts[contract].pressure = 0.0
        state.contracts[contract].received = 0.0
    for lender in range(book.lenders.shape[0]):
        state.lenders[lender].loss = 0.0
    for device in range(book.devices.shape[0]):
        state.devices[device].unsold = 0.0
        state.devices[device].overhang = 1.0
        state.devices[device].buyers = 1.0


@lean_kernel
def reset(book: BookArrays, paths: ScenarioBlock, path: int, state: PathState) -> None:
    """Bring the working arrays to the as-of date and note when each obligor defaults on this path."""
    reset_accounts(book, state)
    reset_entities(book, state)
    outside = book.rules[0].first_borrower_obligor
    for obligor in range(state.obligor_default.shape[0]):
        state.obligor_default[obligor] = 0
        if obligor < outside:
            read = paths.reads[FIRST_OBLIGOR_GROUP + obligor, path]
            state.obligor_default[obligor] = paths.default_month[obligor, read]
    for contract in range(book.contracts.shape[0]):
        # The expected path has no levels of patience: nobody is repriced on it.
        drawn = contract < paths.patience.shape[0]
        state.contracts[contract].patience = paths.patience[contract, path] if drawn else np.inf
    state.breached_since[:] = 0
    state.cfads_history[:, :] = 0.0
    state.service_history[:, :] = 0.0
    state.draw_made[:, :] = 0
    state.sale_months[:, :] = 0


@lean_kernel
def read_coin(book: BookArrays, paths: ScenarioBlock, path: int, state: PathState, month: int) -> None:
    """The month's coin, hashprice and shares, where the case has them."""
    now = state.now[0]
    if paths.btc.shape[0] > 0:
        now.btc = paths.btc[paths.coin_reads[path], month]
        now.btc_low = paths.btc_low[paths.coin_reads[path], month]
    for row in range(paths.shares.shape[0]):
        state.shares[row] = paths.shares[row, paths.share_reads[row, path], month]
    access = book.rules[0].access_stress if now.stress == 1 else book.rules[0].access_calm
    for borrower in range(book.borrowers.shape[0]):
        terms = book.borrowers[borrower]
        if terms.share_row >= 0:
            state.borrowers[borrower].issuable = access * terms.market_cap * state.shares[terms.share_row]


@step
def read_devices(book: BookArrays, paths: ScenarioBlock, path: int, state: PathState, month: int) -> None:
    """Rent of each device at the end and in the middle of the month, its regime and depth, and the overhang.

    A GPU reads the compute market; a rig reads hashprice and the funding state of the coin's path.
    """
    compute = paths.reads[0, path]
    for device in range(book.devices.shape[0]):
        terms, market = book.devices[device], state.devices[device]
        if terms.rig == 1:
            coin = paths.coin_reads[path]
            after = math.log(paths.hashprice[coin, month])
            before = after
            if month > 0:
                before = math.log(paths.hashprice[coin, month - 1]) + book.rent_step[device, month - 1]
            market.regime = paths.stress[coin, month]
            market.depth_factor = 1.0
        else:
            after = paths.log_rent[terms.row, compute, month]
            before = after
            if month > 0:
                before = paths.log_rent[terms.row, compute, month - 1] + book.rent_step[device, month - 1]
            market.regime = paths.regime[compute, month]
            market.depth_factor = paths.depth_factor[compute, month]
        market.log_rent = after
        market.rent = math.exp(0.5 * (before + after))
        market.overhang = 1.0
        if market.unsold > 0.0:
            market.overhang = overhang_now(book, state, device)


@step
def read_drivers(book: BookArrays, paths: ScenarioBlock, path: int, state: PathState, month: int) -> None:
    """Copy the month's drivers of a path into the state; each group is read on its own path (`reads`)."""
    rate = paths.reads[2, path]
    funding = paths.reads[3, path]
    now = state.now[0]
    now.power = paths.power_price[paths.reads[1, path], month]
    now.discount = paths.discount[rate, month]
    if month > 0:
        now.rate = paths.reference_rate[rate, month - 1]
        now.discount_mid = math.sqrt(paths.discount[rate, month - 1] * paths.discount[rate, month])
    now.spread = paths.funding_spread[funding, month]
    now.stress = paths.stress[funding, month]
    now.utilisation_scale = paths.utilisation_scale[paths.reads[0, path], month]
    read_devices(book, paths, path, state, month)
    if paths.btc.shape[0] > 0 or paths.shares.shape[0] > 0:
        read_coin(book, paths, path, state, month)


@lean_kernel
def read_opening(book: BookArrays, paths: ScenarioBlock, path: int, state: PathState) -> None:
    """Drivers and units on the as-of date, for marks before the first month."""
    read_drivers(book, paths, path, state, 0)
    for fleet in range(book.fleets.shape[0]):
        machine = book.fleets[fleet]
        here = machine.start <= 0 and machine.draw_claim < 0 and machine.last > 0
        state.fleets[fleet].held = machine.units if here else 0.0


@lean_kernel
def finished(book: BookArrays, state: PathState, month: int) -> bool:
    """Whether nothing can happen any more: every borrower is closed, or has repaid all after its last draw."""
    for borrower in range(book.borrowers.shape[0]):
        status = state.borrowers[borrower].status
        if status == 1 or status == 2:
            return False
        if status != 0:
            continue
        terms = book.borrowers[borrower]
        if month < terms.last_maturity:
            return False
        for claim in range(terms.claim_first, terms.claim_end):
            if state.claims[claim].principal > 1e-6 and state.claims[claim].foreclosed == 0:
                return False
    return True


@lean_kernel
def coin_error(book: BookArrays, state: PathState, price: float) -> float:
    """Largest error of coins in minus coins out, USD at the price of the as-of date."""
    worst = 0.0
    for borrower in range(book.borrowers.shape[0]):
        terms, now = book.borrowers[borrower], state.borrowers[borrower]
        change = now.coins - terms.coins - now.coins_in + now.coins_out
        for claim in range(terms.claim_first, terms.claim_end):
            change += state.claims[claim].coins - book.claims[claim].coins
        worst = max(worst, abs(change) * price)
    return worst


@lean_kernel
def summarise(book: BookArrays, row: Floats, facts: Floats) -> None:
    """Turn the facts of each claim's default into its row of outcomes."""
    for claim in range(book.claims.shape[0]):
        if facts[claim, CAUSE] == 0.0:
            continue
        exposure = facts[claim, EXPOSURE]
        recovered = facts[claim, RECOVERED]
        loss = max(exposure - recovered, 0.0)
        row[claim, EAD] = exposure
        row[claim, LOSS] = loss
        row[claim, RECOVERY] = recovered
        # A loss no larger than what waiting took would not be there without waiting; then cost, then the rest.
        row[claim, LOSS_TIME] = min(facts[claim, WAITED], loss)
        row[claim, LOSS_COST] = min(facts[claim, SPENT], loss - row[claim, LOSS_TIME])
        row[claim, LOSS_PV] = loss * facts[claim, DISCOUNT]
        row[claim, FIRST_LEG + leg_of(int(facts[claim, ROOT]))] = row[claim, LOSS_PV]
        row[claim, DEFAULT_1Y] = 1.0 if facts[claim, DEFAULT_MONTH] <= 12 else 0.0
        row[claim, DEFAULT_3Y] = 1.0 if facts[claim, DEFAULT_MONTH] <= 36 else 0.0
        row[claim, DEFAULT_MATURITY] = 1.0
        row[claim, MATERIAL] = 1.0 if loss > MATERIAL_SHARE * book.claims[claim].original else 0.0


@lean_kernel
def run_path(
    book: BookArrays,
    paths: ScenarioBlock,
    path: int,
    state: PathState,
    row: Floats,
    facts: Floats,
    trace: Trace,
    traced: int,
) -> float:
    """Run one path to its end: fills its row of outcomes and its facts; returns its largest cash error, USD.

    `traced` is the row of the trace that this path writes, or -1.
    """
    reset(book, paths, path, state)
    if traced >= 0:
        read_opening(book, paths, path, state)
        trace_month(book, state, trace, traced, 0)
    row[:, :] = 0.0
    facts[:, :] = 0.0
    error = 0.0
    month = 0
    for month in range(1, book.rules[0].months + 1):
        read_drivers(book, paths, path, state, month)
        draw(book, state, month)
        collect(book, state, month)
        operate(book, state, month)
        accrue(book, state, month)
        distribute(book, state, month)
        test_covenants(book, state, month)
        cure(book, state, month)
        refinance(book, state, month)
        default(book, state, facts, month)
        enforce(book, state, month)
        recover(book, state, row, facts, month)
        mark(book, state, row, facts, month)
        error = max(error, cash_error(state.cash, book.rules[0].first_lender))
        if paths.btc.shape[0] > 0:
            error = max(error, coin_error(book, state, paths.btc[path, 0]))
        if traced >= 0:
            trace_month(book, state, trace, traced, month)
        if finished(book, state, month):
            break
    close_path(book, state, facts, month)
    summarise(book, row, facts)
    return error if state.cash.counters[0].fault == 0 else np.inf


@lean_kernel
def run_block(
    book: BookArrays,
    paths: ScenarioBlock,
    count: int,
    state: PathState,
    rows: Floats,
    facts: Floats,
    trace: Trace,
    traced_paths: int,
) -> float:
    """Run the first `count` paths of a block; `rows` is (count, claims, columns), `facts` (count, claims, FACTS)."""
    error = 0.0
    for path in range(count):
        traced = path if path < traced_paths else -1
        error = max(error, run_path(book, paths, path, state, rows[path], facts[path], trace, traced))
    return error
