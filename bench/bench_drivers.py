"""The drivers beside numpy's raw normals. A path-step is one path, one month, all five correlated factors.

The five are c, demand, power, the short factor and the funding spread; a block is 512 paths of 80 months under one
measure. Everything here is what a run does: `ScenarioSet.draw` and `.block`, on `ThreadPoolExecutor`. Where P and Q
are made from one drawing, as a run makes them, the path-steps of both count. numpy's row draws five normals a
path-step and does nothing with them; it is the yardstick of the ratios, on as many threads.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from haircut.scenarios.customers import baseline_intensity, demand_grid
from haircut.scenarios.kept_draws import keeping
from haircut.scenarios.randomness import child_generator
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.simulate import simulate_states
from tests.unit.scenarios import cases

MONTHS, PATHS, FACTORS, BLOCKS = 80, 512, 5, 20
STEPS = MONTHS * PATHS
UNIT = "path-steps"


def two_obligors() -> ScenarioSet:
    return cases.scenario_set(cases.case(customers=cases.book().customers[:1]), MONTHS)


def raw_normals(block: int) -> None:
    """Five normals a path-step into memory that is there already, a factor at a time."""
    generator, raw = child_generator(1, "bench", block), np.empty((MONTHS, PATHS))
    for _ in range(FACTORS):
        generator.standard_normal(out=raw)


def on_threads(threads: int, work: Callable[[int], object]) -> Callable[[], None]:
    """The blocks of a run, each forgotten when it is made."""

    def run() -> None:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(lambda block: work(block) and None, range(BLOCKS)):
                pass

    return run


def bench_threads() -> dict[str, Any]:
    """Five correlated factors, then the whole block with prices, rents, launches and defaults."""
    recipe = two_obligors()

    def factors(block: int) -> None:
        draws = recipe.draw(block)
        simulate_states(recipe.p, draws)
        simulate_states(recipe.q, draws)

    rows: dict[str, Any] = {}
    for n in (2, 1):
        threads = f"{n} thread{'s' * (n > 1)}"
        rows |= {
            f"numpy: five raw normals, {threads}": (on_threads(n, raw_normals), BLOCKS * STEPS, UNIT),
            f"five correlated factors, P and Q, {threads}": (on_threads(n, factors), 2 * BLOCKS * STEPS, UNIT),
            f"whole blocks, P and Q, {threads}": (on_threads(n, recipe.both), 2 * BLOCKS * STEPS, UNIT),
            f"whole blocks, P, {threads}": (
                on_threads(n, lambda block: recipe.block(block, "P")), BLOCKS * STEPS, UNIT,
            ),
        }  # fmt: skip
    return rows


def bench_block() -> dict[str, Any]:
    """The parts of one block on one thread."""
    recipe = two_obligors()
    draws = recipe.draw(0)
    return {
        "numpy: five raw normals": (lambda: raw_normals(0), STEPS, UNIT),
        "draw": (lambda: recipe.draw(1), STEPS, UNIT),
        "chains and five correlated factors, P": (lambda: simulate_states(recipe.p, draws), STEPS, UNIT),
        "whole block from known draws, P": (lambda: recipe.block(0, "P", draws), STEPS, UNIT),
    }


def bench_coin() -> dict[str, Any]:
    """With the coin, its month's lows, the network and a share."""
    recipe = cases.coin_set(cases.coin_case(), MONTHS)
    draws, coin = recipe.draw(0), recipe.draw_coin(0)
    kept = keeping(recipe, {})
    kept.block(0, "P")
    return {
        "numpy: five raw normals": (lambda: raw_normals(0), STEPS, UNIT),
        "whole block with coin and share": (lambda: recipe.block(1, "P"), STEPS, UNIT),
        "the same from known draws": (lambda: recipe.block(0, "P", draws, coin), STEPS, UNIT),
        "a slider: the same from draws kept": (lambda: kept.block(0, "Q"), STEPS, UNIT),
    }


def bench_compile() -> dict[str, Any]:
    of = cases.case()
    laws = cases.laws(of, 100)
    known = cases.parameters(of, 100)
    demand = known.steps.demand
    grid = demand_grid(known.joint, known.initial, demand.level, demand.speed)
    return {
        "one obligor's intensity, 100 months": lambda: baseline_intensity(known.survival[0], 1.0, grid),
        "the grid": lambda: demand_grid(known.joint, known.initial, demand.level, demand.speed),
        "a case of three obligors, one measure": lambda: cases.compile_scenario(of, 100, "Q", laws),
    }
