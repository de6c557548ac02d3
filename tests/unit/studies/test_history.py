"""The reader of history: a series with a row that cannot be true is refused, with the row."""

import datetime
from pathlib import Path

import pytest

from haircut.errors import InputRefused
from haircut.studies.calibrate.history import one_value, read_series, rows, series
from haircut.studies.calibrate.rents import community, list_prices, offers_2026

GOOD = [("2024-01-01", "2.5"), ("2024-02-01", "2.4"), ("2024-04-01", "2.6")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("2024-05-01", "-1"), "found -1; expected a number above 0"),
        (("2024-05-01", "0"), "found 0; expected a number above 0"),
        (("2024-05-01", "nan"), "found nan; expected a number above 0"),
        (("2024-05-01", "inf"), "found inf; expected a number above 0"),
        (("2024-05-01", "2.50 EUR"), "found 2.50 EUR; expected a plain number"),
        (("2024-04-01", "2.7"), "found 2024-04-01; expected each date once"),
        (("2024-03-01", "2.7"), "found 2024-03-01; expected a date after 2024-04-01"),
        (("01.05.2024", "2.7"), "found 01.05.2024; expected an ISO date"),
        (("2999-01-01", "2.7"), "found 2999-01-01; expected a date not after"),
    ],
)
def test_refuses_the_row(row: tuple[str, str], said: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read_series("mine.csv", "rent", [*GOOD, row], first_line=2)
    assert "mine.csv:5: " in str(refusal.value)
    assert said in str(refusal.value)


def test_tells_every_bad_row_at_once() -> None:
    with pytest.raises(InputRefused) as refusal:
        read_series("mine.csv", "rent", [("2024-01-01", "x"), ("2024-02-01", "-2")])
    assert len(refusal.value.problems) == 2


def test_a_gap_stays_a_gap() -> None:
    found = read_series("mine.csv", "rent", [*GOOD, ("2024-05-01", ""), ("2024-06-01", "2.7")])
    assert len(found) == 4
    assert datetime.date(2024, 5, 1) not in found.dates


def test_nothing_is_later_than_the_as_of_date() -> None:
    with pytest.raises(InputRefused, match="not after 2024-03-15"):
        read_series("mine.csv", "rent", GOOD, as_of=datetime.date(2024, 3, 15))


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("date,price\n2024-01-01,2.0\n")
    with pytest.raises(InputRefused, match="no such column"):
        series(str(file), "rent")


def test_mixed_units_are_refused_with_the_row(tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text("date,price,currency\n2024-01-01,2.0,USD\n2024-02-01,2.0,EUR\n")
    with pytest.raises(InputRefused) as refusal:
        one_value(str(file), "currency")
    assert "mixed.csv:3: currency: found EUR; expected USD, as in line 2" in str(refusal.value)


def test_the_past_is_a_prefix() -> None:
    whole = series("btc_usd_daily.csv", "btc_usd_close_utc")
    past = whole.until(datetime.date(2020, 1, 1))
    assert whole.dates[: len(past)] == past.dates
    assert past.dates[-1] == datetime.date(2020, 1, 1)


def test_every_shipped_series_is_clean() -> None:
    assert len(series("btc_hashprice_daily.csv", "hashprice_ex_fees_usd_per_ph_per_day")) == 5293
    assert len(series("btc_difficulty_epochs.csv", "difficulty", date="start_date_est")) == 458
    assert (len(list_prices()), len(offers_2026())) == (181, 59)
    assert 200 < len(community()) <= len(rows("gpu_cloud_prices_community_2022_2025.csv"))
