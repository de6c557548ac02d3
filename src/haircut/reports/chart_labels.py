"""Where a chart's labels stand: at line ends, on rules, by crossings, in bands; never on each other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from haircut.reports.chart_parts import (
    CROSS,
    Band,
    Box,
    Canvas,
    Line,
    Mark,
    Rule,
    Scale,
    Spec,
    segments,
    text,
    text_width,
)
from haircut.reports.declutter import spread_labels

LABEL_GAP = 17.0


def end_labels(canvas: Canvas, scale: Scale, lines: Sequence[Line]) -> list[Spec]:
    """Labels at the ends of lines, moved apart, each led to by a stroke in its line's colour and dash."""
    labelled = [line for line in lines if line.label and line.points]
    low, high = scale.values
    ends = [scale.y(min(max(line.points[-1][1], low), high)) for line in labelled]
    # Lines that end together are told apart by where they come from.
    hints = [sum(scale.y(value) for _, value in line.points) / len(line.points) for line in labelled]
    wanted = [end + 1e-3 * hint for end, hint in zip(ends, hints, strict=True)]
    placed = spread_labels(wanted, LABEL_GAP, 4.0, canvas.height - 2.0)
    rows, strokes = [], []
    for line, end, position in zip(labelled, ends, placed, strict=True):
        x = scale.x(line.points[-1][0])
        strokes.append(
            {
                "x": x,
                "y": end,
                "x2": canvas.width + 16,
                "y2": position,
                "colour": line.colour,
                "weight": min(line.weight, 2.0),
                "dash": line.dash,
            }
        )
        label = line.label if canvas.wide else (line.short or line.label)
        rows.append({"px": canvas.width + 20, "py": position, "label": label})
    return segments(strokes) + text(rows)


def rule_labels(
    canvas: Canvas, scale: Scale, lines: Sequence[Line], rules: Sequence[Rule], taken: list[Box]
) -> list[Spec]:
    """Labels of thresholds inside the plot, where the fewest lines pass; adds the boxes to `taken`."""
    rows: list[Spec] = []
    for rule in rules:
        if not scale.values[0] <= rule.level <= scale.values[1]:
            continue
        width, y = text_width(rule.label), scale.y(rule.level)
        places = [4.0 + step * (canvas.width - width - 4.0) / 8 for step in range(9)]
        boxes = [(px, y + side - 8, px + width, y + side + 8) for side in (-9, 10) for px in places]
        box = min(boxes, key=lambda box: _clutter(box, scale, lines, taken))
        taken.append(box)
        rows.append({"px": box[0], "py": box[1] + 8, "label": rule.label})
    return text(rows)


def _trace(scale: Scale, line: Line) -> list[tuple[float, float]]:
    """A line's points in pixels, with three more between any two; found once for each line of a picture."""
    if id(line) in scale.traces:
        return scale.traces[id(line)]
    ends = [(scale.x(date), scale.y(value)) for date, value in line.points]
    between = [
        (a[0] + step * (b[0] - a[0]) / 4, a[1] + step * (b[1] - a[1]) / 4)
        for a, b in itertools.pairwise(ends)
        for step in range(4)
    ]
    scale.traces[id(line)] = between + ends[-1:]
    return scale.traces[id(line)]


def _clutter(
    box: Box,
    scale: Scale,
    lines: Sequence[Line],
    taken: Sequence[Box],
) -> int:
    left, top, right, bottom = box
    hits = sum(
        1 for line in lines for x, y in _trace(scale, line) if left <= x <= right and top <= y <= bottom
    )
    return hits + 100 * sum(
        1 for other in taken if left < other[2] and right > other[0] and top < other[3] and bottom > other[1]
    )


def crossings(
    canvas: Canvas,
    scale: Scale,
    lines: Sequence[Line],
    marks: Sequence[Mark],
    axes: Spec,
    taken: list[Box],
) -> list[Spec]:
    """Annotated points: a cross, and a label that covers no other; adds the boxes to `taken`."""
    if not marks:
        return []
    points = [{"date": mark.at[0], "value": mark.at[1], "colour": mark.colour} for mark in marks]
    layers: list[Spec] = [
        {
            "data": {"values": points},
            "mark": {
                "type": "point",
                "shape": shape,
                "size": size,
                "strokeWidth": 2.5,
                "filled": filled,
                "opacity": 1,
                "clip": False,
            },
            "encoding": {**axes, "color": {"field": "colour", "type": "nominal", "scale": None}},
        }
        for shape, size, filled in ((CROSS, 130, False),)
    ]
    rows = []
    boxes = taken
    for mark in marks:
        x, y, width = scale.x(mark.at[0]), scale.y(mark.at[1]), 1.12 * text_width(mark.label)
        sides = (min(x + 10, canvas.width - width), max(0.0, x - 10 - width))
        options = [
            (px, y + offset - 8, px + width, y + offset + 8)
            for offset in (-16, 18, -34, 36, -52, 54, -70)
            for px in sides
        ]
        inside = [box for box in options if box[1] >= -8 and box[3] <= canvas.height] or options
        box = min(inside, key=lambda box: (_clutter(box, scale, lines, boxes), inside.index(box)))
        boxes += [box, (x - 8, y - 8, x + 8, y + 8)]
        rows.append({"px": box[0], "py": (box[1] + box[3]) / 2, "label": mark.label})
    return layers + text(rows, bold=True)


def band_label(
    canvas: Canvas,
    scale: Scale,
    bands: Sequence[Band],
    lines: Sequence[Line],
    taken: list[Box],
) -> list[Spec]:
    """The first band's label inside it, where the fewest lines and labels stand."""
    if not bands or not bands[0].label or not bands[0].rows:
        return []
    width = text_width(bands[0].label)
    choices = []
    for date, low, high in bands[0].rows:
        x, top, bottom = scale.x(date), max(0.0, scale.y(high)), min(float(canvas.height), scale.y(low))
        if not width / 2 < x < canvas.width - width / 2 or bottom - top < 22:
            continue
        for y in (top + 12, bottom - 12, (top + bottom) / 2):
            box = (x - width / 2, y - 8, x + width / 2, y + 8)
            choices.append((_clutter(box, scale, lines, taken), -(bottom - top), box))
    if not choices:
        return []
    box = min(choices)[2]
    taken.append(box)
    return text([{"px": box[0], "py": box[1] + 8, "label": bands[0].label}])
