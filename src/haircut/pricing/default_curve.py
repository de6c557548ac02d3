"""Default by date: the term structure that a simulation leaves, and the default swap that it is worth."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from haircut.pricing.estimate import Estimate, estimated, missing
from haircut.pricing.risk import FEWEST_DEFAULTS, Estimator
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINTS_PER_UNIT, MONTHS_PER_YEAR

Floats = NDArray[np.float64]


def default_by(months: int, measure: str = "P") -> Estimator:
    """Share of paths whose first default comes within a number of months; not_applicable beyond maturity.

    The error is that of `risk.probability_error`; under independence by shift there is none, as defaults by
    month are counted over all blocks.
    """

    def estimate(view: ClaimView) -> Estimate:
        counts = _counts(view, measure)
        if counts is None:
            return missing("missing_input")
        if months > view.maturity_month:
            return missing("not_applicable")
        moments = view.p if measure == "P" else view.q
        hits, paths = float(counts[: months + 1].sum()), moments.paths
        if hits == 0.0 or moments.by_block or paths < 2:
            return estimated(hits / paths, None)
        share = (hits + 1.0) / (paths + 2.0)
        return estimated(hits / paths, math.sqrt(share * (1.0 - share) / (paths + 3.0)))

    return estimate


def cds_equivalent(view: ClaimView) -> Estimate:
    """Premium of a default swap of constant notional to the claim's maturity, with its defaults and its loss.

    ``s = LGD g``, ``g = E[DF(tau)] / E[annuity(tau)]`` over the paths under Q, tau in mid-month, the annuity
    monthly with half a month accrued at default. Each path is known by its month of default alone, so g has an
    exact delta-method error; that of LGD is added as if independent.
    """
    counts = _counts(view, "Q")
    if counts is None:
        return missing("missing_input")
    if counts.sum() < FEWEST_DEFAULTS or view.q.mean("ead") <= 0.0:
        return missing("too_few_defaults")
    severity, severity_error = view.q.ratio("loss", "ead")
    pace, pace_error = _pace(counts, view.q.paths, view.discount[: len(counts)])
    error = None
    if severity_error is not None and not view.q.by_block:
        error = math.hypot(severity * pace_error, pace * severity_error)
    return estimated(severity * pace, error).scaled(BASIS_POINTS_PER_UNIT)


def _pace(counts: Floats, paths: int, discount: Floats) -> tuple[float, float]:
    """Premium per unit of loss, decimal a year, and its error.

    Args:
        counts: defaults by month, element 0 the as-of date.
        paths: all of them, defaulted or not.
        discount: by month end, as long as `counts`.
    """
    middle = np.sqrt(discount[:-1] * discount[1:])
    ends = np.concatenate(([0.0], np.cumsum(discount[1:]))) / MONTHS_PER_YEAR
    paid = np.append(middle, 0.0)  # by month of default; the last element is no default
    received = np.append(ends[:-1] + 0.5 * middle / MONTHS_PER_YEAR, ends[-1])
    dying = counts[1:].copy()
    dying[0] += counts[0]
    weights = np.append(dying, paths - dying.sum()) / paths
    annuity = float(weights @ received)
    pace = float(weights @ paid) / annuity
    gaps = paid - pace * received  # their mean is 0
    return pace, math.sqrt(float(weights @ gaps**2) / max(paths - 1, 1)) / annuity


def _counts(view: ClaimView, measure: str) -> Floats | None:
    found = view.defaults_p if measure == "P" else view.defaults_q
    if found is None:
        return None
    return np.asarray(found[: view.maturity_month + 1], dtype=np.float64)
