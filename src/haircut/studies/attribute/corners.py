"""The sixteen corners of the four mechanisms on common random numbers, as rows that can be kept."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from haircut import credit
from haircut.case import MECHANISMS, without
from haircut.case.case import Case
from haircut.errors import CannotCompute, Reason
from haircut.pricing.estimate import Estimate, missing
from haircut.pricing.margins import contractual_margin, fair_margin, fair_margin_of, quoted_margin
from haircut.pricing.response import loss_gradient
from haircut.pricing.risk import expected_loss, loss_given_default, probability
from haircut.pricing.view import ClaimView
from haircut.runs.executor import Evaluation, Progress, evaluate_compiled
from haircut.units import BASIS_POINTS_PER_UNIT

if TYPE_CHECKING:
    import polars as pl

    from haircut.scenarios.kept_draws import Kept

Rows = list[dict[str, Any]]

FAIR: Final = "fair_margin_bp"
PD: Final = "pd_maturity"
EL: Final = "el_bp"
LGD: Final = "lgd"
QUOTED: Final = "quoted_margin_bp"
CONTRACT: Final = "contractual_margin_bp"
ALL: Final = (1 << len(MECHANISMS)) - 1
"""The corner of the run itself, every mechanism on; 0 is the utility-style model, every one off."""
DEFLATION: Final = 1 << MECHANISMS.index("deflation")
CONVERGENCE: Final = 1 << MECHANISMS.index("convergence")
_DEPENDENT: Final = tuple(corner for corner in range(ALL + 1) if corner & CONVERGENCE)


def on(corner: int) -> tuple[str, ...]:
    """The mechanisms that act in a corner.

    >>> on(0), on(5)
    ((), ('deflation', 'convergence'))
    """
    return tuple(name for bit, name in enumerate(MECHANISMS) if corner >> bit & 1)


def off(corner: int) -> tuple[str, ...]:
    """The mechanisms that are switched off in a corner."""
    return on(ALL & ~corner)


def corner_rows(
    case: Case,
    threads: int | None = None,
    progress: Progress | None = None,
    surfaces: credit.SharedSurfaces | None = None,
) -> pl.DataFrame:
    """Simulate every corner of a case with the paths and the seed of its settings.

    A corner changes the world and not the loan: amounts and schedules are those of the case. The corner with
    every mechanism on is the case as it stands, so that its margin is that of `reprice`, bit for bit.

    Args:
        case: to attribute.
        threads: that work at once, by default all cores; never changes a result.
        progress: told what is done.
        surfaces: value surfaces to share with what was compiled before.

    Returns:
        One row a corner, claim and measure: `corner` (bits of the mechanisms that are on), `claim`,
        `measure`, `value`, `std_error`, `reason` and `deviations`, the weighted deviation of each block of
        paths, whose differences between corners carry the error of a difference.
    """
    import polars as pl

    # Corners are many, and compiling one leaves a core idle that may simulate another: each has one thread.
    workers = threads or os.cpu_count() or 1
    kept: Kept = {}
    shared = credit.SharedSurfaces() if surfaces is None else surfaces
    said = None if progress is None else _of_all(progress, case.settings.paths)
    whole = credit.compile_book(case, shared)
    claims, loan = whole.claim_ids, credit.with_stated_schedule(whole)
    base = credit.base_case(whole)  # of the run: quotes are read from it, and no corner asks for its own
    first = {ALL: whole}  # let go once it is simulated: a large book is large
    del whole

    def rows_of(dependent: int) -> dict[int, Rows]:
        """A corner with convergence on and the one that differs in nothing else: one compiled book serves both."""
        independent = dependent & ~CONVERGENCE
        try:
            compiled = credit.compile_book(without(loan, off(dependent)), shared)
        except CannotCompute:
            return {corner: _failed(corner, claims) for corner in (dependent, independent)}
        run = first.pop(dependent, compiled)
        rows = {dependent: _corner_rows(dependent, run, said, kept, base)}
        return rows | {independent: _corner_rows(independent, _independent(compiled), said, kept, base)}

    # Deflation alone changes what machines are worth: those corners one after another share their surfaces.
    order = sorted(_DEPENDENT, key=lambda corner: (not corner & DEFLATION, -corner))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        found: dict[int, Rows] = {}
        for pair in pool.map(rows_of, order):
            found |= pair
    rows = [row for corner in sorted(found) for row in found[corner]]
    return pl.DataFrame(rows, schema=_schema())


def _corner_rows(
    corner: int,
    compiled: credit.CompiledBook,
    progress: Progress | None,
    kept: Kept,
    base: credit.BaseCase,
) -> Rows:
    try:
        return _rows(corner, evaluate_compiled(compiled, 1, progress, _label(corner), kept=kept, base=base))
    except CannotCompute:
        if corner == ALL:
            raise
        return _failed(corner, compiled.claim_ids)


def _independent(compiled: credit.CompiledBook) -> credit.CompiledBook:
    """The book whose groups of drivers are read on other paths: what `without` convergence compiles to."""
    case = without(compiled.case, {"convergence"})
    scenarios = compiled.scenarios
    return replace(
        compiled,
        case=case,
        scenarios=replace(
            scenarios,
            p=scenarios.p._replace(independence_by_shift=True),
            q=scenarios.q._replace(independence_by_shift=True),
        ),
    )


def _schema() -> dict[str, Any]:
    import polars as pl

    return {
        "corner": pl.Int64, "claim": pl.String, "measure": pl.String, "value": pl.Float64,
        "std_error": pl.Float64, "reason": pl.String, "deviations": pl.List(pl.Float64),
    }  # fmt: skip


def _label(corner: int) -> str:
    return "all mechanisms" if corner == ALL else f"without {' '.join(off(corner))}"


def _of_all(progress: Progress, paths: int) -> Progress:
    """Tell how many paths of all corners under both measures are done; corners run side by side."""
    lock, parts, total = Lock(), dict[str, int](), (ALL + 1) * 2 * paths

    def say(what: str, done: int, _: int) -> None:
        with lock:
            parts[what] = done
            progress(f"{ALL + 1} corners, {what}", sum(parts.values()), total)

    return say


def _rows(corner: int, found: Evaluation) -> Rows:
    rows: Rows = []
    for claim, view in found.views().items():
        rows += [
            _row(corner, claim, FAIR, fair_margin(view), _margin_deviations(view)),
            _row(corner, claim, PD, probability("default_maturity")(view), _pd_deviations(view)),
            _row(corner, claim, EL, expected_loss()(view), _loss_deviations(view)),
            _row(corner, claim, LGD, loss_given_default(view), []),
        ]
        if corner == ALL:
            rows.append(_row(corner, claim, QUOTED, quoted_margin(view), []))
            rows.append(_row(corner, claim, CONTRACT, contractual_margin(view), []))
    return rows


def _row(corner: int, claim: str, measure: str, found: Estimate, deviations: list[float]) -> dict[str, Any]:
    return {
        "corner": corner, "claim": claim, "measure": measure, "value": found.value,
        "std_error": found.std_error, "reason": found.reason, "deviations": deviations,
    }  # fmt: skip


def _failed(corner: int, claims: tuple[str, ...], reason: Reason = "failed") -> Rows:
    return [
        _row(corner, claim, measure, missing(reason), [])
        for claim in claims
        for measure in (FAIR, PD, EL, LGD)
    ]


def _margin_deviations(view: ClaimView) -> list[float]:
    found = fair_margin_of(view)
    return [] if found is None else list(found.block_deviations(view) * BASIS_POINTS_PER_UNIT)


def _pd_deviations(view: ClaimView) -> list[float]:
    return list(view.p.block_deviations({"default_maturity": 1.0}))


def _loss_deviations(view: ClaimView) -> list[float]:
    gradient = loss_gradient(view.p)
    if not gradient:
        return list(np.zeros(view.p.blocks))
    return list(view.p.block_deviations(gradient) * BASIS_POINTS_PER_UNIT)
