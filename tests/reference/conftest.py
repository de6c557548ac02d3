"""How near each check of this folder came: with HAIRCUT_CHECKS=FILE the errors reached are written there as JSON.

Every `pytest.approx` that a test compares with says what it found, what was expected and what was allowed. A comparison
within so many standard errors says `gap(found, expected) < allowed`. The validation pack reads the file; the package
knows nothing of these tests.
"""

import json
import math
import os
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]
CHECKS = pytest.StashKey[dict[str, Row]]()
STARTED = pytest.StashKey[float]()


def leaves(value: Any) -> list[float]:
    """The finite numbers of a value, in order; of anything else none."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    try:
        found = np.asarray(value, dtype=float).ravel()
    except (TypeError, ValueError):
        return []
    return [float(item) for item in found]


def allowed(expected: float, arguments: dict[str, Any]) -> float:
    """What `pytest.approx` allows: the larger of both tolerances; a stated abs alone leaves no relative one."""
    absolute, relative = arguments.get("abs"), arguments.get("rel")
    if absolute is not None and relative is None:
        return float(absolute)
    return max(
        (1e-6 if relative is None else relative) * abs(expected), 1e-12 if absolute is None else absolute
    )


class Record:
    """Comparisons of one test; the one that used most of what it was allowed is kept."""

    def __init__(self) -> None:
        self.comparisons = 0
        self.worst: Row | None = None

    def add(self, found: float, expected: float, tolerance: float) -> None:
        self.comparisons += 1
        error = abs(found - expected)
        if not (math.isfinite(error) and math.isfinite(tolerance)):
            return
        used = error / tolerance if tolerance > 0.0 else (0.0 if error == 0.0 else math.inf)
        if self.worst is None or used > self.worst["used"]:
            self.worst = {
                "found": found,
                "expected": expected,
                "error": error,
                "allowed": tolerance,
                "used": used,
            }


class Recorded:
    """A `pytest.approx` that tells the record what it was compared with."""

    __array_ufunc__ = None
    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, inner: Any, expected: Any, arguments: dict[str, Any], record: Record) -> None:
        self.inner, self.expected, self.arguments, self.record = inner, expected, arguments, record

    def __eq__(self, actual: object) -> bool:
        found, wanted = leaves(actual), leaves(self.expected)
        if len(wanted) == 1 < len(found):
            wanted = wanted * len(found)
        if len(found) == len(wanted):
            for one, other in zip(found, wanted, strict=True):
                self.record.add(one, other, allowed(other, self.arguments))
        return bool(actual == self.inner)

    def __ne__(self, actual: object) -> bool:
        return not self == actual

    def __repr__(self) -> str:
        return repr(self.inner)


class Gap(float):
    """A distance that tells the record what it was allowed when it is compared."""

    def about(self, found: float, expected: float, record: Record) -> "Gap":
        self.found, self.expected, self.record = found, expected, record
        return self

    def __lt__(self, limit: float) -> bool:
        self.record.add(self.found, self.expected, float(limit))
        return float(self) < limit

    def __le__(self, limit: float) -> bool:
        self.record.add(self.found, self.expected, float(limit))
        return float(self) <= limit


@pytest.fixture(autouse=True)
def record(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Generator[Record, None, None]:
    """Listen to `pytest.approx` during one test."""
    inner, own = pytest.approx, Record()

    def approx(expected: Any, **arguments: Any) -> Any:
        return Recorded(inner(expected, **arguments), expected, arguments, own)

    monkeypatch.setattr(pytest, "approx", approx)
    yield own
    rows = request.config.stash.setdefault(CHECKS, {})
    words = (request.function.__doc__ or "").strip().splitlines()
    rows[request.node.nodeid] = {
        "said": words[0] if words else "",
        "comparisons": own.comparisons,
        **(own.worst or {}),
    }


@pytest.fixture
def gap(record: Record) -> Callable[[float, float], Gap]:
    """|found - expected|, which remembers what it is compared with."""

    def of(found: float, expected: float) -> Gap:
        return Gap(abs(found - expected)).about(float(found), float(expected), record)

    return of


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[STARTED] = time.time()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.failed:
        OUTCOMES[report.nodeid] = "failed" if report.failed else report.outcome
        SECONDS[report.nodeid] = SECONDS.get(report.nodeid, 0.0) + report.duration


OUTCOMES: dict[str, str] = {}
SECONDS: dict[str, float] = {}


def pytest_sessionfinish(session: pytest.Session) -> None:
    target = os.environ.get("HAIRCUT_CHECKS")
    if not target:
        return
    rows = session.config.stash.get(CHECKS, {})
    checks = [
        {"test": test, "outcome": OUTCOMES.get(test, "error"), "seconds": SECONDS.get(test, 0.0), **row}
        for test, row in rows.items()
    ]
    checks += [
        {"test": test, "outcome": outcome, "seconds": SECONDS[test], "said": "", "comparisons": 0}
        for test, outcome in OUTCOMES.items()
        if test not in rows
    ]
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    finite = [{key: None if value == math.inf else value for key, value in row.items()} for row in checks]
    path.write_text(json.dumps({"checks": finite}, indent=1, allow_nan=False) + "\n", encoding="utf-8")
