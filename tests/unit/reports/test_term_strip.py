"""Term strip: forward rents by hand, of the base case and of a seller."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from haircut.reports.exhibits import term_strip
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run


def _changed(folder: Path, **market: Any) -> RunFrames:
    made = synthetic_run.write(folder)
    inputs = json.loads((made / "inputs.json").read_text())
    inputs["market"] |= market
    (made / "inputs.json").write_text(json.dumps(inputs))
    return RunFrames(made)


def _curve(run: RunFrames, name: str) -> pl.DataFrame:
    table = term_strip.build(run).table
    assert table is not None
    return table.frame.filter(pl.col("curve") == name)


FREE = {"rates": {"overnight": {"value": 0.0}}}


def test_a_sellers_two_terms_imply_the_rent_of_the_later_years(tmp_path: Path) -> None:
    seller = _curve(_changed(tmp_path / "run", **FREE), "seller")
    # 12 months at 4.00 and 36 at 3.00: (36 x 3 - 12 x 4) / 24
    assert seller["forward_rent"].to_list() == pytest.approx([4.0, 2.5])
    # the middles of the spans lie 18 months apart
    assert seller["change_per_year"].to_list() == [None, pytest.approx(math.log(2.5 / 4.0) / 1.5)]
    assert seller["mark"].to_list() == ["observed", "observed"]


def test_without_interest_a_forward_of_the_base_case_is_the_mean_rent_of_its_year(tmp_path: Path) -> None:
    strip = _curve(_changed(tmp_path / "run", **FREE), "base-case")
    rent = [3.0 * math.exp(-0.2 * month / 12) for month in range(1, 61)]
    assert strip["to_months"].to_list() == [12, 24, 36, 48, 60]
    assert strip["forward_rent"].to_list() == pytest.approx(
        [sum(rent[first : first + 12]) / 12 for first in range(0, 60, 12)]
    )
    assert strip["term_rent"].to_list() == pytest.approx([sum(rent[:n]) / n for n in range(12, 61, 12)])
    assert strip["change_per_year"].to_list()[1:] == pytest.approx([-0.2] * 4)


def test_interest_weighs_early_rents_more(tmp_path: Path) -> None:
    free = _curve(_changed(tmp_path / "free", **FREE), "base-case")
    dear = _curve(_changed(tmp_path / "dear", rates={"overnight": {"value": 0.1}}), "base-case")
    assert all(more > less for more, less in zip(dear["term_rent"], free["term_rent"], strict=True))


def test_the_title_reads_the_first_and_the_last_span(tmp_path: Path) -> None:
    assert term_strip.build(_changed(tmp_path / "run", **FREE)).title == (
        "Forward rent of gb200 goes in the base case from 2.70 in the first 12 months to 1.21 USD per GPU-hour in "
        "months 49 to 60."
    )


def test_quotes_of_different_goods_have_no_forward(tmp_path: Path) -> None:
    sourced = {"unit": "USD per GPU-hour", "mark": "observed", "date": "2026-09-30", "source": "a rate card"}
    quotes = [
        {"device": "gb200", "curve": "odd", "tenor_months": months, "value": rent, **sourced}
        for months, rent in ((12, 9.0), (24, 4.0))
    ]
    built = term_strip.build(_changed(tmp_path / "run", term_quotes=quotes, devices=[], **FREE))
    assert built.table is not None
    last = list(built.table.rows())[-1]
    assert (last[5].text, last[5].reason) == ("n/a", "the quotes are of different goods")


def test_a_device_without_rent_and_quotes_has_no_such_exhibit(tmp_path: Path) -> None:
    assert term_strip.build(_changed(tmp_path / "run", term_quotes=[], devices=[])).absent
