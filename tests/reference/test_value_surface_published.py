"""The value surface against closed forms: check E1 of the methods, annuities, the abandonment option."""

import math

import numpy as np
import pytest

from haircut.machines.law import RentLaw, UnitTerms
from haircut.machines.value import read, solve
from tests.unit.machines.laws import CHAIN, rent_law, unit

HOURS = 8760.0


@pytest.mark.parametrize(
    ("decline", "value", "a_year_later"),
    [
        (0.0, 47_099.6, 39_795.0),
        (0.2, 24_541.4, 16_141.0),
        (0.3, 16_893.4, 8_466.0),
        (0.4, 12_268.8, 4_250.0),
    ],
)
def test_e1_value_of_a_declining_rent_with_economic_life(
    decline: float, value: float, a_year_later: float
) -> None:
    # rent 2.35, utilisation 0.8, cash cost 0.45, return 12 %, five years; abandoned where rent no longer pays
    law = rent_law(60, 2.35, drift=math.log1p(-decline))
    terms = UnitTerms(0.8, 0.0, np.zeros(61), 0.45, 0.45, 0.0, 0.12, 0.0, 60)
    surface = solve(law, terms, 60, 0)
    assert read(surface, 0, law.log_rent, 1) == pytest.approx(value, rel=1e-3)
    assert read(surface, 12, law.log_rent + math.log1p(-decline), 1) == pytest.approx(a_year_later, rel=1e-3)


def test_no_deflation_no_volatility_no_cost_is_an_annuity() -> None:
    law = rent_law(84, 2.0)
    terms = unit(84, power_kw=0.0, other_cost=0.0, idle_cost=0.0, utilisation=1.0, failure_hazard=0.05)
    rate = (0.15 + 0.05) / 12
    months = np.arange(84)
    expected = (730.0 * 2.0 * np.exp(-rate * (months + 0.5))).sum()
    assert read(solve(law, terms, 0, 0), 0, law.log_rent, 1) == pytest.approx(expected, rel=1e-6)


def test_without_costs_the_value_is_the_discounted_mean_rent_of_the_chain() -> None:
    # E[exp(x(t) + half the drift of Z(t))] month by month, exactly, with no grid
    months, drift, volatility = 60, np.array([-0.35, -0.08, 0.32]), np.array([0.20, 0.15, 0.22])
    law = rent_law(months, 2.65, drift, volatility, transition=CHAIN)
    terms = unit(months, power_kw=0.0, other_cost=0.0, idle_cost=0.0)
    grown = CHAIN * np.exp(drift / 12 + volatility**2 / 24)
    for regime in range(3):
        state, expected = np.eye(3)[regime], 0.0
        for t in range(months):
            rent = 2.65 * float(state @ np.exp(drift / 24))
            expected += 730.0 * 0.8 * rent * math.exp(-0.18 * (t + 0.5) / 12)
            state = state @ grown
        assert read(solve(law, terms, 0, 0), 0, law.log_rent, regime) == pytest.approx(expected, rel=2e-4)


def abandonment_option(
    rent: float, growth: float, sigma: float, rate: float, share: float, cost: float
) -> float:
    """Perpetual flow share * rent - cost with the right to stop for good; rent a geometric Brownian motion.

    V = share R / (rate - growth) - cost / rate + B R^b with b < 0 the root of
    sigma^2 b (b - 1) / 2 + growth b = rate, and value and slope zero at
    R* = b / (b - 1) cost (rate - growth) / (rate share).
    Dixit and Pindyck, Investment under Uncertainty, chapter 7.
    """
    drift = growth - sigma**2 / 2
    b = (-drift - math.sqrt(drift**2 + 2 * sigma**2 * rate)) / sigma**2
    stop = b / (b - 1) * cost / rate * (rate - growth) / share
    if rent <= stop:
        return 0.0
    loss_avoided = cost / rate - share * stop / (rate - growth)
    return share * rent / (rate - growth) - cost / rate + loss_avoided * (rent / stop) ** b


def perpetual(rent: float, split: int) -> tuple[RentLaw, UnitTerms, float]:
    """Growth -15 %, volatility 25 %, return 15 %, forty years; a model month is 1/split of a month."""
    growth, sigma, rate, months = -0.15, 0.25, 0.15, 480 * split
    law = rent_law(months, rent, (growth - sigma**2 / 2) / split, sigma / math.sqrt(split))
    free = np.zeros(months + 1)
    terms = UnitTerms(0.8 / split, 0.0, free, 0.45 / split, 0.45 / split, 0.0, rate / split, 0.0, months)
    # a month earns its rent at half the log drift: the closed form's mean rent less sigma^2 h / 4
    share = 0.8 * math.exp(-(sigma**2) / 48 / split)
    return law, terms, HOURS * abandonment_option(rent, growth, sigma, rate, share, 0.45)


@pytest.mark.parametrize(("rent", "tolerance"), [(2.65, 2e-4), (1.5, 1e-3), (1.0, 3e-3)])
def test_infinite_life_is_the_abandonment_option(rent: float, tolerance: float) -> None:
    law, terms, expected = perpetual(rent, 1)
    assert read(solve(law, terms, 0, 0), 0, law.log_rent, 1) == pytest.approx(expected, rel=tolerance)


def test_deciding_once_a_month_costs_what_the_step_says() -> None:
    # next to the boundary of 0.477 the right to stop at any moment is worth 3 % more; the gap is of order h
    gaps = []
    for split in (1, 2, 4, 8):
        law, terms, expected = perpetual(0.6, split)
        found = read(solve(law, terms, 0, 0, nodes=1601), 0, law.log_rent, 1)
        gaps.append(1.0 - found / expected)
    assert 0.0 < gaps[0] < 0.035
    assert gaps[1] / gaps[2] == pytest.approx(2.0, rel=0.1)
    assert gaps[2] / gaps[3] == pytest.approx(2.0, rel=0.1)


def test_three_equal_regimes_are_one() -> None:
    one = rent_law(72, 2.65, -0.2, 0.2)
    three = one._replace(transition=CHAIN)
    alone, mixed = solve(one, unit(72), 12, 6), solve(three, unit(72), 12, 6)
    assert mixed.value == pytest.approx(alone.value, rel=1e-9, abs=1e-6)
    assert mixed.forward == pytest.approx(alone.forward, rel=1e-9, abs=1e-6)
