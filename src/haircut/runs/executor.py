"""One case from its files to its measures: P, the premium read at its loss, then Q."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import BaseCase, Outcomes
from haircut.pricing.estimate import Estimate, exact, missing
from haircut.pricing.margins import fair_margin_of
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
        further: by claim id and measure, what more than one simulation answers, where it was asked for.
    """

    case: Case
    compiled: Any
    base: BaseCase
    p: Outcomes
    q: Outcomes
    ell: dict[str, float]
    underwritten: dict[str, Underwriting]
    calibrated: Outcomes | None = None
    further: dict[str, dict[str, Estimate]] = field(default_factory=dict)

    def measures(self) -> tuple[Measure, ...]:
        """Every measure of every claim."""
        return value(
            self.compiled, self.case, self.base, self.p, self.q, self.ell, self.underwritten, self.calibrated,
            self.further,
        )  # fmt: skip

    def effective_paths(self) -> int:
        """Paths that would give the case's fair margin the same error without control variates."""
        paths, view = int(self.q.paths.sum()), self.view(self.case.claim)
        found = fair_margin_of(view)
        if found is None or found.controlled is None:
            return paths
        with_them, without = found.standard_error(view), replace(found, controlled=None).standard_error(view)
        return round(paths * (without / with_them) ** 2) if with_them and without else paths

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
    after: tuple[Outcomes | None, Outcomes | None, dict[str, float]] | None = None,
) -> Evaluation:
    """The same of a book that is compiled already; arguments as `evaluate`, `base` where it is known.

    `after`: outcomes of whole blocks under P and Q, and the premium of the latter; Q is done again where more paths
    move the premium.
    """
    say = progress or (lambda what, done, total: None)
    case = compiled.case
    compiled = replace(compiled, scenarios=keeping(compiled.scenarios, {} if kept is None else kept))
    paths, seed = case.settings.paths, case.settings.seed

    def counted(measure: str) -> Callable[[float], None]:
        return lambda share: say(f"{label} {measure}", round(share * paths), paths)

    control = case.settings.control_variates
    before = after or (None, None, {})
    p = credit.simulate(
        compiled, "P", paths, seed, threads=threads, progress=counted("P"), sample=sample, control=control,
        after=before[0],
    )  # fmt: skip
    ell = {claim: premium.floored_bp * BASIS_POINT for claim, premium in premiums(compiled, case, p).items()}
    q = credit.simulate(
        compiled, "Q", paths, seed, threads=threads, ell=ell, progress=counted("Q"), control=control,
        after=before[1] if ell == before[2] else None,
    )  # fmt: skip
    base = credit.base_case(compiled) if base is None else base
    answers = underwrite_all(case, compiled, base) if underwrite else {}
    found = Evaluation(case, compiled, base, p, q, ell, answers)
    if not underwrite:
        return found
    return replace(found, calibrated=priced_at_calibration(found, threads), further=half_lives(compiled))


def priced_at_calibration(found: Evaluation, threads: int | None) -> Outcomes | None:
    """Q again with the market's premium for novelty on top; None where it has none."""
    novelty = novelty_of(found.case)
    if novelty is None:
        return None
    settings = found.case.settings
    more = {claim: each + novelty for claim, each in found.ell.items()}
    return credit.simulate(
        found.compiled, "Q", settings.paths, settings.seed, threads=threads, ell=more,
        control=settings.control_variates,
    )  # fmt: skip


def half_lives(compiled: Any) -> dict[str, dict[str, Estimate]]:
    """Half-life of what is pledged to each claim, by claim id; not_applicable where nothing is or it never halves."""
    found: dict[str, dict[str, Estimate]] = {}
    for claim in compiled.case.book.claims:
        if claim.id in compiled.claim_ids:
            months = credit.value_half_life(compiled, claim)
            answer = missing("not_applicable") if months is None else exact(months)
            found[claim.id] = {"value_half_life_months": answer}
    return found


def underwrite_all(case: Case, compiled: Any, base: BaseCase) -> dict[str, Underwriting]:
    """Underwriting of every claim, by id."""
    lender = credit.base_case(compiled, rent=case.book.lender_case.rent)
    return {
        claim.id: underwriting(case, claim, compiled, base, lender)
        for claim in case.book.claims
        if claim.id in compiled.claim_ids
    }
