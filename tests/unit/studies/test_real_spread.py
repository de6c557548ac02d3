"""The real spread is a mean by notional; its parts sum exactly; its error holds what claims lose together."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from haircut.case import MECHANISMS
from haircut.reports.exhibits import maturity_wall, two_dates, utility_clothes
from haircut.reports.exhibits import real_spread as exhibit
from haircut.studies.attribute.corners import ALL, FAIR
from haircut.studies.whole_book import relative_value, sector
from haircut.studies.whole_book.real_spread import Priced, real_spread
from tests.unit.studies.test_whole_book import landlord


def corners(**claims: tuple[list[float], list[float]]) -> pl.DataFrame:
    """Rows of claims whose mechanisms add up: base and a part each, and the deviation of each block in bp."""
    rows: list[dict[str, Any]] = []
    for claim, (parts, gaps) in claims.items():
        for corner in range(ALL + 1):
            on = [parts[bit + 1] for bit in range(4) if corner >> bit & 1]
            rows.append(
                {
                    "corner": corner,
                    "claim": claim,
                    "measure": FAIR,
                    "value": parts[0] + sum(on),
                    "deviations": gaps,
                }
            )
    return pl.DataFrame(rows)


GAPS = [3.0, -1.0, -2.0]


def test_margins_are_weighted_by_notional_and_parts_by_the_same_weights() -> None:
    found = corners(
        loan=([10.0, 1.0, 2.0, 3.0, 4.0], GAPS), note=([50.0, 20.0, 0.0, 0.0, 10.0], [0.0, 0.0, 0.0])
    )
    rows = real_spread(
        [
            Priced("loan", "ai_infrastructure", 3e6, 100.0, True),
            Priced("note", "crypto_miners", 1e6, 200.0, False),
        ],
        found,
    )
    ai, miners, both = rows
    assert (ai.segment, miners.segment, both.segment) == ("ai_infrastructure", "crypto_miners", "all")
    assert ai.fair_bp == pytest.approx(20.0) and miners.fair_bp == pytest.approx(80.0)
    assert both.fair_bp == pytest.approx(0.75 * 20.0 + 0.25 * 80.0)
    assert both.quoted_bp == pytest.approx(125.0) and both.fresh_share == pytest.approx(0.75)
    assert [part.bp for part in both.contributions] == pytest.approx([5.75, 1.5, 2.25, 5.5])
    assert both.base_bp is not None and both.fair_bp is not None
    assert both.base_bp + sum(part.bp for part in both.contributions) == pytest.approx(both.fair_bp)
    assert (both.low_bp, both.high_bp) == (pytest.approx(20.0), pytest.approx(35.0))


def test_errors_are_those_of_the_weighted_sum_of_blocks() -> None:
    """Two claims that lose in the same blocks keep their error; two that lose in opposite ones have none."""

    def error(other: list[float]) -> float | None:
        frame = corners(a=([1.0] * 5, GAPS), b=([1.0] * 5, other))
        claims = [Priced(name, "ai_infrastructure", 1e6, 5.0, True) for name in "ab"]
        return real_spread(claims, frame)[2].std_error

    alone = math.sqrt(sum(gap**2 for gap in GAPS) * 3 / 2)
    assert error(GAPS) == pytest.approx(alone)
    assert error([-gap for gap in GAPS]) == pytest.approx(0.0)
    one = real_spread([Priced("a", "ai_infrastructure", 1e6, 5.0, True)], corners(a=([1.0] * 5, [0.0])))
    assert one[2].std_error is None  # one block says nothing


def test_a_claim_without_quote_or_without_a_corner_is_not_covered() -> None:
    frame = corners(a=([1.0] * 5, GAPS), b=([1.0] * 5, GAPS), c=([1.0] * 5, GAPS))
    frame = frame.with_columns(
        pl.when((pl.col("claim") == "c") & (pl.col("corner") == 3))
        .then(None)
        .otherwise(pl.col("value"))
        .alias("value")
    )
    found = real_spread(
        [
            Priced("a", "ai_infrastructure", 1e6, 5.0, True),
            Priced("b", "ai_infrastructure", 2e6, None, False),
            Priced("c", "ai_infrastructure", 1e6, 5.0, False),
        ],
        frame,
    )
    ai, miners, _ = found
    assert ai.coverage == pytest.approx(0.25) and ai.covered == 1 and ai.claims == 3
    assert miners.fair_bp is None and miners.coverage == 0.0 and miners.contributions == ()


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Any:
    import os

    old = os.environ.get("HAIRCUT_RUNS")
    os.environ["HAIRCUT_RUNS"] = str(tmp_path_factory.mktemp("runs"))
    try:
        yield sector(landlord(), paths=1024), sector(landlord(), paths=1024)
    finally:
        if old is None:
            del os.environ["HAIRCUT_RUNS"]
        else:
            os.environ["HAIRCUT_RUNS"] = old


def test_the_sector_is_found_again_by_its_hash(answered: Any) -> None:
    first, again = answered
    assert not first.found and again.found and first.answer == again.answer
    row = first.real_spread("all")
    assert {
        "segment",
        "notional_usd",
        "coverage",
        "quoted_bp",
        "fair_bp",
        "std_error",
        "contributions",
    } <= row.keys()
    assert [part["mechanism"] for part in row["contributions"]] == list(MECHANISMS)
    total = row["base_bp"] + sum(part["bp"] for part in row["contributions"])
    assert total == pytest.approx(row["fair_bp"], abs=1e-9)
    assert row["notional_usd"] == pytest.approx(3.4e6) and row["coverage"] == 1.0 and row["blocks"] == 2


def test_the_sectors_exhibits_hold_the_answer(answered: Any, tmp_path: Path) -> None:
    answer = answered[0].answer
    built = exhibit.build(answer)
    assert built.chart is not None and built.chart_narrow is not None and built.table is not None
    assert "not a verdict" in built.title  # a test's market is assumed throughout
    assert two_dates.build(answer).table is not None
    assert "fewer than eight names" in two_dates.build(answer).not_calculated[0]
    assert utility_clothes.build(answer).table is not None
    assert maturity_wall.build(answer["maturity_wall"]["all"], "the debt").chart is not None


def test_relative_value_is_quoted_less_fair_with_the_error_of_fair() -> None:
    found = relative_value(landlord(), paths=512)
    assert [row.claim for row in found.claims] == ["hall-loan", "note"] or len(found.claims) == 2
    for row in found.claims:
        assert row.quoted_bp is not None and row.fair_bp is not None and row.quote_kind == "contract"
        assert row.rich_cheap_bp == pytest.approx(row.quoted_bp - row.fair_bp)
        assert set(row.drivers) == {"customer", "collateral", "maturity", "margin", "other", "premium"}
    gaps = [row.rich_cheap_bp for row in found.claims if row.rich_cheap_bp is not None]
    assert gaps == sorted(gaps, reverse=True) and np.isfinite(gaps).all()
