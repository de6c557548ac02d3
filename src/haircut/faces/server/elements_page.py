"""Every element of these pages once, with made-up content that says so: what a change of style is looked at on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import polars as pl

from haircut.faces.server import page as claim
from haircut.faces.server import shell
from haircut.faces.server.fields import Field
from haircut.faces.server.sliders import Slider
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.exhibits.spread_waterfall import Step, waterfall_chart
from haircut.reports.html_parts import section

JOB: Final = {"id": "example", "what": "corner 5", "done": 5, "total": 16, "detail": "", "seconds": 12.0}


class _Nowhere:
    """The stamp of what was not computed."""

    def stamp(self, scenario: str = "haircut", *, beside: bool = False) -> str:
        """Says that it is an example."""
        return "an example, made up: nothing was computed"


def _exhibit() -> str:
    steps = [
        Step("as a building", 0.0, 50.0, 1.0, "paper"),
        Step("an example", 50.0, 120.0, 6.0, "part"),
        Step("fair margin", 0.0, 120.0, 4.0, "fair"),
        Step("quoted", 0.0, 100.0, None, "quoted", True),
    ]
    rows = {"what": ["a number", "an error", "nothing, with its reason", "a negative"],
            "value": [120.0, 95.0, None, -20.0], "error": [4.0, 3.0, None, None],
            "reason": ["", "", "no_quote", ""]}  # fmt: skip
    columns = (Column("what", "element"), Column("value", "margin", "bp", error="error", reason="reason"))
    made = Exhibit(
        "elements_example", "An exhibit: sentence, picture, table, reasons, notes, stamp.",
        Table(pl.DataFrame(rows), columns, "example"), waterfall_chart(steps, wide=True),
        waterfall_chart(steps, wide=False), ("A note.",), ("a part, because of a reason.",),
    )  # fmt: skip
    drawn = section(made, _Nowhere(), frozenset())
    corner = '<p class="downloads"><span class="quiet">example</span> <a href="#exhibit">SVG</a></p>'
    return shell.with_corner(drawn, corner)


def _slider() -> str:
    stops = (("0.30", "x 0.30"), ("1.00", "x 1.00"), ("3.00", "x 3.00"))
    on = Slider("example", "A slider", stops, "1.00", note="what is held fixed")
    off = Slider("missing", "A slider that this claim cannot have", missing="the reason")
    return f'<div class="side">{claim._slider(on, "3.00")}{claim._slider(off, "")}</div>'


def _fields() -> str:
    fields = (
        Field("whole", "a whole number", "whole", 6, 1, 60),
        Field("number", "a number", "number", 0.5, 0.0, 1.0, unit="units"),
        Field("choice", "a choice", "choice", "one", options=("one", "two")),
        Field("name", "a name", "name", "name"),
    )
    inside = "".join(shell.control(field, field.default, "e-") for field in fields)
    return f'<form class="ask" method="get" action="/elements">{inside}<button>Button</button></form>'


def _jobs() -> str:
    states = [{**JOB, "state": "running"}, {**JOB, "id": "waiting", "state": "queued", "total": 0, "seconds": None},
              {**JOB, "state": "failed", "detail": "what was found and what was expected"}]  # fmt: skip
    made = "".join(shell.running(state, "example") for state in states)
    return (
        made.replace(" data-job=", " data-example=")
        .replace('method="post"', 'method="get"')
        .replace('action="/jobs/', 'action="/elements#')
        .replace('<input type="hidden" name="form_key" value="example">', "")
    )


ELEMENTS: Final[dict[str, Callable[[], str]]] = {
    "choices": lambda: (
        '<nav class="choices" aria-label="An example of choices"><a href="#choices" aria-current=page>chosen</a> '
        '<a href="#choices">other<small> 56 %</small></a></nav>'
    ),
    "exhibit": _exhibit,
    "slider": _slider,
    "form": _fields,
    "job": _jobs,
    "notice": lambda: '<p class="problem">A refusal: what was found, where, what was expected.</p>',
    "details": lambda: (
        '<details class="ask"><summary>Ask otherwise</summary><p class="note">Form.</p></details>'
    ),
}
"""By name: what draws it."""


@cache
def page() -> str:
    """The page."""
    parts = "".join(
        f'<section id="{name}" class="element"><h2>{name.capitalize()}</h2>{draw()}</section>'
        for name, draw in ELEMENTS.items()
    )
    lead = (
        "Nothing here was computed: each element once, so that a change of style is looked at in one place."
    )
    return shell.page("elements", "Every element of these pages.", lead, parts, stamp="elements", here="")
