"""Every driver: its file, group, unit, streams, and how its path reads. An explicit list; nothing is scanned.

To add one: write its file here (parameters with units, step, known moments), add its line, test its moments. Each
party that can default is a group of its own (`default`, stream ``default:<party>``) and has a month, not a path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.drivers import btc, btc_low, hashrate

Floats = NDArray[np.float64]


class Driver(NamedTuple):
    """One driver as a reader meets it.

    Attributes:
        name: the driver's own.
        label: in words.
        unit: of its path.
        group: which drivers are read on one path with it.
        files: the files of this folder that hold its parameters, step and moments.
        streams: the streams that it draws from, one child stream a block each.
        path: its path, (n, T + 1), from a block; None where the market has no such driver.
        logarithmic: changes are of the log; else of the level.
    """

    name: str
    label: str
    unit: str
    group: str
    files: tuple[str, ...]
    streams: tuple[str, ...]
    path: Callable[[ScenarioBlock], Floats | None]
    logarithmic: bool = True


def _of(name: str) -> Callable[[ScenarioBlock], Floats | None]:
    def path(block: ScenarioBlock) -> Floats | None:
        values: Floats = getattr(block, name)
        return values if values.size else None

    return path


def _rate(block: ScenarioBlock) -> Floats:
    """The month's rate at its start; the last month repeats the one before it."""
    rate = block.reference_rate
    return np.concatenate([rate, rate[:, -1:]], axis=1)


def _share(block: ScenarioBlock) -> Floats | None:
    return block.shares[0] if len(block.shares) else None


DRIVERS: Final[tuple[Driver, ...]] = (
    Driver(
        "rent", "the rent of the first device", "USD per GPU-hour", "compute", ("compute", "regime", "launches"),
        ("compute", "compute_regime", "launch:<generation>"), lambda block: np.exp(block.log_rent[0]),
    ),
    Driver(
        "demand", "utilisation over its mean", "ratio", "compute", ("demand",), ("demand",),
        lambda block: block.utilisation_scale,
    ),
    Driver(
        "power", "the price of power", "USD per kWh", "power", ("power",), ("power",), lambda block: block.power_price,
    ),
    Driver("rate", "the reference rate", "per year", "rate", ("rate",), ("rate",), _rate, False),
    Driver(
        "funding_spread", "the funding spread", "per year", "funding", ("funding_spread", "regime"),
        ("funding_spread", "funding_regime"), lambda block: block.funding_spread,
    ),
    Driver(
        "btc", "the coin", "USD per BTC", "coin", ("btc", "btc_low"), (*btc.STREAMS, *btc_low.STREAMS), _of("btc"),
    ),
    Driver(
        "hashrate", "the network's hashrate", "PH/s", "coin", ("hashrate",), (hashrate.STREAM,), _of("hashrate"),
    ),
    Driver("hashprice", "hashprice", "USD per PH/s a day", "coin", ("hashrate",), (), _of("hashprice")),
    Driver(
        "equity", "the first issuer's share over today's", "ratio", "equity", ("equity",), ("equity:<issuer>",), _share,
    ),
)  # fmt: skip
