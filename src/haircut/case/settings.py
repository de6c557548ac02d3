"""How a case is run: not facts about the world."""

from __future__ import annotations

import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from haircut.case.provenance import Frozen, Identifier, NonNegative, Positive


class Settings(Frozen):
    """Settings of a run. `independence_by_shift` reads each group of drivers on another path."""

    paths: int = Field(default=20_000, ge=1, le=10_000_000)
    seed: int = Field(default=1, ge=0, le=2**63 - 1)
    rent_basis: Identifier | None = None
    grace_months: int = Field(default=1, ge=0, le=12)
    re_let_gap_months: int = Field(default=4, ge=0, le=36)
    independence_by_shift: bool = False
    refinance_on_signing_advance_rate: bool = Field(
        default=False, description="a balloon is refinanced whenever debt <= signing advance rate x mark"
    )


class PathPoint(Frozen):
    date: datetime.date
    rent_usd_per_gpu_hour: Positive


class RentPath(Frozen):
    """A stated path of the reference rent, in place of the random one.

    annual_steps: the rent stays at today's level for the first year and changes by `change_per_year` at
    each anniversary. points: log-linear through dated rents of `device`. After the last point the rent
    stays (`then: flat`) or follows the market's dynamics again (`then: market`).
    """

    kind: Literal["annual_steps", "points"]
    change_per_year: float | None = Field(default=None, gt=-1.0)
    device: Identifier | None = None
    points: tuple[PathPoint, ...] = ()
    then: Literal["flat", "market"] = "flat"

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if self.kind == "annual_steps" and (self.change_per_year is None or self.points):
            raise ValueError("annual_steps has change_per_year and no points")
        if self.kind == "points" and (self.change_per_year is not None or not self.points or self.device is None):
            raise ValueError("points has points and device, and no change_per_year")
        if any(b.date <= a.date for a, b in zip(self.points, self.points[1:], strict=False)):
            raise ValueError("points are in order of date")
        return self


class Scenario(Frozen):
    """What is imposed on the drivers: the content of an overlay's `scenario`."""

    rent_path: RentPath | None = None
    rent_drift_shift: float = 0.0
    power_price_factor: NonNegative = 1.0
    customer_hazard_factor: NonNegative = 1.0
