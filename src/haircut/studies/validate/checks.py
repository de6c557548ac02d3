"""The published checks and oracles: what each test of the reference folder reached, from the file that they write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from haircut.errors import InputRefused


@dataclass(frozen=True, slots=True)
class Check:
    """One test.

    Attributes:
        test: its address, file::name.
        said: the first line of what it says about itself.
        outcome: passed, failed, skipped or error.
        comparisons: numbers compared.
        found, expected, error, allowed: of the comparison that used most of what it was allowed; None where the test
            compares nothing with a tolerance.
        used: error over allowed.
    """

    test: str
    said: str
    outcome: str
    comparisons: int
    found: float | None = None
    expected: float | None = None
    error: float | None = None
    allowed: float | None = None
    used: float | None = None

    @property
    def file(self) -> str:
        """The file of the test."""
        return self.test.partition("::")[0]


def read_checks(path: Path | str) -> tuple[Check, ...]:
    """The checks of a file that the tests wrote with HAIRCUT_CHECKS, in the order of their addresses.

    Raises:
        InputRefused: where there is no such file or it is not one.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(Path(path).read_text("utf-8"))["checks"]
        names = Check.__dataclass_fields__
        found = [Check(**{key: value for key, value in row.items() if key in names}) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputRefused(
            f"{path}: found {error!r}; expected the checks of `HAIRCUT_CHECKS=FILE pytest tests/reference`"
        ) from None
    return tuple(sorted(found, key=lambda check: check.test))


def by_file(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """One row a file: tests, comparisons, those that did not pass, the largest and the median share of tolerance used.

    >>> by_file([Check("a.py::t", "", "passed", 1, 1.0, 1.0, 0.0, 0.1, 0.0)])[0]["tests"]
    1
    """
    rows = []
    for file in sorted({check.file for check in checks}):
        own = [check for check in checks if check.file == file]
        used = sorted(check.used for check in own if check.used is not None)
        rows.append(
            {
                "file": file,
                "tests": len(own),
                "comparisons": sum(check.comparisons for check in own),
                "not_passed": sum(check.outcome != "passed" for check in own),
                "largest_used": used[-1] if used else None,
                "median_used": used[len(used) // 2] if used else None,
            }
        )
    return rows
