"""The example cases against `expected/`, with the tolerance that each row states."""

import csv
import json
import math
from functools import cache
from typing import Any

import pytest

from haircut.runs.identity import platform_class
from tests.golden.regenerate import CASES, COLUMNS, RELATIVE, Result, computed, folder


@cache
def result(case: str) -> Result:
    return computed(case)


def expected_rows(case: str) -> list[dict[str, str]]:
    with (folder(case) / "measures.csv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        assert tuple(lines.fieldnames or ()) == COLUMNS
        return list(lines)


def keyed(rows: list[dict[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    found = {(row["claim"], row["measure"]): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("case", CASES)
def test_measures(case: str) -> None:
    """To accept a change: python -m tests.golden.regenerate, then read the difference."""
    here = (folder(case) / "platform.txt").read_text(encoding="utf-8").strip() == platform_class()
    expected, found = keyed(expected_rows(case)), keyed(result(case).rows)
    assert list(found) == list(expected)
    wrong = []
    for key, want in expected.items():
        have = found[key]
        allowed = float(want["tolerance" if here else "tolerance_elsewhere"])
        same = {name: have[name] for name in ("unit", "exact", "reason")} == {
            name: want[name] for name in ("unit", "exact", "reason")
        }
        if not same or not near(have["value"], want["value"], want["unit"], allowed):
            wrong.append(f"{key}: found {have}, expected {want}, tolerance {allowed:g}")
    assert wrong == []


def near(have: str, want: str, unit: str, allowed: float) -> bool:
    if not unit or not have or not want:
        return have == want
    return abs(float(have) - float(want)) <= allowed


@pytest.mark.parametrize("case", CASES)
def test_underwriting(case: str) -> None:
    want = json.loads((folder(case) / "underwrite.json").read_text(encoding="utf-8"))
    have = json.loads(json.dumps(result(case).underwrite))
    assert list(differences("", have, want)) == []


def differences(where: str, have: Any, want: Any) -> Any:
    if isinstance(want, dict) and isinstance(have, dict) and list(want) == list(have):
        for name in want:
            yield from differences(f"{where}.{name}", have[name], want[name])
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        for index, (one, other) in enumerate(zip(have, want, strict=True)):
            yield from differences(f"{where}[{index}]", one, other)
    elif isinstance(want, float) and isinstance(have, float):
        if not math.isclose(have, want, rel_tol=RELATIVE, abs_tol=RELATIVE):
            yield f"{where}: found {have}, expected {want}"
    elif have != want:
        yield f"{where}: found {have!r}, expected {want!r}"


def test_every_example_has_its_results() -> None:
    assert [case for case in CASES if not (folder(case) / "measures.csv").is_file()] == []
