"""Time to a standard error of 1 bp of the fair margin on each example, and the variance ratio of each control variate.

The ratio of variances is printed before the table: paths that plain simulation needs over paths that are needed with
the method, at the same error. Customers' defaults by quarters of the horizon are post-stratification on their default
month, which is what conditioning on it would give: the month of default has a known law.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import haircut as hc
from haircut.credit.outcomes import ControlSums, Outcomes
from haircut.pricing.margins import fair_margin, fair_margin_of, fair_model
from haircut.runs.executor import Evaluation, evaluate
from haircut.runs.rare import rare_loss
from haircut.scenarios.controls import controls_of

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
CASES = ("coreweave-ddtl-3", "coreweave-ddtl-4", "coreweave-ddtl-5", "ten-year-model")
PATHS = 40 * 512
WANTED_BP = 1.0
TILTS = (2.0, 4.0)


def bench_variance() -> dict[str, Any]:
    """A row is one run of 20,480 paths under P and Q; its label says how long 1 bp takes at that speed."""
    threads = os.cpu_count() or 1
    rows: dict[str, Any] = {}
    for name in CASES:
        case = hc.load(EXAMPLES / name)
        for control in (False, True):
            update = {"paths": PATHS, "control_variates": control}
            sized = case.model_copy(update={"settings": case.settings.model_copy(update=update)})
            found = evaluate(sized, threads)
            error = fair_margin(found.view(case.claim)).std_error or 0.0
            times = (error / WANTED_BP) ** 2
            label = f"{name}, {'controls' if control else 'plain'}: {times:.1f} of these for 1 bp"
            rows[label] = (run(sized, threads), times * PATHS, "paths for 1 bp")
            if control:
                print_ratios(name, found)
                print_tilts(name, sized, threads)
    return rows


def run(case: Any, threads: int) -> Callable[[], Any]:
    return lambda: evaluate(case, threads)


def print_ratios(name: str, found: Evaluation) -> None:
    """Variance ratio of each set of controls, of the margin with and without its premium."""
    known = controls_of(found.compiled.scenarios.q)
    split = len(known.obligors) * len(known.default_months)
    sets = {"customers": range(split), "rents": range(split, known.number), "both": range(known.number)}
    for words, places in sets.items():
        view = only(found, list(places)).view(found.case.claim)
        plain = only(found, []).view(found.case.claim)
        ratios = []
        for estimate in (fair_margin, fair_model):
            with_them, without = estimate(view).std_error, estimate(plain).std_error
            ratios.append((without / with_them) ** 2 if with_them and without else float("nan"))
        print(
            f"{name}: controls {words}: variance ratio {ratios[0]:.2f}, without premium {ratios[1]:.2f}",
            file=sys.stderr,
        )
    assert fair_margin_of(found.view(found.case.claim)) is not None


def print_tilts(name: str, case: Any, threads: int) -> None:
    """Variance ratio of importance sampling, beside controls alone: above 1 it helps beyond them."""
    plain = rare_loss(case, 1.0, threads)
    for tilt in TILTS:
        tilted = rare_loss(case, tilt, threads)
        ratios = []
        for field in ("el_bp", "fair_margin_bp", "fair_model_bp"):
            without, with_it = getattr(plain, field).std_error, getattr(tilted, field).std_error
            ratios.append((without / with_it) ** 2 if without and with_it else float("nan"))
        print(
            f"{name}: importance sampling, tilt {tilt:g}, {tilted.effective_paths:,.0f} effective paths: ratio "
            f"of variance of EL {ratios[0]:.2f}, fair margin {ratios[1]:.2f}, without premium {ratios[2]:.2f}",
            file=sys.stderr,
        )


def only(found: Evaluation, places: list[int]) -> Evaluation:
    """The same run with some of its controls."""
    from dataclasses import replace

    return replace(found, q=kept(found.q, places))


def kept(outcomes: Outcomes, places: list[int]) -> Outcomes:
    sums = outcomes.controls
    assert sums is not None
    if not places:
        return outcomes._replace(controls=None)
    parts = ControlSums(
        sums.sums[:, places],
        sums.cross[np.ix_(range(len(sums.cross)), places, places)],
        sums.with_columns[..., places],
    )
    return outcomes._replace(controls=parts)
