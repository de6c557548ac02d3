import math

import numpy as np
import pytest

from haircut.errors import CannotCompute, UsageError
from haircut.machines import value as value_module
from haircut.machines.grid import limited_slopes, rent_weight
from haircut.machines.law import MIXTURE, RentLaw, UnitTerms
from haircut.machines.regimes import regime_probabilities
from haircut.machines.value import read, read_forward, solve
from tests.unit.machines.laws import random_regimes, rent_law, unit


def dense_value(law: RentLaw, terms: UnitTerms, nodes: int = 2501) -> tuple[np.ndarray, np.ndarray]:
    """The same equation written again with numpy: a dense grid, linear reads, nine-point quadrature."""
    points, weights = np.polynomial.hermite_e.hermegauss(9)
    weights = weights / weights.sum()
    x = law.log_rent + np.linspace(-5.0, 5.0, nodes)
    rate = (terms.required_return + terms.failure_hazard) / 12
    later = np.full((3, nodes), terms.salvage)
    for t in range(terms.last_month - 1, -1, -1):
        c = x - law.log_rent - law.log_obsolescence[t]
        aged = law.log_obsolescence[t + 1] - law.log_obsolescence[t]
        moves = [law.drift[t, j] + law.pull[t] * (law.target[t] - c) + aged for j in range(3)]
        moved = [
            sum(
                w * np.interp(x + law.step[t] + moves[j] + law.deviation[t, j] * p, x, later[j])
                for p, w in zip(points, weights, strict=True)
            )
            for j in range(3)
        ]
        now = np.empty_like(later)
        for i in range(3):
            rent = np.exp(x + law.step[t] + moves[i] / 2)
            margin = terms.utilisation * rent - terms.power_kw * terms.power_price[t] - terms.other_cost
            income = 730.0 * np.maximum(margin, -terms.idle_cost) * math.exp(-rate / 2)
            ahead = sum(law.transition[i, j] * moved[j] for j in range(3))
            now[i] = np.maximum(terms.salvage, income + math.exp(-rate) * ahead)
        later = now
    return x, later


def test_agrees_with_the_equation_written_again() -> None:
    law, terms = random_regimes(48), unit(48, salvage=150.0)
    surface = solve(law, terms, 0, 0)
    x, dense = dense_value(law, terms)
    for shift in (-1.5, -0.7, 0.0, 0.7):
        for regime in range(3):
            expected = np.interp(law.log_rent + shift, x, dense[regime])
            found = read(surface, 0, law.log_rent + shift, regime)
            assert found == pytest.approx(expected, rel=1e-3, abs=1.0)


def test_two_months_by_hand() -> None:
    law = rent_law(2, 1.0, drift=-1.2)
    terms = unit(2, failure_hazard=0.12, required_return=0.12, salvage=100.0)
    first = 730.0 * (0.8 * math.exp(-0.05) - 0.45) * math.exp(-0.01)
    second = 730.0 * (0.8 * math.exp(-0.15) - 0.45) * math.exp(-0.03)
    found = read(solve(law, terms, 2, 0), 0, 0.0, 1)
    assert found == pytest.approx(first + second + 100.0 * math.exp(-0.04), rel=1e-5)


def test_an_idle_month_costs_the_idle_cost_while_waiting_is_worth_it() -> None:
    # off in month 0, back at ten times the rent from month 1
    law = rent_law(12, 0.01, step=np.array([0.0, math.log(1000.0), *([0.0] * 10)]))
    terms = unit(12, idle_cost=0.05, failure_hazard=0.0, required_return=0.0)
    surface = solve(law, terms, 0, 0)
    assert read(surface, 0, law.log_rent, 1) == pytest.approx(730.0 * (11 * (8.0 - 0.45) - 0.05), rel=1e-4)
    scrapped = solve(rent_law(12, 0.01), terms._replace(salvage=40.0), 0, 0)
    assert read(scrapped, 0, math.log(0.01), 1) == pytest.approx(40.0)


def test_value_is_salvage_from_the_maximum_age_on() -> None:
    law = random_regimes(40)
    surface = solve(law, unit(40, last_month=24, salvage=70.0), 30, 3)
    assert surface.value[24:] == pytest.approx(np.full_like(surface.value[24:], 70.0))
    assert surface.forward[24:] == pytest.approx(np.full_like(surface.forward[24:], 70.0))
    assert surface.forward[22, 2:] == pytest.approx(np.full_like(surface.forward[22, 2:], 70.0))
    old = solve(law, unit(40, last_month=0, salvage=70.0), 6, 2)
    assert old.value == pytest.approx(np.full_like(old.value, 70.0))


def test_a_horizon_beyond_the_law_is_salvage() -> None:
    surface = solve(random_regimes(24), unit(24), 60, 12)
    assert surface.value.shape[0] == 61
    assert not surface.value[24:].any()


