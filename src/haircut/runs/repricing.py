"""A case in, a recorded run out."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from haircut.runs import folder as folders
from haircut.runs.choice import chosen_case, compared_cases
from haircut.runs.identity import code_hash, platform_class, run_id, versions
from haircut.runs.recorder import reason
from haircut.runs.run import Run

if TYPE_CHECKING:
    from haircut.case.case import Case
    from haircut.runs.executor import Progress
    from haircut.scenarios.kept_draws import Kept


def reprice(
    case: Case | str | Path,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    rent_basis: str | None = None,
    overlays: Sequence[str] = (),
    progress: Progress | None = None,
    fresh: bool = False,
    why: str | None = None,
    until_error_bp: float | None = None,
    sensitivities: bool = False,
) -> Run:
    """Price every claim of a case under P and Q and record the run; the same run again is only read.

    Args:
        case: a case, its folder, or the name of an example.
        paths: simulated, any number from 1; by default the case's own.
        seed: of the random numbers; by default the case's own.
        threads: that work at once, by default all cores; never changes a result.
        rent_basis: which rent of the market to start from; by default the market's own.
        overlays: names of overlays of the case, applied in order.
        progress: called with (what, done, total).
        fresh: compute even where the run is recorded.
        why: the reason, one sentence that is recorded with a run that is computed; no part of its id.
        until_error_bp: add blocks of 512 paths until the fair margin's standard error is no larger, with control
            variates; `paths` are the first. A part of the run's id.
        sensitivities: simulate bumped cases too and solve for the self-consistent margin and the fair advance rate.

    Raises:
        UsageError: where an argument is out of range.
        InputRefused: where the case does not load.
        CannotCompute: where the question has no answer.
    """
    chosen = chosen_case(case, paths, seed, rent_basis, overlays, until_error_bp, sensitivities)
    others = compared_cases(chosen)
    name, said = run_id(chosen, others), reason(why)
    root = folders.runs_root()
    target = root / name
    if not fresh and folders.is_complete(target):
        return Run(target, found=True)
    from haircut.runs import ledger

    writer = computed(chosen, others, root, name, threads, progress, said)
    write = folders.replace_folder if fresh else folders.write_folder
    run = Run(write(root, name, writer))
    ledger.record(run.folder)
    return run


def computed(
    case: Case,
    others: tuple[Case, ...],
    root: Path,
    name: str,
    threads: int | None,
    progress: Progress | None,
    why: str | None = None,
) -> Callable[[Path], None]:
    """Simulate, then return what writes the folder's files.

    Args:
        case: as it is run.
        others: cases that are shown beside it.
        root: folder of all runs, where rows of other cases are kept.
        name: id of the run.
        threads, progress, why: as for `reprice`.
    """
    from haircut.case import canonical, content_hash, input_marks, staleness
    from haircut.runs import corners, tables
    from haircut.runs.beside import rows_beside
    from haircut.runs.health import health_of_run
    from haircut.runs.recorder import who
    from haircut.runs.solved import further_answers
    from haircut.runs.until_error import evaluate_until_error

    started = time.perf_counter()
    kept: Kept = {}
    whole = evaluate_until_error(case, threads, progress, corners.HAIRCUT, kept)
    if case.settings.sensitivities:
        whole = further_answers(whole, threads, kept)
    paths = whole.case.settings.paths
    rows = tables.measure_rows(corners.HAIRCUT, whole.measures(), paths)
    rows += rows_beside(whole, others, root, threads, progress, kept)
    measures = tables.measures_frame(rows)
    ladder = tables.ladder_frame(whole)
    counted = input_marks(case)
    manifest = {
        "id": name,
        "case": case.name,
        "title": case.title,
        "as_of": case.market.as_of.isoformat(),
        "claim": case.claim,
        "seed": case.settings.seed,
        "paths": paths,
        "effective_paths": whole.effective_paths(),
        "control_variates": case.settings.control_variates,
        "until_error_bp": case.settings.until_error_bp,
        "side_paths": min(paths, corners.SIDE_PATHS),
        "rent_basis": case.settings.rent_basis or case.market.default_rent_basis,
        "overlays": list(case.overlays),
        "versions": versions(),
        "platform": platform_class(),
        "code_hash": code_hash(),
        "input_hash": content_hash(case),
        "marks": counted,
        "cash_error_usd": max(whole.p.cash_error_usd, whole.q.cash_error_usd),
        "stale": [item.path for item in staleness(case.market)],
        "verdict": _verdict(
            case.claim, measures, ladder, counted, _owed_until(ladder, case.claim, whole.base.maturity_month)
        ),
        "underwriting": {claim: answer.as_dict() for claim, answer in whole.underwritten.items()},
        "who": who(),
        "why": why,
    }

    def write(target: Path) -> None:
        measures.write_parquet(target / "measures.parquet")
        ladder.write_parquet(target / "ladder.parquet")
        both = (whole.p, whole.q)
        tables.fans_frame(whole.base.dates, whole.p).write_parquet(target / "fans.parquet")
        tables.defaults_frame(whole.base.dates, both).write_parquet(target / "defaults.parquet")
        tables.causes_frame(both).write_parquet(target / "causes.parquet")
        tables.health_frame(health_of_run(whole)).write_parquet(target / "health.parquet")
        tables.inputs_frame(case).write_parquet(target / "provenance.parquet")
        (target / "inputs.json").write_text(canonical(case) + "\n", "utf-8")
        if others:
            beside = ",".join(map(canonical, others))
            (target / folders.BESIDE).write_text(f"[{beside}]\n", "utf-8")
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        manifest.update(created=now, elapsed_seconds=round(time.perf_counter() - started, 3))
        text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
        (target / folders.MANIFEST).write_text(text + "\n", "utf-8")

    return write


def _owed_until(ladder: Any, claim: str, maturity_month: dict[str, int]) -> int:
    """The month in which the schedule has repaid a claim: what is owed from then on is arrears.

    Args:
        ladder: the base case by claim and month.
        claim: id.
        maturity_month: by claim id.
    """
    due = ladder.filter((ladder["claim"] == claim) & (ladder["scheduled_principal"] > 0.0))["month"]
    last = maturity_month[claim]
    return min(int(due.max()), last) if due.len() else last


def _verdict(claim: str, measures: Any, ladder: Any, counted: dict[str, int], until: int) -> str:
    """The sentence; LTVs are read before month `until`."""
    from haircut.case import MECHANISMS
    from haircut.runs.corners import HAIRCUT, WITHOUT
    from haircut.runs.tables import HIDDEN
    from haircut.runs.verdict import Facts, Number, verdict

    found = {
        (row["scenario"], row["measure"]): row
        for row in measures.iter_rows(named=True)
        if row["claim"] == claim
    }

    def number(scenario: str, measure: str) -> Number:
        row = found.get((scenario, measure))
        return Number() if row is None else Number(row["value"], row["std_error"])

    life = ladder.filter((ladder["claim"] == claim) & (ladder["month"] < until))
    total = sum(counted.values())
    return verdict(
        Facts(
            fair=number(HAIRCUT, "fair_margin_bp"),
            quoted=number(HAIRCUT, "quoted_margin_bp").value,
            quote_kind=found[HAIRCUT, "quote_kind"]["text"],
            parts={name: number(f"{WITHOUT}{name}", HIDDEN) for name in MECHANISMS},
            dates=life["date"].to_list(),
            paper=life["book_ltv"].to_list(),
            liquidation=life["nolv_ltv"].to_list(),
            assumed_share=counted["assumed"] / total if total else 0.0,
            own_benchmark=found[HAIRCUT, "rich_cheap_bp"]["reason"] == "own_benchmark",
        )
    )
