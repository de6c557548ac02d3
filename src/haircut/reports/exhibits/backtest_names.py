"""The names of a backtest: what was told about each, how far its assumptions carry it, and what became of it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.backtest import Backtest
from haircut.studies.backtest.seal import Outcome

ROW: Final = 34
LONGEST: Final = "18m"
LIVED: Final = "lived"


def build(found: Backtest) -> Exhibit:
    """One row a name, the riskiest first."""
    fate = {row.name: row for row in found.outcomes.names}
    given = {row["name"]: row[f"pd_{LONGEST}"] for row in found.given}
    in_sample = {row["name"]: row[f"pd_{LONGEST}"] for row in _in_sample(found)}
    spread = found.spread["names"]
    rows: list[dict[str, Any]] = []
    for row in sorted(found.predictions["names"], key=lambda row: -float(row[f"pd_{LONGEST}"])):
        name, owes = row["name"], row["owed_usd"] > 0.0
        low, _, high = spread[name][1] if spread else (None, None, None)
        rows.append(
            {
                "name": name,
                "assumed": found.predictions["assumed"][name],
                "pd_12m": row["pd_12m"],
                "pd_12m_error": row["pd_12m_error"],
                "pd_12m_exact": not owes,
                "pd_18m": row["pd_18m"],
                "pd_18m_error": row["pd_18m_error"],
                "pd_18m_exact": not owes,
                "low": low,
                "high": high,
                "in_sample": in_sample[name],
                "given": given[name],
                "came": _came(fate[name]),
                "blank": "",
            }
        )
    columns = (
        Column("name", "name"),
        Column("assumed", "assumed", "share"),
        Column("pd_12m", "PD 12m", "share", error="pd_12m_error"),
        Column("pd_18m", "PD 18m", "share", error="pd_18m_error"),
        Column("low", "5", "share", reason="blank"),
        Column("high", "95", "share", reason="blank"),
        Column("in_sample", "in sample", "share"),
        Column("given", "coin given", "share"),
        Column("came", "failed"),
    )
    return Exhibit(
        "backtest_names",
        _sentence(found),
        Table(
            pl.DataFrame(rows, infer_schema_length=None),
            columns,
            "knowable in 2021",
            found.predictions["paths"],
        ),
        chart(rows, wide=True),
        chart(rows, wide=False),
        notes=(
            f"Sealed before outcomes were opened: {found.sealed.file}, SHA-256 {found.sealed.digest[:16]}. PD "
            f"under P from what was known on {print_.date(found.as_of)}; assumed: share of a name's inputs. 5 "
            f"and 95: of PD 18m over {found.spread['draws']} draws of {found.predictions['drawn_inputs']} "
            "inputs from their ranges. In sample: PD 18m with the parameters that haircut uses today, chosen "
            "knowing 2022. Coin given: PD 18m once the coin's path is stated, which no one could; hashrate "
            "still answers by its own law. Riot and Cipher owed nothing: 0 by construction. "
            f"{found.predictions['published_later']} figures were published after the as-of date and stand as "
            "assumptions with ranges; the person who chose them knew 2022.",
        ),
    )


def _came(outcome: Outcome) -> str:
    return LIVED if outcome.date is None else print_.month(outcome.date)


def _in_sample(found: Backtest) -> list[dict[str, Any]]:
    name = found.predictions["in_sample"][0]
    rows: list[dict[str, Any]] = found.predictions["variants"][name]
    return rows


def _sentence(found: Backtest) -> str:
    score = found.variants["knowable"][-1]
    return (
        f"AUC {score['auc']:.2f} over {score['months']} months, exact p {score['p_value']:.3f}: {score['failed']} of "
        f"{score['names']} names failed, so few that even a perfect ranking has p = {score['least_p_value']:.3f}."
    )


def chart(rows: list[dict[str, Any]], *, wide: bool) -> Spec:
    """A row a name: PD to 18 months as a dot, the range over the assumptions as a line, what came at the right."""
    row = ROW if wide else ROW + 14
    left = round(max(text_width(item["name"]) for item in rows)) + 8 if wide else 4
    canvas = Canvas(wide, right=142 if wide else 130, height=row * len(rows), left=left, top=40, bottom=30)
    ends = [item["pd_18m"] for item in rows] + [item["high"] or 0.0 for item in rows]
    top = min(1.0, max(0.1, 1.05 * max(ends)))

    def x(value: float) -> float:
        return float(canvas.width * value / top)

    axis: Spec = {
        "data": {"values": [{"v": 0.0}, {"v": top}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {
            "x": {
                "field": "v",
                "type": "quantitative",
                "scale": {"domain": [0.0, top], "nice": False},
                "axis": {
                    "title": None,
                    "format": ".0%",
                    "tickCount": 5 if wide else 3,
                    "domain": False,
                    "ticks": False,
                },
            }
        },
    }
    strokes: list[Spec] = []
    dots: dict[bool, list[Spec]] = {True: [], False: []}
    names, fates = [], []
    for index, item in enumerate(rows):
        y = row * (index + 0.5) if wide else row * index + 32
        if item["low"] is not None:
            ends_of = {"y": y, "y2": y, "x": x(item["low"]), "x2": min(x(item["high"]), canvas.width)}
            strokes.append({**ends_of, "colour": look.ASSUMED, "weight": 2.0, "dash": look.DOTTED})
        failed = item["came"] != LIVED
        dots[failed].append({"px": x(item["pd_18m"]), "py": y})
        names.append({"px": -left, "py": y if wide else y - 18, "label": item["name"]})
        fates.append(
            {"px": canvas.width + 10, "py": y, "label": f"failed {item['came']}" if failed else LIVED}
        )
    layers = [axis, *segments(strokes)]
    for failed, places in dots.items():
        shape = (
            {"shape": "square", "color": look.REALISABLE}
            if failed
            else {"shape": "circle", "color": look.GREY}
        )
        layers.append(
            {
                "data": {"values": places},
                "mark": {
                    "type": "point",
                    "filled": failed,
                    "size": 90,
                    "opacity": 1,
                    "strokeWidth": 2,
                    **shape,
                },
                "encoding": {
                    "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
                    "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
                },
            }
        )
    head = (
        "PD to 18 months; dotted: 5 to 95 % over the assumptions"
        if wide
        else "PD to 18 months; dotted: 5 to 95 %"
    )
    return layered(
        canvas, [*layers, *text(names), *text(fates), *text([{"px": -left, "py": -24, "label": head}])]
    )
