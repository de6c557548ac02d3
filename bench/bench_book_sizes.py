"""Whether a whole book is linear: four path counts and four claim counts, P and Q, horizon 96 months.

Processor time of a path and claim at the largest size over that at the smallest is 1 where time is linear. It is
taken from one run, each size in a process of its own, so neither the machine nor its neighbours enter.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ONE_SIZE = Path(__file__).resolve().parent / "one_size.py"
PATHS = (1_250, 2_500, 5_000, 10_000)
COPIES = (1, 2, 3, 4)
PATHS_OF_COPIES = 2_048
LINEAR = 1.25
"""Above this ratio a table says that time is not linear."""


def bench_paths() -> dict[str, Any]:
    """The reference book at four path counts."""
    table("paths", [one_size(paths, 1) for paths in PATHS])
    return {f"{PATHS[0]:,} paths in a new process": lambda: one_size(PATHS[0], 1)}


def bench_claims() -> dict[str, Any]:
    """The reference book once, twice, three and four times over."""
    table("claims", [one_size(PATHS_OF_COPIES, copies) for copies in COPIES])
    return {f"1 copy, {PATHS_OF_COPIES:,} paths in a new process": lambda: one_size(PATHS_OF_COPIES, 1)}


def one_size(paths: int, copies: int) -> dict[str, float]:
    """What `one_size.py` measured."""
    done = subprocess.run(
        [sys.executable, str(ONE_SIZE), str(paths), str(copies)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def table(what: str, rows: list[dict[str, float]]) -> None:
    """Print one row a size, then the ratios of the largest to the smallest."""
    print(
        f"  {'paths':>7}{'claims':>8}{'months':>8}{'seconds':>10}{'processor s':>13}{'us a path-claim':>17}"
        f"{'peak MB':>9}",
        file=sys.stderr,
    )
    for row in rows:
        print(
            f"  {row['paths']:>7,.0f}{row['claims']:>8,.0f}{row['months']:>8,.0f}{row['seconds']:>10.1f}"
            f"{row['processor_seconds']:>13.1f}{each(row):>17.2f}{row['peak_megabytes']:>9,.0f}",
            file=sys.stderr,
        )
    first, last = rows[0], rows[-1]
    ratio = each(last) / each(first)
    peak = last["peak_megabytes"] / first["peak_megabytes"]
    word = "linear" if ratio <= LINEAR else "NOT linear"
    print(
        f"  {last[what] / first[what]:.0f} times the {what}: {ratio:.2f} times the time of a path and claim ({word}), "
        f"{peak:.2f} times the memory",
        file=sys.stderr,
    )


def each(row: dict[str, float]) -> float:
    """Microseconds of processor time of one path of one claim under one measure."""
    return 1e6 * row["processor_seconds"] / (2.0 * row["paths"] * row["claims"])
