import numpy as np
import pytest

from haircut.errors import InputRefused
from haircut.machines.regimes import (
    average_transition,
    calm_transition,
    regime_probabilities,
    stress_transition,
)
from tests.unit.machines.laws import CHAIN
from tests.unit.machines.markets import compute_market, market, quantity


def test_stress_multiplies_only_the_way_into_glut() -> None:
    stressed = stress_transition(CHAIN, 2.0)
    assert stressed[0].tolist() == CHAIN[0].tolist()
    assert stressed[1] == pytest.approx([0.060, 0.915, 0.025])
    assert stressed[2] == pytest.approx([0.020, 0.060, 0.920])
    assert stress_transition(CHAIN, 1.0).tolist() == CHAIN.tolist()
    assert CHAIN[1, 0] == 0.030


def test_a_large_coupling_stops_at_a_probability() -> None:
    stressed = stress_transition(CHAIN, 1e6)
    assert stressed.sum(axis=1) == pytest.approx([1.0] * 3)
    assert stressed.min() >= 0.0
    assert stressed[1] == pytest.approx([0.975, 0.0, 0.025])


def test_a_negative_coupling_is_refused() -> None:
    with pytest.raises(InputRefused, match="stress_coupling: found -1"):
        stress_transition(CHAIN, -1.0)


def test_average_uses_the_stationary_share_of_stress() -> None:
    share = 0.028 / (0.028 + 0.158)
    average = average_transition(market())
    assert average[1, 0] == pytest.approx(0.030 * (1.0 + share))
    assert average.sum(axis=1) == pytest.approx([1.0] * 3)
    alone = market(compute_market(stress_coupling=quantity(1.0)))
    assert average_transition(alone) == pytest.approx(calm_transition(alone))


def test_probabilities_follow_the_chain() -> None:
    found = regime_probabilities(np.array([0.0, 0.2, 0.8]), CHAIN, 30)
    assert found[30] == pytest.approx(np.array([0.0, 0.2, 0.8]) @ np.linalg.matrix_power(CHAIN, 30))
