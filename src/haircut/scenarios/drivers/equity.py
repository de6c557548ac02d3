"""Shares of issuers: loadings on compute, demand and the coin, and a shock of their own.

    log E(t + h) - log E(t) = g h + b . d - K(t, s, z) + [sigma_i sqrt(h) eps_i - sigma_i^2 h / 2]

with d the month's changes of (c, X, log BTC) on the path and ``K = log E[exp(b . d) | state at its start]``, the
mean over the month's regimes, shocks and jumps, in closed form. So the expected price grows at g, the market's
drift under P and the rate of the month under Q, while the share falls with what it loads on.

Group: equity, one for each issuer. Unit: price over today's. Moments: the mean, by construction.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market.equities import EquityLaw
from haircut.scenarios.drivers.btc import BtcSteps
from haircut.scenarios.drivers.student import NORMAL, scale_quadrature
from haircut.scenarios.randomness import TRUNCATION, normals

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEP_YEARS = 1.0 / 12.0
POINTS = 12


class MonthLaw(NamedTuple):
    """What moves c, X and the funding state in a month, as the shares need it.

    Attributes:
        drift, deviation: (T, 3) of c by new regime; pull, target, step: (T,).
        demand_level: (3,); demand_keep, demand_deviation: of X.
        joint: (T, 2, 3, 2, 3) transition of (Z_S, Z_M).
        compute_row, demand_row: (2, 6) weights of the two shocks on the six normals by funding state.
    """

    drift: Floats
    deviation: Floats
    pull: Floats
    target: Floats
    step: Floats
    demand_level: Floats
    demand_keep: float
    demand_deviation: float
    joint: Floats
    compute_row: Floats
    demand_row: Floats


class EquitySteps(NamedTuple):
    """Constants of the shares of I issuers.

    Attributes:
        issuers: I ids; loading: (I, 3) on (c, X, log BTC).
        growth: (I,) of the expected price over a month; not read where it is the rate.
        at_rate: the price grows at the rate of the path (Q).
        own_deviation: (I,) sigma_i sqrt(h).
        mean: (I, T, 2, 3) the part of K that depends on the states at the month's start.
        pull, target, step: (T,), demand_keep: the part of K that depends on c and X.
        btc_at_rate: (T,) 1 where the coin's growth is the path's rate.
    """

    issuers: tuple[str, ...]
    loading: Floats
    growth: Floats
    at_rate: bool
    own_deviation: Floats
    mean: Floats
    pull: Floats
    target: Floats
    step: Floats
    demand_keep: float
    btc_at_rate: Floats


def equity_steps(
    laws: tuple[EquityLaw, ...],
    month: MonthLaw,
    btc: BtcSteps | None,
    at_rate: bool = False,
    degrees_of_freedom: float = NORMAL,
) -> EquitySteps:
    """Compile the shares for one measure.

    Args:
        laws: one for each issuer.
        month: the law of a month under the measure.
        btc: the coin under the measure; None where the market has none, and its loading does not count.
        at_rate: grow at the rate (Q) instead of the market's drift.
        degrees_of_freedom: of the shocks; 0 is normal.
    """
    months = len(month.pull)
    loading = np.array([[law.compute_loading, law.demand_loading, law.btc_loading] for law in laws])
    loading = loading.reshape(len(laws), 3)
    if btc is None:
        loading[:, 2] = 0.0
    mean = [_state_mean(row, month, btc, degrees_of_freedom) for row in loading]
    covered = 0 if btc is None else btc.covered
    rate_months = (np.arange(months) >= covered) & (btc is not None and btc.at_rate)
    return EquitySteps(
        issuers=tuple(law.issuer for law in laws),
        loading=loading,
        growth=np.log1p([law.drift_per_year for law in laws]) * STEP_YEARS,
        at_rate=at_rate,
        own_deviation=np.array([law.own_volatility for law in laws]) * np.sqrt(STEP_YEARS),
        mean=np.array(mean).reshape(len(laws), months, 2, 3),
        pull=month.pull,
        target=month.target[:months],
        step=month.step,
        demand_keep=month.demand_keep,
        btc_at_rate=rate_months.astype(np.float64),
    )


def _state_mean(loading: Floats, month: MonthLaw, btc: BtcSteps | None, nu: float) -> Floats:
    """(T, 2, 3) log of ``E[exp(b . d)]`` by states at the start, c, X and the rate left out."""
    months = len(month.pull)
    exponent = np.zeros((months, 2, 3, 2, 3))
    exponent += loading[0] * month.drift[:, None, None, None, :]
    exponent += loading[1] * month.demand_level * (1.0 - month.demand_keep)
    shocks: dict[tuple[bytes, bool], Floats] = {}
    for t in range(months):
        free = btc is not None and (t >= btc.covered or btc.keep_shocks)
        key = (month.deviation[t].tobytes(), free)
        if key not in shocks:
            shocks[key] = _shock_mean(loading, month, month.deviation[t], btc if free else None, nu)
        exponent[t] += shocks[key][:, None, :, :]
        if btc is None:
            continue
        if t < btc.covered:
            exponent[t] += loading[2] * btc.stated[t]
        elif not btc.at_rate:
            exponent[t] += loading[2] * btc.growth[:, None]
        if free:
            exponent[t] += _jump_mean(loading[2], btc)
            exponent[t] -= loading[2] * (btc.compensator[:, None] + btc.jump_compensator)
    return np.asarray(np.log((month.joint * np.exp(exponent)).sum(axis=(3, 4))))


def _jump_mean(loading: float, btc: BtcSteps) -> float:
    rate = -float(np.log(btc.count_limit[0]))
    return rate * float(np.expm1(loading * btc.jump_mean + 0.5 * (loading * btc.jump_deviation) ** 2))


def _shock_mean(
    loading: Floats, month: MonthLaw, deviation: Floats, btc: BtcSteps | None, nu: float
) -> Floats:
    """(2, 2, 3) ``log E exp`` of the three shocks, by funding state at the start and states at the end."""
    result = np.empty((2, 2, 3))
    for before in range(2):
        own = np.zeros(6) if btc is None else btc.mixing[before]
        rows = np.stack([month.compute_row[before], month.demand_row[before], own])
        for after in range(2):
            coin = 0.0 if btc is None else loading[2] * btc.deviation[after]
            for regime in range(3):
                weight = np.array([loading[0] * deviation[regime], loading[1] * month.demand_deviation, coin])
                result[before, after, regime] = joint_log_mean(weight, rows, nu)
    return result


def joint_log_mean(weight: Floats, rows: Floats, degrees_of_freedom: float) -> float:
    """``log E exp(sum of weight_k eps_k)`` of shocks that are ``rows`` of independent normals.

    Closed form for normal shocks. For Student's the mean over the common factor w, the cut at 6 included, on
    12 Gauss-Hermite points a shock.

    >>> round(joint_log_mean(np.array([0.1, 0.0, 0.2]), np.eye(3), 0.0), 6)
    0.025
    """
    if degrees_of_freedom == NORMAL:
        total = weight @ rows
        return float(0.5 * total @ total)
    points, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    weights = weights / weights.sum()
    used = [k for k in range(len(weight)) if weight[k] != 0.0]
    if not used:
        return 0.0
    factor = np.linalg.cholesky(rows[used] @ rows[used].T + 1e-14 * np.eye(len(used)))
    mesh = np.stack([each.ravel() for each in np.meshgrid(*[points] * len(used), indexing="ij")])
    mass = np.prod(np.meshgrid(*[weights] * len(used), indexing="ij"), axis=0).ravel()
    normal = factor @ mesh
    scale, chance = scale_quadrature(degrees_of_freedom)
    mean = 0.0
    for w, share in zip(scale.tolist(), chance.tolist(), strict=True):
        mean += share * float(np.exp(weight[used] @ np.clip(w * normal, -TRUNCATION, TRUNCATION)) @ mass)
    return float(np.log(mean))


def draw_equities(seed: int, block: int, issuers: tuple[str, ...], months: int, size: int) -> Floats:
    """(I, n, T) normals of the own shocks; each issuer has a stream of its own."""
    result = np.empty((len(issuers), size, months))
    for row, issuer in enumerate(issuers):
        result[row] = normals(seed, f"equity:{issuer}", block, months, size)
    return result


def equity_paths(
    steps: EquitySteps,
    compute: Floats,
    demand: Floats,
    log_btc: Floats | None,
    state: tuple[Integers, Integers],
    rate: Floats,
    own: Floats,
) -> Floats:
    """(I, n, T + 1) prices over today's.

    Args:
        steps: of one measure.
        compute, demand: (n, T + 1) c and X.
        log_btc: (n, T + 1), or None.
        state: funding state and compute regime, each (n, T + 1).
        rate: (n, T) log return of the money-market account.
        own: (I, n, T) normals.
    """
    size, columns = compute.shape
    change = np.diff(compute)
    pulled = steps.step + steps.pull * (steps.target - compute[:, :-1])
    reverting = demand[:, :-1] * (steps.demand_keep - 1.0)
    stress, regime = (each[:, :-1] for each in state)
    month = np.arange(columns - 1)
    result = np.zeros((len(steps.issuers), size, columns))
    for row in range(len(steps.issuers)):
        b_c, b_x, b_btc = steps.loading[row].tolist()
        log_return = b_c * (change - pulled) + b_x * (np.diff(demand) - reverting)
        if log_btc is not None and b_btc != 0.0:
            log_return += b_btc * (np.diff(log_btc) - steps.btc_at_rate * rate)
        log_return -= steps.mean[row][month, stress, regime]
        log_return += rate if steps.at_rate else steps.growth[row]
        deviation = steps.own_deviation[row]
        log_return += deviation * own[row] - 0.5 * deviation**2
        np.cumsum(log_return, axis=1, out=result[row, :, 1:])
    return np.asarray(np.exp(result))
