"""Randomness: one root seed, one child stream for each driver and block, drawn whole and in a fixed shape.

The stream of a driver is named by the driver and the block alone, so a new driver, another obligor or another
order of blocks changes no other driver's draws. A month costs each driver the same number of draws whatever
the state. Months are drawn first to last, so a longer horizon begins with the draws of a shorter one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.errors import Defect
from haircut.kernels import are_compiled
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.stream import fill_normals, fill_uniforms, words_of
from haircut.scenarios.working_memory import empty

Floats = NDArray[np.float64]

SHARED_STREAMS: Final = (
    "compute", "demand", "power", "rate", "funding_spread", "compute_regime", "funding_regime", "tail",
)  # fmt: skip
"""Streams that every case may draw from; launches, obligors, the coin and shares have their own."""
_COMPILED: Final = are_compiled()
TRUNCATION = 6.0
"""Normals are cut at six standard deviations (probability 2e-9): no path rests on the tail of a generator."""


class RawDraws(NamedTuple):
    """The raw draws of one block: what P, Q and every overlay share.

    Attributes:
        compute, demand, power, rate, funding_spread: (n, T) independent standard normals, column t for the
            step t -> t + 1; correlation comes later, from the funding state.
        compute_regime, funding_regime: (n, T + 1) uniforms; column 0 draws the state at the as-of date.
        launch_delay: (launches, n) unit exponentials.
        default_level: (obligors, n) unit exponentials, the cumulative intensity that each obligor survives.
        tail: (n, T) uniforms of the factor common to Student's shocks; empty where shocks are normal.
    """

    compute: Floats
    demand: Floats
    power: Floats
    rate: Floats
    funding_spread: Floats
    compute_regime: Floats
    funding_regime: Floats
    launch_delay: Floats
    default_level: Floats
    tail: Floats


def driver_key(driver: str) -> int:
    """A 32-bit number that stands for a driver's name on every platform.

    >>> driver_key("compute") == driver_key("compute"), driver_key("compute") == driver_key("power")
    (True, False)
    """
    return int.from_bytes(hashlib.blake2b(driver.encode(), digest_size=4).digest(), "big")


def distinct_streams(names: list[str]) -> None:
    """Refuse two drivers whose names hash alike: they would share their draws and move as one."""
    seen: dict[int, str] = {}
    for name in names:
        other = seen.setdefault(driver_key(name), name)
        if other != name or names.count(name) > 1:
            raise Defect(
                f"the drivers {other!r} and {name!r} would share one stream of draws; rename one of them"
            )


def child_generator(seed: int, driver: str, block: int) -> np.random.Generator:
    """The generator of one driver in one block: SFC64 on ``SeedSequence(seed, spawn_key=(key, block))``.

    Args:
        seed: root seed of the run, at least 0.
        driver: name, such as ``compute`` or ``default:acme``.
        block: index of the block, at least 0.

    >>> first = child_generator(1, "compute", 0).standard_normal(3)
    >>> again = child_generator(1, "compute", 0).standard_normal(3)
    >>> bool((first == again).all())
    True
    """
    sequence = np.random.SeedSequence(entropy=seed, spawn_key=(driver_key(driver), block))
    return np.random.Generator(np.random.SFC64(sequence))


def normals(seed: int, driver: str, block: int, months: int, size: int = BLOCK_SIZE) -> Floats:
    """(size, months) standard normals of one driver, cut at `TRUNCATION`.

    >>> bool((normals(1, "power", 0, 9)[:, :4] == normals(1, "power", 0, 4)).all())
    True
    """
    return _fill(empty((size, months)), child_generator(seed, driver, block), TRUNCATION)


def _fill(result: Floats, generator: np.random.Generator, cut: float | None = None) -> Floats:
    """Draw `result` (size, months) month by month: normals cut at plus and minus `cut`, uniforms where it is None."""
    if not _COMPILED:
        drawn = generator.random(result.T.shape) if cut is None else generator.standard_normal(result.T.shape)
        result[:] = drawn.T if cut is None else np.clip(drawn.T, -cut, cut)
    elif cut is None:
        fill_uniforms(words_of(generator), result)
    else:
        fill_normals(words_of(generator), cut, result)
    return result


def uniforms(seed: int, driver: str, block: int, columns: int, size: int = BLOCK_SIZE) -> Floats:
    """(size, columns) uniforms on [0, 1) of one driver.

    >>> uniforms(1, "funding_regime", 0, 3).shape
    (512, 3)
    """
    return _fill(empty((size, columns)), child_generator(seed, driver, block))


def exponentials(seed: int, kind: str, names: Sequence[str], block: int, size: int = BLOCK_SIZE) -> Floats:
    """(names, size) unit exponentials; each name has a stream of its own, ``kind:name``.

    >>> both = exponentials(1, "default", ["acme", "bolt"], 0)
    >>> bool((both[1] == exponentials(1, "default", ["bolt"], 0)[0]).all())
    True
    """
    result = np.empty((len(names), size))
    for row, name in enumerate(names):
        result[row] = child_generator(seed, f"{kind}:{name}", block).standard_exponential(size)
    return result


def draw_block(
    seed: int,
    block: int,
    months: int,
    launches: Sequence[str] = (),
    obligors: Sequence[str] = (),
    size: int = BLOCK_SIZE,
    student: bool = False,
) -> RawDraws:
    """All raw draws of one block, always for `size` paths.

    Args:
        seed: root seed of the run.
        block: index of the block.
        months: T.
        launches: generations with a random delay, by name.
        obligors: parties that can default, by name.
        size: paths in the block.
        student: draw the common factor of Student's shocks too.

    >>> draw_block(1, 0, 12, obligors=["acme"]).default_level.shape
    (1, 512)
    """
    compute, demand, power, rate, funding_spread = (
        normals(seed, name, block, months, size) for name in RawDraws._fields[:5]
    )
    return RawDraws(
        compute=compute,
        demand=demand,
        power=power,
        rate=rate,
        funding_spread=funding_spread,
        compute_regime=uniforms(seed, "compute_regime", block, months + 1, size),
        funding_regime=uniforms(seed, "funding_regime", block, months + 1, size),
        launch_delay=exponentials(seed, "launch", launches, block, size),
        default_level=exponentials(seed, "default", obligors, block, size),
        tail=uniforms(seed, "tail", block, months, size) if student else np.empty((0, 0)),
    )
