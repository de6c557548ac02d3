"""What the scenario room hands to the credit room: the drivers' finished paths of one block."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BLOCK_SIZE = 512
"""Paths in a block. Blocks belong to the run: they set the draws and carry the errors."""

GROUPS = ("compute", "power", "rate", "funding")
"""Groups of drivers that are read on one path together; each obligor is a group of its own after these."""


class ScenarioBlock(NamedTuple):
    """Paths of everything exogenous for n paths, under one measure. Index t = 0 is the as-of date.

    Attributes:
        log_rent: (devices, n, T + 1) log USD per GPU-hour, launches with their delays included.
        regime: (n, T + 1) compute regime 0 glut, 1 balanced, 2 scarce (3 = expected path).
        utilisation_scale: (n, T + 1) exp(b_u X).
        power_price: (n, T + 1) USD per kWh.
        reference_rate: (n, T) SOFR of month t -> t + 1, simple ACT/360-free annual rate: (1/P - 1) * 12.
        discount: (n, T + 1) money-market discount factor along the path.
        stress: (n, T + 1) funding regime 0 calm, 1 stress.
        funding_spread: (n, T + 1) decimals a year.
        depth_factor: (n, T + 1) regime factor of depth.
        default_month: (obligors, n) month 1..T of default, 0 if none.
        reads: (groups, n) the path index on which each group is read: GROUPS then obligors. Under the
            joint law every row is 0..n-1; independence by shift shifts rows.
        btc: (n, T + 1) USD per BTC; btc_low: (n, T + 1) the lowest price of the month that ends at t;
            hashprice: (n, T + 1) USD per PH/s a day; hashrate: (n, T + 1) PH/s. Of no rows where the set was
            compiled without a coin, or the market has no network.
        shares: (issuers, n, T + 1) share price over today's; of no rows where no issuer has shares.
        patience: (contracts, n) unit exponentials at which a contract is repriced; of no rows where none is.
        coin_reads: (n,) and share_reads: (issuers, n) the path on which coin and shares are read: the groups
            after those of `reads`. A rig reads its regime, `stress`, on the path of the coin.
    """

    log_rent: Floats
    regime: Integers
    utilisation_scale: Floats
    power_price: Floats
    reference_rate: Floats
    discount: Floats
    stress: Integers
    funding_spread: Floats
    depth_factor: Floats
    default_month: Integers
    reads: Integers
    btc: Floats = np.empty((0, 0))
    btc_low: Floats = np.empty((0, 0))
    hashprice: Floats = np.empty((0, 0))
    hashrate: Floats = np.empty((0, 0))
    shares: Floats = np.empty((0, 0, 0))
    patience: Floats = np.empty((0, 0))
    coin_reads: Integers = np.empty(0, dtype=np.int64)
    share_reads: Integers = np.empty((0, 0), dtype=np.int64)
