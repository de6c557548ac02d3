"""A claim that hardly ever defaults, priced on paths of which half see its customers default more often.

    E[f] = mean of w f,   w the path's probability over that of its drawing (`scenarios.tilt`)

The mean weight is 1 and is a control variate, and so are weighted defaults and rents, whose means stay known. Worth
its while where defaults are rare and customers decide them; where rents do, weights only add noise.
"""

from __future__ import annotations

from dataclasses import dataclass

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import Outcomes
from haircut.pricing.estimate import Estimate, estimated, missing
from haircut.pricing.margins import fair_margin, fair_model
from haircut.pricing.moments import Moments
from haircut.pricing.risk import expected_loss_of
from haircut.pricing.value import premiums, views
from haircut.units import BASIS_POINT


@dataclass(frozen=True, slots=True)
class RareLoss:
    """What is known of a claim from tilted paths.

    Attributes:
        claim: id.
        tilt: times by which intensities were multiplied.
        paths: simulated under each measure.
        effective_paths: ``(sum w)^2 / sum w^2`` under Q: paths of equal weight that would be as even.
        pd_maturity, el_bp: under P, weighted means; their errors are those of the weighted paths.
        fair_margin_bp, fair_model_bp: as the measures of these names.
    """

    claim: str
    tilt: float
    paths: int
    effective_paths: float
    pd_maturity: Estimate
    el_bp: Estimate
    fair_margin_bp: Estimate
    fair_model_bp: Estimate


def rare_loss(case: Case, tilt: float, threads: int | None = None) -> RareLoss:
    """Price the claim of a case with importance sampling of its customers' defaults.

    Args:
        case: with paths and seed in its settings.
        tilt: times by which intensities are multiplied, above 0; about 2 to 5 for a well covered loan.
        threads: never change a result.

    Raises:
        InputRefused: for a tilt that is not above 0, under independence by shift and where defaults are imposed.
    """
    compiled = credit.compile_book(case)
    paths, seed = case.settings.paths, case.settings.seed
    p = credit.simulate(compiled, "P", paths, seed, threads=threads, control=True, tilt=tilt)
    ell = {claim: each.floored_bp * BASIS_POINT for claim, each in premiums(compiled, case, p).items()}
    q = credit.simulate(compiled, "Q", paths, seed, threads=threads, ell=ell, control=True, tilt=tilt)
    view = views(compiled, case, credit.base_case(compiled), p, q, ell)[case.claim]
    return RareLoss(
        claim=case.claim,
        tilt=tilt,
        paths=paths,
        effective_paths=effective(q),
        pd_maturity=_mean(view.p, "default_maturity"),
        el_bp=expected_loss_of(view.p),
        fair_margin_bp=fair_margin(view),
        fair_model_bp=fair_model(view),
    )


def effective(outcomes: Outcomes) -> float:
    """``(sum w)^2 / sum w^2``; the number of paths where none is weighted."""
    if outcomes.weights is None:
        return float(outcomes.paths.sum())
    total, squares = outcomes.weights.sum(axis=0)
    return float(total**2 / squares)


def _mean(moments: Moments, column: str) -> Estimate:
    error = moments.standard_error({column: 1.0})
    return missing("failed") if error is None else estimated(moments.mean(column), error)
