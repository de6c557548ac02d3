"""A borrower forced into default in a month: one more obligor outside the book, whose default is the borrower's."""

from __future__ import annotations

from typing import Final

import numpy as np

from haircut.credit.arrays import BookArrays
from haircut.scenarios.block import GROUPS, ScenarioBlock

OBLIGORS: Final = {
    "borrowers": ("parent", "exogenous"),
    "claims": ("guarantor",),
    "fleets": ("hall_owner", "floor_backer", "residual_backer"),
    "contracts": ("customer",),
    "leases": ("customer", "backer"),
}
"""Fields of the book's records that hold an obligor."""


def why_it_cannot_default(arrays: BookArrays, borrower: int) -> str:
    """Why a borrower cannot default, empty where it can: without debts only a corporate can."""
    terms = arrays.borrowers[borrower]
    if terms["claim_end"] > terms["claim_first"] or terms["keeps_cash"] == 1:
        return ""
    return "it has no debts, and is no corporate on whom others rely"


def with_forced_obligor(arrays: BookArrays, borrower: int) -> BookArrays:
    """The book in which a borrower also defaults when one more obligor does, the last before the borrowers.

    Args:
        arrays: the book; it is left as it is.
        borrower: position of the borrower.
    """
    forced = int(arrays.rules[0]["first_borrower_obligor"])
    changed = {"rules": arrays.rules.copy()}
    changed["rules"]["first_borrower_obligor"] += 1
    for name, fields in OBLIGORS.items():
        records = getattr(arrays, name).copy()
        for each in fields:
            records[each] += records[each] >= forced
        changed[name] = records
    changed["borrowers"]["exogenous"][borrower] = forced
    return arrays._replace(**changed)


def with_forced_month(block: ScenarioBlock, arrays: BookArrays, borrower: int, month: int) -> ScenarioBlock:
    """The block with the default of the forced obligor in `month`, earlier where the borrower's own credit says so.

    Args:
        block: paths of the drivers; shared, not copied.
        arrays: the book before the obligor was added.
        borrower: position of the borrower.
        month: 1..T.
    """
    count = block.reads.shape[1]
    months = np.full(count, month, dtype=np.int64)
    own = int(arrays.borrowers["exogenous"][borrower])
    if own >= 0:
        drawn = block.default_month[own, block.reads[len(GROUPS) + own]]
        months = np.where((drawn > 0) & (drawn < month), drawn, months)
    itself = np.arange(count, dtype=np.int64)
    return block._replace(
        default_month=np.ascontiguousarray(np.vstack([block.default_month, months])),
        reads=np.ascontiguousarray(np.vstack([block.reads, itself])),
    )


def with_forced_default(
    arrays: BookArrays, block: ScenarioBlock, borrower: int, month: int
) -> tuple[BookArrays, ScenarioBlock]:
    """The book and the block in which a borrower defaults in a month, whatever else happens.

    It falls where it lives and owes in that month; a corporate without debts falls too, since others rely on it.
    Every other driver keeps its path, so that the difference from the block before is the default's alone.
    """
    return with_forced_obligor(arrays, borrower), with_forced_month(block, arrays, borrower, month)
