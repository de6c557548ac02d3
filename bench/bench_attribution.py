"""Attribution of one loan: 16 corners under P and Q on common random numbers, beside one corner."""

import os
from pathlib import Path
from typing import Any

import haircut as hc
from haircut.runs.executor import evaluate
from haircut.studies.attribute.corners import corner_rows

CASE = Path(__file__).resolve().parents[1] / "examples" / "coreweave-ddtl-3"
PATHS = 10_000


def bench_attribution() -> dict[str, Any]:
    """The first row is the run itself, so the ratio says what the other fifteen corners cost."""
    case = hc.load(CASE)
    case = case.model_copy(update={"settings": case.settings.model_copy(update={"paths": PATHS})})
    threads = os.cpu_count() or 1
    return {
        f"one corner, 10,000 paths, {threads} threads": (lambda: evaluate(case, threads), 1, "corners"),
        f"16 corners, 10,000 paths, {threads} threads": (lambda: corner_rows(case, threads), 16, "corners"),
    }
