"""One driver: its history as it was, and the fan of its simulated paths."""

from __future__ import annotations

import datetime

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Rule, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.scenarios.history import History, history
from haircut.scenarios.portrait import QUANTILES, Fan, Portrait

SHARES = ("funding_spread", "rate")
NAMES = ("p05", "p25", "p50", "p75", "p95")


def unit_of(driver: str) -> str:
    """The unit of print of a driver."""
    return {"rent": "rent", "funding_spread": "share", "rate": "share"}.get(driver, "number")


def month_date(as_of: datetime.date, month: int) -> str:
    """The date `month` months after the as-of date, as ISO text."""
    months = as_of.month - 1 + month
    first = datetime.date(as_of.year + months // 12, months % 12 + 1, 1)
    last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(as_of.day, last.day)).isoformat()


def build(portrait: Portrait, fan: Fan) -> Exhibit:
    """The fan of one driver with its history.

    Args:
        portrait: of the case.
        fan: one of its fans.
    """
    past = history(fan.driver.name, portrait.as_of)
    label = f"{fan.driver.label}, {fan.driver.unit}"
    notes = [
        f"Median, 50 and 90 % of {min(portrait.paths, 2000):,} simulated paths under P, seed {portrait.seed}.",
        _history_note(past),
    ]
    return Exhibit(
        f"scenario_fan_{fan.driver.name}",
        _title(portrait, fan),
        _table(portrait, fan),
        _chart(portrait, fan, past, label, wide=True),
        _chart(portrait, fan, past, label, wide=False),
        notes=tuple(notes),
    )


def _history_note(past: History | None) -> str:
    if past is None:
        return "No history of it comes with haircut."
    return f"History: {past.label}, last observation of a month, {past.file}; not spliced to today's value."


def _title(portrait: Portrait, fan: Fan) -> str:
    at = min(12, portrait.months)
    low, middle, high = (
        print_.in_sentence(_shown(fan, row, at), unit_of(fan.driver.name)) for row in (0, 2, 4)
    )
    return (
        f"In {at} months {fan.driver.label} is {middle} in the median and lies between {low} and {high} on 90 % "
        "of paths."
    )


def _shown(fan: Fan, row: int, month: int) -> float:
    """A quantile as it is printed: large numbers to three digits."""
    value = float(fan.quantiles[row, month])
    return float(f"{value:.3g}") if unit_of(fan.driver.name) == "number" else value


def _table(portrait: Portrait, fan: Fan) -> Table:
    unit = unit_of(fan.driver.name)
    months = sorted({0, *range(6, portrait.months + 1, 6)})
    rows = [
        {
            "date": month_date(portrait.as_of, month),
            **{name: _shown(fan, row, month) for row, name in enumerate(NAMES)},
            "mean": float(f"{fan.mean[month]:.3g}") if unit == "number" else float(fan.mean[month]),
        }
        for month in months
    ]
    heads = [f"{100.0 * q:.0f} %" for q in QUANTILES]
    heads[2] = "median"
    columns = [Column("date", "date", "date")]
    columns += [Column(name, head, unit) for name, head in zip(NAMES, heads, strict=True)]
    columns.append(Column("mean", "mean", unit))
    return Table(pl.DataFrame(rows), tuple(columns), "drivers under P", min(portrait.paths, 2000))


def _chart(portrait: Portrait, fan: Fan, past: History | None, label: str, *, wide: bool) -> Spec:
    dates = [month_date(portrait.as_of, month) for month in range(portrait.months + 1)]
    columns = [[float(value) for value in row] for row in fan.quantiles]
    lines = [Line("median", list(zip(dates, columns[2], strict=True)), look.REALISABLE)]
    top = max(columns[4])
    if past is not None:
        points = [(date.isoformat(), value) for date, value in past.points]
        lines.append(Line("", points, look.INK, weight=1.5))
        label += "; history black"
        top = max(top, *(value for _, value in points))
    lowest = min([*columns[0], *([value for _, value in past.points] if past is not None else [])])
    form = "percent" if fan.driver.name in SHARES else _format(top)
    return time_chart(
        Canvas(wide, right=label_margin(["median"]), height=280 if wide else 240, left=60),
        lines=lines,
        values=(min(0.0, lowest), top * 1.05),
        y_title=label.replace("per year", "% a year") if form == "percent" else label,
        y_format=form,
        bands=[
            Band(
                list(zip(dates, columns[0], columns[4], strict=True)), look.REALISABLE, 0.12,
                "50 and 90 % of paths",
            ),
            Band(list(zip(dates, columns[1], columns[3], strict=True)), look.REALISABLE, 0.2),
        ],
        rules=[Rule("", 0.0, look.HAIRLINE)] if lowest < 0.0 else [],
    )  # fmt: skip


def _format(top: float) -> str:
    return ".2f" if top < 10.0 else (",.0f" if top < 1e5 else "~s")
