"""What a month earns: the rent of the month and the margin of a unit."""

from __future__ import annotations

import math

from haircut.kernels import kernel
from haircut.units import HOURS_PER_MONTH


@kernel
def mid_month_log_rent(now: float, later: float, step: float) -> float:
    """Log rent that month t earns: x(t) + step[t] + (x(t+1) - x(t) - step[t]) / 2.

    Without a step the geometric mean of the rents at both ends; a step happens before anything is earned. The
    one convention of value, base case and paths.

    Args:
        now: x(t), log USD per GPU-hour.
        later: x(t + 1), on a path or as expected.
        step: `RentLaw.step[t]`.

    >>> float(mid_month_log_rent(1.0, 0.8, -0.2)).__round__(12)
    0.8
    """
    start = now + step
    return start + 0.5 * (later - start)


@kernel
def unit_margin(
    utilisation: float, rent: float, power_kw: float, power_price: float, other_cost: float
) -> float:
    """m = u R - e q - s, USD per installed device-hour; negative where running costs more than it earns.

    Args:
        utilisation: share of hours sold.
        rent: USD per GPU-hour.
        power_kw: wall power, kW.
        power_price: USD per kWh.
        other_cost: USD per device-hour.
    """
    return utilisation * rent - power_kw * power_price - other_cost


@kernel
def month_income_usd(
    log_rent: float,
    utilisation: float,
    power_kw: float,
    power_price: float,
    other_cost: float,
    idle_cost: float,
) -> float:
    """USD of one merchant unit in a month of 730 hours at the better of running and idling.

    Args:
        log_rent: mid-month log rent.
        utilisation, power_kw, power_price, other_cost: as in `unit_margin`.
        idle_cost: USD per device-hour while switched off.

    >>> month_income_usd(0.0, 0.5, 1.0, 0.08, 0.62, 0.1)
    -73.0
    """
    margin = unit_margin(utilisation, math.exp(log_rent), power_kw, power_price, other_cost)
    return HOURS_PER_MONTH * max(margin, -idle_cost)
