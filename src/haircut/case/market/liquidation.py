"""Selling seized machines."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from haircut.case.provenance import Frozen, Quantity


class LiquidationMarket(Frozen):
    """Depth, impact, time and cost of a sale (`docs/methods/liquidation.md`).

    `depth` is the share of the installed base that buyers take a month; infinite depth is
    `impact: none`, which is also what an overlay writes to switch price impact off.
    """

    impact: Literal["power", "capped_exponential", "none"] = Field(
        default="power", description="price impact: power law, capped exponential, or none (infinite depth)"
    )
    depth: Quantity
    beta: Quantity
    phi_min: Quantity
    unsold_weight: Quantity
    spread_sensitivity: Quantity
    transaction_cost: Quantity
    broker_fee: Quantity
    holding_cost: Quantity
    enforcement_lag: Quantity
    step_in_haircut: Quantity
    step_in_cost_uplift: Quantity
    longest_sale: Quantity
