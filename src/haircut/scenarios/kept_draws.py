"""A scenario set that remembers raw draws: P and Q, and cases with the same drivers, draw a block once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from haircut.scenarios.randomness import RawDraws
from haircut.scenarios.scenario_set import ScenarioSet

MOST_KEPT: Final = 40
"""Blocks kept, so that memory does not grow with paths; a block of one loan over five years is about 2 MB."""

Kept = dict[tuple[Any, ...], RawDraws]


@dataclass(frozen=True, slots=True)
class KeptScenarioSet(ScenarioSet):
    """A scenario set whose first blocks are drawn once for all cases with the same drivers.

    Draws depend on the seed, the months and the names of launches and obligors and on nothing else, so what is
    remembered changes no bit. Once full, only draws of other drivers make room.
    """

    kept: Kept = field(default_factory=dict, compare=False)

    def draw(self, block: int) -> RawDraws:
        """Raw draws of one block, from memory where they were drawn before."""
        drivers = (self.seed, self.p.months, self.p.launches, self.p.obligors, self.block_size)
        found = self.kept.get((*drivers, block))
        if found is None:
            found = ScenarioSet.draw(self, block)
            if len(self.kept) >= MOST_KEPT and all(key[:-1] != drivers for key in list(self.kept)):
                self.kept.clear()
            if len(self.kept) < MOST_KEPT:
                self.kept[(*drivers, block)] = found
        return found


def keeping(scenarios: ScenarioSet, kept: Kept) -> KeptScenarioSet:
    """The same set, remembering its draws in `kept`."""
    known = scenarios
    return KeptScenarioSet(
        known.p, known.q, known.seed, known.paths, known.block_size, known.coin_p, known.coin_q, kept=kept
    )
