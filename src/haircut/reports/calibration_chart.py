"""Pictures of calibrations and of out-of-sample bands: data in, SVG out."""

from __future__ import annotations

from pathlib import Path

from haircut.reports import look
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Rule, Spec, label_margin
from haircut.studies.calibrate.calibration import Picture, Trace

DASHES = {"observed": look.SOLID, "estimated": look.DASHED, "assumed": look.DOTTED}
COLOURS = {"observed": look.INK, "estimated": look.REALISABLE, "assumed": look.ASSUMED}
OPACITY = (0.16, 0.24)


def chart(picture: Picture, *, wide: bool = True) -> Spec:
    """The Vega-Lite spec of a picture: ranges behind, observed solid, estimated dashed, assumed dotted."""
    lines = [_line(trace) for trace in picture.traces]
    values = [value for trace in picture.traces for _, value in trace.points]
    values += [value for each in picture.ranges for _, low, high in each.rows for value in (low, high)]
    values += [level for _, level in picture.rules]
    low, high = min(values), max(values)
    margin = 0.06 * (high - low)
    bottom = 0.0 if 0.0 <= low < 0.35 * high else low - margin
    labels = [line.label for line in lines] or [""]
    return time_chart(
        Canvas(wide, right=label_margin(labels), height=300 if wide else 240),
        lines=lines,
        values=(bottom, high + margin),
        y_title=picture.y_title,
        y_format="percent" if picture.percent else ",.0f" if high >= 20.0 else "~g",
        bands=[
            Band(
                list(each.rows),
                look.REALISABLE if each.label or len(picture.ranges) > 1 else look.ASSUMED,
                opacity,
                each.label,
            )
            for each, opacity in zip(picture.ranges, OPACITY, strict=False)
        ],
        rules=[Rule(label, level) for label, level in picture.rules],
        dots=[_dots(trace) for trace in picture.traces if trace.dots],
    )


def write_pictures(pictures: tuple[Picture, ...], folder: Path | str) -> list[Path]:
    """Write each picture as SVG into a folder; a picture of this name is replaced."""
    from haircut.reports.picture import svg

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for picture in pictures:
        path = target / f"{picture.name}.svg"
        drawn = svg(chart(picture), name=picture.name, title=picture.title)
        path.write_text(drawn + "\n", encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _line(trace: Trace) -> Line:
    """A line; dots keep a line of no weight, which carries their label."""
    weight = 0.0 if trace.dots else 2.0 if trace.emphasis else 1.0
    colour = COLOURS[trace.basis] if trace.emphasis else look.GREY
    return Line(trace.label, list(trace.points), colour, list(DASHES[trace.basis]), weight, trace.step)


def _dots(trace: Trace) -> Spec:
    return {
        "data": {"values": [{"date": date, "value": value} for date, value in trace.points]},
        "mark": {"type": "point", "filled": True, "color": COLOURS[trace.basis], "size": 50, "opacity": 1},
        "encoding": {
            "x": {"field": "date", "type": "temporal"},
            "y": {"field": "value", "type": "quantitative"},
        },
    }
