"""Control variates have the means that they say, under both measures; what an overlay imposes takes them away."""

import dataclasses

import numpy as np
import pytest

from haircut.case.settings import Scenario
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.controls import control_values, controls_of
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set
from tests.unit.scenarios import cases

MONTHS, BLOCKS = 30, 60


def recipe(**settings: object) -> ScenarioSet:
    of = cases.case(**settings)
    return dataclasses.replace(
        compile_scenario_set(of, MONTHS, cases.laws(of, MONTHS)), paths=BLOCKS * BLOCK_SIZE
    )


@pytest.mark.parametrize("measure", ["P", "Q"])
def test_their_means_are_those_of_the_paths(measure: str) -> None:
    made = recipe()
    controls = controls_of(made.p if measure == "P" else made.q)
    assert controls.number == 4 * (len(made.p.obligors) + 1)
    assert controls.default_months == controls.rent_months == (7, 15, 22, 30)
    values = np.concatenate(
        [control_values(controls, made.block(block, measure), BLOCK_SIZE) for block in range(BLOCKS)]
    )
    errors = values.std(axis=0, ddof=1) / np.sqrt(len(values))
    assert (errors > 0.0).all()
    assert (np.abs(values.mean(axis=0)) < 4.0 * errors).all()


def test_they_differ_between_the_measures() -> None:
    made = recipe()
    under_p, under_q = controls_of(made.p).means, controls_of(made.q).means
    assert (under_q[:-4] > under_p[:-4]).all()  # customers default more often under Q
    assert (under_q[-4:] < under_p[-4:]).all()  # and rents are lower


def test_an_imposed_failure_takes_them_away() -> None:
    made = recipe(scenario=Scenario(customer_failures={"acme": 6}))
    controls = controls_of(made.q)
    assert controls.number == 0
    assert control_values(controls, made.block(0, "Q"), 5).shape == (5, 0)
