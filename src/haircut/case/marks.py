"""Whose numbers are known: marks of the book's inputs, by issuer and by claim."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import BaseModel

from haircut.case.register import MARKS, rows

if TYPE_CHECKING:
    from haircut.case.book import Book
    from haircut.case.case import Case
    from haircut.case.provenance import Entity

_ENTITY: Final = re.compile(r"book\.(\w+)\[([^\]]+)\]\.(.+)")
Key = tuple[str, str]
"""A field of the book and the id of one of its entities."""


class MarksByOwner(NamedTuple):
    """Counts of observed, estimated and assumed inputs.

    Attributes:
        issuers: by issuer, inputs of everything that belongs to it.
        claims: by claim, inputs of the claim, of its borrower and of what that borrower owns and lets.
    """

    issuers: dict[str, dict[str, int]]
    claims: dict[str, dict[str, int]]


def marks_by_owner(case: Case) -> MarksByOwner:
    """How many inputs of the book are observed, estimated and assumed, by issuer and by claim.

    Counted are the numbers and dates that the book states and a calculation reads, each once for each owner; a
    default without an origin is no input. A site belongs to the issuers whose machines stand there, a customer to
    those that it pays or backs. Inputs of the market and of the lender's case are nobody's.

    >>> from haircut.case import load
    >>> marks = marks_by_owner(load("coreweave-ddtl-3"))
    >>> list(marks.issuers), list(marks.claims)
    (['coreweave'], ['ddtl-3'])
    """
    book = case.book
    counts: dict[Key, Counter[str]] = {}
    entities = {
        (field, entity.id): entity
        for field in type(book).model_fields
        if field != "lender_case"
        for entity in getattr(book, field)
    }
    for row in rows(case):
        found = _ENTITY.match(row.path)
        if found and row.used and _is_stated(entities[found[1], found[2]], found[3]):
            counts.setdefault((found[1], found[2]), Counter())[row.mark] += 1
    parts = {borrower.id: _of_borrower(book, borrower.id) for borrower in book.borrowers}
    issuers = {}
    for issuer in book.issuers:
        owned: set[Key] = {("issuers", issuer.id)}
        for borrower in book.borrowers:
            if borrower.issuer == issuer.id:
                owned |= parts[borrower.id]
                owned |= {("claims", claim.id) for claim in book.claims if claim.borrower == borrower.id}
        issuers[issuer.id] = _sum(counts, owned)
    claims = {claim.id: _sum(counts, {("claims", claim.id), *parts[claim.borrower]}) for claim in book.claims}
    return MarksByOwner(issuers, claims)


def share_assumed(marks: dict[str, int]) -> float:
    """Share of inputs that are assumed, 0 where there is none.

    >>> share_assumed({"observed": 1, "estimated": 1, "assumed": 2})
    0.5
    """
    total = sum(marks.values())
    return marks["assumed"] / total if total else 0.0


def _is_stated(entity: Entity, path: str) -> bool:
    """Whether the book says something about this field: an origin, or a value other than the default."""
    parts = path.split(".")
    if any(".".join(parts[: end + 1]) in entity.sources for end in range(len(parts))):
        return True
    here: Any = entity
    default: Any = None
    for part in parts:
        if isinstance(here, BaseModel):
            default = type(here).model_fields[part].get_default(call_default_factory=True)
            here = getattr(here, part)
        else:
            default, here = None, here[int(part)]
    return bool(here != default)


def _sum(counts: dict[Key, Counter[str]], owned: set[Key]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for key in owned:
        total += counts.get(key, Counter())
    return {mark: total[mark] for mark in MARKS}


def _of_borrower(book: Book, borrower: str) -> set[Key]:
    """A borrower, its fleets and their sites, its contracts and leases and the customers that these name."""
    keys: set[Key] = {("borrowers", borrower)}
    for fleet in book.fleets:
        if fleet.borrower == borrower:
            keys |= {("fleets", fleet.id), ("sites", fleet.site)}
            backstops = (fleet.capacity_backstop, fleet.residual_backstop)
            keys |= {("customers", backstop.backer) for backstop in backstops if backstop is not None}
    for contract in book.contracts:
        if contract.borrower == borrower:
            keys |= {("contracts", contract.id), ("customers", contract.customer)}
    for lease in book.leases:
        if lease.borrower == borrower:
            keys |= {("leases", lease.id), ("customers", lease.customer)}
            if lease.backer is not None:
                keys.add(("customers", lease.backer))
    return keys
