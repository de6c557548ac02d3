"""Who relies on whom inside a book, by the kind of tie."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from haircut.credit.arrays import BookArrays

TIES: Final = ("guarantor", "tenant", "backer", "landlord", "parent", "subsidiary")
"""Kinds of tie, the first that holds names a step of a chain."""

MARKET: Final = "market"
"""A step without a tie: unsold machines, lost buyers, lenders' lost appetite."""

Links = dict[int, list[tuple[str, int]]]
"""Borrower -> ties (kind, the borrower that it relies on), in the order of `TIES`."""


def links_of(arrays: BookArrays) -> Links:
    """The ties of every borrower to others of the book."""
    first = int(arrays.rules[0]["first_borrower_obligor"])
    found: dict[int, set[tuple[int, int]]] = {b: set() for b in range(len(arrays.borrowers))}

    def tie(kind: str, owners: Any, obligors: Any) -> None:
        for owner, obligor in zip(np.asarray(owners), np.asarray(obligors), strict=True):
            other = int(obligor) - first
            if other >= 0 and other != owner:
                found[int(owner)].add((TIES.index(kind), other))

    everybody = np.arange(len(arrays.borrowers))
    tie("guarantor", arrays.claims["borrower"], arrays.claims["guarantor"])
    for items in (arrays.contracts, arrays.leases):
        tie("tenant", items["borrower"], items["customer"])
    tie("backer", arrays.leases["borrower"], arrays.leases["backer"])
    for role in ("floor_backer", "residual_backer"):
        tie("backer", arrays.fleets["borrower"], arrays.fleets[role])
    tie("landlord", arrays.fleets["borrower"], arrays.fleets["hall_owner"])
    tie("parent", everybody, arrays.borrowers["parent"])
    children = np.flatnonzero(arrays.borrowers["corporate"] >= 0)
    tie("subsidiary", arrays.borrowers["corporate"][children], children + first)
    return {b: [(TIES[kind], other) for kind, other in sorted(ties)] for b, ties in found.items()}
