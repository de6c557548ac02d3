"""Errors of functions of means."""

import math

import numpy as np
import pytest

from haircut.credit.outcomes import COLUMNS, INDEX, Outcomes
from haircut.pricing.moments import FEWEST_BLOCKS, Moments, first_blocks


def some_rows(paths: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(paths, len(COLUMNS)))
    rows[:, INDEX["ead"]] = rng.exponential(2.0, paths)
    rows[:, INDEX["loss"]] = 0.4 * rows[:, INDEX["ead"]] + 0.1 * rows[:, INDEX["loss"]]
    return rows


def outcomes(rows: np.ndarray, block: int = 512) -> Outcomes:
    parts = [rows[start : start + block] for start in range(0, len(rows), block)]
    none = np.zeros((1, 1), dtype=np.int64)
    return Outcomes(
        "P", ("loan",), np.array([len(part) for part in parts]),
        np.array([[part.sum(axis=0)] for part in parts]), np.array([[part.T @ part] for part in parts]),
        none, none, none, {}, 0.0,
    )  # fmt: skip


def test_a_mean_and_its_error_are_those_of_the_sample() -> None:
    rows = some_rows(1300)
    moments = Moments(outcomes(rows), 0)
    column = rows[:, INDEX["pv"]]
    assert moments.mean("pv") == pytest.approx(column.mean(), abs=1e-12)
    assert moments.standard_error({"pv": 1.0}) == pytest.approx(
        column.std(ddof=1) / math.sqrt(1300), rel=1e-9
    )


def test_the_error_of_a_ratio_agrees_with_the_bootstrap() -> None:
    rows = some_rows(2000)
    ratio, error = Moments.of_rows(rows).ratio("loss", "ead")
    rng = np.random.default_rng(7)
    loss, ead = rows[:, INDEX["loss"]], rows[:, INDEX["ead"]]
    draws = [rng.integers(0, len(rows), len(rows)) for _ in range(600)]
    bootstrap = np.std([loss[draw].mean() / ead[draw].mean() for draw in draws], ddof=1)
    assert error == pytest.approx(bootstrap, rel=0.12)
    assert ratio == pytest.approx(loss.sum() / ead.sum(), rel=1e-12)


def test_one_path_has_a_value_and_no_error() -> None:
    moments = Moments.of_rows(some_rows(1))
    assert math.isfinite(moments.mean("pv"))
    assert moments.standard_error({"pv": 1.0}) is None


def test_errors_from_blocks_need_twenty_blocks() -> None:
    rows = some_rows(512 * FEWEST_BLOCKS)
    assert Moments.of_rows(rows[:-512], by_block=True).standard_error({"pv": 1.0}) is None
    by_block = Moments.of_rows(rows, by_block=True).standard_error({"pv": 1.0})
    by_path = Moments.of_rows(rows).standard_error({"pv": 1.0})
    assert by_block == pytest.approx(by_path, rel=0.5)


def test_paths_that_repeat_within_a_block_are_seen_by_block_errors_only() -> None:
    rows = np.repeat(some_rows(64), 512, axis=0)
    by_block = Moments.of_rows(rows, by_block=True).standard_error({"pv": 1.0})
    by_path = Moments.of_rows(rows).standard_error({"pv": 1.0})
    assert by_block is not None and by_path is not None
    assert by_block > 15.0 * by_path


def test_block_deviations_carry_the_variance_of_the_mean() -> None:
    moments = Moments.of_rows(some_rows(512 * 64), by_block=True)
    gaps = moments.block_deviations({"pv": 1.0})
    assert gaps.sum() == pytest.approx(0.0, abs=1e-12)
    assert math.sqrt(gaps @ gaps * 64 / 63) == pytest.approx(moments.standard_error({"pv": 1.0}), rel=1e-9)


def test_first_blocks_are_a_smaller_run() -> None:
    rows = some_rows(2048)
    small = Moments(first_blocks(outcomes(rows), 2), 0)
    assert small.paths == 1024
    assert small.mean("pv") == pytest.approx(rows[:1024, INDEX["pv"]].mean())
