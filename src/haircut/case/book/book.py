"""The book: every entity of a case, with its references checked."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from haircut.case.book.claims import Claim
from haircut.case.book.contracts import Contract
from haircut.case.book.fleets import Fleet
from haircut.case.book.leases import Lease
from haircut.case.book.lender_case import LenderCase
from haircut.case.book.parties import Borrower, Customer, Issuer, Lender, Site
from haircut.case.findings import RefusalError
from haircut.case.provenance import Frozen


class Book(Frozen):
    """Who owns what and who owes whom. Each field is one file of the folder `book/`."""

    issuers: tuple[Issuer, ...]
    borrowers: tuple[Borrower, ...]
    sites: tuple[Site, ...] = ()
    customers: tuple[Customer, ...] = ()
    lenders: tuple[Lender, ...] = ()
    fleets: tuple[Fleet, ...] = ()
    contracts: tuple[Contract, ...] = ()
    leases: tuple[Lease, ...] = ()
    claims: tuple[Claim, ...]
    lender_case: LenderCase = LenderCase()

    @model_validator(mode="after")
    def _references_hold(self) -> Self:
        from haircut.case.book.references import reference_problems

        problems = reference_problems(self)
        if problems:
            raise RefusalError(problems)
        return self
