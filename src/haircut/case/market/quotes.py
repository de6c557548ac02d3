"""What backs a rent or a value: term quotes, earlier observations, tables of residual value."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from haircut.case.findings import refused
from haircut.case.provenance import Identifier, Positive, Share, Sourced


class TermQuote(Sourced):
    """A rent fixed today for a whole term, beside those of other terms of the same seller."""

    key_fields: ClassVar[tuple[str, ...]] = ("device", "curve", "tenor_months")

    device: Identifier
    curve: Identifier
    tenor_months: int = Field(ge=0)
    value: Positive


class PastRent(Sourced):
    """An earlier observation on a basis of `rents.yaml`, with the panel behind it."""

    key_fields: ClassVar[tuple[str, ...]] = ("device", "basis", "date")

    device: Identifier
    basis: Identifier
    value: Positive
    panel: str
    panel_size: int | None = Field(default=None, ge=1)


class ResidualTable(Sourced):
    """Value by age as a share of the price when new: a band that someone published."""

    key_fields: ClassVar[tuple[str, ...]] = ("device", "id")

    device: Identifier
    id: Identifier
    kind: Literal["executed", "ask", "appraisal", "anchor"]
    age_years: tuple[Positive, ...]
    low: tuple[Share, ...]
    high: tuple[Share, ...]

    @model_validator(mode="after")
    def _rows_fit(self) -> Self:
        if not len(self.age_years) == len(self.low) == len(self.high) > 0:
            raise refused("high", self.high, "as many lows and highs as ages, at least one")
        if list(self.age_years) != sorted(set(self.age_years)):
            raise refused("age_years", self.age_years, "ages that rise")
        if any(low > high for low, high in zip(self.low, self.high, strict=True)):
            raise refused("low", self.low, "no low above its high")
        return self
