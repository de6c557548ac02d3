"""Lines, bands, rules and crossings over dates to one Vega-Lite spec."""

from __future__ import annotations

from collections.abc import Sequence

from haircut.reports.chart_labels import band_label, crossings, end_labels, rule_labels
from haircut.reports.chart_parts import (
    Band,
    Box,
    Canvas,
    Line,
    Mark,
    Rule,
    Scale,
    Spec,
    layered,
    segments,
    text,
)


def _axes(
    canvas: Canvas,
    scale: Scale,
    y_format: str,
    y_ticks: Sequence[float] | None,
    x_ticks: Sequence[str] | None,
) -> Spec:
    years = sorted({date[:4] for date in scale.dates})
    span = int(years[-1]) - int(years[0])
    every = max(1, round(span / (7 if canvas.wide else 3)))
    ticks = [f"{year}-01-01" for year in range(int(years[0]), int(years[-1]) + 1)]
    shown = [date for date in ticks if scale.dates[0] <= date <= scale.dates[1]][:: every or 1]
    x_format = "%Y"
    if x_ticks is not None:
        shown, x_format = list(x_ticks), "%b %Y"
    y_axis: Spec = {"title": None, "format": y_format, "domain": False, "ticks": False}
    if y_format == "percent":  # the unit stands in the chart's heading, not at each tick
        y_axis |= {"format": ".0f", "labelExpr": "format(100 * datum.value, '.0f')"}
    y_axis |= {"values": list(y_ticks)} if y_ticks else {"tickCount": 5}
    return {
        "x": {
            "field": "date",
            "type": "temporal",
            "scale": {"type": "utc", "domain": list(scale.dates), "nice": False},
            "axis": {
                "title": None,
                "format": x_format,
                "values": shown,
                "grid": False,
                "labelAlign": "center",
            },
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "scale": {"domain": list(scale.values), "nice": False, "zero": False},
            "axis": y_axis,
        },
    }


def time_chart(
    canvas: Canvas,
    *,
    lines: Sequence[Line],
    values: tuple[float, float],
    y_title: str,
    y_format: str,
    bands: Sequence[Band] = (),
    rules: Sequence[Rule] = (),
    marks: Sequence[Mark] = (),
    dots: Sequence[Spec] = (),
    y_ticks: Sequence[float] | None = None,
    x_ticks: Sequence[str] | None = None,
) -> Spec:
    """Lines over dates with bands behind, thresholds across, crossings annotated and labels at line ends.

    Args:
        canvas: wide or narrow frame.
        lines: in the order of drawing; each ends with its label at the right.
        values: y domain; what exceeds it is clipped, and a note must say so.
        y_title: quantity and unit, printed above the axis.
        y_format: d3 format of the y ticks, or "percent" for shares.
        bands: drawn first.
        rules: horizontal thresholds with a label inside the plot.
        marks: annotated points.
        dots: extra layers in data coordinates, drawn after the lines.
        y_ticks: tick values, or None for about five.
        x_ticks: dates labelled by month, for a chart of months; None for years.
    """
    dates = [date for line in lines for date, _ in line.points]
    dates += [row[0] for band in bands for row in band.rows]
    scale = Scale(canvas, (min(dates), max(dates)), values)
    axes = _axes(canvas, scale, y_format, y_ticks, x_ticks)
    layers: list[Spec] = []
    for band in bands:
        layers.append(
            {
                "data": {"values": [{"date": d, "value": low, "high": high} for d, low, high in band.rows]},
                "mark": {"type": "area", "color": band.colour, "opacity": band.opacity, "clip": True},
                "encoding": {**axes, "y2": {"field": "high"}},
            }
        )
    layers += segments(
        [
            {
                "x": 0,
                "x2": canvas.width,
                "y": scale.y(rule.level),
                "y2": scale.y(rule.level),
                "colour": rule.colour,
                "dash": rule.dash,
                "weight": 1.2,
            }
            for rule in rules
            if values[0] <= rule.level <= values[1]
        ]
    )
    for line in lines:
        layers.append(
            {
                "data": {"values": [{"date": date, "value": value} for date, value in line.points]},
                "mark": {
                    "type": "line",
                    "color": line.colour,
                    "strokeWidth": line.weight,
                    "clip": True,
                    "strokeDash": line.dash,
                    **({"interpolate": "step-after"} if line.step else {}),
                },
                "encoding": axes,
            }
        )
    layers += dots
    layers += end_labels(canvas, scale, lines)
    boxes: list[Box] = []
    layers += crossings(canvas, scale, lines, marks, axes, boxes)
    layers += rule_labels(canvas, scale, lines, rules, boxes)
    layers += band_label(canvas, scale, bands, lines, boxes)
    layers += text([{"px": -canvas.left, "py": -16, "label": y_title}])
    return layered(canvas, layers)
