"""Break-evens of two inputs together: for each level of one, the level of the other that reaches a limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.runs.choice import chosen_case
from haircut.studies.breakeven.limits import LIMITS
from haircut.studies.breakeven.loan import Loan
from haircut.studies.breakeven.singles import grid, nearest_root
from haircut.studies.breakeven.variables import Variable, variable

ROWS: Final = 10
CLOSE: Final = 4e-3
"""A point of a line is found to this share of the range."""


@dataclass(frozen=True, slots=True)
class Contour:
    """Where limits are reached in the plane of two inputs.

    Attributes:
        case, claim, as_of: what was asked.
        across, up: names of the inputs.
        units: of each.
        today: level of each, None where it has no single one.
        ranges: searched of each.
        lines: limit -> points (across, up), in order of across; a level of `across` without a root has none.
        kept: limit -> whether it is kept in the base case as it stands; None where it has none.
    """

    case: str
    claim: str
    as_of: str
    across: str
    up: str
    units: tuple[str, str]
    today: tuple[float | None, float | None]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    lines: dict[str, tuple[tuple[float, float], ...]]
    kept: dict[str, bool | None]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut breakeven --pair --json` prints."""
        return asdict(self)


def contour(
    case: Case | str | Path,
    pair: Sequence[str],
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    claim: str | None = None,
) -> Contour:
    """The lines on which two inputs together reach each limit of the base case; else as `break_evens`.

    Args:
        case, overlays, rent_basis, claim: as for `break_evens`.
        pair: names of two inputs; the second is solved for.

    Raises:
        UsageError: for an unknown input, the same one twice, or one that cannot act on the claim.
    """
    if len(pair) != 2 or pair[0] == pair[1]:
        raise UsageError(f"pair: found {' '.join(pair) or 'nothing'}; expected two different inputs")
    across, up = variable(pair[0]), variable(pair[1])
    chosen = chosen_case(case, rent_basis=rent_basis, overlays=overlays)
    loan = Loan.of(chosen, claim)
    for moving in (across, up):
        note = moving.cannot(loan.case, loan.claim)
        if note is not None:
            raise UsageError(f"pair: {moving.name} cannot act on {loan.claim.id}: {note}")
    _, rooms = loan.read(loan.base)
    nodes = [float(value) for value in np.linspace(across.low, across.high, ROWS)]
    nodes = sorted({float(round(node)) if across.whole else node for node in nodes})
    found = {node: _roots(loan, across, node, up) for node in nodes}
    for left, right in pairwise(
        nodes
    ):  # a line that begins or ends between two levels is followed to halfway
        middle = 0.5 * (left + right)
        if any(
            (left_root is None) != (found[right][name] is None) for name, left_root in found[left].items()
        ):
            found[float(round(middle)) if across.whole else middle] = _roots(loan, across, middle, up)
    lines = {
        name: [(node, root) for node in sorted(found) if (root := found[node][name]) is not None]
        for name in LIMITS
    }
    levels = tuple(moving.today(loan.case, loan.claim) for moving in (across, up))
    first, second = (level if math.isfinite(level) else None for level in levels)
    return Contour(
        chosen.name, loan.claim.id, chosen.market.as_of.isoformat(), across.name, up.name,
        (across.unit, up.unit), (first, second), ((across.low, across.high), (up.low, up.high)),
        {name: tuple(points) for name, points in lines.items()},
        {name: None if rooms[name] is None else bool(rooms[name] >= 0.0) for name in LIMITS},  # type: ignore[operator]
    )  # fmt: skip


def _roots(loan: Loan, across: Variable, node: float, up: Variable) -> dict[str, float | None]:
    return {name: _root(loan, across, node, up, name) for name in LIMITS}


def _root(loan: Loan, across: Variable, node: float, up: Variable, limit: str) -> float | None:
    moved = across.moved(loan.case, loan.claim, node)
    today = up.today(moved, loan.claim)

    def room(value: float) -> float | None:
        key = (across.name, node, up.name, value)
        return loan.at(key, up.moved(moved, loan.claim, value))[1][limit]

    known = [(value, room(value)) for value in grid(up, today)[::2]]
    values = [(value, found) for value, found in known if found is not None]
    return nearest_root(values, today, room, up, CLOSE)
