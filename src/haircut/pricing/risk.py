"""Estimators of default and loss, all from one first default of each path."""

from __future__ import annotations

from collections.abc import Callable

from haircut.pricing.estimate import Estimate, estimated, missing
from haircut.pricing.moments import Moments
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINTS_PER_UNIT

FEWEST_DEFAULTS = 10
"""An LGD from fewer defaults is not printed."""

Estimator = Callable[[ClaimView], Estimate]


def probability(column: str, measure: str = "P") -> Estimator:
    """Share of paths on which an indicator is 1; 0 without an error where none is."""

    def estimate(view: ClaimView) -> Estimate:
        moments = _moments(view, measure)
        if moments.total(column) == 0.0:
            return estimated(0.0, None)
        return estimated(moments.mean(column), moments.standard_error({column: 1.0}))

    return estimate


def loss_given_default(view: ClaimView) -> Estimate:
    """Losses over exposures of the defaulted paths: a ratio of sums, never a mean of ratios."""
    if view.p.total("default_maturity") < FEWEST_DEFAULTS:
        return missing("too_few_defaults")
    if view.p.mean("ead") <= 0.0:
        return missing("not_applicable")
    return estimated(*view.p.ratio("loss", "ead"))


def expected_loss(column: str = "loss_pv", measure: str = "P") -> Estimator:
    """Discounted loss over the discounted margin annuity, in bp a year."""

    def estimate(view: ClaimView) -> Estimate:
        return expected_loss_of(_moments(view, measure), column)

    return estimate


def expected_loss_of(moments: Moments, column: str = "loss_pv") -> Estimate:
    """``E[loss_pv] / E[rpv01]`` in bp a year with its delta-method error; 0 without one if nothing is "
    "lost."""
    if moments.mean("rpv01") <= 0.0:
        return missing("not_applicable")
    if moments.mean(column) == 0.0:
        return estimated(0.0, None)
    return estimated(*moments.ratio(column, "rpv01")).scaled(BASIS_POINTS_PER_UNIT)


def _moments(view: ClaimView, measure: str) -> Moments:
    return view.p if measure == "P" else view.q
