"""Mining rigs: machines that turn power into hash."""

from __future__ import annotations

import datetime
from typing import ClassVar, Literal

from haircut.case.provenance import (
    Frozen,
    Identifier,
    NonNegativeQuantity,
    Positive,
    PositiveQuantity,
    Quantity,
    ShareQuantity,
    Sourced,
    descriptive,
)


class Rig(Frozen):
    """One class of rig. Wall power is efficiency times hash rate times `overhead` (cooling, losses)."""

    key_fields: ClassVar[tuple[str, ...]] = ("id",)

    id: Identifier
    name: str = descriptive()
    launch_date: datetime.date
    cooling: Literal["air", "liquid"] = descriptive()
    rack_density_kw: Quantity = descriptive()
    new_price: Quantity = descriptive()
    efficiency: PositiveQuantity
    hash_rate: PositiveQuantity
    overhead: PositiveQuantity
    other_cash_cost: NonNegativeQuantity
    idle_cost: NonNegativeQuantity
    uptime: ShareQuantity
    failure_hazard: NonNegativeQuantity
    maximum_age: PositiveQuantity
    required_return: Quantity
    salvage: NonNegativeQuantity
    psi_mark: PositiveQuantity
    psi_sale: PositiveQuantity
    installed_base: PositiveQuantity


class PowerBuyer(Sourced):
    """A class of buyers of used rigs: the power price that they pay and their share of the buyers."""

    key_fields: ClassVar[tuple[str, ...]] = ("id",)

    id: Identifier
    power_price_usd_per_kwh: Positive
    share: Positive
