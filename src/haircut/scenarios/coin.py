"""The coin, its network and issuers' shares on the paths of a block: what they add to `ScenarioBlock`.

A case that reads none of this pays nothing for it. What is drawn here comes from
streams of its own, so the other drivers' paths are the same with it and without.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.case import Case
from haircut.case.market import Market
from haircut.case.market.correlations import FACTORS
from haircut.scenarios.block import GROUPS
from haircut.scenarios.drivers.btc import STREAMS as BTC_STREAMS
from haircut.scenarios.drivers.btc import (
    BtcDraws,
    BtcSteps,
    btc_steps,
    draw_btc,
    expected_price,
    log_returns,
    mixing_row,
)
from haircut.scenarios.drivers.btc_low import STREAMS as LOW_STREAMS
from haircut.scenarios.drivers.btc_low import LowDraws, draw_lows, month_lows
from haircut.scenarios.drivers.equity import EquitySteps, MonthLaw, draw_equities, equity_paths, equity_steps
from haircut.scenarios.drivers.hashrate import STREAM as HASHRATE_STREAM
from haircut.scenarios.drivers.hashrate import (
    HashrateSteps,
    draw_hashrate,
    hashprice,
    hashrate_paths,
    hashrate_steps,
)
from haircut.scenarios.drivers.student import tail_scale
from haircut.scenarios.imposed import forced_joint, stated_coin
from haircut.scenarios.parameters import ScenarioParameters
from haircut.scenarios.randomness import SHARED_STREAMS, TRUNCATION, RawDraws, distinct_streams
from haircut.scenarios.simulate import SHIFT_STRIDE, DriverPaths

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class CoinParameters(NamedTuple):
    """What the coin, its network and the shares follow under one measure.

    Attributes:
        btc: None where the market has no coin; hashrate: None where it has no network; equities.
    """

    btc: BtcSteps | None
    hashrate: HashrateSteps | None
    equities: EquitySteps


class CoinDraws(NamedTuple):
    """Raw draws of one block; None where there is no such driver. equities: (I, n, T)."""

    btc: BtcDraws | None
    low: LowDraws | None
    hashrate: Floats | None
    equities: Floats


def compile_coin(case: Case, parameters: ScenarioParameters, drift_at_p: bool = False) -> CoinParameters:
    """Compile the coin, the network and the shares of a case beside its other drivers.

    Args:
        case: book, market and scenario.
        parameters: the other drivers under the same measure.
        drift_at_p: under Q let coin and shares grow as under P; with no price of risk Q then equals P.
    """
    market, months = case.market, parameters.months
    at_rate = parameters.measure == "Q" and not drift_at_p
    nu = parameters.degrees_of_freedom
    theta = market.compute.theta.value if parameters.measure == "Q" else 0.0
    btc = None
    if market.btc is not None:
        mixing = coin_mixing(market, parameters.steps.mixing)
        btc = btc_steps(market.btc, mixing, months, at_rate, nu)
        if case.scenario.btc_path is not None:
            stated, covered, kept = stated_coin(case.scenario.btc_path, months)
            btc = btc._replace(stated=stated, covered=covered, keep_shocks=kept)
    network = market.network if btc is not None else None
    issuers = {issuer.id for issuer in case.book.issuers}
    laws = tuple(law for law in market.equities if law.issuer in issuers)
    own = (*BTC_STREAMS, *LOW_STREAMS, HASHRATE_STREAM, *(f"equity:{law.issuer}" for law in laws))
    distinct_streams([*SHARED_STREAMS, *own])
    return CoinParameters(
        btc=btc,
        hashrate=None if network is None else hashrate_steps(network, market.as_of, months, theta),
        equities=equity_steps(laws, month_law(parameters), btc, at_rate, nu),
    )


def coin_mixing(market: Market, lower: Floats) -> Floats:
    """(2, 6) weights of the coin's shock by funding state at the start of the month.

    Args:
        market: the correlations.
        lower: (2, 5, 5) Cholesky factors of the other shocks.
    """
    rows = []
    for state, pairs in enumerate((market.correlations.calm, market.correlations.stress)):
        correlation = np.zeros(len(FACTORS))
        for pair, value in pairs.items():
            names = pair.split("-")
            if "btc" in names:
                correlation[FACTORS.index(names[1 - names.index("btc")])] = value
        rows.append(mixing_row(lower[state], correlation))
    return np.stack(rows)


def month_law(parameters: ScenarioParameters) -> MonthLaw:
    """The law of a month of c, X and the funding state, with what an overlay forces."""
    steps, months = parameters.steps, parameters.months
    own = np.zeros((2, 1))
    return MonthLaw(
        drift=steps.compute.drift,
        deviation=steps.compute.deviation,
        pull=steps.compute.pull,
        target=steps.compute.target,
        step=steps.compute.step,
        demand_level=steps.demand.level,
        demand_keep=steps.demand.keep,
        demand_deviation=steps.demand.deviation,
        joint=forced_joint(parameters.joint, parameters.imposed, months).reshape(months, 2, 3, 2, 3),
        compute_row=np.hstack([steps.mixing[:, 0], own]),
        demand_row=np.hstack([steps.mixing[:, 1], own]),
    )


def draw_coin(parameters: CoinParameters, seed: int, block: int, months: int, size: int) -> CoinDraws:
    """All raw draws of the coin, the network and the shares of one block."""
    return CoinDraws(
        None if parameters.btc is None else draw_btc(seed, block, months, size),
        None if parameters.btc is None else draw_lows(seed, block, months, size),
        None if parameters.hashrate is None else draw_hashrate(seed, block, months, size),
        draw_equities(seed, block, parameters.equities.issuers, months, size),
    )


def coin_shock(
    parameters: ScenarioParameters, mixing: Floats, draws: RawDraws, own: Floats, stress: Integers
) -> Floats:
    """(n, T) correlated shock of the coin, cut at 6.

    Args:
        parameters: of the measure.
        mixing: (2, 6) weights.
        draws: the five normals, and the common factor of Student's shocks.
        own: (n, T) normals.
        stress: (n, T + 1) funding state.
    """
    normals = (draws.compute, draws.demand, draws.power, draws.rate, draws.funding_spread, own)
    before = stress[:, :-1]
    shock = np.zeros(own.shape)
    for column, normal in enumerate(normals):
        calm, tense = mixing[:, column].tolist()
        if calm == tense == 0.0:
            continue
        shock += normal * (mixing[before, column] if calm != tense else calm)
    if parameters.degrees_of_freedom > 0.0:
        shock *= tail_scale(draws.tail, parameters.degrees_of_freedom)
    return np.clip(shock, -TRUNCATION, TRUNCATION, out=shock)


def simulate_coin(
    parameters: ScenarioParameters,
    coin: CoinParameters,
    draws: RawDraws,
    coin_draws: CoinDraws,
    paths: DriverPaths,
) -> dict[str, Any]:
    """The coin, the network and the shares on the paths of one block: fields of `ScenarioBlock` by name.

    Args:
        parameters, coin: of one measure.
        draws, coin_draws: of the block.
        paths: the states of the other drivers, not yet used up.
    """
    size, columns = paths.compute.shape
    rate = month_rate(parameters, paths.rate_sum)
    found: dict[str, Any] = {}
    log_btc = None
    if coin.btc is not None and coin_draws.btc is not None and coin_draws.low is not None:
        shock = coin_shock(parameters, coin.btc.mixing, draws, coin_draws.btc.shock, paths.stress)
        log_btc = np.empty((size, columns))
        log_btc[:, 0] = np.log(coin.btc.price)
        returns = log_returns(coin.btc, coin_draws.btc, shock, paths.stress, rate)
        np.cumsum(returns, axis=1, out=log_btc[:, 1:])
        log_btc[:, 1:] += log_btc[:, :1]
        found["btc"] = np.exp(log_btc)
        found["btc_low"] = np.exp(month_lows(coin.btc, coin_draws.btc, coin_draws.low, log_btc, paths.stress))
        found["coin_reads"] = shifted_reads(parameters, 0, size)
        if coin.hashrate is not None and coin_draws.hashrate is not None:
            found["hashrate"] = hashrate_paths(coin.hashrate, log_btc, coin_draws.hashrate)
            found["hashprice"] = hashprice(coin.hashrate.reward, found["btc"], found["hashrate"])
    shares = equity_paths(
        coin.equities, paths.compute, paths.demand, log_btc, (paths.stress, paths.regime), rate,
        coin_draws.equities,
    )  # fmt: skip
    reads = [shifted_reads(parameters, 1 + row, size) for row in range(len(shares))]
    found["shares"] = shares
    found["share_reads"] = np.array(reads, dtype=np.int64).reshape(len(shares), size)
    return found


def month_rate(parameters: ScenarioParameters, rate_sum: Floats) -> Floats:
    """(n, T) log return of the money-market account over each month, known at its start."""
    log_discount = np.log(parameters.discount) - parameters.discount_correction - rate_sum / 12.0
    return -np.diff(log_discount)


def shifted_reads(parameters: ScenarioParameters, group: int, size: int) -> Integers:
    """(n,) path on which a group after those of `ScenarioBlock.reads` is read: 0 the coin, then each issuer."""
    place = len(GROUPS) + len(parameters.obligors) + group
    stride = SHIFT_STRIDE if parameters.independence_by_shift else 0
    return np.asarray((np.arange(size) + stride * place) % size, dtype=np.int64)


def expected_coin(
    parameters: ScenarioParameters, coin: CoinParameters, rent: Literal["expected", "flat"] = "expected"
) -> dict[str, Any]:
    """One path of the coin, the network and the shares: fields of `expected.expected_block` by name.

    Expected: E[B(t)] under P with the network's answer to it and no shock of its own. Flat: coin and hashprice
    stay as they are today. Shares stay at today's price in both; the lowest price of a month is its end's.

    Args:
        parameters, coin: under P.
        rent: as of `expected_block`.
    """
    months, issuers = parameters.months, len(coin.equities.issuers)
    found: dict[str, Any] = {
        "shares": np.ones((issuers, 1, months + 1)),
        "share_reads": np.zeros((issuers, 1), dtype=np.int64),
    }
    if coin.btc is None:
        return found
    joint = forced_joint(parameters.joint, parameters.imposed, months).reshape(months, 2, 3, 2, 3)
    funding = joint.sum(axis=4)[:, :, 0, :]
    initial = np.array([parameters.initial[:3].sum(), parameters.initial[3:].sum()])
    price = expected_price(coin.btc, funding, initial)[None, :]
    found["btc"] = price
    if coin.hashrate is not None:
        found["hashrate"] = hashrate_paths(coin.hashrate, np.log(price), np.zeros((1, months)))
        found["hashprice"] = hashprice(coin.hashrate.reward, price, found["hashrate"])
    if rent == "flat":
        found |= {
            name: np.repeat(found[name][:, :1], months + 1, axis=1)
            for name in ("btc", "hashrate", "hashprice")
            if name in found
        }
    found["btc_low"] = found["btc"].copy()
    found["coin_reads"] = np.zeros(1, dtype=np.int64)
    return found
