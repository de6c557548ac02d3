"""The grid of customers' intensities against independent ways to the same numbers."""

import time

import numpy as np
import pytest

from haircut.scenarios.customers import DemandGrid, baseline_intensity, demand_grid
from haircut.scenarios.expected import expected_exponential
from haircut.scenarios.regimes import funding_transition, joint_initial, joint_transition

CALM = np.array([[0.945, 0.050, 0.005], [0.030, 0.945, 0.025], [0.010, 0.060, 0.930]])
STRESS = np.array([[0.945, 0.050, 0.005], [0.060, 0.915, 0.025], [0.020, 0.060, 0.920]])
LEVELS = np.array([-1.2, 0.0, 1.2])
JOINT = joint_transition(funding_transition(0.028, 0.158), np.stack([CALM, STRESS]))
INITIAL = joint_initial(0.1, np.array([0.1, 0.2, 0.7]))


def grid(speed: float = 0.7, nodes: int = 301) -> DemandGrid:
    return demand_grid(JOINT, INITIAL, LEVELS, speed, nodes)


def curve(hazard: float, months: int) -> np.ndarray:
    return np.exp(-hazard * np.arange(months + 1) / 12.0)


def test_without_loading_the_intensity_is_the_hazard() -> None:
    survival = np.array([1.0, 0.99, 0.99, 0.90])
    level = baseline_intensity(survival, 0.0, grid())
    assert np.allclose(level, -12.0 * np.diff(np.log(survival)), rtol=1e-14, atol=0.0)


def test_the_first_month_is_a_closed_form() -> None:
    # Month 0: X is the level of the initial regime, so S(1) is a sum of three terms.
    survival = curve(0.08, 1)
    level = baseline_intensity(survival, 1.5, grid())[0]
    weights = INITIAL[:3] + INITIAL[3:]
    assert weights @ np.exp(-level * np.exp(-1.5 * LEVELS) / 12.0) == pytest.approx(survival[1], abs=1e-15)


def test_one_frozen_regime_against_quadrature() -> None:
    # One regime for ever and two months: E exp(-a0 w0 - a1 w1) with X(1) a normal around the level.
    alone = demand_grid(np.eye(6), np.array([0, 1.0, 0, 0, 0, 0]), LEVELS, 0.7)
    survival = curve(0.10, 2)
    first, second = baseline_intensity(survival, 1.0, alone)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    x = np.sqrt(1.0 - np.exp(-1.4 / 12.0)) * nodes
    joint = np.exp(-first / 12.0) * (weights @ np.exp(-second * np.exp(-x) / 12.0)) / np.sqrt(2.0 * np.pi)
    assert joint == pytest.approx(survival[2], abs=1e-12)


@pytest.mark.parametrize("loading", [0.5, 1.0, 2.0])
def test_the_grid_is_fine_enough(loading: float) -> None:
    survival = curve(0.06, 60)
    coarse, fine = (baseline_intensity(survival, loading, grid(nodes=nodes)) for nodes in (301, 601))
    assert np.abs(coarse / fine - 1.0).max() < 1e-8


@pytest.mark.parametrize("speed", [0.0, 1e-4, 0.01, 0.2, 3.0])
def test_the_grid_keeps_the_moments_of_demand(speed: float) -> None:
    keep = np.exp(-speed / 12.0)
    variance = 1.0 - keep**2
    known = grid(speed)
    for regime, level in enumerate(LEVELS):
        mean = known.step[regime] @ known.nodes
        second = known.step[regime] @ known.nodes**2 - mean**2
        wanted = level + (known.nodes - level) * keep
        inside = np.abs(wanted - level) < 2.0
        assert np.abs(mean - wanted)[inside].max() < 1e-9
        # Below one grid step the variance may be up to a quarter of a step squared too large.
        slack = 0.26 * (known.nodes[1] - known.nodes[0]) ** 2 if speed < 0.015 else 1e-7
        assert np.all(second[inside] >= variance - 1e-9)
        assert np.all(second[inside] <= variance + slack)


def test_no_default_risk_has_intensity_zero() -> None:
    assert np.allclose(baseline_intensity(np.ones(13), 1.0, grid()), 0.0, atol=1e-10)


def test_distress_and_a_pause_are_solved() -> None:
    survival = np.concatenate(
        [curve(6.0, 6), np.full(6, curve(6.0, 6)[-1]), curve(6.0, 6)[-1] * curve(0.5, 12)[1:]]
    )
    level = baseline_intensity(survival, 2.0, grid())
    assert np.all(level >= 0.0)
    assert np.all(np.isfinite(level))
    assert np.allclose(level[6:12], 0.0, atol=1e-8)


def test_survivors_are_the_strong_ones() -> None:
    # To first order a(t) = hazard / E exp(-b X(t)) over all; the survivors' X is higher, so a(t) must be too.
    months, keep = 48, np.exp(-0.7 / 12.0)
    levels = np.tile(LEVELS, 2)
    mean = expected_exponential(
        JOINT, INITIAL, levels, levels, keep, 0.0, np.sqrt(1.0 - keep**2), -1.0, months
    )
    level = baseline_intensity(curve(0.5, months), 1.0, grid())
    assert np.all(level > 0.5 / mean[:months])
    assert level[36] > 1.1 * 0.5 / mean[36]


def test_one_obligor_is_quick() -> None:
    known, survival = grid(), curve(0.06, 100)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        baseline_intensity(survival, 1.0, known)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.15
