"""The hash market on one page: hashprice, where the network rests, rigs by buyer and by hashprice."""

from __future__ import annotations

import datetime
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from haircut.case.market import Market, Rig
from haircut.machines.cache import solve_once
from haircut.machines.hashprice import (
    hashprice_today,
    log_resting_hashprice,
    resting_hashrate_ph,
)
from haircut.machines.law import RentLaw, ValueSurface
from haircut.machines.paths import half_life_months, retirement_months, simulate_log_rent, value_path
from haircut.machines.rig import halving_steps, hash_market, rig_law, rig_terms
from haircut.machines.terms import switch_off_rent
from haircut.machines.value import read

SHOCKS = (-0.5, -0.3, 0.0, 0.3)
NODES = 401  # within 0.1 % or 10 cents of the refined grid at every tier


@dataclass(frozen=True, slots=True)
class BuyerValue:
    """A rig in the hands of one class of buyers: value today and the hashprice at which it stands still."""

    buyer: str
    power_price_usd_per_kwh: float
    share: float
    value_usd: float
    switch_off_usd_per_ph_day: float


@dataclass(frozen=True, slots=True)
class RigRow:
    """One rig tier.

    Attributes:
        rig, efficiency_j_per_th, hash_rate_th: what it is.
        value_usd: mean over buyers. value_usd_per_th: the same over TH/s. buyers: by class.
        by_shock: mean value after a sudden change of hashprice by each of `SHOCKS`.
        elasticity: change of log value per change of log hashprice, from -10 to +10 %.
        retirement_months, half_life_months: at the buyers' mean power price.
    """

    rig: str
    efficiency_j_per_th: float
    hash_rate_th: float
    value_usd: float
    value_usd_per_th: float
    buyers: tuple[BuyerValue, ...]
    by_shock: tuple[float, ...]
    elasticity: float | None
    retirement_months: tuple[float | None, float | None, float | None]
    half_life_months: float | None


@dataclass(frozen=True, slots=True)
class HashPage:
    """The hash market.

    Attributes:
        hashprice, resting_hashprice: USD per PH/s per day. hashrate_ehs, resting_hashrate_ehs: EH/s.
        halvings: month from as-of and log change of hashprice. dates: of price and hashrate, which may differ.
        median_path: (month, 5 %, median, 95 %) of hashprice.
        rigs: by tier.
    """

    as_of: datetime.date
    btc_usd: float
    dates: tuple[datetime.date, datetime.date]
    hashprice: float
    resting_hashprice: float
    hashrate_ehs: float
    resting_hashrate_ehs: float
    halvings: tuple[tuple[int, float], ...]
    shocks: tuple[float, ...]
    median_path: tuple[tuple[int, float, float, float], ...]
    rigs: tuple[RigRow, ...]

    def sentence(self) -> str:
        """What the page says."""
        off = sum(
            1 for row in self.rigs for buyer in row.buyers if buyer.switch_off_usd_per_ph_day > self.hashprice
        )
        cells = sum(len(row.buyers) for row in self.rigs)
        way = "above" if self.hashprice > self.resting_hashprice else "below"
        grows = "grows" if way == "above" else "shrinks"
        return (
            f"A PH/s earns {self.hashprice:.1f} USD a day, {way} the {self.resting_hashprice:.1f} at which the "
            f"marginal miner rests, so the network {grows}; {off} of {cells} rig and power-price pairs stand still."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data; dates stay dates."""
        return asdict(self)


def hash_page(market: Market) -> HashPage:
    """The page of a market.

    Raises:
        CannotCompute: where the market has no coin or no network.
    """
    coin, network = hash_market(market)
    months = 60
    paths = np.exp(
        np.quantile(simulate_log_rent(rig_law(market, months), months).log_rent, (0.05, 0.5, 0.95), axis=0)
    )
    steps = halving_steps(market, months)
    halvings = tuple((int(t), float(steps[t])) for t in np.flatnonzero(steps))
    return HashPage(
        as_of=market.as_of,
        btc_usd=coin.price.value,
        dates=(coin.price.date, network.hashrate.date),
        hashprice=hashprice_today(coin, network),
        resting_hashprice=math.exp(float(log_resting_hashprice(network, np.zeros(1))[0])),
        hashrate_ehs=network.hashrate.value,
        resting_hashrate_ehs=resting_hashrate_ph(coin, network) / 1000.0,
        halvings=halvings,
        shocks=SHOCKS,
        median_path=tuple((t, *(float(v) for v in paths[:, t])) for t in range(0, months + 1, 3)),  # type: ignore[misc]
        rigs=tuple(_rig_row(market, rig) for rig in market.rigs),
    )


def _rig_row(market: Market, rig: Rig) -> RigRow:
    months = max(rig_terms(market, rig, market.as_of, 1, 0.0).last_month, 1)
    law = rig_law(market, months)
    prices = [(buyer.id, buyer.power_price_usd_per_kwh, buyer.share) for buyer in market.rig_buyers]
    if not prices:
        prices = [("market", market.power.price.value, 1.0)]
    buyers, moved = [], np.zeros(len(SHOCKS) + 2)
    levels = law.log_rent + np.array([*(math.log1p(shock) for shock in SHOCKS), math.log(0.9), math.log(1.1)])
    for name, price, share in prices:
        terms = rig_terms(market, rig, market.as_of, months, price)
        surface = solve_once(law, terms, 0, 0, NODES)
        values = [_today(law, surface, float(level)) for level in levels]
        moved += share * np.array(values)
        off = switch_off_rent(terms, 0)
        buyers.append(BuyerValue(name, price, share, _today(law, surface, law.log_rent), off))
    mean = sum(buyer.share * buyer.value_usd for buyer in buyers)
    horizon = min(months, 96)
    terms = rig_terms(market, rig, market.as_of, months, sum(price * share for _, price, share in prices))
    surface = solve_once(law, terms, horizon, 0, NODES)
    paths = simulate_log_rent(law, horizon)
    elasticity = math.log(moved[-1] / moved[-2]) / math.log(1.1 / 0.9) if moved[-2] > 1.0 else None
    return RigRow(
        rig=rig.id,
        efficiency_j_per_th=rig.efficiency.value,
        hash_rate_th=rig.hash_rate.value,
        value_usd=mean,
        value_usd_per_th=mean / rig.hash_rate.value,
        buyers=tuple(buyers),
        by_shock=tuple(float(value) for value in moved[: len(SHOCKS)]),
        elasticity=elasticity,
        retirement_months=retirement_months(surface, paths, terms.salvage),
        half_life_months=half_life_months(value_path(surface, law, paths)),
    )


def _today(law: RentLaw, surface: ValueSurface, x: float) -> float:
    """F today at a log hashprice, weighted over today's funding states."""
    return float(np.dot(law.initial, [read(surface, 0, x, z) for z in range(3)]))
