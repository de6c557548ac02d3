"""A slider of the claim page: from a moved slider to the redrawn verdict, numbers and picture, at 2,000 paths."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from haircut.faces.server import page
from haircut.faces.server.deal import Deal

CASE = "coreweave-ddtl-3"
MOVED = (
    "deflation",
    "launch",
    "g_c",
    "depth",
    "customers",
    "renewal",
    "re_let_gap",
    "power",
    "tenor",
    "advance",
)


def _stops(deal: Deal, key: str) -> Iterator[dict[str, str]]:
    """Every stop of one slider in turn, each beside stops of another, so that no answer is found again."""
    slider = next(slider for slider in deal.sliders if slider.key == key)
    second = "power" if key == "depth" else "depth"
    beside = next(slider for slider in deal.sliders if slider.key == second)
    for other in beside.values:
        for value in slider.values:
            if value != slider.today:
                yield {key: value} if other == beside.today else {key: value, second: other}


def bench_redraw() -> dict[str, Any]:
    """One row a slider; the sliders that move rents also solve the machines' value again."""
    deal = Deal(CASE)
    deal.whole({})

    def moved(key: str) -> Callable[[], object]:
        states = itertools.cycle(_stops(deal, key))

        def redraw() -> object:
            state = next(states)
            return page.parts(deal, state, deal.now(state), "wide", "first")

        return redraw

    return {key: moved(key) for key in MOVED}
