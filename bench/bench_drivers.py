"""The drivers: a block of 512 paths and 80 months beside numpy's raw normals, and compiling a case."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from haircut.scenarios.customers import baseline_intensity, demand_grid
from haircut.scenarios.randomness import child_generator
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.sliders import DrawsKept
from tests.unit.scenarios import cases

MONTHS, PATHS, FACTORS = 80, 512, 5
STEPS = MONTHS * PATHS * FACTORS


def two_obligors() -> ScenarioSet:
    return cases.scenario_set(cases.case(customers=cases.book().customers[:1]), MONTHS)


def bench_block() -> dict[str, Any]:
    recipe = two_obligors()
    draws = recipe.draw(0)
    generator = child_generator(1, "bench", 0)
    raw = np.empty((FACTORS, MONTHS, PATHS))
    return {
        "numpy: raw normals of five factors": (lambda: generator.standard_normal(out=raw), STEPS, "normals"),
        "draw a block": (lambda: recipe.draw(1), STEPS, "factor steps"),
        "P from known draws": (lambda: recipe.block(0, "P", draws), STEPS, "factor steps"),
        "P with drawing": (lambda: recipe.block(1, "P"), STEPS, "factor steps"),
        "P and Q with drawing": (lambda: recipe.both(1), 2 * STEPS, "factor steps"),
    }


def bench_threads() -> dict[str, Any]:
    recipe = two_obligors()

    def run(threads: int) -> Callable[[], None]:
        def blocks() -> None:
            with ThreadPoolExecutor(threads) as pool:
                for _ in pool.map(lambda i: recipe.both(i) and None, range(20)):
                    pass

        return blocks

    return {
        f"10,240 paths, P and Q, {n} thread{'s' * (n > 1)}": (run(n), 40 * STEPS, "factor steps")
        for n in (1, 2)
    }


def bench_coin() -> dict[str, Any]:
    recipe = cases.coin_set(cases.coin_case(), MONTHS)
    draws, coin = recipe.draw(0), recipe.draw_coin(0)
    kept = DrawsKept(recipe)
    kept.draws(0)
    steps = MONTHS * PATHS * 8
    return {
        "block, coin, network and a share, with drawing": (
            lambda: recipe.world(1, "P"),
            steps,
            "driver steps",
        ),
        "the same from known draws": (lambda: recipe.world(0, "P", draws, coin), steps, "driver steps"),
        "a slider: 512 paths from draws kept": (lambda: kept.world(recipe, 0, "Q"), steps, "driver steps"),
    }


def bench_compile() -> dict[str, Any]:
    of = cases.case()
    laws = cases.laws(of, 100)
    known = cases.parameters(of, 100)
    grid = demand_grid(known.joint, known.initial, known.demand_levels, known.demand_speed)
    return {
        "one obligor's intensity, 100 months": lambda: baseline_intensity(known.survival[0], 1.0, grid),
        "the grid": lambda: demand_grid(known.joint, known.initial, known.demand_levels, known.demand_speed),
        "a case of three obligors, one measure": lambda: cases.compile_scenario(of, 100, "Q", laws),
    }
