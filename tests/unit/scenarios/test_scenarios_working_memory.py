"""Memory used again: never while somebody reads it, the same on any thread, and no more of it than stated."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from haircut.scenarios.working_memory import LEAST_BYTES, MOST_BYTES, SHELF, empty

SHAPE = (512, 61)


@pytest.fixture(autouse=True)
def _cleared() -> None:
    SHELF.free.clear()


def place(array: np.ndarray) -> int:
    return int(array.ctypes.data)


def test_memory_comes_back_when_its_last_reader_is_gone() -> None:
    array = empty(SHAPE)
    where, part = place(array), array[3:5, ::2]
    del array
    other = empty(SHAPE)
    assert place(other) != where, "a view still reads it"
    del part
    assert place(empty(SHAPE)) == where


def test_an_array_is_an_ordinary_one() -> None:
    for kind in (np.float64, np.int64):
        array = empty(SHAPE, kind)
        assert array.shape == SHAPE and array.dtype == kind
        assert array.flags.c_contiguous and array.flags.writeable and array.flags.aligned


def test_small_arrays_come_from_the_allocator() -> None:
    small = empty((LEAST_BYTES // 8 - 1,))
    del small
    assert SHELF.held() == 0


def test_threads_never_share_memory_that_is_in_use() -> None:
    def work(number: int) -> bool:
        held = []
        for turn in range(40):
            array = empty(SHAPE)
            array[...] = number * 1000 + turn
            held.append((array, number * 1000 + turn))
            if turn % 3 == 2:
                if any(not np.all(each == value) for each, value in held):
                    return False
                held = held[-2:]
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(8)))


def test_the_shelf_is_bounded_and_forgets_other_sizes() -> None:
    big = MOST_BYTES // 4
    arrays = [empty((big + 8 * extra,), np.uint8) for extra in range(6)]
    del arrays
    assert SHELF.held() <= MOST_BYTES
    assert len(SHELF.free) >= 2
    again = empty(SHAPE)
    assert SHELF.held() == 0 and again.shape == SHAPE
