"""The shock at the cliff: how far rents and the coin must fall at once before a book's cascade jumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from haircut.credit.arrays import BookArrays, Floats, new_state
from haircut.credit.compile import CompiledBook
from haircut.credit.month import run_path
from haircut.credit.outcomes import CAUSES, COLUMNS
from haircut.credit.simulate import CASH_TOLERANCE_USD
from haircut.credit.steps.default import BY, CAUSE, DEFAULT_MONTH, EXPOSURE, FACTS, ROOT, ROUND
from haircut.credit.trace import new_trace
from haircut.errors import Defect
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.expected import expected_block

STEP, DEEPEST = 0.025, 0.95
PRECISE: Final = 0.0005
"""Width of the interval of shocks in which the jump lies."""


@dataclass(frozen=True, slots=True)
class Shocked:
    """One shock: share by which rents, hashprice, the coin and shares fall at once and stay lower.

    Attributes:
        defaulted_usd, defaults: exposure and number of borrowers that default from its month on, in the book.
        later_rounds: of those borrowers, in a second round of their month or later.
        alone_usd, alone: the same with everybody standing alone.
    """

    shock: float
    defaulted_usd: float
    defaults: int
    later_rounds: int
    alone_usd: float
    alone: int


@dataclass(frozen=True, slots=True)
class Fall:
    """A claim that falls at the cliff and not before it: month, round, root cause and by whom, empty for nobody."""

    claim: str
    borrower: str
    month: int
    round: int
    root: str
    by: str
    exposure_usd: float


@dataclass(frozen=True, slots=True)
class Cliff:
    """Where the cascade jumps, on the path of expected drivers; exact.

    Attributes:
        shock: the smallest shock on the far side of the jump, to 0.05 points; None where no shock up to 95 % moves
            anything. before_usd, after_usd: exposure in default on either side.
        alone_shock: where it jumps with everybody standing alone.
        falls: claims that fall at it, the first to fall first.
        rows: by shock, 0 to 95 %.
    """

    shock: float | None
    before_usd: float
    after_usd: float
    alone_shock: float | None
    falls: tuple[Fall, ...]
    rows: tuple[Shocked, ...]


def cliff(compiled: CompiledBook, alone: CompiledBook, month: int) -> Cliff:
    """Scan shocks of 0 to 95 % in `month`, and halve the interval in which exposure in default rises most.

    Rents, hashprice, the coin and shares fall together, once, and stay lower by that share of what was expected.

    Args:
        compiled: the book. alone: the same case without the channels between its borrowers (`standalone`).
        month: of the shock, 1..T.

    Raises:
        Defect: where cash is not conserved.
    """
    worlds = [
        (each.arrays, expected_block(each.scenarios.p, coin=each.scenarios.coin_p))
        for each in (compiled, alone)
    ]

    def run(world: int, shock: float) -> Floats:
        arrays, block = worlds[world]
        return _facts(arrays, shocked(block, shock, month))

    def usd(world: int, shock: float) -> float:
        return _exposure(run(world, shock), month)

    shocks = [float(each) for each in np.arange(0.0, DEEPEST + STEP / 2.0, STEP)]
    found = [(run(0, shock), run(1, shock)) for shock in shocks]
    rows = tuple(
        _row(compiled, shock, here, apart, month) for shock, (here, apart) in zip(shocks, found, strict=True)
    )
    low, high = _jump(shocks, [row.defaulted_usd for row in rows], lambda shock: usd(0, shock))
    _, alone_high = _jump(shocks, [row.alone_usd for row in rows], lambda shock: usd(1, shock))
    if low is None or high is None:
        return Cliff(None, rows[0].defaulted_usd, rows[0].defaulted_usd, alone_high, (), rows)
    before, after = run(0, low), run(0, high)
    falls = _falls(compiled, before, after, month)
    return Cliff(high, _exposure(before, month), _exposure(after, month), alone_high, falls, rows)


def shocked(block: ScenarioBlock, shock: float, month: int) -> ScenarioBlock:
    """The block with rents, hashprice, coin and shares lower by a share from `month` on; the rest is untouched."""
    left = 1.0 - shock

    def scaled(values: Floats) -> Floats:
        changed = values.copy()
        changed[..., month:] *= left
        return changed

    log_rent = block.log_rent.copy()
    log_rent[..., month:] += np.log(left)
    return block._replace(
        log_rent=log_rent, hashprice=scaled(block.hashprice), btc=scaled(block.btc), btc_low=scaled(block.btc_low),
        shares=scaled(block.shares),
    )  # fmt: skip


def _facts(arrays: BookArrays, block: ScenarioBlock) -> Floats:
    rows, facts = np.zeros((len(arrays.claims), len(COLUMNS))), np.zeros((len(arrays.claims), FACTS))
    error = run_path(arrays, block, 0, new_state(arrays), rows, facts, new_trace(arrays, 0, 1), -1)
    if not error <= CASH_TOLERANCE_USD:
        raise Defect(f"contagion: cash is not conserved under a shock: the error is {error:,.4f} USD")
    return facts


def _counts(facts: Floats, month: int) -> np.ndarray:
    return np.asarray((facts[:, CAUSE] > 0.0) & (facts[:, DEFAULT_MONTH] >= month))


def _exposure(facts: Floats, month: int) -> float:
    return float(facts[_counts(facts, month), EXPOSURE].sum())


def _row(compiled: CompiledBook, shock: float, here: Floats, apart: Floats, month: int) -> Shocked:
    owner = np.asarray(compiled.arrays.claims["borrower"])

    def fell(facts: Floats, first_round: float) -> int:
        return len(np.unique(owner[_counts(facts, month) & (facts[:, ROUND] >= first_round)]))

    return Shocked(
        shock,
        _exposure(here, month),
        fell(here, 1.0),
        fell(here, 2.0),
        _exposure(apart, month),
        fell(apart, 1.0),
    )


def _jump(
    shocks: list[float], usd: list[float], at: Callable[[float], float]
) -> tuple[float | None, float | None]:
    """The interval in which exposure rises most, halved to `PRECISE`; the first where several rise alike."""
    rises = np.diff(usd)
    if not len(rises) or rises.max() <= 0.0:
        return None, None
    place = int(np.argmax(rises))
    low, high, below, above = shocks[place], shocks[place + 1], usd[place], usd[place + 1]
    while high - low > PRECISE:
        middle = 0.5 * (low + high)
        here = at(middle)
        if here - below >= above - here:
            high, above = middle, here
        else:
            low, below = middle, here
    return low, high


def _falls(compiled: CompiledBook, before: Floats, after: Floats, month: int) -> tuple[Fall, ...]:
    names, owner = compiled.indices.borrowers, compiled.arrays.claims["borrower"]
    found = []
    for claim in np.flatnonzero(_counts(after, month) & ~_counts(before, month)).tolist():
        facts, by = after[claim], int(after[claim, BY]) - 1
        found.append(
            Fall(
                claim=compiled.claim_ids[claim],
                borrower=names[int(owner[claim])],
                month=int(facts[DEFAULT_MONTH]),
                round=int(facts[ROUND]),
                root=CAUSES[int(facts[ROOT])],
                by=names[by] if by >= 0 else "",
                exposure_usd=float(facts[EXPOSURE]),
            )
        )
    return tuple(sorted(found, key=lambda fall: (fall.month, fall.round, -fall.exposure_usd)))
