"""As many paths as a wanted error of the fair margin takes."""

from __future__ import annotations

import math
from dataclasses import replace

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import Outcomes
from haircut.errors import CannotCompute
from haircut.pricing.margins import fair_margin
from haircut.runs import executor
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.kept_draws import Kept

MOST_PATHS = 2_000_000
"""`until_error_bp` gives up here."""
SPARE = 1.05
"""Paths beyond those that the error so far asks for, since it is an estimate too."""


def evaluate_until_error(
    case: Case, threads: int | None = None, progress: executor.Progress | None = None, label: str = "",
    kept: Kept | None = None,
) -> executor.Evaluation:  # fmt: skip
    """A run of its own; with `until_error_bp` more blocks are added until the fair margin of the case's claim is known.

    The error of n paths says how many are needed, ``n (error / wanted)^2``; so many whole blocks are simulated and
    the error is read again. The answer is bit for bit that of as many paths asked for at once, on any number of
    threads, because only sums of whole blocks decide.

    Returns:
        The evaluation, whose case holds the paths that were used.

    Raises:
        CannotCompute: where the claim has no fair margin or it has no error, or 2,000,000 paths are not enough.
    """
    wanted = case.settings.until_error_bp
    if wanted is None:
        return executor.evaluate(case, threads, progress, label, underwrite=True, sample=True, kept=kept)
    compiled = credit.compile_book(case)
    paths, base = whole_blocks(case.settings.paths), credit.base_case(compiled)
    after: tuple[Outcomes | None, Outcomes | None, dict[str, float]] = (None, None, {})
    while True:
        settings = case.settings.model_copy(update={"paths": paths})
        sized = replace(compiled, case=case.model_copy(update={"settings": settings}))
        found = executor.evaluate_compiled(sized, threads, progress, label, False, True, kept, base, after)
        error = fair_margin(found.view(case.claim)).std_error
        if error is None:
            raise CannotCompute(
                f"until_error_bp: {case.claim} has no fair margin with an error on {paths:,} paths; run without it"
            )
        if error <= wanted:
            return replace(
                found,
                underwritten=executor.underwrite_all(sized.case, compiled, base),
                further=executor.half_lives(compiled),
                calibrated=executor.priced_at_calibration(found, threads),
            )
        paths = max(whole_blocks(math.ceil(SPARE * paths * (error / wanted) ** 2)), paths + BLOCK_SIZE)
        if paths > MOST_PATHS:
            raise CannotCompute(
                f"until_error_bp: an error of {wanted:g} bp needs about {paths:,} paths; at most {MOST_PATHS:,} are "
                f"run. With {int(found.q.paths.sum()):,} it is {error:.2g} bp: ask for more than "
                f"{error * math.sqrt(int(found.q.paths.sum()) / MOST_PATHS):.2g} bp"
            )
        after = (found.p, found.q, found.ell)


def whole_blocks(paths: int) -> int:
    """The least number of paths in whole blocks that is no smaller."""
    return -(-paths // BLOCK_SIZE) * BLOCK_SIZE
