"""The premium of ordinary credit, and the survival-weighted spread."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from haircut.errors import CannotCompute, InputRefused
from haircut.pricing.generic_premium import cumulative_default, generic_premium, rating_levels
from haircut.pricing.survival_weighted import survival_weighted_legs, survival_weighted_spread
from tests.unit.pricing.oracle import market, rating

BBB = rating("BBB", 0.35, 110.0, 0.0016, 0.0075, 0.0154, 0.0324)
BB = rating("BB", 0.29, 164.0, 0.0063, 0.0346, 0.0643, 0.1164)
B = rating("B", 0.24, 275.0, 0.0334, 0.1175, 0.1735, 0.2462)
TABLE = market(BBB, BB, B)


def by_hand(level: float, theta: float, spread: float, years: float) -> tuple[float, float]:
    q = norm.cdf(norm.ppf(level) + theta * math.sqrt(years))
    el = -0.6 * math.log(1.0 - level) / years * 1e4
    return el, spread + 0.6 * math.log(1.0 - q) / years * 1e4


def test_at_a_rating_the_premium_is_that_rating() -> None:
    el, premium = by_hand(0.0346, 0.29, 164.0, 3.0)
    found = generic_premium(TABLE, el, 3.0)
    assert found.raw_bp == pytest.approx(premium, abs=1e-6)
    assert found.shadow_rating == "BB"
    assert found.floored_bp == max(premium, 0.0)


def test_between_ratings_it_is_linear_in_log_loss() -> None:
    low, high = by_hand(0.0075, 0.35, 110.0, 3.0), by_hand(0.0346, 0.29, 164.0, 3.0)
    middle = generic_premium(TABLE, math.sqrt(low[0] * high[0]), 3.0)
    assert middle.raw_bp == pytest.approx((low[1] + high[1]) / 2, abs=1e-6)
    assert middle.raw_slope_bp == pytest.approx((high[1] - low[1]) / math.log(high[0] / low[0]), rel=1e-6)


def test_beyond_the_table_it_is_flat() -> None:
    best, worst = generic_premium(TABLE, 0.0, 3.0), generic_premium(TABLE, 5000.0, 3.0)
    assert (best.shadow_rating, worst.shadow_rating) == ("BBB", "B")
    assert best.raw_slope_bp == worst.raw_slope_bp == 0.0
    assert best.raw_bp == pytest.approx(by_hand(0.0075, 0.35, 110.0, 3.0)[1], abs=1e-6)


def test_it_is_continuous_and_floored() -> None:
    levels = np.geomspace(1.0, 2000.0, 4000)
    found = [generic_premium(TABLE, level, 2.4) for level in levels]
    raw = np.array([premium.raw_bp for premium in found])
    assert np.abs(np.diff(raw)).max() < 1.5
    assert min(premium.floored_bp for premium in found) == 0.0
    assert min(raw) < 0.0


def test_the_tenor_is_read_between_one_and_ten_years() -> None:
    assert generic_premium(TABLE, 50.0, 0.2) == generic_premium(TABLE, 50.0, 1.0)
    assert generic_premium(TABLE, 50.0, 25.0) == generic_premium(TABLE, 50.0, 10.0)
    assert generic_premium(TABLE, 50.0, 25.0).tenor_years == 10.0


def test_default_between_years_keeps_the_hazard() -> None:
    first = -math.log(1.0 - 0.0334)
    assert cumulative_default(B, 0.5) == pytest.approx(1.0 - math.exp(-0.5 * first))
    assert cumulative_default(B, 3.0) == pytest.approx(0.1175)
    last = (math.log(1.0 - 0.1735) - math.log(1.0 - 0.2462)) / 5.0
    assert cumulative_default(B, 12.0) == pytest.approx(1.0 - (1.0 - 0.2462) * math.exp(-2.0 * last))


def test_a_rating_without_default_is_left_out() -> None:
    aaa = rating("AAA", 0.31, 40.0, 0.0, 0.0, 0.001, 0.007)
    assert [level.rating for level in rating_levels(market(aaa, B), 2.0)] == ["B"]
    with pytest.raises(CannotCompute, match="no rating with a default probability"):
        generic_premium(market(rating("AAA", 0.31, 40.0, 0.0, 0.0, 0.0, 0.0)), 10.0, 2.0)


# --- the survival-weighted spread: check B6 ---

ENDS = np.arange(1, 6)
CASH = np.array([100.0, 70.0, 49.0, 34.3, 24.01])


def sculpted() -> np.ndarray:
    balances = [float(CASH @ 1.1**-ENDS / 1.4)]
    for cash in CASH[:-1] / 1.4:
        balances.append(balances[-1] * 1.1 - cash)
    return np.array(balances)


ARGUMENTS = (
    sculpted(),
    1.0,
    np.exp(-0.05 * np.arange(6)),
    np.exp(-0.04 * ENDS),
    np.exp(-0.04 * (ENDS - 0.5)),
)


def test_the_amortising_loan_of_the_method_pages() -> None:
    assert 1e4 * survival_weighted_spread(*ARGUMENTS, 0.4) == pytest.approx(203.8948, abs=1e-3)
    assert survival_weighted_legs(*ARGUMENTS, 0.4)[0] == pytest.approx(6.661976, abs=1e-6)


def test_rising_severity() -> None:
    assert 1e4 * survival_weighted_spread(*ARGUMENTS, [0.2, 0.35, 0.5, 0.6, 0.7]) == pytest.approx(
        170.9608, abs=1e-3
    )


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, [-1.0] * 5), (2, [1.0, 0.9, 0.95, 0.8, 0.7, 0.6]), (2, [1.0] * 5), (3, [1.0] * 4), (0, [0.0] * 5)],
)
def test_nonsense_is_refused(place: int, value: list[float]) -> None:
    arguments = list(ARGUMENTS)
    arguments[place] = np.array(value)
    with pytest.raises(InputRefused):
        survival_weighted_spread(*arguments, 0.4)
