"""Rents of one device by basis: a dot for each, its range, what is stale, and how far they lie apart."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from haircut.machines.view.rents import RentRow, RentsPage
from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table

ROW = 30


def build(page: RentsPage) -> Exhibit:
    """Table and picture of a page of rents."""
    return Exhibit(
        "market_rents",
        page.sentence(),
        _table(page),
        _chart(page, wide=True),
        _chart(page, wide=False),
        _notes(page),
    )


def _notes(page: RentsPage) -> tuple[str, ...]:
    notes = [
        "Solid: observed; dashed ring: estimated or assumed; grey: older than 7 days. Bar: the range its source gives.",
        f"Standard deviation of the log rents {page.deviation_log:.2f}: no scalar stands for them. "
        f"Runs use {page.default.basis} unless told otherwise.",
    ]
    moved = [row.basis for row in page.rows if row.panel_changed]
    if moved:
        notes.append(
            f"Another panel stood behind the observation before on {', '.join(moved)}: a part of that change is the "
            "panel's."
        )
    for forward in page.forwards:
        if forward.change_per_year is not None:
            notes.append(
                f"{forward.curve}: months {forward.from_months} to {forward.to_months} cost {forward.rent:.2f} USD an "
                f"hour, {math.expm1(forward.change_per_year):+.0%} a year from the span before: an upper bound of the "
                "fall expected, as a longer term also pays for commitment."
            )
    return tuple(notes)


def _table(page: RentsPage) -> Table:
    rows: list[dict[str, Any]] = []
    for row in page.rows:
        flags = [name for name, set_ in (("stale", row.stale), ("panel", row.panel_changed)) if set_]
        rows.append(
            {
                "basis": row.basis + (" *" if row.is_default else ""),
                "rent": row.value,
                "low": row.range[0] if row.range else None,
                "high": row.range[1] if row.range else None,
                "none": "",
                "date": row.date.isoformat(),
                "mark": row.mark,
                "kind": row.kind,
                "change": row.change_per_year,
                "flags": ", ".join(flags),
            }
        )
    columns = (
        Column("basis", "basis"),
        Column("rent", "rent", "rent"),
        Column("low", "low", "rent", reason="none"),
        Column("high", "high", "rent", reason="none"),
        Column("kind", "kind"),
        Column("mark", "mark"),
        Column("date", "date", "date"),
        Column("change", "change a year, log", "share", reason="none"),
        Column("flags", "flags"),
    )
    return Table(pl.DataFrame(rows, infer_schema_length=None), columns, "market")


def _chart(page: RentsPage, *, wide: bool) -> Spec:
    names = {
        row.basis: row.basis if wide else row.basis.replace("one-year-contract", "one-year")
        for row in page.rows
    }
    left = round(max(text_width(name) for name in names.values())) + 8
    canvas = Canvas(wide, right=64, height=ROW * len(page.rows) + 8, left=left, top=34)
    highest = max(max(row.value, row.range[1] if row.range else 0.0) for row in page.rows)
    top = highest * 1.02

    def x(value: float) -> float:
        return canvas.width * value / top

    layers: list[Spec] = []
    for tick in _ticks(top):
        layers += segments([{"x": x(tick), "x2": x(tick), "y": 0, "y2": canvas.height, "colour": "#ececec"}])
        layers += text([{"px": x(tick), "py": canvas.height + 14, "label": f"{tick:g}"}], align="center")
    for index, row in enumerate(page.rows):
        y = ROW * (index + 0.5)
        layers += _row(row, x, y, names[row.basis], canvas)
    layers += text([{"px": -canvas.left, "py": -20, "label": f"rent of {page.device}, USD per GPU-hour"}])
    return layered(canvas, layers)


def _row(row: RentRow, x: Any, y: float, name: str, canvas: Canvas) -> list[Spec]:
    colour = look.ASSUMED if row.stale else look.REALISABLE if row.is_default else look.INK
    layers: list[Spec] = []
    if row.range is not None:
        layers += segments(
            [{"x": x(row.range[0]), "x2": x(row.range[1]), "y": y, "y2": y, "colour": colour, "weight": 2}]
        )
    layers.append({
        "data": {"values": [{"px": x(row.value), "py": y}]},
        "mark": {
            "type": "point", "shape": "circle", "size": 80, "color": colour, "opacity": 1,
            "filled": row.mark == "observed",
            **({} if row.mark == "observed" else {"fill": "white", "strokeWidth": 2, "strokeDash": [2, 2]}),
        },
        "encoding": {
            "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
        },
    })  # fmt: skip
    right = max(x(row.value), x(row.range[1]) if row.range else 0.0) + 8
    layers += text([{"px": right, "py": y, "label": print_.number(row.value, "rent")}], bold=row.is_default)
    layers += text([{"px": -canvas.left, "py": y, "label": name}], bold=row.is_default)
    return layers


def _ticks(top: float) -> list[float]:
    step = next(step for step in (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0) if top / step <= 6.0 or step == 10.0)
    return [step * i for i in range(int(top / step) + 1)]
