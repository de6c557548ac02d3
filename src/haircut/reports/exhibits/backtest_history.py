"""When names failed, what lenders on rigs recovered, what rigs and hash cost: predicted beside seen."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.backtest import Backtest


def recoveries(found: Backtest) -> Exhibit:
    """One row a lender on rigs of whom something was found, with the month of default."""
    timing = {row["name"]: row for row in found.timing}
    rows: list[dict[str, Any]] = []
    for row in found.recoveries:
        months = timing[row["name"]]["quartiles"]
        rows.append(
            {
                "claim": row["claim"],
                "recovery": row["recovery"],
                "error": row["recovery_error"],
                "low": row["low"],
                "high": row["high"],
                "verdict": "n/a" if row["inside"] is None else "inside" if row["inside"] else "MISS",
                "told": f"{months[0]} {months[1]} {months[2]}" if months else "n/a",
                "month": float(timing[row["name"]]["month"]),
                "reason": "too_few_defaults",
            }
        )
    columns = (
        Column("claim", "lender on rigs"),
        Column("recovery", "told", "share", error="error", reason="reason"),
        Column("low", "seen from", "share"),
        Column("high", "to", "share"),
        Column("verdict", ""),
        Column("told", "month told (quartiles)"),
        Column("month", "came", "count"),
    )
    misses = sum(row["verdict"] == "MISS" for row in rows)
    return Exhibit(
        "backtest_recoveries",
        f"{misses} of {len(rows)} predicted recoveries lie outside of what was seen."
        if misses
        else "Every predicted recovery lies within what was seen.",
        Table(
            pl.DataFrame(rows, infer_schema_length=None),
            columns,
            "knowable in 2021",
            found.predictions["paths"],
        ),
        notes=(
            "Told: recoveries over exposure on the paths that default. Seen: from the price of the rigs in "
            "the market to the debt that they released. Month: on paths that default within 18 months; all "
            "three failed within two months, which is one observation of a date, not three.",
        ),
    )


def prices(found: Backtest) -> Exhibit:
    """One row a price that was seen later, and where in its fan it lies."""
    rows = [
        {
            "date": row["date"].isoformat(),
            "what": row["what"],
            "said": row["said"],
            "seen": row["seen"],
            "median": row["median"],
            "place": _place(row["above"], row["below"]),
        }
        for row in found.prices
    ]
    columns = (
        Column("date", "date", "date"),
        Column("what", "of"),
        Column("said", "seen by"),
        Column("seen", "seen", "price"),
        Column("median", "median told", "price"),
        Column("place", "place in fan, %"),
    )
    low = sum(row["below"] <= 0.5 for row in found.prices)
    out = sum(row["below"] <= 0.05 or row["above"] >= 0.95 for row in found.prices)
    return Exhibit(
        "backtest_prices",
        f"{low} of {len(rows)} prices seen later lie below the median told, {out} outside of the 5 to 95 % band.",
        Table(pl.DataFrame(rows), columns, "knowable in 2021", found.predictions["fans"]["paths"]),
        notes=(
            f"USD a TH/s for rigs, USD per PH/s a day for hash. Fans of {found.predictions['fans']['paths']:,} "
            f"paths from {print_.date(found.as_of)}; a rig is worth psi_mark F, psi_mark 1 for want of an "
            "appraisal of that day. All prices hang on one coin: they are one observation, seen from several "
            "sides.",
        ),
    )


def monitor(found: Backtest) -> Exhibit:
    """One row a name, one column a date: which tests rang."""
    if not found.monitor:
        return Exhibit("backtest_monitor", "The monitor was not asked for.", None)
    dates = list(found.monitor[0]["rang"])
    fate = {row.name: row.date for row in found.outcomes.names}
    rows = []
    for row in sorted(found.monitor, key=lambda row: not row["failed"]):
        died = fate[row["name"]]
        said = {date: " ".join(rung) or "-" for date, rung in row["rang"].items()}
        came = "lived" if died is None else print_.month(died)
        rows.append({"name": row["name"], **said, "came": came, "months": row["months_before"], "blank": ""})
    columns = (
        Column("name", "name"),
        *(Column(date, print_.month(date)) for date in dates),
        Column("came", "failed"),
        Column("months", "all three before", "months", reason="blank"),
    )
    dead = [row for row in found.monitor if row["failed"]]
    living = [row for row in found.monitor if not row["failed"]]
    early = [row for row in dead if row["months_before"] is not None and row["months_before"] > 0]
    false_alarms = sum(row["all_tests"] is not None for row in living)
    return Exhibit(
        "backtest_monitor",
        f"All three tests rang before {len(early)} of {len(dead)} failures"
        + (f", {min(row['months_before'] for row in early)} months at the least" if early else "")
        + f"; they also rang for {false_alarms} of {len(living)} names that lived.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "from what was known by each date"),
        notes=(
            "ltv: market LTV of a loan on rigs above 100 %; cover: cash flow of the next twelve months, mined "
            "coins sold, below debt service; pd: above 20 % in twelve months. Set before the run. Coin, "
            "difficulty and yields of the day; the book carried forward by the model along the coin's path, "
            "published figures in its place for 100 days; loans that were signed are added. Funding by its "
            f"own measure stayed calm: the spread reached {found.funding['highest']:.2f} %, stress begins at "
            f"{found.funding['stress_above']:.2f} %; the regime that shuts the sale of shares never came.",
        ),
    )


def _place(above: float, below: float) -> str:
    return f"{100 * above:.0f} to {100 * below:.0f}"
