"""Leases of halls and power: what a landlord or a host earns without owning the machines."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field, model_validator

from haircut.case.findings import refused
from haircut.case.provenance import Entity, Identifier, NonNegative, Positive, Share


class Lease(Entity):
    """A customer pays for megawatts of a borrower's site from `start` to `end`, whatever it does with them.

    A backer pays `backed_share` of the rent after the customer's default, while it lives. After a default
    without a backer, or after the end, the megawatts stand empty for the re-let gap and then earn
    `re_let_price_share` of the rent.
    """

    borrower: Identifier
    customer: Identifier
    megawatts: Positive
    price_usd_per_mw_month: Positive
    operating_cost_usd_per_mw_month: NonNegative = 0.0
    start: datetime.date
    end: datetime.date
    assignable: bool = True
    re_let_price_share: NonNegative = Field(default=0.0, le=1.0)
    backer: Identifier | None = None
    backed_share: Share = 1.0

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.end <= self.start:
            raise refused("end", self.end, f"a date after start, {self.start}")
        return self
