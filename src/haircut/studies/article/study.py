"""The register: every claim with its numbers and verdicts, from one run of the sector and what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from haircut import credit
from haircut.case import input_marks, share_assumed, without
from haircut.case.case import Case
from haircut.case.overlay import overlay_names
from haircut.pricing.margins import fair_margin
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress, evaluate_compiled, underwrite_all
from haircut.studies.article import of_book, of_market
from haircut.studies.article.verdict import Number
from haircut.studies.whole_book import sector
from haircut.studies.whole_book.screen import screen
from haircut.studies.whole_book.wall import whole_life

FAR_COUPLING: Final = 4.0
FAR_CORRELATION: Final = 0.5
"""The far end of what is assumed of dependence: in funding stress rents go into glut four times as fast (range 1 to
4), and coin and compute share half of their shocks (0 to 0.5)."""
FAR: Final = (FAR_COUPLING, FAR_CORRELATION)
DEFLATION: Final = "deflation-30"
"""Overlay of the book: rents that fall 30 % a year, the middle of the article's range."""


@dataclass(frozen=True, slots=True)
class Register:
    """The claims in the article's order.

    Attributes:
        case, as_of, paths, seed, assumed_share: of the book.
        claims: by number 1 to 12, the deciding number first, others beside it.
        sector: the sector's answer that it rests on.
    """

    case: str
    as_of: str
    paths: int
    seed: int
    assumed_share: float
    claims: dict[int, tuple[Number, ...]]
    sector: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut article --json` prints."""
        spread = [
            {name: each for name, each in row.items() if name != "blocks"}
            for row in self.sector["real_spread"]
        ]
        return {
            "case": self.case,
            "as_of": self.as_of,
            "paths": self.paths,
            "seed": self.seed,
            "assumed_share": self.assumed_share,
            "real_spread": spread,
            "observed_basket": self.sector["observed_basket"],
            "claims": [
                {
                    "claim": claim,
                    "verdict": numbers[0].as_dict()["verdict"],
                    "numbers": [each.as_dict() for each in numbers],
                }
                for claim, numbers in self.claims.items()
            ],
        }


def article(
    case: Case | str | Path,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    overlays: Sequence[str] = (),
    progress: Progress | None = None,
    fresh: bool = False,
) -> Register:
    """Hold the article's twelve claims against a book and its market (docs/methods/article.md).

    Args:
        case: a book, its folder, or the name of an example.
        paths, seed, threads, overlays, progress, fresh: as for `haircut.studies.whole_book.sector`.

    Raises:
        UsageError, InputRefused, CannotCompute: as `sector`.
    """
    found = sector(case, paths, seed, threads, None, overlays, progress, fresh).answer
    chosen = chosen_case(case, found["paths"], found["seed"], None, overlays)
    market = chosen.market
    worse = _screened(chosen_case(case, None, None, None, [*overlays, DEFLATION])) if _has(chosen) else None
    claims: dict[int, tuple[Number, ...]] = {
        1: (of_market.rents_fall(market), of_book.deflation(found)),
        2: (of_book.over_lent(found, worse),),
        3: (of_book.debt_wave(found),),
        4: (of_book.defaults(found, chosen),),
        5: (of_book.peak_of_2021(found),),
        6: (of_book.rollover(chosen, found),),
        7: (of_book.convergence(found, far_convergence(chosen, threads, progress), FAR),),
        8: (of_market.forced_sale(market), of_book.illiquidity(found)),
        9: (of_book.dense_racks(chosen),),
        10: (of_market.launches_take(market),),
        11: (of_market.nobody_buys(market, of_book.machine_debt(chosen)),),
        12: (
            of_book.underpaid(found, "all", "underpaid"),
            of_book.underpaid(found, "ai_infrastructure", "underpaid_ai"),
            of_book.underpaid(found, "crypto_miners", "underpaid_miners"),
            of_book.two_dates(found),
        ),
    }
    return Register(
        chosen.name, market.as_of.isoformat(), found["paths"], found["seed"],
        share_assumed(input_marks(chosen)), claims, found,
    )  # fmt: skip


def far_convergence(case: Case, threads: int | None = None, progress: Progress | None = None) -> float | None:
    """Convergence's part of the fair margin at the far end of what is assumed: the mean with it less that without.

    Weighted by what is drawn, over the claims with a fair margin.
    """
    loan = credit.with_stated_schedule(credit.compile_book(case))
    far = _far(loan)
    surfaces = credit.SharedSurfaces()
    means = []
    for label, each in (("far dependence,", far), ("independence,", without(far, {"convergence"}))):
        compiled = credit.compile_book(each, surfaces)
        views = evaluate_compiled(compiled, threads, progress, label).views()
        fair = {claim: fair_margin(view) for claim, view in views.items()}
        known = [
            (view.drawn_usd, float(fair[claim].value))  # type: ignore[arg-type]
            for claim, view in views.items()
            if isinstance(fair[claim].value, float)
        ]
        total = sum(weight for weight, _ in known)
        means.append(sum(weight * bp for weight, bp in known) / total if total else None)
    with_it, without_it = means
    if not with_it or without_it is None:
        return None
    return 1.0 - without_it / with_it


def _far(case: Case) -> Case:
    compute, pairs = case.market.compute, case.market.correlations
    coupling = compute.stress_coupling.model_copy(update={"value": FAR_COUPLING})
    stress = {**pairs.stress, "btc-compute": FAR_CORRELATION}
    market = case.market.model_copy(
        update={
            "compute": compute.model_copy(update={"stress_coupling": coupling}),
            "correlations": pairs.model_copy(update={"stress": stress}),
        }
    )
    return case.model_copy(update={"market": market})


def _has(case: Case) -> bool:
    """Whether the case has the overlay of falling rents."""
    return DEFLATION in overlay_names(case)


def _screened(case: Case) -> dict[str, Any]:
    """The screen of a case, from its base case."""
    compiled = credit.compile_book(whole_life(case))
    base = credit.base_case(compiled)
    rows = screen(compiled, underwrite_all(case, compiled, base))
    return {"utility_clothes": [row.as_dict() for row in rows]}
