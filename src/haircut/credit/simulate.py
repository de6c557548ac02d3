"""Blocks of paths through the month, on a pool of threads; what is kept is sums by block."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from haircut.credit.arrays import BookArrays, Floats, new_state
from haircut.credit.compile import CompiledBook
from haircut.credit.health import Tally, tally
from haircut.credit.month import run_block
from haircut.credit.outcomes import CAUSES, COLUMNS, CONTROLLED, INDEX, ControlSums, Outcomes
from haircut.credit.steps.default import CAUSE, DEFAULT_MONTH, FACTS, ROOT
from haircut.credit.trace import BORROWER_LINES, CLAIM_LINES, Trace, new_trace
from haircut.errors import Defect, UsageError
from haircut.scenarios.block import BLOCK_SIZE, ScenarioBlock
from haircut.scenarios.controls import Controls, control_values, controls_of
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.tilt import tilted_block

SAMPLE_PATHS = 2_000
SAMPLE_EVERY = 3
CASH_TOLERANCE_USD = 0.01


@dataclass(frozen=True)
class _BlockResult:
    sums: Floats
    cross: Floats
    default_counts: NDArray[np.int64]
    root_counts: NDArray[np.int64]
    monthly_defaults: NDArray[np.int64]
    sample: dict[str, Floats]
    health: Tally
    cash_error: float
    controls: ControlSums | None
    weights: Floats | None


def simulate(
    compiled: CompiledBook,
    measure: Literal["P", "Q"],
    paths: int,
    seed: int,
    threads: int | None = None,
    ell: Mapping[str, float] | None = None,
    progress: Callable[[float], None] | None = None,
    sample: bool | int = False,
    control: bool = False,
    after: Outcomes | None = None,
    tilt: float = 1.0,
) -> Outcomes:
    """Simulate the book under one measure.

    Args:
        compiled: the book.
        measure: "P" or "Q".
        paths: number of paths, at least 1; blocks of 512, the last one may count fewer.
        seed: root seed.
        threads: workers, default one for each core; never changes a bit of the result.
        ell: by claim id, spread on top of the money market for the columns that end in `_ell`, decimal a year.
        progress: called with the share done.
        sample: keep monthly lines of the first 2,000 paths, or of this many, for fans.
        control: keep the sums of control variates (`haircut.scenarios.controls`).
        after: outcomes of whole blocks of the same run, which are not simulated again.
        tilt: draw obligors' defaults with so many times their intensity on every second path, and weigh each path by
            what it is worth (`haircut.scenarios.tilt`). Controls are kept then, the weight among them, whose mean is 1.

    Raises:
        Defect: where cash is not conserved to the cent on some path; nothing of the run is then usable.
        UsageError: for paths or threads below 1.
    """
    if paths < 1 or (threads is not None and threads < 1):
        raise UsageError(f"simulate: found paths={paths}, threads={threads}; expected both at least 1")
    arrays = compiled.arrays if measure == "P" else compiled.arrays_q
    by_month = arrays.claim_months.copy()
    by_month["ell_factor"] = _ell_factors(compiled, ell or {})
    arrays = arrays._replace(claim_months=by_month)
    scenarios = replace(compiled.scenarios, paths=paths, seed=seed)
    blocks = scenarios.blocks
    sampled = SAMPLE_PATHS if sample is True else int(sample)
    known = controls_of(scenarios.p if measure == "P" else scenarios.q) if control or tilt != 1.0 else None
    first = 0 if after is None else len(after.paths)
    if after is not None and (
        first > blocks_of(paths) or after.paths[-1] != scenarios.paths_in_block(first - 1)
    ):
        raise Defect(f"simulate: found outcomes of {int(after.paths.sum())} paths to go on from to {paths}")
    done = first

    def work(block: int) -> _BlockResult:
        traced = min(max(sampled - block * BLOCK_SIZE, 0), scenarios.paths_in_block(block))
        return _run_block(compiled, arrays, scenarios, measure, block, traced, known, tilt)

    results: list[_BlockResult] = []
    with ThreadPoolExecutor(max_workers=min(threads or os.cpu_count() or 1, blocks)) as pool:
        for result in pool.map(work, range(first, blocks)):
            results.append(result)
            done += 1
            if progress is not None:
                progress(done / blocks)
    if not results:
        assert after is not None  # a run has at least one block
        return after
    error = max(result.cash_error for result in results)
    if not error <= CASH_TOLERANCE_USD:
        raise Defect(
            f"cash is not conserved under {measure}: the largest error is {error:,.4f} USD; expected at most "
            f"{CASH_TOLERANCE_USD} on every path, month and account; the run is refused"
        )
    counts = np.array([scenarios.paths_in_block(block) for block in range(first, blocks)], dtype=np.int64)
    found = _reduced(compiled, measure, counts, results, error)
    return found if after is None else _joined(after, found)


def blocks_of(paths: int) -> int:
    """Number of blocks of so many paths."""
    return -(-paths // BLOCK_SIZE)


def _reduced(
    compiled: CompiledBook,
    measure: Literal["P", "Q"],
    counts: NDArray[np.int64],
    results: list[_BlockResult],
    error: float,
) -> Outcomes:
    """Blocks in their order as one outcome."""
    kept = [result.controls for result in results if result.controls is not None]
    weights = [result.weights for result in results if result.weights is not None]
    return Outcomes(
        measure=measure,
        claims=compiled.claim_ids,
        paths=counts,
        sums=np.stack([result.sums for result in results]),
        cross=np.stack([result.cross for result in results]),
        default_counts=np.sum([result.default_counts for result in results], axis=0),
        root_counts=np.sum([result.root_counts for result in results], axis=0),
        monthly_defaults=np.sum([result.monthly_defaults for result in results], axis=0),
        sample={
            name: np.concatenate([result.sample[name] for result in results if name in result.sample])
            for name in results[0].sample
        },
        cash_error_usd=error,
        left_open=np.stack([result.health.left_open for result in results]),
        off_grid=np.stack([result.health.off_grid for result in results]),
        controls=ControlSums(*(np.stack(parts) for parts in zip(*kept, strict=True))) if kept else None,
        weights=np.stack(weights) if weights else None,
    )


def _joined(before: Outcomes, more: Outcomes) -> Outcomes:
    """Outcomes of the blocks of both, the first ones first: what one run would have left."""
    controls = None
    if before.controls is not None and more.controls is not None:
        pairs = zip(before.controls, more.controls, strict=True)
        controls = ControlSums(*(np.concatenate(pair) for pair in pairs))
    return more._replace(
        paths=np.concatenate([before.paths, more.paths]),
        sums=np.concatenate([before.sums, more.sums]),
        cross=np.concatenate([before.cross, more.cross]),
        default_counts=before.default_counts + more.default_counts,
        root_counts=before.root_counts + more.root_counts,
        monthly_defaults=before.monthly_defaults + more.monthly_defaults,
        sample={
            name: np.concatenate([lines, more.sample[name]]) if name in more.sample else lines
            for name, lines in before.sample.items()
        },
        cash_error_usd=max(before.cash_error_usd, more.cash_error_usd),
        left_open=np.concatenate([before.left_open, more.left_open]),
        off_grid=np.concatenate([before.off_grid, more.off_grid]),
        controls=controls,
        weights=None
        if before.weights is None or more.weights is None
        else np.concatenate([before.weights, more.weights]),
    )


def _ell_factors(compiled: CompiledBook, ell: Mapping[str, float]) -> Floats:
    """(claims, T + 1) exp(-ell t)."""
    years = np.arange(compiled.months + 1) / 12.0
    return np.stack([np.exp(-ell.get(claim, 0.0) * years) for claim in compiled.claim_ids])


def _run_block(
    compiled: CompiledBook,
    arrays: BookArrays,
    scenarios: ScenarioSet,
    measure: Literal["P", "Q"],
    block: int,
    traced: int,
    known: Controls | None,
    tilt: float,
) -> _BlockResult:
    """One block: make its paths, run its months, keep its sums."""
    count = scenarios.paths_in_block(block)
    weights = None
    if tilt == 1.0:
        drivers = scenarios.block(block, measure)
    else:
        drivers, weights = tilted_block(scenarios, block, measure, tilt)
        weights = weights[:count]
    claims, months = len(arrays.claims), compiled.months
    rows = np.zeros((count, claims, len(COLUMNS)))
    facts = np.zeros((count, claims, FACTS))
    trace = new_trace(arrays, traced, SAMPLE_EVERY)
    error = run_block(arrays, drivers, count, new_state(arrays), rows, facts, trace, traced)
    if weights is not None:
        rows *= weights[:, None, None]
    default_counts = np.zeros((claims, len(CAUSES)), dtype=np.int64)
    root_counts = np.zeros_like(default_counts)
    monthly = np.zeros((claims, months + 1), dtype=np.int64)
    for claim in range(claims):
        for counts, column in ((default_counts, CAUSE), (root_counts, ROOT)):
            counts[claim] = np.bincount(facts[:, claim, column].astype(np.int64), minlength=len(CAUSES))
        hit = facts[:, claim, CAUSE] > 0
        monthly[claim] = np.bincount(facts[hit, claim, DEFAULT_MONTH].astype(np.int64), minlength=months + 1)
    return _BlockResult(
        sums=rows.sum(axis=0),
        cross=np.einsum("pci,pcj->cij", rows, rows),
        default_counts=default_counts,
        root_counts=root_counts,
        monthly_defaults=monthly,
        sample=_sample(compiled, drivers, trace, traced),
        health=tally(arrays, drivers, facts),
        cash_error=float(error),
        controls=None if known is None else _control_sums(known, drivers, rows, weights),
        weights=None if weights is None else np.array([weights.sum(), weights @ weights]),
    )


def _control_sums(
    known: Controls, drivers: ScenarioBlock, rows: Floats, weights: Floats | None
) -> ControlSums:
    """Sums and products of the control variates of one block; weighted, with the weight less 1 as one of them."""
    values = control_values(known, drivers, len(rows))
    if weights is not None:
        values = np.column_stack([values * weights[:, None], weights - 1.0])
    kept = rows[:, :, [INDEX[name] for name in CONTROLLED]]
    return ControlSums(values.sum(axis=0), values.T @ values, np.einsum("pcj,pk->cjk", kept, values))


def _sample(compiled: CompiledBook, drivers: ScenarioBlock, trace: Trace, traced: int) -> dict[str, Floats]:
    """Monthly lines of the sampled paths, for fans."""
    if traced == 0:
        return {}
    read = drivers.reads[0, :traced]
    sample = {
        f"rent:{device}": np.exp(drivers.log_rent[position, read])
        for position, device in enumerate(compiled.machines.gpus)
    }
    for position, borrower in enumerate(compiled.indices.borrowers):
        sample[f"cfads:{borrower}"] = trace.borrowers[:, position, :, BORROWER_LINES.index("cfads")]
    line = CLAIM_LINES.index
    for position, claim in enumerate(compiled.claim_ids):
        lines = trace.claims[:, position]
        debt = lines[..., line("debt")]
        for name, value in (("market_ltv", "market_value"), ("nolv_ltv", "nolv"), ("flv_ltv", "flv")):
            worth = lines[..., line(value)]
            sample[f"{name}:{claim}"] = np.divide(
                debt, worth, out=np.full_like(debt, np.nan), where=worth > 0.0
            )
        sample[f"alive:{claim}"] = np.nan_to_num(lines[..., line("alive")], nan=0.0)
    return sample
