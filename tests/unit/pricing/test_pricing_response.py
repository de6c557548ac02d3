"""The error of a price whose premium is read under the other measure, on the same draws."""

import math

import numpy as np
import pytest

from haircut.pricing.margins import fair_margin_of
from haircut.pricing.moments import Moments
from haircut.pricing.response import Response, loss_gradient, premium_gradient
from haircut.pricing.risk import probability_error
from haircut.pricing.view import ClaimView
from tests.unit.pricing import oracle

SLOPE_BP = -150.0
ELL = 0.01


def view(paths: int, seed: int, under_p: float = 0.05) -> ClaimView:
    """P and Q on one uniform each path: who defaults under P defaults under Q too, no later."""
    p, q = oracle.rows(paths, under_p, seed), oracle.rows(paths, 0.10, seed, ell=ELL)
    return oracle.view(p, q, ell=ELL, premium=oracle.premium(100.0, SLOPE_BP))


def value(found: ClaimView) -> float:
    """The fair margin with the premium moved as the loss under P says, to first order."""
    fair = fair_margin_of(found)
    assert fair is not None
    loss = found.p.mean("loss_pv") / found.p.mean("rpv01")
    return fair.value + fair.by_premium * SLOPE_BP * 1e-4 * math.log(loss / oracle.fair_spread(0.05))


@pytest.mark.parametrize("paths", [1024, 512 * 24])
def test_the_error_is_the_spread_of_many_runs(paths: int) -> None:
    runs = [view(paths, seed) for seed in range(60)]
    responses = [fair_margin_of(run) for run in runs]
    errors = [
        found.standard_error(run) for run, found in zip(runs, responses, strict=True) if found is not None
    ]
    spread = np.std([value(run) for run in runs], ddof=1)
    ratio = np.mean([error for error in errors if error is not None]) / spread
    assert 0.85 < ratio < 1.45  # the losses are more alike here than the error takes them to be


def test_shared_draws_take_a_part_off_the_error() -> None:
    found = view(512 * 24, 1)
    fair = fair_margin_of(found)
    assert fair is not None
    own = found.q.standard_error(fair.gradient)
    premium = found.p.standard_error(premium_gradient(found))
    error = fair.standard_error(found)
    assert own is not None and premium is not None and error is not None
    assert error < 0.95 * math.hypot(own, fair.by_premium * premium)


def test_where_q_is_p_the_loss_is_wholly_shared() -> None:
    rows = oracle.rows(1024, 0.1, 3)
    found = oracle.view(rows, rows, ell=ELL, premium=oracle.premium(100.0, SLOPE_BP))
    gradient = loss_gradient(found.q)
    by_loss = premium_gradient(found)
    ratio = by_loss["loss_pv"] / gradient["loss_pv"]
    alone = found.q.standard_error(gradient)
    both = Response(0.0, gradient, 1.0).standard_error(found)
    assert alone is not None
    assert both == pytest.approx(abs(1.0 + ratio) * alone, rel=1e-6)


def test_block_deviations_hold_both_measures() -> None:
    found = view(512 * 24, 2)
    fair = fair_margin_of(found)
    assert fair is not None
    gaps = fair.block_deviations(found)
    error = fair.standard_error(found)
    assert gaps.sum() == pytest.approx(0.0, abs=1e-12)
    assert error is not None
    assert 0.5 < math.sqrt(gaps @ gaps * 24 / 23) / error < 1.5


def test_a_flat_premium_adds_nothing() -> None:
    rows = oracle.rows(1024, 0.1, 3)
    found = oracle.view(rows, rows)
    fair = fair_margin_of(found)
    assert fair is not None
    assert fair.standard_error(found) == found.q.standard_error(fair.gradient)


@pytest.mark.parametrize("expected_hits", [3.4, 30.0])
def test_intervals_of_small_probabilities_cover(expected_hits: float) -> None:
    """The plain error covers 85 % here; a probability without a hit is left out, as it has no error."""
    share, paths = expected_hits / 1024, 1024
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(400):
        rows = np.zeros((paths, len(oracle.COLUMNS)))
        rows[:, oracle.INDEX["default_1y"]] = rng.random(paths) < share
        moments = Moments.of_rows(rows)
        error = probability_error(moments, "default_1y")
        if error is not None:
            inside.append(abs(moments.mean("default_1y") - share) < 1.96 * error)
    assert 0.92 < np.mean(inside) <= 1.0
