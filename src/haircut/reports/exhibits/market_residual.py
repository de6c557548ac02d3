"""What a machine may be worth later by four models, with every price that was paid, asked or named for one."""

from __future__ import annotations

import datetime
from typing import Any

import polars as pl

from haircut.machines.view.residual import CurvePoint, ResidualPage
from haircut.reports import look
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table

SHAPES = {
    "executed": "circle",
    "ask": "triangle-up",
    "appraisal": "diamond",
    "income": "cross",
    "anchor": "square",
}
STYLES = {
    "income": (look.REALISABLE, look.SOLID, 2.5),
    "floor_decay": (look.GREY, look.DASHED, 1.6),
    "band": (look.ASSUMED, look.DOTTED, 2.0),
    "book": (look.PAPER, look.DASH_DOT, 2.0),
}


def build(page: ResidualPage) -> Exhibit:
    """Table and picture of a page of residual values."""
    return Exhibit(
        "market_residual",
        page.sentence(),
        _table(page),
        _chart(page, wide=True),
        _chart(page, wide=False),
        notes=_notes(page),
        not_calculated=tuple(f"{name}, because {why}." for name, why in page.unavailable.items()),
    )


def _notes(page: ResidualPage) -> tuple[str, ...]:
    retire = [
        f"{share} % in {months:.0f}" if months is not None else f"{share} % not within {page.horizon_months}"
        for share, months in zip((25, 50, 75), page.retirement_months, strict=True)
    ]
    notes = [
        "Income: what a unit with its whole life ahead still earns its owner, median and 90 % of paths; no basis of a "
        "sale in it. Floor decay: the one rate that fits every quote on age since launch, floor 10 % of new. Band: "
        "the widest of the published tables. Book: straight line from launch. Past a model's oldest quote the line is "
        "extrapolated.",
        f"Retired: {', '.join(retire)} months (maximum age {page.horizon_months} if not earlier).",
    ]
    seen = [item for item in page.observed if item.diagnostic_return is not None]
    if seen:
        notes.append(
            f"Return that would reproduce each quote, a diagnostic that nothing uses (the model's is "
            f"{page.required_return:.0%}): "
            + ", ".join(f"{item.kind} {item.value:,.0f} {item.diagnostic_return:.0%}" for item in seen)
            + "."
        )
    return tuple(notes)


def _table(page: ResidualPage) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "what": f"value, {name}",
            "value": value,
            "date": page.as_of.isoformat(),
            "share": None,
            "rate": None,
            "none": "",
        }
        for name, value in zip(
            ("today", *page.regimes), (page.value_today, *page.value_by_regime), strict=True
        )
    ]
    for name, points in page.curves.items():
        for year in (1, 3, 5):
            for point in (item for item in points if item.month == 12 * year):
                rows.append({
                    "what": f"{name}, in {year} year{'s' if year > 1 else ''} ({point.basis})", "value": point.value,
                    "date": _day(page, 12 * year), "share": None, "rate": None, "none": "",
                })  # fmt: skip
    rows += [
        {"what": item.kind, "value": item.value, "date": item.date.isoformat(), "share": item.share_of_value,
         "rate": item.diagnostic_return, "none": "not_applicable"}
        for item in page.observed
    ]  # fmt: skip
    columns = (
        Column("what", "what"),
        Column("date", "date", "date"),
        Column("value", "USD per unit", "count"),
        Column("share", "share of value today", "share", reason="none"),
        Column("rate", "diagnostic return", "share", reason="none"),
    )
    schema = {"what": pl.String, "value": pl.Float64, "date": pl.String, "share": pl.Float64, "rate": pl.Float64,
              "none": pl.String}  # fmt: skip
    return Table(pl.DataFrame(rows, schema=schema), columns, "market")


def _day(page: ResidualPage, month: int) -> str:
    first = page.as_of.year * 12 + page.as_of.month - 1 + month
    return datetime.date(first // 12, first % 12 + 1, min(page.as_of.day, 28)).isoformat()


def _points(page: ResidualPage, curve: tuple[CurvePoint, ...], name: str) -> list[Any]:
    return [(_day(page, point.month), getattr(point, name)) for point in curve]


def _chart(page: ResidualPage, *, wide: bool) -> Spec | None:
    lines = [
        Line(
            name.replace("_", " "),
            _points(page, curve, "value"),
            STYLES[name][0],
            list(STYLES[name][1]),
            STYLES[name][2],
        )
        for name, curve in page.curves.items()
    ]
    prices = [item.value for item in page.observed]
    top = 1.06 * max([*prices, max(point.value for point in page.curves["income"]), page.new_price])
    income = page.curves["income"]
    height = 340 if wide else 280
    bands = [Band([(_day(page, p.month), p.low, p.high) for p in income], look.REALISABLE, 0.15)]
    if "band" in page.curves:
        bands.append(
            Band([(_day(page, p.month), p.low, p.high) for p in page.curves["band"]], look.ASSUMED, 0.25)
        )
    chart = time_chart(
        Canvas(wide, right=label_margin(["floor decay"]), height=height, left=54),
        lines=lines,
        values=(0.0, top),
        y_title=f"{page.device}, USD per unit (marks: prices of used units)",
        y_format=",.0f",
        bands=bands,
        dots=_dots(page, 15.0 * top / height if wide else 0.0),
    )
    return chart


def _labels(page: ResidualPage, apart: float) -> list[Spec]:
    """Height of each mark's label: neighbours within a year and a half are moved `apart`."""
    placed: list[Spec] = []
    for item in sorted(page.observed, key=lambda item: -item.value):
        near = [row["at"] for row in placed if abs((row["day"] - item.date).days) < 550]
        at = min([item.value, *(height - apart for height in near if height - apart < item.value)])
        placed.append({"kind": item.kind, "date": item.date.isoformat(), "day": item.date, "at": at})
    return [{name: row[name] for name in ("kind", "date", "at")} for row in placed]


def _dots(page: ResidualPage, apart: float) -> list[Spec]:
    """Marks of the quotes, one shape a kind; labels where `apart` is above 0."""
    layers: list[Spec] = []
    for kind, shape in SHAPES.items():
        rows = []
        for item in page.observed:
            low, high = item.range or (item.value, item.value)
            if item.kind == kind:
                rows.append({"date": item.date.isoformat(), "value": item.value, "low": low, "high": high})
        if not rows:
            continue
        x: Spec = {"field": "date", "type": "temporal"}
        y: Spec = {"field": "value", "type": "quantitative"}
        layers += [
            {"data": {"values": rows}, "mark": {"type": "rule", "color": look.INK, "strokeWidth": 1.2},
             "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"data": {"values": rows},
             "mark": {"type": "point", "shape": shape, "filled": kind == "executed", "size": 75, "color": look.INK,
                      "fill": look.INK if kind == "executed" else "white", "opacity": 1, "strokeWidth": 1.5},
             "encoding": {"x": x, "y": y}},
        ]  # fmt: skip
    if apart > 0.0:
        mark = {"type": "text", "align": "right", "dx": -9, "fontSize": look.LABEL_SIZE}
        halo = {**mark, "stroke": "white", "strokeWidth": 4, "color": "white"}
        encoding: Spec = {
            "x": {"field": "date", "type": "temporal"},
            "y": {"field": "at", "type": "quantitative"},
        }
        encoding["text"] = {"field": "kind", "type": "nominal"}
        below = [{"data": {"values": _labels(page, apart)}, "mark": style, "encoding": encoding}
                 for style in (halo, {**mark, "color": look.INK})]  # fmt: skip
        return [*below, *layers]
    return layers
