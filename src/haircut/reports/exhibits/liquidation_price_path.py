"""A sale month by month: the mark, what one unit alone would fetch, what the lots fetch at three depths."""

from __future__ import annotations

import datetime

import polars as pl

from haircut.reports import look
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Points, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.scenario_fan import month_date
from haircut.studies.liquidate import Liquidation, SaleAtDepth

NAMES = ("a third of the depth", "the market's depth", "three times the depth")
LEGEND = "; orange: lots at the market's depth, 50 and 90 % of paths"
SHORT = ("x 1/3", "x 1", "x 3")


def build(found: Liquidation) -> Exhibit:
    """Table and picture of a sale."""
    return Exhibit(
        "liquidation_price_path",
        found.sentence(),
        _table(found),
        _chart(found, wide=True),
        _chart(found, wide=False),
        notes=(
            f"Mark and undisturbed price are expected today; lots sell at {_depth(found.sale)} with 50 and 90 % of "
            f"{found.paths:,} simulated paths, seed {found.seed}; at a third and three times the depth in grey, dotted "
            "because depth is assumed. A lot's price holds for its month and is before the cost of a sale.",
        ),
    )


def _depth(sale: SaleAtDepth) -> str:
    depth = sale.depth_units_a_month
    return "a depth without limit" if depth is None else f"a depth of {depth:,.0f} units a month"


def _table(found: Liquidation) -> Table:
    rows = [
        {
            "date": month_date(found.as_of, lot.month),
            "units": lot.units,
            "unsold": lot.unsold,
            "mark": found.marks[lot.month][1],
            "undisturbed": lot.undisturbed_usd,
            "price": lot.price_usd,
            "p05": point.p05,
            "p95": point.p95,
            "net": lot.net_usd,
        }
        for lot, point in zip(found.sale.schedule, found.sale.prices, strict=True)
    ]
    columns = (
        Column("date", "month from", "date"),
        Column("units", "units", "count"),
        Column("unsold", "unsold", "count"),
        Column("mark", "mark, USD", "count"),
        Column("undisturbed", "one alone", "count"),
        Column("price", "price", "count"),
        Column("p05", "5 %", "count"),
        Column("p95", "95 %", "count"),
        Column("net", "net", "usd"),
    )
    return Table(pl.DataFrame(rows), columns, "sale from today", found.paths)


def _chart(found: Liquidation, *, wide: bool) -> Spec:
    last = max(sale.months for sale in found.sales)
    own = look.REALISABLE
    lines = [
        Line("mark", _dates(found.as_of, found.marks, last), look.PAPER),
        Line(
            "one unit alone",
            _dates(found.as_of, found.undisturbed, last),
            look.GREY,
            list(look.DASHED),
            short="one",
        ),
        *(_lots(found, sale) for sale in found.sales),
    ]
    bands = [
        Band(
            _stair_rows(found.as_of, [(p.month, getattr(p, low), getattr(p, high)) for p in found.sale.prices]),
            own, opacity,
        )
        for low, high, opacity in (("p05", "p95", 0.12), ("p25", "p75", 0.2))
    ]  # fmt: skip
    every = max(1, -(-last // (6 if wide else 2)))
    top = 1.08 * max(value for _, value in found.marks[: last + 1])
    height = 340 if wide else 280
    return time_chart(
        Canvas(wide, right=label_margin(["one unit alone" if wide else "mark"]), height=height, left=54),
        lines=lines,
        values=(0.0, top),
        y_title=f"{found.device}, USD per unit{LEGEND if wide else ''}",
        y_format=",.0f",
        bands=bands,
        dots=_ends(found, 19.0 * top / height, wide=wide),
        x_ticks=[month_date(found.as_of, month) for month in range(0, last + 1, every)],
    )


def _lots(found: Liquidation, sale: SaleAtDepth) -> Line:
    """Prices of the lots; dotted where the depth is not the market's own."""
    points = _stairs(found.as_of, [(lot.month, lot.price_usd) for lot in sale.schedule])
    if sale is found.sale:
        return Line("", points, look.REALISABLE, weight=2.5)
    return Line("", points, look.ASSUMED, list(look.DOTTED))


def _ends(found: Liquidation, apart: float, *, wide: bool) -> list[Spec]:
    """A dot where each sale ends, and over it, above the bands, how long it took at which depth.

    The sale that ends first has the lowest label, so that no leader runs through a label that ends at its own.
    """
    last = max(sale.months for sale in found.sales)
    lowest = max([point.p95 for point in found.sale.prices] + [value for _, value in found.undisturbed])
    rows: list[Spec] = []
    for name, short, sale in sorted(
        zip(NAMES, SHORT, found.sales, strict=True), key=lambda item: item[2].months
    ):
        date, price = _stairs(found.as_of, [(lot.month, lot.price_usd) for lot in sale.schedule])[-1]
        months = f"{sale.months} month{'s' if sale.months > 1 else ''}"
        rows.append(
            {
                "date": date,
                "value": price,
                "at": lowest + (len(rows) + 0.8) * apart,
                "label": f"sold in {months} at {name}" if wide else f"{short}: {months}",
                "align": "right" if sale.months > 0.4 * last else "left",
            }
        )
    x: Spec = {"field": "date", "type": "temporal"}
    y: Spec = {"field": "value", "type": "quantitative"}
    layers: list[Spec] = [
        {"data": {"values": rows}, "mark": {"type": "rule", "color": look.GREY, "strokeWidth": 0.8},
         "encoding": {"x": x, "y": y, "y2": {"field": "at"}}},
        {"data": {"values": rows},
         "mark": {"type": "point", "filled": True, "size": 36, "color": look.INK, "opacity": 1},
         "encoding": {"x": x, "y": y}},
    ]  # fmt: skip
    for row in rows:
        mark: Spec = {"type": "text", "align": row["align"], "dy": -8, "dx": 2 if row["align"] == "right" else -2,
                      "baseline": "middle", "fontSize": look.LABEL_SIZE, "clip": False}  # fmt: skip
        encoding: Spec = {"x": x, "y": {**y, "field": "at"}, "text": {"field": "label", "type": "nominal"}}
        halo = {**mark, "stroke": "white", "strokeWidth": 3, "strokeJoin": "round", "color": "white"}
        layers += [
            {"data": {"values": [row]}, "mark": style, "encoding": encoding}
            for style in (halo, {**mark, "color": look.INK})
        ]
    return layers


def _dates(as_of: datetime.date, points: tuple[tuple[int, float], ...], last: int) -> Points:
    return [(month_date(as_of, month), value) for month, value in points if month <= last]


def _stair_rows(as_of: datetime.date, rows: list[tuple[int, float, float]]) -> list[tuple[str, float, float]]:
    """Each row holds from its month to the day before the next."""
    found = []
    for month, low, high in rows:
        end = datetime.date.fromisoformat(month_date(as_of, month + 1)) - datetime.timedelta(days=1)
        found += [(month_date(as_of, month), low, high), (end.isoformat(), low, high)]
    return found


def _stairs(as_of: datetime.date, points: list[tuple[int, float]]) -> Points:
    return [(date, value) for date, value, _ in _stair_rows(as_of, [(m, v, v) for m, v in points])]
