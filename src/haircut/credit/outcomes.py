"""What a simulation leaves behind: sums by block, a sample for fans, and the largest cash error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COLUMNS = (
    "pv",  # discounted cash received by the lender after as-of, USD
    "draws_pv",  # discounted future draws paid out by the lender, USD
    "rpv01",  # discounted margin annuity, USD per 1.00 of margin a year
    "pv_ell",  # the same three, discounting with ell_generic on top
    "draws_pv_ell",
    "rpv01_ell",
    "loss_pv",  # loss at default discounted to as-of, USD
    "ead",  # exposure at default, USD
    "loss",  # EAD less recoveries discounted to default at the contract rate, USD
    "default_1y",  # 1 if default within 12 months
    "default_3y",
    "default_maturity",
    "material_loss",  # 1 if loss exceeds 1 % of original principal
    "loss_pv_customer",  # loss_pv by root cause; the five legs sum to loss_pv
    "loss_pv_collateral",
    "loss_pv_maturity",
    "loss_pv_margin",
    "loss_pv_other",
    "recovery",  # recoveries discounted to default at the contract rate, USD
    "loss_time",  # the part of loss that discounting recoveries to default makes, USD
    "loss_cost",  # the part that selling and holding the collateral costs, USD
)
"""One row of numbers a path and claim; the block keeps their sums and cross sums."""

INDEX = {name: position for position, name in enumerate(COLUMNS)}

CAUSES = (
    "none",
    "payment",
    "maturity",
    "margin_call",
    "ltv",
    "coverage",
    "liquidity",
    "cross_default",
    "guarantor",
    "exogenous",
    "customer",
    "clearing",
)
"""Proximate causes, then the two that only a root cause can be."""


CONTROLLED = ("pv", "draws_pv", "rpv01", "pv_ell", "draws_pv_ell", "rpv01_ell", "loss_pv")
"""Columns whose products with the control variates are kept."""


class ControlSums(NamedTuple):
    """What control variates leave: K functions of the drivers, each less its known mean.

    Attributes:
        sums: (blocks, K).
        cross: (blocks, K, K) sums of products.
        with_columns: (blocks, claims, CONTROLLED, K) sums of products with columns.
    """

    sums: Floats
    cross: Floats
    with_columns: Floats


class Outcomes(NamedTuple):
    """Result of simulating one measure.

    Attributes:
        measure: "P" or "Q".
        claims: ids, in the order of the second axis.
        paths: (blocks,) paths counted in each block (512, the last may hold fewer).
        sums: (blocks, claims, columns).
        cross: (blocks, claims, columns, columns) sums of products.
        default_counts: (claims, causes) defaults by proximate cause.
        root_counts: (claims, causes) defaults by root cause.
        monthly_defaults: (claims, T + 1) defaults in each month.
        sample: name -> (min(paths, 2000), T + 1) array for fans: "rent:<device>", "market_ltv:<claim>",
            "nolv_ltv:<claim>", "flv_ltv:<claim>", "cfads:<borrower>", "alive:<claim>"; NaN after default.
        cash_error_usd: largest absolute error of the two cash identities over all paths and months.
        left_open: (blocks, claims, LEFT_OPEN, 3) and
        off_grid: (blocks, fleets, 3) what paths left unsettled, and months whose rent lies beyond the value
            surfaces (`credit.health.Tally`); of no rows where nobody counted.
        controls: sums of the control variates, where they were asked for.
        weights: (blocks, 2) sums of paths' weights and of their squares under importance sampling; `sums` are then of
            weighted columns, while defaults by cause and month are counted unweighted.
    """

    measure: str
    claims: tuple[str, ...]
    paths: NDArray[np.int64]
    sums: Floats
    cross: Floats
    default_counts: NDArray[np.int64]
    root_counts: NDArray[np.int64]
    monthly_defaults: NDArray[np.int64]
    sample: dict[str, Floats]
    cash_error_usd: float
    left_open: Floats = np.zeros((0, 0, 0, 3))
    off_grid: Floats = np.zeros((0, 0, 3))
    controls: ControlSums | None = None
    weights: Floats | None = None


class BaseCase(NamedTuple):
    """The deterministic case: the same kernel on one path of expected (or flat) drivers.

    Attributes:
        dates: (T + 1) month ends, ISO text.
        borrower: name -> (T + 1,) USD a month: "contract_revenue", "merchant_revenue", "operating_cost",
            "tax", "cfads", "cash", "reserves", "released".
        claims: claim id -> name -> (T + 1,): "balance", "interest", "scheduled_principal", "principal_paid",
            "sweep", "drawn", "debt_service", "dscr" (NaN off test dates), "book_value", "market_value",
            "nolv", "flv" (USD of the pledged fleets), "book_ltv", "market_ltv", "nolv_ltv", "flv_ltv" (NaN once
            repaid), "sale_months".
        rent: device -> (T + 1,) USD per GPU-hour; "break_even:<claim>" rent at which CFADS = debt service.
        maturity_month: claim id -> month index.
    """

    dates: tuple[str, ...]
    borrower: dict[str, dict[str, Floats]]
    claims: dict[str, dict[str, Floats]]
    rent: dict[str, Floats]
    maturity_month: dict[str, int]
