"""The mining identity: what a unit of hash earns a day, and where the network comes to rest."""

from __future__ import annotations

import math

import numpy as np

from haircut.case.market import BtcMarket, NetworkMarket
from haircut.machines.law import Floats

HASHES_PER_DIFFICULTY = 2.0**32
SECONDS_PER_DAY = 86_400.0
SECONDS_PER_BLOCK = 600.0
HASHES_PER_PH = 1e15


def hashprice_usd_per_ph_day(
    price_usd: float, difficulty: float, subsidy_btc: float, fees_btc: float = 0.0
) -> float:
    """HP = 1e15 * 86,400 * (subsidy + fees) * price / (difficulty * 2^32), USD per PH/s per day.

    With a block every ten minutes it is 144 (subsidy + fees) price / hashrate.

    Args:
        price_usd: USD per BTC.
        difficulty: of the network.
        subsidy_btc, fees_btc: BTC per block.

    >>> round(hashprice_usd_per_ph_day(91_000.0, 152e12, 3.125), 2)
    37.64
    """
    blocks = HASHES_PER_PH * SECONDS_PER_DAY / (difficulty * HASHES_PER_DIFFICULTY)
    return blocks * (subsidy_btc + fees_btc) * price_usd


def network_hashrate_ph(difficulty: float) -> float:
    """Hashrate at which a block takes ten minutes, PH/s.

    >>> round(network_hashrate_ph(124.93e12) / 1000)
    894
    """
    return difficulty * HASHES_PER_DIFFICULTY / SECONDS_PER_BLOCK / HASHES_PER_PH


def difficulty_of(hashrate_ph: float) -> float:
    """Difficulty at which a hashrate in PH/s finds a block every ten minutes."""
    return hashrate_ph * HASHES_PER_PH * SECONDS_PER_BLOCK / HASHES_PER_DIFFICULTY


def hashprice_today(coin: BtcMarket, network: NetworkMarket) -> float:
    """Hashprice of a market, USD per PH/s per day."""
    difficulty = difficulty_of(1000.0 * network.hashrate.value)
    return hashprice_usd_per_ph_day(coin.price.value, difficulty, network.subsidy.value, network.fees.value)


def log_resting_hashprice(network: NetworkMarket, months: Floats) -> Floats:
    """x*(t): log hashprice at which the marginal miner just earns its margin, USD per PH/s per day.

        HP* = (1 + margin*) efficiency*(t) q_network 24,   efficiency* in J/TH, which is kW per PH/s

    Args:
        network: the marginal miner; its efficiency falls by `efficiency_gain` a year.
        months: months from as-of, any shape.
    """
    at_rest = (
        (1.0 + network.target_margin.value) * network.efficiency.value * network.power_price.value * 24.0
    )
    return math.log(at_rest) - network.efficiency_gain.value * np.asarray(months, dtype=np.float64) / 12.0


def resting_hashrate_ph(coin: BtcMarket, network: NetworkMarket) -> float:
    """H*: the hashrate at which today's coin price pays the marginal miner its margin, PH/s."""
    above = math.log(hashprice_today(coin, network)) - float(log_resting_hashprice(network, np.zeros(1))[0])
    return 1000.0 * network.hashrate.value * math.exp(above)
