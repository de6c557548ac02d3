"""How likely a party is to default, as the user states it."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from haircut.case.findings import Sentence, refused
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
        names = ("rating", "curve", "hazard_per_year")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            found = Sentence(" and ".join(given) or "none of rating, curve, hazard_per_year")
            raise refused("", found, "exactly one of rating, curve, hazard_per_year")
        if self.hazard_per_year is None and self.measure is not None:
            raise refused("measure", self.measure, "no measure: a rating is P, a curve says its own")
        if self.hazard_per_year is not None and self.measure is None:
            raise refused("measure", None, "the measure of hazard_per_year, P or Q")
        if self.rating is None and self.wang_rating is None:
            raise refused(
                "wang_rating",
                None,
                f"the rating whose Wang theta applies to a credit given by its {given[0]}",
            )
        return self
