"""Importance sampling keeps every mean: weights average 1, weighted defaults have the input curve."""

import dataclasses

import numpy as np
import pytest

from haircut.case.settings import Scenario, Settings
from haircut.errors import InputRefused
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set
from haircut.scenarios.tilt import tilted_block
from tests.unit.scenarios import cases

MONTHS, BLOCKS, TILT = 30, 60, 4.0


def recipe(**settings: object) -> ScenarioSet:
    of = cases.case(**settings)
    made = compile_scenario_set(of, MONTHS, cases.laws(of, MONTHS))
    return dataclasses.replace(made, paths=BLOCKS * BLOCK_SIZE)


@pytest.mark.parametrize("measure", ["P", "Q"])
def test_weighted_defaults_have_the_curve_and_weights_average_one(measure: str) -> None:
    made = recipe()
    parameters = made.p if measure == "P" else made.q
    defaults, weights = [], []
    for block in range(BLOCKS):
        found, weight = tilted_block(made, block, measure, TILT)
        defaults.append(found.default_month.T)
        weights.append(weight)
    months, w = np.concatenate(defaults), np.concatenate(weights)
    assert w.min() > 0.0 and w.max() <= 2.0
    assert abs(w.mean() - 1.0) < 4.0 * w.std() / np.sqrt(len(w))
    for row, curve in enumerate(parameters.survival):
        for month in (10, MONTHS):
            hit = (months[:, row] > 0) & (months[:, row] <= month)
            weighted = w * hit
            error = weighted.std() / np.sqrt(len(w))
            assert abs(weighted.mean() - (1.0 - curve[month])) < 4.0 * error
            assert hit.mean() > 1.3 * (1.0 - curve[month])  # they do default more often


def test_nothing_but_defaults_is_drawn_anew() -> None:
    made = recipe()
    plain, (found, _) = made.block(0, "Q"), tilted_block(made, 0, "Q", TILT)
    assert np.array_equal(plain.log_rent, found.log_rent) and np.array_equal(plain.regime, found.regime)
    # Every other path is as it was.
    assert np.array_equal(plain.default_month[:, ::2], found.default_month[:, ::2])
    ones = tilted_block(made, 0, "Q", 1.0)[1]
    assert ones == pytest.approx(np.ones(BLOCK_SIZE), abs=1e-12)


def test_paths_without_a_weight_are_refused() -> None:
    with pytest.raises(InputRefused, match="above 0"):
        tilted_block(recipe(), 0, "Q", 0.0)
    with pytest.raises(InputRefused, match="read whole"):
        tilted_block(recipe(settings=Settings(independence_by_shift=True)), 0, "Q", 2.0)
    with pytest.raises(InputRefused, match="imposed"):
        tilted_block(recipe(scenario=Scenario(customer_failures={"acme": 6})), 0, "Q", 2.0)
