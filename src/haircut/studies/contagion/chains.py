"""The hidden chain: through whom a forced default reached each borrower that fell, and what it cost there."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from haircut.credit.arrays import BookArrays, Floats
from haircut.credit.steps.default import BY, CAUSE, DEFAULT_MONTH, ROUND
from haircut.studies.contagion.links import MARKET, Links

NEVER = 10**9
MOST_ROUNDS = 1_000

Step = tuple[str, int]
"""How a borrower was reached, and who it is."""
Chain = tuple[Step, ...]


def times_of_default(arrays: BookArrays, facts: Floats) -> NDArray[np.int64]:
    """(paths, borrowers) month x 1,000 + round of the first default among a borrower's claims, `NEVER` if none."""
    hit = facts[:, :, CAUSE] > 0.0
    when = facts[:, :, DEFAULT_MONTH] * MOST_ROUNDS + np.minimum(facts[:, :, ROUND], MOST_ROUNDS - 1)
    when = np.where(hit, when, NEVER).astype(np.int64)
    result = np.full((len(facts), len(arrays.borrowers)), NEVER, dtype=np.int64)
    for borrower, terms in enumerate(arrays.borrowers):
        if terms["claim_end"] > terms["claim_first"]:
            result[:, borrower] = when[:, terms["claim_first"] : terms["claim_end"]].min(axis=1)
    return result


@dataclass
class ChainSums:
    """Over paths, by chain: paths on which it ran, dollars and their squares."""

    paths: dict[Chain, int] = field(default_factory=dict)
    usd: dict[Chain, float] = field(default_factory=dict)
    usd_squared: dict[Chain, float] = field(default_factory=dict)

    def add(self, chain: Chain, paths: int, usd: float, usd_squared: float) -> None:
        self.paths[chain] = self.paths.get(chain, 0) + paths
        self.usd[chain] = self.usd.get(chain, 0.0) + usd
        self.usd_squared[chain] = self.usd_squared.get(chain, 0.0) + usd_squared

    def merge(self, other: ChainSums) -> None:
        for chain, paths in other.paths.items():
            self.add(chain, paths, other.usd[chain], other.usd_squared[chain])


def trace_chains(
    arrays: BookArrays,
    links: Links,
    forced: int,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    facts: Floats,
    change: Floats,
    forced_at: NDArray[np.int64],
    sums: ChainSums,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add to `sums` what each path's chains cost; returns who fell because of it, and the longest chain, by path.

    A borrower fell because of the forced one where it defaults earlier than without. It was reached through the
    borrower that the engine blames, else through the last of those it relies on that fell before it, else through
    the market. Losses that changed at a borrower that falls anyway belong to the one step `value`.

    Args:
        arrays, links: the book before the forced obligor, and its ties.
        forced: position of the forced borrower.
        before, after: (paths, borrowers) `times_of_default` without and with the force.
        facts: (paths, claims, FACTS) with the force.
        change: (paths, borrowers) USD, loss with less loss without.
        forced_at: (paths,) time of the forced default, `NEVER` where it did not come.
        sums: where chains are added.
    """
    fell = after < before
    fell[:, forced] = False
    kept = np.where(fell, 0.0, change)
    for each in np.flatnonzero((kept != 0.0).any(axis=0)).tolist():
        moved = kept[:, each]
        chain: Chain = (("", forced),) if each == forced else (("", forced), ("value", each))
        sums.add(chain, int((moved != 0.0).sum()), float(moved.sum()), float((moved**2).sum()))
    longest = np.zeros(len(before), dtype=np.int64)
    blamed = _blamed(arrays, facts)
    for path in np.flatnonzero(fell.any(axis=1)):
        when = {forced: int(forced_at[path])}
        chains: dict[int, Chain] = {forced: (("", forced),)}
        down = np.flatnonzero(fell[path])
        for borrower in down[np.argsort(after[path, down], kind="stable")].tolist():
            time = int(after[path, borrower])
            kind, through = _through(links[borrower], int(blamed[path, borrower]), when, time, forced)
            chain = (*chains[through], (kind, borrower))
            chains[borrower], when[borrower] = chain, time
            usd = float(change[path, borrower])
            sums.add(chain, 1, usd, usd * usd)
            longest[path] = max(longest[path], len(chain) - 1)
    return fell.sum(axis=1), longest


def _through(ties: list[tuple[str, int]], blamed: int, when: dict[int, int], time: int, forced: int) -> Step:
    if blamed in when:
        kind = next((kind for kind, other in ties if other == blamed), MARKET)
        return kind, blamed
    earlier = [(kind, other) for kind, other in ties if other in when and when[other] < time]
    if earlier:
        return max(earlier, key=lambda tie: when[tie[1]])
    return MARKET, forced


def _blamed(arrays: BookArrays, facts: Floats) -> NDArray[np.int64]:
    """(paths, borrowers) the borrower that the engine holds responsible, -1 where it names none."""
    result = np.full((len(facts), len(arrays.borrowers)), -1, dtype=np.int64)
    for borrower, terms in enumerate(arrays.borrowers):
        if terms["claim_end"] > terms["claim_first"]:
            own = facts[:, terms["claim_first"] : terms["claim_end"], BY]
            result[:, borrower] = own.max(axis=1).astype(np.int64) - 1
    return result
