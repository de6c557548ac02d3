"""Student's shocks: moments, compensators, customers' marginals, draws that stay."""

import numpy as np
import pytest
from scipy import integrate, stats

from haircut.scenarios.correlation import correlation_matrix
from haircut.scenarios.customers import demand_grid
from haircut.scenarios.drivers.student import (
    density,
    log_mean_exponential,
    shock_variance,
    tail_dependence,
    tail_scale,
)
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.simulate import simulate_states
from tests.unit.scenarios import cases


def student_set(months: int, nu: float = 4.0, paths: int = 2048, **changes: object) -> ScenarioSet:
    correlations = cases.correlations(degrees_of_freedom=nu, calm={"compute-demand": 0.4})
    return cases.scenario_set(cases.case(correlations=correlations, **changes), months, paths=paths)


@pytest.mark.parametrize("nu", [2.5, 4.0, 30.0])
def test_the_compensator_is_the_mean_under_the_density(nu: float) -> None:
    edge = density(np.array(0.0), nu)[1]
    for a in (0.05, 0.3):
        inside = integrate.quad(lambda x, a=a: float(density(np.array(x), nu)[0]) * np.exp(a * x), -6.0, 6.0)[
            0
        ]
        wanted = np.log(inside + 2.0 * edge * np.cosh(6.0 * a))
        assert log_mean_exponential(a, nu) == pytest.approx(wanted, abs=1e-8)
    second = integrate.quad(lambda x: float(density(np.array(x), nu)[0]) * x * x, -6.0, 6.0)[0] + 72.0 * edge
    assert shock_variance(nu) == pytest.approx(second, abs=1e-6)


def test_many_degrees_of_freedom_are_normal_shocks() -> None:
    assert log_mean_exponential(0.2, 1000.0) == pytest.approx(0.02, rel=1e-3)
    near, normal = (
        student_set(12, nu=1000.0).block(0, "P"),
        cases.scenario_set(
            cases.case(correlations=cases.correlations(calm={"compute-demand": 0.4})), 12
        ).block(0, "P"),
    )
    assert np.allclose(near.power_price, normal.power_price, rtol=0.03)
    assert np.array_equal(near.regime, normal.regime)


def test_the_factor_inverts_the_law_of_chi2() -> None:
    u = np.array([1e-9, 0.1, 0.5, 0.999])
    assert np.allclose(tail_scale(u, 4.0), np.sqrt(2.0 / stats.chi2.ppf(u, 4.0)), rtol=1e-9)
    assert np.isfinite(tail_scale(np.array([0.0]), 4.0)).all()


def test_the_grid_of_demand_has_the_shocks_variance() -> None:
    levels = np.array([-1.2, 0.0, 1.2])
    grid = demand_grid(np.eye(6), np.full(6, 1 / 6), levels, 0.7, degrees_of_freedom=4.0)
    centre = len(grid.nodes) // 2
    law = grid.step[1, centre]
    deviation2 = (1.0 - np.exp(-1.4 / 12.0)) * shock_variance(4.0)
    assert law.sum() == pytest.approx(1.0, abs=1e-12)
    assert law @ grid.nodes == pytest.approx(0.0, abs=1e-10)
    assert law @ grid.nodes**2 == pytest.approx(deviation2, rel=2e-3)


def test_shocks_keep_their_correlation_and_fall_together() -> None:
    rho, nu = 0.5, 3.0
    of = cases.case(
        correlations=cases.correlations(
            degrees_of_freedom=nu, calm={"power-funding_spread": rho}, stress={"power-funding_spread": rho}
        ),
        funding=cases.funding(calm_to_stress=0.0),
    )
    recipe = cases.scenario_set(of, 1, paths=400 * 512)
    states = [simulate_states(recipe.p, recipe.draw(i)) for i in range(recipe.blocks)]
    one = np.concatenate([each.power[:, 1] for each in states])
    other = np.concatenate([each.funding_spread[:, 1] for each in states])
    assert correlation_matrix({"power-funding_spread": rho})[2, 4] == rho
    # The exact law at this depth, which tends to the published limit.
    q = 0.005
    both = np.mean((one < np.quantile(one, q)) & (other < np.quantile(other, q)))
    t = stats.t.ppf(q, nu)
    exact = stats.multivariate_t.cdf([t, t], shape=[[1.0, rho], [rho, 1.0]], df=nu, random_state=1) / q
    assert abs(both / q - exact) <= 3.0 * np.sqrt(exact / (q * len(one)))
    assert exact == pytest.approx(tail_dependence(rho, nu), rel=0.02)
