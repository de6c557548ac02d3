"""Rules of the month grid, day counts and business days."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

import pytest
import QuantLib

from haircut.curves import (
    add_months,
    adjust,
    month_ends,
    month_index,
    parse_date,
    payment_months,
    year_fraction,
)
from haircut.errors import InputRefused


def test_month_zero_is_the_as_of_date_and_month_one_the_next_month_end() -> None:
    assert month_ends(date(2026, 10, 1), 3) == (
        date(2026, 10, 1),
        date(2026, 10, 31),
        date(2026, 11, 30),
        date(2026, 12, 31),
    )


def test_an_as_of_on_a_month_end_does_not_count_its_own_day_twice() -> None:
    assert month_ends(date(2024, 12, 31), 2) == (date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28))
    assert month_ends(date(2024, 2, 29), 12)[-1] == date(2025, 2, 28)


def test_a_grid_of_no_months_is_the_as_of_date() -> None:
    assert month_ends(date(2026, 10, 1), 0) == (date(2026, 10, 1),)


def test_a_negative_grid_is_refused() -> None:
    with pytest.raises(InputRefused, match="months: found -1; expected a whole number"):
        month_ends(date(2026, 10, 1), -1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2020, 1, 1), 0),
        (date(2026, 10, 1), 0),
        (date(2026, 10, 2), 1),
        (date(2026, 10, 31), 1),
        (date(2026, 11, 1), 2),
        (date(2031, 10, 1), 61),
    ],
)
def test_a_day_belongs_to_the_first_month_end_on_or_after_it(day: date, expected: int) -> None:
    assert month_index(date(2026, 10, 1), day) == expected


def test_payments_count_back_from_maturity_so_that_the_stub_comes_first() -> None:
    assert payment_months(date(2024, 12, 31), date(2034, 12, 31), 12) == tuple(range(12, 121, 12))
    assert payment_months(date(2026, 10, 1), date(2027, 8, 21), 3) == (2, 5, 8, 11)
    assert payment_months(date(2026, 10, 1), date(2026, 10, 2), 3) == (1,)


def test_a_matured_claim_has_no_payments_and_is_refused() -> None:
    with pytest.raises(
        InputRefused, match="maturity_date: found 2026-10-01; expected a date after the as-of"
    ):
        payment_months(date(2026, 10, 1), date(2026, 10, 1), 3)
    with pytest.raises(InputRefused, match="frequency_months: found 0"):
        payment_months(date(2026, 10, 1), date(2027, 10, 1), 0)


def test_adding_months_keeps_the_day_or_the_last_of_a_shorter_month() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -13) == date(2023, 2, 28)
    with pytest.raises(InputRefused, match="leave 1901 to 2199"):
        add_months(date(2190, 1, 1), 240)


def test_dates_are_read_as_iso_only() -> None:
    assert parse_date(" 2026-10-01 ") == date(2026, 10, 1)
    assert parse_date(date(2026, 10, 1)) == date(2026, 10, 1)


@pytest.mark.parametrize(
    "found",
    ["2026-13-01", "01/10/2026", "2026-10", "20261001", "1850-01-01", 20261001, datetime(2026, 10, 1)],
)
def test_a_date_that_is_not_one_says_what_was_expected(found: object) -> None:
    with pytest.raises(InputRefused, match="expected an ISO date YYYY-MM-DD"):
        parse_date(found)  # type: ignore[arg-type]


def test_modified_following_stays_in_its_month() -> None:
    saturday_month_end = date(2026, 10, 31)
    assert adjust(saturday_month_end, "following", "weekends_only") == date(2026, 11, 2)
    assert adjust(saturday_month_end, "modified_following", "weekends_only") == date(2026, 10, 30)
    assert adjust(saturday_month_end, "preceding", "weekends_only") == date(2026, 10, 30)
    assert adjust(saturday_month_end, "unadjusted") == saturday_month_end


def test_calendars_differ_where_their_holidays_do() -> None:
    thanksgiving, good_friday = date(2026, 11, 26), date(2026, 4, 3)
    assert adjust(thanksgiving, "following", "weekends_only") == thanksgiving
    assert adjust(thanksgiving, "following", "federal_reserve") == date(2026, 11, 27)
    assert adjust(good_friday, "following", "federal_reserve") == good_friday
    assert adjust(good_friday, "following", "sofr") == date(2026, 4, 6)


def test_a_misspelt_choice_names_the_nearest_spelling() -> None:
    with pytest.raises(InputRefused, match="nearest is 'ACT/365F'"):
        year_fraction(date(2026, 1, 1), date(2026, 2, 1), "act/365")  # type: ignore[arg-type]
    with pytest.raises(InputRefused, match="nearest is 'modified_following'"):
        adjust(date(2026, 1, 1), "modified following")  # type: ignore[arg-type]
    with pytest.raises(InputRefused, match="calendar: found 'london'; expected one of federal_reserve"):
        adjust(date(2026, 1, 1), "following", "london")  # type: ignore[arg-type]


def test_day_counts() -> None:
    start, end = date(2027, 7, 1), date(2028, 7, 1)
    assert year_fraction(start, end, "ACT/360") == 366 / 360
    assert year_fraction(start, end, "ACT/365F") == 366 / 365
    assert year_fraction(start, end, "30/360") == 1.0
    assert year_fraction(start, end, "ACT/ACT") == pytest.approx(184 / 365 + 182 / 366, abs=1e-15)


@pytest.mark.parametrize("day_count", ["ACT/360", "ACT/365F", "30/360", "ACT/ACT"])
def test_a_period_turned_round_is_negative(day_count: str) -> None:
    start, end = date(2026, 1, 30), date(2028, 2, 29)
    forward = year_fraction(start, end, day_count)  # type: ignore[arg-type]
    assert year_fraction(end, start, day_count) == -forward < 0.0  # type: ignore[arg-type]


def test_thirty_360_months_between_month_ends_are_exact_and_add_up() -> None:
    grid = month_ends(date(2023, 12, 31), 60)
    for start, end in pairwise(grid):
        assert year_fraction(start, end, "30/360") == 30 / 360
    assert year_fraction(grid[0], grid[-1], "30/360") == 5.0


def test_the_global_evaluation_date_of_quantlib_is_neither_read_nor_written() -> None:
    settings = QuantLib.Settings.instance()
    before = settings.evaluationDate

    def answers() -> tuple[object, ...]:
        from haircut.curves import CdsTerms, DiscountCurve, SurvivalCurve

        as_of = date(2026, 10, 1)
        discount = DiscountCurve.bootstrap_par(as_of, 0.0365, {2: 0.036, 5: 0.0375, 10: 0.042})
        return (
            adjust(date(2026, 11, 26)),
            year_fraction(as_of, date(2028, 2, 29), "ACT/ACT"),
            discount,
            SurvivalCurve.from_cds(as_of, {1: 0.03, 5: 0.064}, 0.4, discount),
            CdsTerms.standard(as_of, 5, 0.05, 0.4),
        )

    try:
        settings.evaluationDate = QuantLib.Date(4, 7, 1999)
        first = answers()
        assert settings.evaluationDate == QuantLib.Date(4, 7, 1999)
        settings.evaluationDate = QuantLib.Date(1, 1, 2055)
        assert answers() == first
    finally:
        settings.evaluationDate = before
