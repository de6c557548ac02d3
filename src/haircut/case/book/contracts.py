"""Contracts with customers."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field, model_validator

from haircut.case.findings import refused
from haircut.case.provenance import Entity, Identifier, NonNegative, Positive, Share


class Contract(Entity):
    """A customer rents `units` of a fleet at a fixed price from `start` to `end`.

    The price is paid on max(take_or_pay_share, utilisation) of the hours.
    """

    borrower: Identifier
    fleet: Identifier
    customer: Identifier
    units: Positive
    price_usd_per_gpu_hour: NonNegative
    start: datetime.date
    end: datetime.date
    take_or_pay_share: Share = 1.0
    assignable: bool = True
    prepaid_usd: NonNegative = Field(
        default=0.0,
        description="paid by the customer before the as-of date and worked off before cash comes in",
    )

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.end <= self.start:
            raise refused("end", self.end, f"a date after start, {self.start}")
        return self
