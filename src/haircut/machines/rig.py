"""A mining rig as a machine that computes: law of log hashprice, terms, value by power price."""

from __future__ import annotations

import datetime
import math

import numpy as np

from haircut.case.market import BtcMarket, Market, NetworkMarket, Rig
from haircut.errors import CannotCompute, InputRefused
from haircut.machines.hashprice import hashprice_today, log_resting_hashprice
from haircut.machines.law import Floats, RentLaw, UnitTerms
from haircut.machines.obsolescence import grid_position

CALM, STRESS = 0, 1
JUMP_PARTS = 4
YEARS_BETWEEN_HALVINGS = 4
STEP = 1.0 / 12.0


def hash_market(market: Market) -> tuple[BtcMarket, NetworkMarket]:
    """The coin and the network of a market.

    Raises:
        CannotCompute: where the market has none.
    """
    if market.btc is None or market.network is None:
        raise CannotCompute(f"market {market.as_of} has no btc.yaml and network.yaml; add both to value rigs")
    return market.btc, market.network


def rig_law(market: Market, months: int) -> RentLaw:
    """Law of x = log hashprice under P, regimes calm and stress of funding (docs/methods/hash-market.md).

        dx = dlog BTC - k (x - x*(t)) dt - sigma_H dW,   k = speed_up where x > x*, else speed_down

    Each month is the exact step of that equation with k held at its side: the diffusion of the coin and of the
    hashrate in one normal, jumps as a Poisson mixture with its first two moments, a halving as a step at the
    start of the nearest month. The third regime of the arrays is never entered.

    Args:
        market: with `btc` and `network`.
        months: T, at least 1.

    Raises:
        CannotCompute: where the market has no hash market.
        InputRefused: where `months` is below 1.
    """
    if months < 1:
        raise InputRefused(f"months: found {months}; expected at least 1")
    coin, network = hash_market(market)
    today = math.log(hashprice_today(coin, network))
    above, below = (-math.expm1(-speed.value * STEP) for speed in (network.speed_up, network.speed_down))
    speed = 0.5 * (network.speed_up.value + network.speed_down.value)
    drift, deviation = _coin_steps(coin, network, speed, months)
    step = halving_steps(market, months)
    drift -= (below * step)[:, None]  # the answer to the lower hashprice starts in the month of the halving
    weight, shift, variance = jump_mixture(coin, speed)
    return RentLaw(
        log_rent=today,
        drift=drift,
        deviation=deviation,
        pull=np.full(months, above),
        target=log_resting_hashprice(network, np.arange(months + 1, dtype=np.float64) + 0.5) - today,
        log_obsolescence=np.zeros(months + 1),
        transition=_funding_transition(market),
        initial=np.array(
            [1.0 - market.funding.initial_stress.value, market.funding.initial_stress.value, 0.0]
        ),
        step=step,
        stated_months=0,
        pull_below=np.full(months, below),
        mix_weight=weight,
        mix_shift=shift,
        mix_variance=variance,
    )


def _coin_steps(coin: BtcMarket, network: NetworkMarket, speed: float, months: int) -> tuple[Floats, Floats]:
    """(T, 3) mean and diffusive deviation of one month's push on log hashprice, by funding state."""
    jump = math.expm1(coin.jump_mean.value + 0.5 * coin.jump_deviation.value**2)
    rate = coin.jumps_per_year.value
    mean, spread = np.zeros(3), np.zeros(3)
    states = ((coin.drift_calm, coin.volatility_calm), (coin.drift_stress, coin.volatility_stress))
    for state, (drift, volatility) in enumerate(states):
        log_growth = drift.value - 0.5 * volatility.value**2 - rate * (jump - coin.jump_mean.value)
        mean[state] = log_growth * STEP * _kept(speed)
        own = volatility.value**2 + network.volatility.value**2
        spread[state] = math.sqrt(own * STEP * _kept(2.0 * speed))
    return np.tile(mean, (months, 1)), np.tile(spread, (months, 1))


def _kept(speed: float) -> float:
    """Mean share of a push within a month that the pull leaves at its end, (1 - exp(-k h)) / (k h)."""
    return -math.expm1(-speed * STEP) / (speed * STEP) if speed > 0.0 else 1.0


def jump_mixture(coin: BtcMarket, speed: float = 0.0) -> tuple[Floats, Floats, Floats]:
    """Weights, shifts (mean zero) and added variances of a month's jumps: n jumps are one normal.

    The Poisson count is replaced by its Gauss quadrature (zeros of a Charlier polynomial): four parts carry its
    first seven moments, where counting to nine jumps takes ten.

    Args:
        coin: intensity, mean and deviation of a jump of log BTC.
        speed: pull within the month, per year.
    """
    mean = coin.jumps_per_year.value * STEP
    if mean == 0.0:
        return np.ones(1), np.zeros(1), np.zeros(1)
    order = np.arange(JUMP_PARTS, dtype=np.float64)
    side = np.sqrt(order[1:] * mean)
    count, vectors = np.linalg.eigh(np.diag(order + mean) + np.diag(side, 1) + np.diag(side, -1))
    shift = (count - mean) * coin.jump_mean.value * _kept(speed)
    return vectors[0] ** 2, shift, count * coin.jump_deviation.value**2 * _kept(2.0 * speed)


def halving_steps(market: Market, months: int) -> Floats:
    """(T,) log change of subsidy plus fees at the start of each month; zero but at a halving, every four years."""
    _, network = hash_market(market)
    step, reward, fees = np.zeros(months), network.subsidy.value, network.fees.value
    day = network.next_halving
    while (place := round(grid_position(market.as_of, day))) < months:
        if place >= 0:
            step[place] += math.log((0.5 * reward + fees) / (reward + fees))
        reward *= 0.5
        day = day.replace(year=day.year + YEARS_BETWEEN_HALVINGS)
    return step


def _funding_transition(market: Market) -> Floats:
    into, out_of = market.funding.calm_to_stress.value, market.funding.stress_to_calm.value
    return np.array([[1.0 - into, into, 0.0], [out_of, 1.0 - out_of, 0.0], [0.0, 0.0, 1.0]])


def rig_terms(
    market: Market, rig: Rig, in_service_date: datetime.date, months: int, power_price_usd_per_kwh: float
) -> UnitTerms:
    """Terms of one rig: what it earns is uptime * PH/s / 24 of the hashprice an hour.

    Args:
        market: as-of date and forward drift of power.
        rig: the machine.
        in_service_date: date from which its age counts.
        months: T.
        power_price_usd_per_kwh: what this owner pays.
    """
    middle = (np.arange(months + 1) + 0.5) / 12.0
    end = grid_position(market.as_of, in_service_date) + 12.0 * rig.maximum_age.value
    return UnitTerms(
        utilisation=rig.uptime.value * rig.hash_rate.value / 1000.0 / 24.0,
        power_kw=rig.efficiency.value * rig.hash_rate.value / 1000.0 * rig.overhead.value,
        power_price=power_price_usd_per_kwh * np.exp(market.power.forward_drift.value * middle),
        other_cost=rig.other_cash_cost.value,
        idle_cost=rig.idle_cost.value,
        failure_hazard=rig.failure_hazard.value,
        required_return=rig.required_return.value,
        salvage=rig.salvage.value,
        last_month=max(math.floor(end + 1e-9), 0),
    )
