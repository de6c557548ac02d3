"""Values with standard errors, one row each, to one Vega-Lite spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart_parts import Canvas, Spec, label_margin, layered, segments, text, text_width

ROW = 34


@dataclass(frozen=True)
class Whisker:
    """One value with its error; `strong` marks the row that the others are compared with."""

    label: str
    value: float
    std_error: float | None
    colour: str
    strong: bool = False


def whisker_chart(
    rows: Sequence[Whisker],
    title: str,
    rule: tuple[str, float] | None,
    *,
    wide: bool,
    bars: bool = False,
    unit: str = "bp",
) -> Spec:
    """Points (or bars from zero) with whiskers of two standard errors, each labelled with its number.

    Args:
        rows: from top to bottom.
        title: quantity and unit of the axis, printed above it.
        rule: label and level of a threshold, or None.
        wide: for 720 px; else labels stand above their rows, for 342 px.
        bars: draw from zero.
        unit: of the values, bp or share.
    """
    row = ROW if wide else ROW + 16
    left = round(max(text_width(item.label) for item in rows)) + 12 if wide else 4
    numbers_shown = [f"{print_.number(r.value, unit)} ± {print_.error(r.std_error, unit)}" for r in rows]
    canvas = Canvas(
        wide, right=label_margin(numbers_shown) - 12, height=row * len(rows), left=left, top=46, bottom=28
    )
    ends = [item.value + side * 2 * (item.std_error or 0.0) for item in rows for side in (-1, 1)]
    ends += [0.0] if bars else []
    ends += [rule[1]] if rule else []
    low, high = min(ends), max(ends)
    margin = 0.05 * (high - low or 1.0)
    low, high = (low - margin if low < 0 or not bars else 0.0), high + margin

    def x(value: float) -> float:
        return canvas.width * (value - low) / (high - low)

    layers: list[Spec] = [
        {
            "data": {"values": [{"v": low}, {"v": high}]},
            "mark": {"type": "point", "opacity": 0, "color": look.HAIRLINE},
            "encoding": {
                "x": {
                    "field": "v",
                    "type": "quantitative",
                    "scale": {"domain": [low, high], "nice": False, "zero": False},
                    "axis": {
                        "title": None,
                        "tickCount": 6 if wide else 3,
                        "format": ",.0%" if unit == "share" else ",.0f",
                        "domain": False,
                        "ticks": False,
                    },
                }
            },
        }
    ]
    strokes: list[Spec] = []
    numbers, names = [], []
    dots = []
    for index, item in enumerate(rows):
        y = row * (index + 0.5) if wide else row * index + 34
        here, spread = x(item.value), 2 * (item.std_error or 0.0)
        if bars:
            strokes.append(
                {
                    "x": x(0.0),
                    "x2": here,
                    "y": y,
                    "y2": y,
                    "colour": item.colour,
                    "weight": 16 if item.strong else 11,
                }
            )
        strokes.append(
            {
                "x": x(item.value - spread),
                "x2": x(item.value + spread),
                "y": y,
                "y2": y,
                "colour": look.INK,
                "weight": 1.5,
            }
        )
        for side in (-1, 1):
            end = x(item.value + side * spread)
            strokes.append({"x": end, "x2": end, "y": y - 5, "y2": y + 5, "colour": look.INK, "weight": 1.5})
        dots.append({"px": here, "py": y})
        numbers.append({"px": canvas.width + 8, "py": y, "label": numbers_shown[index]})
        names.append({"px": -left, "py": y if wide else y - 20, "label": item.label})
    if bars:
        strokes.append(
            {"x": x(0.0), "x2": x(0.0), "y": 0, "y2": canvas.height, "colour": look.GREY, "weight": 1}
        )
    if rule:
        at = x(rule[1])
        strokes.insert(
            0,
            {
                "x": at,
                "x2": at,
                "y": -4,
                "y2": canvas.height,
                "colour": look.QUOTED,
                "weight": 1.5,
                "dash": look.DASHED,
            },
        )
    layers += segments(strokes)
    if not bars:
        layers.append(
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 70, "color": look.REALISABLE, "opacity": 1},
                "encoding": {
                    "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
                    "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
                },
            }
        )
    layers += text(numbers) + text(names) + text([{"px": -left, "py": -36, "label": title}], bold=False)
    if rule:
        px = min(max(0.0, x(rule[1]) - text_width(rule[0]) / 2), canvas.width - text_width(rule[0]))
        layers += text([{"px": px, "py": -14, "label": rule[0]}], bold=True)
    return layered(canvas, layers)
