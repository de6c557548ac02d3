"""A book of one month as compiled arrays: machines, debts tested on marks, rents between borrowers, defaults known.

What the month's clearing must find is a small fixed point then, which tests work out in other ways.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from haircut.credit.arrays import (
    ACCELERATION,
    BORROWER,
    CLAIM,
    CLAIM_MONTH,
    COMMITMENT,
    CONTRACT,
    CONTRACT_MONTH,
    COVENANT,
    DEVICE,
    FLEET,
    FLEET_MONTH,
    LEASE,
    LENDER,
    LTV_MARKET,
    RESERVES,
    RULES,
    BookArrays,
    Floats,
    PathState,
    new_state,
)
from haircut.credit.month import run_path
from haircut.credit.outcomes import CAUSES, COLUMNS
from haircut.credit.steps.default import BY, CAUSE, FACTS, ROOT, ROUND
from haircut.credit.trace import new_trace
from haircut.scenarios.block import ScenarioBlock


class Month(NamedTuple):
    """What a book of B borrowers starts its month with.

    Attributes:
        units: (B, D). debt, cash: (B,) USD. level: (B,) market LTV that calls the debt; inf without a test.
        rents: (B, B) what row i pays column j in the month, USD, and all of i's operating cost.
        failed: (B,) defaults on its own in the month.
        buys: (B,) share of the buyers.
        price: (D,) of a unit. depth: (D,) units a month.
    """

    units: Floats
    debt: Floats
    cash: Floats
    level: Floats
    rents: Floats
    failed: np.ndarray
    buys: Floats
    price: Floats
    depth: Floats
    unsold_weight: float = 0.5
    bankruptcy_cost: float = 0.0
    impact: int = 1
    beta: float = 0.35
    phi_min: float = 0.12


class Found(NamedTuple):
    """By borrower: round of default (0 alive), causes, by whom (-1), share of the month's rents paid."""

    round: list[int]
    cause: list[str]
    root: list[str]
    by: list[int]
    paid_share: Floats
    overhang: Floats
    cash_error: float
    state: PathState


def month_of(borrowers: int, devices: int = 1, **changes: object) -> Month:
    """A month in which nothing is owed or tested."""
    made = Month(
        units=np.zeros((borrowers, devices)),
        debt=np.ones(borrowers),
        cash=np.zeros(borrowers),
        level=np.full(borrowers, np.inf),
        rents=np.zeros((borrowers, borrowers)),
        failed=np.zeros(borrowers, dtype=np.int64),
        buys=np.zeros(borrowers),
        price=np.full(devices, 10_000.0),
        depth=np.full(devices, 100.0),
    )
    return made._replace(**{name: np.asarray(value, dtype=float) if name in
                            ("units", "debt", "cash", "level", "rents", "buys", "price", "depth") else value
                            for name, value in changes.items()})  # type: ignore[arg-type]  # fmt: skip


def run(month: Month, clearing: bool = True) -> Found:
    """The engine's month."""
    book, paths = arrays_of(month, clearing)
    state = new_state(book)
    rows, facts = np.zeros((len(book.claims), len(COLUMNS))), np.zeros((len(book.claims), FACTS))
    error = run_path(book, paths, 0, state, rows, facts, new_trace(book, 1, 1), -1)
    return Found(
        round=facts[:, ROUND].astype(int).tolist(),
        cause=[CAUSES[int(cause)] for cause in facts[:, CAUSE]],
        root=[CAUSES[int(cause)] for cause in facts[:, ROOT]],
        by=(facts[:, BY].astype(int) - 1).tolist(),
        paid_share=np.array(state.borrowers["paid_share"]),
        overhang=np.array(state.devices["overhang"]),
        cash_error=error,
        state=state,
    )


