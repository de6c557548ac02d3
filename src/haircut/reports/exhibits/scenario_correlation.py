"""Calm and stress correlation of every pair of drivers, beside what conditioning alone would show."""

from __future__ import annotations

import polars as pl

from haircut.reports import look
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.scenarios.portrait import Pair, Portrait

SHOWN = 10
ROW = 30
NAMES = {"funding_spread": "funding spread", "btc": "the coin", "equity": "the share"}


def pair_name(pair: Pair) -> str:
    """The two drivers in words; the first one's stress is meant."""
    return " and ".join(NAMES.get(name, name) for name in (pair.first, pair.second))


def beyond(pair: Pair) -> float | None:
    """How far the stressed correlation lies from its null; None where either is missing."""
    if pair.stress.value is None or pair.null is None:
        return None
    return pair.stress.value - pair.null


def build(portrait: Portrait) -> Exhibit:
    """The table of all pairs, and a chart of those that conditioning explains least."""
    pairs = sorted(portrait.pairs, key=lambda pair: -abs(beyond(pair) or 0.0))
    share = portrait.stress_share.value or 0.0
    return Exhibit(
        "scenario_correlation",
        _title(pairs),
        _table(portrait, pairs),
        _chart(pairs[:SHOWN], wide=True),
        _chart(pairs[:SHOWN], wide=False),
        notes=(
            f"Stress: funding in stress at the start of the month ({100.0 * share:.1f} % of months); calm: the "
            "others. Correlation of monthly changes (logs, levels of the rate).",
            "Null: the calm correlation where the first driver's variance is that of stress and the link is "
            "constant (Boyer, Gibson and Loretan). A larger variance alone raises a correlation; picking months "
            "below a bound would lower it.",
            "Tail: share of the 5 % worst years of one that are among the 5 % worst of the other; its null is a "
            "normal pair of the same correlation. ± one standard error, by leaving out a block.",
            "The model's correlations are assumptions of the market; this shows what they imply, not what history "
            "proves.",
        ),
        not_calculated=() if any(pair.stress.value is not None for pair in pairs) else (
            "correlations in stress, because too few months are in it.",
        ),
    )  # fmt: skip


def _title(pairs: list[Pair]) -> str:
    if not pairs or beyond(pairs[0]) is None:
        return "No month of these paths is in stress, so nothing can be said about stress."
    first = pairs[0]
    assert first.stress.value is not None and first.calm.value is not None and first.null is not None
    return (
        f"{pair_name(first).capitalize()} move together most beyond their calm link: {first.calm.value:.2f} in calm "
        f"months, {first.stress.value:.2f} in stress, where conditioning alone would show {first.null:.2f}."
    )


def _table(portrait: Portrait, pairs: list[Pair]) -> Table:
    rows = [
        {
            "pair": pair_name(pair),
            "calm": _rounded(pair.calm.value),
            "calm_error": _rounded(pair.calm.std_error),
            "stress": _rounded(pair.stress.value),
            "stress_error": _rounded(pair.stress.std_error),
            "null": _rounded(pair.null),
            "tail": pair.tail.value,
            "tail_error": pair.tail.std_error,
            "tail_null": pair.tail_null,
            "reason": "" if pair.stress.value is not None else "missing_input",
        }
        for pair in pairs
    ]
    columns = (
        Column("pair", "drivers"),
        Column("calm", "calm", "number", "calm_error"),
        Column("stress", "stress", "number", "stress_error", "reason"),
        Column("null", "null", "number", reason="reason"),
        Column("tail", "tail", "share", "tail_error"),
        Column("tail_null", "tail null", "share"),
    )
    schema = {"pair": pl.String, **dict.fromkeys(
        ("calm", "calm_error", "stress", "stress_error", "null", "tail", "tail_error", "tail_null"), pl.Float64
    ), "reason": pl.String}  # fmt: skip
    return Table(pl.DataFrame(rows, schema=schema), columns, "drivers under P", portrait.paths)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3) + 0.0


def _chart(pairs: list[Pair], *, wide: bool) -> Spec | None:
    shown = [pair for pair in pairs if pair.stress.value is not None and pair.calm.value is not None]
    if not shown:
        return None
    row = ROW if wide else ROW + 16
    left = round(max(text_width(pair_name(pair)) for pair in shown)) + 12 if wide else 4
    canvas = Canvas(wide, right=24, height=row * len(shown), left=left, top=56, bottom=28)
    ends = [
        value
        for pair in shown
        for value in (pair.calm.value, pair.stress.value, pair.null, 0.0)
        if value is not None
    ]
    low, high = min(ends) - 0.08, max(ends) + 0.08

    def x(value: float) -> float:
        return canvas.width * (value - low) / (high - low)

    strokes: list[Spec] = [
        {"x": x(0.0), "x2": x(0.0), "y": 0, "y2": canvas.height, "colour": look.HAIRLINE, "weight": 1.5}
    ]
    calm, stress, names = [], [], []
    for index, pair in enumerate(shown):
        y = row * (index + 0.5) if wide else row * index + 34
        assert pair.calm.value is not None and pair.stress.value is not None and pair.null is not None
        at_calm, at_stress, at_null = (x(value) for value in (pair.calm.value, pair.stress.value, pair.null))
        strokes.append(
            {"x": at_null, "x2": at_stress, "y": y, "y2": y, "colour": look.REALISABLE, "weight": 2}
        )
        strokes.append(
            {"x": at_null, "x2": at_null, "y": y - 8, "y2": y + 8, "colour": look.INK, "weight": 2}
        )
        calm.append({"px": at_calm, "py": y})
        stress.append({"px": at_stress, "py": y})
        names.append({"px": -left, "py": y if wide else y - 20, "label": pair_name(pair)})
    axis = {
        "data": {"values": [{"v": low}, {"v": high}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "v", "type": "quantitative",
                "scale": {"domain": [low, high], "nice": False, "zero": False},
                "axis": {"title": None, "tickCount": 6, "format": ".1f", "domain": False, "ticks": False},
            }
        },
    }  # fmt: skip
    layers = [axis, *segments(strokes), _dots(calm, filled=False), _dots(stress, filled=True), *text(names)]
    key = (
        "correlation of monthly changes: ○ calm   ● stress   | null" if wide else "○ calm   ● stress   | null"
    )
    layers += text([{"px": -left, "py": -40, "label": key}])
    return layered(canvas, layers)


def _dots(rows: list[Spec], *, filled: bool) -> Spec:
    colour = look.REALISABLE if filled else look.GREY
    return {
        "data": {"values": rows},
        "mark": {
            "type": "point",
            "filled": filled,
            "size": 70,
            "color": colour,
            "opacity": 1,
            "strokeWidth": 1.5,
            **({} if filled else {"fill": "white"}),
        },
        "encoding": {
            "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
        },
    }
