"""A traced path: what the base case prints and what fans are drawn from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from haircut.credit.arrays import BookArrays, Floats, PathState
from haircut.credit.liquidation.sale import sale_value
from haircut.credit.steps.covenants import lease_worth, pool_debt, pool_value
from haircut.credit.steps.enforce import depth_now, fill_expected_values, orderly_sale
from haircut.kernels import lean_kernel

BORROWER_LINES = (
    "contract_revenue", "merchant_revenue", "contract_cost", "operating_cost", "tax", "cfads", "cash", "reserves",
    "released",
)  # fmt: skip
CLAIM_LINES = (
    "balance", "interest", "scheduled_principal", "principal_paid", "sweep", "drawn", "debt_service", "dscr",
    "book_value", "market_value", "nolv", "flv", "debt", "sale_months", "alive",
)  # fmt: skip


class Trace(NamedTuple):
    """Room for traced paths; NaN where a path did not write.

    Attributes:
        every: collateral is valued in months that are a multiple of this (selling is searched for each).
        borrowers: (paths, borrowers, months + 1, BORROWER_LINES).
        claims: (paths, claims, months + 1, CLAIM_LINES).
    """

    every: int
    borrowers: Floats
    claims: Floats


def new_trace(book: BookArrays, paths: int, every: int) -> Trace:
    """Room for `paths` traced paths."""
    months = int(book.rules[0]["months"])
    return Trace(
        every,
        np.full((paths, len(book.borrowers), months + 1, len(BORROWER_LINES)), np.nan),
        np.full((paths, len(book.claims), months + 1, len(CLAIM_LINES)), np.nan),
    )


@lean_kernel
def liquidation_values(
    book: BookArrays, state: PathState, claim: int, month: int
) -> tuple[float, float, int]:
    """NOLV, FLV (USD) and the orderly sell-out time of the units pledged to a claim, if seized now."""
    rules = book.rules[0]
    borrower = book.claims[claim].borrower
    owner = book.borrowers[borrower]
    own = slice(owner.fleet_first, owner.fleet_end)
    monthly_discount = book.claims[claim].contract_rate / 12.0
    orderly = 0.0
    forced = 0.0
    longest = 1
    for device in range(book.devices.shape[0]):
        some = False
        for fleet in range(owner.fleet_first, owner.fleet_end):
            pledged = book.collateral[claim, fleet] == 1 and book.fleets[fleet].device_type == device
            state.work_units[fleet] = state.fleets[fleet].held if pledged else 0.0
            some = some or state.work_units[fleet] > 0.0
        if not some:
            continue
        fill_expected_values(book, state, borrower, month)
        months, worth = orderly_sale(book, state, borrower, device, monthly_discount)
        orderly += worth
        longest = max(longest, months)
        forced += sale_value(
            1, state.work_units[own], state.expected_value[own], book.fleets["salvage"][own],
            depth_now(book, state, device), rules.impact, rules.beta, rules.phi_min, rules.unsold_weight,
            rules.sale_cost, rules.holding_cost, monthly_discount,
        )  # fmt: skip
    other = 0.0
    for lease in range(owner.lease_first, owner.lease_end):
        if book.pledged_leases[claim, lease] == 1:
            other += (1.0 - rules.step_in_haircut) * lease_worth(book, state, lease, month)
    other += state.claims[claim].coins * state.now[0].btc * (1.0 - rules.coin_fee)
    return orderly + other, forced + other, longest


@lean_kernel
def trace_month(book: BookArrays, state: PathState, trace: Trace, path: int, month: int) -> None:
    """Write the month of a live borrower; after default nothing is written."""
    reserves = book.reserve_opening.shape[1]
    for borrower in range(book.borrowers.shape[0]):
        now = state.borrowers[borrower]
        if now.status != 0:
            continue
        line = trace.borrowers[path, borrower, month]
        line[0] = now.contract_revenue
        line[1] = now.revenue - now.contract_revenue
        line[2] = now.contract_cost
        line[3] = now.operating_cost
        line[4] = now.tax
        line[5] = state.cfads_history[borrower, month]
        line[6] = state.cash.accounts[borrower].balance
        line[7] = 0.0
        for reserve in range(reserves):
            account = book.rules[0].first_reserve + borrower * reserves + reserve
            line[7] += state.cash.accounts[account].balance
        line[8] = now.released
    for claim in range(book.claims.shape[0]):
        debt = state.claims[claim]
        if state.borrowers[book.claims[claim].borrower].status != 0 or debt.foreclosed != 0:
            continue
        line = trace.claims[path, claim, month]
        line[0] = debt.principal
        line[1] = debt.month_interest
        line[2] = book.claim_months[claim, month].schedule
        line[3] = debt.paid_principal
        line[4] = debt.swept_principal
        line[5] = debt.drawn
        line[6] = state.service_history[claim, month]
        line[14] = 1.0
        if month % trace.every != 0 or debt.principal <= 1e-6:
            continue
        line[8] = pool_value(book, state, claim, month, True)
        line[9] = pool_value(book, state, claim, month, False)
        nolv, flv, months = liquidation_values(book, state, claim, month)
        line[10] = nolv
        line[11] = flv
        line[12] = pool_debt(book, state, claim)
        line[13] = months
