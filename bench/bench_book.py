"""The whole reference book: compiling, drivers, months under P and Q, and the memory of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import haircut as hc
from haircut.credit import base_case, compile_book, simulate

CASE = Path(__file__).resolve().parents[1] / "examples" / "reference-2026-10"
SEED = 2
TARGET_SECONDS, TARGET_MEGABYTES = 10.0, 1_500.0
"""10,000 paths, P and Q, two idle cores."""
SIZES = (1_000, 10_000)
ONE_PROCESS = """
import json, sys, time
import haircut as hc
from haircut.credit import compile_book, simulate
started = time.perf_counter()
compiled = compile_book(hc.load(sys.argv[1]))
simulate(compiled, "P", 1, int(sys.argv[3]), 1)
ready = time.perf_counter()
for measure in ("P", "Q"):
    simulate(compiled, measure, int(sys.argv[2]), int(sys.argv[3]), 2)
done = time.perf_counter()
# Not getrusage, whose peak a child inherits from its parent.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([ready - started, done - ready, int(peak) / 1024.0]))
"""


def bench_parts() -> dict[str, Any]:
    """Where the time of a block of 512 paths goes, and what comes before it."""
    case = hc.load(CASE)
    compiled = compile_book(case)
    work = 512 * len(compiled.claim_ids) * compiled.months
    threads = os.cpu_count() or 1
    return {
        "P, 512 paths, 1 thread": (lambda: simulate(compiled, "P", 512, SEED, 1), work, "loan-months"),
        "drivers of a block, P": lambda: compiled.scenarios.block(0, "P"),
        "base case": lambda: base_case(compiled),
        "compile the book": lambda: compile_book(case),
        f"P, 1,024 paths, {threads} threads": (
            lambda: simulate(compiled, "P", 1024, SEED, threads), 2 * work, "loan-months"
        ),
    }  # fmt: skip


def bench_whole_book() -> dict[str, Any]:
    """P and Q of 1,000 paths; and once, in a process of its own, of two sizes against the target."""
    for paths in SIZES:
        compiling, seconds, peak = in_one_process(paths)
        print(
            f"{paths:,} paths, P and Q, 2 threads: {seconds:.1f} s after {compiling:.1f} s of compiling the book, "
            f"peak {peak:,.0f} MB",
            file=sys.stderr,
        )
    print(f"target at 10,000: {TARGET_SECONDS:.0f} s, {TARGET_MEGABYTES:,.0f} MB", file=sys.stderr)
    compiled = compile_book(hc.load(CASE))
    threads = os.cpu_count() or 1
    return {
        f"P and Q, 1,000 paths, {threads} threads": (
            lambda: [simulate(compiled, measure, 1_000, SEED, threads) for measure in ("P", "Q")], 2_000, "paths"
        ),
    }  # fmt: skip


def in_one_process(paths: int) -> tuple[float, float, float]:
    """Seconds of compiling, seconds of P and Q, peak MB (Linux)."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_PROCESS, str(CASE), str(paths), str(SEED)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    compiling, seconds, peak = json.loads(done.stdout)
    return compiling, seconds, peak
