import numpy as np

from haircut.scenarios.regimes import (
    cumulative_rows,
    funding_transition,
    joint_initial,
    joint_transition,
    state_probabilities,
    tilted,
)

CALM = np.array([[0.945, 0.050, 0.005], [0.030, 0.945, 0.025], [0.010, 0.060, 0.930]])


def test_no_tilt_keeps_the_bits() -> None:
    assert np.array_equal(tilted(CALM, 0.0), CALM)


def test_tilt_by_hand() -> None:
    row = CALM[2] * np.exp([0.3, 0.0, -0.3])
    assert np.allclose(tilted(CALM, 0.3)[2], row / row.sum(), rtol=1e-15)


def test_compute_moves_by_the_funding_state_of_the_month_start() -> None:
    stress = np.array([[1.0, 0.0, 0.0]] * 3)
    joint = joint_transition(funding_transition(1.0, 0.0), np.stack([CALM, stress]))
    # From calm and scarce: funding goes to stress for sure, compute still moves by its calm row.
    assert np.allclose(joint[2], [0, 0, 0, *CALM[2]])
    assert np.allclose(joint[5], [0, 0, 0, 1, 0, 0])


def test_probabilities_follow_the_matrix() -> None:
    joint = joint_transition(funding_transition(0.028, 0.158), np.stack([CALM, CALM]))
    initial = joint_initial(0.25, np.array([0.1, 0.2, 0.7]))
    assert np.allclose(
        state_probabilities(joint, initial, 7)[7], initial @ np.linalg.matrix_power(joint, 7), rtol=1e-13
    )


def test_a_uniform_never_picks_an_impossible_state() -> None:
    rows = cumulative_rows(np.array([[0.1, 0.2, 0.7], [0.3, 0.7, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    assert rows[0, 2] == 1.0
    assert rows[1, 1] == 1.0
    assert rows[2].tolist() == [1.0, 1.0, 1.0]
    assert rows[3].tolist() == [0.0, 0.0, 1.0]
