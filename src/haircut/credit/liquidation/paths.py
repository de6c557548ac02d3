"""Selling on simulated paths: the sell-out time chosen at seizure, each lot at the path's own value and depth."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.credit.arrays import Floats
from haircut.credit.liquidation.impact import price_share
from haircut.credit.liquidation.sale import best_sale, lot_proceeds, units_over_depth
from haircut.kernels import kernel
from haircut.machines.law import ValueSurface
from haircut.machines.value import read, read_forward


class SaleRules(NamedTuple):
    """How a market takes a sale.

    Attributes:
        impact: number of `IMPACTS`. beta, phi_min: of it. unsold_weight: omega.
        sale_cost: de-install, transport, test and broker, share of psi_sale F.
        holding_cost: share of psi_sale F a month while unsold.
        monthly_discount: log discount of a month.
        salvage: USD a unit, the least price.
    """

    impact: int
    beta: float
    phi_min: float
    unsold_weight: float
    sale_cost: float
    holding_cost: float
    monthly_discount: float
    salvage: float


@kernel
def sell_on_paths(
    surface: ValueSurface,
    log_rent: Floats,
    regime: NDArray[np.int64],
    depth: Floats,
    units: float,
    psi_sale: float,
    lag: int,
    longest: int,
    lots_wanted: int,
    rules: SaleRules,
    proceeds: Floats,
    lots_taken: NDArray[np.int64],
    price: Floats,
) -> None:
    """Sell `units` on each path from month `lag` on; fill proceeds, sell-out time and prices.

    Args:
        surface: value of a unit, look-ahead of at least `longest` months.
        log_rent, regime: (n, T + 1) of the paths, T at least lag + longest.
        depth: (n, T + 1) units a month that buyers take.
        units: sold together. psi_sale: of psi_sale F.
        lag: months from now to seizure. longest: most months of a sale.
        lots_wanted: a sell-out time for all paths; 0: each path's best, chosen at seizure.
        rules: of the sale.
        proceeds: (n,) out, net proceeds discounted to now, USD. lots_taken: (n,) out.
        price: (n, longest) out, USD a unit of each lot; nan after the last.
    """
    quantity = np.array([units])
    least = np.array([rules.salvage])
    values = np.empty((1, longest + 1))
    for path in range(log_rent.shape[0]):
        lots = lots_wanted
        if lots == 0:
            for ahead in range(longest + 1):
                values[0, ahead] = psi_sale * read_forward(
                    surface, lag, ahead, log_rent[path, lag], regime[path, lag]
                )
            lots = best_sale(
                longest, quantity, values, least, depth[path, lag], rules.impact, rules.beta, rules.phi_min,
                rules.unsold_weight, rules.sale_cost, rules.holding_cost, rules.monthly_discount,
            )[0]  # fmt: skip
        total = 0.0
        for lot in range(longest):
            price[path, lot] = np.nan
            if lot >= lots:
                continue
            month = lag + lot
            value = psi_sale * read(surface, month, log_rent[path, month], regime[path, month])
            v = units_over_depth(units, lots, lot, rules.unsold_weight, depth[path, month])
            share = price_share(rules.impact, rules.beta, rules.phi_min, v)
            price[path, lot] = max(rules.salvage, value * share)
            net = lot_proceeds(value, share, lots, lot, rules.sale_cost, rules.holding_cost, rules.salvage)
            total += units * net * math.exp(-rules.monthly_discount * month)
        proceeds[path] = total
        lots_taken[path] = lots
