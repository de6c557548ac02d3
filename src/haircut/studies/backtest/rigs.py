"""What rigs and hash would cost: fans of the value of a rig at stated dates, before anybody looks at prices."""

from __future__ import annotations

import datetime
import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haircut.case.case import Case
from haircut.case.market import Market, Rig
from haircut.machines.cache import solve_once
from haircut.machines.law import RentLaw
from haircut.machines.paths import RentPaths, simulate_log_rent
from haircut.machines.rig import rig_law, rig_terms
from haircut.machines.value import read
from haircut.units import MONTHS_PER_YEAR

LEVELS: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
PATHS: Final = 2_000
MONTHS: Final = 18
NODES: Final = 401

Floats = NDArray[np.float64]


def rig_fans(case: Case) -> dict[str, Any]:
    """Quantiles by month of the value of a rig (psi_mark F, mean over buyers' power prices) and of hashprice.

    Returns:
        `levels`, `months`, `rigs` (id -> rows by month of quantiles, USD a TH/s), `hashprice` (rows, USD per PH/s a
        day), `paths`.
    """
    market = case.market
    longest = max(_last_month(market, rig) for rig in market.rigs)
    law = rig_law(market, max(longest, MONTHS))
    paths = simulate_log_rent(law, MONTHS, PATHS, case.settings.seed)
    return {
        "levels": list(LEVELS),
        "months": MONTHS,
        "paths": PATHS,
        "rigs": {rig.id: _quantiles(rig_values(market, rig, law, paths)) for rig in market.rigs},
        "hashprice": _quantiles(np.exp(paths.log_rent)),
    }


def rig_values(market: Market, rig: Rig, law: RentLaw, paths: RentPaths) -> Floats:
    """(n, T + 1) psi_mark F over TH/s on paths of hashprice, a rig bought new today, mean over buyers."""
    buyers = [(buyer.power_price_usd_per_kwh, buyer.share) for buyer in market.rig_buyers]
    buyers = buyers or [(market.power.price.value, 1.0)]
    count, width = paths.log_rent.shape
    value = np.zeros((count, width))
    for price, share in buyers:
        terms = rig_terms(market, rig, market.as_of, law.drift.shape[0], price)
        surface = solve_once(law, terms, width - 1, 0, NODES)
        for month in range(width):
            value[:, month] += share * np.array(
                [
                    read(surface, month, float(x), int(z))
                    for x, z in zip(paths.log_rent[:, month], paths.regime[:, month], strict=True)
                ]
            )
    return value * rig.psi_mark.value / rig.hash_rate.value


def percentile(
    rows: list[list[float]], levels: list[float], month: float, seen: float
) -> tuple[float, float]:
    """Between which levels of a fan a value lies at a time between two months: (above, below), 0 and 1 outside.

    >>> percentile([[1.0, 2.0], [3.0, 4.0]], [0.05, 0.5], 0.5, 2.5)
    (0.05, 0.5)
    """
    first = math.floor(month)
    weight = month - first
    later = rows[min(first + 1, len(rows) - 1)]
    line = [(1.0 - weight) * a + weight * b for a, b in zip(rows[first], later, strict=True)]
    above = [level for level, value in zip(levels, line, strict=True) if seen >= value]
    below = [level for level, value in zip(levels, line, strict=True) if seen < value]
    return (max(above, default=0.0), min(below, default=1.0))


def months_between(start: datetime.date, end: datetime.date) -> float:
    """Months of a twelfth of a year between two days.

    >>> round(months_between(datetime.date(2021, 12, 31), datetime.date(2022, 12, 31)), 2)
    11.99
    """
    return (end - start).days / 365.25 * MONTHS_PER_YEAR


def _last_month(market: Market, rig: Rig) -> int:
    return rig_terms(market, rig, market.as_of, 1, 0.0).last_month


def _quantiles(values: Floats) -> list[list[float]]:
    found = np.quantile(values, LEVELS, axis=0).T
    return [[round(float(value), 4) for value in row] for row in found]
