"""A case: a book, a market, settings. A case in, a case out: overlays and mechanisms are the same thing."""

from __future__ import annotations

from haircut.case.book import Book
from haircut.case.market import Market
from haircut.case.provenance import Frozen, Identifier, descriptive
from haircut.case.settings import Scenario, Settings


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
