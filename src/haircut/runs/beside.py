"""Rows of the scenarios beside a run."""

from __future__ import annotations

import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

from haircut import credit
from haircut.errors import CannotCompute
from haircut.pricing.estimate import missing
from haircut.pricing.measures import Measure
from haircut.runs import executor, tables
from haircut.runs.corners import BUILDING, CASE, DEPTH, WITHOUT, Corner, corners, hidden
from haircut.runs.executor import Evaluation, Progress
from haircut.runs.identity import run_id
from haircut.scenarios.kept_draws import Kept

FOLDER = ".beside"
"""Below the folder of runs: rows of cases shown beside one, so that another seed need not repeat them."""

Rows = list[dict[str, Any]]


def rows_beside(
    whole: Evaluation,
    others: tuple[Any, ...],
    root: Path,
    threads: int | None,
    progress: Progress | None,
    kept: Kept | None = None,
) -> Rows:
    """Measures of every scenario beside a run; one that cannot be computed is null, and the run goes on.

    Args:
        whole: the run itself.
        others: cases that are shown beside it.
        root: folder of all runs.
        threads, progress: as for the run.
        kept: raw draws of the run.
    """
    # A corner changes the world, not the loan: amounts and schedules are those of the run.
    loan = credit.with_stated_schedule(whole.compiled)

    def rows_of(corner: Corner) -> Rows:
        # Scenarios are many and short, so each has one thread and several run at once.
        if corner.name.startswith(CASE):
            return _of_case(corner, root, 1, said)
        if corner.case == loan.model_copy(update={"settings": corner.case.settings}) and not corner.shifted:
            # The customers' own rating among the ratings shown: the run has answered already.
            return tables.measure_rows(corner.name, whole.measures(), whole.case.settings.paths)
        return _of_corner(corner, whole, 1, said, kept)

    said = None if progress is None else _one_at_a_time(progress)
    wanted = list(corners(loan, others))
    # The longest first, so that no core waits at the end for one of them.
    order = sorted(range(len(wanted)), key=lambda number: -wanted[number].case.settings.paths)
    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        found = {number: pool.submit(rows_of, wanted[number]) for number in order}
        return [row for number in range(len(wanted)) for row in found[number].result()]


def _one_at_a_time(progress: Progress) -> Progress:
    """A progress that several threads may call."""
    lock = Lock()

    def say(what: str, done: int, total: int) -> None:
        with lock:
            progress(what, done, total)

    return say


def _of_corner(
    corner: Corner, whole: Evaluation, threads: int | None, progress: Progress | None, kept: Kept | None
) -> Rows:
    paths = corner.case.settings.paths
    paired = corner.name == BUILDING or corner.name.startswith((WITHOUT, DEPTH))
    claims = whole.compiled.claim_ids
    try:
        found = executor.evaluate(corner.case, threads, progress, corner.name, kept=kept)
    except CannotCompute:
        failed = [Measure(claim, "fair_margin_bp", None, None, "bp", False, "failed") for claim in claims]
        rows = tables.measure_rows(corner.name, failed, paths)
        return rows + [tables.hidden_row(corner.name, claim, missing("failed"), paths) for claim in claims]
    rows = tables.measure_rows(corner.name, found.measures(), paths)
    if corner.name.startswith(DEPTH):
        for claim in claims:
            rows += tables.crossing_rows(corner.name, found, claim, paths)
    if paired:
        rows += [
            tables.hidden_row(corner.name, claim, hidden(whole, found, claim), paths) for claim in claims
        ]
    return rows


def _of_case(corner: Corner, root: Path, threads: int | None, progress: Progress | None) -> Rows:
    """Rows of another case, read where the same case was shown beside a run before."""
    kept = root / FOLDER / f"{run_id(corner.case)}.json"
    try:
        rows: Rows = json.loads(kept.read_text("utf-8"))
        return rows
    except (OSError, ValueError):
        pass  # not kept, or cut short: computed again
    try:
        found = executor.evaluate(corner.case, threads, progress, corner.name, underwrite=True)
    except CannotCompute:
        return []
    rows = tables.measure_rows(corner.name, found.measures(), corner.case.settings.paths)
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".", suffix=".json", dir=kept.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(rows, file, allow_nan=False)
    Path(draft).replace(kept)
    return rows
