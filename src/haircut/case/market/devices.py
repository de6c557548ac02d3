"""Machines: what they are, what they rent for, what they fetch."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field

from haircut.case.provenance import Frozen, Identifier, Positive, Quantity, Sourced, descriptive


class Device(Frozen):
    """One class of machine. Every number carries unit, source, date and mark."""

    id: Identifier
    name: str = descriptive()
    launch_date: datetime.date
    cooling: Literal["air", "liquid"] = descriptive()
    rack_density_kw: Quantity = descriptive()
    new_price: Quantity = descriptive()
    wall_power: Quantity
    other_cash_cost: Quantity
    idle_cost: Quantity
    utilisation: Quantity
    failure_hazard: Quantity
    maximum_age: Quantity
    required_return: Quantity
    salvage: Quantity
    psi_mark: Quantity
    psi_sale: Quantity
    installed_base: Quantity


class RentQuote(Sourced):
    """A rent with its basis: never a scalar."""

    basis: Identifier
    device: Identifier
    value: Positive
    panel: str = descriptive()
    tier: Literal["hyperscaler", "specialist", "marketplace"] = descriptive()
    tenor_months: int = Field(ge=0, json_schema_extra={"descriptive": True})
    kind: Literal["list", "traded", "index"] = descriptive()
    range: tuple[float, float] | None = descriptive(default=None)


class ResaleQuote(Sourced):
    """A price of a used machine; executed, ask, appraisal, income and anchor are kept apart."""

    device: Identifier
    value: Positive
    kind: Literal["executed", "ask", "appraisal", "income", "anchor"]
