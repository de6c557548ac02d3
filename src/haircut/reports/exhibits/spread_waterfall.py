"""From the margin of a building to the fair margin, mechanism by mechanism, beside the quote."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart_parts import Canvas, Spec, label_margin, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.mechanisms import FAIR, WORDS
from haircut.reports.frames import BUILDING, HIDDEN, WITHOUT, RunFrames

if TYPE_CHECKING:
    from haircut.studies.attribute.attribution import Attribution

ROW = 32
TOGETHER = "acting together"


class Step(NamedTuple):
    """One bar: from `start` to `end`, both bp; `total` bars begin at zero."""

    label: str
    start: float
    end: float
    std_error: float | None
    kind: str
    exact: bool = False

    @property
    def value(self) -> float:
        return self.end - self.start


def build(run: RunFrames) -> Exhibit:
    """The waterfall; where a part is missing, the sentence says so."""
    if run.attribution is not None and run.attribution.margin is not None:
        return attributed(run.attribution, run.paths)
    steps = _steps(run)
    columns = (
        Column("label", "from a building to the fair margin"),
        Column("value", "margin", "bp", error="std_error", target="target"),
    )
    return Exhibit(
        "spread_waterfall",
        _title(steps),
        Table(_frame(steps), columns, "mechanisms off one at a time", run.paths, True),
        waterfall_chart(steps, wide=True),
        waterfall_chart(steps, wide=False),
        notes=(
            "Each mechanism: the fair margin less that without it alone. Acting together: what is left, because "
            "mechanisms act on each other. Whiskers: two standard errors.",
        ),
        not_calculated=() if steps else ("the waterfall, because the run records no scenario beside it.",),
    )


def attributed(found: Attribution, paths: int) -> Exhibit:
    """The waterfall of an attribution: Shapley values of the mechanisms, summing exactly."""
    steps = steps_of(found)
    parts = {WORDS.get(part.mechanism, part.mechanism): part for part in found.contributions}
    frame = (
        _frame(steps)
        .with_columns(
            pl.Series(name, [getattr(parts.get(step.label), name, None) for step in steps], dtype=pl.Float64)
            for name in ("low", "high", "alone", "last")
        )
        .with_columns(pl.lit("").alias("blank"))
    )
    columns = (
        Column("label", "from a building to the fair margin"),
        Column("value", "margin", "bp", error="std_error", target="target"),
        Column("low", "least of 24 orders", "bp", reason="blank"),
        Column("high", "most of 24 orders", "bp", reason="blank"),
    )
    few = found.margin is not None and any(part.std_error is None for part in found.contributions)
    return Exhibit(
        "spread_waterfall",
        _title(steps),
        Table(frame, columns, "all 16 corners of the mechanisms", paths, True),
        waterfall_chart(steps, wide=True),
        waterfall_chart(steps, wide=False),
        notes=(
            "Each mechanism: its Shapley value over the 16 corners, the mean of what it adds over the 24 orders in "
            "which mechanisms can be switched on. They sum to the fair margin exactly. Whiskers: two standard "
            "errors, from blocks of paths that all corners share.",
        ),
        not_calculated=("errors of the mechanisms, because they need 20 blocks of 512 paths.",)
        if few
        else (),
    )


def steps_of(found: Attribution) -> list[Step]:
    """The bars of an attribution; none where a corner has no margin."""
    margin = found.margin
    if margin is None:
        return []
    steps = [Step("as a building", 0.0, margin.base, margin.base_std_error, "paper")]
    at = margin.base
    for part in found.contributions:
        label = WORDS.get(part.mechanism, part.mechanism)
        steps.append(Step(label, at, at + part.value, part.std_error, "part"))
        at += part.value
    steps.append(Step("fair margin", 0.0, margin.full, margin.full_std_error, "fair"))
    if found.quoted_bp is not None:
        steps.append(Step("quoted", 0.0, found.quoted_bp, None, "quoted", True))
    return steps


def steps_of_run(run: RunFrames) -> list[Step]:
    """The bars of a run: its attribution where it has one, else mechanisms off one at a time."""
    return _steps(run) if run.attribution is None else steps_of(run.attribution)


def _frame(steps: list[Step]) -> pl.DataFrame:
    schema = {
        "label": pl.String, "value": pl.Float64, "std_error": pl.Float64, "value_exact": pl.Boolean,
        "start": pl.Float64, "end": pl.Float64, "kind": pl.String, "target": pl.String,
    }  # fmt: skip
    rows: list[dict[str, Any]] = [
        {
            "label": step.label, "value": step.value, "std_error": step.std_error, "value_exact": step.exact,
            "start": step.start, "end": step.end, "kind": step.kind,
            "target": "measure:quoted_margin_bp" if step.kind == "quoted" else f"measure:{FAIR}",
        }
        for step in steps
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def _steps(run: RunFrames) -> list[Step]:
    fair, building, quoted = run.measure(FAIR), run.measure(FAIR, BUILDING), run.measure("quoted_margin_bp")
    if fair is None or fair.value is None or building is None or building.value is None:
        return []
    steps = [Step("as a building", 0.0, building.value, building.std_error, "paper")]
    at, errors = building.value, [fair.std_error, building.std_error]
    for name in run.scenarios_of(WITHOUT):
        hidden = run.measure(HIDDEN, f"{WITHOUT}{name}")
        if hidden is None or hidden.value is None:
            return []
        steps.append(Step(WORDS.get(name, name), at, at + hidden.value, hidden.std_error, "part"))
        errors.append(hidden.std_error)
        at += hidden.value
    together = math.hypot(*(error or 0.0 for error in errors)) if None not in errors else None
    steps.append(Step(TOGETHER, at, fair.value, together, "part"))
    steps.append(Step("fair margin", 0.0, fair.value, fair.std_error, "fair"))
    if quoted is not None and quoted.value is not None:
        steps.append(Step("quoted", 0.0, quoted.value, None, "quoted", True))
    return steps


def _title(steps: list[Step]) -> str:
    if not steps:
        return "What each mechanism hides is not calculated."
    parts = [step for step in steps if step.kind == "part" and step.label != TOGETHER]
    largest = max(parts, key=lambda step: abs(step.value))
    fair = next(step for step in steps if step.kind == "fair")
    lead = f"From {print_.number(steps[0].value, 'bp')} bp as a building to {print_.number(fair.value, 'bp')} bp fair"
    return f"{lead}: most by {largest.label}, {print_.number(largest.value, 'bp')} bp."


def _colour(step: Step) -> str:
    return {"paper": look.PAPER, "quoted": look.QUOTED}.get(step.kind, look.REALISABLE)


def waterfall_chart(steps: list[Step], *, wide: bool, title: str = "margin, bp") -> Spec | None:
    """Bars of the steps on one scale, each labelled with its number; None without steps."""
    if not steps:
        return None
    row = ROW if wide else ROW + 16
    numbers = [_number(step) for step in steps]
    left = round(max(text_width(step.label) for step in steps)) + 12 if wide else 4
    canvas = Canvas(
        wide, right=label_margin(numbers) - 12, height=row * len(steps), left=left, top=34, bottom=28
    )
    ends = [0.0]
    for step in steps:
        spread = 2 * (step.std_error or 0.0)
        ends += [step.start, step.end - spread, step.end + spread]
    low, high = min(ends), max(ends)
    margin = 0.04 * (high - low or 1.0)
    low, high = low - margin if low < 0 else 0.0, high + margin

    def x(value: float) -> float:
        return canvas.width * (value - low) / (high - low)

    axis = {"title": None, "tickCount": 6 if wide else 3, "format": ",.0f", "domain": False, "ticks": False}
    field = {"field": "v", "type": "quantitative", "axis": axis}
    scale = {"domain": [low, high], "nice": False, "zero": False}
    base: Spec = {
        "data": {"values": [{"v": low}, {"v": high}]},
        "mark": {"type": "point", "opacity": 0, "color": look.HAIRLINE},
        "encoding": {"x": {**field, "scale": scale}},
    }
    strokes: list[Spec] = []
    labels, values = [], []
    for index, step in enumerate(steps):
        y = row * (index + 0.5) if wide else row * index + 34
        weight = 16 if step.kind != "part" else 11
        strokes.append(_stroke(x(step.start), x(step.end), y, y, _colour(step), weight))
        spread = 2 * (step.std_error or 0.0)
        if spread:
            strokes.append(_stroke(x(step.end - spread), x(step.end + spread), y, y, look.INK, 1.5))
            for end in (step.end - spread, step.end + spread):
                strokes.append(_stroke(x(end), x(end), y - 5, y + 5, look.INK, 1.5))
        if index + 1 < len(steps) and steps[index + 1].kind == "part":
            strokes.append(
                _stroke(x(step.end), x(step.end), y, y + row, look.GREY, 1.0) | {"dash": look.DOTTED}
            )
        values.append({"px": canvas.width + 8, "py": y, "label": numbers[index]})
        labels.append({"px": -left, "py": y if wide else y - 20, "label": step.label})
    strokes.append(_stroke(x(0.0), x(0.0), 0, canvas.height, look.GREY, 1.0))
    heading = [{"px": -left, "py": -22, "label": title}]
    return layered(canvas, [base, *segments(strokes), *text(values), *text(labels), *text(heading)])


def _stroke(x: float, x2: float, y: float, y2: float, colour: str, weight: float) -> Spec:
    return {"x": x, "x2": x2, "y": y, "y2": y2, "colour": colour, "weight": weight}


def _number(step: Step) -> str:
    sign = "+" if step.kind == "part" and step.value > 0 else ""
    value = f"{sign}{print_.number(step.value, 'bp')}"
    if step.exact:
        return value
    return f"{value} ± {print_.error(step.std_error, 'bp') if step.std_error is not None else 'n/a'}"
