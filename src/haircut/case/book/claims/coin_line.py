"""Coins pledged to a claim, and what the lender may do when they fall."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from haircut.case.findings import refused
from haircut.case.provenance import Frozen, NonNegative, Positive


class CoinLine(Frozen):
    """Pledged BTC with three loan-to-values: the one that a call restores, the call, and the liquidation.

    At the call the borrower tops up with free coins or cash within `cure_hours`, or the lender sells coins
    until the loan-to-value is back at `initial_ltv`; at the liquidation the lender sells at once. Without
    `recourse` the coins are all that the lender can look to: the borrower walks away from the rest.
    """

    pledged_btc: Positive
    initial_ltv: Positive = Field(lt=1.0)
    call_ltv: Positive = Field(lt=1.0)
    liquidation_ltv: Positive = Field(le=1.0)
    cure_hours: NonNegative = Field(default=24.0, le=336.0)
    recourse: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.initial_ltv <= self.call_ltv <= self.liquidation_ltv:
            found = f"{self.initial_ltv:g}, {self.call_ltv:g}, {self.liquidation_ltv:g}"
            raise refused("liquidation_ltv", found, "initial_ltv <= call_ltv <= liquidation_ltv")
        return self
