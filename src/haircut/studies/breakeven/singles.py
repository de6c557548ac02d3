"""Break-evens of one input at a time: the level nearest to today's at which a limit is reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.runs.choice import chosen_case
from haircut.studies.breakeven.limits import LIMITS
from haircut.studies.breakeven.loan import Loan
from haircut.studies.breakeven.variables import VARIABLES, Variable, variable

CELLS: Final = 8
STEPS: Final = 16
CLOSE: Final = 1e-4
"""A root is found to this share of the variable's range."""

Why = Literal["cannot_act", "never_breaks", "always_broken", "not_applicable"]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """One input, one limit.

    Attributes:
        variable, limit: names.
        value: level of the input at which the limit is reached, in `unit`; None with `why`.
        unit: share, x, months or bp.
        today: level of the input in the case; None where it has no single one.
        kept_today: whether the limit is kept in the base case as it stands.
        why: `cannot_act` (the limit does not move in the whole range), `never_breaks`, `always_broken`, or
            `not_applicable` (the base case has no such limit).
        note: why the input cannot act, in words.
        low, high: range that was searched.
        at_low, at_high: what the limit's level is at its ends.
    """

    variable: str
    limit: str
    value: float | None
    unit: str
    today: float | None
    kept_today: bool | None
    why: Why | None
    note: str
    low: float
    high: float
    at_low: float | None
    at_high: float | None


@dataclass(frozen=True, slots=True)
class BreakEvens:
    """Every break-even of one claim.

    Attributes:
        case, claim, as_of, overlays: what was asked.
        levels: of each limit in the base case as it stands.
        rows: one for each input and limit.
    """

    case: str
    claim: str
    as_of: str
    overlays: tuple[str, ...]
    levels: dict[str, float | None]
    rows: tuple[BreakEven, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut breakeven --json` prints."""
        found = asdict(self)
        return {**found, "overlays": list(self.overlays), "rows": list(found["rows"])}


def break_evens(
    case: Case | str | Path,
    variables: Sequence[str] = tuple(VARIABLES),
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    claim: str | None = None,
) -> BreakEvens:
    """Levels of single inputs at which the base case has DSCR 1.00x, LTV (NOLV) 100 %, or loses principal.

    The loan keeps its amounts and schedule. No guarantor pays; a parent helps only while what the borrower owns
    is worth more than the debt. Everything else stays as expected, nobody defaults. An input is moved over
    its range on a grid that holds today's level; the root next to today's is then narrowed.

    Args:
        case: a case, its folder, or the name of an example.
        variables: names among `VARIABLES`.
        overlays, rent_basis: as for `haircut.underwrite`.
        claim: id; by default the claim of the case.

    Raises:
        UsageError: for an unknown variable or claim.
        InputRefused, CannotCompute: as `haircut.underwrite`.
    """
    if not variables:
        raise UsageError("break-even: found no variable; expected at least one")
    wanted = [variable(name) for name in variables]
    chosen = chosen_case(case, rent_basis=rent_basis, overlays=overlays)
    loan = Loan.of(chosen, claim)
    levels, _ = loan.read(loan.base)
    rows = [row for each in wanted for row in _rows(loan, each)]
    return BreakEvens(
        chosen.name, loan.claim.id, chosen.market.as_of.isoformat(), chosen.overlays, levels, tuple(rows)
    )


def _rows(loan: Loan, moving: Variable) -> list[BreakEven]:
    _, rooms = loan.read(loan.base)
    note = moving.cannot(loan.case, loan.claim)
    today = moving.today(loan.case, loan.claim)
    found = []
    for name in LIMITS:
        kept = None if rooms[name] is None else bool(rooms[name] >= 0.0)  # type: ignore[operator]
        if note is not None:
            found.append(_row(moving, name, None, today, kept, "cannot_act", note, None, None))
            continue
        found.append(_one(loan, moving, name, today, kept))
    return found


def _one(loan: Loan, moving: Variable, limit: str, today: float, kept: bool | None) -> BreakEven:
    room, level = reader(loan, moving, limit, "room"), reader(loan, moving, limit, "level")
    nodes = grid(moving, today)
    known = [(node, room(node)) for node in nodes]
    values = [(node, value) for node, value in known if value is not None]
    ends = level(nodes[0]), level(nodes[-1])
    if not values:
        return _row(moving, limit, None, today, kept, "not_applicable", "", *ends)
    root = nearest_root(values, today, room, moving)
    if root is not None:
        return _row(moving, limit, root, today, kept, None, "", *ends)
    spread = max(value for _, value in values) - min(value for _, value in values)
    why: Why = "never_breaks" if values[0][1] >= 0.0 else "always_broken"
    return _row(moving, limit, None, today, kept, "cannot_act" if spread < 1e-9 else why, "", *ends)


def reader(loan: Loan, moving: Variable, limit: str, what: str) -> Callable[[float], float | None]:
    """A function of the level of one input: a limit's `level` or `room`."""

    def read(value: float) -> float | None:
        answer = loan.at((moving.name, value), moving.moved(loan.case, loan.claim, value))
        return answer[0 if what == "level" else 1][limit]

    return read


def grid(moving: Variable, today: float) -> list[float]:
    """Levels from low to high, today's among them."""
    nodes = [float(value) for value in np.linspace(moving.low, moving.high, CELLS + 1)]
    if math.isfinite(today) and moving.low < today < moving.high:
        nodes.append(today)
    return sorted({float(round(node)) if moving.whole else node for node in nodes})


def nearest_root(
    values: Sequence[tuple[float, float]],
    today: float,
    room: Callable[[float], float | None],
    moving: Variable,
    close_share: float = CLOSE,
) -> float | None:
    """The level next to today's at which room changes sign; None where it does not.

    Of a whole number the first level beyond which the limit is broken (or, where it is broken today, kept).
    """
    crossings = [(left, right) for left, right in pairwise(values) if (left[1] >= 0.0) != (right[1] >= 0.0)]
    if not crossings:
        return None
    start = today if math.isfinite(today) else 0.0
    (low, at_low), (high, at_high) = min(
        crossings, key=lambda pair: min(abs(pair[0][0] - start), abs(pair[1][0] - start))
    )
    close = 1.0 if moving.whole else close_share * (moving.high - moving.low)
    for step in range(STEPS):
        if high - low <= close:
            break
        middle = 0.5 * (low + high)
        if (
            step % 2 == 0 and not moving.whole and at_low != at_high
        ):  # a secant, then a halving: jumps are met
            share = min(max(at_low / (at_low - at_high), 0.02), 0.98)
            middle = low + share * (high - low)
        middle = float(round(middle)) if moving.whole else middle
        value = room(middle)
        if value is None:
            return None
        if (value >= 0.0) == (at_low >= 0.0):
            low, at_low = middle, value
        else:
            high, at_high = middle, value
    if moving.whole:
        return high if abs(high - start) >= abs(low - start) else low
    return low + (high - low) * min(max(at_low / (at_low - at_high), 0.0), 1.0)


def _row(
    moving: Variable,
    limit: str,
    value: float | None,
    today: float,
    kept: bool | None,
    why: Why | None,
    note: str,
    at_low: float | None,
    at_high: float | None,
) -> BreakEven:
    level = today if math.isfinite(today) else None
    return BreakEven(
        moving.name,
        limit,
        value,
        moving.unit,
        level,
        kept,
        why,
        note,
        moving.low,
        moving.high,
        at_low,
        at_high,
    )
