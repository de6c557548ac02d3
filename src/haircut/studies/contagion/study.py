"""The contagion matrix of a book, its chains, its channels, and each claim standalone against in its book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np

from haircut import credit
from haircut.case.case import Case
from haircut.credit.arrays import Floats
from haircut.credit.compile import CompiledBook
from haircut.errors import UsageError
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress
from haircut.scenarios.block import BLOCK_SIZE
from haircut.studies.contagion.channels import CHANNELS, standalone
from haircut.studies.contagion.cliff import Cliff, cliff
from haircut.studies.contagion.forced import why_it_cannot_default
from haircut.studies.contagion.forced_runs import BookRuns, ForcedSums, lender_weights, run_forced

PATHS: Final = 1_000
MONTH: Final = 6
UNNAMED: Final = "lenders not named"


@dataclass(frozen=True, slots=True)
class Forced:
    """What one borrower's default does to the others. USD are present values, P, against the book as it is.

    Attributes:
        borrower: forced into default.
        forced_share: of paths on which it lived and owed in that month, and so defaulted by force.
        own_loss_usd, own_loss_error: change of the expected loss on its own claims.
        others_loss_usd, others_loss_error: change of the expected loss on everybody else's.
        brought_down, brought_down_error: others that default earlier than they would have, mean over paths.
        depth, deepest: steps of the longest chain: mean over paths, and the most on any path.
    """

    borrower: str
    forced_share: float
    own_loss_usd: float
    own_loss_error: float
    others_loss_usd: float
    others_loss_error: float
    brought_down: float
    brought_down_error: float
    depth: float
    deepest: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One claim under one forced default: change of its PD to maturity and of its expected loss, USD."""

    borrower: str
    claim: str
    own: bool
    pd_change: float
    pd_error: float
    loss_change_usd: float
    loss_error_usd: float


@dataclass(frozen=True, slots=True)
class Lender:
    """One lender under one forced default: change of its expected loss, USD, and its expected loss before."""

    borrower: str
    lender: str
    loss_change_usd: float
    loss_error_usd: float
    loss_before_usd: float


@dataclass(frozen=True, slots=True)
class Chain:
    """One way in which losses ran from a forced default to a borrower.

    Attributes:
        borrowers: the forced one first.
        ties: how each later one was reached; `value`: it falls no earlier, and what it loses changed.
        probability: share of paths on which the chain ran.
        loss_usd, loss_error_usd: expected change of the loss on the last borrower's claims along this chain.
    """

    borrowers: tuple[str, ...]
    ties: tuple[str, ...]
    probability: float
    loss_usd: float
    loss_error_usd: float


@dataclass(frozen=True, slots=True)
class Channel:
    """What a channel adds to the losses that one borrower's default causes others: with it less without it, USD."""

    borrower: str
    channel: str
    loss_usd: float
    loss_error_usd: float


@dataclass(frozen=True, slots=True)
class Claim:
    """PD to maturity of a claim in its book and standing alone; the difference is systemic, its error paired."""

    claim: str
    borrower: str
    in_book_pd: float
    in_book_error: float
    standalone_pd: float
    standalone_error: float
    systemic: float
    systemic_error: float


