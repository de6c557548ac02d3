"""A served case is asked all day: its memory must not grow with the questions."""

from __future__ import annotations

import itertools

from haircut.faces.server import page
from haircut.faces.server.deal import Deal

PATHS = 512
REDRAWS = 300


def resident_megabytes() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


def test_memory_is_flat_over_three_hundred_redraws() -> None:
    """Answers are let go but for their tables; what is kept is bounded, so the last two hundred add little."""
    deal = Deal("coreweave-ddtl-3", paths=PATHS)
    deal.whole({})
    sliders = [each for each in deal.sliders if not each.missing]
    states = (
        {first.key: one, second.key: other}
        for first, second in itertools.cycle(itertools.combinations(sliders, 2))
        for one, other in zip(first.values, second.values, strict=False)
        if one != first.today and other != second.today
    )
    seen = []
    for number, state in enumerate(itertools.islice(states, REDRAWS), start=1):
        page.parts(deal, state, deal.now(state), "wide", "first")
        if number % 50 == 0:
            seen.append(resident_megabytes())
    assert seen[-1] < 1.15 * seen[1], seen
    assert seen[-1] < 1100.0, seen
