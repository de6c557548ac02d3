"""A market for rigs from a few numbers, and a rig's value by simulating coin and hashrate apart."""

import datetime
import math
from functools import cache
from typing import Any

import numpy as np

from haircut.case.market import Market, Rig
from haircut.case.market_folder import load_market
from haircut.machines.hashprice import hashprice_today, log_resting_hashprice
from haircut.machines.rig import halving_steps, rig_law, rig_terms

SUBSTEPS = 8


@cache
def _base() -> Market:
    return load_market("2026-10-01")


def market(
    price: float = 78_000.0, speed_up: float = 0.5, speed_down: float = 0.5, volatility: float = 0.2,
    btc_volatility: float = 0.42, stress_volatility: float | None = 0.75, drift: float = 0.10, gain: float = 0.12,
    jumps: float | None = None, halving: datetime.date | None = None, **jump: float,
) -> Market:  # fmt: skip
    """The market of 2026-10-01 with other numbers; `stress_volatility` None takes that of calm."""
    base = _base()
    assert base.btc is not None and base.network is not None

    def put(part: Any, **values: float) -> Any:
        changes = {
            name: getattr(part, name).model_copy(update={"value": value, "range": None})
            for name, value in values.items()
        }
        return part.model_copy(update=changes)

    stress = btc_volatility if stress_volatility is None or btc_volatility == 0.0 else stress_volatility
    if jumps is not None:
        jump["jumps_per_year"] = jumps
    coin = put(base.btc, price=price, drift_calm=drift, drift_stress=drift, volatility_calm=btc_volatility,
               volatility_stress=stress, **jump)  # fmt: skip
    network = put(
        base.network, speed_up=speed_up, speed_down=speed_down, volatility=volatility, efficiency_gain=gain
    )
    if halving is not None:
        network = network.model_copy(update={"next_halving": halving})
    return base.model_copy(update={"btc": coin, "network": network})


def rig(maximum_age: float = 3.0) -> Rig:
    """An S21 that costs nothing while it stands still, so that nobody ever scraps it."""
    found = next(item for item in _base().rigs if item.id == "s21")
    changes = {
        name: getattr(found, name).model_copy(update={"value": value, "range": None})
        for name, value in (("idle_cost", 0.0), ("maximum_age", maximum_age), ("other_cash_cost", 0.05))
    }
    return found.model_copy(update=changes)


def two_factor_value(
    of: Market, machine: Rig, months: int, power: float, paths: int, seed: int, substeps: int = SUBSTEPS
) -> tuple[float, float]:
    """Mean and standard error of a rig's discounted income with log BTC and log hashrate as two processes.

    Each month is cut into substeps; jumps come one by one; the network's speed is that of its side at the start
    of the month. Income is taken at the month's convention: log hashprice plus half its expected change.
    """
    assert of.btc is not None and of.network is not None
    coin, network, random = of.btc, of.network, np.random.default_rng(seed)
    law, terms = rig_law(of, months), rig_terms(of, machine, of.as_of, months, power)
    h, rate = 1.0 / 12.0 / substeps, coin.jumps_per_year.value
    jump = math.expm1(coin.jump_mean.value + 0.5 * coin.jump_deviation.value**2)
    step, half = halving_steps(of, months), paths // 2
    start = math.log(hashprice_today(coin, network))
    log_price, log_hash, reward = np.zeros(paths), np.zeros(paths), 0.0  # as changes from today
    state = (random.random(paths) >= law.initial[0]).astype(int)
    volatility = np.array([coin.volatility_calm.value, coin.volatility_stress.value])
    drift = np.array([coin.drift_calm.value, coin.drift_stress.value])
    yearly = terms.required_return + terms.failure_hazard
    total = np.zeros(paths)
    for t in range(months):
        x = start + reward + log_price - log_hash
        rest = float(log_resting_hashprice(network, np.array([t + 0.5]))[0])
        speed = np.where(x > rest, network.speed_up.value, network.speed_down.value)
        pull = -np.expm1(-speed / 12.0)
        mean = law.drift[t, state] + pull * (rest - x)
        margin = (
            terms.utilisation * np.exp(x + step[t] + 0.5 * mean) - power * terms.power_kw - terms.other_cost
        )
        total += 730.0 * np.maximum(margin, -terms.idle_cost) * math.exp(-yearly * (t + 0.5) / 12.0)
        reward += step[t]
        state = (random.random(paths) >= law.transition[state, 0]).astype(int)
        for _ in range(substeps):
            normal = random.standard_normal((3, half))
            first, second, third = (np.concatenate((row, -row)) for row in normal)
            counts = random.poisson(rate * h, paths)
            x = start + reward + log_price - log_hash
            log_hash = log_hash + speed * (x - rest) * h + network.volatility.value * math.sqrt(h) * second
            growth = drift[state] - 0.5 * volatility[state] ** 2 - rate * jump
            log_price = log_price + growth * h + volatility[state] * math.sqrt(h) * first
            log_price += counts * coin.jump_mean.value + np.sqrt(counts) * coin.jump_deviation.value * third
    pairs = 0.5 * (total[:half] + total[half:])
    return float(pairs.mean()), float(pairs.std(ddof=1) / math.sqrt(half))
