"""Hashrate: the network answers what mining earns over the marginal miner's power.

    hashprice   HP = 144 (subsidy + fees) B / H                           USD per PH/s a day, H in PH/s
    wanted      HP* = (1 + margin*) efficiency(t) q 24                    USD per PH/s a day
    month       log H' = log H + (1 - e^(-k h)) (log HP - log HP*) + s eps,   k = k_up if HP > HP* else k_down

the exact step of an OU toward the target of the month's start, ``s = sigma_H sqrt((1 - e^(-2 k h)) / 2 k)``. So
log HP has the dynamics that a rig's value uses: pulled to log HP*, moved by the coin, stepping at a halving.

Group: coin. Unit: PH/s, and USD per PH/s a day. Moments: an OU's around a quiet coin.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market.network import NetworkMarket
from haircut.scenarios.randomness import normals

Floats = NDArray[np.float64]

STREAM = "hashrate"
STEP_YEARS = 1.0 / 12.0
BLOCKS_A_DAY = 144
DAYS_BETWEEN_HALVINGS = 210_000 / BLOCKS_A_DAY


class HashrateSteps(NamedTuple):
    """One month of the network as constants; index 0 is down (HP below HP*), 1 is up.

    Attributes:
        hashrate: PH/s today.
        reward: (T + 1,) BTC a block, subsidy and fees, at the start of each month.
        wanted: (T + 1,) log HP*.
        response: (2,) 1 - e^(-k h); deviation: (2,); drift: (2,) shift of a month (theta sigma_H under Q).
    """

    hashrate: float
    reward: Floats
    wanted: Floats
    response: Floats
    deviation: Floats
    drift: Floats


def hashrate_steps(
    market: NetworkMarket, as_of: datetime.date, months: int, theta: float = 0.0
) -> HashrateSteps:
    """Compile the network for one measure.

    Args:
        market: the network.
        as_of: month 0.
        months: T.
        theta: price of risk of the measure; the drift of log H is higher by theta sigma_H under Q.
    """
    years = np.arange(months + 1) / 12.0
    speed = np.array([market.speed_down.value, market.speed_up.value])
    sigma = market.volatility.value
    span = np.array([_span(k) for k in speed.tolist()])
    double = np.array([_span(2.0 * k) for k in speed.tolist()])
    efficiency = market.efficiency.value * np.exp(-market.efficiency_gain.value * years)
    cost = efficiency * market.power_price.value * 24.0
    return HashrateSteps(
        hashrate=1000.0 * market.hashrate.value,
        reward=block_reward(market, as_of, months),
        wanted=np.log((1.0 + market.target_margin.value) * cost),
        response=-np.expm1(-speed * STEP_YEARS),
        deviation=sigma * np.sqrt(double),
        drift=theta * sigma * span,
    )


def _span(speed: float) -> float:
    """``(1 - e^(-k h)) / k`` over a month, h where k is 0."""
    return float(-np.expm1(-speed * STEP_YEARS) / speed) if speed > 0.0 else STEP_YEARS


def block_reward(market: NetworkMarket, as_of: datetime.date, months: int) -> Floats:
    """(T + 1,) subsidy and fees of a block, BTC; the subsidy halves at the known date and every 1458 days after.

    >>> from types import SimpleNamespace as of
    >>> network = of(subsidy=of(value=3.125), fees=of(value=0.0), next_halving=datetime.date(2028, 4, 15))
    >>> block_reward(network, datetime.date(2028, 3, 31), 2)
    array([3.125 , 1.5625, 1.5625])
    """
    reward = np.empty(months + 1)
    for month in range(months + 1):
        days = as_of.toordinal() + month * 365.25 / 12.0 - market.next_halving.toordinal()
        halvings = 0 if days < 0.0 else 1 + int(days // DAYS_BETWEEN_HALVINGS)
        reward[month] = market.subsidy.value * 0.5**halvings + market.fees.value
    return reward


def draw_hashrate(seed: int, block: int, months: int, size: int) -> Floats:
    """(n, T) raw normals of one block."""
    return normals(seed, STREAM, block, months, size)


def hashprice(reward: Floats | float, btc: Floats | float, hashrate: Floats | float) -> Floats:
    """USD per PH/s a day.

    Args:
        reward: BTC a block, subsidy and fees.
        btc: USD per BTC.
        hashrate: PH/s.

    >>> round(float(hashprice(3.125, 91_000.0, 152e12 * 2**32 / 600 / 1e15)), 2)
    37.64
    """
    return np.asarray(BLOCKS_A_DAY * reward * btc / hashrate)


def hashrate_paths(steps: HashrateSteps, log_btc: Floats, shock: Floats) -> Floats:
    """(n, T + 1) hashrate in PH/s on paths of the coin.

    Args:
        steps: of one measure.
        log_btc: (n, T + 1) log USD per BTC.
        shock: (n, T) normals.
    """
    size, columns = log_btc.shape
    log_hash = np.empty((columns, size))
    log_hash[0] = np.log(steps.hashrate)
    gap = np.log(BLOCKS_A_DAY * steps.reward)[:, None] - steps.wanted[:, None] + log_btc.T
    for t in range(columns - 1):
        over = gap[t] - log_hash[t]
        up = (over > 0.0).astype(np.int64)
        log_hash[t + 1] = (
            log_hash[t] + steps.response[up] * over + steps.drift[up] + steps.deviation[up] * shock[:, t]
        )
    return np.ascontiguousarray(np.exp(log_hash).T)
