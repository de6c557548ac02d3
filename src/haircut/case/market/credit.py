"""Credit: what ratings mean, what ordinary credit pays, and curves of named parties."""

from __future__ import annotations

import itertools
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from haircut.case.findings import Finding, RefusalError, Sentence, refused, show
from haircut.case.provenance import (
    Frozen,
    Identifier,
    NonNegative,
    Positive,
    Quantity,
    Share,
    ShareQuantity,
    Sourced,
)


def _same_length(name: str, values: tuple[float, ...], other: str, others: tuple[float, ...]) -> None:
    if len(values) != len(others) or not values:
        found = Sentence(f"{len(values)} {name} and {len(others)} {other}")
        raise refused(other, found, f"as many {other} as {name}, at least one")


def _not_rising(name: str, values: tuple[float, ...]) -> list[Finding]:
    return [
        Finding((name, index), show(later), f"more than the one before it, {show(earlier)}")
        for index, (earlier, later) in enumerate(itertools.pairwise(values), start=1)
        if later <= earlier
    ]


class Rating(Sourced):
    """One row of the ratings table: cumulative default (P), Wang's theta, spread of ordinary credit."""

    key_fields: ClassVar[tuple[str, ...]] = ("rating",)

    rating: str
    years: tuple[Positive, ...]
    cumulative_default: tuple[Share, ...]
    wang_theta: NonNegative
    option_adjusted_spread_bp: NonNegative

    @model_validator(mode="after")
    def _increasing(self) -> Self:
        _same_length("years", self.years, "cumulative_default", self.cumulative_default)
        findings = _not_rising("years", self.years)
        levels = zip(self.cumulative_default, self.cumulative_default[1:], strict=False)
        for index, (earlier, later) in enumerate(levels, start=1):
            if later < earlier:
                below = f"at least the share before it, {show(earlier)}"
                findings.append(Finding(("cumulative_default", index), show(later), below))
        if findings:
            raise RefusalError(findings)
        return self


class CreditCurve(Sourced):
    """Default swap spreads of a named party: measure Q. `recovery` is the convention of the quotes."""

    key_fields: ClassVar[tuple[str, ...]] = ("id",)

    id: Identifier
    name: str = Field(json_schema_extra={"descriptive": True})
    kind: Literal["cds"]
    tenor_years: tuple[Positive, ...]
    spread_bp: tuple[Positive, ...]
    recovery: Share

    @model_validator(mode="after")
    def _tenors_fit(self) -> Self:
        _same_length("tenor_years", self.tenor_years, "spread_bp", self.spread_bp)
        findings = _not_rising("tenor_years", self.tenor_years)
        if findings:
            raise RefusalError(findings)
        return self


class NoveltyPremium(Quantity):
    """What lenders to this sector are paid beyond ordinary credit of the same loss, bp a year (`ell_novelty`).

    Solved from the quotes of two claims together with `compute.theta` (`haircut calibrate spreads --write`).
    A claim named in `benchmarks` was fitted, so its own rich / cheap says nothing and is not printed.
    """

    benchmarks: tuple[Identifier, ...]


class CreditMarket(Frozen):
    """Ratings (best first) and named curves; `ell_novelty` only where spreads were calibrated."""

    ratings: tuple[Rating, ...]
    curves: tuple[CreditCurve, ...] = ()
    loss_given_default_of_ordinary_credit: ShareQuantity
    ell_novelty: NoveltyPremium | None = None
