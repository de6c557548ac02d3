"""Machines that a borrower owns."""

from __future__ import annotations

import datetime

from pydantic import Field

from haircut.case.provenance import Entity, Identifier, NonNegative, Positive, Share


class Fleet(Entity):
    """Units of one device, bought together. Absent overrides mean the market's value of the device."""

    borrower: Identifier
    site: Identifier
    device: Identifier
    units: Positive
    cost_usd_per_unit: Positive
    in_service: datetime.date
    book_life_years: Positive
    economic_life_years: Positive | None = Field(
        default=None, description="bounds the over-lending multiple only; machines run to maximum_age_years"
    )
    maximum_age_years: Positive | None = None
    utilisation: Share | None = None
    failure_hazard_per_year: NonNegative | None = None
    other_cash_cost_usd_per_hour: NonNegative | None = None
    power_kw: NonNegative | None = None
    funded_by_draw: datetime.date | None = Field(
        default=None,
        description="date of the draw that pays for the fleet; without it the units never arrive",
    )
