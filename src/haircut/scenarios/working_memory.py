"""Arrays whose memory is used again: a block's arrays are the last one's as soon as nobody holds them.

Fresh memory is mapped page by page when it is first written. On a virtual machine that takes several times as long
as drawing and simulating a block, and threads wait for each other in it. A buffer goes back to the shelf when the
last array on it dies, so nothing is ever overwritten while someone reads it.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

MOST_BYTES: Final = 96 * 2**20
"""Bytes that may lie on the shelf unused: blocks of two measures on eight threads."""
LEAST_BYTES: Final = 2**16
"""Smaller arrays come from the allocator, which keeps them itself."""


class _Shelf:
    """Free buffers by size. Each step is one operation of a list, so threads need no lock."""

    def __init__(self) -> None:
        self.free: dict[int, list[NDArray[np.uint8]]] = {}

    def take(self, size: int) -> NDArray[np.uint8]:
        try:
            return self.free[size].pop()
        except (KeyError, IndexError):
            if self.held() > MOST_BYTES // 2:
                self.free.clear()
            return np.empty(size, dtype=np.uint8)

    def put(self, buffer: NDArray[np.uint8], most: int = MOST_BYTES) -> None:
        if self.held() + buffer.nbytes <= most:
            self.free.setdefault(buffer.nbytes, []).append(buffer)

    def held(self) -> int:
        return sum(size * len(buffers) for size, buffers in list(self.free.items()))


SHELF: Final = _Shelf()


class _Loan:
    """The base of an array: its death says that nobody reads the buffer any more."""

    __slots__ = ("__array_interface__", "buffer", "shelf")

    def __init__(self, buffer: NDArray[np.uint8], shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
        self.buffer, self.shelf = buffer, SHELF
        self.__array_interface__ = {
            "shape": shape,
            "typestr": kind.str,
            "data": (buffer.ctypes.data, False),
            "version": 3,
        }

    def __del__(self) -> None:
        self.shelf.put(self.buffer)


def empty(shape: tuple[int, ...], dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """An array of undefined content, like `numpy.empty`, on memory that was used before where there is some.

    Args:
        shape: of the array, in C order.
        dtype: a number's.

    >>> first = empty((512, 80))
    >>> place = first.ctypes.data
    >>> del first
    >>> empty((512, 80)).ctypes.data == place
    True
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    if size < LEAST_BYTES:
        return np.empty(shape, dtype=kind)
    return np.asarray(_Loan(SHELF.take(size), shape, kind))
