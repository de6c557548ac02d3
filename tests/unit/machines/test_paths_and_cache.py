"""Paths of a law, what is read off them, and surfaces remembered by content."""

import time

import numpy as np
import pytest

import haircut as hc
from haircut.errors import UsageError
from haircut.machines import cache
from haircut.machines.diagnostic import diagnostic_return, value_today
from haircut.machines.expected import expected_rent
from haircut.machines.paths import half_life_months, retirement_months, simulate_log_rent, value_path
from haircut.machines.value import read, solve
from haircut.machines.view.residual import law_and_terms
from tests.unit.machines.laws import random_regimes, rent_law, unit


def test_paths_have_the_expected_rent_of_the_law() -> None:
    law = random_regimes(48)
    paths = simulate_log_rent(law, 48, paths=20_000)
    rents = np.exp(paths.log_rent)
    error = rents.std(axis=0) / np.sqrt(rents.shape[0])
    assert np.all(np.abs(rents.mean(axis=0) - expected_rent(law, 48)) <= 4.0 * error + 1e-9)
    shares = np.bincount(paths.regime[:, 0], minlength=3) / 20_000
    assert shares == pytest.approx([0.0, 0.2, 0.8], abs=0.02)


def test_the_same_seed_gives_the_same_paths() -> None:
    law = random_regimes(12)
    first, second = simulate_log_rent(law, 12), simulate_log_rent(law, 12)
    np.testing.assert_array_equal(first.log_rent, second.log_rent)


def test_a_machine_whose_rent_falls_surely_retires_when_it_no_longer_pays() -> None:
    law = rent_law(96, rent=1.2, drift=-0.30)
    terms = unit(96, idle_cost=0.0, salvage=50.0)
    surface = solve(law, terms, 96, 0)
    paths = simulate_log_rent(law, 96, paths=4)
    first, half, last = retirement_months(surface, paths, terms.salvage)
    assert first == half == last is not None
    worth = [read(surface, t, float(paths.log_rent[0, t]), 1) for t in range(97)]
    assert worth[int(first)] <= 51.0 + 1.0 and worth[int(first) - 2] > 51.0
    assert half_life_months(value_path(surface, law, paths)) == pytest.approx(
        np.interp(-0.5 * worth[0], [-value for value in worth], range(97)), abs=0.5
    )


def test_nothing_halves_where_nothing_falls() -> None:
    assert half_life_months(np.array([4.0, 3.0, 2.5])) is None
    assert half_life_months(np.array([0.0, 0.0])) is None


def test_the_diagnostic_return_reproduces_its_price() -> None:
    law, terms = random_regimes(60), unit(60)
    price = value_today(law, terms, 0.40)
    assert diagnostic_return(law, terms, price) == pytest.approx(0.40, abs=1e-3)
    assert diagnostic_return(law, terms, 1e9) is None


def test_a_rig_has_no_closed_expectation() -> None:
    law = random_regimes(12)._replace(pull_below=np.zeros(12))
    with pytest.raises(UsageError, match="rig"):
        expected_rent(law, 12)


def test_a_mixture_of_one_part_is_the_plain_normal_bit_for_bit() -> None:
    law, terms = random_regimes(60), unit(60)
    plain = solve(law, terms, 12, 0, 201)
    parts = law._replace(mix_weight=np.full(2, 0.5), mix_shift=np.zeros(2), mix_variance=np.zeros(2))
    np.testing.assert_allclose(solve(parts, terms, 12, 0, 201).value, plain.value, rtol=1e-12)
    sided = law._replace(pull_below=law.pull)
    np.testing.assert_array_equal(solve(sided, terms, 12, 0, 201).value, plain.value)


def test_a_surface_is_solved_once_by_content_and_belongs_to_the_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache.forget()
    solved: list[int] = []

    def counted(*arguments: object) -> object:
        solved.append(1)
        return solve(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(cache, "solve", counted)
    law, terms = random_regimes(24), unit(24)
    first = cache.solve_once(law, terms, 12, 2)
    first.value[:] = 0.0
    again = cache.solve_once(random_regimes(24), unit(24), 12, 2)
    assert len(solved) == 1 and again.value.max() > 0.0
    cache.solve_once(law, terms._replace(salvage=1.0), 12, 2)
    cache.solve_once(law._replace(log_rent=law.log_rent + 1e-12), terms, 12, 2)
    cache.solve_once(law, terms, 12, 3)
    assert len(solved) == 4
    cache.forget()


def test_surfaces_of_all_machines_take_less_than_three_seconds() -> None:
    view = hc.market("2026-10-01")
    machines = [*view.market.devices, *view.market.rigs]
    laws = [law_and_terms(view.market, machine) for machine in machines]
    solve(*laws[0], 60, 0), solve(*laws[-1], 60, 0)  # compiled
    cache.forget()
    started = time.process_time()
    for law, terms in laws:
        cache.solve_once(law, terms, 60, 0)
    assert time.process_time() - started < 3.0
    started = time.process_time()
    for law, terms in laws:
        cache.solve_once(law, terms, 60, 0)
    assert time.process_time() - started < 0.5
