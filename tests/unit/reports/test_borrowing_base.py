"""Borrowing base: cost, values and debt on them, by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from haircut.reports.exhibits import borrowing_base
from haircut.reports.exhibits.borrowing_base import POOL
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run


def _changed(folder: Path, **terms: Any) -> RunFrames:
    made = synthetic_run.write(folder)
    inputs = json.loads((made / "inputs.json").read_text())
    inputs["book"]["claims"][0] |= terms
    (made / "inputs.json").write_text(json.dumps(inputs))
    return RunFrames(made)


def _rows(run: RunFrames) -> dict[str, dict[str, Any]]:
    table = borrowing_base.build(run).table
    assert table is not None
    return {row["collateral"]: row for row in table.frame.iter_rows(named=True)}


def test_cost_and_each_value_stand_over_the_debt(frames: RunFrames) -> None:
    rows = _rows(frames)
    assert list(rows) == ["50,000 gb200 at cost", *POOL.values()]
    cost = rows["50,000 gb200 at cost"]
    assert (cost["value_usd"], cost["mark"]) == (50_000 * 70_000.0, "estimated")
    assert cost["advanced"] == pytest.approx(2.6e9 / 3.5e9)
    sale = rows[POOL["nolv"]]
    assert (sale["value_usd"], sale["debt_usd"]) == pytest.approx((2.75e9, 2.6e9))


def test_a_covenant_bounds_what_may_be_lent_on_its_own_basis_alone(frames: RunFrames) -> None:
    rows = _rows(frames)
    book = rows[POOL["book"]]
    # 85 % of 3,500 m is 2,975 m; 2,600 m is drawn
    assert (book["limit"], book["limit_of"]) == (0.85, "covenant")
    assert (book["base_usd"], book["available_usd"]) == pytest.approx((2_975e6, 375e6))
    assert rows[POOL["market"]]["limit"] is None
    assert borrowing_base.build(frames).title == (
        "By covenant, $375.0m can still be lent: all of it, book value."
    )


def test_an_advance_rate_of_the_sizing_bounds_the_cost(tmp_path: Path) -> None:
    run = _changed(tmp_path / "run", sizing={"target_dscr": 1.3, "advance_rate": 0.7})
    cost = _rows(run)["50,000 gb200 at cost"]
    assert (cost["base_usd"], cost["available_usd"]) == pytest.approx((2_450e6, -150e6))
    assert borrowing_base.build(run).title == ("By sizing, $150.0m is lent beyond it: 50,000 gb200 at cost.")


def test_coins_are_pledged_at_todays_price(tmp_path: Path) -> None:
    line = {"pledged_btc": 50_000.0, "initial_ltv": 0.6, "call_ltv": 0.7, "liquidation_ltv": 0.8}
    rows = _rows(_changed(tmp_path / "run", coin_line=line, collateral_fleets=[]))
    coins = rows["50,000 BTC at today's price"]
    assert coins["value_usd"] == 4e9
    assert coins["available_usd"] == pytest.approx(0.6 * 4e9 - 2.6e9)


def test_a_basis_without_a_rate_says_why_and_has_no_availability(frames: RunFrames) -> None:
    table = borrowing_base.build(frames).table
    assert table is not None
    first = next(iter(table.rows()))
    assert (first[5].text, first[5].reason) == ("n/a", "the contract states none for this basis")
    assert [cell.text for cell in first[7:]] == ["", ""]


def test_a_contract_without_a_rate_has_no_borrowing_base(tmp_path: Path) -> None:
    built = borrowing_base.build(_changed(tmp_path / "run", covenants=[]))
    assert built.table is not None
    assert "available_usd" not in [column.key for column in built.table.columns]
    assert built.table.frame["available_usd"].null_count() == built.table.frame.height
    assert built.not_calculated[0].startswith("a borrowing base and availability, because")
    assert built.title == "No advance rate is stated; 76.5 % of the mark is lent, 94.5 % of an orderly sale."


def test_an_unsecured_claim_has_no_such_exhibit(tmp_path: Path) -> None:
    assert borrowing_base.build(_changed(tmp_path / "run", collateral_fleets=[])).absent
