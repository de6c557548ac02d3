"""Moments of every driver at 200,000 paths against closed forms, within three standard errors."""

import numpy as np
import pytest

from haircut.machines.obsolescence import expected_log_obsolescence, launch_schedule
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.correlation import correlation_matrix
from haircut.scenarios.expected import expected_block
from haircut.scenarios.parameters import ScenarioParameters
from haircut.scenarios.regimes import state_probabilities
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.simulate import DriverPaths, simulate_states
from tests.unit.scenarios import cases
from tests.unit.scenarios.cases import by_regime, quantity

MONTHS = 84
PATHS = 391 * 512
LOOK = np.array([1, 12, 36, 60, 84])


@pytest.fixture(scope="module")
def recipe() -> ScenarioSet:
    return cases.scenario_set(cases.case(), MONTHS, seed=20261001, paths=PATHS)


class Sample:
    """Columns `LOOK` of all paths."""

    def __init__(self, recipe: ScenarioSet, measure: str) -> None:
        self.known = recipe.p if measure == "P" else recipe.q
        states: list[DriverPaths] = []
        blocks: list[ScenarioBlock] = []
        for i in range(recipe.blocks):
            draws = recipe.draw(i)
            paths = simulate_states(self.known, draws)
            states.append(DriverPaths(*(each[:, LOOK] for each in paths)))
            block = recipe.block(i, measure, draws)
            blocks.append(block._replace(**{name: getattr(block, name)[..., LOOK] for name in MONTHLY}))
        self.states = DriverPaths(*map(np.concatenate, zip(*states, strict=True)))
        self.blocks = {name: np.concatenate([getattr(each, name) for each in blocks]) for name in MONTHLY[1:]}
        self.log_rent = np.concatenate([each.log_rent[0] for each in blocks])
        self.default_month = np.concatenate([each.default_month for each in blocks], axis=1)


MONTHLY = (
    "log_rent",
    "regime",
    "utilisation_scale",
    "power_price",
    "discount",
    "stress",
    "funding_spread",
    "depth_factor",
)


@pytest.fixture(scope="module", params=["P", "Q"])
def sample(request: pytest.FixtureRequest, recipe: ScenarioSet) -> Sample:
    return Sample(recipe, request.param)


