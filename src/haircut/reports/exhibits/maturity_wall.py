"""Principal due by year beside what contracts and leases still promise."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from haircut.reports import look
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text
from haircut.reports.exhibit_parts import Column, Exhibit, Table

LAST_YEARS = 10


def build(years: Sequence[Mapping[str, Any]], whose: str) -> Exhibit:
    """Table and picture; years beyond the tenth are one row.

    Args:
        years: rows of `haircut.studies.whole_book.wall.WallYear`, as mappings with `contracted_usd`.
        whose: of the sentence, such as `the book`.
    """
    rows = _gathered(years)
    columns = (
        Column("label", "year"),
        Column("principal_due_usd", "due", "usd"),
        Column("balloon_usd", "balloons", "usd"),
        Column("assumed_maturity_usd", "date assumed", "usd"),
        Column("draws_usd", "draws", "usd"),
        Column("contracts_usd", "contracts", "usd"),
        Column("leases_usd", "leases", "usd"),
        Column("cover", "cover", "x", reason="blank"),
    )
    return Exhibit(
        "maturity_wall",
        _sentence(rows, whose),
        Table(pl.DataFrame(rows), columns, "base case"),
        _chart(rows, wide=True),
        _chart(rows, wide=False),
        notes=(
            "Due: principal by schedule, of what is drawn and of draws to come; balloons at maturity, convertibles "
            "at par. Draws: to come. Contracts and leases: cash after the cost of running, while they last, "
            "nobody defaulting, before interest. The first year begins at the as-of date. Date assumed: nobody saw "
            "when the claim falls due.",
        ),
    )


def _gathered(years: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = [name for name in years[0] if name != "year"]
    rows = [{"label": str(row["year"]), **{n: row[n] for n in names}} for row in years[:LAST_YEARS]]
    rest = years[LAST_YEARS:]
    if rest:
        label = f"{rest[0]['year']} to {rest[-1]['year']}"
        rows.append({"label": label, **{name: sum(row[name] for row in rest) for name in names}})
    for row in rows:
        due = row["principal_due_usd"]
        row["cover"] = row["contracted_usd"] / due if due > 0.0 else None
        row["blank"] = ""
    return rows


def _sentence(rows: list[dict[str, Any]], whose: str) -> str:
    top = max(rows, key=lambda row: row["principal_due_usd"])
    if top["principal_due_usd"] <= 0.0:
        return f"Nothing of {whose} falls due."
    due, cash = (f"${top[name] / 1e9:,.1f} bn" for name in ("principal_due_usd", "contracted_usd"))
    return f"Most of {whose} falls due in {top['label']}: {due}, against {cash} from contracts and leases."


def _chart(rows: list[dict[str, Any]], *, wide: bool) -> Spec | None:
    shown = [row for row in rows if " " not in row["label"]]
    top = max(max(row["principal_due_usd"], row["contracted_usd"], row["draws_usd"]) for row in shown) / 1e9
    if top <= 0.0:
        return None
    top = 1.12 * float(top)
    canvas = Canvas(wide, right=110 if wide else 14, height=300 if wide else 240, left=44, top=46, bottom=34)
    slot = canvas.width / len(shown)
    weight = round(slot * 0.42)

    def y(usd: float) -> float:
        return float(canvas.height * (1.0 - usd / 1e9 / top))

    base: Spec = {
        "data": {"values": [{"v": 0.0}, {"v": top}]},
        "mark": {"type": "point", "opacity": 0, "color": look.HAIRLINE},
        "encoding": {
            "y": {
                "field": "v", "type": "quantitative",
                "scale": {"domain": [0.0, top], "nice": False},
                "axis": {"title": None, "tickCount": 5, "format": ",.4~r", "domain": False, "ticks": False},
            }
        },
    }  # fmt: skip
    strokes: list[Spec] = []
    labels: list[Spec] = []
    centres = []
    for place, row in enumerate(shown):
        x = slot * (place + 0.5)
        centres.append((x, y(max(row["contracted_usd"], 0.0))))
        seen = row["principal_due_usd"] - row["assumed_maturity_usd"]
        if seen > 0.0:
            strokes.append(_bar(x, y(0.0), y(seen), look.PAPER, weight))
        if row["assumed_maturity_usd"] > 0.0:
            strokes += _hatched(x, y(seen), y(row["principal_due_usd"]), look.PAPER, weight)
        if row["draws_usd"] > 0.0:
            strokes += _hatched(
                x + weight * 0.85, y(0.0), y(row["draws_usd"]), look.GREY, max(weight // 2, 6)
            )
        every = 1 if wide else 2
        if place % every == 0:
            labels.append({"px": x, "py": canvas.height + 18, "label": row["label"]})
    for (x, level), (x2, level2) in itertools.pairwise(centres):
        strokes.append({"x": x, "x2": x2, "y": level, "y2": level2, "colour": look.REALISABLE, "weight": 2.5})
    strokes.append(
        {"x": 0, "x2": canvas.width, "y": y(0.0), "y2": y(0.0), "colour": look.GREY, "weight": 1.0}
    )
    heading = "principal due (blue, hatched: date assumed; grey: draws to come), $bn"
    notes = [{"px": -canvas.left, "py": -30, "label": heading if wide else "principal due (blue), $bn"}]
    end = [{"px": centres[-1][0] + 8, "py": centres[-1][1], "label": "contracts and"}]
    end += [{"px": centres[-1][0] + 8, "py": centres[-1][1] + 16, "label": "leases, cash"}]
    if not wide:
        end = [{"px": -canvas.left, "py": -12, "label": "cash of contracts, leases (orange line)"}]
    return layered(
        canvas, [base, *segments(strokes), *text(labels, align="center"), *text(notes), *text(end)]
    )


def _bar(x: float, low: float, high: float, colour: str, weight: int) -> Spec:
    return {"x": x, "x2": x, "y": low, "y2": high, "colour": colour, "weight": weight}


def _hatched(x: float, low: float, high: float, colour: str, weight: int) -> list[Spec]:
    """Strokes across the bar every four pixels, so that no colour is needed to tell it from a full one."""
    count = max(int((low - high) / 4), 1)
    return [
        {
            "x": x - weight / 2, "x2": x + weight / 2, "y": low - 4 * i - 2, "y2": low - 4 * i - 2,
            "colour": colour, "weight": 1.4,
        }
        for i in range(count)
    ]  # fmt: skip
