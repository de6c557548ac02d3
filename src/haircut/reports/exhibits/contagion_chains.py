"""Chains of contagion by expected dollars: a table, and a graph from left to right."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.chart_parts import Canvas, Spec, layered, segments, text, text_width
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.contagion import Chain, Contagion

MOST: Final = 15
DRAWN: Final = 10
ROW: Final = 34
TALL_ROW: Final = 46
NARROW_WIDTH: Final = 330.0
LARGEST_DISC: Final = 220.0
THROUGH: Final = {
    "tenant": "tenant",
    "guarantor": "guarantor",
    "backer": "backer",
    "landlord": "landlord",
    "parent": "parent",
    "subsidiary": "subsidiary",
    "market": "market",
    "value": "larger loss",
}


def build(found: Contagion) -> Exhibit:
    """The chains that cost most, as a table and a picture."""
    costly = [chain for chain in found.chains if chain.loss_usd > 0.0]
    rows: list[dict[str, Any]] = [
        {
            "chain": " > ".join(chain.borrowers),
            "through": ", ".join(THROUGH[tie] for tie in chain.ties),
            "probability": chain.probability,
            "loss": chain.loss_usd,
            "error": chain.loss_error_usd,
        }
        for chain in costly[:MOST]
    ]
    columns = (
        Column("chain", "chain"),
        Column("through", "reached through"),
        Column("probability", "of paths", "share"),
        Column("loss", "loss", "usd", error="error"),
    )
    lead = "No chain costs anything."
    if costly:
        first = costly[0]
        lead = (
            f"The costliest chain runs from {first.borrowers[0]} to {first.borrowers[-1]}: "
            f"{print_.in_sentence(first.loss_usd, 'usd')} ± {print_.error(first.loss_error_usd, 'usd')}m."
        )
    left = len(costly) - len(rows)
    fallen = {each.borrower: max(each.others_loss_usd, 0.0) for each in found.forced}
    return Exhibit(
        "contagion_chains",
        lead,
        Table(pl.DataFrame(rows), columns, "forced defaults", found.paths) if rows else None,
        _graph(costly[:DRAWN], fallen) if costly else None,
        _bars(costly[:DRAWN]) if costly else None,
        notes=(
            "Loss: expected change on the claims of the last borrower of the chain, given that the first is forced. "
            "Reached through: how each later one depends on the one before it; market: unsold machines, lost buyers "
            "and lenders' lost appetite; larger loss: it falls no earlier, its claims lose more. Discs: what "
            "everybody else loses if it falls." + (f" {left} more chains in --json." if left > 0 else ""),
        ),
    )


def _graph(chains: list[Chain], fallen: dict[str, float]) -> Spec:
    """Borrowers in columns by their place in the chain; a stroke's weight and label are dollars.

    Args:
        chains: drawn.
        fallen: by borrower what others lose if it falls, USD: the area of its disc.
    """
    columns: dict[int, list[str]] = {}
    flows: dict[tuple[int, str, str], float] = {}
    for chain in chains:
        for place, name in enumerate(chain.borrowers):
            column = columns.setdefault(place, [])
            if name not in column:
                column.append(name)
        for place, (one, other) in enumerate(zip(chain.borrowers, chain.borrowers[1:], strict=False)):
            flows[place, one, other] = flows.get((place, one, other), 0.0) + chain.loss_usd
    right = round(max(text_width(name) for name in columns[max(columns)])) + 20
    height = ROW * max(map(len, columns.values()))
    canvas = Canvas(True, right=right, height=height, left=16, top=36, bottom=16)
    last = max(columns)

    def at(place: int, name: str) -> tuple[float, float]:
        column = columns[place]
        return canvas.width * place / last, height * (column.index(name) + 0.5) / len(column)

    most = max(flows.values())
    strokes: list[Spec] = []
    labels: list[Spec] = []
    for (place, one, other), usd in flows.items():
        (x, y), (x2, y2) = at(place, one), at(place + 1, other)
        x += text_width(one) + 12
        weight = 1.0 + 6.0 * usd / most
        strokes.append(
            {"x": x, "y": y, "x2": x2 - 6, "y2": y2, "colour": look.REALISABLE, "weight": weight,
             "dash": look.SOLID}
        )  # fmt: skip
        worth = print_.number(usd, "usd")
        leaves = sum(key[:2] == (place, one) for key in flows)
        enters = sum((key[0], key[2]) == (place, other) for key in flows)
        at_end = 0.62 if leaves > 1 and enters > 1 else 0.8 if leaves > 1 else 0.2  # where strokes lie apart
        labels.append({"px": x + (x2 - 6 - x) * at_end, "py": y + (y2 - y) * at_end, "label": worth})
    names = [
        {"px": at(place, name)[0], "py": at(place, name)[1], "label": name}
        for place, column in columns.items()
        for name in column
    ]
    heads = [{"px": 0, "py": -22, "label": "forced into default"}]
    title = "expected loss, $m"
    heads.append({"px": canvas.width + right - text_width(title) - 8, "py": -22, "label": title})
    base: Spec = {"data": {"values": [{}]}, "mark": {"type": "point", "opacity": 0}}
    worst = max([*fallen.values(), 1.0])
    discs = [
        {
            "px": at(place, name)[0] + text_width(name) + 2,
            "py": at(place, name)[1],
            "size": LARGEST_DISC * fallen.get(name, 0.0) / worst,
        }
        for place, column in columns.items()
        if place < last
        for name in column
    ]
    return layered(
        canvas,
        [
            base,
            *segments(strokes),
            _discs(discs),
            *text(labels, align="center"),
            *text(names, bold=True),
            *text(heads),
        ],
    )


def _discs(rows: list[dict[str, Any]]) -> Spec:
    """Discs at pixel positions; `size` is their area in square pixels."""
    return {
        "data": {"values": rows},
        "mark": {
            "type": "point",
            "shape": "circle",
            "filled": True,
            "opacity": 1,
            "color": look.INK,
            "clip": False,
        },
        "encoding": {
            "x": {"field": "px", "type": "quantitative", "scale": None, "axis": None},
            "y": {"field": "py", "type": "quantitative", "scale": None, "axis": None},
            "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
        },
    }


def _bars(chains: list[Chain]) -> Spec:
    """The chains one under the other, for a narrow page: who, then a bar with its dollars."""
    canvas = Canvas(False, right=70, height=TALL_ROW * len(chains), left=4, top=30, bottom=8)
    most = max(chain.loss_usd for chain in chains)
    strokes: list[Spec] = []
    labels: list[Spec] = [{"px": -4, "py": -18, "label": "expected loss of the last, $m"}]
    numbers: list[Spec] = []
    for place, chain in enumerate(chains):
        y = TALL_ROW * place + 30
        width = canvas.width * chain.loss_usd / most
        strokes.append({"x": 0, "x2": width, "y": y, "y2": y, "colour": look.REALISABLE, "weight": 10})
        labels.append({"px": -4, "py": y - 18, "label": _short(" > ".join(chain.borrowers))})
        numbers.append({"px": canvas.width + 8, "py": y, "label": print_.number(chain.loss_usd, "usd")})
    base: Spec = {"data": {"values": [{}]}, "mark": {"type": "point", "opacity": 0}}
    return layered(canvas, [base, *segments(strokes), *text(labels), *text(numbers)])


def _short(words: str) -> str:
    """What fits the width of a narrow page; the table has the whole."""
    return words if text_width(words) <= NARROW_WIDTH else f"{words[: int(NARROW_WIDTH / 7.4) - 1]}…"
