"""The stream inside the kernel is numpy's, number for number, so a seed means what it means in numpy."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haircut.scenarios.randomness import child_generator, normals, uniforms
from haircut.scenarios.stream import TAIL_START, fill_normals, fill_uniforms, words_of

plain = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
compiled = pytest.mark.skipif(plain, reason="the stream is numpy's own where kernels are plain Python")


@compiled
@given(seed=st.integers(0, 2**63), block=st.integers(0, 10_000))
def test_the_normals_are_numpys(seed: int, block: int) -> None:
    expected = child_generator(seed, "compute", block).standard_normal((7, 512))
    assert np.array_equal(normals(seed, "compute", block, 7), expected.T)


@compiled
@given(seed=st.integers(0, 2**63), block=st.integers(0, 10_000))
def test_the_uniforms_are_numpys(seed: int, block: int) -> None:
    expected = child_generator(seed, "compute_regime", block).random((7, 512))
    assert np.array_equal(uniforms(seed, "compute_regime", block, 7), expected.T)


@compiled
def test_two_million_normals_with_their_tails_are_numpys() -> None:
    # One normal in four thousand comes from the tail, where numpy and the kernel both call the C library's log1p.
    generator = child_generator(20_261_001, "compute", 0)
    words, result = words_of(generator), np.empty((512, 4_000))
    fill_normals(words, np.inf, result)
    expected = generator.standard_normal((4_000, 512))
    assert (np.abs(expected) > TAIL_START).sum() > 400
    assert np.array_equal(result, expected.T)


@compiled
def test_the_stream_goes_on_where_it_stopped() -> None:
    generator = child_generator(3, "power", 1)
    words, first, second = words_of(generator), np.empty((16, 5)), np.empty((16, 3))
    fill_normals(words, 6.0, first)
    fill_uniforms(words, second)
    assert np.array_equal(first, generator.standard_normal((5, 16)).T)
    assert np.array_equal(second, generator.random((3, 16)).T)
    assert np.array_equal(words, words_of(generator))
