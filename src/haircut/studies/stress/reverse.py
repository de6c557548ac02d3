"""Reverse stress: the joint 12-month move with the least Mahalanobis distance that breaks a loan's base case."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haircut import credit
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.errors import CannotCompute
from haircut.runs.choice import chosen_case
from haircut.scenarios.block import BLOCK_SIZE, ScenarioBlock
from haircut.scenarios.expected import expected_block
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set
from haircut.studies.breakeven.limits import LIMITS
from haircut.studies.breakeven.loan import Loan
from haircut.studies.stress.nearest import Mode, nearest_failures, probability

Floats = NDArray[np.float64]

HORIZON_MONTHS: Final = 12
BLOCKS: Final = 16
"""Blocks of 512 paths from which the law of the moves is measured, at most."""
SAMPLES: Final = 600
FAILING_PATHS: Final = 2_000
FEWEST_FAILURES: Final = 10


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor's move over twelve months.

    Attributes:
        name: rent, btc, utilisation, power or funding.
        unit: of its levels.
        today: level on the as-of date.
        level: level after the move.
        change: level over today's, less one.
        sigmas: the log move less its mean, over its standard deviation.
        sigmas_error: of a mean over paths; None for a point that was searched.
    """

    name: str
    unit: str
    today: float
    level: float
    change: float
    sigmas: float
    sigmas_error: float | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """One nearest failure: its Mahalanobis distance and the move of each factor."""

    distance: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One limit of the base case.

    Attributes:
        limit: name among `haircut.studies.breakeven.LIMITS`.
        broken_at_mean: whether it is broken before anything moves away from its mean.
        modes: nearest failures, nearest first; none within 8 sigma where empty.
        probability, std_error: that the twelve-month move breaks it, by importance sampling around the modes.
        samples: behind the probability.
    """

    __test__ = False

    limit: str
    broken_at_mean: bool
    modes: tuple[Break, ...]
    probability: float | None
    std_error: float | None
    samples: int


@dataclass(frozen=True, slots=True)
class Reverse:
    """The answer for one claim.

    Attributes:
        case, claim, as_of, overlays, seed: what was asked.
        factors: names, in order of the correlation.
        correlation: of the twelve-month log moves under P, from `paths` simulated paths.
        volatility: standard deviation of each log move.
        paths: behind both.
        tests: one for each limit that the base case has.
        failing: mean move over sampled paths on which the claim defaults; empty with fewer than ten.
        failing_paths, sampled_paths: how many fail, of how many.
    """

    case: str
    claim: str
    as_of: str
    overlays: tuple[str, ...]
    seed: int
    factors: tuple[str, ...]
    correlation: tuple[tuple[float, ...], ...]
    volatility: tuple[float, ...]
    paths: int
    tests: tuple[Test, ...]
    failing: tuple[Factor, ...]
    failing_paths: int
    sampled_paths: int

    def as_dict(self) -> dict[str, Any]:
        """What `haircut stress reverse --json` prints."""
        found = asdict(self)
        return {**found, "overlays": list(self.overlays), "tests": list(found["tests"])}


def reverse(
    case: Case | str | Path,
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    claim: str | None = None,
    seed: int | None = None,
    samples: int = SAMPLES,
) -> Reverse:
    """The nearest joint moves of rent, BTC, utilisation, power and funding that break each limit of a claim.

    A move is the change of the log of each factor over twelve months; its law is normal with the mean and
    covariance of simulated paths under P. A move is laid on the expected path: in even steps to month 12, from
    where the path runs on as expected, as far away. The base case (nobody defaults, no guarantor pays) is
    then asked for its limits. A factor that the limit does not feel moves as its correlation says.

    Args:
        case: a case, its folder, or the name of an example.
        overlays, rent_basis, seed: as for `haircut.reprice`.
        claim: id; by default the claim of the case.
        samples: of the importance sampling, at least 2.

    Raises:
        UsageError: where the claim is not known.
        InputRefused, CannotCompute: as `haircut.reprice`.
    """
    chosen = chosen_case(case, seed=seed, rent_basis=rent_basis, overlays=overlays)
    loan = Loan.of(chosen, claim)
    compiled = credit.compile_book(loan.case)
    scenarios = _with_coin(chosen, credit.compile_book(chosen))
    world = _World.of(compiled, scenarios, loan)
    mean, covariance, count = world.law()
    tests = []
    for name in LIMITS:
        room = world.room(name)
        if room(mean) is None:
            continue
        tests.append(_test(world, name, mean, covariance, samples, chosen.settings.seed))
    deviation = np.sqrt(np.diag(covariance))
    failing, failures, sampled = _failing(chosen, world, mean, deviation)
    return Reverse(
        chosen.name,
        loan.claim.id,
        chosen.market.as_of.isoformat(),
        chosen.overlays,
        chosen.settings.seed,
        world.names,
        tuple(tuple(float(v) for v in row) for row in covariance / np.outer(deviation, deviation)),
        tuple(float(v) for v in deviation),
        count,
        tuple(tests),
        failing,
        failures,
        sampled,
    )


def _with_coin(case: Case, compiled: CompiledBook) -> ScenarioSet:
    """The scenarios of the case, with the coin where its market has one."""
    if case.market.btc is None or compiled.scenarios.coin_p is not None:
        return compiled.scenarios
    try:
        return compile_scenario_set(case, compiled.months, compiled.machines.laws, coin=True)
    except CannotCompute:
        return compiled.scenarios


@dataclass(frozen=True)
class _World:
    """The factors of a loan: how paths move them, and how a move is laid on the expected path."""

    compiled: CompiledBook
    scenarios: ScenarioSet
    loan: Loan
    names: tuple[str, ...]
    device: int
    expected: ScenarioBlock
    month: int

    @classmethod
    def of(cls, compiled: CompiledBook, scenarios: ScenarioSet, loan: Loan) -> _World:
        fleets = {fleet.id: fleet.device for fleet in loan.case.book.fleets}
        pledged = next((fleets[fleet] for fleet in loan.claim.collateral_fleets), None)
        devices = compiled.indices.devices
        names = ["rent", "btc", "utilisation", "power", "funding"]
        if scenarios.coin_p is None:
            names.remove("btc")
        month = min(HORIZON_MONTHS, compiled.months)
        expected = expected_block(compiled.scenarios.p)
        place = devices.index(pledged) if pledged in devices else 0
        world = cls(compiled, scenarios, loan, tuple(names), place, expected, month)
        moves = world.moves(scenarios.block(0, "P"))
        moving = [name for name, column in zip(names, moves.T, strict=True) if column.std() > 1e-9]
        return replace(world, names=tuple(moving))

    def series(self, name: str, block: ScenarioBlock) -> Floats:
        """(n, T + 1) log level of a factor."""
        if name == "rent":
            rents: Floats = block.log_rent[self.device]
            return rents
        levels = {
            "btc": block.btc,
            "utilisation": block.utilisation_scale,
            "power": block.power_price,
            "funding": block.funding_spread,
        }[name]
        found: Floats = np.log(levels)
        return found

    def moves(self, block: ScenarioBlock) -> Floats:
        """(n, factors) twelve-month log moves of every path of a block."""
        columns = []
        for name in self.names:
            path = self.series(name, block)
            columns.append(path[:, self.month] - path[:, 0])
        return np.stack(columns, axis=1)

    def law(self) -> tuple[Floats, Floats, int]:
        """Mean and covariance of the moves, and the number of paths behind them."""
        blocks = min(BLOCKS, max(1, self.scenarios.blocks))
        moves = np.concatenate([self.moves(self.scenarios.block(each, "P")) for each in range(blocks)])
        return moves.mean(axis=0), np.atleast_2d(np.cov(moves.T)), len(moves)

    def laid(self, move: Floats) -> ScenarioBlock:
        """The expected path with a move laid on it."""
        block = self.expected
        update: dict[str, Any] = {}
        months = np.arange(self.compiled.months + 1)
        for name, change in zip(self.names, move, strict=True):
            if name == "btc" and not block.btc.size:
                continue
            path = self.series(name, block)[0]
            gap = (change - (path[self.month] - path[0])) * np.minimum(months / self.month, 1.0)
            if name == "rent":
                update["log_rent"] = block.log_rent + gap
            elif name == "btc":
                update["btc"] = block.btc * np.exp(gap)
                update["btc_low"] = block.btc_low * np.exp(gap)
            else:
                field = {
                    "utilisation": "utilisation_scale", "power": "power_price", "funding": "funding_spread"
                }[name]  # fmt: skip
                update[field] = getattr(block, field) * np.exp(gap)
        return block._replace(**update)

    def room(self, limit: str) -> Callable[[Floats], float | None]:
        """Room of a limit after a move."""

        def read(move: Floats) -> float | None:
            base = credit.base_case(self.compiled, block=self.laid(move))
            return LIMITS[limit].room(base, self.loan.claim.id)

        return read

    def levels(self, name: str) -> tuple[str, float]:
        """Unit and today's level of a factor."""
        if name == "rent":
            return "USD per GPU-hour", float(np.exp(self.expected.log_rent[self.device, 0, 0]))
        if name == "btc":
            btc = self.loan.case.market.btc
            assert btc is not None  # the factor is there only with the coin
            return "USD", float(btc.price.value)
        if name == "utilisation":
            return "times the mean", float(self.expected.utilisation_scale[0, 0])
        if name == "power":
            return "USD per kWh", float(self.expected.power_price[0, 0])
        return "spread", float(self.expected.funding_spread[0, 0])

    def factors(self, move: Floats, sigmas: Floats, errors: Floats | None = None) -> tuple[Factor, ...]:
        found = []
        for place, name in enumerate(self.names):
            unit, today = self.levels(name)
            error = None if errors is None else float(errors[place])
            level = today * math.exp(move[place])
            found.append(
                Factor(name, unit, today, level, math.expm1(move[place]), float(sigmas[place]), error)
            )
        return tuple(found)