@dataclass(frozen=True, slots=True)
class Contagion:
    """What `contagion` finds. Errors are standard errors over paths, of changes paired on the same paths.

    Attributes:
        case, as_of, overlays, month, paths, seed: what was asked.
        forced: each forced borrower, the costliest for others first.
        matrix: borrower by claim, and `lenders` borrower by lender; cells in which nothing moved are left out.
        chains: by expected dollars, the forced borrowers' own losses left out.
        channels: empty unless asked for.
        claims: standalone against in book.
        cliff: the shock of rents and the coin at which the cascade jumps, on the expected path.
        skipped: borrower -> why it could not be forced.
    """

    case: str
    as_of: str
    overlays: tuple[str, ...]
    month: int
    paths: int
    seed: int
    forced: tuple[Forced, ...]
    matrix: tuple[Cell, ...]
    lenders: tuple[Lender, ...]
    chains: tuple[Chain, ...]
    channels: tuple[Channel, ...]
    claims: tuple[Claim, ...]
    cliff: Cliff
    skipped: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut contagion --json` prints."""
        found = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def contagion(
    case: Case | str | Path,
    month: int = MONTH,
    paths: int = PATHS,
    overlays: Sequence[str] = (),
    seed: int | None = None,
    threads: int | None = None,
    channels: bool = False,
    progress: Progress | None = None,
) -> Contagion:
    """Force each borrower of a book into default and measure what happens to the others.

    ``change = E[x | i defaults in month m] - E[x]`` on the same paths of every driver, under P.

    Args:
        case: a book: a case, its folder, or the name of an example.
        month: month of the forced default, 1 to the last maturity.
        paths: number of paths, at least 2.
        overlays, seed: as for `haircut.reprice`.
        threads: workers, default one for each core; never changes a digit.
        channels: also run the book without each of `CHANNELS`, which takes as long again for each.
        progress: called with what runs, how many runs of a block are done, and of how many.

    Raises:
        UsageError: where the month lies outside the book, or paths or threads are too few.
        InputRefused, CannotCompute: as `haircut.reprice`.
    """
    chosen = chosen_case(case, seed=seed, overlays=overlays)
    compiled = credit.compile_book(chosen)
    last = max(compiled.maturity_months.values())
    if not 1 <= month <= last:
        raise UsageError(f"month: found {month}; expected 1 to {last}, in which the last claim matures")
    if paths < 2 or (threads is not None and threads < 1):
        raise UsageError(
            f"contagion: found paths={paths}, threads={threads}; expected at least 2 paths, for an error, "
            "and at least 1 thread"
        )
    names = compiled.indices.borrowers
    skipped = {name: why_it_cannot_default(compiled.arrays, i) for i, name in enumerate(names)}
    skipped = {name: why for name, why in skipped.items() if why}
    wanted = [i for i, name in enumerate(names) if name not in skipped]
    blocks = -(-paths // BLOCK_SIZE)
    total = blocks * ((1 + len(wanted)) * (1 + channels * len(CHANNELS)) + 1)
    done, lock = 0, Lock()

    def told() -> None:
        nonlocal done
        with lock:
            done += 1
            if progress is not None:
                progress("runs", done, total)

    def run(changed: CompiledBook, borrowers: Sequence[int]) -> BookRuns:
        return run_forced(changed, borrowers, month, paths, chosen.settings.seed, threads, told)

    runs = run(compiled, wanted)
    found: list[Channel] = []
    for name in CHANNELS if channels else ():
        without = run(credit.compile_book(CHANNELS[name](chosen)), wanted)
        found += [
            Channel(names[i], name, *_mean(runs.forced[i].others - without.forced[i].others)) for i in wanted
        ]
    apart = credit.compile_book(standalone(chosen))
    alone = run(apart, ())
    forced = [_forced(compiled, i, runs.forced[i], paths) for i in wanted]
    return Contagion(
        case=chosen.name,
        as_of=chosen.market.as_of.isoformat(),
        overlays=chosen.overlays,
        month=month,
        paths=paths,
        seed=chosen.settings.seed,
        forced=tuple(sorted(forced, key=lambda row: -row.others_loss_usd)),
        matrix=tuple(cell for i in wanted for cell in _cells(compiled, i, runs.forced[i], paths)),
        lenders=tuple(row for i in wanted for row in _lenders(compiled, i, runs, paths)),
        chains=_chains(compiled, runs, paths),
        channels=tuple(found),
        claims=_claims(compiled, runs.defaulted, alone.defaulted),
        cliff=cliff(compiled, apart, month),
        skipped=skipped,
    )


def _mean(values: Floats) -> tuple[float, float]:
    """Mean over paths and its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def _from_sums(total: float, squares: float, paths: int) -> tuple[float, float]:
    mean = total / paths
    variance = max(squares / paths - mean * mean, 0.0) * paths / (paths - 1)
    return float(mean), float(np.sqrt(variance / paths))


def _from_moments(moments: Floats, paths: int) -> tuple[float, float]:
    return _from_sums(float(moments[0]), float(moments[1]), paths)


def _forced(compiled: CompiledBook, borrower: int, sums: ForcedSums, paths: int) -> Forced:
    name = compiled.indices.borrowers[borrower]
    chains = sums.chains
    own = (("", borrower),)
    own_loss, own_error = _from_sums(chains.usd.get(own, 0.0), chains.usd_squared.get(own, 0.0), paths)
    others, others_error = _mean(sums.others)
    fell, fell_error = _mean(sums.brought_down.astype(float))
    return Forced(
        name, sums.forced / paths, own_loss, own_error, others, others_error, fell, fell_error,
        float(sums.depth.mean()), int(sums.depth.max()),
    )  # fmt: skip


def _cells(compiled: CompiledBook, borrower: int, sums: ForcedSums, paths: int) -> list[Cell]:
    owner = compiled.arrays.claims["borrower"]
    return [
        Cell(
            compiled.indices.borrowers[borrower], claim, bool(owner[c] == borrower),
            *_from_moments(sums.defaulted[c], paths), *_from_moments(sums.loss[c], paths),
        )
        for c, claim in enumerate(compiled.claim_ids)
        if sums.defaulted[c, 1] > 0.0 or sums.loss[c, 1] > 0.0
    ]  # fmt: skip


def _lenders(compiled: CompiledBook, borrower: int, runs: BookRuns, paths: int) -> list[Lender]:
    sums = runs.forced[borrower]
    before = runs.loss.mean(axis=0) @ lender_weights(compiled.arrays)
    return [
        Lender(
            compiled.indices.borrowers[borrower], name, *_from_moments(sums.lender_loss[k], paths),
            float(before[k]),
        )
        for k, name in enumerate((*compiled.indices.lenders, UNNAMED))
        if sums.lender_loss[k, 1] > 0.0
    ]  # fmt: skip


def _chains(compiled: CompiledBook, runs: BookRuns, paths: int) -> tuple[Chain, ...]:
    names = compiled.indices.borrowers
    rows = [
        Chain(
            tuple(names[other] for _, other in chain),
            tuple(kind for kind, _ in chain[1:]),
            sums.chains.paths[chain] / paths,
            *_from_sums(usd, sums.chains.usd_squared[chain], paths),
        )
        for sums in runs.forced.values()
        for chain, usd in sums.chains.usd.items()
        if len(chain) > 1
    ]
    return tuple(sorted(rows, key=lambda row: (-row.loss_usd, row.borrowers, row.ties)))


def _claims(compiled: CompiledBook, in_book: Floats, alone: Floats) -> tuple[Claim, ...]:
    owner = compiled.arrays.claims["borrower"]
    return tuple(
        Claim(
            claim, compiled.indices.borrowers[int(owner[c])], *_mean(in_book[:, c]), *_mean(alone[:, c]),
            *_mean(in_book[:, c] - alone[:, c]),
        )
        for c, claim in enumerate(compiled.claim_ids)
    )  # fmt: skip
