"""Where two inputs together stop the loan: one line a limit, today's point marked."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import polars as pl

from haircut.reports import look
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.break_evens import HEADS
from haircut.studies.breakeven import VARIABLES, Contour

LINES: Final = {
    "min_dscr": (look.PAPER, look.SOLID),
    "nolv_ltv": (look.REALISABLE, look.DASHED),
    "principal_loss": (look.QUOTED, look.DOTTED),
}
SHORT: Final = {"min_dscr": "DSCR 1.00x", "nolv_ltv": "LTV (NOLV) 100 %", "principal_loss": "principal lost"}
FORMATS: Final = {"share": ".0%", "x": ".1f", "months": ".0f", "bp": ",.0f"}


def build(found: Contour) -> Exhibit:
    """The lines as a table and a picture."""
    across, up = VARIABLES[found.across], VARIABLES[found.up]
    nodes = sorted({point[0] for points in found.lines.values() for point in points})
    rows: list[dict[str, Any]] = [
        {"across": node, **{limit: dict(points).get(node) for limit, points in found.lines.items()}}
        for node in nodes
    ]
    schema = {"across": pl.Float64, **dict.fromkeys(found.lines, pl.Float64)}
    columns = (
        Column("across", across.title, across.unit),
        *(Column(limit, HEADS[limit], up.unit) for limit in found.lines),
    )
    drawn = any(len(points) > 1 for points in found.lines.values())
    return Exhibit(
        "break_even_contour",
        _sentence(found),
        Table(pl.DataFrame(rows, schema=schema), columns, "base case, two inputs moved"),
        _chart(found, wide=True) if drawn else None,
        _chart(found, wide=False) if drawn else None,
        notes=(f"Cells: the level of {up.title} at which the limit is reached; n/a: none in its range.",),
        not_calculated=() if drawn else ("lines, because no limit is reached in the ranges searched.",),
    )


def _sentence(found: Contour) -> str:
    across, up = VARIABLES[found.across].title, VARIABLES[found.up].title
    kept = [SHORT[name] for name, holds in found.kept.items() if holds]
    broken = [SHORT[name] for name, holds in found.kept.items() if holds is False]
    parts = []
    if kept:
        parts.append(f"{', '.join(kept)} kept")
    if broken:
        parts.append(f"{', '.join(broken)} broken")
    return f"{across.capitalize()} against {up}: today {'; '.join(parts) or 'no limit applies'}."


def _chart(found: Contour, *, wide: bool) -> Spec:
    labels = [SHORT[name] for name, points in found.lines.items() if points]
    right = round(max(map(text_width, labels))) + 16 if wide else 16
    canvas = Canvas(wide, right=right, height=300, left=56, top=44, bottom=48)
    (left, end), (low, high) = _domain(found)

    def x(value: float) -> float:
        return canvas.width * (value - left) / (end - left)

    def y(value: float) -> float:
        return canvas.height * (1.0 - (value - low) / (high - low))

    base: Spec = {
        "data": {"values": [{"a": left, "b": low}, {"a": end, "b": high}]},
        "mark": {"type": "point", "opacity": 0, "color": look.HAIRLINE},
        "encoding": {
            "x": _axis("a", (left, end), VARIABLES[found.across].unit, 6 if wide else 3),
            "y": _axis("b", (low, high), VARIABLES[found.up].unit, 5),
        },
    }
    strokes: list[Spec] = []
    ends: list[tuple[float, float, str]] = []
    for name, points in found.lines.items():
        colour, dash = LINES[name]
        for (a, b), (c, d) in pairwise(points):
            strokes.append(
                {"x": x(a), "y": y(b), "x2": x(c), "y2": y(d), "colour": colour, "weight": 2.0, "dash": dash}
            )
        if points:
            ends.append((x(points[-1][0]), y(points[-1][1]), SHORT[name]))
    first, second = found.today
    marks: list[Spec] = []
    if first is not None and second is not None and left <= first <= end and low <= second <= high:
        for sideways, down in ((-5, -5), (-5, 5)):
            strokes.append(
                {
                    "x": x(first) + sideways, "y": y(second) + down, "x2": x(first) - sideways,
                    "y2": y(second) - down, "colour": look.INK, "weight": 2.0,
                }
            )  # fmt: skip
        marks.append({"px": x(first) + 10, "py": y(second) - 10, "label": "today"})
    elif second is not None and low <= second <= high:
        strokes.append(_rule(0.0, canvas.width, y(second), y(second)))
        marks.append({"px": 4, "py": y(second) - 9, "label": f"today: {VARIABLES[found.up].title}"})
    elif first is not None and left <= first <= end:
        strokes.append(_rule(x(first), x(first), 0.0, canvas.height))
        marks.append({"px": x(first) + 6, "py": 10, "label": "today"})
    names = _apart(ends, wide)
    across, up = VARIABLES[found.across].title, VARIABLES[found.up].title
    marks += [
        {"px": -48, "py": -28, "label": up},
        {"px": max(0.0, canvas.width - text_width(across)), "py": canvas.height + 36, "label": across},
    ]
    return layered(canvas, [base, *segments(strokes), *text(names), *text(marks)])


def _rule(x: float, x2: float, y: float, y2: float) -> Spec:
    return {"x": x, "x2": x2, "y": y, "y2": y2, "colour": look.GREY, "weight": 1.0, "dash": look.DOTTED}


def _apart(ends: list[tuple[float, float, str]], wide: bool) -> list[Spec]:
    """Labels at line ends, pushed apart where they would meet."""
    rows: list[Spec] = []
    taken = -1e9
    for x, y, label in sorted(ends, key=lambda end: end[1]):
        down = max(y, taken + 16.0)
        taken = down
        rows.append({"px": x + 8 if wide else max(0.0, x - text_width(label)), "py": down, "label": label})
    return rows


def _domain(found: Contour) -> tuple[tuple[float, float], tuple[float, float]]:
    points = [point for line in found.lines.values() for point in line]
    spans = []
    for axis, unit in enumerate((VARIABLES[found.across].unit, VARIABLES[found.up].unit)):
        values = [point[axis] for point in points]
        today = found.today[axis]
        values += [] if today is None else [today]
        low, high = min(values), max(values)
        margin = 0.05 * (high - low or (1.0 if unit == "x" else 0.1))
        bottom, top = found.ranges[axis]
        spans.append((max(low - margin, bottom), min(high + margin, top)))
    return spans[0], spans[1]


def _axis(field: str, domain: tuple[float, float], unit: str, ticks: int) -> Spec:
    axis = {"title": None, "tickCount": ticks, "format": FORMATS[unit], "domain": False, "ticks": False}
    return {
        "field": field,
        "type": "quantitative",
        "axis": axis,
        "scale": {"domain": list(domain), "nice": False, "zero": False},
    }
