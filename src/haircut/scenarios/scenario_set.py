"""A scenario set: not paths but the recipe for them. Any block can be made at any time, on any thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from haircut.case.case import Case
from haircut.errors import Defect, InputRefused
from haircut.machines.law import RentLaw
from haircut.scenarios.block import BLOCK_SIZE, ScenarioBlock
from haircut.scenarios.coin import CoinDraws, CoinParameters, compile_coin, draw_coin, simulate_coin
from haircut.scenarios.parameters import Measure, ScenarioParameters, compile_scenario
from haircut.scenarios.randomness import RawDraws, draw_block, exponentials
from haircut.scenarios.simulate import finish_block, simulate_states


@dataclass(frozen=True, slots=True)
class ScenarioSet:
    """Drivers of a run under P and Q, with the seed that makes their paths.

    A block is a pure function of the recipe and its index: it holds no state, so any number of threads in any
    order gives the same bits. A block is always made whole; of the last one only `paths_in_block` rows count,
    but independence by shift may read the others.

    Attributes:
        p, q: parameters under each measure, of the same drivers and months.
        seed: root seed, at least 0.
        paths: paths of the run, at least 1.
        block_size: paths in a block; leave it alone, as it belongs to the meaning of a seed.
        coin_p, coin_q: the coin, its network and shares under each measure; None where they are not asked for.
        contracts: ids of contracts that can be repriced; each has a level of patience on every path.
    """

    p: ScenarioParameters
    q: ScenarioParameters
    seed: int
    paths: int
    block_size: int = BLOCK_SIZE
    coin_p: CoinParameters | None = None
    coin_q: CoinParameters | None = None
    contracts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.paths < 1 or self.seed < 0 or self.block_size < 1:
            raise InputRefused(
                f"scenario set: found {self.paths} paths, seed {self.seed}, blocks of {self.block_size}; "
                "expected at least 1 path, a seed of at least 0 and blocks of at least 1"
            )

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-self.paths // self.block_size)

    def paths_in_block(self, block: int) -> int:
        """How many rows of a block belong to the run: the block size, or what is left in the last block."""
        return min(self.block_size, self.paths - block * self.block_size)

    def draw(self, block: int) -> RawDraws:
        """Raw draws of one block, shared by P, Q and every overlay of the same drivers."""
        known = self.p
        return draw_block(
            self.seed,
            block,
            known.months,
            known.launches.names,
            known.obligors,
            self.block_size,
            student=known.degrees_of_freedom > 0.0,
        )

    def draw_coin(self, block: int) -> CoinDraws:
        """Raw draws of the coin, its network and shares of one block, shared like those of `draw`.

        Raises:
            Defect: where the set was compiled without them.
        """
        if self.coin_p is None:
            raise Defect("the scenario set was compiled without the coin and shares")
        return draw_coin(self.coin_p, self.seed, block, self.p.months, self.block_size)

    def block(
        self,
        block: int,
        measure: Measure,
        draws: RawDraws | None = None,
        coin_draws: CoinDraws | None = None,
    ) -> ScenarioBlock:
        """Paths of one block under one measure, with coin and shares where the set was compiled with them.

        Args:
            block: 0 to `blocks` - 1.
            measure: "P" or "Q".
            draws, coin_draws: raw draws of the block where the caller keeps them; drawn again otherwise.
        """
        parameters, coin = (self.p, self.coin_p) if measure == "P" else (self.q, self.coin_q)
        draws = draws or self.draw(block)
        states = simulate_states(parameters, draws)
        added = {}
        if coin is not None:
            added = simulate_coin(parameters, coin, draws, coin_draws or self.draw_coin(block), states)
        if self.contracts:
            added["patience"] = exponentials(
                self.seed, "renegotiation", self.contracts, block, self.block_size
            )
        return finish_block(parameters, draws, states)._replace(**added)

    def both(self, block: int) -> tuple[ScenarioBlock, ScenarioBlock]:
        """Paths of one block under P and Q from one drawing."""
        draws = self.draw(block)
        coin = None if self.coin_p is None else self.draw_coin(block)
        return self.block(block, "P", draws, coin), self.block(block, "Q", draws, coin)


def compile_scenario_set(
    case: Case,
    months: int,
    laws: Mapping[str, RentLaw],
    coin: bool = False,
    drift_at_p: bool = False,
    contracts: Sequence[str] = (),
) -> ScenarioSet:
    """The scenario set of a case: both measures, with the seed and paths of its settings.

    Args:
        case: book, market, settings and scenario.
        months: T, at least 1.
        laws: law of rent under P by device.
        coin: compile the coin, its network and shares too.
        drift_at_p: under Q let coin and shares grow as under P.
        contracts: ids of contracts that can be repriced.

    Raises:
        InputRefused, CannotCompute: as `compile_scenario`.
    """
    p, q = compile_scenario(case, months, "P", laws), compile_scenario(case, months, "Q", laws)
    return ScenarioSet(
        p=p,
        q=q,
        seed=case.settings.seed,
        paths=case.settings.paths,
        coin_p=compile_coin(case, p) if coin else None,
        coin_q=compile_coin(case, q, drift_at_p) if coin else None,
        contracts=tuple(contracts),
    )
