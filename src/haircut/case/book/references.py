"""Do the entities of a book name each other rightly, and do their dates and shares fit together?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from haircut.case.book.claims import Claim
from haircut.case.book.contracts import Contract
from haircut.case.book.fleets import Fleet
from haircut.case.book.parties import Issuer
from haircut.case.findings import Finding, Path, one_of, show
from haircut.case.provenance import Entity

if TYPE_CHECKING:
    from haircut.case.book.book import Book

SINGULAR = {
    "issuers": "an issuer",
    "borrowers": "a borrower",
    "sites": "a site",
    "customers": "a customer",
    "lenders": "a lender",
    "fleets": "a fleet",
    "contracts": "a contract",
    "leases": "a lease",
    "claims": "a claim",
}


@dataclass(frozen=True, slots=True)
class Entities:
    """The entities of a book of which some may be unreadable: those are None, and their ids are still known.

    Attributes:
        read: for each field of the book its entities in order, None for an unreadable one.
        ids: for each field the ids in order; the field is absent where its whole file is unreadable.
    """

    read: dict[str, list[Any]]
    ids: dict[str, list[str]]

    @classmethod
    def of(cls, book: Book) -> Entities:
        read = {name: list(getattr(book, name)) for name in SINGULAR}
        return cls(read, {name: [entity.id for entity in entities] for name, entities in read.items()})

    def each(self, field: str) -> Iterator[tuple[int, Any]]:
        """The readable entities with their place in the file."""
        return (
            (index, entity) for index, entity in enumerate(self.read.get(field, [])) if entity is not None
        )

    def find(self, field: str, id_: str) -> Any:
        """The readable entity of this id, or None."""
        return next((entity for _, entity in self.each(field) if entity.id == id_), None)

    def dangling(self, field: str, id_: str, path: Path) -> list[Finding]:
        """A finding where no entity of `field` has this id."""
        if field not in self.ids or id_ in self.ids[field]:
            return []
        return [
            Finding(path, show(id_), one_of(f"the id of {SINGULAR[field]} of the book", id_, self.ids[field]))
        ]


def reference_problems(book: Book) -> list[Finding]:
    """Everything in a book that names nothing, names something twice, or contradicts what it names."""
    return findings_of(Entities.of(book))


def findings_of(book: Entities) -> list[Finding]:
    """The same for a book of which some entities could not be read."""
    return [
        *_duplicates(book),
        *_obligors(book),
        *_parties(book),
        *_contracts(book),
        *_leases(book),
        *_claims(book),
        *_circles(book),
    ]


def _duplicates(book: Entities) -> Iterator[Finding]:
    for field, ids in book.ids.items():
        for index, id_ in enumerate(ids):
            first = ids.index(id_)
            if id_ and first < index:
                found = f"{show(id_)}, also the id of {field}[{first}]"
                yield Finding((field, index, "id"), found, f"an id used once among {field}")


def _obligors(book: Entities) -> Iterator[Finding]:
    """Two parties whose default is drawn by name cannot share one: they would be one party."""
    seen: dict[str, str] = {}
    for field in ("customers", "issuers", "borrowers"):
        for index, party in book.each(field):
            if party.credit is None:
                continue
            other = seen.setdefault(party.id, f"{field}[{index}]")
            if not other.startswith(field):
                found = f"{show(party.id)}, also the id of {other}, which has credit too"
                yield Finding((field, index, "id"), found, "an id of its own, or no credit")


def _parties(book: Entities) -> Iterator[Finding]:
    for index, issuer in book.each("issuers"):
        yield from _corporate(book, index, issuer)
    for index, borrower in book.each("borrowers"):
        yield from book.dangling("issuers", borrower.issuer, ("borrowers", index, "issuer"))
    for index, customer in book.each("customers"):
        if customer.borrower is not None:
            yield from book.dangling("borrowers", customer.borrower, ("customers", index, "borrower"))
    for index, site in book.each("sites"):
        if site.landlord_borrower is not None:
            path: Path = ("sites", index, "landlord_borrower")
            yield from book.dangling("borrowers", site.landlord_borrower, path)
    for index, fleet in book.each("fleets"):
        yield from book.dangling("borrowers", fleet.borrower, ("fleets", index, "borrower"))
        yield from book.dangling("sites", fleet.site, ("fleets", index, "site"))
        for name in ("capacity_backstop", "residual_backstop"):
            backstop = getattr(fleet, name)
            if backstop is not None:
                yield from book.dangling("customers", backstop.backer, ("fleets", index, name, "backer"))
        yield from _funding_draw(book, index, fleet)


def _corporate(book: Entities, index: int, issuer: Issuer) -> Iterator[Finding]:
    """The corporate of an issuer is its own borrower, and then the issuer's credit is that borrower's."""
    if issuer.corporate is None:
        return
    path: Path = ("issuers", index, "corporate")
    yield from book.dangling("borrowers", issuer.corporate, path)
    borrower = book.find("borrowers", issuer.corporate)
    if borrower is not None and borrower.issuer != issuer.id:
        found = f"{show(borrower.id)}, a borrower of {borrower.issuer!r}"
        yield Finding(path, found, f"a borrower of {issuer.id!r}")
    if issuer.credit is not None:
        expected = f"no credit: the corporate {issuer.corporate!r} is in the book, state its credit there"
        yield Finding(("issuers", index, "credit"), "the credit of an issuer with a corporate", expected)


def _funding_draw(book: Entities, index: int, fleet: Fleet) -> Iterator[Finding]:
    if fleet.funded_by_draw is None or "claims" not in book.ids or None in book.read["claims"]:
        return
    claims: list[Claim] = [claim for _, claim in book.each("claims") if claim.borrower == fleet.borrower]
    dates = sorted({draw.date for claim in claims for draw in claim.draws})
    if fleet.funded_by_draw not in dates:
        valid = f": {', '.join(map(str, dates))}" if dates else ", of which there is none"
        path: Path = ("fleets", index, "funded_by_draw")
        yield Finding(path, show(fleet.funded_by_draw), f"the date of a draw of {fleet.borrower!r}{valid}")


def _contracts(book: Entities) -> Iterator[Finding]:
    for index, contract in book.each("contracts"):
        here: Path = ("contracts", index)
        yield from book.dangling("borrowers", contract.borrower, (*here, "borrower"))
        yield from book.dangling("fleets", contract.fleet, (*here, "fleet"))
        yield from book.dangling("customers", contract.customer, (*here, "customer"))
        fleet = book.find("fleets", contract.fleet)
        if fleet is None:
            continue
        if fleet.borrower != contract.borrower:
            expected = f"{fleet.borrower!r}, which owns the fleet {fleet.id!r}"
            yield Finding((*here, "borrower"), show(contract.borrower), expected)
        yield from _overlap(book, index, contract, fleet)


def _leases(book: Entities) -> Iterator[Finding]:
    for index, lease in book.each("leases"):
        here: Path = ("leases", index)
        yield from book.dangling("borrowers", lease.borrower, (*here, "borrower"))
        yield from book.dangling("customers", lease.customer, (*here, "customer"))
        if lease.backer is not None:
            yield from book.dangling("customers", lease.backer, (*here, "backer"))


def _overlap(book: Entities, index: int, contract: Contract, fleet: Fleet) -> Iterator[Finding]:
    """More units rented out than the fleet has, on the day on which this contract starts.

    Use rises only where a contract starts, so those days are enough. The last of equals reports.
    """
    rivals = [
        (place, rival)
        for place, rival in book.each("contracts")
        if rival.fleet == contract.fleet and rival.start <= contract.start < rival.end
    ]
    if rivals and (contract.start, index) < max((rival.start, place) for place, rival in rivals):
        return
    units = sum(rival.units for _, rival in rivals)
    if units > fleet.units * (1.0 + 1e-9):
        names = ", ".join(rival.id for _, rival in rivals)
        found = f"{show(units)} units rented from {contract.start} ({names})"
        expected = f"at most the {show(fleet.units)} units of the fleet {fleet.id!r} at any time"
        yield Finding(("contracts", index, "units"), found, expected)


def _claims(book: Entities) -> Iterator[Finding]:
    for index, claim in book.each("claims"):
        here: Path = ("claims", index)
        yield from book.dangling("borrowers", claim.borrower, (*here, "borrower"))
        for field, named in (("fleets", "collateral_fleets"), ("leases", "collateral_leases")):
            yield from _collateral(book, claim, field, named, here)
        yield from _guarantor(book, claim, here)
        yield from _lenders(book, claim, here)
        yield from (finding.below(here) for finding in _dates(claim))


def _collateral(book: Entities, claim: Claim, field: str, named: str, here: Path) -> Iterator[Finding]:
    ids: tuple[str, ...] = getattr(claim, named)
    for place, id_ in enumerate(ids):
        path: Path = (*here, named, place)
        yield from book.dangling(field, id_, path)
        if id_ in ids[:place]:
            yield Finding(path, f"{show(id_)} again", f"each {SINGULAR[field].split()[1]} once")
        pledged = book.find(field, id_)
        if pledged is not None and pledged.borrower != claim.borrower:
            found = f"{show(id_)}, which belongs to {pledged.borrower!r}"
            yield Finding(path, found, f"{SINGULAR[field]} of the claim's borrower {claim.borrower!r}")


def _guarantor(book: Entities, claim: Claim, here: Path) -> Iterator[Finding]:
    if claim.guarantee is None:
        return
    path: Path = (*here, "guarantee", "guarantor")
    yield from book.dangling("issuers", claim.guarantee.guarantor, path)
    issuer = book.find("issuers", claim.guarantee.guarantor)
    if issuer is not None and issuer.credit is None and issuer.corporate is None:
        found = f"{show(issuer.id)}, an issuer without credit"
        yield Finding(
            path, found, "an issuer with credit (a rating, a curve or hazard_per_year) or a corporate"
        )
    if issuer is not None and issuer.corporate == claim.borrower:
        yield Finding(path, show(issuer.id), f"no guarantee of the corporate {claim.borrower!r} for itself")


def _circles(book: Entities) -> Iterator[Finding]:
    """Guarantees of parents for each other's own debts that come back to whom they are for: nobody stands behind."""
    owners = {
        issuer.corporate: issuer.id for _, issuer in book.each("issuers") if issuer.corporate is not None
    }
    behind: dict[str, list[str]] = {}
    for _, claim in book.each("claims"):
        if claim.guarantee is not None and claim.borrower in owners:
            behind.setdefault(owners[claim.borrower], []).append(claim.guarantee.guarantor)
    for index, claim in book.each("claims"):
        if claim.guarantee is None or claim.borrower not in owners:
            continue
        owner, guarantor = owners[claim.borrower], claim.guarantee.guarantor
        chain = _way(behind, guarantor, owner)
        if guarantor != owner and chain:
            found = f"{show(guarantor)}, for whose own debt {show(chain[1])} stands"
            expected = f"no circle of guarantees: {' -> '.join([owner, *chain])}"
            yield Finding(("claims", index, "guarantee", "guarantor"), found, expected)


