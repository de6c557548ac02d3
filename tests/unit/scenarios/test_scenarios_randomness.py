"""Streams: stable, separate, of fixed shape, and with a prefix that does not depend on the horizon."""

import hashlib

import numpy as np
import pytest

from haircut.scenarios.randomness import (
    TRUNCATION,
    RawDraws,
    child_generator,
    draw_block,
    driver_key,
    normals,
)


def digest(values: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:16]


def test_the_key_of_a_driver_is_pinned() -> None:
    # A change here changes every number of every run.
    assert driver_key("compute") == 3405860052


def test_new_drivers_change_no_other_draw() -> None:
    few = draw_block(7, 3, 24, launches=["rubin"], obligors=["acme"])
    more = draw_block(7, 3, 24, launches=["early", "rubin"], obligors=["bolt", "acme", "core"])
    for name in RawDraws._fields[:7]:
        assert digest(getattr(few, name)) == digest(getattr(more, name)), name
    assert digest(few.launch_delay[0]) == digest(more.launch_delay[1])
    assert digest(few.default_level[0]) == digest(more.default_level[1])


def test_drivers_blocks_and_seeds_have_streams_of_their_own() -> None:
    streams = {
        digest(child_generator(seed, driver, block).standard_normal(8))
        for seed in (1, 2)
        for driver in ("compute", "power", "default:acme")
        for block in (0, 1)
    }
    assert len(streams) == 12


def test_a_longer_horizon_begins_with_the_shorter_one() -> None:
    short, long = draw_block(1, 0, 12), draw_block(1, 0, 60)
    assert np.array_equal(short.compute, long.compute[:, :12])
    assert np.array_equal(short.funding_regime, long.funding_regime[:, :13])


def test_shapes_and_ranges() -> None:
    draws = draw_block(1, 0, 9, launches=["g"], obligors=["a", "b"])
    assert draws.rate.shape == (512, 9)
    assert draws.compute_regime.shape == (512, 10)
    assert draws.launch_delay.shape == (1, 512)
    assert draws.default_level.shape == (2, 512)
    assert all(np.asarray(each).flags.c_contiguous for each in draws)
    assert draws.compute_regime.min() >= 0.0
    assert draws.compute_regime.max() < 1.0


def test_normals_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haircut.scenarios.randomness.TRUNCATION", 1.0)
    assert np.abs(normals(1, "x", 0, 20)).max() == 1.0
    assert TRUNCATION == 6.0
