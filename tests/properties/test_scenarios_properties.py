"""What holds for the drivers whatever the market says."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haircut.case.book import Credit, Customer
from haircut.scenarios.block import GROUPS
from haircut.scenarios.customers import baseline_intensity, demand_grid
from haircut.scenarios.expected import expected_block
from haircut.scenarios.randomness import draw_block
from haircut.scenarios.regimes import (
    cumulative_rows,
    funding_transition,
    joint_initial,
    joint_transition,
    tilted,
)
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.simulate import group_reads
from tests.unit.scenarios import cases
from tests.unit.scenarios.cases import by_regime, quantity

MONTHS = 18
PATHS = 2048


def unit(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


@st.composite
def rows(draw: st.DrawFn) -> np.ndarray:
    weights = np.array([[draw(unit(0.0, 1.0)) + 1e-3 for _ in range(3)] for _ in range(3)])
    return weights / weights.sum(axis=1, keepdims=True)


@st.composite
def recipes(draw: st.DrawFn) -> ScenarioSet:
    volatility = [draw(unit(0.0, 0.8)) for _ in range(3)]
    drift = [draw(unit(-1.0, 0.6)) for _ in range(3)]
    transition = draw(rows())
    names = ("transition_from_glut", "transition_from_balanced", "transition_from_scarce")
    moves = {name: by_regime(*map(float, row)) for name, row in zip(names, transition, strict=True)}
    compute = cases.compute_market(
        drift=by_regime(*drift),
        volatility=by_regime(*volatility),
        stress_coupling=quantity(draw(unit(1.0, 4.0))),
        pull_speed=quantity(draw(unit(0.0, 0.5))),
        demand_speed=quantity(draw(unit(1e-4, 3.0))),
        theta=quantity(draw(unit(0.0, 0.5))),
        theta_regime=quantity(draw(unit(0.0, 0.5))),
        **moves,
    )
    hazard, loading = draw(unit(0.0, 1.0)), draw(unit(0.0, 2.0))
    credit = Credit(hazard_per_year=hazard, measure="P", wang_rating="B", demand_loading=loading)
    correlation = draw(unit(-0.9, 0.9))
    of = cases.case(
        customers=(Customer(id="acme", name="Acme", credit=credit),),
        compute=compute,
        rates=cases.rates(draw(unit(0.0, 0.03))),
        power=cases.power(draw(unit(0.0, 0.6))),
        funding=cases.funding(volatility=draw(unit(0.0, 0.6)), initial_stress=draw(unit())),
        correlations=cases.correlations(
            calm={"compute-power": correlation}, stress={"demand-rate": correlation, "compute-power": 0.1}
        ),
    )
    return cases.scenario_set(of, MONTHS, seed=draw(st.integers(0, 2**63 - 1)), paths=PATHS)


def within(sample: np.ndarray, mean: np.ndarray, errors: float = 5.0) -> bool:
    """Column means of `sample` lie within so many standard errors of `mean`."""
    error = sample.std(axis=0) / np.sqrt(len(sample))
    return bool(np.all(np.abs(sample.mean(axis=0) - mean) <= errors * error + 1e-9 * np.abs(mean) + 1e-12))


@given(recipes())
def test_blocks_are_well_formed_and_fair(recipe: ScenarioSet) -> None:
    pairs = [recipe.both(i) for i in range(recipe.blocks)]
    for measure, known in enumerate((recipe.p, recipe.q)):
        blocks = [pair[measure] for pair in pairs]
        for block in blocks:
            assert all(np.all(np.isfinite(values)) for values in block)
            assert set(np.unique(block.regime)) <= {0, 1, 2}
            assert set(np.unique(block.stress)) <= {0, 1}
            assert block.default_month.min() >= 0
            assert block.default_month.max() <= MONTHS
            assert np.all(block.power_price > 0.0)
        assert within(np.concatenate([block.discount for block in blocks]), known.discount)
        for row in range(len(known.obligors)):
            month = np.concatenate([block.default_month[row] for block in blocks])
            alive = (month[:, None] == 0) | (month[:, None] > np.arange(MONTHS + 1))
            error = np.sqrt(known.survival[row] * (1.0 - known.survival[row]) / len(month))
            assert np.all(np.abs(alive.mean(axis=0) - known.survival[row]) <= 5.0 * error + 1.0 / len(month))
    expected = expected_block(recipe.p)
    together = [pair[0] for pair in pairs]
    for name in ("power_price", "funding_spread", "utilisation_scale", "depth_factor"):
        assert within(
            np.concatenate([getattr(each, name) for each in together]), getattr(expected, name)[0]
        ), name
    for p, q in pairs:
        assert np.array_equal(p.discount, q.discount)
        assert np.array_equal(p.stress, q.stress)
        assert np.all(q.power_price >= p.power_price - 1e-15)


@given(recipes(), st.permutations(range(4)), st.integers(1, 4))
def test_any_order_on_any_threads_gives_the_same_bits(
    recipe: ScenarioSet, order: list[int], threads: int
) -> None:
    with ThreadPoolExecutor(threads) as pool:
        found = dict(zip(order, pool.map(lambda i: recipe.block(i, "Q"), order), strict=True))
    for i in range(4):
        again = recipe.block(i, "Q", recipe.draw(i))
        assert all(a.tobytes() == b.tobytes() for a, b in zip(found[i], again, strict=True))


@given(rows(), unit(-2.0, 2.0), unit(), unit(), unit())
def test_chains_stay_chains(
    matrix: np.ndarray, theta: float, into: float, out_of: float, start: float
) -> None:
    moved = tilted(matrix, theta)
    assert np.allclose(moved.sum(axis=1), 1.0, atol=1e-14)
    assert np.all(moved >= 0.0)
    # A positive price of risk makes every lower set of regimes likelier.
    gain = np.cumsum(moved - matrix, axis=1)[:, :2] * np.sign(theta)
    assert np.all(gain >= -1e-14)
    joint = joint_transition(funding_transition(into, out_of), np.stack([matrix, moved]))
    assert np.allclose(joint.sum(axis=1), 1.0, atol=1e-14)
    limits = cumulative_rows(joint)
    assert np.all(np.diff(limits, axis=1) >= 0.0)
    assert np.all(limits[:, -1] == 1.0)
    assert np.isclose(joint_initial(start, matrix[0]).sum(), 1.0)


@given(rows(), unit(0.0, 2.0), unit(0.0, 3.0), st.lists(unit(0.0, 0.4), min_size=1, max_size=12))
def test_intensities_exist_and_are_not_negative(
    matrix: np.ndarray, loading: float, speed: float, hazards: list[float]
) -> None:
    joint = joint_transition(funding_transition(0.03, 0.16), np.stack([matrix, matrix]))
    grid = demand_grid(joint, joint_initial(0.0, matrix[1]), np.array([-1.2, 0.0, 1.2]), speed, 101)
    survival = np.exp(-np.concatenate(([0.0], np.cumsum(hazards))))
    level = baseline_intensity(survival, loading, grid)
    assert np.all(np.isfinite(level))
    assert np.all(level >= 0.0)
    assert np.all(level[np.array(hazards) > 1e-6] > 0.0)


@given(st.integers(0, 2**63 - 1), st.integers(0, 10**6), st.integers(1, 30), st.integers(0, 30))
def test_more_months_keep_the_first_ones(seed: int, block: int, months: int, more: int) -> None:
    short, long = (draw_block(seed, block, m, obligors=["acme"]) for m in (months, months + more))
    assert np.array_equal(short.power, long.power[:, :months])
    assert np.array_equal(short.compute_regime, long.compute_regime[:, : months + 1])
    assert np.array_equal(short.default_level, long.default_level)


@given(st.integers(0, 400), st.booleans())
def test_reads_are_permutations(obligors: int, shifted: bool) -> None:
    reads = group_reads(obligors, 512, shifted)
    assert reads.shape == (len(GROUPS) + obligors, 512)
    assert np.all(np.sort(reads, axis=1) == np.arange(512))
    assert shifted == (not np.all(reads == np.arange(512)))
