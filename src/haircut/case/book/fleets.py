"""Machines that a borrower owns."""

from __future__ import annotations

import datetime

from pydantic import Field

from haircut.case.provenance import Entity, Frozen, Identifier, NonNegative, Positive, Share


class CapacityBackstop(Frozen):
    """A lessee of last resort: units without a contract earn at least this price while the backer lives."""

    backer: Identifier
    price_usd_per_gpu_hour: Positive
    start: datetime.date
    end: datetime.date


class ResidualBackstop(Frozen):
    """A third party pays what a sale of a seized unit fetches below this value, while it lives."""

    backer: Identifier
    value_usd_per_unit: Positive
    until: datetime.date


class Fleet(Entity):
    """Units of one device or rig, bought together. Absent overrides mean the market's value of the device."""

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
    capacity_backstop: CapacityBackstop | None = None
    residual_backstop: ResidualBackstop | None = None
    funded_by_draw: datetime.date | None = Field(
        default=None,
        description="date of the draw that pays for the fleet; without it the units never arrive",
    )