def _way(behind: dict[str, list[str]], start: str, end: str) -> list[str]:
    """The shortest chain of guarantors from one issuer to another, both named; empty where there is none."""
    chains, seen = [[start]], {start}
    while chains:
        chain = chains.pop(0)
        for other in behind.get(chain[-1], []):
            if other == end:
                return [*chain, other]
            if other not in seen:
                seen.add(other)
                chains.append([*chain, other])
    return []


def _lenders(book: Entities, claim: Claim, here: Path) -> Iterator[Finding]:
    names = [item.lender for item in claim.lenders]
    for place, id_ in enumerate(names):
        path: Path = (*here, "lenders", place, "lender")
        yield from book.dangling("lenders", id_, path)
        if id_ in names[:place]:
            yield Finding(path, f"{show(id_)} again", "each lender once")
    total = sum(item.share for item in claim.lenders)
    if names and abs(total - 1.0) > 1e-9:
        yield Finding((*here, "lenders"), f"shares that sum to {total:.10g}", "shares that sum to 1")


def _dates(claim: Claim) -> Iterator[Finding]:
    opening, maturity = claim.closing_date, claim.maturity_date
    life = f"the claim's life, {opening} to {maturity}"
    start = claim.amortisation.start
    if start is not None and not opening <= start <= maturity:
        yield Finding(("amortisation", "start"), show(start), f"a date in {life}")
    for place, covenant in enumerate(claim.covenants):
        if covenant.first_test is not None and not opening <= covenant.first_test <= maturity:
            yield Finding(("covenants", place, "first_test"), show(covenant.first_test), f"a date in {life}")
    last = claim.draw_conditions.last_draw_date
    for place, draw in enumerate(claim.draws):
        path: Path = ("draws", place, "date")
        if not opening <= draw.date < maturity:
            yield Finding(path, show(draw.date), f"a date in {life}, before its last day")
        elif last is not None and draw.date > last:
            yield Finding(path, show(draw.date), f"a date up to last_draw_date, {last}")


def entity_ids(items: object) -> list[str]:
    """The ids that plain data of a book file names, "" where an item has none.

    >>> entity_ids(({"id": "a"}, {"name": "no id"}))
    ['a', '']
    """
    if not isinstance(items, tuple):
        return []
    ids = [
        item.get("id") if isinstance(item, dict) else item.id if isinstance(item, Entity) else None
        for item in items
    ]
    return [id_ if isinstance(id_, str) else "" for id_ in ids]
