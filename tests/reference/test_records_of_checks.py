"""The notes of these tests tell the truth: what was found, expected, allowed, and how much of it was used."""

import numpy as np
import pytest

from tests.reference.conftest import Gap, Record, Recorded, allowed, leaves


def recorded(actual: object, expected: object, **arguments: float) -> tuple[bool, Record]:
    note = Record()
    return actual == Recorded(pytest.approx(expected, **arguments), expected, arguments, note), note


@pytest.mark.parametrize(
    ("actual", "expected", "arguments", "same", "used"),
    [
        (1.0005, 1.0, {"abs": 1e-3}, True, 0.5),
        (1.002, 1.0, {"abs": 1e-3}, False, 2.0),
        (101.0, 100.0, {"rel": 0.02}, True, 0.5),
        (100.0 + 5e-5, 100.0, {}, True, 0.5),
        ([1.0, 2.1], [1.0, 2.0], {"abs": 0.2}, True, 0.5),
        (np.array([1.0, 2.3]), 1.0, {"abs": 2.0}, True, 0.65),
        ({"a": 1.0}, {"a": 1.25}, {"abs": 0.5}, True, 0.5),
        (0.0, 0.0, {"abs": 0.0}, True, 0.0),
    ],
)
def test_a_comparison_is_noted_and_its_verdict_is_pytest_s(
    actual: object, expected: object, arguments: dict[str, float], same: bool, used: float
) -> None:
    found, note = recorded(actual, expected, **arguments)
    assert found is same
    assert note.worst is not None and abs(note.worst["used"] - used) < 1e-6


def test_of_many_numbers_the_worst_is_kept_and_all_are_counted() -> None:
    _, note = recorded([1.0, 2.0, 3.5], [1.1, 2.2, 3.0], abs=1.0)
    assert note.comparisons == 3 and note.worst is not None
    assert (note.worst["found"], note.worst["expected"]) == (3.5, 3.0)


def test_text_is_compared_and_not_noted() -> None:
    found, note = recorded("a", "a")
    assert found and note.worst is None and leaves("a") == []


def test_a_relative_tolerance_gives_way_to_a_stated_absolute_one() -> None:
    assert allowed(100.0, {"abs": 0.5}) == 0.5
    assert allowed(100.0, {"rel": 0.01, "abs": 0.5}) == 1.0
    assert allowed(0.0, {}) == 1e-12


def test_a_gap_notes_what_it_was_allowed() -> None:
    note = Record()
    assert Gap(0.5).about(1.5, 1.0, note) < 2.0 and not Gap(0.5).about(1.5, 1.0, note) <= 0.25
    assert note.comparisons == 2 and note.worst is not None and note.worst["used"] == 2.0


def test_this_very_test_is_listened_to(record: Record) -> None:
    assert pytest.approx(1.0, abs=0.5) == 1.25
    assert record.worst is not None and record.worst["used"] == 0.5
