"""Where a number comes from: observed, estimated or assumed, with its source, date and range."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Mark = Literal["observed", "estimated", "assumed"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]


class Frozen(BaseModel):
    """Base of every model of a case: immutable, no unknown field, no NaN, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


def descriptive(default: Any = ..., **arguments: Any) -> Any:
    """A field that informs a reader and that no calculation reads."""
    return Field(default, json_schema_extra={"descriptive": True}, **arguments)


class Provenance(Frozen):
    """The origin of one field of an entity of the book."""

    mark: Mark
    source: str | None = None
    date: datetime.date | None = None
    range: tuple[float, float] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _observed_has_source(self) -> Self:
        if self.mark == "observed" and not self.source:
            raise ValueError("an observed value names its source")
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError("range is [low, high] with low <= high")
        return self


class Entity(Frozen):
    """A named part of the book. `sources` says for each field where its number comes from.

    A number without an entry counts as assumed.
    """

    id: Identifier
    sources: dict[str, Provenance] = descriptive(default_factory=dict)

    @model_validator(mode="after")
    def _sources_name_fields(self) -> Self:
        unknown = [name for name in self.sources if name.split(".")[0] not in type(self).model_fields]
        if unknown:
            raise ValueError(f"sources names no field of this entity: {', '.join(sorted(unknown))}")
        return self


class Sourced(Frozen):
    """What every value of a market carries."""

    unit: str
    date: datetime.date
    mark: Mark
    source: str
    note: str | None = None


class Quantity(Sourced):
    """One number of a market."""

    value: float
    range: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        if self.range is not None and not self.range[0] <= self.value <= self.range[1]:
            raise ValueError("range is [low, high] and holds the value")
        return self
