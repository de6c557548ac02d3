"""A case: a book, a market, settings. A case in, a case out: overlays and mechanisms are the same thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import PrivateAttr, model_validator

from haircut.case.book import Book
from haircut.case.findings import RefusalError
from haircut.case.market import Market
from haircut.case.provenance import Frozen, Identifier, descriptive
from haircut.case.settings import Scenario, Settings


class Ignored(NamedTuple):
    """A cell of a workbook that no field of the case reads."""

    sheet: str
    cell: str
    value: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a case was read from. No part of its content: two cases differ in nothing by their folders.

    Attributes:
        folder: beside which overlays and other cases are found.
        market: the folder of its market.
        ignored: cells of its workbook that were not read, where it came from one.
    """

    folder: Path | None = field(default=None, compare=False)
    market: Path | None = field(default=None, compare=False)
    ignored: tuple[Ignored, ...] = field(default=(), compare=False)


class Case(Frozen):
    """One question: this book, in this market, run with these settings.

    Attributes:
        name: folder name of the case.
        claim: the claim that the verdict is about.
        customer_ratings: ratings at which the customers' credit is shown beside the case's own.
        compare_with: other cases shown side by side in the memo.
        overlays: names of the overlays applied, in order.
    """

    name: Identifier
    title: str = descriptive()
    description: str = descriptive(default="")
    claim: Identifier
    customer_ratings: tuple[str, ...] = descriptive(default=())
    compare_with: tuple[Identifier, ...] = descriptive(default=())
    overlays: tuple[str, ...] = ()
    book: Book
    market: Market
    settings: Settings = Settings()
    scenario: Scenario = Scenario()
    _origin: Origin = PrivateAttr(default=Origin())

    @property
    def origin(self) -> Origin:
        """Where the case was read from; its overlays are found there."""
        return self._origin

    def from_origin(self, origin: Origin) -> Case:
        """The same case, remembering where it was read from."""
        copy = self.model_copy()
        copy._origin = origin
        return copy

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        from haircut.case.agreement import Parts, agreement_findings

        findings = agreement_findings(Parts.of(self))
        if findings:
            raise RefusalError(findings)
        return self

    def __repr__(self) -> str:
        from haircut.case.summary import summary

        return str(summary(self))

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from haircut.case.summary import summary

        return summary(self).html()
