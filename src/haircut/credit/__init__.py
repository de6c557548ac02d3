"""The month of a book: from a case to what happens to every claim, on one path or on a million.

`compile_book` is the only door from names to arrays; `simulate` runs paths, `base_case` the expected one.
"""

from haircut.credit.base_case import base_case
from haircut.credit.compile import CompiledBook, compile_book
from haircut.credit.outcomes import CAUSES, COLUMNS, BaseCase, Outcomes
from haircut.credit.pledged import pledged_fleets, pledged_value, value_half_life
from haircut.credit.simulate import simulate
from haircut.credit.stated_schedule import with_stated_schedule
from haircut.credit.surfaces import SharedSurfaces

__all__ = [
    "CAUSES",
    "COLUMNS",
    "BaseCase",
    "CompiledBook",
    "Outcomes",
    "SharedSurfaces",
    "base_case",
    "compile_book",
    "pledged_fleets",
    "pledged_value",
    "simulate",
    "value_half_life",
    "with_stated_schedule",
]
