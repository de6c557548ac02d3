"""Debt service cover at each test date against its covenant."""

from __future__ import annotations

from typing import Any

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import CROSS, Canvas, Line, Points, Rule, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames


def tests(run: RunFrames) -> Points:
    """Test dates and DSCR of the base case."""
    rows = run.ladder.select("date", "dscr").iter_rows()
    return [(str(date)[:10], float(value)) for date, value in rows if value is not None and value == value]


def build(run: RunFrames) -> Exhibit:
    """DSCR by test date, breaches marked."""
    tested, covenant = tests(run), run.covenant("dscr")
    floor = float(covenant["minimum"]) if covenant else 1.0
    words = f"covenant {print_.number(floor, 'x')}" if covenant else "debt service 1.00x"
    rows: list[dict[str, Any]] = [
        {
            "date": date,
            "dscr": value,
            "headroom": value - floor,
            "state": "above" if value >= floor else "breach",
            "target": "measure:min_dscr",
        }
        for date, value in tested
    ]
    schema = {
        "date": pl.String,
        "dscr": pl.Float64,
        "headroom": pl.Float64,
        "state": pl.String,
        "target": pl.String,
    }
    columns = (
        Column("date", "test date", "date"),
        Column("dscr", "DSCR", "x", target="target"),
        Column("headroom", "headroom", "x"),
        Column("state", words),
    )
    return Exhibit(
        "cover_ratios",
        _title(tested, floor, words),
        Table(pl.DataFrame(rows, schema=schema), columns, "base case", run.paths),
        _chart(tested, floor, words, wide=True),
        _chart(tested, floor, words, wide=False),
        notes=(
            "DSCR: CFADS over debt service of the test window in the base case, which has no error of "
            "simulation.",
        ),
        not_calculated=() if tested else ("cover ratios, because no test date falls before maturity.",),
    )


def _title(tested: Points, floor: float, words: str) -> str:
    if not tested:
        return "No cover ratio is tested."
    date, low = min(tested, key=lambda point: point[1])
    first = next((point[0] for point in tested if point[1] < floor), None)
    lowest = f"lowest DSCR {print_.number(low, 'x')} in {print_.month(date)}"
    if first is None:
        return f"Cover stays above the {words}: {lowest}."
    return f"Cover falls below the {words} in {print_.month(first)}: {lowest}."


def _chart(tested: Points, floor: float, words: str, *, wide: bool) -> Spec | None:
    if not tested:
        return None
    values = [value for _, value in tested]
    low, high = min([*values, floor]), max([*values, floor])
    margin = max(0.1, 0.15 * (high - low))
    bottom = 0.0 if low - margin < 0.5 else low - margin
    dots: list[Spec] = []
    for colour, shape, kept in (
        (look.GOOD, "circle", [p for p in tested if p[1] >= floor]),
        (look.BREACH, CROSS, [p for p in tested if p[1] < floor]),
    ):
        if kept:
            dots.append(
                {
                    "data": {"values": [{"date": date, "value": value} for date, value in kept]},
                    "mark": {
                        "type": "point",
                        "shape": shape,
                        "filled": shape == "circle",
                        "color": colour,
                        "size": 50 if shape == "circle" else 90,
                        "opacity": 1,
                        "strokeWidth": 2,
                        "clip": False,
                    },
                    "encoding": {
                        "x": {"field": "date", "type": "temporal"},
                        "y": {"field": "value", "type": "quantitative"},
                    },
                }
            )
    return time_chart(
        Canvas(wide, right=128 if wide else label_margin(["DSCR"]), height=240 if wide else 220),
        lines=[Line("DSCR", tested, look.PAPER, weight=1.5)],
        values=(max(bottom, min(values) - margin), high + margin),
        y_title="DSCR, x",
        y_format=".2f",
        rules=[Rule(words, floor)],
        dots=dots,
    )
