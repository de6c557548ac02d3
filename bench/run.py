"""Time every `bench_*` function of `bench/bench_*.py`; print medians, and ratios within this one run.

A benchmark sets its case up and returns what is to be timed, by label:

    def bench_draw():
        generator = numpy.random.Generator(numpy.random.SFC64(1))
        return {
            "1,000 normals": (lambda: generator.standard_normal(1_000), 1_000, "normals"),
            "one normal": lambda: generator.standard_normal(),
        }

A count and its unit add a speed. Each callable runs once to warm up; then they take turns, so that a noisy
neighbour meets them all. Ratios are to the first label: they travel between machines, seconds do not.

    python bench/run.py [WORD ...] [--repeats N] [--json]
"""

import argparse
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
SECONDS_PER_BENCHMARK = 20.0


class Timing(NamedTuple):
    """One row of the table: seconds are medians over the repeats, with the fastest and the slowest beside."""

    benchmark: str
    label: str
    seconds: float
    fastest: float
    slowest: float
    ratio: float
    repeats: int
    per_second: float | None
    unit: str | None


def benchmarks(words: list[str]) -> dict[str, Callable[[], dict[str, Any]]]:
    found: dict[str, Callable[[], dict[str, Any]]] = {}
    for path in sorted(HERE.glob("bench_*.py")):
        specification = importlib.util.spec_from_file_location(path.stem, path)
        assert specification is not None
        assert specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        for name, value in vars(module).items():
            full = f"{path.stem.removeprefix('bench_')}.{name.removeprefix('bench_')}"
            if name.startswith("bench_") and callable(value) and (not words or any(w in full for w in words)):
                found[full] = value
    return found


def measure(name: str, setup: Callable[[], dict[str, Any]], repeats: int) -> list[Timing]:
    work = {label: item if isinstance(item, tuple) else (item, None, None) for label, item in setup().items()}
    for call, _, _ in work.values():
        call()
    seconds: dict[str, list[float]] = {label: [] for label in work}
    began = time.perf_counter()
    for repeat in range(repeats):
        for label, (call, _, _) in work.items():
            start = time.perf_counter()
            call()
            seconds[label].append(time.perf_counter() - start)
        if repeat >= 2 and time.perf_counter() - began > SECONDS_PER_BENCHMARK:
            break
    first = statistics.median(next(iter(seconds.values())))
    rows = []
    for label, (_, count, unit) in work.items():
        taken = seconds[label]
        median = statistics.median(taken)
        speed = count / median if count else None
        rows.append(
            Timing(name, label, median, min(taken), max(taken), median / first, len(taken), speed, unit)
        )
    return rows


def print_table(rows: list[Timing]) -> None:
    width = max((len(row.label) for row in rows), default=0) + 2
    previous = None
    for row in rows:
        if row.benchmark != previous:
            print(f"\n{row.benchmark}")
            print(f"  {'':{width}}{'median ms':>12}{'fastest':>12}{'slowest':>12}{'ratio':>9}  speed")
            previous = row.benchmark
        speed = f"{row.per_second:,.3g} {row.unit or ''}/s" if row.per_second else ""
        if row.per_second and row.per_second >= 1000:
            speed = f"{row.per_second:,.0f} {row.unit or ''}/s"
        times = "".join(f"{1e3 * value:>12,.3f}" for value in (row.seconds, row.fastest, row.slowest))
        print(f"  {row.label:{width}}{times}{row.ratio:>9.2f}  {speed}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Time haircut's benchmarks; compare ratios within one run.")
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="run those whose name has one of these words"
    )
    parser.add_argument("--repeats", type=int, default=15, help="times each callable runs (15)")
    parser.add_argument("--json", action="store_true", help="print rows as JSON")
    options = parser.parse_args(arguments)
    found = benchmarks(options.words)
    if not found:
        print(
            "no benchmark has such a name" if options.words else "there are no benchmarks yet",
            file=sys.stderr,
        )
        return 2 if options.words else 0
    rows: list[Timing] = []
    for name, setup in found.items():
        print(f"timing {name}", file=sys.stderr)
        rows += measure(name, setup, options.repeats)
    if options.json:
        print(json.dumps([row._asdict() for row in rows], indent=1))
    else:
        print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
