"""Where a number comes from: observed, estimated or assumed, with its source, date and range."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from haircut.case.findings import Finding, RefusalError, one_of, refused, show

Mark = Literal["observed", "estimated", "assumed"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]


class Frozen(BaseModel):
    """Base of every model of a case: immutable, no unknown field, no NaN, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    key_fields: ClassVar[tuple[str, ...]] = ()
    """Fields that tell the items of a list of this model apart; none where order alone does."""

    def key(self) -> str:
        """The name of this item within its list, such as ``h100-sxm@one-year-contract`` for a rent."""
        values = (getattr(self, name) for name in self.key_fields)
        return "@".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)


def descriptive(default: Any = ..., **arguments: Any) -> Any:
    """A field that informs a reader and that no calculation reads."""
    return Field(default, json_schema_extra={"descriptive": True}, **arguments)


def refuse_range(range_: tuple[float, float] | None, value: float | None = None) -> None:
    """Refuses a range that is not [low, high] or that does not hold `value`.

    Raises:
        RefusalError: naming the field `range`.
    """
    if range_ is None:
        return
    low, high = range_
    found = f"[{show(low)}, {show(high)}]"
    if low > high:
        raise RefusalError([Finding(("range",), found, "[low, high] with low at most high")])
    if value is not None and not low <= value <= high:
        raise RefusalError([Finding(("range",), found, f"a range that holds the value {show(value)}")])


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
            raise refused("source", self.source, "the source of an observed value")
        refuse_range(self.range)
        return self


class Entity(Frozen):
    """A named part of the book. `sources` says for each field where its number comes from.

    A key is a field, or a path into one such as ``interest.margin_bp``. A number without an entry counts as
    assumed.
    """

    key_fields: ClassVar[tuple[str, ...]] = ("id",)

    id: Identifier
    sources: dict[str, Provenance] = descriptive(default_factory=dict)

    @model_validator(mode="after")
    def _sources_name_fields(self) -> Self:
        fields = type(self).model_fields
        unknown = [name for name in self.sources if name.split(".")[0] not in fields]
        if unknown:
            raise RefusalError(
                Finding(("sources", name), show(name), one_of("a field of this entity", name, fields))
                for name in unknown
            )
        return self


class Sourced(Frozen):
    """What every value of a market carries."""

    unit: str = descriptive(min_length=1)
    date: datetime.date = descriptive()
    mark: Mark = descriptive()
    source: str = descriptive(min_length=1)
    note: str | None = descriptive(default=None)


class Quantity(Sourced):
    """One number of a market."""

    value: float
    range: tuple[float, float] | None = descriptive(default=None)

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        refuse_range(self.range, self.value)
        return self


def _not_negative(quantity: Quantity) -> Quantity:
    if quantity.value < 0.0:
        raise refused("value", quantity.value, "a number of at least 0")
    return quantity


def _positive(quantity: Quantity) -> Quantity:
    if quantity.value <= 0.0:
        raise refused("value", quantity.value, "a number above 0")
    return quantity


def _share(quantity: Quantity) -> Quantity:
    if not 0.0 <= quantity.value <= 1.0:
        raise refused("value", quantity.value, "a number from 0 to 1")
    return quantity


NonNegativeQuantity = Annotated[Quantity, AfterValidator(_not_negative)]
PositiveQuantity = Annotated[Quantity, AfterValidator(_positive)]
ShareQuantity = Annotated[Quantity, AfterValidator(_share)]