def test_the_mixture_weighs_regimes_by_their_forward_probabilities() -> None:
    law = random_regimes(36)
    surface = solve(law, unit(36), 24, 2)
    weight = regime_probabilities(law.initial, law.transition, 24)
    x = law.log_rent - 0.2
    for t in (0, 7, 24):
        each = [read(surface, t, x, regime) for regime in range(3)]
        assert read(surface, t, x, MIXTURE) == pytest.approx(float(weight[t] @ each))
        ahead = [read_forward(surface, t, 2, x, regime) for regime in range(3)]
        assert read_forward(surface, t, 2, x, MIXTURE) == pytest.approx(float(weight[t] @ ahead))


def test_today_in_the_forward_is_the_value() -> None:
    law = random_regimes(36)
    surface = solve(law, unit(36), 12, 4)
    stride = round(surface.coarse_step / surface.x_step)
    assert surface.forward[:, 0] == pytest.approx(surface.value[:, ::stride][:, : surface.forward.shape[2]])


def test_the_forward_is_the_mean_over_simulated_months() -> None:
    law, ahead, paths = random_regimes(60), 12, 40_000
    surface = solve(law, unit(60), 24, ahead)
    generator = np.random.Generator(np.random.SFC64(3))
    start, x0, z0 = 6, law.log_rent - 0.3, 1
    x, z = np.full(paths, x0), np.full(paths, z0)
    cumulative = law.transition.cumsum(axis=1)
    for t in range(start, start + ahead):
        z = (generator.random(paths)[:, None] > cumulative[z]).sum(axis=1)
        c = x - law.log_rent - law.log_obsolescence[t]
        x = x + law.drift[t, z] + law.pull[t] * (law.target[t] - c) - 0.1 / 12
        x = x + law.deviation[t, z] * generator.standard_normal(paths)
    later = np.array([read(surface, start + ahead, a, b) for a, b in zip(x, z, strict=True)])
    error = later.std() / math.sqrt(paths)
    assert abs(later.mean() - read_forward(surface, start, ahead, x0, z0)) < 3.5 * error


def test_error_against_a_ten_times_finer_grid() -> None:
    law, terms = random_regimes(96), unit(96)
    surface = solve(law, terms, 48, 0)
    fine = solve(law, terms, 48, 0, nodes=10 * (surface.value.shape[1] - 1) + 1)
    for t in (0, 12, 48):
        for shift in (-0.7, 0.0, 0.7):
            for regime in range(4):
                x = law.log_rent + shift
                assert read(surface, t, x, regime) == pytest.approx(read(fine, t, x, regime), rel=1e-3)


def test_an_unsteady_value_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_module, "TOLERANCE", 0.0)
    monkeypatch.setattr(value_module, "MOST_NODES", 500)
    with pytest.raises(CannotCompute, match=r"still moves by more than 0\.1 % at 500 nodes"):
        solve(random_regimes(12), unit(12), 0, 0)


@pytest.mark.parametrize(
    ("law", "terms", "message"),
    [
        (random_regimes(12), unit(24), "law: covers 12 months; expected at least last_month = 24"),
        (random_regimes(24), unit(24, power_price=np.zeros(3)), "power_price: covers 3 months"),
        (random_regimes(12, transition=np.full((3, 3), 0.3)), unit(12), "rows of probabilities"),
        (random_regimes(12, deviation=np.full((12, 3), -0.1)), unit(12), "no negative standard deviation"),
        (random_regimes(12, pull=np.full(12, 1.5)), unit(12), "monthly speeds from 0 to 1"),
        (random_regimes(12, log_rent=math.nan), unit(12), "finite numbers"),
        (random_regimes(12), unit(12, salvage=-1.0), "salvage: found -1.0"),
    ],
)
def test_what_does_not_fit_is_refused(law: RentLaw, terms: UnitTerms, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        solve(law, terms, 12, 0)


def test_reads_beyond_the_grid_are_linear_in_rent() -> None:
    law = rent_law(24, 2.0)
    running = solve(law, unit(24, power_price=np.zeros(25), other_cost=0.0), 12, 1)
    per_rent = read(running, 0, math.log(2.0), 1) / 2.0
    for rent in (0.01, 50.0):
        assert read(running, 0, math.log(rent), 1) == pytest.approx(per_rent * rent, rel=1e-6)
        assert read_forward(running, 0, 1, math.log(rent), 1) < per_rent * rent
    costly = solve(law, unit(24), 12, 1)
    assert read(costly, 0, math.log(1e-6), 1) == 0.0


def test_rent_weight_is_its_definition() -> None:
    for distance in (-0.3, 0.0, 0.01, 0.07, 0.1, 0.5):
        expected = math.expm1(distance) / math.expm1(0.1)
        assert rent_weight(distance, 0.1) == pytest.approx(expected, rel=2e-6)


def test_slopes_are_fourth_order_where_smooth_and_flat_at_a_kink() -> None:
    x = np.linspace(0.0, 1.0, 21)
    slopes = np.empty(21)
    limited_slopes(np.exp(x), 0.05, slopes)
    assert slopes[2:-2] == pytest.approx(np.exp(x)[2:-2], rel=1e-6)
    limited_slopes(np.maximum(x - 0.5, 0.0), 0.05, slopes)
    assert not slopes[:11].any()
