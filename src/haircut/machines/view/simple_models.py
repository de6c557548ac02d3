"""The residual models that do not look at the market, from a market's tables and quotes."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from haircut.case.market import Device, Market, Rig
from haircut.machines.obsolescence import grid_position
from haircut.machines.residual import Band, Book, FloorDecay, ResidualModel, fitted_decay

FLOOR_SHARE = 0.10

Ranges = Callable[[int], tuple[float, float]]


def simple_models(
    market: Market, machine: Device | Rig, book_life_years: float
) -> tuple[dict[str, tuple[ResidualModel, Ranges | None]], dict[str, str]]:
    """`floor_decay`, `band` and `book` of a machine, and why one is missing.

    The decay is fitted through every resale observation of the machine, whatever its kind, on its age: what a
    calculator does. The band is the widest over the machine's tables at ages that all of them have.
    """
    new, age = machine.new_price.value, -grid_position(market.as_of, machine.launch_date)
    found: dict[str, tuple[ResidualModel, Ranges | None]] = {}
    missing: dict[str, str] = {}
    quotes = [(_age_years(machine, quote.date), quote.value / new) for quote in market.resale
              if quote.device == machine.id and quote.date > machine.launch_date]  # fmt: skip
    if quotes:
        ages, shares = [a for a, _ in quotes], [share for _, share in quotes]
        decay = fitted_decay(ages, shares)
        found["floor_decay"] = (FloorDecay(new, age, decay, FLOOR_SHARE, 12.0 * max(ages)), None)
    else:
        missing["floor_decay"] = "no resale observation to fit a decay to"
    tables = [table for table in market.residuals if table.device == machine.id]
    if tables:
        years = sorted(set.intersection(*(set(table.age_years) for table in tables)))
        rows = [[(t.low[t.age_years.index(y)], t.high[t.age_years.index(y)]) for t in tables] for y in years]
        band = Band(new, age, tuple(years), tuple(min(low for low, _ in row) for row in rows),
                    tuple(max(high for _, high in row) for row in rows))  # fmt: skip
        found["band"] = (band, band.range_usd)
    else:
        missing["band"] = "no table of value by age is on file"
    found["book"] = (Book(new, age, 12.0 * book_life_years), None)
    return found, missing


def _age_years(machine: Device | Rig, date: datetime.date) -> float:
    return (date - machine.launch_date).days / 365.25
