"""A series is read row by row or refused with its row."""

import datetime
from pathlib import Path

import pytest

from haircut.case.market.series import Series, read_series
from haircut.errors import InputRefused

AS_OF = datetime.date(2026, 10, 1)
DATA = Path(__file__).resolve().parents[3] / "src" / "haircut" / "data"


def read(folder: Path, text: str, **changes: object) -> Series:
    file = folder / "rents.csv"
    file.write_text(text, encoding="utf-8")
    arguments = {"date": "date", "value": "rent_usd_per_gpu_hour", "unit": "usd_per_gpu_hour", "as_of": AS_OF}
    return read_series(file, **{**arguments, "key": ("model",), **changes})  # type: ignore[arg-type]


HEAD = "date,model,currency,rent_usd_per_gpu_hour\n"
GOOD = (
    HEAD + "2026-08-01,H100,USD,3.0\n2026-09-01,H100,USD,\n2026-09-20,H100,USD,3.4\n2026-08-01,A100,USD,1.2\n"
)


def test_a_good_series_is_in_order_and_a_gap_stays_a_gap(tmp_path: Path) -> None:
    series = read(tmp_path, GOOD)
    assert [row.value for row in series.of("H100")] == [3.0, 3.4]
    assert [(gap.key, gap.days) for gap in series.gaps(31)] == [(("H100",), 50)]
    assert not series.gaps(60)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("2026-09-21,H100,USD,abc", ":6: rent_usd_per_gpu_hour: found 'abc'; expected a number"),
        ("2026-09-21,H100,USD,nan", ":6: rent_usd_per_gpu_hour: found 'nan'; expected a number above 0"),
        ("2026-09-21,H100,USD,-1.0", ":6: rent_usd_per_gpu_hour: found '-1.0'; expected a number above 0"),
        ("2026-09-21,H100,USD,0", "expected a number above 0"),
        ("21.09.2026,H100,USD,3.0", ":6: date: found '21.09.2026'; expected a date such as"),
        (
            "2026-09-20,H100,USD,3.5",
            ":6: date: found 2026-09-20 H100, also in row 4; expected each date once",
        ),
        (
            "2026-10-02,H100,USD,3.5",
            ":6: date: found 2026-10-02; expected a date on or before the as-of date",
        ),
        ("2026-09-21,H100,EUR,3.5", ":6: currency: found 'EUR'; expected USD in every row"),
        ("2026-09-21,H100,USD", ":6: found 'a row of another length"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, row: str, found: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, GOOD + row + "\n", currency="currency")
    assert found in str(refused.value)


def test_every_wrong_row_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, GOOD + "x,H100,USD,1\n2026-09-22,H100,USD,-1\n")
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("label", ["rent_eur_per_gpu_hour", "rent_usd_per_instance_hour", "rent"])
def test_a_column_that_states_another_unit_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(InputRefused, match="a column that states usd_per_gpu_hour"):
        read(tmp_path, GOOD.replace("rent_usd_per_gpu_hour", label), value=label)


def test_a_stale_series_is_refused_and_a_history_is_not(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="2026-09-20, 11 days old; expected a row of the last 7 days"):
        read(tmp_path, GOOD, stale_after_days=7)
    assert len(read(tmp_path, GOOD, stale_after_days=None).observations) == 3


def test_later_rows_of_a_shipped_file_may_be_left_but_an_empty_series_is_refused(tmp_path: Path) -> None:
    early = datetime.date(2026, 8, 15)
    assert len(read(tmp_path, GOOD, as_of=early, later="leave").observations) == 2
    with pytest.raises(InputRefused, match="no row"):
        read(tmp_path, GOOD, as_of=datetime.date(2026, 1, 1), later="leave")


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="rent_usd_per_gpu_hour"):
        read(tmp_path, GOOD, value="rent_usd_per_gpu_hours")


@pytest.mark.parametrize(
    ("file", "date", "value", "unit", "key"),
    [
        ("btc_usd_daily.csv", "date", "btc_usd_close_utc", "usd_close_utc", ()),
        ("btc_difficulty_epochs.csv", "start_date_est", "difficulty", "difficulty", ()),
        (
            "gpu_neocloud_marketplace_snapshots_2026.csv", "date", "cheapest_on_demand_usd_per_gpu_hour",
            "usd_per_gpu_hour", ("provider", "gpu_model", "gpu_memory_gb", "form_factor"),
        ),
    ],
)  # fmt: skip
def test_the_shipped_series_are_read(
    file: str, date: str, value: str, unit: str, key: tuple[str, ...]
) -> None:
    series = read_series(DATA / file, date=date, value=value, unit=unit, as_of=AS_OF, key=key, later="leave")
    assert len(series.observations) > 300
