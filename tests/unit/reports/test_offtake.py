"""Offtake: what each contract still brings, by hand, with the customer's credit and the price's mark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haircut.reports.exhibits import offtake
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run


def _changed(folder: Path, **book: object) -> RunFrames:
    made = synthetic_run.write(folder)
    inputs = json.loads((made / "inputs.json").read_text())
    inputs["book"] |= book
    (made / "inputs.json").write_text(json.dumps(inputs))
    return RunFrames(made)


def test_what_is_to_come_is_units_times_price_times_hours_times_take_or_pay(frames: RunFrames) -> None:
    built = offtake.build(frames)
    assert built.table is not None
    frame = built.table.frame
    # 1 October 2026 to 30 September 2029 is 1,095 days; 1 October 2029 to 31 March 2031 is 546.
    first = 50_000 * 3.1 * 1095 * 24
    second = 0.9 * 50_000 * 2.6 * 546 * 24
    assert frame["to_come_usd"].to_list() == pytest.approx([first, second])
    assert frame["share"].to_list() == pytest.approx([first / (first + second), second / (first + second)])
    assert frame["prepaid_usd"].to_list() == [100e6, 0.0]
    printed = [[cell.text for cell in row] for row in built.table.rows()]
    assert printed[0] == [
        "Made-up Lab", "B", "assumed", "50,000 gb200", "3.10", "assumed", "01-Oct-2026", "30-Sep-2029", "100.0",
        "100.0", "4,073.4", "72.7",
    ]  # fmt: skip
    assert built.title == (
        "Contracts and leases bring $5,606.6m until Mar-2031, 100.0 % of it from Made-up Lab."
    )


def test_a_contract_that_runs_counts_from_the_as_of_date_and_one_that_ended_has_no_row(
    tmp_path: Path,
) -> None:
    lease = {"customer": "lab", "borrower": "spv", "megawatts": 100.0, "price_usd_per_mw_month": 120_000.0}
    run = _changed(
        tmp_path / "run",
        contracts=[],
        leases=[
            {**lease, "id": "running", "start": "2025-10-01", "end": "2027-10-01", "backer": "parent"},
            {**lease, "id": "ended", "start": "2020-10-01", "end": "2026-10-01"},
        ],
    )
    table = offtake.build(run).table
    assert table is not None
    assert table.frame["contract"].to_list() == ["running"]
    assert table.frame["to_come_usd"].to_list() == pytest.approx([100 * 120_000 * 12])
    assert [row[1].text for row in table.rows()] == ["B, backed by parent"]
    assert "price_usd_per_gpu_hour" not in [column.key for column in table.columns]


@pytest.mark.parametrize(
    ("credit", "words"),
    [
        ({"curve": "lab-cds", "wang_rating": "B"}, "curve lab-cds"),
        ({"hazard_per_year": 0.03, "measure": "Q", "wang_rating": "B"}, "hazard 3.0 % a year, Q"),
    ],
)
def test_a_credit_reads_as_it_was_stated(tmp_path: Path, credit: dict[str, object], words: str) -> None:
    run = _changed(tmp_path / "run", customers=[{"id": "lab", "name": "Lab", "credit": credit}])
    table = offtake.build(run).table
    assert table is not None
    assert {row[1].text for row in table.rows()} == {words}


def test_a_borrower_without_contracts_has_no_such_exhibit(tmp_path: Path) -> None:
    built = offtake.build(_changed(tmp_path / "run", contracts=[]))
    assert built.absent
    assert built.not_calculated
