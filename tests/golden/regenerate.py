"""Write `examples/<case>/expected/` again: python -m tests.golden.regenerate [CASE ...]."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import haircut as hc
from haircut.pricing.measures import Measure
from haircut.runs.executor import evaluate
from haircut.runs.identity import platform_class

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(file.parent.name for file in ROOT.glob("examples/*/case.yaml"))
PATHS = 4096
PATHS_OF_A_BOOK = 1024
"""Of a book of many claims, whose table is long enough without being exact."""
RELATIVE = 1e-9
ERRORS = 4.0
CASH_USD = 0.01
COLUMNS = ("claim", "measure", "value", "unit", "exact", "reason", "tolerance", "tolerance_elsewhere")


@dataclass(frozen=True)
class Result:
    """What a case gives: rows of measures.csv as text, and the lender's answer."""

    rows: list[dict[str, str]]
    underwrite: dict[str, Any]


def folder(case: str) -> Path:
    """Where the expected results of a case are."""
    return ROOT / "examples" / case / "expected"


def computed(case: str) -> Result:
    """Run a case as `haircut reprice CASE --paths 4096` does, without the scenarios beside it."""
    loaded = hc.load(ROOT / "examples" / case)
    paths = PATHS if len(loaded.book.claims) < 10 else PATHS_OF_A_BOOK
    settings = loaded.settings.model_copy(update={"paths": paths})
    found = evaluate(loaded.model_copy(update={"settings": settings}), underwrite=True)
    return Result([row(measure) for measure in found.measures()], found.underwritten[loaded.claim].as_dict())


def row(measure: Measure) -> dict[str, str]:
    """One line of measures.csv."""
    here, elsewhere = tolerances(measure)
    return {
        "claim": measure.claim, "measure": measure.measure, "value": text(measure.value), "unit": text(measure.unit),
        "exact": text(measure.exact), "reason": text(measure.reason), "tolerance": f"{here:.3g}",
        "tolerance_elsewhere": f"{elsewhere:.3g}",
    }  # fmt: skip


def tolerances(measure: Measure) -> tuple[float, float]:
    """On the same class of machines, and on any other."""
    if measure.measure == "cash_error_usd":
        return CASH_USD, CASH_USD
    if not isinstance(measure.value, float):
        return 0.0, 0.0
    near = RELATIVE * abs(measure.value)
    return near, near if measure.exact else max(near, ERRORS * (measure.std_error or 0.0))


def text(value: object) -> str:
    """As it stands in the file: nothing for None, every digit of a float."""
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def write(case: str) -> None:
    """Write the expected results of a case."""
    result, target = computed(case), folder(case)
    target.mkdir(exist_ok=True)
    with (target / "measures.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        lines.writeheader()
        lines.writerows(result.rows)
    answer = json.dumps(result.underwrite, indent=1, ensure_ascii=False, allow_nan=False)
    (target / "underwrite.json").write_text(answer + "\n", encoding="utf-8")
    (target / "platform.txt").write_text(platform_class() + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:] or CASES:
        write(name)
        print(f"wrote {folder(name).relative_to(ROOT)}")
