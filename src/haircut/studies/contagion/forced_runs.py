"""The runs behind the matrix: each block of paths once as it is, and once for each forced borrower."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from haircut.credit.arrays import BookArrays, Floats, PathState, new_state
from haircut.credit.compile import CompiledBook
from haircut.credit.month import run_block
from haircut.credit.outcomes import COLUMNS, INDEX
from haircut.credit.simulate import CASH_TOLERANCE_USD
from haircut.credit.steps.default import CAUSE, DEFAULT_MONTH, FACTS
from haircut.credit.steps.draw import EXOGENOUS_CAUSE
from haircut.credit.trace import new_trace
from haircut.errors import Defect
from haircut.scenarios.block import ScenarioBlock
from haircut.studies.contagion.chains import (
    MOST_ROUNDS,
    NEVER,
    ChainSums,
    times_of_default,
    trace_chains,
)
from haircut.studies.contagion.forced import with_forced_month, with_forced_obligor
from haircut.studies.contagion.links import links_of

LOSS, DEFAULTED = INDEX["loss_pv"], INDEX["default_maturity"]


@dataclass
class ForcedSums:
    """What one forced borrower did, over paths.

    Attributes:
        defaulted, loss: (claims, 2) sum and sum of squares of the change, share and USD.
        lender_loss: (lenders + 1, 2) the same by lender; the last is whoever the book does not name.
        others: (paths,) USD, change of the loss on claims of all others.
        forced: paths on which it defaulted by force.
        brought_down: (paths,) others that fell because of it.
        depth: (paths,) steps of the longest chain.
        chains: by chain.
    """

    defaulted: Floats
    loss: Floats
    lender_loss: Floats
    others: Floats
    forced: int
    brought_down: NDArray[np.int64]
    depth: NDArray[np.int64]
    chains: ChainSums


@dataclass
class BookRuns:
    """Sums over all paths: of the book as it is, and of each forced borrower.

    Attributes:
        defaulted, loss: (paths, claims) of the book as it is.
        forced: by position of the borrower.
    """

    defaulted: Floats
    loss: Floats
    forced: dict[int, ForcedSums]


def lender_weights(arrays: BookArrays) -> Floats:
    """(claims, lenders + 1) shares, the last column what nobody named holds."""
    shares = arrays.lender_shares
    return np.column_stack([shares, np.maximum(1.0 - shares.sum(axis=1), 0.0)])


def run_forced(
    compiled: CompiledBook,
    borrowers: Sequence[int],
    month: int,
    paths: int,
    seed: int,
    threads: int | None = None,
    told: Callable[[], None] | None = None,
) -> BookRuns:
    """Run the book as it is and with each of some borrowers forced into default, on the same paths under P.

    `told` is called, from any thread, after each run of a block.

    Raises:
        Defect: where cash is not conserved on some path.
    """
    scenarios = replace(compiled.scenarios, paths=paths, seed=seed)
    arrays = compiled.arrays
    books = {borrower: with_forced_obligor(arrays, borrower) for borrower in borrowers}

    def work(block: int) -> BookRuns:
        drivers = scenarios.block(block, "P")
        return _block(arrays, books, drivers, month, scenarios.paths_in_block(block), told or _nothing)

    workers = min(threads or os.cpu_count() or 1, scenarios.blocks)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        parts = list(pool.map(work, range(scenarios.blocks)))
    return BookRuns(
        defaulted=np.concatenate([part.defaulted for part in parts]),
        loss=np.concatenate([part.loss for part in parts]),
        forced={borrower: _joined([part.forced[borrower] for part in parts]) for borrower in borrowers},
    )


def _nothing() -> None:
    pass


def _joined(parts: list[ForcedSums]) -> ForcedSums:
    chains = ChainSums()
    for part in parts:
        chains.merge(part.chains)
    return ForcedSums(
        defaulted=np.sum([part.defaulted for part in parts], axis=0),
        loss=np.sum([part.loss for part in parts], axis=0),
        lender_loss=np.sum([part.lender_loss for part in parts], axis=0),
        others=np.concatenate([part.others for part in parts]),
        forced=sum(part.forced for part in parts),
        brought_down=np.concatenate([part.brought_down for part in parts]),
        depth=np.concatenate([part.depth for part in parts]),
        chains=chains,
    )


def _run(
    arrays: BookArrays, drivers: ScenarioBlock, count: int, state: PathState
) -> tuple[Floats, Floats, Floats]:
    """Default and loss, (paths, claims), and facts, (paths, claims, FACTS), of one block."""
    rows = np.zeros((count, len(arrays.claims), len(COLUMNS)))
    facts = np.zeros((count, len(arrays.claims), FACTS))
    error = run_block(arrays, drivers, count, state, rows, facts, new_trace(arrays, 0, 1), 0)
    if not error <= CASH_TOLERANCE_USD:
        raise Defect(
            f"contagion: cash is not conserved: the largest error is {error:,.4f} USD; expected at most "
            f"{CASH_TOLERANCE_USD} on every path, month and account; the run is refused"
        )
    return rows[:, :, DEFAULTED].copy(), rows[:, :, LOSS].copy(), facts


def _block(
    arrays: BookArrays,
    books: dict[int, BookArrays],
    drivers: ScenarioBlock,
    month: int,
    count: int,
    told: Callable[[], None],
) -> BookRuns:
    defaulted, loss, facts = _run(arrays, drivers, count, new_state(arrays))
    told()
    before = times_of_default(arrays, facts)
    links, weights = links_of(arrays), lender_weights(arrays)
    owner = np.asarray(arrays.claims["borrower"], dtype=np.int64)
    of_borrower = (owner[:, None] == np.arange(len(arrays.borrowers))).astype(float)
    forced: dict[int, ForcedSums] = {}
    state = new_state(next(iter(books.values()))) if books else None
    for borrower, book in books.items():
        assert state is not None
        moved = with_forced_month(drivers, arrays, borrower, month)
        now, cost, now_facts = _run(book, moved, count, state)
        at = _forced_at(arrays, borrower, month, now_facts, moved)
        changes = cost - loss
        by_borrower = changes @ of_borrower
        chains = ChainSums()
        fell, depth = trace_chains(
            arrays, links, borrower, before, times_of_default(arrays, now_facts), now_facts, by_borrower, at,
            chains,
        )  # fmt: skip
        forced[borrower] = ForcedSums(
            defaulted=_moments(now - defaulted),
            loss=_moments(changes),
            lender_loss=_moments(changes @ weights),
            others=changes[:, owner != borrower].sum(axis=1),
            forced=int((at < NEVER).sum()),
            brought_down=fell,
            depth=depth,
            chains=chains,
        )
        told()
    return BookRuns(defaulted, loss, forced)


def _forced_at(
    arrays: BookArrays, borrower: int, month: int, facts: Floats, block: ScenarioBlock
) -> NDArray[np.int64]:
    """(paths,) month x 1,000 + 1 where the borrower defaults by force, else `NEVER`."""
    terms = arrays.borrowers[borrower]
    if terms["claim_end"] == terms["claim_first"]:
        hit = block.default_month[-1, : len(facts)] == month
    else:
        own = facts[:, terms["claim_first"] : terms["claim_end"]]
        hit = ((own[:, :, CAUSE] == EXOGENOUS_CAUSE) & (own[:, :, DEFAULT_MONTH] == month)).any(axis=1)
    return np.where(hit, month * MOST_ROUNDS + 1, NEVER).astype(np.int64)


def _moments(values: Floats) -> Floats:
    """(n, 2) sums and sums of squares over paths."""
    return np.column_stack([values.sum(axis=0), (values**2).sum(axis=0)])
