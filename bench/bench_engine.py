"""The engine on a real loan: 10,000 paths under P and Q beside the time to draw their normals, and its memory."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

import haircut as hc
from haircut.credit import compile_book, simulate
from haircut.scenarios.randomness import child_generator

CASE = Path(__file__).resolve().parents[1] / "examples" / "coreweave-ddtl-3"
PATHS, FACTORS = 10_000, 5
MEMORY = """
import sys
import haircut as hc
from haircut.credit import compile_book, simulate
compiled = compile_book(hc.load(sys.argv[1]))
for measure in ("P", "Q"):
    simulate(compiled, measure, int(sys.argv[2]), 1, 2)
# Not getrusage, whose peak a child inherits from its parent.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def bench_paths() -> dict[str, Any]:
    """The first row is the floor: numpy drawing the same number of normals on one thread."""
    compiled = compile_book(hc.load(CASE))
    months = compiled.months
    generator = child_generator(1, "bench", 0)
    normals = np.empty((FACTORS, months, PATHS))
    work = PATHS * months * len(compiled.claim_ids)
    threads = os.cpu_count() or 1

    def run(measure: Any, number: int) -> Any:
        return lambda: simulate(compiled, measure, PATHS, 1, number)

    def both(number: int) -> Any:
        return lambda: [simulate(compiled, measure, PATHS, 1, number) for measure in ("P", "Q")]

    return {
        "numpy: normals of 10,000 paths, once": (
            lambda: generator.standard_normal(out=normals), normals.size, "normals"
        ),
        f"P and Q, {threads} threads": (both(threads), 2 * work, "loan-months"),
        "P and Q, 1 thread": (both(1), 2 * work, "loan-months"),
        f"Q alone, {threads} threads": (run("Q", threads), work, "loan-months"),
        f"P alone with a sample for fans, {threads} threads": (run("P", threads), work, "loan-months"),
    }  # fmt: skip


def bench_month() -> dict[str, Any]:
    """What a block costs: its drivers, and its months."""
    from haircut.credit.arrays import new_state
    from haircut.credit.month import run_block
    from haircut.credit.outcomes import COLUMNS
    from haircut.credit.steps.default import FACTS
    from haircut.credit.trace import new_trace

    compiled = compile_book(hc.load(CASE))
    arrays, claims = compiled.arrays_q, len(compiled.claim_ids)
    drivers = compiled.scenarios.block(0, "Q")
    rows, facts = np.zeros((512, claims, len(COLUMNS))), np.zeros((512, claims, FACTS))
    state = new_state(arrays)
    traced = new_trace(arrays, 0, 3), new_trace(arrays, 512, 3)
    work = 512 * compiled.months * claims
    return {
        "drivers of a block": (lambda: compiled.scenarios.block(0, "Q"), work, "path-months"),
        "months of a block": (
            lambda: run_block(arrays, drivers, 512, state, rows, facts, traced[0], 0), work, "loan-months"
        ),
        "months of a block, traced for fans": (
            lambda: run_block(arrays, drivers, 512, state, rows, facts, traced[1], 512), work, "loan-months"
        ),
    }  # fmt: skip


def bench_compile() -> dict[str, Any]:
    case = hc.load(CASE)
    return {"load the case": lambda: hc.load(CASE), "compile the book": lambda: compile_book(case)}


def bench_memory() -> dict[str, Any]:
    """Peak resident memory of a process of its own, MB (Linux): constant in paths. The times are the processes'."""
    peaks = {paths: peak_megabytes(paths) for paths in (PATHS, 4 * PATHS)}
    ratio = peaks[4 * PATHS] / peaks[PATHS]
    labels = {
        paths: f"{paths:,} paths in a new process, peak {peak:,.0f} MB" for paths, peak in peaks.items()
    }
    print(
        f"peak memory: {peaks[PATHS]:,.0f} MB at 10,000 paths, {ratio:.2f} times that at 40,000",
        file=sys.stderr,
    )
    return {labels[paths]: (lambda paths=paths: peak_megabytes(paths), 2 * paths, "paths") for paths in peaks}


def peak_megabytes(paths: int) -> float:
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(CASE), str(paths)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024.0
