"""Depth and impact: the fits recover what made the data, and say what bulk sales cannot tell."""

import datetime
import math

import numpy as np
import pytest

from haircut.errors import CannotCompute
from haircut.studies.calibrate import calibrate
from haircut.studies.calibrate.depth import SPEED_DAYS, facts, fit_depth, fit_speed, sold_lots

DAYS = np.array(SPEED_DAYS, dtype=np.float64)


@pytest.mark.parametrize("beta", [0.25, 0.35, 0.4])
def test_the_exponent_of_a_large_sale_is_recovered(beta: float) -> None:
    """N sold at a constant rate over the days: phi = (1 + rate / K)^-beta, in shares of the slowest sale."""
    v = 1e6 * 30.0 / DAYS
    factors = (1.0 + v) ** -beta / (1.0 + v[0]) ** -beta
    assert fit_speed(DAYS, factors).beta == pytest.approx(beta, abs=1e-4)


def test_a_small_sale_would_need_a_larger_exponent_than_the_fit_says() -> None:
    v = 2.0 * 30.0 / DAYS
    factors = (1.0 + v) ** -0.35 / (1.0 + v[0]) ** -0.35
    found = fit_speed(DAYS, factors)
    assert found.beta < 0.35
    assert found.worst > 0.02


def test_the_published_factors_want_a_quarter() -> None:
    """1.00, 0.85, 0.65, 0.45 in 180, 90, 30 and 7 days: a power of days within 0.006 of each."""
    factors = np.array([facts()[f"speed-factor-{days}"]["value"] for days in SPEED_DAYS])
    assert factors.tolist() == [1.0, 0.85, 0.65, 0.45]
    found = fit_speed(DAYS, factors)
    assert found.beta == pytest.approx(0.244, abs=0.001)
    assert np.abs((DAYS / 180.0) ** found.beta - factors).max() < 0.006


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_depth_is_recovered_within_its_error(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, beta, spread = 0.0015, 0.35, 0.6
    units, installed = random.uniform(1e3, 2e4, 400), random.uniform(1e6, 4e6, 400)
    depth = truth * installed * np.exp(spread * random.standard_normal(400))
    found = fit_depth(units, installed, (1.0 + units / depth) ** -beta, beta)
    assert abs(found.share - truth) < 4.0 * found.std_error
    assert found.std_error == pytest.approx(found.share * spread / math.sqrt(400), rel=0.15)
    assert found.interval[0] < truth < found.interval[1]


def test_a_larger_exponent_wants_a_deeper_market() -> None:
    found = calibrate("depth")
    by_beta = [
        found["depth at that beta"].value,
        found["depth at beta 0.35"].value,
        found["depth at beta 0.40"].value,
    ]
    assert by_beta == sorted(by_beta)


def test_the_markets_depth_lies_within_the_interval_of_its_own_exponent() -> None:
    """Stated beta 0.35 and depth 0.15 %: the lots do not reject the pair."""
    low, high = calibrate("depth")["depth at beta 0.35"].interval or (0.0, 0.0)
    assert low < 0.0015 < high


def test_what_is_not_known_by_a_date_is_not_used() -> None:
    assert [lot.name for lot in sold_lots(datetime.date(2022, 12, 31))] == ["celsius-1", "celsius-2"]
    with pytest.raises(CannotCompute, match="2 lots"):
        calibrate("depth", datetime.date(2022, 12, 31))
    before = calibrate("depth", datetime.date(2024, 10, 1))
    assert "beta is assumed, 0.35" in before.verdict
    assert before.estimates[0].value == calibrate("depth")["depth at beta 0.35"].value
    assert [each.field for each in before.estimates if each.field] == ["liquidation.depth"]


def test_gpu_depth_stays_assumed() -> None:
    names = {each.name for each in calibrate("depth").not_identified}
    assert {"depth for GPUs", "beta and depth apart"} <= names
