"""A case that is asked again and again, each time with something changed: draws are kept, files are not written.

A slider changes a few numbers of a case. The raw draws of its paths stay those of the case, value surfaces are
found by content, and the loan is the one of today, with its amounts and schedules written out.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from haircut import credit
from haircut.case import content_hash, input_marks
from haircut.case.case import Case
from haircut.errors import CannotCompute
from haircut.pricing.estimate import missing
from haircut.pricing.measures import Measure
from haircut.pricing.value import premiums
from haircut.runs import tables
from haircut.runs.corners import BUILDING, HAIRCUT, WITHOUT, Corner, corners, hidden
from haircut.runs.executor import Evaluation
from haircut.runs.repricing import _owed_until, _verdict
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.kept_draws import Kept, keeping
from haircut.units import BASIS_POINT

if TYPE_CHECKING:
    import polars as pl

LIVE_PATHS: Final = 2_000
FAN_PATHS: Final = BLOCK_SIZE
"""Paths whose months are kept for the band of the picture: the first block."""
Rows = list[dict[str, object]]


@dataclass(frozen=True)
class Live:
    """One answer: the evaluation, the sample behind its band, and its tables in memory.

    Attributes:
        evaluation: under P and Q, on the paths of its case's settings.
        written: the case before its loan was written out: what its inputs and their sources are.
        beside: rows of the scenarios beside it; empty until `with_mechanisms`.
    """

    evaluation: Evaluation
    written: Case
    beside: tuple[dict[str, object], ...] = ()

    @property
    def case(self) -> Case:
        return self.evaluation.case

    @cached_property
    def rows(self) -> Rows:
        own = tables.measure_rows(HAIRCUT, self.evaluation.measures(), self.case.settings.paths)
        return own + list(self.beside)

    @cached_property
    def marks(self) -> dict[str, int]:
        """How many of the inputs are observed, estimated and assumed."""
        return input_marks(self.written)

    @cached_property
    def measures(self) -> pl.DataFrame:
        return tables.measures_frame(self.rows)

    @cached_property
    def ladder(self) -> pl.DataFrame:
        return tables.ladder_frame(self.evaluation)

    @cached_property
    def fans(self) -> pl.DataFrame:
        return tables.fans_frame(self.evaluation.base.dates, self.evaluation.p)

    @cached_property
    def causes(self) -> pl.DataFrame:
        return tables.causes_frame((self.evaluation.p, self.evaluation.q))

    @cached_property
    def inputs(self) -> pl.DataFrame:
        return tables.inputs_frame(self.written)

    def verdict(self, claim: str) -> str:
        """The sentence of one claim; what it says of mechanisms needs `with_mechanisms`."""
        until = _owed_until(self.ladder, claim, self.evaluation.base.maturity_month)
        return _verdict(claim, self.measures, self.ladder, self.marks, until)

    def manifest(self, claim: str) -> dict[str, Any]:
        """What a run's manifest says, as far as an answer that is not recorded can say it."""
        case = self.case
        return {
            "id": f"unrecorded {content_hash(self.written)[:12]}",
            "case": case.name,
            "title": case.title,
            "as_of": case.market.as_of.isoformat(),
            "claim": claim,
            "seed": case.settings.seed,
            "paths": case.settings.paths,
            "side_paths": case.settings.paths,
            "rent_basis": case.settings.rent_basis or case.market.default_rent_basis,
            "overlays": [],
            "marks": self.marks,
            "cash_error_usd": max(self.evaluation.p.cash_error_usd, self.evaluation.q.cash_error_usd),
            "stale": [],
            "verdict": self.verdict(claim),
        }


def live_case(case: Case, paths: int = LIVE_PATHS) -> Case:
    """The case on few enough paths to be asked while somebody waits."""
    fewer = min(paths, case.settings.paths)
    return case.model_copy(update={"settings": case.settings.model_copy(update={"paths": fewer})})


def stated(case: Case) -> Case:
    """The case with the loan of today written out, so that a change of the world leaves it alone."""
    return credit.with_stated_schedule(credit.compile_book(case))


def ask(case: Case, kept: Kept, written: Case | None = None, threads: int = 2) -> Live:
    """Evaluate a case under P and Q on kept draws, with a band from its first block.

    Args:
        case: with its loan written out (`stated`).
        kept: draws of earlier calls; filled.
        written: the same case as its files and changes say it, for its inputs and sources.
        threads: that work at once; never changes a result.
    """
    compiled = _compiled(case, kept)
    evaluation = _evaluated(case, compiled, threads, FAN_PATHS)
    return Live(evaluation, written or case)


def with_mechanisms(whole: Live, kept: Kept, threads: int = 2) -> Live:
    """The same answer with what each mechanism hides; each scenario beside it runs on one thread."""
    wanted = [c for c in corners(whole.case) if c.name == BUILDING or c.name.startswith(WITHOUT)]
    paths = whole.case.settings.paths

    def rows_of(corner: Corner) -> Rows:
        case = live_case(corner.case, paths)
        claims = whole.evaluation.compiled.claim_ids
        try:
            found = _evaluated(case, _compiled(case, kept), 1)
        except CannotCompute:
            failed = [Measure(claim, "fair_margin_bp", None, None, "bp", False, "failed") for claim in claims]
            rows = tables.measure_rows(corner.name, failed, paths)
            return rows + [
                tables.hidden_row(corner.name, claim, missing("failed"), paths) for claim in claims
            ]
        rows = tables.measure_rows(corner.name, found.measures(), paths)
        return rows + [
            tables.hidden_row(corner.name, claim, hidden(whole.evaluation, found, claim), paths)
            for claim in claims
        ]

    with ThreadPoolExecutor(max_workers=threads) as pool:
        rows = tuple(row for rows in pool.map(rows_of, wanted) for row in rows)
    return replace(whole, beside=rows)


def _compiled(case: Case, kept: Kept) -> credit.CompiledBook:
    compiled = credit.compile_book(case)
    return replace(compiled, scenarios=keeping(compiled.scenarios, kept))


def _evaluated(case: Case, compiled: credit.CompiledBook, threads: int, fan_paths: int = 0) -> Evaluation:
    paths, seed = case.settings.paths, case.settings.seed
    p = credit.simulate(compiled, "P", paths, seed, threads=threads, sample=fan_paths)
    ell = {claim: premium.floored_bp * BASIS_POINT for claim, premium in premiums(compiled, case, p).items()}
    q = credit.simulate(compiled, "Q", paths, seed, threads=threads, ell=ell)
    return Evaluation(case, compiled, credit.base_case(compiled), p, q, ell, {})
