"""Selling seized machines."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from haircut.case.provenance import Frozen, NonNegativeQuantity, PositiveQuantity, ShareQuantity


class LiquidationMarket(Frozen):
    """Depth, impact, time and cost of a sale (`docs/methods/liquidation.md`).

    `depth` is the share of the installed base that buyers take a month; infinite depth is
    `impact: none`, which is also what an overlay writes to switch price impact off. `bankruptcy_cost` is the share
    of what a borrower that fell could pay to others of the book in its month that its bankruptcy takes.
    """

    impact: Literal["power", "capped_exponential", "none"] = Field(
        default="power", description="price impact: power law, capped exponential, or none (infinite depth)"
    )
    depth: PositiveQuantity
    beta: ShareQuantity
    phi_min: ShareQuantity
    unsold_weight: NonNegativeQuantity
    spread_sensitivity: NonNegativeQuantity
    transaction_cost: ShareQuantity
    broker_fee: ShareQuantity
    holding_cost: NonNegativeQuantity
    enforcement_lag: NonNegativeQuantity
    step_in_haircut: ShareQuantity
    step_in_cost_uplift: NonNegativeQuantity
    longest_sale: PositiveQuantity
    bankruptcy_cost: ShareQuantity
