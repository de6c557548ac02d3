"""The drivers of a case as a reader meets them: fans, dependence by funding state, joint stress.

Everything is measured on simulated paths under P and stands beside what a constant link would show; nothing here
is an estimate from history. Memory does not grow with the number of paths: fans and tails read a sample, the rest
is sums by block.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.case import Case
from haircut.case.overlay import overlay
from haircut.errors import CannotCompute, UsageError
from haircut.machines.rent import rent_law, rent_today
from haircut.scenarios.block import BLOCK_SIZE, ScenarioBlock
from haircut.scenarios.convergence import (
    Estimate,
    Lift,
    correlations,
    covariances,
    given_variance,
    jackknife,
    joint_lift,
    lower_tail,
    normal_tail,
)
from haircut.scenarios.drivers.registry import DRIVERS, Driver
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
FAN_PATHS = 2000
TAIL_PATHS = 50_000
FEWEST_MONTHS = 30
"""A correlation over fewer months of a state is not shown."""


class Event(NamedTuple):
    """A driver falls to `1 + change` of today or below within `months`, or rises to it where change is above 0.

    >>> str(Event("btc", -0.5, 12))
    'btc -50 % within 12 months'
    """

    driver: str
    change: float
    months: int

    def __str__(self) -> str:
        return f"{self.driver} {100.0 * self.change:+g} % within {self.months} months"

    @classmethod
    def parse(cls, text: str) -> Event:
        """An event as a command line states it, ``DRIVER:PERCENT:MONTHS``.

        Args:
            text: such as ``btc:-50:12``.

        Raises:
            UsageError: where it does not read so.

        >>> Event.parse("power:+100:6")
        Event(driver='power', change=1.0, months=6)
        """
        parts = text.split(":")
        try:
            driver, percent, months = parts
            return cls(driver, float(percent) / 100.0, int(months))
        except ValueError:
            raise UsageError(
                f"event: found {text!r}; expected DRIVER:PERCENT:MONTHS, such as btc:-50:12"
            ) from None


FIRST = Event("btc", -0.50, 12)
SECOND = Event("rent", -0.40, 12)


class Fan(NamedTuple):
    """Quantiles (5, T + 1) and mean (T + 1,) of one driver."""

    driver: Driver
    quantiles: Floats
    mean: Floats


class Pair(NamedTuple):
    """Dependence of two drivers' monthly changes by the funding state at the month's start.

    Attributes:
        first, second: drivers; the variance of the first sets the null.
        calm, stress: correlations; null: what the calm link shows where the first driver's variance is the
            stressed one; variance_ratio: that variance over the calm one.
        tail: P(U < 5 %, V < 5 %) / 5 % of changes over a year; tail_null: a normal pair's at their correlation.
    """

    first: str
    second: str
    calm: Estimate
    stress: Estimate
    null: float | None
    variance_ratio: float | None
    tail: Estimate
    tail_null: float | None


class Portrait(NamedTuple):
    """Everything that `haircut market scenarios` shows.

    Attributes:
        lifts: by coupling g_c, the joint stress of the two events; empty where the market lacks a driver.
    """

    case: str
    overlays: tuple[str, ...]
    as_of: datetime.date
    paths: int
    seed: int
    months: int
    fans: tuple[Fan, ...]
    pairs: tuple[Pair, ...]
    stress_share: Estimate
    events: tuple[Event, Event]
    coupling: float
    lifts: dict[float, Lift]


def recipe_of(case: Case, months: int, paths: int, seed: int | None = None) -> ScenarioSet:
    """The scenario set of a case for looking at: its devices in order of the fleets, the coin and shares.

    Raises:
        CannotCompute: where no device of the case has a rent on its basis.
    """
    basis = case.settings.rent_basis or case.market.default_rent_basis
    wanted = dict.fromkeys(
        [fleet.device for fleet in case.book.fleets] or [each.id for each in case.market.devices]
    )
    devices = {device.id: device for device in case.market.devices}
    laws = {}
    for name in wanted:
        today = rent_today(case.market, name, basis)
        if name in devices and today is not None:
            laws[name] = rent_law(
                case.market, devices[name], today, months, case.scenario.rent_path,
                case.scenario.rent_drift_shift, basis,
            )  # fmt: skip
    if not laws:
        raise CannotCompute(f"no device of the case has a rent on the basis {basis}")
    settings = case.settings.model_copy(
        update={"paths": paths, "seed": case.settings.seed if seed is None else seed}
    )
    return compile_scenario_set(case.model_copy(update={"settings": settings}), months, laws, coin=True)


def portrait(
    case: Case,
    paths: int = 20_480,
    months: int | None = None,
    events: tuple[Event, Event] = (FIRST, SECOND),
    couplings: Sequence[float] = (1.0, 2.0, 4.0),
    seed: int | None = None,
) -> Portrait:
    """Simulate the drivers of a case under P and measure how they move, alone and together.

    Args:
        case: with its overlays.
        paths: at least 20 blocks of 512 give errors.
        months: T, at least 12 and no less than the events need; by default 36, or what they need.
        events: A and B of the joint stress.
        couplings: values of g_c for the sensitivity; the case's own is always among them.
        seed: of the paths; the case's own unless given.

    Raises:
        UsageError: where the months are too few or an event names no driver.
    """
    names = {driver.name for driver in DRIVERS}
    for event in events:
        if event.driver not in names or not event.change > -1.0 or event.change == 0.0 or event.months < 1:
            known = ", ".join(driver.name for driver in DRIVERS)
            raise UsageError(
                f"event {event}: expected a fall of less than 100 % or a rise, within some months, of one of "
                f"{known}"
            )
    needed = max(12, *(event.months for event in events))
    months = max(36, needed) if months is None else months
    if months < needed:
        raise UsageError(f"months: found {months}; expected at least {needed}")
    recipe = recipe_of(case, months, paths, seed)
    sample = _Sample(recipe, events)
    own = float(case.market.compute.stress_coupling.value)
    lifts: dict[float, Lift] = {}
    if {event.driver for event in events} <= {driver.name for driver in sample.drivers}:
        for coupling in sorted({own, *couplings}):
            if coupling == own:
                lifts[coupling] = joint_lift(sample.counts)
                continue
            other = overlay(
                case, {"market": {"compute": {"stress_coupling": {"value": coupling, "range": None}}}}
            )
            lifts[coupling] = joint_lift(_counts(recipe_of(other, months, paths, seed), events))
    return Portrait(
        case=case.name,
        overlays=case.overlays,
        as_of=case.market.as_of,
        paths=recipe.paths,
        seed=recipe.seed,
        months=months,
        fans=sample.fans(),
        pairs=sample.pairs(),
        stress_share=sample.stress_share(),
        events=events,
        coupling=own,
        lifts=lifts,
    )


def happens(driver: Driver, event: Event, block: ScenarioBlock) -> NDArray[np.bool_] | None:
    """(n,) on which paths of a block an event happens; None where the block has no such driver."""
    path = driver.path(block)
    if path is None:
        return None
    level, within = (1.0 + event.change) * path[:, 0], path[:, 1 : event.months + 1]
    if event.change < 0.0:
        return np.asarray(within.min(axis=1) <= level)
    return np.asarray(within.max(axis=1) >= level)


def _block_counts(block: ScenarioBlock, events: tuple[Event, Event], rows: int) -> Floats:
    by_name = {driver.name: driver for driver in DRIVERS}
    hits = [happens(by_name[event.driver], event, block) for event in events]
    first, second = (hit[:rows] for hit in hits if hit is not None)
    return np.array([rows, first.sum(), second.sum(), (first & second).sum()], dtype=np.float64)


def _counts(recipe: ScenarioSet, events: tuple[Event, Event]) -> Floats:
    """(blocks, 4) as `joint_lift` reads them."""
    return np.stack(
        [_block_counts(recipe.block(i, "P"), events, recipe.paths_in_block(i)) for i in range(recipe.blocks)]
    )


class _Sample:
    """Sums by block, and the first paths as they are."""

    def __init__(self, recipe: ScenarioSet, events: tuple[Event, Event]) -> None:
        self.recipe = recipe
        block = recipe.block(0, "P")
        self.drivers = tuple(driver for driver in DRIVERS if driver.path(block) is not None)
        wanted = {event.driver for event in events} <= {driver.name for driver in self.drivers}
        counts, products, fans, years, stressed = [], [], [], [], []
        for i in range(recipe.blocks):
            block = block if i == 0 else recipe.block(i, "P")
            rows = recipe.paths_in_block(i)
            paths = [self._path(driver, block)[:rows] for driver in self.drivers]
            tense = block.stress[:rows, :-1]
            products.append(self._products(paths, tense))
            stressed.append([tense.size, tense.sum()])
            if wanted:
                counts.append(_block_counts(block, events, rows))
            if i * BLOCK_SIZE < FAN_PATHS:
                fans.append(np.stack(paths))
            if i * BLOCK_SIZE < TAIL_PATHS:
                years.append(
                    np.stack([self._change(d, p, 12) for d, p in zip(self.drivers, paths, strict=True)])
                )
        self.counts = np.array(counts)
        self.products = np.array(products)
        self.stressed = np.array(stressed, dtype=np.float64)
        self.fan_paths = np.concatenate(fans, axis=1)[:, :FAN_PATHS]
        self.years = np.concatenate(years, axis=1)

    @staticmethod
    def _path(driver: Driver, block: ScenarioBlock) -> Floats:
        path = driver.path(block)
        assert path is not None
        return path

    @staticmethod
    def _change(driver: Driver, path: Floats, months: int) -> Floats:
        to, at = path[:, months], path[:, 0]
        return np.log(to / at) if driver.logarithmic else to - at

    def _products(self, paths: list[Floats], tense: NDArray[np.int64]) -> Floats:
        """(2, k + 1, k + 1) sums of products of (1, monthly changes) in calm and in stress."""
        changes = [
            np.diff(np.log(path) if driver.logarithmic else path).ravel()
            for driver, path in zip(self.drivers, paths, strict=True)
        ]
        table = np.stack([np.ones(tense.size), *changes])
        calm = table * (tense.ravel() == 0)
        return np.stack([calm @ table.T, (table - calm) @ table.T])

    def fans(self) -> tuple[Fan, ...]:
        return tuple(
            Fan(driver, np.quantile(paths, QUANTILES, axis=0), paths.mean(axis=0))
            for driver, paths in zip(self.drivers, self.fan_paths, strict=True)
        )

    def stress_share(self) -> Estimate:
        total = self.stressed.sum(axis=0)
        without = total - self.stressed
        error = jackknife(without[:, 1] / without[:, 0]) if len(self.stressed) > 1 else None
        return Estimate(float(total[1] / total[0]), error)

    def pairs(self) -> tuple[Pair, ...]:
        total = self.products.sum(axis=0)
        found, spread = correlations(total), covariances(total)
        without = correlations(total - self.products) if len(self.products) > 1 else None
        order = sorted(range(len(self.drivers)), key=lambda k: _ORDER.index(self.drivers[k].name))
        result = []
        for i, j in itertools.combinations(order, 2):
            calm, stress = (
                self._correlation(
                    found[s, i, j], None if without is None else without[:, s, i, j], total[s, 0, 0]
                )
                for s in (0, 1)
            )
            ratio = float(spread[1, i, i] / spread[0, i, i]) if stress.value is not None else None
            null = None if calm.value is None or ratio is None else given_variance(calm.value, ratio)
            tail, tail_null = Estimate(None, None), None
            if np.ptp(self.years[i]) > 0.0 and np.ptp(self.years[j]) > 0.0:
                tail = lower_tail(self.years[i], self.years[j], 0.05, BLOCK_SIZE)
                link = float(np.corrcoef(self.years[i], self.years[j])[0, 1])
                tail_null = normal_tail(float(np.clip(link, -0.999999, 0.999999)), 0.05)
            names = self.drivers[i].name, self.drivers[j].name
            result.append(Pair(*names, calm, stress, null, ratio, tail, tail_null))
        return tuple(result)

    @staticmethod
    def _correlation(value: float, without: Floats | None, months: float) -> Estimate:
        if months < FEWEST_MONTHS or not np.isfinite(value):
            return Estimate(None, None)
        return Estimate(float(value), None if without is None else jackknife(without))


_ORDER = ("btc", "hashprice", "hashrate", "funding_spread", "rent", "equity", "demand", "power", "rate")
"""The driver named first in a pair is the one whose stress is meant: the coin, then funding."""
