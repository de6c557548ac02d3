"""How a case is run: not facts about the world."""

from __future__ import annotations

import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from haircut.case.findings import Finding, RefusalError, refused, show
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
    """The rent of a device on a date."""

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
        wanted = ("change_per_year",) if self.kind == "annual_steps" else ("device", "points")
        unwanted = "points" if self.kind == "annual_steps" else "change_per_year"
        for name in wanted:
            if getattr(self, name) in (None, ()):
                raise refused(name, getattr(self, name) or None, f"{name} of a rent path of kind {self.kind}")
        if getattr(self, unwanted) not in (None, ()):
            raise refused(
                unwanted, getattr(self, unwanted), f"no {unwanted} on a rent path of kind {self.kind}"
            )
        findings = [
            Finding(
                ("points", index, "date"),
                show(later.date),
                f"a date after the point before it, {earlier.date}",
            )
            for index, (earlier, later) in enumerate(zip(self.points, self.points[1:], strict=False), start=1)
            if later.date <= earlier.date
        ]
        if findings:
            raise RefusalError(findings)
        return self


class Scenario(Frozen):
    """What is imposed on the drivers: the content of an overlay's `scenario`."""

    rent_path: RentPath | None = None
    rent_drift_shift: float = 0.0
    power_price_factor: NonNegative = 1.0
    customer_hazard_factor: NonNegative = 1.0
