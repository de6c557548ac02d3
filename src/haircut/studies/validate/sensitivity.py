"""How far each assumption carries an answer: every input at both ends of its range, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from haircut.case import overlay
from haircut.case.case import Case
from haircut.errors import HaircutError
from haircut.pricing.margins import fair_margin
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress, evaluate
from haircut.studies.backtest.propagate import as_overlay, ranges

PARTS: Final = ("compute", "devices", "rents", "power", "funding", "liquidation", "rates", "credit")
PATHS: Final = 2_048


@dataclass(frozen=True, slots=True)
class Moved:
    """The fair margin with one input at either end of its range, bp; None where no margin is fair there.

    Attributes:
        path, low, value, high: of the input.
        at_low_bp, at_high_bp: the margin there, on the same random numbers as the base.
    """

    path: str
    low: float
    value: float
    high: float
    at_low_bp: float | None
    at_high_bp: float | None

    def span(self, base: float) -> float:
        """The larger of both moves, bp."""
        return max(
            (abs(end - base) for end in (self.at_low_bp, self.at_high_bp) if end is not None), default=0.0
        )


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """All inputs that have a range, the one that moves the answer most first.

    Attributes:
        case, claim, paths: of the answer. base_bp, error_bp: the answer.
        moved: by input.
    """

    case: str
    claim: str
    paths: int
    base_bp: float
    error_bp: float
    moved: tuple[Moved, ...]


def sensitivity(case: Case, threads: int | None = None, progress: Progress | None = None) -> Sensitivity:
    """Move every input of a case to both ends of its range, one at a time, on common random numbers."""
    chosen = chosen_case(case, PATHS)
    base = fair_margin(evaluate(chosen, threads).view(chosen.claim))
    places = ranges(chosen, PARTS)
    moved = []
    for done, (path, (low, value, high)) in enumerate(places.items()):
        if progress is not None:
            progress("sensitivity", done, len(places))
        ends = [_at(chosen, path, end, threads) for end in (low, high)]
        moved.append(Moved(path, low, value, high, *ends))
    level = float(base.value) if isinstance(base.value, (int, float)) else 0.0
    moved.sort(key=lambda row: -row.span(level))
    return Sensitivity(chosen.name, chosen.claim, PATHS, level, base.std_error or 0.0, tuple(moved))


def _at(case: Case, path: str, value: float, threads: int | None) -> float | None:
    try:
        laid = overlay(case, as_overlay(case, {path: value}, "end-of-range"))
        answer = fair_margin(evaluate(laid, threads).view(case.claim)).value
    except HaircutError:
        return None
    return float(answer) if isinstance(answer, (int, float)) else None
