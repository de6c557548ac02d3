"""numpy's SFC64 stream of normals and uniforms, number for number, made inside a kernel.

Drawing is three quarters of the time of a block, and numpy reaches its generator through a pointer for every
number. Here the four words of its state stay in registers and each number goes straight to its path, so a block is
drawn about twice as fast (`bench/bench_drivers.py`; `docs/developing/decisions/0007`). The tables of the ziggurat
are numba's; the tests hold every number against `numpy.random.Generator`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import lean_kernel, ziggurat_tables

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

LEAST_TABLE, WIDTH_TABLE, HEIGHT_TABLE, TAIL_START, TAIL_SCALE = ziggurat_tables()
SIGN = np.uint64(0x100)
MAGNITUDE = np.uint64(0x000FFFFFFFFFFFFF)
UNIT = 1.0 / 9007199254740992.0
"""2 to the power -53: a uniform is the upper 53 bits of a word times this."""


def words_of(generator: np.random.Generator) -> Words:
    """(4,) state of an SFC64 generator.

    >>> words_of(np.random.Generator(np.random.SFC64(1))).shape
    (4,)
    """
    state: Any = generator.bit_generator.state["state"]["state"]
    return np.array(state, dtype=np.uint64)


@lean_kernel
def next_word(words: Words) -> int:
    """The next 64 bits; `words` moves on."""
    result: int = words[0] + words[1] + words[3]
    words[3] += np.uint64(1)
    words[0] = words[1] ^ (words[1] >> np.uint64(11))
    words[1] = words[2] + (words[2] << np.uint64(3))
    words[2] = ((words[2] << np.uint64(24)) | (words[2] >> np.uint64(40))) + result
    return result


@lean_kernel
def next_uniform(words: Words) -> float:
    """The next uniform on [0, 1)."""
    uniform: float = (next_word(words) >> np.uint64(11)) * UNIT
    return uniform


@lean_kernel
def normal_of(words: Words, word: int) -> float:
    """The standard normal that begins with `word`, by the ziggurat (Marsaglia and Tsang 2000)."""
    while True:
        layer = word & np.uint64(0xFF)
        magnitude = (word >> np.uint64(9)) & MAGNITUDE
        x: float = magnitude * WIDTH_TABLE[layer]
        if word & SIGN:
            x = -x
        if magnitude < LEAST_TABLE[layer]:
            return x
        if layer == 0:
            tail: float = normal_tail(words)
            return -tail if (magnitude >> np.uint64(8)) & np.uint64(1) else tail
        below = HEIGHT_TABLE[layer]
        if (HEIGHT_TABLE[layer - np.uint64(1)] - below) * next_uniform(words) + below < math.exp(
            -0.5 * x * x
        ):
            return x
        word = next_word(words)


@lean_kernel
def normal_tail(words: Words) -> float:
    """A normal beyond the last layer, about 3.65."""
    while True:
        x = -TAIL_SCALE * math.log1p(-next_uniform(words))
        y = -math.log1p(-next_uniform(words))
        if y + y > x * x:
            return TAIL_START + x


@lean_kernel
def fill_normals(words: Words, limit: float, result: Floats) -> None:
    """Fill `result` (n, T), a month of all paths after the other, cut at plus and minus `limit`.

    The steps of `next_word` are written out: the words stay in registers but for one number in seventy, which the
    first word does not settle.
    """
    size, months = result.shape
    first, second, third, count = words[0], words[1], words[2], words[3]
    for month in range(months):
        for path in range(size):
            word = first + second + count
            count += np.uint64(1)
            first = second ^ (second >> np.uint64(11))
            second = third + (third << np.uint64(3))
            third = ((third << np.uint64(24)) | (third >> np.uint64(40))) + word
            layer = word & np.uint64(0xFF)
            magnitude = (word >> np.uint64(9)) & MAGNITUDE
            x = magnitude * WIDTH_TABLE[layer]
            if word & SIGN:
                x = -x
            if magnitude >= LEAST_TABLE[layer]:
                words[0], words[1], words[2], words[3] = first, second, third, count
                x = normal_of(words, word)
                first, second, third, count = words[0], words[1], words[2], words[3]
            result[path, month] = min(max(x, -limit), limit)
    words[0], words[1], words[2], words[3] = first, second, third, count


@lean_kernel
def fill_uniforms(words: Words, result: Floats) -> None:
    """Fill `result` (n, T) with uniforms on [0, 1), a month of all paths after the other; as `fill_normals`."""
    size, months = result.shape
    first, second, third, count = words[0], words[1], words[2], words[3]
    for month in range(months):
        for path in range(size):
            word = first + second + count
            count += np.uint64(1)
            first = second ^ (second >> np.uint64(11))
            second = third + (third << np.uint64(3))
            third = ((third << np.uint64(24)) | (third >> np.uint64(40))) + word
            result[path, month] = (word >> np.uint64(11)) * UNIT
    words[0], words[1], words[2], words[3] = first, second, third, count
