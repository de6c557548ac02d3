"""Published and hand-derived numbers that the curves must reproduce (docs/methods/curves.md, checks)."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from haircut.curves import (
    CdsTerms,
    DiscountCurve,
    SurvivalCurve,
    discount_margin,
    price_at_discount_margin,
    upfront,
    wang_distortion,
    weighted_average_life,
    z_spread,
)

AS_OF = date(2026, 10, 1)


def hull_legs(spread_measure: SurvivalCurve, discount: DiscountCurve) -> tuple[float, float, float]:
    """Oracle: annual premium in arrears, default in mid-year, unit loss: payments, accrual, payoff at R 0."""
    ends = np.arange(1.0, 6.0)
    alive = spread_measure.survival(np.arange(6.0))
    died = -np.diff(alive)
    at_end, at_middle = discount.discount_at(ends), discount.discount_at(ends - 0.5)
    return float(alive[1:] @ at_end), float(0.5 * died @ at_middle), float(died @ at_middle)


def test_b1_hull_cds() -> None:
    curve = SurvivalCurve.flat(0.02, "Q")
    assert curve.survival([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx(
        [0.9802, 0.9608, 0.9418, 0.9231, 0.9048], abs=5e-5
    )
    payments, accrual, payoff = hull_legs(curve, DiscountCurve.flat(AS_OF, 0.05))
    assert payments == pytest.approx(4.0728, abs=1e-4)
    assert accrual == pytest.approx(0.0422, abs=1e-4)
    assert 0.6 * payoff == pytest.approx(0.0506, abs=1e-4)
    assert 0.6 * payoff / (payments + accrual) == pytest.approx(0.01230026, abs=1e-8)
    assert 0.015 * (payments + accrual) - 0.6 * payoff == pytest.approx(0.0111, abs=1e-4)
    assert payoff / (payments + accrual) == pytest.approx(0.0205, abs=1e-4)


def test_b2_hull_bond_price_to_default_probability() -> None:
    years = np.arange(0.5, 5.01, 0.5)
    flows = np.full(10, 3.0)
    flows[-1] += 100.0
    riskless = DiscountCurve.flat(AS_OF, 0.05)
    price = float(flows @ DiscountCurve.flat(AS_OF, 0.07).discount_at(years))
    riskless_price = float(flows @ riskless.discount_at(years))
    assert price == pytest.approx(95.34, abs=0.01)
    assert riskless_price == pytest.approx(104.09, abs=0.01)
    assert z_spread(price, flows, years, riskless.discount_at(years)) == pytest.approx(0.02, abs=1e-12)
    losses = []
    for default in np.arange(0.5, 5.0, 1.0):
        left = years >= default - 1e-12  # the coupon due on the day of default belongs to the value lost
        value = float(flows[left] @ np.exp(-0.05 * (years[left] - default)))
        losses.append((value - 40.0) * float(riskless.discount_at(float(default))))
    assert losses == pytest.approx([65.08, 61.20, 57.52, 54.01, 50.67], abs=0.01)
    assert sum(losses) == pytest.approx(288.48, abs=0.01)
    assert (riskless_price - price) / sum(losses) == pytest.approx(0.0303, abs=1e-4)


def test_b3_hull_average_and_forward_hazards() -> None:
    tenors, spreads = [3.0, 5.0, 10.0], [0.0050, 0.0060, 0.0100]
    average = [SurvivalCurve.from_credit_triangle(spread, 0.6).hazards[0] for spread in spreads]
    assert average == pytest.approx([0.0125, 0.015, 0.025], rel=1e-14)
    cumulative = [-math.expm1(-hazard * tenor) for hazard, tenor in zip(average, tenors, strict=True)]
    curve = SurvivalCurve.from_cumulative_default(tenors, cumulative, "Q")
    assert curve.hazards == pytest.approx([0.0125, 0.01875, 0.035], rel=1e-12)


MARKIT_NODES = {
    "2009-06-25": 0.999700542908,
    "2009-07-27": 0.9989998638,
    "2009-08-25": 0.99813863466,
    "2009-11-25": 0.993661563289,
    "2010-02-25": 0.989346782989,
    "2010-05-25": 0.984505965231,
    "2011-05-25": 0.976537641153,
    "2012-05-25": 0.950280936432,
    "2013-05-27": 0.918234454865,
    "2014-05-26": 0.883984999415,
    "2015-05-25": 0.849096816767,
    "2016-05-25": 0.81390013668,
    "2017-05-25": 0.779981091995,
    "2018-05-25": 0.74726201632,
    "2019-05-27": 0.714896077851,
}
MARKIT_TRADE = date(2009, 5, 21)


def markit_discount() -> DiscountCurve:
    days = [date.fromisoformat(day) for day in MARKIT_NODES]
    return DiscountCurve.from_discount_factors(MARKIT_TRADE, days, list(MARKIT_NODES.values()))


def test_b4_markit_discount_factor_at_settlement() -> None:
    assert markit_discount().discount_factor(date(2009, 5, 26)) == pytest.approx(0.9999572149241, abs=1e-13)


@pytest.mark.parametrize(
    ("maturity", "spread", "recovery", "hazard", "amount", "tolerance"),
    [
        (date(2010, 6, 20), 0.0010, 0.2, 0.00126492, -97_798.29358, 1e-9),
        (date(2010, 6, 20), 0.1000, 0.4, 0.16869869, 894_985.6298, 1e-9),
        (date(2012, 6, 20), 0.0010, 0.4, 0.00168600, -274_122.4725, 1e-9),
        (date(2012, 6, 20), 0.1000, 0.4, 0.16865779, 2_147_972.527, 1e-9),
        (date(2016, 6, 20), 0.1000, 0.2, 0.12633518, 3_993_550.206, 1e-9),
        # Its curve has a later node that the check does not list; a last forward of 4.52 % explains both.
        (date(2019, 6, 20), 0.1000, 0.4, 0.16843043, 4_042_340.999, 1e-6),
    ],
)
def test_b4_markit_grid(
    maturity: date, spread: float, recovery: float, hazard: float, amount: float, tolerance: float
) -> None:
    discount = markit_discount()
    curve = SurvivalCurve.from_cds(MARKIT_TRADE, {maturity: spread}, recovery, discount)
    assert curve.hazards[0] == pytest.approx(hazard, abs=1e-7)
    value = 10e6 * upfront(CdsTerms(MARKIT_TRADE, maturity, 0.01, recovery), discount, curve)
    assert value == pytest.approx(amount, rel=tolerance)


@pytest.mark.parametrize(
    ("cumulative", "spread", "hazard_p", "hazard_q", "ratio"),
    [
        (0.0051, 0.003574, 0.00073, 0.00596, 8.2),
        (0.0076, 0.006868, 0.00109, 0.01145, 10.5),
        (0.0227, 0.012753, 0.00328, 0.02126, 6.5),
        (0.2099, 0.048104, 0.03366, 0.08017, 2.4),
    ],
)
def test_b5_hull_hazards_under_both_measures(
    cumulative: float, spread: float, hazard_p: float, hazard_q: float, ratio: float
) -> None:
    real = SurvivalCurve.from_cumulative_default([7.0], [cumulative], "P").hazards[0]
    pricing = SurvivalCurve.from_credit_triangle(spread, 0.4).hazards[0]
    assert real == pytest.approx(hazard_p, abs=5.1e-6)
    assert pricing == pytest.approx(hazard_q, abs=5.1e-6)
    assert pricing / real == pytest.approx(ratio, abs=0.05)


@pytest.mark.parametrize(
    ("cumulative", "spread", "theta"),
    [(0.0051, 0.003574, 0.31), (0.0076, 0.006868, 0.38), (0.0227, 0.012753, 0.35), (0.2099, 0.048104, 0.24)],
)
def test_b5_implied_theta_takes_p_to_q(cumulative: float, spread: float, theta: float) -> None:
    target = SurvivalCurve.from_credit_triangle(spread, 0.4).default_probability(7.0)
    below = wang_distortion(cumulative, 7.0, theta - 0.006)
    above = wang_distortion(cumulative, 7.0, theta + 0.006)
    assert below < target < above


def test_b7_discount_margin_of_a_floater_below_par() -> None:
    loan = ([100.0] * 20, [0.04] * 20, [0.25] * 20, 0.04)
    assert 1e4 * discount_margin(98.0, *loan) == pytest.approx(449.5117, abs=5e-5)
    assert price_at_discount_margin(0.04, *loan) == 100.0


@pytest.mark.parametrize(
    ("spread", "recovery", "published"),
    [(0.0640, 0.4, 0.413), (0.0700, 0.4, 0.442), (0.0640, 0.1, 0.299), (0.0700, 0.1, 0.322)],
)
def test_b8_five_year_default_probability_of_a_quoted_cds(
    spread: float, recovery: float, published: float
) -> None:
    triangle = SurvivalCurve.from_credit_triangle(spread, recovery)
    assert triangle.default_probability(5.0) == pytest.approx(published, abs=5e-4)
    traded = SurvivalCurve.from_cds(AS_OF, {5: spread}, recovery, DiscountCurve.flat(AS_OF, 0.04))
    assert traded.default_probability(5.0) == pytest.approx(published, abs=5e-3)


def test_a1_average_life_of_the_sculpted_loan() -> None:
    principal = [55.4350, 39.5499, 28.5049, 20.8554, 15.5909]
    assert weighted_average_life(principal, [1, 2, 3, 4, 5]) == pytest.approx(2.38486, abs=1e-5)


def test_j1_conditional_and_cumulative_default() -> None:
    triple_c = SurvivalCurve.from_cumulative_default([1, 2, 3], [0.2830, 0.3833, 0.4342], "P")
    assert triple_c.default_probability(3.0, survived_to=2.0) == pytest.approx(0.0825, abs=5e-5)
    constant = SurvivalCurve.flat(0.015, "P").default_probability([1.0, 2.0, 3.0, 4.0, 5.0])
    assert constant == pytest.approx([0.0149, 0.0296, 0.0440, 0.0582, 0.0723], abs=5e-5)
