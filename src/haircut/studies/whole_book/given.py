"""The other half of double leverage: how often an issuer defaults where the coin fell, where rent did, where both."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.credit.arrays import new_state
from haircut.credit.compile import CompiledBook
from haircut.credit.health import tally
from haircut.credit.month import run_block
from haircut.credit.outcomes import COLUMNS, Outcomes
from haircut.credit.simulate import CASH_TOLERANCE_USD
from haircut.credit.steps.default import CAUSE, DEFAULT_MONTH, FACTS
from haircut.credit.trace import new_trace
from haircut.errors import Defect, Reason, UsageError
from haircut.runs.health import Health, health_of
from haircut.scenarios.drivers.registry import DRIVERS
from haircut.scenarios.portrait import FIRST, SECOND, Event, happens

Counts = NDArray[np.int64]

PATHS: Final = 4_096
WITHIN_MONTHS: Final = 36
"""An issuer counts as in default where any of its claims is, within this time from the as-of date."""
FEWEST: Final = 10
"""Paths that an event needs before a share of them is said."""
HASHPRICE: Final = Event("hashprice", -0.40, 12)
EVENTS: Final[dict[str, tuple[Event, ...]]] = {
    "any": (),
    "coin": (FIRST,),
    "rent": (SECOND,),
    "both": (FIRST, SECOND),
    "hashprice": (HASHPRICE,),
}
"""By name what must happen on a path: a fall to the level or below at some month end, the coin and rent of one year."""


@dataclass(frozen=True, slots=True)
class Given:
    """How often an issuer defaults on the paths of an event.

    Attributes:
        name: any, coin, rent, both or hashprice.
        event: in words, its threshold included; empty for `any`.
        paths: on which it happens.
        defaults: of these, on how many a claim of the issuer is in default within `WITHIN_MONTHS`.
        probability: defaults / paths; None with fewer than `FEWEST` paths.
        std_error: sqrt(p (1 - p) / paths); None without a default.
        reason: why there is no probability.
    """

    name: str
    event: str
    paths: int
    defaults: int
    probability: float | None
    std_error: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Simulated:
    """One simulation of a whole book under P.

    Attributes:
        paths, seed: of it.
        given: by issuer, the events that the market has drivers for.
        health: what its paths left open.
    """

    paths: int
    seed: int
    given: dict[str, tuple[Given, ...]]
    health: tuple[Health, ...]


class _Block(NamedTuple):
    """Paths and defaults by issuer and event, and the counts of health."""

    paths: int
    hits: Counts  # (events,)
    defaults: Counts  # (issuers, events)
    left_open: NDArray[np.float64]
    off_grid: NDArray[np.float64]


def simulated(
    compiled: CompiledBook, paths: int = PATHS, seed: int | None = None, threads: int | None = None
) -> Simulated:
    """Run the book once under P, and count by issuer and event who defaults, and what paths leave open.

    Args:
        compiled: the book.
        paths: at least 1.
        seed: by default the book's.
        threads: that work at once; never changes a number.

    Raises:
        UsageError: for fewer than one path.
        Defect: where cash is not conserved on some path.
    """
    if paths < 1 or (threads is not None and threads < 1):
        raise UsageError(f"simulated: found paths={paths}, threads={threads}; expected both at least 1")
    case = compiled.case
    chosen = case.settings.seed if seed is None else seed
    scenarios = replace(compiled.scenarios, paths=paths, seed=chosen)
    compiled = replace(compiled, scenarios=scenarios)
    with ThreadPoolExecutor(max_workers=min(threads or os.cpu_count() or 1, scenarios.blocks)) as pool:
        blocks = list(pool.map(lambda block: _block(compiled, block), range(scenarios.blocks)))
    hits = np.sum([block.hits for block in blocks], axis=0)
    defaults = np.sum([block.defaults for block in blocks], axis=0)
    issuers = [issuer.id for issuer in case.book.issuers]
    given = {
        issuer: tuple(
            given_of(name, int(hits[place]), int(defaults[row, place]))
            for place, name in enumerate(EVENTS)
            if hits[place] >= 0
        )
        for row, issuer in enumerate(issuers)
    }
    counted = np.array([block.paths for block in blocks], dtype=np.int64)
    none = np.zeros((0, 0), dtype=np.int64)
    outcomes = Outcomes(
        "P", compiled.claim_ids, counted, np.zeros((0, 0, 0)), np.zeros((0, 0, 0, 0)), none, none, none, {}, 0.0,
        np.stack([block.left_open for block in blocks]), np.stack([block.off_grid for block in blocks]),
    )  # fmt: skip
    return Simulated(paths, chosen, given, health_of(outcomes, case, tuple(f.id for f in case.book.fleets)))


def given_of(name: str, paths: int, defaults: int) -> Given:
    """The share of the paths of an event on which an issuer defaults.

    >>> round(given_of("coin", 400, 100).std_error, 6), given_of("coin", 9, 9).reason
    (0.021651, 'missing_input')
    """
    words = " and ".join(map(str, EVENTS[name]))
    if paths < FEWEST:
        return Given(name, words, paths, defaults, None, None, "missing_input")
    p = defaults / paths
    error = math.sqrt(p * (1.0 - p) / paths) if defaults else None
    return Given(name, words, paths, defaults, p, error, None)


def _block(compiled: CompiledBook, block: int) -> _Block:
    arrays, scenarios = compiled.arrays, compiled.scenarios
    drivers, count = scenarios.block(block, "P"), scenarios.paths_in_block(block)
    rows = np.zeros((count, len(arrays.claims), len(COLUMNS)))
    facts = np.zeros((count, len(arrays.claims), FACTS))
    error = run_block(arrays, drivers, count, new_state(arrays), rows, facts, new_trace(arrays, 0, 1), 0)
    if not error <= CASH_TOLERANCE_USD:
        raise Defect(
            f"simulated: cash is not conserved: the largest error is {error:,.4f} USD; expected at most "
            f"{CASH_TOLERANCE_USD} on every path, month and account; the run is refused"
        )
    fell = (facts[..., CAUSE] > 0) & (facts[..., DEFAULT_MONTH] <= WITHIN_MONTHS)
    owner = {each.id: each.issuer for each in compiled.case.book.borrowers}
    borrower = {claim.id: claim.borrower for claim in compiled.case.book.claims}
    issuer_of = np.array([owner[borrower[claim]] for claim in compiled.claim_ids])
    failed = np.stack([fell[:, issuer_of == issuer.id].any(axis=1) for issuer in compiled.case.book.issuers])
    by_name = {driver.name: driver for driver in DRIVERS}
    hits = np.full(len(EVENTS), -1, dtype=np.int64)
    defaults = np.zeros((len(failed), len(EVENTS)), dtype=np.int64)
    for place, events in enumerate(EVENTS.values()):
        held = np.ones(count, dtype=bool)
        known = [happens(by_name[event.driver], event, drivers) for event in events]
        if any(each is None for each in known):
            continue
        for each in known:
            held &= each[:count] if each is not None else False
        hits[place], defaults[:, place] = held.sum(), (failed & held).sum(axis=1)
    counted = tally(arrays, drivers, facts)
    return _Block(count, hits, defaults, counted.left_open, counted.off_grid)
