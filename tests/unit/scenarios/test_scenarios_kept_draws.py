"""Remembered draws are the draws: no bit changes, and memory does not grow with paths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from haircut.scenarios.kept_draws import MOST_KEPT, Kept, keeping
from tests.unit.scenarios import cases


def test_a_block_is_the_same_remembered_or_not() -> None:
    plain = cases.scenario_set(cases.case(), 24)
    kept: Kept = {}
    keeper = keeping(plain, kept)
    for measure in ("P", "Q", "P"):
        for got, want in zip(keeper.block(0, measure), plain.block(0, measure), strict=True):
            np.testing.assert_array_equal(got, want)
    assert len(kept) == 1


def test_a_set_with_another_seed_draws_its_own() -> None:
    kept: Kept = {}
    keeper = keeping(cases.scenario_set(cases.case(), 24), kept)
    first = keeper.block(0, "P").log_rent
    assert not np.array_equal(replace(keeper, seed=keeper.seed + 1).block(0, "P").log_rent, first)
    assert len(kept) == 2


def test_no_more_than_the_stated_number_of_blocks_is_kept() -> None:
    kept: Kept = {}
    keeper = keeping(replace(cases.scenario_set(cases.case(), 6), paths=10**6), kept)
    for block in range(MOST_KEPT + 5):
        keeper.draw(block)
    assert len(kept) == MOST_KEPT


def test_the_coins_draws_are_kept_beside_the_others() -> None:
    plain = cases.coin_set(cases.coin_case(), 12)
    kept: Kept = {}
    keeper = keeping(plain, kept)
    for measure in ("P", "Q", "P"):
        for got, want in zip(keeper.block(1, measure), plain.block(1, measure), strict=True):
            np.testing.assert_array_equal(got, want)
    assert len(kept) == 2
    quiet = keeping(cases.coin_set(cases.coin_case(equities=()), 12), kept)
    assert quiet.block(1, "P").shares.shape[0] == 0


def test_students_factor_is_not_taken_from_a_case_without_it() -> None:
    kept: Kept = {}
    keeping(cases.scenario_set(cases.case(), 12), kept).draw(0)
    fat = cases.scenario_set(cases.case(correlations=cases.coin_correlations(degrees_of_freedom=4.0)), 12)
    assert keeping(fat, kept).draw(0).tail.shape == (512, 12)
