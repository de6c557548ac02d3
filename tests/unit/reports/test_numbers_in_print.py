"""Conventions of print: bp integers, 1.25x, 12.3 %, $m, (negatives), n/a is not 0, dd-mmm-yyyy."""

import datetime
import math

import pytest

from haircut.errors import Reason
from haircut.reports import numbers_in_print as print_


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [
        (399.5, "bp", "400"),
        (1234.0, "bp", "1,234"),
        (-43.2, "bp", "(43)"),
        (0.1234, "share", "12.3"),
        (-0.05, "share", "(5.0)"),
        (1.25, "x", "1.25x"),
        (-0.03, "x", "(0.03x)"),
        (2.6e9, "usd", "2,600.0"),
        (-4e4, "usd", "(0.0)"),
        (2.345, "rent", "2.35"),
        (2.94, "years", "2.9"),
        (55, "months", "55"),
    ],
)
def test_each_unit_has_one_form(value: float, unit: str, printed: str) -> None:
    expected = "0.0" if printed == "(0.0)" else printed  # what rounds to nothing has no sign
    assert print_.number(value, unit) == expected


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf])
def test_what_is_missing_is_never_zero(nothing: float | None) -> None:
    for unit in ("bp", "share", "x", "usd", None):
        assert print_.number(nothing, unit) == "n/a"
    assert print_.error(nothing, "bp") == "n/a"


def test_a_small_error_does_not_print_as_none() -> None:
    assert print_.error(0.04, "bp") == "0.04"
    assert print_.error(0.0003, "share") == "0.03"
    assert print_.error(0.0, "bp") == "0"


def test_dates_are_dd_mmm_yyyy() -> None:
    assert print_.date(datetime.date(2028, 3, 1)) == "01-Mar-2028"
    assert print_.date("2028-03-31") == "31-Mar-2028"
    assert print_.date(None) == "n/a"


def test_every_reason_of_the_closed_list_has_a_sentence() -> None:
    assert set(print_.REASONS) == set(Reason.__args__)
    assert all(sentence[0].islower() and "_" not in sentence for sentence in print_.REASONS.values())


def test_no_event_prints_as_the_rule_of_three() -> None:
    assert print_.probability_without_events(20_000) == "< 3 / 20,000"
