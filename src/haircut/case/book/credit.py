"""How likely a party is to default, as the user states it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from haircut.case.provenance import Frozen, NonNegative, Share


class Credit(Frozen):
    """A party's credit: exactly one of a rating, a curve of the market, or a constant hazard.

    A rating reads the market's table (measure P); a curve says its own measure; a hazard says `measure`.
    The other measure follows by Wang's transform with the theta of `rating` (or of `wang_rating`).
    """

    rating: str | None = None
    curve: str | None = None
    hazard_per_year: NonNegative | None = None
    measure: str | None = Field(default=None, pattern="^[PQ]$")
    wang_rating: str | None = None
    demand_loading: NonNegative | None = None
    recovery_rate: Share | None = None

    @model_validator(mode="after")
    def _one_statement(self) -> Self:
        given = [self.rating, self.curve, self.hazard_per_year]
        if sum(item is not None for item in given) != 1:
            raise ValueError("give exactly one of rating, curve, hazard_per_year")
        if (self.hazard_per_year is None) != (self.measure is None):
            raise ValueError("measure goes with hazard_per_year: a rating is P, a curve says its own")
        if self.rating is None and self.wang_rating is None:
            raise ValueError("wang_rating names the theta for a credit that is not given by its rating")
        return self
