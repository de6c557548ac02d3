"""What charts are made of: frame, lines, bands, rules, marks, labels and strokes at pixel positions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from haircut.reports import look

Spec = dict[str, Any]
Points = list[tuple[str, float]]
Box = tuple[float, float, float, float]
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.20.json"
CROSS = "M-.7,-.7L.7,.7M.7,-.7L-.7,.7"


@dataclass(frozen=True)
class Canvas:
    """The frame of one chart in pixels: the plot and the margins for labels."""

    wide: bool
    right: int
    height: int
    left: int = 44
    top: int = 30
    bottom: int = 30

    @property
    def total(self) -> int:
        return 720 if self.wide else 342

    @property
    def width(self) -> int:
        return self.total - self.left - self.right


@dataclass(frozen=True)
class Line:
    """One line with its label at its end; `short` is the label of a narrow page."""

    label: str
    points: Points
    colour: str
    dash: list[float] = field(default_factory=lambda: list(look.SOLID))
    weight: float = 2.0
    step: bool = False
    short: str = ""


@dataclass(frozen=True)
class Band:
    """A range by date: rows of (date, low, high)."""

    rows: list[tuple[str, float, float]]
    colour: str
    opacity: float
    label: str = ""


@dataclass(frozen=True)
class Rule:
    """A labelled threshold; `dotted` where its level is assumed."""

    label: str
    level: float
    colour: str = look.INK
    dash: list[float] = field(default_factory=lambda: list(look.DASHED))


@dataclass(frozen=True)
class Mark:
    """An annotated point: where a line crosses a threshold."""

    label: str
    at: tuple[str, float]
    colour: str


@lru_cache(maxsize=4096)
def day(text: str) -> int:
    """An ISO date as a number that orders and spaces like the axis does."""
    return datetime.date.fromisoformat(text).toordinal()


class Scale:
    """Data to pixels of one canvas."""

    def __init__(self, canvas: Canvas, dates: tuple[str, str], values: tuple[float, float]) -> None:
        self.canvas, self.dates, self.values = canvas, dates, values
        self.traces: dict[int, list[tuple[float, float]]] = {}

    def x(self, date: str) -> float:
        first, last = day(self.dates[0]), day(self.dates[1])
        return self.canvas.width * (day(date) - first) / max(1, last - first)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.canvas.height * (1.0 - (value - low) / (high - low))


def layered(canvas: Canvas, layers: Sequence[Spec]) -> Spec:
    """The outer frame that every chart shares."""
    return {
        "$schema": SCHEMA,
        "width": canvas.width,
        "height": canvas.height,
        "autosize": {"type": "none"},
        "padding": {"left": canvas.left, "right": canvas.right, "top": canvas.top, "bottom": canvas.bottom},
        "config": {**look.config(), "aria": False},
        "layer": list(layers),
    }


def text(rows: Sequence[Spec], *, align: str = "left", bold: bool = False) -> list[Spec]:
    """Labels at pixel positions `px`, `py` with a white halo, so that a line behind stays no riddle."""
    if not rows:
        return []
    shared: Spec = {
        "data": {"values": list(rows)},
        "encoding": {
            "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "label", "type": "nominal"},
        },
    }
    base: Spec = {"type": "text", "align": align, "baseline": "middle", "clip": False}
    base |= {"fontWeight": 600} if bold else {}
    halo = {**base, "stroke": "white", "strokeWidth": 4, "strokeJoin": "round", "color": "white"}
    return [{**shared, "mark": halo}, {**shared, "mark": {**base, "color": look.INK}}]


def segments(rows: Sequence[Spec]) -> list[Spec]:
    """Straight strokes between pixel positions, one layer each colour and dash."""
    return [
        {
            "data": {"values": [row]},
            "mark": {
                "type": "rule",
                "color": row["colour"],
                "strokeWidth": row.get("weight", 1.0),
                "clip": False,
                **({"strokeDash": row["dash"]} if row.get("dash") else {}),
            },
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
                "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
                "x2": {"field": "x2"},
                "y2": {"field": "y2"},
            },
        }
        for row in rows
    ]


def text_width(label: str) -> float:
    """A generous width of a label in pixels."""
    return 7.4 * len(label) + 4.0


def label_margin(labels: Sequence[str]) -> int:
    """The right margin that holds these labels at line ends."""
    return 24 + round(max((text_width(label) for label in labels), default=0.0))
