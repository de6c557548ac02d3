"""The signature: paper LTV against liquidation LTV, with the dates on which each passes 100 %."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart import time_chart
from haircut.reports.chart_parts import Band, Canvas, Line, Mark, Points, Rule, Spec, label_margin
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import RunFrames

HIGHEST = 5.0
PAR = 1.0


class Basis(NamedTuple):
    """One way to value the machines under the loan."""

    key: str
    words: str
    label: str
    short: str
    colour: str
    dash: list[float]
    weight: float


BASES = (
    Basis("book", "book", "book", "book", look.PAPER, look.SOLID, 2.0),
    Basis("market", "market", "market", "market", look.PAPER, look.DASHED, 2.0),
    Basis("nolv", "NOLV, orderly sale", "orderly sale", "orderly", look.REALISABLE, look.SOLID, 3.0),
    Basis("flv", "FLV, one-month sale", "one-month sale", "1-month", look.REALISABLE, look.DASH_DOT, 1.5),
)


class Crossing(NamedTuple):
    """The first month in which an LTV is above 100 %, and how long before maturity that is."""

    basis: Basis
    date: str
    value: float
    months_to_maturity: int
    from_start: bool
    back: str | None


def points(run: RunFrames, key: str) -> Points:
    """Month by month, until the loan is repaid or due."""
    rows = run.ladder.select("date", f"{key}_ltv").drop_nulls().iter_rows()
    return [(str(date)[:10], float(value)) for date, value in rows if str(date)[:10] <= run.maturity]


def crossings(run: RunFrames) -> list[Crossing]:
    """Where each LTV first passes 100 % in the base case."""
    found = []
    for basis in BASES:
        path = points(run, basis.key)
        above = next((index for index, (_, value) in enumerate(path) if value > PAR), None)
        if above is not None:
            date, value = path[above]
            left = _months(date, path[-1][0])
            back = next((date for date, value in path[above:] if value <= PAR), None)
            found.append(Crossing(basis, date, value, left, above == 0, back))
    return found


def _months(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def build(run: RunFrames) -> Exhibit:
    """LTV by date on four bases, with 50 and 90 % bands of the orderly sale."""
    passed = crossings(run)
    table = _table(run, passed)
    return Exhibit(
        "ltv_paths",
        _title(run, passed),
        table,
        _chart(run, passed, wide=True),
        _chart(run, passed, wide=False),
        notes=(
            "LTV is debt ranking equal or senior over the machines' value on the basis named. Lines are "
            "the base case "
            "(expected rents); shaded, the orderly-sale LTV of the simulated paths on which the loan is "
            "alive, 50 and 90 % of paths. "
            f"The picture ends at {100 * top_of(run):.0f} % LTV; what lies above is cut.",
        ),
        not_calculated=()
        if _band_rows(run, "p05", "p95")
        else ("bands, because the run records no fan of NOLV LTV.",),
    )


def _title(run: RunFrames, passed: list[Crossing]) -> str:
    sale = next((crossing for crossing in passed if crossing.basis.key == "nolv"), None)
    paper = max((value for _, value in points(run, "book")), default=None)
    tail = f"; paper LTV is never above {print_.in_sentence(paper, 'share')}" if paper is not None else ""
    if sale is None:
        return f"Liquidation LTV stays below 100 % to maturity{tail}."
    if sale.from_start:
        until = f"until {print_.month(sale.back)}" if sale.back else "to maturity"
        return f"Liquidation LTV is above 100 % from the start {until}{tail}."
    return (
        f"Liquidation LTV passes 100 % in {print_.month(sale.date)}, {sale.months_to_maturity} months before "
        f"maturity{tail}."
    )


def _table(run: RunFrames, passed: list[Crossing]) -> Table:
    by_key = {crossing.basis.key: crossing for crossing in passed}
    rows: list[dict[str, Any]] = []
    for basis in BASES:
        path = points(run, basis.key)
        crossing = by_key.get(basis.key)
        high = max(path, key=lambda point: point[1], default=None)
        rows.append(
            {
                "basis": basis.words,
                "today": path[0][1] if path else None,
                "highest": high[1] if high else None,
                "highest_on": high[0] if high else None,
                "passes": "never"
                if not crossing
                else "from the start"
                if crossing.from_start
                else crossing.date,
                "back": crossing.back if crossing else None,
                "left": crossing.months_to_maturity if crossing else None,
                "reason": None
                if crossing and crossing.back
                else "never falls below"
                if crossing
                else "never passes",
                "target": f"measure:{basis.key}_ltv",
            }
        )
    columns = (
        Column("basis", "LTV on"),
        Column("passes", "passes 100 %", "date"),
        Column("back", "back below", "date", reason="reason"),
        Column("left", "before maturity", "months", reason="reason"),
        Column("today", "today", "share", target="target"),
        Column("highest", "highest", "share", target="target"),
        Column("highest_on", "on", "date"),
    )
    schema = {
        "basis": pl.String,
        "today": pl.Float64,
        "highest": pl.Float64,
        "highest_on": pl.String,
        "passes": pl.String,
        "back": pl.String,
        "left": pl.Int64,
        "reason": pl.String,
        "target": pl.String,
    }
    return Table(pl.DataFrame(rows, schema=schema), columns, "base case", run.paths)


def _band_rows(run: RunFrames, low: str, high: str) -> list[tuple[str, float, float]]:
    fan = run.fans.filter(pl.col("series") == f"nolv_ltv:{run.claim}").sort("date")
    rows = fan.select("date", low, high).drop_nulls().iter_rows()
    return [(str(d)[:10], a, b) for d, a, b in rows if str(d)[:10] <= run.maturity]


def top_of(run: RunFrames) -> float:
    """Where the picture ends: it holds the book, market and orderly-sale lines, and what of the rest fits."""
    values = [value for key in ("book", "market", "nolv") for _, value in points(run, key)]
    return min(HIGHEST, math.ceil(10 * max([1.2, *(1.05 * value for value in values)])) / 10)


def _chart(run: RunFrames, passed: list[Crossing], *, wide: bool) -> Spec | None:
    paths = {basis.key: points(run, basis.key) for basis in BASES}
    if not any(paths.values()):
        return None
    outer, inner = _band_rows(run, "p05", "p95"), _band_rows(run, "p25", "p75")
    top = top_of(run)
    covenant = run.covenant("ltv")
    rules = [Rule("100 %", PAR, look.INK)]
    if covenant:
        basis = covenant.get("basis") or "book"
        rules.append(
            Rule(
                f"covenant {100 * covenant['maximum']:.0f} % {basis}",
                covenant["maximum"],
                look.GREY,
                look.DOTTED,
            )
        )
    canvas = Canvas(
        wide, right=label_margin([b.label if wide else b.short for b in BASES]), height=330 if wide else 280
    )
    return time_chart(
        canvas,
        lines=[
            Line(b.label, paths[b.key], b.colour, b.dash, b.weight, short=b.short)
            for b in BASES
            if paths[b.key]
        ],
        values=(0.0, top),
        y_title="LTV, %",
        y_format="percent",
        bands=[Band(outer, look.REALISABLE, 0.12, "50 and 90 % of paths"), Band(inner, look.REALISABLE, 0.2)],
        rules=rules,
        marks=_marks(run, passed, top, wide=wide),
    )


def _marks(run: RunFrames, passed: list[Crossing], top: float, *, wide: bool) -> list[Mark]:
    """Where lines pass 100 % on the way up, and where they fall below it again."""
    marks = []
    for crossing in passed:
        if not crossing.from_start:
            words = f"passes 100 % {print_.month(crossing.date)}" if wide else print_.month(crossing.date)
            marks.append(Mark(words, (crossing.date, min(crossing.value, top)), look.INK))
        if crossing.back:
            value = dict(points(run, crossing.basis.key))[crossing.back]
            words = f"below {'100 % ' if wide else ''}{print_.month(crossing.back)}"
            marks.append(Mark(words, (crossing.back, value), look.INK))
    return marks
