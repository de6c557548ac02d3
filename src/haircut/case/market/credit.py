"""Credit: what ratings mean, what ordinary credit pays, and curves of named parties."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from haircut.case.provenance import Frozen, Identifier, NonNegative, Positive, Quantity, Share, Sourced


class Rating(Sourced):
    """One row of the ratings table: cumulative default (measure P), Wang's theta, spread of ordinary credit."""

    rating: str
    years: tuple[Positive, ...]
    cumulative_default: tuple[Share, ...]
    wang_theta: NonNegative
    option_adjusted_spread_bp: NonNegative

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        if len(self.years) != len(self.cumulative_default) or not self.years:
            raise ValueError("years and cumulative_default have the same length")
        pairs = zip(self.years, self.years[1:], strict=False)
        if any(later <= earlier for earlier, later in pairs):
            raise ValueError("years increase")
        levels = zip(self.cumulative_default, self.cumulative_default[1:], strict=False)
        if any(later < earlier for earlier, later in levels):
            raise ValueError("cumulative_default does not fall")
        return self


class CreditCurve(Sourced):
    """Default swap spreads of a named party: measure Q. `recovery` is the convention of the quotes."""

    id: Identifier
    name: str = Field(json_schema_extra={"descriptive": True})
    kind: Literal["cds"]
    tenor_years: tuple[Positive, ...]
    spread_bp: tuple[Positive, ...]
    recovery: Share


class CreditMarket(Frozen):
    """Ratings (best first) and named curves."""

    ratings: tuple[Rating, ...]
    curves: tuple[CreditCurve, ...] = ()
    loss_given_default_of_ordinary_credit: Quantity
