"""Rent: what contracts pay, what the market may pay, and the rent below which debt service is not earned."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Points, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames


def _fan(run: RunFrames) -> tuple[str, pl.DataFrame]:
    fans = run.fans.filter(pl.col("series").str.starts_with("rent:")).sort("date")
    names = fans["series"].unique(maintain_order=True).to_list()
    fleets = run.claim_terms.get("collateral_fleets", ())
    pledged = [f"rent:{run.entity('fleets', fleet).get('device')}" for fleet in fleets]
    chosen = next((name for name in pledged if name in names), names[0] if names else "")
    own = fans.filter((pl.col("series") == chosen) & (pl.col("date").cast(pl.String) <= run.maturity))
    return chosen.removeprefix("rent:"), own


def _ladder_points(run: RunFrames, column: str) -> Points:
    rows = run.ladder.filter(pl.col("balance") > 1.0).select("date", column).drop_nulls().iter_rows()
    return [(str(date)[:10], float(value)) for date, value in rows]


def contract_steps(run: RunFrames) -> list[tuple[str, Points]]:
    """Each contract on the pledged fleets: its id and its price from start to end."""
    fleets = set(run.claim_terms.get("collateral_fleets", ()))
    first, last = str(run.ladder["date"].min())[:10], run.maturity
    steps = []
    for contract in run.inputs.get("book", {}).get("contracts", ()):
        start, end = max(contract["start"], first), min(contract["end"], last)
        if start < end and (not fleets or contract["fleet"] in fleets):
            price = float(contract["price_usd_per_gpu_hour"])
            steps.append((contract["id"], [(start, price), (end, price)]))
    return steps


def build(run: RunFrames) -> Exhibit:
    """The rent fan of the pledged device with contract prices and the break-even rent."""
    device, fan = _fan(run)
    steps = contract_steps(run)
    break_even = _ladder_points(run, "break_even_rent")
    return Exhibit(
        "rent_fan",
        _title(run, device, fan, steps),
        _table(run, fan, steps),
        _chart(device, fan, steps, break_even, wide=True),
        _chart(device, fan, steps, break_even, wide=False),
        notes=(
            f"Market rent of one {device or 'machine'}-hour: median, 50 and 90 % of simulated paths under P. "
            "Contract price: paid on take-or-pay hours until the contract ends. Break-even: the rent on "
            "all hours at "
            "which cash flow equals debt service of the base case.",
        ),
        not_calculated=() if break_even else ("the break-even rent, because the run records none.",),
    )


def _title(run: RunFrames, device: str, fan: pl.DataFrame, steps: list[tuple[str, Points]]) -> str:
    if not steps:
        return f"No contract fixes the rent of {device}: every hour is sold at the market."
    end = max(points[-1][0] for _, points in steps)
    last = run.maturity
    if end[:7] >= last[:7]:
        return f"Contracts fix the rent of {device} to the loan's maturity in {print_.month(last)}."
    at = fan.filter(pl.col("date").cast(pl.String).str.slice(0, 7) >= end[:7])
    if not at.height:
        return f"Contracts end in {print_.month(end)}."
    row = at.row(0, named=True)
    return (
        f"Contracts end in {print_.month(end)}; the market then pays {print_.number(row['p50'], 'rent')} "
        "USD an hour "
        f"({print_.number(row['p05'], 'rent')} to {print_.number(row['p95'], 'rent')} on 90 % of paths)."
    )


def _table(run: RunFrames, fan: pl.DataFrame, steps: list[tuple[str, Points]]) -> Table:
    quantiles = {str(row["date"])[:10]: row for row in fan.iter_rows(named=True)}
    ladder = [row for row in run.ladder.iter_rows(named=True) if str(row["date"])[:10] <= run.maturity]
    rows: list[dict[str, Any]] = []
    for row in ladder[::12]:
        date = str(row["date"])[:10]
        prices = [points[0][1] for _, points in steps if points[0][0] <= date <= points[-1][0]]
        spot = quantiles.get(date, {})
        paid = [
            f"contracts.{name}.price_usd_per_gpu_hour"
            for name, points in steps
            if points[0][0] <= date <= points[-1][0]
        ]
        rows.append(
            {
                "date": date,
                "contract": max(prices) if prices else None,
                "reason": None if prices else "no contract then",
                "target": run.input_target(paid[0]) if paid else "",
                "break_even": row["break_even_rent"],
                "repaid": "no debt service then",
                **{name: spot.get(name) for name in ("p05", "p25", "p50", "p75", "p95")},
            }
        )
    columns = (
        Column("date", "date", "date"),
        Column("contract", "contract", "rent", reason="reason", target="target"),
        Column("break_even", "break-even", "rent", reason="repaid"),
        Column("p05", "5 %", "rent"),
        Column("p25", "25 %", "rent"),
        Column("p50", "median", "rent"),
        Column("p75", "75 %", "rent"),
        Column("p95", "95 %", "rent"),
    )
    schema = {
        "date": pl.String,
        "contract": pl.Float64,
        "reason": pl.String,
        "target": pl.String,
        "break_even": pl.Float64,
        "repaid": pl.String,
        **dict.fromkeys(("p05", "p25", "p50", "p75", "p95"), pl.Float64),
    }
    return Table(pl.DataFrame(rows, schema=schema), columns, "haircut", run.paths)


def _chart(
    device: str, fan: pl.DataFrame, steps: list[tuple[str, Points]], break_even: Points, *, wide: bool
) -> Spec | None:
    if not fan.height:
        return None
    columns = {name: [float(v) for v in fan[name]] for name in ("p05", "p25", "p50", "p75", "p95")}
    dates = [str(date)[:10] for date in fan["date"]]
    top = max([*columns["p95"], *(points[0][1] for _, points in steps)])
    top = min(top, 2.5 * max([columns["p50"][0], *(points[0][1] for _, points in steps)]))
    lines = [
        Line("market, median", list(zip(dates, columns["p50"], strict=True)), look.REALISABLE, short="market")
    ]
    lines += [
        Line("contract" if index == len(steps) - 1 else "", points, look.PAPER, weight=3.0)
        for index, (_, points) in enumerate(steps)
    ]
    lines += [Line("break-even", break_even, look.BREACH, list(look.DASHED), 2.5)] if break_even else []
    return time_chart(
        Canvas(
            wide,
            right=label_margin(["market, median" if wide else "break-even"]),
            height=300 if wide else 260,
        ),
        lines=lines,
        values=(0.0, top * 1.05),
        y_title=f"rent of {device}, USD per GPU-hour",
        y_format=".2f",
        bands=[
            Band(
                list(zip(dates, columns["p05"], columns["p95"], strict=True)),
                look.REALISABLE,
                0.12,
                "50 and 90 % of paths",
            ),
            Band(list(zip(dates, columns["p25"], columns["p75"], strict=True)), look.REALISABLE, 0.2),
        ],
    )
