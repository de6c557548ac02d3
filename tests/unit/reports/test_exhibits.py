"""Each exhibit: a sentence, numbers with their errors, charts that fetch nothing."""

import json
from typing import Any

import polars as pl
import pytest

from haircut.errors import UsageError
from haircut.reports import exhibit as exhibit_of
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.exhibits.ltv_paths import crossings
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run

CHARTS = ("ltv_paths", "rent_fan", "cover_ratios", "customer_curves", "mechanisms")
SIMULATED = ("result_table", "customer_curves", "mechanisms", "loans_side_by_side")


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_is_a_sentence_over_numbers(name: str, frames: RunFrames) -> None:
    built = EXHIBITS[name](frames)
    assert built.name == name
    assert built.title[0].isupper() or built.title[0].isdigit()
    assert built.title.endswith(".")
    assert built.table is not None
    assert built.table.frame.height
    widths = {len(row) for row in built.table.rows()}
    assert widths == {len(built.table.columns)}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_comes_wide_and_narrow_and_fetches_nothing(name: str, frames: RunFrames) -> None:
    built = EXHIBITS[name](frames)
    for spec, total in ((built.chart, 720), (built.chart_narrow, 342)):
        assert spec is not None
        padding = spec["padding"]
        assert spec["width"] + padding["left"] + padding["right"] == total
        text = json.dumps({key: value for key, value in spec.items() if key != "$schema"})
        assert '"url"' not in text
        assert "http" not in text


def _text_layers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        row
        for layer in spec["layer"]
        if layer["mark"].get("type") == "text"
        for row in layer["data"]["values"]
    ]


@pytest.mark.parametrize("name", CHARTS)
def test_no_text_is_smaller_on_a_narrow_page(name: str, frames: RunFrames) -> None:
    built = EXHIBITS[name](frames)
    assert built.chart is not None
    assert built.chart_narrow is not None
    assert built.chart["config"] == built.chart_narrow["config"]
    assert len(_text_layers(built.chart)) == len(_text_layers(built.chart_narrow))


@pytest.mark.parametrize("name", SIMULATED)
def test_no_simulated_number_is_printed_without_its_error(name: str, frames: RunFrames) -> None:
    table = EXHIBITS[name](frames).table
    assert table is not None
    for row, cells in zip(table.frame.iter_rows(named=True), table.rows(), strict=True):
        for column, cell in zip(table.columns, cells, strict=True):
            measure = str(row.get(column.target or "") or "").removeprefix("measure:")
            if cell.numeric and measure.startswith(synthetic_run.STOCHASTIC):
                assert cell.error or cell.text == "n/a" or cell.text.startswith("< 3 / "), (column.key, cell)


def test_a_missing_value_says_why(frames: RunFrames) -> None:
    table = EXHIBITS["result_table"](frames).table
    assert table is not None
    lgd = next(row for row in table.rows() if row[0].text.startswith("LGD"))
    assert (lgd[1].text, lgd[1].reason) == ("n/a", "fewer than 10 paths defaulted")


def test_no_default_prints_its_bound_with_the_paths_of_its_scenario(frames: RunFrames) -> None:
    table = EXHIBITS["result_table"](frames).table
    assert table is not None
    first_year = next(row for row in table.rows() if row[0].text.startswith("PD, 1 year"))
    assert [cell.text for cell in first_year[1:3]] == ["< 3 / 4,096", "< 3 / 20,000"]


def test_crossing_dates_are_those_of_the_ladder(frames: RunFrames) -> None:
    for crossing in crossings(frames):
        path = frames.ladder.select("date", f"{crossing.basis.key}_ltv").drop_nulls()
        above = path.filter(pl.col(f"{crossing.basis.key}_ltv") > 1.0)
        assert crossing.date == above["date"][0]
    assert [crossing.basis.key for crossing in crossings(frames)] == ["nolv", "flv"]


def test_what_a_mechanism_hides_is_the_recorded_paired_difference(frames: RunFrames) -> None:
    table = EXHIBITS["mechanisms"](frames).table
    assert table is not None
    deflation = table.frame.row(0, named=True)
    assert (deflation["hidden"], deflation["hidden_error"]) == (62.0, 2.1)


def test_a_loan_that_is_not_recorded_is_named(copy_of: RunFrames) -> None:
    kept = copy_of.all_measures.filter(pl.col("scenario") != "case:other-loan")
    kept.write_parquet(copy_of.folder / "measures.parquet")
    built = EXHIBITS["loans_side_by_side"](RunFrames(copy_of.folder))
    assert built.not_calculated == ("other-loan, because this run does not record it.",)


def test_a_near_miss_names_the_nearest_exhibit(frames: RunFrames) -> None:
    with pytest.raises(UsageError, match="did you mean 'ltv_paths'"):
        exhibit_of(frames.folder, "ltv_path")


def test_names_are_those_that_runs_records() -> None:
    from haircut.reports import frames
    from haircut.runs import corners, tables

    assert frames.HIDDEN == tables.HIDDEN
    names = ("HAIRCUT", "BUILDING", "WITHOUT", "CUSTOMER", "CASE")
    assert [getattr(frames, name) for name in names] == [getattr(corners, name) for name in names]