def arrays_of(month: Month, clearing: bool = True) -> tuple[BookArrays, ScenarioBlock]:
    """The arrays of a book whose one month this is."""
    count, devices = month.units.shape
    claims = np.zeros(count, CLAIM)
    for name in ("guarantor", "guarantor_borrower", "share_row", "stated_recovery"):
        claims[name] = -1
    claims["borrower"], claims["rank"], claims["fixed"], claims["maturity"] = np.arange(count), 1, 1, 9
    claims["secured"] = claims["recourse"] = 1
    claims["drawn"] = claims["commitment"] = claims["original"] = month.debt
    first_lender = count * (1 + len(RESERVES))
    claims["lender_account"] = first_lender + np.arange(count)
    borrowers = np.zeros(count, BORROWER)
    borrowers["parent"] = borrowers["corporate"] = borrowers["share_row"] = -1
    borrowers["exogenous"], borrowers["last_maturity"] = np.arange(count), 9
    borrowers["reserve_account"] = count + np.arange(count) * len(RESERVES)
    borrowers["cash"], borrowers["overhead"], borrowers["buys_gpus"] = (
        month.cash,
        month.rents.sum(axis=1),
        month.buys,
    )
    fleets = np.zeros(count * devices, FLEET)
    for name in ("draw_claim", "hall_owner", "floor_backer", "residual_backer"):
        fleets[name] = -1
    fleets["borrower"], fleets["device_type"] = np.divmod(np.arange(count * devices), devices)
    fleets["surface"], fleets["last"], fleets["units"] = fleets["device_type"], 99, month.units.ravel()
    fleets["psi_mark"] = fleets["psi_sale"] = 1.0
    tenants, landlords = np.nonzero(month.rents.T)[::-1]
    leases = np.zeros(len(tenants), LEASE)
    leases["borrower"], leases["customer"] = landlords, count + tenants
    leases["backer"], leases["end"], leases["rent"] = -1, 99, month.rents[tenants, landlords]
    for number in range(count):
        for name, owners in (
            ("claim", claims["borrower"]),
            ("fleet", fleets["borrower"]),
            ("lease", landlords),
        ):
            own = np.flatnonzero(owners == number)
            borrowers[number][f"{name}_first"], borrowers[number][f"{name}_end"] = (
                (own[0], own[-1] + 1) if len(own) else (0, 0)
            )
    tested = np.flatnonzero(np.isfinite(month.level))
    covenants = np.zeros(len(tested), COVENANT)
    covenants["claim"], covenants["test"], covenants["consequence"] = tested, LTV_MARKET, ACCELERATION
    covenants["level"] = month.level[tested]
    rules = np.zeros(1, RULES)
    rules["months"], rules["lag"], rules["longest_sale"], rules["impact"] = 1, 4, 1, month.impact
    rules["first_reserve"], rules["first_lender"] = count, first_lender
    rules["first_outside"], rules["first_borrower_obligor"] = first_lender + count, count
    rules["beta"], rules["phi_min"], rules["unsold_weight"] = month.beta, month.phi_min, month.unsold_weight
    rules["bankruptcy_cost"], rules["clearing"] = month.bankruptcy_cost, int(clearing)
    market = np.zeros(devices, DEVICE)
    market["depth"], market["row"] = month.depth, np.arange(devices)
    fleet_months = np.zeros((len(fleets), 2), FLEET_MONTH)
    fleet_months["survival"] = 1.0
    claim_months = np.zeros((count, 2), CLAIM_MONTH)
    claim_months["ell_factor"] = 1.0
    nothing = np.zeros((0, 2), CONTRACT_MONTH)
    price = np.broadcast_to(month.price[:, None, None, None], (devices, 2, 3, 4))
    book = BookArrays(
        rules=rules, borrowers=borrowers, claims=claims, fleets=fleets, contracts=np.zeros(0, CONTRACT), leases=leases,
        commitments=np.zeros(0, COMMITMENT), covenants=covenants, devices=market, lenders=np.zeros(0, LENDER),
        collateral=(claims["borrower"][:, None] == fleets["borrower"]).astype(np.int64),
        pledged_leases=np.zeros((count, len(leases)), dtype=np.int64), lender_shares=np.zeros((count, 0)),
        claim_months=claim_months, fleet_months=fleet_months, contract_months=nothing,
        lease_months=np.zeros((len(leases), 2), CONTRACT_MONTH), tested=np.ones((len(covenants), 2), dtype=np.int64),
        reserve_opening=np.zeros((count, len(RESERVES))), reserve_target=np.zeros((count, len(RESERVES), 2)),
        depreciation=np.zeros((count, 2)), rent_step=np.zeros((devices, 1)),
        surface_grid=np.tile([0.0, 1.0, 1.0], (devices, 1)), surface=np.ascontiguousarray(price),
        forward=np.ascontiguousarray(np.broadcast_to(price[:, :, None], (devices, 2, 2, 3, 4))),
    )  # fmt: skip
    flat = np.ones((1, 2))
    paths = ScenarioBlock(
        log_rent=np.zeros((devices, 1, 2)), regime=np.zeros((1, 2), dtype=np.int64), utilisation_scale=flat,
        power_price=flat, reference_rate=np.zeros((1, 1)), discount=flat, stress=np.zeros((1, 2), dtype=np.int64),
        funding_spread=0.0 * flat, depth_factor=flat,
        default_month=np.asarray(month.failed, dtype=np.int64)[:, None],
        reads=np.zeros((4 + count, 1), dtype=np.int64),
    )  # fmt: skip
    return book, paths