def errors(values: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Distance of the sample means from `mean` in standard errors."""
    return np.abs(values.mean(axis=0) - mean) / np.maximum(values.std(axis=0) / np.sqrt(len(values)), 1e-15)


def linear_moments(
    known: ScenarioParameters, start: np.ndarray, gain: np.ndarray, shift: np.ndarray, deviation: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and second moment by month of ``y' = gain[t] y + shift[t, z'] + deviation[t, z'] eps``, exactly.

    start: (6,) y(0) by initial state; shift, deviation: (T, 6).
    """
    mass = known.initial.copy()
    first, second = mass * start, mass * start**2
    means, seconds = [first.sum()], [second.sum()]
    for t in range(known.months):
        mass, one, two = mass @ known.joint, first @ known.joint, second @ known.joint
        g, b, s = gain[t], shift[t], deviation[t]
        second = g * g * two + 2.0 * g * b * one + (b * b + s * s) * mass
        first = g * one + b * mass
        means.append(first.sum())
        seconds.append(second.sum())
    return np.array(means)[LOOK], np.array(seconds)[LOOK]


def test_chains(sample: Sample) -> None:
    pair = 3 * sample.states.stress + sample.states.regime
    wanted = state_probabilities(sample.known.joint, sample.known.initial, MONTHS)[LOOK]
    for state in range(6):
        error = np.sqrt(wanted[:, state] * (1.0 - wanted[:, state]) / len(pair))
        assert np.all(np.abs((pair == state).mean(axis=0) - wanted[:, state]) <= 3.0 * error + 1e-12), state


def test_compute(sample: Sample) -> None:
    steps = sample.known.steps.compute
    shift = np.tile(steps.drift, 2) + (steps.step + steps.pull * steps.target)[:, None]
    first, second = linear_moments(
        sample.known, np.zeros(6), 1.0 - steps.pull, shift, np.tile(steps.deviation, 2)
    )
    assert errors(sample.states.compute, first).max() < 3.0
    assert errors(sample.states.compute**2, second).max() < 3.0


def test_demand(sample: Sample) -> None:
    steps = sample.known.steps
    levels = np.tile(steps.demand.level, 2)
    shift = np.tile(levels * (1.0 - steps.demand.keep), (MONTHS, 1))
    deviation = np.full((MONTHS, 6), steps.demand.deviation)
    first, second = linear_moments(sample.known, levels, np.full(MONTHS, steps.demand.keep), shift, deviation)
    assert errors(sample.states.demand, first).max() < 3.0
    assert errors(sample.states.demand**2, second).max() < 3.0


def test_funding_spread(sample: Sample) -> None:
    steps = sample.known.steps
    means = np.repeat(steps.funding_spread.log_mean, 3)
    shift = np.tile(means * (1.0 - steps.funding_spread.keep) + steps.funding_spread.drift, (MONTHS, 1))
    deviation = np.full((MONTHS, 6), steps.funding_spread.deviation)
    first, second = linear_moments(
        sample.known,
        np.full(6, steps.funding_spread.start),
        np.full(MONTHS, steps.funding_spread.keep),
        shift,
        deviation,
    )
    assert errors(sample.states.funding_spread, first).max() < 3.0
    assert errors(sample.states.funding_spread**2, second).max() < 3.0
    # Under Q the drift of the log is higher by theta sigma: closed form of the exact step.
    if sample.known.measure == "Q":
        assert steps.funding_spread.drift == pytest.approx(
            0.3 * 0.33 * (1.0 - np.exp(-2.0 / 12.0)) / 2.0, rel=1e-13
        )


def test_power(sample: Sample) -> None:
    years = LOOK / 12.0
    forward = 0.08 * np.exp(0.02 * years)
    lift = 0.3 * 0.2 * (1.0 - np.exp(-2.0 * years)) / 2.0 if sample.known.measure == "Q" else 0.0 * years
    assert errors(sample.blocks["power_price"], forward * np.exp(lift)).max() < 3.0
    variance = 0.2**2 * (1.0 - np.exp(-4.0 * years)) / 4.0
    assert errors((sample.states.power - lift) ** 2, variance).max() < 3.0


def test_discount_is_a_martingale_and_the_rate_has_hull_white_variance(sample: Sample) -> None:
    assert np.all(sample.blocks["discount"][:, 0] == pytest.approx(sample.known.discount[1], rel=1e-13))
    assert errors(sample.blocks["discount"][:, 1:], sample.known.discount[LOOK[1:]]).max() < 3.0
    log = np.log(sample.blocks["discount"][:, 1:])
    # Continuous Hull-White: the integrated factor's variance; a monthly sum nears it from three years on.
    a, years = 0.05, LOOK[1:] / 12.0
    b = (1.0 - np.exp(-a * years)) / a
    variance = 0.01**2 / a**2 * (years - b - a * b * b / 2.0)
    assert np.allclose(log.var(axis=0)[1:], variance[1:], rtol=0.05)
    assert np.allclose(log.var(axis=0), 2.0 * sample.known.discount_correction[LOOK[1:]], rtol=0.01)


def test_launches(recipe: ScenarioSet) -> None:
    sample = Sample(recipe, "P")
    of = cases.case()
    schedule = launch_schedule(of.market.compute, of.market.devices[0], of.market.as_of)
    wanted = np.exp(expected_log_obsolescence(schedule, MONTHS))[LOOK]
    share = np.exp(sample.log_rent - sample.known.log_rent[0] - sample.states.compute)
    assert errors(share[:, 1:], wanted[1:]).max() < 3.0


def test_survival(sample: Sample) -> None:
    for row, name in enumerate(sample.known.obligors):
        month = sample.default_month[row][:, None]
        alive = (month == 0) | (month > LOOK)
        wanted = sample.known.survival[row, LOOK]
        error = np.sqrt(wanted * (1.0 - wanted) / len(alive))
        assert np.all(np.abs(alive.mean(axis=0) - wanted) <= 3.0 * error), name


def test_defaults_come_when_demand_is_weak(recipe: ScenarioSet) -> None:
    sample = Sample(recipe, "P")
    dead = (sample.default_month[0] > 0) & (sample.default_month[0] <= 60)
    demand = sample.states.demand[:, 3]
    assert demand[dead].mean() < demand[~dead].mean() - 0.3
    both = np.mean(dead & (sample.default_month[2] > 0) & (sample.default_month[2] <= 60))
    alone = dead.mean() * np.mean((sample.default_month[2] > 0) & (sample.default_month[2] <= 60))
    assert both > 1.1 * alone


def test_expected_path(recipe: ScenarioSet) -> None:
    sample, expected = Sample(recipe, "P"), expected_block(recipe.p)
    for name in ("utilisation_scale", "funding_spread", "depth_factor", "power_price"):
        assert errors(sample.blocks[name], getattr(expected, name)[0, LOOK]).max() < 3.0, name
    # The machines room averages the compute chain over funding; the simulation keeps the two chains joined.
    rent = np.exp(sample.log_rent).mean(axis=0)
    assert np.allclose(rent, np.exp(expected.log_rent[0, 0, LOOK]), rtol=0.01)


def test_shocks_are_correlated_by_funding_state() -> None:
    calm = {"compute-demand": 0.4, "power-rate": -0.6, "demand-funding_spread": -0.5}
    stress = {"compute-demand": -0.3, "rate-funding_spread": 0.7}
    for initial, pairs in ((0.0, calm), (1.0, stress)):
        of = cases.case(
            correlations=cases.correlations(calm=calm, stress=stress),
            funding=cases.funding(initial_stress=initial, calm_to_stress=0.0, stress_to_calm=0.0),
            compute=cases.compute_market(
                initial_state=by_regime(0, 1, 0), transition_from_balanced=by_regime(0, 1, 0)
            ),
        )
        known = cases.parameters(of, 2)
        recipe = ScenarioSet(known, known, 5, PATHS)
        states = [simulate_states(known, recipe.draw(i)) for i in range(recipe.blocks)]
        # The short factor of month 1 shows in the sum at month 2.
        columns = [
            np.concatenate([getattr(each, name)[:, t] for each in states])
            for name, t in (
                ("compute", 1),
                ("demand", 1),
                ("power", 1),
                ("rate_sum", 2),
                ("funding_spread", 1),
            )
        ]
        found, wanted = np.corrcoef(columns), correlation_matrix(pairs)
        error = (1.0 - wanted**2) / np.sqrt(PATHS)
        off = ~np.eye(5, dtype=bool)
        assert np.all(np.abs(found - wanted)[off] <= 3.0 * error[off])


def test_twelve_months_of_the_stationary_market() -> None:
    """An indication: the default market's stated quantiles, which have one launch of 10 % in the year."""
    calm = np.array([[0.945, 0.050, 0.005], [0.030, 0.945, 0.025], [0.010, 0.060, 0.930]])
    stationary = np.linalg.matrix_power(calm, 4000)[0]
    compute = cases.compute_market(
        initial_state=by_regime(*map(float, stationary / stationary.sum())),
        pull_speed=quantity(0.0),
        stress_coupling=quantity(1.0),
        launches=(),
    )
    known = cases.parameters(cases.case(compute=compute), 12)
    recipe = ScenarioSet(known, known, 3, 200 * 512)
    change = np.concatenate([recipe.block(i, "P").log_rent[0, :, 12] for i in range(200)]) - known.log_rent[0]
    found = np.percentile(0.9 * np.exp(change) - 1.0, [1, 5, 50, 95, 99])
    assert np.allclose(found, [-0.55, -0.47, -0.19, 0.34, 0.68], atol=0.025)
