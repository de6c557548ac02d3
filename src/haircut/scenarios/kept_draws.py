"""A scenario set that remembers raw draws: P and Q, and cases with the same drivers, draw a block once."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

from haircut.scenarios.coin import CoinDraws
from haircut.scenarios.randomness import RawDraws
from haircut.scenarios.scenario_set import ScenarioSet

MOST_KEPT: Final = 40
"""Blocks kept, so that memory does not grow with paths; a block of one loan over five years is about 2 MB."""

Kept = dict[tuple[Any, ...], RawDraws | CoinDraws]


@dataclass(frozen=True, slots=True)
class KeptScenarioSet(ScenarioSet):
    """A scenario set whose first blocks are drawn once for all cases with the same drivers.

    Draws depend on the seed, the months and the names of drivers and on nothing else, so what is remembered
    changes no bit. Once full, only draws of other drivers make room; the coin's are kept beside their block's.
    """

    kept: Kept = field(default_factory=dict, compare=False)

    def draw(self, block: int) -> RawDraws:
        """Raw draws of one block, from memory where they were drawn before."""
        known = self.p
        drivers = (self.seed, known.months, known.launches.names, known.obligors, known.degrees_of_freedom > 0.0,
                   self.block_size)  # fmt: skip
        found = self.kept.get((*drivers, block))
        if found is None:
            found = ScenarioSet.draw(self, block)
            self._keep(drivers, block, found)
        assert isinstance(found, RawDraws)
        return found

    def draw_coin(self, block: int) -> CoinDraws:
        """Raw draws of the coin and shares of one block, from memory where they were drawn before."""
        coin = self.coin_p
        drivers: tuple[Any, ...] = ("coin", self.seed, self.p.months, self.block_size)
        if coin is not None:
            drivers += (coin.btc is not None, coin.hashrate is not None, coin.equities.issuers)
        found = self.kept.get((*drivers, block))
        if found is None:
            found = ScenarioSet.draw_coin(self, block)
            self._keep(drivers, block, found)
        assert isinstance(found, CoinDraws)
        return found

    def _keep(self, drivers: tuple[Any, ...], block: int, found: RawDraws | CoinDraws) -> None:
        """Remember what was drawn where there is room, or where only what other drivers drew is in the way."""
        of_kind = [key for key in list(self.kept) if (key[0] == "coin") == (drivers[0] == "coin")]
        if len(of_kind) >= MOST_KEPT and all(key[:-1] != drivers for key in of_kind):
            for key in of_kind:
                self.kept.pop(key, None)
            of_kind = []
        if len(of_kind) < MOST_KEPT:
            self.kept[(*drivers, block)] = found


def keeping(scenarios: ScenarioSet, kept: Kept) -> KeptScenarioSet:
    """The same set, remembering its draws in `kept`."""
    known = {each.name: getattr(scenarios, each.name) for each in fields(ScenarioSet)}
    return KeptScenarioSet(**known, kept=kept)
