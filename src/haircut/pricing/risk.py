"""Estimators of default and loss, all from one first default of each path."""

from __future__ import annotations

import math
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
        return estimated(moments.mean(column), probability_error(moments, column))

    return estimate


def probability_error(moments: Moments, column: str) -> float | None:
    """Error of a share of paths: Laplace's, the deviation of the share given its hits when any was as likely.

    ``sqrt(p (1 - p) / (n + 3))``, p = (hits + 1) / (n + 2). The plain error is too small where few paths hit,
    and its interval then misses too often. Under independence by shift the error comes from block means.

    Returns:
        None where no path hits, and where paths give no error.
    """
    hits, paths = moments.total(column), moments.paths
    plain = moments.standard_error({column: 1.0})
    if hits == 0.0 or plain is None or moments.by_block:
        return None if hits == 0.0 else plain
    share = (hits + 1.0) / (paths + 2.0)
    return math.sqrt(share * (1.0 - share) / (paths + 3.0))


def loss_given_default(view: ClaimView, measure: str = "P") -> Estimate:
    """Losses over exposures of the defaulted paths: a ratio of sums, never a mean of ratios."""
    moments = _moments(view, measure)
    if moments.total("default_maturity") < FEWEST_DEFAULTS:
        return missing("too_few_defaults")
    if moments.mean("ead") <= 0.0:
        return missing("not_applicable")
    return estimated(*moments.ratio("loss", "ead"))


def loss_given_default_q(view: ClaimView) -> Estimate:
    """The same under Q."""
    return loss_given_default(view, "Q")


def loss_part(column: str) -> Estimator:
    """A part of LGD: its column over exposure, ratio of sums over the defaulted paths under P."""

    def estimate(view: ClaimView) -> Estimate:
        whole = loss_given_default(view)
        return whole if whole.value is None else estimated(*view.p.ratio(column, "ead"))

    return estimate


def loss_of_collateral(view: ClaimView) -> Estimate:
    """LGD less what time and cost take: the part that a sale at default, free of cost, would have left."""
    whole = loss_given_default(view)
    if not isinstance(whole.value, float):
        return whole
    exposure = view.p.mean("ead")
    signs = {"loss": 1.0, "loss_time": -1.0, "loss_cost": -1.0}
    value = sum(sign * view.p.mean(column) for column, sign in signs.items()) / exposure
    gradient = {column: sign / exposure for column, sign in signs.items()} | {"ead": -value / exposure}
    return estimated(value, view.p.standard_error(gradient))


def exposure_at_default(view: ClaimView) -> Estimate:
    """Mean exposure of the paths that default under P, in USD."""
    if view.p.total("default_maturity") < FEWEST_DEFAULTS:
        return missing("too_few_defaults")
    return estimated(*view.p.ratio("ead", "default_maturity"))


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
