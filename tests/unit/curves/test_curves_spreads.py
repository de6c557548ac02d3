"""Rules of spread arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from haircut.curves import (
    discount_margin,
    price_at_discount_margin,
    swap_rate,
    weighted_average_life,
    z_spread,
)
from haircut.errors import CannotCompute, InputRefused

BALANCES = [100.0, 80.0, 55.0, 25.0]
FORWARDS = [0.04, 0.035, 0.045, 0.03]
ACCRUALS = [0.25, 0.26, 0.25, 0.24]


def test_the_price_at_the_contractual_margin_is_exactly_par() -> None:
    assert price_at_discount_margin(0.06, BALANCES, FORWARDS, ACCRUALS, 0.06) == 100.0
    assert discount_margin(100.0, BALANCES, FORWARDS, ACCRUALS, 0.06) == 0.06


def test_the_price_is_the_sum_of_discounted_promises() -> None:
    margin, dm = 0.06, 0.083
    discount, price, balances = 1.0, 0.0, [*BALANCES, 0.0]
    for i in range(4):
        discount /= 1.0 + ACCRUALS[i] * (FORWARDS[i] + dm)
        coupon = ACCRUALS[i] * (FORWARDS[i] + margin) * balances[i]
        price += discount * (coupon + balances[i] - balances[i + 1])
    assert price_at_discount_margin(dm, BALANCES, FORWARDS, ACCRUALS, margin) == pytest.approx(
        price, rel=1e-14
    )


def test_a_draw_at_par_is_worth_par_at_the_margin() -> None:
    assert price_at_discount_margin(0.05, [10.0, 60.0, 100.0, 50.0], FORWARDS, ACCRUALS, 0.05) == 100.0


def test_a_margin_grid_is_one_margin_a_period() -> None:
    grid = [0.05, 0.05, 0.06, 0.07]
    price = price_at_discount_margin(0.08, BALANCES, FORWARDS, ACCRUALS, grid)
    assert discount_margin(price, BALANCES, FORWARDS, ACCRUALS, grid) == pytest.approx(0.08, abs=1e-13)


@pytest.mark.parametrize("price", [1.0, 20.0, 60.0, 99.0, 101.0, 150.0])
def test_any_price_has_its_margin(price: float) -> None:
    margin = discount_margin(price, BALANCES, FORWARDS, ACCRUALS, 0.06)
    assert price_at_discount_margin(margin, BALANCES, FORWARDS, ACCRUALS, 0.06) == pytest.approx(
        price, rel=1e-11
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"price": 0.0}, "price: found 0.0"),
        ({"price": math.nan}, "price: found nan"),
        ({"balances": [0.0, 50.0, 50.0, 50.0]}, r"balances\[0\]: found 0"),
        ({"balances": [100.0, -1.0, 0.0, 0.0]}, "balances: found -1"),
        ({"balances": []}, "expected one balance for each period"),
        ({"forwards": [0.04]}, r"forwards: found shape \(1,\); expected \(4,\)"),
        ({"forwards": [0.04, math.nan, 0.04, 0.04]}, r"forwards\[1\]: found nan"),
        ({"accruals": [0.25, 0.0, 0.25, 0.25]}, "accruals: found 0"),
    ],
)
def test_bad_loans_are_refused(change: dict[str, Any], message: str) -> None:
    loan: dict[str, Any] = {
        "price": 98.0,
        "balances": BALANCES,
        "forwards": FORWARDS,
        "accruals": ACCRUALS,
        "margin": 0.06,
    }
    with pytest.raises(InputRefused, match=message):
        discount_margin(**{**loan, **change})


def test_a_margin_below_minus_one_hundred_percent_has_no_price() -> None:
    with pytest.raises(CannotCompute, match="-100 % or less"):
        price_at_discount_margin(-5.0, BALANCES, FORWARDS, ACCRUALS, 0.06)


def test_the_swap_rate_of_a_flat_curve_is_its_rate_whatever_the_schedule() -> None:
    factors = [0.99, 0.98, 0.97, 0.96]
    assert swap_rate(BALANCES, [0.04] * 4, ACCRUALS, factors) == pytest.approx(0.04, rel=1e-15)


def test_the_swap_rate_equates_the_two_legs() -> None:
    factors = np.array([0.99, 0.98, 0.97, 0.96])
    rate = swap_rate(BALANCES, FORWARDS, ACCRUALS, factors)
    weights = np.array(BALANCES) * ACCRUALS * factors
    assert rate * weights.sum() == pytest.approx(weights @ np.array(FORWARDS), rel=1e-14)


def test_the_swap_rate_needs_a_balance() -> None:
    with pytest.raises(InputRefused, match="found no balance above 0"):
        swap_rate([0.0, 0.0], [0.04, 0.04], [1.0, 1.0], [1.0, 1.0])
    with pytest.raises(InputRefused, match="discount_factors: found 0"):
        swap_rate([1.0, 1.0], [0.04, 0.04], [1.0, 1.0], [1.0, 0.0])


def test_a_bullet_lives_to_its_maturity() -> None:
    assert weighted_average_life([0.0, 0.0, 7.0], [1.0, 2.0, 3.0]) == 3.0


def test_average_life_is_of_repayments() -> None:
    with pytest.raises(InputRefused, match="principal: found -1"):
        weighted_average_life([-1.0, 2.0], [1.0, 2.0])
    with pytest.raises(InputRefused, match="found no repayment"):
        weighted_average_life([0.0, 0.0], [1.0, 2.0])


def test_the_z_spread_of_the_curve_itself_is_zero() -> None:
    years, flows, factors = [1.0, 2.0], [5.0, 105.0], [0.96, 0.91]
    assert z_spread(5.0 * 0.96 + 105.0 * 0.91, flows, years, factors) == pytest.approx(0.0, abs=1e-15)


def test_the_z_spread_refuses_what_has_no_answer() -> None:
    with pytest.raises(InputRefused, match="cash_flows"):
        z_spread(100.0, [-1.0, 105.0], [1.0, 2.0], [0.96, 0.91])
    with pytest.raises(InputRefused, match="cash_flows"):
        z_spread(100.0, [100.0], [0.0], [1.0])
    with pytest.raises(CannotCompute, match="no spread reprices"):
        z_spread(1.0, [2.0, 1.0], [0.0, 1.0], [1.0, 0.9])
