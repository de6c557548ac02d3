"""Joint stress: how much likelier two falls are together than if they were independent, by coupling."""

from __future__ import annotations

import polars as pl

from haircut.reports import look
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.scenarios.convergence import Lift
from haircut.scenarios.portrait import Portrait

ROW = 34


def build(portrait: Portrait) -> Exhibit:
    """P(A), P(B), P(A and B), the lift and its error at each coupling g_c."""
    first, second = portrait.events
    missing = () if portrait.lifts else (
        f"the joint stress of {first.driver} and {second.driver}, because the market lacks one of them.",
    )  # fmt: skip
    return Exhibit(
        "scenario_joint_stress",
        _title(portrait),
        _table(portrait) if portrait.lifts else None,
        _chart(portrait, wide=True),
        _chart(portrait, wide=False),
        notes=(
            f"A: {first}. B: {second}. Lift = P(A and B) / (P(A) P(B)); 1 is independence. ± one standard error, "
            "by leaving out a block.",
            "g_c multiplies the rate into glut while funding is in stress. Data neither support nor reject it, so it "
            "is shown at several values; the same random numbers throughout.",
        ),
        not_calculated=missing,
    )


def _title(portrait: Portrait) -> str:
    lift = portrait.lifts.get(portrait.coupling)
    first, second = portrait.events
    if lift is None or lift.lift.value is None:
        return f"No path shows {first} and {second} often enough to compare them."
    value, error = lift.lift.value, lift.lift.std_error
    words = f"{first} and {second} come together {value:.2f} times as often as if they were independent"
    if error is None:
        return f"{words}; too few blocks for an error."
    verdict = "within two errors of no link"
    if abs(value - 1.0) > 2.0 * error:
        verdict = "more than chance" if value > 1.0 else "less than chance"
    return f"{words} (± {error:.2f}): {verdict}."


def _table(portrait: Portrait) -> Table:
    rows = []
    for coupling, lift in portrait.lifts.items():
        row: dict[str, float | None] = {"coupling": coupling, "joint": float(lift.joint)}
        for name in ("first", "second", "both", "lift"):
            found = getattr(lift, name)
            row |= {name: found.value, f"{name}_error": found.std_error, f"{name}_exact": False}
        rows.append(row)
    columns = (
        Column("coupling", "g_c", "number"),
        Column("first", "P(A)", "share", "first_error"),
        Column("second", "P(B)", "share", "second_error"),
        Column("both", "P(A and B)", "share", "both_error"),
        Column("lift", "lift", "x", "lift_error"),
        Column("joint", "paths with both", "count"),
    )
    return Table(pl.DataFrame(rows, infer_schema_length=None), columns, "drivers under P", portrait.paths)


def _chart(portrait: Portrait, *, wide: bool) -> Spec | None:
    rows = [(g, lift) for g, lift in portrait.lifts.items() if lift.lift.value is not None]
    if not rows:
        return None
    names = [f"g_c = {g:g}{', the case' if g == portrait.coupling else ''}" for g, _ in rows]
    shown = [_printed(lift) for _, lift in rows]
    left = round(max(text_width(name) for name in names)) + 12
    right = round(max(text_width(each) for each in shown)) + 16
    canvas = Canvas(wide, right=right, height=ROW * len(rows), left=left, top=46, bottom=28)
    ends = [_value(lift) + side * 2.0 * (lift.lift.std_error or 0.0) for _, lift in rows for side in (-1, 1)]
    low, high = min([*ends, 1.0]) - 0.08, max([*ends, 1.0]) + 0.08

    def x(value: float) -> float:
        return canvas.width * (value - low) / (high - low)

    strokes: list[Spec] = [
        {"x": x(1.0), "x2": x(1.0), "y": -4, "y2": canvas.height, "colour": look.QUOTED, "weight": 1.5,
         "dash": look.DASHED}
    ]  # fmt: skip
    dots, numbers, labels = [], [], []
    for index, (_, lift) in enumerate(rows):
        y, spread = ROW * (index + 0.5), 2.0 * (lift.lift.std_error or 0.0)
        low_end, high_end = x(_value(lift) - spread), x(_value(lift) + spread)
        strokes.append({"x": low_end, "x2": high_end, "y": y, "y2": y, "colour": look.INK, "weight": 1.5})
        strokes += [
            {"x": end, "x2": end, "y": y - 5, "y2": y + 5, "colour": look.INK, "weight": 1.5}
            for end in (low_end, high_end)
        ]
        dots.append({"px": x(_value(lift)), "py": y})
        numbers.append({"px": canvas.width + 8, "py": y, "label": shown[index]})
        labels.append({"px": -left, "py": y, "label": names[index]})
    axis = {
        "data": {"values": [{"v": low}, {"v": high}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "v", "type": "quantitative",
                "scale": {"domain": [low, high], "nice": False, "zero": False},
                "axis": {
                    "title": None, "tickCount": 6 if wide else 3, "format": ".1f", "domain": False, "ticks": False
                },
            }
        },
    }  # fmt: skip
    point = {
        "data": {"values": dots},
        "mark": {"type": "point", "filled": True, "size": 70, "color": look.REALISABLE, "opacity": 1},
        "encoding": {
            "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
        },
    }
    title = [{"px": -left, "py": -36, "label": "joint-stress lift, ± 2 errors"}]
    label = "independent"
    px = min(max(0.0, x(1.0) - text_width(label) / 2), canvas.width - text_width(label))
    rule = text([{"px": px, "py": -14, "label": label}], bold=True)
    return layered(
        canvas, [axis, *segments(strokes), point, *text(numbers), *text(labels), *text(title), *rule]
    )


def _value(lift: Lift) -> float:
    assert lift.lift.value is not None
    return lift.lift.value


def _printed(lift: Lift) -> str:
    error = lift.lift.std_error
    return f"{_value(lift):.2f}" + (f" ± {error:.2f}" if error is not None else "")
