"""A sale as it is expected today: the best sell-out time, each lot, and the most that a market can repay."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from haircut.credit.arrays import Floats
from haircut.credit.liquidation.impact import price_share
from haircut.credit.liquidation.sale import best_sale, lot_proceeds, sale_value, units_over_depth
from haircut.studies.liquidate.state import SaleState

SIZES = 121


@dataclass(frozen=True, slots=True)
class Lot:
    """One month of the expected sale.

    Attributes:
        month: from today, the first is 0. units: sold in it. unsold: left after it.
        undisturbed_usd: psi_sale E[F], what one unit alone would fetch. price_usd: what each unit of the lot fetches.
        share: phi. net_usd: proceeds of the lot after cost of sale and of holding the rest.
        present_usd: the same discounted to today.
    """

    month: int
    units: float
    unsold: float
    undisturbed_usd: float
    share: float
    price_usd: float
    net_usd: float
    present_usd: float


@dataclass(frozen=True, slots=True)
class ExpectedSale:
    """The expected sale: sell-out time, orderly and one-month net proceeds in present USD, lots."""

    months: int
    nolv_usd: float
    flv_usd: float
    lots: tuple[Lot, ...]


def expected_sale(state: SaleState, units: float, longest: int, depth: float) -> ExpectedSale:
    """The equal-lot sale that is worth most today, and the sale in one month.

    Args:
        state: value and rules.
        units: sold together.
        longest: most months it may take.
        depth: units a month that buyers take, held.
    """
    months, nolv = best_sale(longest, *_arguments(state, units, depth))
    flv = sale_value(1, *_arguments(state, units, depth))
    return ExpectedSale(int(months), float(nolv), float(flv), _lots(state, units, int(months), depth))


def orderly_value(state: SaleState, units: float, longest: int, depth: float) -> float:
    """NOLV alone, USD."""
    return float(best_sale(longest, *_arguments(state, units, depth))[1])


def most_repaid(state: SaleState, longest: int, depth: float) -> tuple[float, float]:
    """The largest net proceeds that any number of units up to the installed base brings, USD, and that number.

    Revenue rises with units, but the costs of a sale are a share of value and prices are not, so proceeds have a
    peak: beyond it more collateral repays no larger debt. Read on 121 sizes a constant factor apart, and again
    between the neighbours of the best.
    """
    last = state.device.installed_base.value
    sizes = np.geomspace(min(100.0, last), last, SIZES)
    best = int(np.argmax([orderly_value(state, float(size), longest, depth) for size in sizes]))
    near = np.linspace(sizes[max(best - 1, 0)], sizes[min(best + 1, SIZES - 1)], SIZES)
    worth = [orderly_value(state, float(size), longest, depth) for size in near]
    top = int(np.argmax(worth))
    return worth[top], float(near[top])


class _Arguments(NamedTuple):
    """What `best_sale` and `sale_value` take after the sell-out time, in their order."""

    units: Floats
    values: Floats
    salvage: Floats
    depth: float
    impact: int
    beta: float
    phi_min: float
    unsold_weight: float
    sale_cost: float
    holding_cost: float
    monthly_discount: float


def _arguments(state: SaleState, units: float, depth: float) -> _Arguments:
    rules = state.rules
    return _Arguments(
        np.array([float(units)]), state.expected_usd[None, :], np.array([rules.salvage]), float(depth), rules.impact,
        rules.beta, rules.phi_min, rules.unsold_weight, rules.sale_cost, rules.holding_cost, rules.monthly_discount,
    )  # fmt: skip


def _lots(state: SaleState, units: float, months: int, depth: float) -> tuple[Lot, ...]:
    rules = state.rules
    found = []
    for lot in range(months):
        value = float(state.expected_usd[lot])
        v = units_over_depth(float(units), months, lot, rules.unsold_weight, float(depth))
        share = price_share(rules.impact, rules.beta, rules.phi_min, v)
        net = units * lot_proceeds(
            value, share, months, lot, rules.sale_cost, rules.holding_cost, rules.salvage
        )
        found.append(
            Lot(
                month=lot, units=units / months, unsold=units * (months - 1 - lot) / months, undisturbed_usd=value,
                share=share, price_usd=max(rules.salvage, value * share), net_usd=net,
                present_usd=net * math.exp(-rules.monthly_discount * lot),
            )
        )  # fmt: skip
    return tuple(found)
