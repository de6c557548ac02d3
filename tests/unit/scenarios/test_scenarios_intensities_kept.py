"""Intensities are remembered by content: the same answer, bit for bit, and never that of another question."""

from __future__ import annotations

import numpy as np

from haircut.scenarios.customers import baseline_intensity, demand_grid, intensities

LEVELS = np.array([-1.2, 0.0, 1.2])
INITIAL = np.full(6, 1.0 / 6.0)
SURVIVAL = np.exp(-np.outer([0.02, 0.3], np.arange(7)) / 12.0)
LOADING = np.array([1.0, 0.5])


def test_remembered_intensities_are_those_of_the_solver() -> None:
    for speed in (0.7, 0.2, 0.7):
        grid = demand_grid(np.eye(6), INITIAL, LEVELS, speed)
        found = intensities(SURVIVAL, LOADING, np.eye(6), INITIAL, LEVELS, speed)
        for row, loading in enumerate(LOADING):
            assert np.array_equal(found[row], baseline_intensity(SURVIVAL[row], float(loading), grid))


def test_a_caller_that_writes_into_an_answer_changes_no_later_one() -> None:
    first = intensities(SURVIVAL, LOADING, np.eye(6), INITIAL, LEVELS, 0.7)
    before = first.copy()
    first[:] = 0.0
    assert np.array_equal(intensities(SURVIVAL, LOADING, np.eye(6), INITIAL, LEVELS, 0.7), before)
