"""What each driver did before: monthly points from the data that come with haircut.

A history is on its own basis, which its label names; it is not spliced to today's value where the two differ.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Final, NamedTuple

Points = list[tuple[datetime.date, float]]
HASHES_PER_DIFFICULTY = 2.0**32


class History(NamedTuple):
    """Points of one driver by date, what they are, and the file that holds them."""

    label: str
    file: str
    points: Points


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("haircut") / "data" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _daily(name: str, column: str) -> Points:
    return [
        (datetime.date.fromisoformat(row["date"]), float(row[column])) for row in _rows(name) if row[column]
    ]


def _btc() -> Points:
    return _daily("btc_usd_daily.csv", "btc_usd_close_utc")


def _hashprice() -> Points:
    return _daily("btc_hashprice_daily.csv", "hashprice_ex_fees_usd_per_ph_per_day")


def _hashrate() -> Points:
    return [
        (
            datetime.date.fromisoformat(row["start_date_est"]),
            float(row["difficulty"]) * HASHES_PER_DIFFICULTY / 600.0 / 1e15,
        )
        for row in _rows("btc_difficulty_epochs.csv")
    ]


def _spread() -> Points:
    points = _daily("us_credit_spread_gz_ebp_monthly.csv", "gz_credit_spread_pct")
    return [(date, value / 100.0) for date, value in points]


def _rate() -> Points:
    bills = [
        (datetime.date.fromisoformat(row["date"]), float(row["par_yield_pct"]) / 100.0)
        for row in _rows("us_treasury_par_yields_daily_2021_2025.csv")
        if row["tenor_years"] == "0.083333" and row["par_yield_pct"]
    ]
    sofr = [(date, value / 100.0) for date, value in _daily("us_rates_weekly_2026.csv", "sofr_pct")]
    return bills + sofr


def _rent() -> Points:
    return [
        (datetime.date.fromisoformat(row["date"]), float(row["price_usd_per_gpu_hour"]))
        for row in _rows("gpu_list_prices_hyperscaler.csv")
        if row["instance_type"] == "p5.48xlarge"
    ]


_SOURCES: Final[dict[str, tuple[str, str, Callable[[], Points]]]] = {
    "rent": ("H100 at the list price of the largest cloud", "gpu_list_prices_hyperscaler.csv", _rent),
    "btc": ("UTC close", "btc_usd_daily.csv", _btc),
    "hashrate": ("difficulty x 2^32 / 600 s", "btc_difficulty_epochs.csv", _hashrate),
    "hashprice": ("subsidy only, without fees", "btc_hashprice_daily.csv", _hashprice),
    "funding_spread": (
        "Gilchrist-Zakrajsek spread, another basis",
        "us_credit_spread_gz_ebp_monthly.csv",
        _spread,
    ),
    "rate": (
        "one-month Treasury to 2025-07, SOFR from 2026",
        "us_treasury_par_yields_daily_2021_2025.csv and us_rates_weekly_2026.csv",
        _rate,
    ),
}


def history(driver: str, as_of: datetime.date, years: float = 5.0) -> History | None:
    """The last observation of each month before the as-of date; None where nothing is on file.

    Args:
        driver: a name of the registry of drivers.
        as_of: nothing later is read.
        years: how far back.

    >>> found = history("btc", datetime.date(2022, 12, 31), 1.0)
    >>> len(found.points), round(found.points[-1][1])
    (13, 16532)
    >>> history("power", datetime.date(2022, 12, 31)) is None
    True
    """
    if driver not in _SOURCES:
        return None
    label, file, read = _SOURCES[driver]
    first = as_of - datetime.timedelta(days=round(365.25 * years))
    last: dict[tuple[int, int], tuple[datetime.date, float]] = {}
    for date, value in sorted(read()):
        if first <= date <= as_of:
            last[date.year, date.month] = (date, value)
    return History(label, file, list(last.values())) if last else None
