"""Published checks and oracles: how much of its tolerance each one used, by file and one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from haircut.reports import look
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.validate.checks import Check, by_file

FLOOR: Final = 1e-6
"""Shares of tolerance below it are drawn there."""
ROW: Final = 26
FOLDER: Final = "tests/reference/test_"


def build(checks: Sequence[Check] | None) -> Exhibit:
    """By file, with the picture; each largest share leads to its test."""
    if checks is None:
        why = "published checks: they were not run for this pack; `make validate` runs them."
        return Exhibit("validation_checks", "The published checks were not run.", None, not_calculated=(why,))
    worst = {
        file["file"]: max((c for c in checks if c.file == file["file"]), key=lambda c: c.used or 0.0).test
        for file in by_file(checks)
    }
    rows = [
        {
            **row,
            "file": short(row["file"]),
            "largest": None if row["largest_used"] is None else row["largest_used"],
            "target": f"input:{worst[row['file']]}",
            "blank": "",
        }
        for row in by_file(checks)
    ]
    columns = (
        Column("file", "file of tests/reference"),
        Column("tests", "tests", "count"),
        Column("comparisons", "numbers", "count"),
        Column("not_passed", "not passed", "count"),
        Column("median_used", "of tolerance used, median", "share", reason="blank"),
        Column("largest", "most", "share", reason="blank", target="target"),
    )
    return Exhibit(
        "validation_checks",
        _sentence(checks),
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "published checks"),
        chart(checks, wide=True),
        chart(checks, wide=False),
        notes=(
            "A dot is a test at the largest share of its tolerance that any of its numbers used; at 100 % it "
            "would fail. Tolerances are the last printed digit of a published figure, three standard errors "
            "of a simulation, or a bound on the step. Each test names its source. Run one: pytest FILE::NAME.",
        ),
    )


def every(checks: Sequence[Check] | None) -> Exhibit:
    """One row a test: the number that used most of its tolerance."""
    if checks is None:
        return Exhibit("validation_every_check", "No check was run.", None)
    rows = [
        {
            "path": check.test,
            "test": f"{short(check.file)}::{check.test.partition('::')[2]}",
            "said": check.said,
            "outcome": check.outcome,
            "found": check.found,
            "expected": check.expected,
            "error": check.error,
            "allowed": check.allowed,
            "used": check.used,
            "blank": "",
        }
        for check in checks
    ]
    columns = (
        Column("test", "test"),
        Column("outcome", "outcome"),
        Column("found", "found", "number", reason="blank"),
        Column("expected", "expected", "number", reason="blank"),
        Column("error", "error reached", "number", reason="blank"),
        Column("allowed", "allowed", "number", reason="blank"),
        Column("used", "used", "share", reason="blank"),
        Column("said", "what it says"),
    )
    silent = sum(check.used is None for check in checks)
    return Exhibit(
        "validation_every_check",
        "Every check with the error that it reached.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "published checks"),
        notes=(f"{silent} tests compare order, bits or identity, and no number with a tolerance.",),
    )


def short(file: str) -> str:
    """A file of the folder without what all share."""
    return file.removeprefix(FOLDER).removesuffix(".py")


def _sentence(checks: Sequence[Check]) -> str:
    bad = sum(check.outcome != "passed" for check in checks)
    used = sorted(check.used for check in checks if check.used is not None)
    most = used[-1] if used else 0.0
    numbers = sum(check.comparisons for check in checks)
    verdict = "all passed" if not bad else f"{bad} did NOT pass"
    return (
        f"{len(checks)} checks of {numbers:,} numbers: {verdict}; "
        f"the nearest used {most:.0%} of what it was allowed."
    )


def chart(checks: Sequence[Check], *, wide: bool) -> Spec:
    """A row a file, a dot a test, the share of tolerance used on a log axis."""
    files = [row["file"] for row in by_file(checks)]
    row = ROW if wide else ROW + 14
    left = round(max(text_width(short(file)) for file in files)) + 8 if wide else 4
    canvas = Canvas(wide, right=24, height=row * len(files), left=left, top=40, bottom=30)
    low, high = math.log10(FLOOR), math.log10(2.0)

    def x(used: float) -> float:
        return canvas.width * (math.log10(max(used, FLOOR)) - low) / (high - low)

    axis: Spec = {
        "data": {"values": [{"v": FLOOR}, {"v": 2.0}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "v",
                "type": "quantitative",
                "scale": {"type": "log", "domain": [FLOOR, 2.0], "nice": False},
                "axis": {
                    "title": None,
                    "values": [1e-6, 1e-4, 1e-2, 1.0],
                    "format": ".4~%",
                    "domain": False,
                    "ticks": False,
                },
            }
        },
    }
    dots: dict[str, list[Any]] = {"passed": [], "not": []}
    names = []
    for index, file in enumerate(files):
        y = row * (index + 0.5) if wide else row * index + 28
        names.append({"px": -left, "py": y if wide else y - 16, "label": short(file)})
        for check in checks:
            if check.file == file and check.used is not None:
                dots["passed" if check.outcome == "passed" else "not"].append({"px": x(check.used), "py": y})
    at = {"x": x(1.0), "x2": x(1.0), "y": -4, "y2": canvas.height, "colour": look.QUOTED, "dash": look.DASHED}
    layers = [axis, *segments([at])]
    for kind, places in dots.items():
        mark = (
            {"shape": "circle", "color": look.PAPER}
            if kind == "passed"
            else {"shape": "cross", "color": look.BREACH}
        )
        layers.append(
            {
                "data": {"values": places},
                "mark": {"type": "point", "filled": True, "size": 42, "opacity": 0.45, **mark},
                "encoding": {
                    "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
                    "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
                },
            }
        )
    head = [{"px": -left, "py": -24, "label": "share of tolerance used; a dot is a test"}]
    rule = [{"px": x(1.0) - text_width("fails"), "py": -24 if wide else -10, "label": "fails"}]
    return layered(canvas, [*layers, *text(names), *text(head), *text(rule, bold=True)])
