"""Every result of a liquidation is shown at a third and at three times the depth of the market."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import haircut as hc
from haircut.reports import frames
from haircut.reports.exhibits import depth_of_the_market, ltv_paths
from haircut.reports.frames import RunFrames
from haircut.runs import corners, executor, live, tables
from tests.unit.reports import synthetic_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFrames:
    return RunFrames(synthetic_run.write(tmp_path_factory.mktemp("run") / "run"))


def test_rows_are_a_third_the_markets_own_and_three_times(run: RunFrames) -> None:
    built = depth_of_the_market.build(run)
    assert built.table is not None
    printed = [[cell.text for cell in row] for row in built.table.rows()]
    assert [row[0] for row in printed] == ["a third", "as the market says", "three times"]
    assert [row[1] for row in printed] == ["481", "443", "422"]
    assert printed[0][-2:] == ["from the start", "31-Mar-2031"]
    assert printed[2][-2:] == ["never", "never"]
    assert built.not_calculated == ()
    assert [row[2] for row in printed] == ["38", "", "(21)"]
    assert built.title == (
        "A third of the depth adds 38 ± 2 bp to the fair margin, three times the depth takes 21 ± 2 bp off."
    )


def test_its_own_dates_are_those_of_the_picture(run: RunFrames) -> None:
    built = depth_of_the_market.build(run)
    own = next(each for each in ltv_paths.crossings(run) if each.basis.key == "nolv")
    assert built.table is not None
    row = built.table.frame.row(1, named=True)
    assert (row["passes"], row["back"]) == (own.date, own.back)


def test_without_other_depths_it_says_so(tmp_path: Path) -> None:
    folder = synthetic_run.write(tmp_path / "run")
    rows = pl.read_parquet(folder / "measures.parquet")
    rows.filter(~pl.col("scenario").str.starts_with("depth:")).write_parquet(folder / "measures.parquet")
    built = depth_of_the_market.build(RunFrames(folder))
    assert built.table is not None and built.table.frame.height == 1
    assert "no scenario with another depth" in built.not_calculated[0]


def test_names_are_those_that_the_run_writes() -> None:
    assert (depth_of_the_market.PASSES, depth_of_the_market.BACK) == (tables.PASSES, tables.BACK)
    assert tuple(corners.DEPTHS) == (depth_of_the_market.SHALLOW, depth_of_the_market.DEEP)
    assert frames.DEPTH == corners.DEPTH


def test_the_scenarios_change_the_depth_and_nothing_else() -> None:
    case = live.live_case(live.stated(hc.load("coreweave-ddtl-3")), 512)
    beside = {corner.name: corner.case for corner in corners.corners(case)}
    depth = case.market.liquidation.depth.value
    for words, factor in corners.DEPTHS.items():
        other = beside[f"depth:{words}"]
        assert other.market.liquidation.depth.value == pytest.approx(factor * depth)
        assert corners.with_depth(other, 1.0 / factor).market.liquidation.depth.value == pytest.approx(depth)
        assert other.book == case.book
    bottomless = case.market.liquidation.model_copy(update={"impact": "none"})
    market = case.market.model_copy(update={"liquidation": bottomless})
    names = {corner.name for corner in corners.corners(case.model_copy(update={"market": market}))}
    assert not any(name.startswith("depth:") for name in names)


def test_a_deeper_market_sells_for_more_and_its_dates_are_no_worse() -> None:
    case = live.live_case(live.stated(hc.load("coreweave-ddtl-3")), 512)
    found = {}
    for factor in (1.0 / 3.0, 3.0):
        run = executor.evaluate(corners.with_depth(case, factor))
        texts = {row["measure"]: row["text"] for row in tables.crossing_rows("depth", run, "ddtl-3", 512)}
        ltv = run.base.claims["ddtl-3"]["nolv_ltv"]
        dates = run.base.dates
        passes = next((dates[month] for month, value in enumerate(ltv) if value > 1.0), "never")
        assert texts[tables.PASSES] == passes
        found[factor] = (ltv[0], texts[tables.BACK])
    assert found[3.0][0] < found[1.0 / 3.0][0]
    assert found[3.0][1] <= found[1.0 / 3.0][1]  # ISO dates, and a date sorts before "never"
