"""From a device and the price of power to what one installed unit costs and how long it may live."""

from __future__ import annotations

import datetime
import math

import numpy as np

from haircut.case.market import Device, Market
from haircut.machines.law import UnitTerms
from haircut.machines.obsolescence import grid_position


def unit_terms(
    market: Market,
    device: Device,
    in_service_date: datetime.date,
    months: int,
    power_price_factor: float = 1.0,
) -> UnitTerms:
    """Terms of a unit of `device` in service since (or from) a date.

    The forward price of power at the middle of month t is price * exp(forward_drift * (t + 1/2) / 12). The
    last month is the last month end not past the maximum age, which counts in years from the in-service date.

    Args:
        market: as-of date and power market.
        device: the machine.
        in_service_date: date from which its age counts.
        months: T; the power price covers months 0..T.
        power_price_factor: `Scenario.power_price_factor`.
    """
    middle = (np.arange(months + 1) + 0.5) / 12.0
    end = grid_position(market.as_of, in_service_date) + 12.0 * device.maximum_age.value
    return UnitTerms(
        utilisation=device.utilisation.value,
        power_kw=device.wall_power.value,
        power_price=power_price_factor
        * market.power.price.value
        * np.exp(market.power.forward_drift.value * middle),
        other_cost=device.other_cash_cost.value,
        idle_cost=device.idle_cost.value,
        failure_hazard=device.failure_hazard.value,
        required_return=device.required_return.value,
        salvage=device.salvage.value,
        last_month=max(math.floor(end + 1e-9), 0),
    )


def switch_off_rent(terms: UnitTerms, month: int) -> float:
    """Rent at which running and idling cost the same, USD per GPU-hour: u R - e q - s = -s_idle.

    Below it a merchant unit stands still. Zero where idling costs as much as running.

    Args:
        terms: the unit.
        month: index into the power price.

    >>> unit = UnitTerms(0.8, 1.0, np.array([0.08]), 0.37, 0.05, 0.0, 0.15, 0.0, 12)
    >>> round(switch_off_rent(unit, 0), 6)
    0.5
    """
    if terms.utilisation <= 0.0:
        return math.inf
    running = terms.power_kw * float(terms.power_price[month]) + terms.other_cost
    return max(running - terms.idle_cost, 0.0) / terms.utilisation
