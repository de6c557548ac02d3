"""A case that is asked again and again, each time with something changed: draws are kept, files are not written.

A slider changes a few numbers of a case. The raw draws of its paths stay those of the case, value surfaces are
found by content, and the loan is the one of today, with its amounts and schedules written out.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from haircut import credit
from haircut.case import content_hash
from haircut.case.case import Case
from haircut.case.register import MARKS
from haircut.errors import CannotCompute
from haircut.pricing.estimate import missing
from haircut.pricing.measures import Measure
from haircut.pricing.value import premiums
from haircut.pricing.view import ClaimView
from haircut.runs import tables
from haircut.runs.corners import BUILDING, HAIRCUT, WITHOUT, Corner, corners, hidden_between
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
    """One answer: its tables, and what the estimators read of each claim.

    The compiled book, the value surfaces and the paths behind it are let go: they are fifty times its size.

    Attributes:
        case: as it was run, on the paths of its settings.
        written: the case before its loan was written out: what its inputs and their sources are.
        views: by claim id.
        own: rows of measures.
        ladder, fans, causes: as a run records them.
        maturity_month: by claim id.
        cash_error_usd: largest error of the cash identities.
        beside: rows of the scenarios beside it; empty until `with_mechanisms`.
    """

    case: Case
    written: Case
    views: dict[str, ClaimView]
    own: Rows
    ladder: pl.DataFrame
    fans: pl.DataFrame
    causes: pl.DataFrame
    maturity_month: dict[str, int]
    cash_error_usd: float
    beside: tuple[dict[str, object], ...] = ()

    @cached_property
    def measures(self) -> pl.DataFrame:
        return tables.measures_frame(self.own + list(self.beside))

    @cached_property
    def inputs(self) -> pl.DataFrame:
        return tables.inputs_frame(self.written)

    @cached_property
    def marks(self) -> dict[str, int]:
        """How many of the inputs are observed, estimated and assumed."""
        used = self.inputs.filter(self.inputs["used"])
        counts = Counter(dict(zip(used["owner"], used["mark"], strict=True)).values())
        return {mark: counts[mark] for mark in MARKS}

    def verdict(self, claim: str) -> str:
        """The sentence of one claim; what it says of mechanisms needs `with_mechanisms`."""
        until = _owed_until(self.ladder, claim, self.maturity_month)
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
            "cash_error_usd": self.cash_error_usd,
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
    found = _evaluated(case, _compiled(case, kept), threads, FAN_PATHS)
    return Live(
        case=case,
        written=written or case,
        views={claim: found.view(claim) for claim in found.compiled.claim_ids},
        own=tables.measure_rows(HAIRCUT, found.measures(), case.settings.paths),
        ladder=tables.ladder_frame(found),
        fans=tables.fans_frame(found.base.dates, found.p),
        causes=tables.causes_frame((found.p, found.q)),
        maturity_month=found.base.maturity_month,
        cash_error_usd=max(found.p.cash_error_usd, found.q.cash_error_usd),
    )


def with_mechanisms(whole: Live, kept: Kept, threads: int = 2) -> Live:
    """The same answer with what each mechanism hides; each scenario beside it runs on one thread."""
    wanted = [c for c in corners(whole.case) if c.name == BUILDING or c.name.startswith(WITHOUT)]
    paths = whole.case.settings.paths

    def rows_of(corner: Corner) -> Rows:
        case = live_case(corner.case, paths)
        claims = tuple(whole.views)
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
            tables.hidden_row(
                corner.name, claim, hidden_between(whole.views[claim], found.view(claim)), paths
            )
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
