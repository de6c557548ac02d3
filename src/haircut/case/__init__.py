"""What the user wrote and what was observed: book, market, settings; YAML in, frozen models out, no maths."""

from haircut.case.book import Book
from haircut.case.case import Case
from haircut.case.check import check
from haircut.case.fields import schema_fields
from haircut.case.identity import canonical, content_hash
from haircut.case.load import load
from haircut.case.locate import example_names
from haircut.case.market import Market
from haircut.case.market.check import Stale, staleness
from haircut.case.marks import MarksByOwner, marks_by_owner, share_assumed
from haircut.case.mechanisms import MECHANISMS, without
from haircut.case.overlay import library_names, overlay, overlay_names
from haircut.case.register import input_marks, provenance_rows
from haircut.case.settings import RentPath, Scenario, Settings
from haircut.case.summary import Summary, summary

__all__ = [
    "MECHANISMS",
    "Book",
    "Case",
    "MarksByOwner",
    "Market",
    "RentPath",
    "Scenario",
    "Settings",
    "Stale",
    "Summary",
    "canonical",
    "check",
    "content_hash",
    "example_names",
    "input_marks",
    "library_names",
    "load",
    "marks_by_owner",
    "overlay",
    "overlay_names",
    "provenance_rows",
    "schema_fields",
    "share_assumed",
    "staleness",
    "summary",
    "without",
]
