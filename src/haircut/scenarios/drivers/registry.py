"""Every driver: its group, unit, streams, and how its path reads. An explicit list; nothing is scanned.

To add one: write its file here (parameters with units, step, known moments), add its line, test its moments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.scenario_set import World

Floats = NDArray[np.float64]


class Driver(NamedTuple):
    """One driver as a reader meets it.

    Attributes:
        name: the driver's own.
        label: in words.
        unit: of its path.
        group: which drivers are read on one path with it.
        streams: the streams that it draws from, one child stream a block each.
        path: its path, (n, T + 1), from the world of a block; None where the market has no such driver.
        logarithmic: changes are of the log; else of the level.
    """

    name: str
    label: str
    unit: str
    group: str
    streams: tuple[str, ...]
    path: Callable[[World], Floats | None]
    logarithmic: bool = True


def _coin(name: str) -> Callable[[World], Floats | None]:
    def path(world: World) -> Floats | None:
        values = None if world.coin is None else getattr(world.coin, name)
        return values if values is not None and values.size else None

    return path


def _rate(world: World) -> Floats:
    """The month's rate at its start; the last month repeats the one before it."""
    rate = world.block.reference_rate
    return np.concatenate([rate, rate[:, -1:]], axis=1)


def _share(world: World) -> Floats | None:
    return world.equities.price[0] if len(world.equities.price) else None


DRIVERS: Final[tuple[Driver, ...]] = (
    Driver(
        "rent", "the rent of the first device", "USD per GPU-hour", "compute", ("compute", "compute_regime"),
        lambda world: np.exp(world.block.log_rent[0]),
    ),
    Driver("demand", "utilisation over its mean", "ratio", "compute", ("demand",),
        lambda world: world.block.utilisation_scale),
    Driver("power", "the price of power", "USD per kWh", "power", ("power",), lambda world: world.block.power_price),
    Driver("rate", "the reference rate", "per year", "rate", ("rate",), _rate, False),
    Driver(
        "funding_spread", "the funding spread", "per year", "funding", ("funding_spread", "funding_regime"),
        lambda world: world.block.funding_spread,
    ),
    Driver(
        "btc", "the coin", "USD per BTC", "coin", ("btc", "btc_jump_count", "btc_jump_size"), _coin("btc"),
    ),
    Driver("hashrate", "the network's hashrate", "PH/s", "coin", ("hashrate",), _coin("hashrate")),
    Driver("hashprice", "hashprice", "USD per PH/s a day", "coin", (), _coin("hashprice")),
    Driver("equity", "the first issuer's share over today's", "ratio", "equity", ("equity:<issuer>",), _share),
)  # fmt: skip