def _test(world: _World, limit: str, mean: Floats, covariance: Floats, samples: int, seed: int) -> Test:
    asked = world.room(limit)

    def room(move: Floats) -> float:
        found = asked(move)
        return math.inf if found is None else found

    if room(mean) < 0.0:
        return Test(limit, True, (), None, None, 0)
    modes = nearest_failures(room, mean, covariance, seed=seed)
    if not modes:
        return Test(limit, False, (), None, None, 0)
    share, error = probability(room, mean, covariance, modes, samples, seed)
    return Test(limit, False, tuple(_break(world, mode) for mode in modes), share, error, samples)


def _break(world: _World, mode: Mode) -> Break:
    return Break(mode.distance, world.factors(mode.move, mode.sigmas))


def _failing(
    case: Case, world: _World, mean: Floats, deviation: Floats
) -> tuple[tuple[Factor, ...], int, int]:
    """Mean move of the sampled paths on which the claim defaults before its maturity."""
    compiled = credit.compile_book(case)
    claim, paths = world.loan.claim.id, min(FAILING_PATHS, case.settings.paths)
    outcomes = credit.simulate(compiled, "P", paths, case.settings.seed, sample=paths)
    last = compiled.maturity_months[claim]
    alive = outcomes.sample[f"alive:{claim}"][:, : max(last, 1)]
    failed = (alive[:, 1:] == 0.0).any(axis=1)
    blocks = -(-paths // BLOCK_SIZE)
    moves = np.concatenate([world.moves(world.scenarios.block(each, "P")) for each in range(blocks)])[:paths]
    count = int(failed.sum())
    if count < FEWEST_FAILURES:
        return (), count, paths
    mine = moves[failed]
    sigmas = (mine.mean(axis=0) - mean) / deviation
    errors = mine.std(axis=0, ddof=1) / math.sqrt(count) / deviation
    return world.factors(mine.mean(axis=0), sigmas, errors), count, paths
