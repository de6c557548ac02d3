"""Sources and uses: both sides from the book, equal by a balance that is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from haircut.reports.exhibits import sources_and_uses
from haircut.reports.exhibits.sources_and_uses import ELSEWHERE, REST
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run


def _changed(folder: Path, kind: str, entities: list[dict[str, Any]] | None, **terms: Any) -> RunFrames:
    made = synthetic_run.write(folder)
    inputs = json.loads((made / "inputs.json").read_text())
    if entities is not None:
        inputs["book"][kind] = entities
    if terms:
        inputs["book"][kind][0] |= terms
    (made / "inputs.json").write_text(json.dumps(inputs))
    return RunFrames(made)


def _frame(run: RunFrames) -> pl.DataFrame:
    table = sources_and_uses.build(run).table
    assert table is not None
    return table.frame


def _amounts(run: RunFrames) -> dict[tuple[str, str], float]:
    return {(row["side"], row["what"]): row["amount_usd"] for row in _frame(run).iter_rows(named=True)}


def test_commitment_and_prepayments_pay_for_machines_reserves_and_cash(frames: RunFrames) -> None:
    # 50,000 x 70,000 USD and 140 m of reserves and cash, less 2,800 m and 100 m
    assert _amounts(frames) == {
        ("sources", "loan, rank 1"): 2_800e6,
        ("sources", "prepaid by customers"): 100e6,
        ("sources", REST): 740e6,
        ("uses", "50,000 gb200"): 3_500e6,
        ("uses", "reserve accounts"): 90e6,
        ("uses", "cash"): 50e6,
    }
    frame = _frame(frames)
    assert frame["mark"].to_list() == ["observed", "assumed", "balance", "estimated", "assumed", "assumed"]
    assert frame["today_usd"].to_list() == [2_600e6, 100e6, None, 3_500e6, 90e6, 50e6]
    assert frame["share"][0] == pytest.approx(2_800 / 3_640)
    built = sources_and_uses.build(frames)
    assert built.title == "Debt is 76.9 % of $3,640.0m; $740.0m comes from outside the book."


def test_the_two_sides_are_equal(frames: RunFrames) -> None:
    sides = _frame(frames).group_by("side").agg(pl.col("amount_usd").sum(), pl.col("share").sum())
    assert sides["amount_usd"].n_unique() == 1
    assert sides["share"].to_list() == pytest.approx([1.0, 1.0])


def test_debt_beyond_what_the_book_holds_goes_elsewhere(tmp_path: Path) -> None:
    run = _changed(tmp_path / "run", "fleets", None, cost_usd_per_unit=10_000.0)
    assert _amounts(run)["uses", ELSEWHERE] == pytest.approx(2_900e6 - 500e6 - 140e6)


def test_a_revolver_counts_as_drawn(tmp_path: Path) -> None:
    run = _changed(tmp_path / "run", "claims", None, revolving=True, draws=[])
    assert _amounts(run)["sources", "loan, rank 1"] == 2_600e6


def test_machines_to_come_are_a_use_that_is_not_paid_yet(tmp_path: Path) -> None:
    run = _changed(tmp_path / "run", "fleets", None, in_service="2027-03-31")
    row = _frame(run).filter(pl.col("what") == "50,000 gb200").row(0, named=True)
    assert (row["amount_usd"], row["today_usd"]) == (3_500e6, 0.0)


def test_a_book_that_does_not_say_what_was_paid_for_has_no_such_exhibit(tmp_path: Path) -> None:
    run = _changed(tmp_path / "run", "borrowers", [{"id": "spv", "issuer": "parent"}])
    inputs = json.loads((run.folder / "inputs.json").read_text())
    inputs["book"]["fleets"] = []
    (run.folder / "inputs.json").write_text(json.dumps(inputs))
    assert sources_and_uses.build(RunFrames(run.folder)).absent
