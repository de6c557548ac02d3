"""The coin's path as it came, for the question that is no forecast: who fails, given the coin?"""

from __future__ import annotations

import csv
import datetime
from importlib import resources
from typing import Any, Final

from haircut.case.case import Case
from haircut.errors import CannotCompute

FILE: Final = "btc_usd_daily.csv"


def closes(first: datetime.date, last: datetime.date) -> dict[datetime.date, float]:
    """Daily closes of the coin between two days, USD, from the shipped file."""
    text = (resources.files("haircut") / "data" / FILE).read_text("utf-8")
    return {
        datetime.date.fromisoformat(row["date"]): float(row["btc_usd_close_utc"])
        for row in csv.DictReader(text.splitlines())
        if first.isoformat() <= row["date"] <= last.isoformat()
    }


def month_end(start: datetime.date, months: int) -> datetime.date:
    """The last day of a month so many months later.

    >>> month_end(datetime.date(2021, 12, 31), 2)
    datetime.date(2022, 2, 28)
    """
    number = start.year * 12 + start.month - 1 + months + 1
    return datetime.date(number // 12, number % 12 + 1, 1) - datetime.timedelta(days=1)


def coin_given(case: Case, months: int) -> dict[str, Any]:
    """An overlay that puts the coin on the month ends that came; hashrate still answers by its own law.

    Raises:
        CannotCompute: where the file does not reach so far.
    """
    start = case.market.as_of
    days = [month_end(start, month) for month in range(1, months + 1)]
    known = closes(start, days[-1])
    if start not in known or days[-1] not in known:
        raise CannotCompute(f"{FILE}: does not hold the closes from {start} to {days[-1]}")
    levels = [
        {"month": month, "factor": known[day] / known[start]} for month, day in enumerate(days, start=1)
    ]
    return {"name": "coin-as-it-came", "scenario": {"btc_path": {"levels": levels, "shocks": "replaced"}}}
