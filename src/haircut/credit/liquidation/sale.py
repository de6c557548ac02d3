"""Selling N units in n equal monthly lots: proceeds, and the n that is worth most at seizure."""

from __future__ import annotations

import math

import numpy as np

from haircut.credit.arrays import Floats
from haircut.credit.liquidation.impact import CAPPED_EXPONENTIAL, price_share
from haircut.kernels import lean_kernel


@lean_kernel
def units_over_depth(units: float, lots: int, lot: int, unsold_weight: float, depth: float) -> float:
    """v of lot 0..lots-1: (units sold in the month + unsold_weight x units unsold after it) / depth."""
    if not depth > 0.0:
        return np.inf
    sold = units / lots
    unsold = units * (lots - 1 - lot) / lots
    return float((sold + unsold_weight * unsold) / depth)


@lean_kernel
def lot_proceeds(
    value: float, share: float, lots: int, lot: int, sale_cost: float, holding_cost: float, salvage: float
) -> float:
    """Net proceeds of one lot per unit of the whole sale, USD; never negative (the lender walks away).

    value is psi_sale F at the month of the lot. The units of the lot sell at max(salvage, value x share)
    and pay sale_cost x value; the units still unsold pay holding_cost x value.
    """
    price = max(salvage, value * share)
    net = (price - sale_cost * value) / lots - holding_cost * value * (lots - 1 - lot) / lots
    return max(net, 0.0)


@lean_kernel
def sale_value(
    lots: int,
    units: Floats,
    values: Floats,
    salvage: Floats,
    depth: float,
    impact: int,
    beta: float,
    phi_min: float,
    unsold_weight: float,
    sale_cost: float,
    holding_cost: float,
    monthly_discount: float,
) -> float:
    """Expected net present proceeds, USD, of selling all units together in `lots` equal lots.

    values[f, k] is psi_sale E[F] k months after seizure; the first lot sells at seizure. depth is held at its
    value at seizure. monthly_discount is the log discount of a month.
    """
    total = 0.0
    for fleet in range(units.shape[0]):
        total += units[fleet]
    if total <= 0.0:
        return 0.0
    worth = 0.0
    for lot in range(lots):
        share = price_share(impact, beta, phi_min, units_over_depth(total, lots, lot, unsold_weight, depth))
        proceeds = 0.0
        for fleet in range(units.shape[0]):
            proceeds += units[fleet] * lot_proceeds(
                values[fleet, lot], share, lots, lot, sale_cost, holding_cost, salvage[fleet]
            )
        worth += proceeds * math.exp(-monthly_discount * lot)
    return worth


@lean_kernel
def best_sale(
    longest: int,
    units: Floats,
    values: Floats,
    salvage: Floats,
    depth: float,
    impact: int,
    beta: float,
    phi_min: float,
    unsold_weight: float,
    sale_cost: float,
    holding_cost: float,
    monthly_discount: float,
) -> tuple[int, float]:
    """The sell-out time 1..longest that is worth most at seizure, and its worth: the orderly value (NOLV).

    Under the power law and without a salvage price worth rises and then falls with the number of lots, and the
    search ends after three longer sales in a row were worth less. Where the price has a floor (phi_min, salvage)
    worth can fall and rise again, so every sell-out time is tried.
    """
    floored = impact == CAPPED_EXPONENTIAL
    for fleet in range(units.shape[0]):
        floored = floored or (units[fleet] > 0.0 and salvage[fleet] > 0.0)
    best, best_lots = -1.0, 1
    worse = 0
    for lots in range(1, longest + 1):
        worth = sale_value(
            lots, units, values, salvage, depth, impact, beta, phi_min, unsold_weight, sale_cost,
            holding_cost, monthly_discount,
        )  # fmt: skip
        if worth > best:
            best, best_lots, worse = worth, lots, 0
        else:
            worse += 1
            if worse == 3 and not floored:
                break
    return best_lots, best
