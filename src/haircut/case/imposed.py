"""What an overlay may impose on the drivers. Months count from the as-of date, so an overlay outlives it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from haircut.case.findings import Finding, RefusalError, refused, show
from haircut.case.provenance import Frozen, NonNegative, Positive

Month = Annotated[int, Field(ge=1, le=480)]
Shocks = Literal["replaced", "kept"]


class LevelAt(Frozen):
    """A level at the end of a month, as a multiple of today's."""

    month: Month
    factor: Positive


def refuse_unordered(levels: Sequence[LevelAt], name: str) -> None:
    """Refuses levels whose months do not rise.

    Raises:
        RefusalError: naming the month that is not after the one before it.
    """
    findings = [
        Finding(
            (name, index, "month"), show(later.month), f"a month after the one before it, {earlier.month}"
        )
        for index, (earlier, later) in enumerate(pairwise(levels), start=1)
        if later.month <= earlier.month
    ]
    if findings:
        raise RefusalError(findings)


class BtcPath(Frozen):
    """A stated path of the coin: log-linear through `levels`, each a multiple of today's price.

    shocks: replaced (the path alone) or kept (the random shocks run around it). After the last level the
    price stays (`then: flat`) or follows its own dynamics again (`then: market`).
    """

    levels: tuple[LevelAt, ...] = Field(min_length=1)
    shocks: Shocks = "replaced"
    then: Literal["flat", "market"] = "market"

    @model_validator(mode="after")
    def _months_rise(self) -> Self:
        refuse_unordered(self.levels, "levels")
        return self


class Window(Frozen):
    """Months from `first_month` to `last_month`, both counted in."""

    first_month: Month
    last_month: Month

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.last_month < self.first_month:
            raise refused(
                "last_month", self.last_month, f"a month not before first_month, {self.first_month}"
            )
        return self


class PowerSpike(Window):
    """The price of power times `factor` in a window."""

    factor: NonNegative


class FundingShut(Window):
    """Funding is in stress throughout a window, and its spread is at least `spread_at_least`."""

    spread_at_least: NonNegative = Field(
        default=0.0, description="decimals a year; 0 leaves the spread alone"
    )
