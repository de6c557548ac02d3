"""Machines: what they are, what they rent for, what they fetch."""

from __future__ import annotations

import datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

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
    refuse_range,
)


class Device(Frozen):
    """One class of machine. Every number carries unit, source, date and mark."""

    key_fields: ClassVar[tuple[str, ...]] = ("id",)

    id: Identifier
    name: str = descriptive()
    launch_date: datetime.date
    cooling: Literal["air", "liquid"] = descriptive()
    rack_density_kw: Quantity = descriptive()
    new_price: Quantity = descriptive()
    wall_power: NonNegativeQuantity
    other_cash_cost: NonNegativeQuantity
    idle_cost: NonNegativeQuantity
    utilisation: ShareQuantity
    failure_hazard: NonNegativeQuantity
    maximum_age: PositiveQuantity
    required_return: Quantity
    salvage: NonNegativeQuantity
    psi_mark: PositiveQuantity
    psi_sale: PositiveQuantity
    installed_base: PositiveQuantity


class RentQuote(Sourced):
    """A rent with its basis: never a scalar."""

    key_fields: ClassVar[tuple[str, ...]] = ("device", "basis")

    basis: Identifier
    device: Identifier
    value: Positive
    panel: str = descriptive()
    tier: Literal["hyperscaler", "specialist", "marketplace"] = descriptive()
    tenor_months: int = Field(ge=0, json_schema_extra={"descriptive": True})
    kind: Literal["list", "traded", "index"] = descriptive()
    range: tuple[float, float] | None = descriptive(default=None)

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        refuse_range(self.range, self.value)
        return self


class ResaleQuote(Sourced):
    """A price of a used machine; executed, ask, appraisal, income and anchor are kept apart."""

    key_fields: ClassVar[tuple[str, ...]] = ("device", "kind")

    device: Identifier
    value: Positive
    kind: Literal["executed", "ask", "appraisal", "income", "anchor"]
    range: tuple[float, float] | None = descriptive(default=None)

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        refuse_range(self.range, self.value)
        return self
