"""Coin line: the price of a coin at each loan-to-value, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haircut.reports.exhibits import coin_line
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run


def _changed(folder: Path, *, drawn: float | None = None, coins: bool = True) -> RunFrames:
    made = synthetic_run.write(folder)
    inputs = json.loads((made / "inputs.json").read_text())
    line = inputs["book"]["claims"][1]
    line["drawn_usd"] = line["drawn_usd"] if drawn is None else drawn
    if not coins:
        line["coin_line"] = None
    (made / "inputs.json").write_text(json.dumps(inputs))
    return RunFrames(made)


def test_a_level_is_hit_at_the_debt_over_its_ltv_times_the_coins(frames: RunFrames) -> None:
    built = coin_line.build(frames)
    assert built.table is not None
    frame = built.table.frame
    # 120 m USD on 2,500 coins at 80,000 USD, and 500 free ones
    assert frame["ltv_today"][0] == pytest.approx(0.6)
    assert frame["price_usd_per_btc"].to_list() == pytest.approx([80_000.0, 64_000.0, 60_000.0])
    assert frame["distance"].to_list() == pytest.approx([0.0, -0.2, -0.25])
    assert frame["price_with_free_usd_per_btc"].to_list() == pytest.approx(
        [200e6 / 3_000, 160e6 / 3_000, 50_000]
    )
    assert frame["mark"].to_list() == ["assumed", "observed", "assumed"]
    printed = [[cell.text for cell in row] for row in built.table.rows()]
    assert printed[1] == [
        "coin-line", "", "", "", "", "margin call", "75.0", "observed", "64,000", "(20.0)", "53,333",
    ]  # fmt: skip
    assert (
        built.title == "A fall of the coin by 20.0 % from 80,000 USD calls coin-line, by 25.0 % sells it out."
    )
    assert "A coin costs 80,000 USD (observed, 30-Sep-2026)." in built.notes[0]


def test_a_line_beyond_its_call_says_so(tmp_path: Path) -> None:
    built = coin_line.build(_changed(tmp_path / "run", drawn=155e6))
    assert built.title == "With a coin at 80,000 USD coin-line stands at or beyond its margin call."


def test_a_book_without_coins_has_no_such_exhibit(tmp_path: Path) -> None:
    built = coin_line.build(_changed(tmp_path / "run", coins=False))
    assert built.absent
    assert built.not_calculated == ("coin lines, because no claim of the book has coins pledged.",)
