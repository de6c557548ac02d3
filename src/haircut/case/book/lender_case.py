"""The lender's own base case: what the building-style model assumes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from haircut.case.provenance import Frozen, NonNegative, Provenance, Share, descriptive


class LenderCase(Frozen):
    """Inputs of the lender's base case after contracts expire, and its rent path.

    `rent` is flat (today's rent for ever, the model of a building) or expected (the market's mean path).
    """

    rent: Literal["flat", "expected"] = "flat"
    renewal_share_of_units: Share = 1.0
    renewal_share_of_price: NonNegative = 1.0
    re_let_gap_months: int = Field(default=0, ge=0, le=36)
    utilisation_after_expiry: Share = 1.0
    sources: dict[str, Provenance] = descriptive(default_factory=dict)
