"""One case from its files to its measures: P, the premium read at its loss, then Q."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import BaseCase, Outcomes
from haircut.pricing.measures import Measure
from haircut.pricing.moments import first_blocks
from haircut.pricing.underwriting import Underwriting, underwriting
from haircut.pricing.value import novelty_of, premiums, value, views
from haircut.pricing.view import ClaimView
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.kept_draws import Kept, keeping
from haircut.units import BASIS_POINT

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Evaluation:
    """One case, simulated under both measures.

    Attributes:
        case: as it was run, its paths and seed in its settings.
        compiled: the compiled book.
        base: the base case on expected rents.
        p, q: outcomes under each measure.
        ell: premium by claim id with which Q was discounted, decimal a year.
        underwritten: by claim id, where it was asked for.
        calibrated: Q again, with the market's premium for novelty on top of `ell`; None where it has none or it
            was not asked for.
    """

    case: Case
    compiled: Any
    base: BaseCase
    p: Outcomes
    q: Outcomes
    ell: dict[str, float]
    underwritten: dict[str, Underwriting]
    calibrated: Outcomes | None = None

    def measures(self) -> tuple[Measure, ...]:
        """Every measure of every claim."""
        return value(
            self.compiled, self.case, self.base, self.p, self.q, self.ell, self.underwritten, self.calibrated
        )

    def views(self, paths: int | None = None) -> Mapping[str, ClaimView]:
        """What the estimators read, by claim id, of the first paths only if wanted (whole blocks)."""
        p, q = self.p, self.q
        if paths is not None and paths < int(p.paths.sum()):
            p, q = first_blocks(p, paths // BLOCK_SIZE), first_blocks(q, paths // BLOCK_SIZE)
        return views(self.compiled, self.case, self.base, p, q, self.ell)

    def view(self, claim: str, paths: int | None = None) -> ClaimView:
        """The same of one claim; of many claims ask `views` once."""
        return self.views(paths)[claim]


def evaluate(
    case: Case,
    threads: int | None = None,
    progress: Progress | None = None,
    label: str = "",
    underwrite: bool = False,
    sample: bool = False,
    kept: Kept | None = None,
) -> Evaluation:
    """Simulate a case under P and Q with the paths and the seed of its settings.

    Args:
        case: to run.
        threads: how many work at once; never changes a result.
        progress: told what is done.
        label: name of the scenario, for `progress`.
        underwrite: answer the lender's questions too, and price at the market's calibration where it has one.
        sample: keep paths for fans.
        kept: raw draws shared by the scenarios of a run.
    """
    say = progress or (lambda what, done, total: None)
    say(f"{label} compile", 0, 1)
    compiled = credit.compile_book(case)
    say(f"{label} compile", 1, 1)
    return evaluate_compiled(compiled, threads, progress, label, underwrite, sample, kept)


def evaluate_compiled(
    compiled: credit.CompiledBook,
    threads: int | None = None,
    progress: Progress | None = None,
    label: str = "",
    underwrite: bool = False,
    sample: bool = False,
    kept: Kept | None = None,
    base: BaseCase | None = None,
) -> Evaluation:
    """The same of a book that is compiled already; arguments as `evaluate`, `base` where it is known."""
    say = progress or (lambda what, done, total: None)
    case = compiled.case
    compiled = replace(compiled, scenarios=keeping(compiled.scenarios, {} if kept is None else kept))
    paths, seed = case.settings.paths, case.settings.seed

    def counted(measure: str) -> Callable[[float], None]:
        return lambda share: say(f"{label} {measure}", round(share * paths), paths)

    p = credit.simulate(compiled, "P", paths, seed, threads=threads, progress=counted("P"), sample=sample)
    ell = {claim: premium.floored_bp * BASIS_POINT for claim, premium in premiums(compiled, case, p).items()}
    q = credit.simulate(compiled, "Q", paths, seed, threads=threads, ell=ell, progress=counted("Q"))
    base = credit.base_case(compiled) if base is None else base
    answers = underwrite_all(case, compiled, base) if underwrite else {}
    calibrated, novelty = None, novelty_of(case)
    if underwrite and novelty is not None:
        more = {claim: each + novelty for claim, each in ell.items()}
        calibrated = credit.simulate(compiled, "Q", paths, seed, threads=threads, ell=more)
    return Evaluation(case, compiled, base, p, q, ell, answers, calibrated)


def underwrite_all(case: Case, compiled: Any, base: BaseCase) -> dict[str, Underwriting]:
    """Underwriting of every claim, by id."""
    lender = credit.base_case(compiled, rent=case.book.lender_case.rent)
    return {
        claim.id: underwriting(case, claim, compiled, base, lender)
        for claim in case.book.claims
        if claim.id in compiled.claim_ids
    }
