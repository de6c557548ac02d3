"""What the user wrote: who owns what and who owes whom."""

from haircut.case.book.book import Book
from haircut.case.book.claims import Claim
from haircut.case.book.contracts import Contract
from haircut.case.book.credit import Credit
from haircut.case.book.fleets import Fleet
from haircut.case.book.leases import Lease
from haircut.case.book.lender_case import LenderCase
from haircut.case.book.parties import Account, Borrower, Customer, Issuer, Lender, Reserve, Site

__all__ = [
    "Account",
    "Book",
    "Borrower",
    "Claim",
    "Contract",
    "Credit",
    "Customer",
    "Fleet",
    "Issuer",
    "Lease",
    "Lender",
    "LenderCase",
    "Reserve",
    "Site",
]
