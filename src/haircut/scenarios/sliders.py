"""Raw draws kept for sliders: drawing is paid once, a slider repeats only the months."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from haircut.scenarios.coin import CoinDraws
from haircut.scenarios.parameters import Measure
from haircut.scenarios.randomness import RawDraws
from haircut.scenarios.scenario_set import ScenarioSet, World

SLIDER_PATHS = 2000


@dataclass(slots=True)
class DrawsKept:
    """The raw draws of the first `paths` paths of a run, whole blocks, made when first asked for.

    Draws depend on the seed, the months and the names of launches, obligors and issuers, not on any parameter: a
    slider that moves a volatility, a price of risk or a correlation reads what is here. Safe from any thread.

    Attributes:
        recipe: the set that drew first.
        paths: how many paths to keep; 2,000 of 80 months take 9 MB, with the coin and a share 16.
    """

    recipe: ScenarioSet
    paths: int = SLIDER_PATHS
    _kept: dict[int, tuple[RawDraws, CoinDraws | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def blocks(self) -> int:
        """Whole blocks that hold the paths."""
        return -(-min(self.paths, self.recipe.paths) // self.recipe.block_size)

    def draws(self, block: int) -> tuple[RawDraws, CoinDraws | None]:
        """Raw draws of one block, of the coin too where the set has one."""
        with self._lock:
            found = self._kept.get(block)
        if found is None:
            coin = None if self.recipe.coin_p is None else self.recipe.draw_coin(block)
            found = (self.recipe.draw(block), coin)
            if block < self.blocks:
                with self._lock:
                    self._kept[block] = found
        return found

    def world(self, moved: ScenarioSet, block: int, measure: Measure) -> World:
        """One block of a set whose parameters a slider has moved, from the draws kept.

        Args:
            moved: a set that `fits`, compiled with the coin.
            block: 0 to `blocks` - 1.
            measure: "P" or "Q".
        """
        assert self.fits(moved)
        draws, coin = self.draws(block)
        return moved.world(block, measure, draws, coin)

    def fits(self, moved: ScenarioSet) -> bool:
        """Whether a moved set reads the same draws; if not, keep draws of its own."""
        return self._key(moved) == self._key(self.recipe)

    def bytes_held(self) -> int:
        """Memory of the draws kept."""
        total = 0
        with self._lock:
            for raw, coin in self._kept.values():
                arrays = [*raw]
                if coin is not None:
                    arrays += [*(coin.btc or ()), coin.equities]
                    arrays += [] if coin.hashrate is None else [coin.hashrate]
                total += sum(each.nbytes for each in arrays)
        return total

    @staticmethod
    def _key(of: ScenarioSet) -> tuple[object, ...]:
        known, coin = of.p, of.coin_p
        has = None if coin is None else (coin.btc is None, coin.hashrate is None, coin.equities.issuers)
        return (
            of.seed,
            of.block_size,
            known.months,
            known.launches,
            known.obligors,
            known.degrees_of_freedom > 0.0,
            has,
        )
