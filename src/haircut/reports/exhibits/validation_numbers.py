"""Convergence, sensitivity, negative controls, bands and failures of the validation pack."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.validate import Pack

SHOWN: Final = 14
ROW: Final = 26


def known_failures(pack: Pack) -> Exhibit:
    """What failed or missed, before anything that held."""
    rows = [
        {"kind": row.kind, "what": row.what, "made_by": row.made_by, "target": f"input:{row.made_by}"}
        for row in pack.failures
    ]
    columns = (Column("kind", "kind"), Column("what", "what"), Column("made_by", "made by", target="target"))
    counts = {
        kind: sum(row.kind == kind for row in pack.failures)
        for kind in ("failed", "miss", "worse", "untested")
    }
    return Exhibit(
        "validation_failures",
        f"{counts['failed']} checks failed, {counts['miss']} misses, {counts['worse']} times worse than "
        f"something simpler, {counts['untested']} things that cannot be tested yet.",
        Table(pl.DataFrame(rows), columns, "found from the numbers below") if rows else None,
        notes=(
            "miss: outside of what its own error allows. worse: something simpler did better. untested: no "
            "data, or too few. The list is made from the numbers of this pack; nothing is typed in.",
        ),
    )


def converging(pack: Pack) -> Exhibit:
    """The error by paths, and whether stated errors are true."""
    found = pack.measured
    rows = [
        {"paths": float(step.paths), "fair": step.fair_bp, "error": step.error_bp, "scaled": step.scaled}
        for step in found.steps
    ]
    columns = (
        Column("paths", "paths", "count"),
        Column("fair", "fair margin", "bp", error="error"),
        Column("scaled", "error x root of paths", "bp"),
    )
    honest = "as true errors would" if found.honest else "NOT as true errors would"
    return Exhibit(
        "validation_convergence",
        f"The error of the fair margin falls with the {found.order:.2f}th power of paths (0.5 in theory); over "
        f"{found.seeds} seeds margins spread {found.ratio:.2f} times the error stated, {honest}.",
        Table(pl.DataFrame(rows), columns, found.case),
        notes=(
            f"{found.claim} of {found.case}. Spread over {found.seeds} seeds of {found.paths_of_a_seed:,} "
            f"paths: {found.spread_bp:.1f} bp, stated {found.stated_bp:.1f} bp; if the errors are true the "
            f"ratio lies between {found.low:.2f} and {found.high:.2f} in 95 of 100 cases. Orders of the "
            "drivers and of the grids: make convergence.",
        ),
    )


def sensitive(pack: Pack) -> Exhibit:
    """The inputs that carry the answer furthest over their ranges."""
    found = pack.moved
    rows: list[dict[str, Any]] = [
        {
            "input": row.path,
            "low": row.low,
            "value": row.value,
            "high": row.high,
            "at_low": row.at_low_bp,
            "at_high": row.at_high_bp,
            "reason": "not_applicable",
        }
        for row in found.moved
    ]
    columns = (
        Column("input", "input"),
        Column("low", "low", "number"),
        Column("value", "value", "number"),
        Column("high", "high", "number"),
        Column("at_low", "fair at low", "bp", reason="reason"),
        Column("at_high", "fair at high", "bp", reason="reason"),
    )
    first = found.moved[0]
    return Exhibit(
        "validation_sensitivity",
        f"Over its range {words(first.path)} moves the fair margin most: by {first.span(found.base_bp):.0f} bp from "
        f"{found.base_bp:.0f} ± {found.error_bp:.0f}.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, found.case),
        tornado(pack, wide=True),
        tornado(pack, wide=False),
        notes=(
            f"{found.claim} of {found.case}, {found.paths:,} paths, one input at a time, the same random "
            f"numbers throughout; {len(found.moved)} inputs have a range. n/a: with that value the case cannot "
            "be built or no margin is fair. Moves below an error or two are noise of the level, not of the "
            "difference.",
        ),
    )


def words(path: str) -> str:
    """A path without where it stands.

    >>> words("market.devices[gb200].psi_sale"), words("market.compute.theta")
    ('gb200 psi sale', 'theta')
    """
    head, _, tail = path.partition("[")
    if not tail:
        return head.rpartition(".")[2].replace("_", " ")
    entity, _, field = tail.partition("]")
    what = field.rpartition(".")[2] or head.rpartition(".")[2]
    return f"{entity.partition('@')[0]} {what.replace('_', ' ')}"


def tornado(pack: Pack, *, wide: bool) -> Spec:
    """The first inputs as strokes from the margin at one end of the range to that at the other."""
    found = pack.moved
    rows = [row for row in found.moved if row.at_low_bp is not None or row.at_high_bp is not None][:SHOWN]
    row_height = ROW if wide else ROW + 14
    left = round(max(text_width(words(row.path)) for row in rows)) + 8 if wide else 4
    canvas = Canvas(wide, right=28, height=row_height * len(rows), left=left, top=40, bottom=30)
    ends = [end for row in rows for end in (row.at_low_bp, row.at_high_bp) if end is not None] + [
        found.base_bp
    ]
    low, high = min(ends), max(ends)
    low, high = low - 0.05 * (high - low), high + 0.05 * (high - low)

    def x(value: float) -> float:
        return canvas.width * (value - low) / (high - low)

    axis: Spec = {
        "data": {"values": [{"v": low}, {"v": high}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "v",
                "type": "quantitative",
                "scale": {"domain": [low, high], "nice": False, "zero": False},
                "axis": {
                    "title": None,
                    "format": ",.0f",
                    "tickCount": 6 if wide else 3,
                    "domain": False,
                    "ticks": False,
                },
            }
        },
    }
    strokes: list[Spec] = []
    names = []
    base = x(found.base_bp)
    for index, row in enumerate(rows):
        y = row_height * (index + 0.5) if wide else row_height * index + 28
        for end, colour, dash in ((row.at_low_bp, look.PAPER, None), (row.at_high_bp, look.REALISABLE, None)):
            if end is not None:
                strokes.append(
                    {"x": base, "x2": x(end), "y": y, "y2": y, "colour": colour, "weight": 9, "dash": dash}
                )
        names.append({"px": -left, "py": y if wide else y - 16, "label": words(row.path)})
    rule = {"x": base, "x2": base, "y": -4, "y2": canvas.height, "colour": look.QUOTED, "weight": 1.5}
    head = (
        "fair margin, bp: blue at the low end of a range, orange at the high end"
        if wide
        else "bp: blue low end, orange high"
    )
    return layered(
        canvas,
        [axis, *segments([*strokes, rule]), *text(names), *text([{"px": -left, "py": -24, "label": head}])],
    )


def survivors(pack: Pack) -> Exhibit:
    """Loans on accelerators without a default."""
    found = pack.against
    rows = [
        {
            "claim": each.claim,
            "closing": each.closing.isoformat(),
            "years": each.years,
            "pd": each.pd_1y,
            "pd_error": each.pd_error,
            "pd_exact": False,
            "exposure": each.pd_exposure,
        }
        for each in found.survivors
    ]
    columns = (
        Column("claim", "loan"),
        Column("closing", "since", "date"),
        Column("years", "years", "years"),
        Column("pd", "PD a year", "share", error="pd_error"),
        Column("exposure", "over its life so far", "share"),
    )
    verdict = "REJECTED" if found.rejected else "not rejected"
    return Exhibit(
        "validation_survivors",
        f"No payment default of {len(found.survivors)} loans on accelerators to {print_.date(found.until)}: "
        f"{verdict}; the model gives {found.nothing_p_value:.3f} to that.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, found.case, found.paths),
        notes=(
            f"{found.loan_years:.1f} loan-years, nearly all of one borrower: no default would be a surprise at "
            f"5 % only if the PD were above {found.smallest_power:.0%} a year. The control can condemn a model "
            "that cries wolf, and nothing else. The model's next year stands for the years that are past. "
            "Poisson-binomial, loans independent.",
        ),
    )


def orders(pack: Pack) -> Exhibit:
    """Quotes outside of the calibration."""
    rows = [
        {
            "group": order.group,
            "claims": float(len(order.claims)),
            "correlation": None if order.correlation is None else round(order.correlation, 2),
            "p": None if order.p_value is None else round(order.p_value, 4),
            "how": "every order counted" if order.exact else "100,000 orders drawn",
            "reason": "not_applicable",
        }
        for order in pack.against.orders
    ]
    columns = (
        Column("group", "claims with a quote"),
        Column("claims", "n", "count"),
        Column("correlation", "rank correlation", "number", reason="reason"),
        Column("p", "p, one-sided", "number", reason="reason"),
        Column("how", "p from"),
    )
    good = [
        order.group for order in pack.against.orders if order.p_value is not None and order.p_value <= 0.05
    ]
    return Exhibit(
        "validation_orders",
        f"Quotes kept out of calibration are in the model's order for {', '.join(good)}, and for no other group."
        if good
        else "MISS: quotes kept out of calibration are not in the order of the model.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, pack.against.case, pack.against.paths),
        notes=(
            "Quoted or contracted margin against fair margin, by rank; the two benchmarks of the calibration "
            "and convertibles left out. Old contracts price what was feared at signing, fair what is feared "
            "today.",
        ),
    )


def bands_scored(pack: Pack) -> Exhibit:
    """Coverage of bands out of sample."""
    rows = [
        {
            "series": score.series,
            "model": score.model,
            "months": float(score.months),
            "forecasts": float(score.forecasts),
            "held": score.coverage[0.95],
            "error": score.coverage_error[0.95],
            "ratio": score.against_walk[0.95][0],
        }
        for score in pack.banded.scores
    ]
    columns = (
        Column("series", "series"),
        Column("model", "model"),
        Column("months", "months", "count"),
        Column("forecasts", "forecasts", "count"),
        Column("held", "95 % band held", "share", error="error"),
        Column("ratio", "interval score over a walk's", "x"),
    )
    low = sum(score.coverage[0.95] < 0.95 for score in pack.banded.scores)
    return Exhibit(
        "validation_bands",
        f"{low} of {len(rows)} 95 % bands held less than 95 % of what came; above 1.00x a random walk does better.",
        Table(pl.DataFrame(rows, infer_schema_length=None), columns, "out of sample"),
    )


def data(pack: Pack) -> Exhibit:
    """How much of the inputs is known."""
    rows = [
        {
            "case": name,
            "inputs": float(sum(marks.values())),
            **{
                mark: marks[mark] / max(1, sum(marks.values()))
                for mark in ("observed", "estimated", "assumed")
            },
        }
        for name, marks in pack.marks.items()
    ]
    columns = (
        Column("case", "case"),
        Column("inputs", "inputs used", "count"),
        Column("observed", "observed", "share"),
        Column("estimated", "estimated", "share"),
        Column("assumed", "assumed", "share"),
    )
    most = max(rows, key=lambda row: float(str(row["assumed"])))
    return Exhibit(
        "validation_data",
        "Of the inputs that calculations read, up to "
        f"{print_.in_sentence(float(str(most['assumed'])), 'share')} are assumed.",
        Table(pl.DataFrame(rows), columns, "all cases"),
        notes=("Sources, dates and licences: haircut/data/SOURCES.md and the source of each input.",),
    )
