"""From proceeds on simulated paths to the haircut that collateral would need, and to recovery on a stated LTV."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from haircut.credit.arrays import Floats
from haircut.credit.liquidation.paths import sell_on_paths
from haircut.studies.liquidate.state import Paths, SaleState


@dataclass(frozen=True, slots=True)
class Haircut:
    """1 - a percentile of net present proceeds per dollar of today's mark, with its standard error."""

    value: float
    std_error: float


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a lender at a loan-to-value gets back, shares of its debt.

    Attributes:
        ltv: debt over today's market mark. debt_usd: the debt.
        orderly, forced: expected sale from today, in the best time and in one month.
        after_lag, after_lag_std_error: mean over paths, seized after the enforcement lag, discounted to default.
        whole: share of those paths on which it loses nothing; whole_std_error of it.
    """

    ltv: float
    debt_usd: float
    orderly: float
    forced: float
    after_lag: float
    after_lag_std_error: float
    whole: float
    whole_std_error: float


@dataclass(frozen=True, slots=True)
class SimulatedSale:
    """Proceeds on paths.

    Attributes:
        proceeds: (n,) net, discounted to today, USD. months: (n,) sell-out time taken.
        prices: (n, longest) USD a unit by lot; nan after the last.
    """

    proceeds: Floats
    months: Floats
    prices: Floats


def simulated_sale(
    state: SaleState, paths: Paths, units: float, longest: int, depth: float, lag: int, months: int = 0
) -> SimulatedSale:
    """Sell on each path, from month `lag` on, at the path's own value and depth.

    Args:
        state: value and rules.
        paths: from the same state.
        units: sold together.
        longest: most months.
        depth: units a month in a balanced market at today's funding spread.
        lag: months from today to seizure.
        months: a sell-out time for all paths; 0: each path's best, chosen at seizure.
    """
    log_rent, regime, buying = paths.of(state.device)
    count = log_rent.shape[0]
    proceeds, taken, prices = np.empty(count), np.empty(count, np.int64), np.empty((count, longest))
    sell_on_paths(
        state.surface, log_rent, regime, _depths(buying, depth), float(units),
        state.device.psi_sale.value, lag, longest, months, state.rules, proceeds, taken, prices,
    )  # fmt: skip
    return SimulatedSale(proceeds, taken.astype(np.float64), prices)


def _depths(buying: Floats, depth: float) -> Floats:
    return np.full_like(buying, math.inf) if math.isinf(depth) else depth * buying


def haircut(share: Floats, level: float) -> Haircut:
    """1 - the (1 - level) quantile of proceeds per dollar of mark.

    The error is half the distance between the order statistics one binomial deviation below and above it.

    >>> haircut(np.linspace(0.0, 1.0, 10_001), 0.95)
    Haircut(value=0.95, std_error=0.0022)
    """
    ordered = np.sort(share)
    n, tail = len(ordered), 1.0 - level
    spread = math.sqrt(n * tail * level)
    low, high = (round(min(max(n * tail + sign * spread, 0), n - 1)) for sign in (-1, 1))
    value = 1.0 - float(np.quantile(ordered, tail))
    return Haircut(round(value, 12), round(0.5 * float(ordered[high] - ordered[low]), 12))


def recovery(ltv: float, value_usd: float, nolv_usd: float, flv_usd: float, after_lag: Floats) -> Recovery:
    """Recovery of a debt of `ltv` times today's mark; `after_lag` are proceeds on paths, USD."""
    debt = ltv * value_usd
    shares = np.minimum(after_lag / debt, 1.0)
    whole = after_lag >= debt
    n = len(shares)
    return Recovery(
        ltv=ltv, debt_usd=debt, orderly=min(nolv_usd / debt, 1.0), forced=min(flv_usd / debt, 1.0),
        after_lag=float(shares.mean()), after_lag_std_error=float(shares.std(ddof=1) / math.sqrt(n)),
        whole=float(whole.mean()), whole_std_error=float(whole.std(ddof=1) / math.sqrt(n)),
    )  # fmt: skip
