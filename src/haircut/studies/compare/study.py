"""Two recorded runs: the change of the fair margin by time, data, assumptions, simulation and code."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from pydantic import ValidationError

from haircut.case.case import Case
from haircut.errors import CannotCompute, InputRefused, UsageError
from haircut.pricing.margins import fair_margin
from haircut.runs.corners import hidden
from haircut.runs.executor import Evaluation, Progress, evaluate
from haircut.runs.run import Run
from haircut.studies.compare.blend import at_date, with_facts

FAIR: Final = "fair_margin_bp"
LOW_HEADROOM: Final = 0.10


@dataclass(frozen=True, slots=True)
class Part:
    """One cause: time, data, assumption, simulation or code.

    Attributes:
        cause: name.
        bp, std_error: change of the fair margin; the error is paired where both ends were simulated here.
        note: why a part could not be told from the next one; else empty.
    """

    cause: str
    bp: float
    std_error: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Headroom:
    """One covenant of the base case: headroom as a share of its level, before and after.

    Attributes:
        test: dscr, or ltv with its basis.
        level: of the covenant in the second run.
        before, after: ``lowest DSCR / level - 1`` or ``1 - highest LTV / level``; None where not tested.
        low: whether it fell below 10 % in the second run.
    """

    test: str
    level: float
    before: float | None
    after: float | None
    low: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The change between two runs of one claim; parts sum to it exactly.

    Attributes:
        case, claim, as_of: of the second run.
        first, second: ids.
        before_bp, after_bp: recorded fair margins.
        parts: in the order in which they were laid on the first run.
        headroom: of every covenant that the base case tests.
    """

    case: str
    claim: str
    as_of: str
    first: str
    second: str
    before_bp: float
    after_bp: float
    parts: tuple[Part, ...]
    headroom: tuple[Headroom, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut compare --json` prints."""
        found = asdict(self)
        change = self.after_bp - self.before_bp
        return {
            **found,
            "change_bp": change,
            "parts": list(found["parts"]),
            "headroom": list(found["headroom"]),
        }


def compare(
    first: str | Path | Run,
    second: str | Path | Run,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Explain the change of the fair margin from one recorded run to another.

    Cases between the two are simulated with the code of today: the first run's inputs as they are (code), on the
    second one's as-of date (time), with its observed and estimated values (data), with its assumptions and
    settings of the scenario (assumption), with its paths and seed (simulation); what then remains to the second
    run's recorded margin is code again. The order is fixed, and the parts sum exactly.

    Args:
        first, second: runs, their folders, or the first digits of their ids.
        threads, progress: as for `haircut.reprice`.

    Raises:
        InputRefused: where a run is not recorded.
        UsageError: where the second run's claim is not in the first.
        CannotCompute: where a run has no fair margin.
    """
    one, other = (each if isinstance(each, Run) else Run.load(each) for each in (first, second))
    claim = other.claim
    ends = [run.value(FAIR, claim) for run in (one, other)]
    if ends[0] is None and one.row(FAIR, claim) is None:
        raise UsageError(f"compare: found no claim {claim!r} in run {one.id}; expected two runs of one claim")
    if not all(isinstance(end, float) for end in ends):
        raise CannotCompute(f"compare: the fair margin of {claim} is null in one of the two runs")
    before, after = (float(end) for end in ends if isinstance(end, float))
    trees = [json.loads((run.folder / "inputs.json").read_text("utf-8")) for run in (one, other)]
    steps, notes = _cases(*trees)
    errors = [run.row(FAIR, claim) or {} for run in (one, other)]

    asked: list[Evaluation | None] = []
    for place, case in enumerate(steps):
        same = place > 0 and case == steps[place - 1]
        asked.append(asked[-1] if same else evaluate(case, threads, progress, CAUSES[place], kept={}))
    start, end = (each for each in (asked[0], asked[-1]))
    assert start is not None and end is not None
    opening = _fair(start, claim) - before
    closing = after - _fair(end, claim)
    parts = [_code(opening + closing, opening, closing, errors)]
    for place in range(1, len(steps)):
        left, right = asked[place], asked[place - 1]
        assert left is not None and right is not None
        parts.append(_part(CAUSES[place], left, right, claim, notes.get(CAUSES[place], "")))
    return Comparison(
        str(other.manifest["case"]), claim, str(other.manifest["as_of"]), one.id, other.id, before, after,
        tuple(parts), _headrooms(one, other, steps[-1], claim),
    )  # fmt: skip


CAUSES: Final = ("code", "time", "data", "assumption", "simulation")


def _cases(first: Any, second: Any) -> tuple[list[Case], dict[str, str]]:
    """The cases at which the walk stops, and why a stop was left out."""
    begin, finish = _built(first), _built(second)
    assert begin is not None and finish is not None
    notes: dict[str, str] = {}
    stops = [begin]
    for cause, tree in (("time", at_date(first, second)), ("data", with_facts(first, second))):
        made = _built(tree)
        if made is None:
            notes[cause] = "the case between is not a valid one: what this did is in the next part"
            made = stops[-1]
        stops.append(made)
    theirs = {name: getattr(begin.settings, name) for name in ("paths", "seed")}
    stops.append(finish.model_copy(update={"settings": finish.settings.model_copy(update=theirs)}))
    stops.append(finish)
    return stops, notes


def _built(tree: Any) -> Case | None:
    try:
        return Case.model_validate_json(json.dumps(tree))
    except (ValidationError, InputRefused):
        return None


def _fair(found: Evaluation, claim: str) -> float:
    value = fair_margin(found.view(claim)).value
    if not isinstance(value, float):
        raise CannotCompute(f"compare: {claim} has no fair margin in a case between the two runs")
    return value


def _part(cause: str, left: Evaluation, right: Evaluation, claim: str, note: str) -> Part:
    change = _fair(left, claim) - _fair(right, claim)
    if left is right:
        return Part(cause, 0.0, None, note)
    if (
        left.case.settings.paths != right.case.settings.paths
        or left.case.settings.seed != right.case.settings.seed
    ):
        errors = [fair_margin(each.view(claim)).std_error for each in (left, right)]
        return Part(cause, change, None if None in errors else math.hypot(*(e or 0.0 for e in errors)), note)
    return Part(cause, change, hidden(left, right, claim).std_error, note)


def _code(total: float, opening: float, closing: float, rows: list[dict[str, Any]]) -> Part:
    """Recorded against computed again: nothing where both runs are of the code of today."""
    if opening == 0.0 and closing == 0.0:
        return Part("code", 0.0, None)
    found = [rows[place]["std_error"] for place, gap in enumerate((opening, closing)) if gap != 0.0]
    return Part("code", total, None if None in found else math.hypot(*found), "error as if not paired")


def _headrooms(one: Run, other: Run, case: Case, claim: str) -> tuple[Headroom, ...]:
    terms = next(each for each in case.book.claims if each.id == claim)
    found = []
    for covenant in terms.covenants:
        if covenant.test == "dscr" and covenant.minimum:
            name, level, column = "dscr", covenant.minimum, "dscr"
        elif covenant.test == "ltv" and covenant.maximum and covenant.basis:
            name, level, column = f"ltv ({covenant.basis})", covenant.maximum, f"{covenant.basis}_ltv"
        else:
            continue
        before, after = (_room(run.ladder, claim, column, level) for run in (one, other))
        low = after is not None and after < LOW_HEADROOM and (before is None or before >= LOW_HEADROOM)
        found.append(Headroom(name, level, before, after, low))
    return tuple(found)


def _room(ladder: pl.DataFrame, claim: str, column: str, level: float) -> float | None:
    values = ladder.filter(pl.col("claim") == claim)[column].drop_nulls()
    if not values.len():
        return None
    if column == "dscr":
        return float(values.min()) / level - 1.0  # type: ignore[arg-type]
    return 1.0 - float(values.max()) / level  # type: ignore[arg-type]
