"""How a case is run: not facts about the world."""

from __future__ import annotations

import datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from haircut.case.findings import Finding, RefusalError, refused, show
from haircut.case.imposed import (
    BtcPath,
    FundingShut,
    LevelAt,
    Month,
    PowerSpike,
    Shocks,
    refuse_unordered,
)
from haircut.case.provenance import Frozen, Identifier, NonNegative, Positive


class Settings(Frozen):
    """Settings of a run. `independence_by_shift` reads each group of drivers on another path."""

    paths: int = Field(default=20_000, ge=1, le=10_000_000)
    seed: int = Field(default=1, ge=0, le=2**63 - 1)
    rent_basis: Identifier | None = None
    horizon_months: int | None = Field(
        default=None,
        ge=12,
        le=480,
        description="no path runs longer; a claim that matures later counts at par on that day",
    )
    grace_months: int = Field(default=1, ge=0, le=12)
    re_let_gap_months: int = Field(default=4, ge=0, le=36)
    independence_by_shift: bool = False
    renegotiation_threshold: float = Field(
        default=0.25,
        ge=0.0,
        le=1.0,
        description="share by which market rent must lie below a contract's price",
    )
    renegotiation_hazard: NonNegative = Field(
        default=0.0,
        description="yearly hazard that a contract is repriced to market, for each unit of the gap beyond the "
        "threshold; 0 keeps contracts",
    )
    in_book: bool = Field(
        default=True,
        description="a customer that is a borrower of the book fails when that borrower does; false: by its credit",
    )
    control_variates: bool = Field(
        default=False,
        description="take off the fair margin what the paths missed of means that are known: customers' defaults and "
        "the rent",
    )
    sensitivities: bool = Field(
        default=False,
        description="simulate bumped cases and solve for margins and amounts too: rent01, resid01, util01, BTC delta, "
        "self-consistent margin, fair advance rate",
    )
    until_error_bp: Positive | None = Field(
        default=None,
        description="add blocks of paths until the standard error of the fair margin is no larger, starting from paths",
    )
    refinance_on_signing_advance_rate: bool = Field(
        default=False, description="a balloon is refinanced whenever debt <= signing advance rate x mark"
    )


class PathPoint(Frozen):
    """The rent of a device on a date."""

    date: datetime.date
    rent_usd_per_gpu_hour: Positive


_WANTED = {
    "annual_steps": ("change_per_year",),
    "points": ("device", "points"),
    "levels": ("levels",),
}


class RentPath(Frozen):
    """A stated path of the reference rent, in place of the random one.

    annual_steps: the rent stays at today's level for the first year and changes by `change_per_year` at
    each anniversary. points: log-linear through dated rents of `device`. levels: log-linear through multiples
    of today's rent. After the last point the rent stays (`then: flat`) or follows the market's dynamics again
    (`then: market`). With `shocks: kept` the random shocks run around the path.
    """

    kind: Literal["annual_steps", "points", "levels"]
    change_per_year: float | None = Field(default=None, gt=-1.0)
    device: Identifier | None = None
    points: tuple[PathPoint, ...] = ()
    levels: tuple[LevelAt, ...] = ()
    shocks: Shocks = "replaced"
    then: Literal["flat", "market"] = "flat"

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        wanted = _WANTED[self.kind]
        unwanted = [name for name in ("change_per_year", "points", "levels") if name not in wanted]
        for name in wanted:
            if getattr(self, name) in (None, ()):
                raise refused(name, getattr(self, name) or None, f"{name} of a rent path of kind {self.kind}")
        for name in unwanted:
            if getattr(self, name) not in (None, ()):
                raise refused(name, getattr(self, name), f"no {name} on a rent path of kind {self.kind}")
        refuse_unordered(self.levels, "levels")
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
    """What is imposed on the drivers: the content of an overlay's `scenario`.

    `customer_failures` names customers and the month in which each fails on every path. A launch is pulled
    forward by its date in the market.
    """

    rent_path: RentPath | None = None
    btc_path: BtcPath | None = None
    power_spike: PowerSpike | None = None
    funding_shut: FundingShut | None = None
    customer_failures: dict[str, Month] = Field(default_factory=dict)
    rent_drift_shift: float = 0.0
    power_price_factor: NonNegative = 1.0
    customer_hazard_factor: NonNegative = 1.0
