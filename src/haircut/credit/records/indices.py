"""Names to positions, and the order in which a book stands inside the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from haircut.case.book import Claim
from haircut.case.case import Case


def in_engine_order(case: Case) -> Case:
    """The case with its book sorted: subsidiaries before corporates, what they own and owe in the same order.

    Claims follow rank within a borrower; contracts follow their fleets. A book that is in order stays itself.
    """
    book = case.book
    corporates = {issuer.corporate for issuer in book.issuers if issuer.corporate is not None}
    borrowers = tuple(sorted(book.borrowers, key=lambda borrower: borrower.id in corporates))
    place = {borrower.id: position for position, borrower in enumerate(borrowers)}
    fleets = tuple(sorted(book.fleets, key=lambda fleet: place[fleet.borrower]))
    fleet_place = {fleet.id: position for position, fleet in enumerate(fleets)}
    changed: dict[str, tuple[Any, ...]] = {
        "borrowers": borrowers,
        "fleets": fleets,
        "contracts": tuple(sorted(book.contracts, key=lambda item: fleet_place[item.fleet])),
        "leases": tuple(sorted(book.leases, key=lambda item: place[item.borrower])),
        "claims": tuple(sorted(book.claims, key=lambda item: (place[item.borrower], item.rank))),
    }
    if all(getattr(book, name) == items for name, items in changed.items()):
        return case
    return case.model_copy(update={"book": book.model_copy(update=changed)})


def span(owners: Iterable[int], owner: int) -> tuple[int, int]:
    """First and one past the last position of an owner's items in a sorted list; (0, 0) where it has none.

    >>> span([0, 0, 2], 2), span([0, 0, 2], 1)
    ((2, 3), (0, 0))
    """
    found = np.flatnonzero(np.asarray(list(owners)) == owner)
    return (int(found[0]), int(found[-1]) + 1) if len(found) else (0, 0)


@dataclass(frozen=True, slots=True)
class Indices:
    """Positions of names inside the engine.

    Attributes:
        obligors: parties whose defaults the scenarios draw; after them each borrower is an obligor of its own.
        linked: customer or issuer id -> position of the borrower of the book whose default is its default.
    """

    borrowers: tuple[str, ...]
    claims: tuple[str, ...]
    fleets: tuple[str, ...]
    contracts: tuple[str, ...]
    leases: tuple[str, ...]
    lenders: tuple[str, ...]
    devices: tuple[str, ...]
    obligors: tuple[str, ...]
    shares: tuple[str, ...]
    linked: dict[str, int]

    @classmethod
    def of(
        cls, case: Case, devices: tuple[str, ...], obligors: tuple[str, ...], shares: tuple[str, ...] = ()
    ) -> Self:
        book = case.book

        def ids(items: Iterable[Any]) -> tuple[str, ...]:
            return tuple(item.id for item in items)

        borrowers = ids(book.borrowers)
        linked = {
            issuer.id: borrowers.index(issuer.corporate)
            for issuer in book.issuers
            if issuer.corporate is not None
        }
        if case.settings.in_book:
            for customer in book.customers:
                if customer.borrower is not None:
                    linked[customer.id] = borrowers.index(customer.borrower)
        return cls(
            borrowers=borrowers,
            claims=ids(book.claims),
            fleets=ids(book.fleets),
            contracts=ids(book.contracts),
            leases=ids(book.leases),
            lenders=ids(book.lenders),
            devices=devices,
            obligors=obligors,
            shares=shares,
            linked=linked,
        )

    def claim(self, case: Case, name: str) -> Claim:
        return next(claim for claim in case.book.claims if claim.id == name)

    def drawn_obligor(self, name: str) -> int:
        """Position of a party among those whose default the scenarios draw, -1 where it has no credit."""
        return self.obligors.index(name) if name in self.obligors else -1

    def obligor(self, name: str | None) -> int:
        """Position of an obligor, -1 where the party has no credit and never defaults on its own."""
        if name is None:
            return -1
        if name in self.linked:
            return len(self.obligors) + self.linked[name]
        return self.drawn_obligor(name)

    def borrower_obligor(self, borrower: str | None) -> int:
        """Position of a borrower as an obligor, -1 for none."""
        return -1 if borrower is None else len(self.obligors) + self.borrowers.index(borrower)

    def share_row(self, issuer: str) -> int:
        """Row of an issuer's shares in the scenarios, -1 where it has none."""
        return self.shares.index(issuer) if issuer in self.shares else -1
