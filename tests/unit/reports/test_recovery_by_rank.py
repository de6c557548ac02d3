"""Recovery by rank: one less the recorded LGD with its error, each silo by rank, the run's own silo first."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from haircut.reports.exhibits import recovery_by_rank
from haircut.reports.frames import RunFrames
from tests.unit.reports import synthetic_run

LGD = {
    "junior": (0.8, 0.02, None),
    "parent-note": (0.55, 0.01, None),
    "bare": (None, None, "too_few_defaults"),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFrames:
    """The made-up loan with a junior claim in its silo, two notes of its parent, and another issuer's line."""
    folder = synthetic_run.write(tmp_path_factory.mktemp("ranks") / "run")
    _add_claims(folder)
    frame = pl.read_parquet(folder / "measures.parquet")
    rows = [
        ("haircut", claim, "lgd", value, error, "share", False, reason, None, synthetic_run.PATHS)
        for claim, (value, error, reason) in LGD.items()
    ]
    more = pl.DataFrame(rows, schema=frame.schema, orient="row")
    pl.concat([frame, more]).write_parquet(folder / "measures.parquet")
    return RunFrames(folder)


def _add_claims(folder: Path) -> None:
    inputs = json.loads((folder / "inputs.json").read_text())
    book = inputs["book"]
    book["borrowers"].insert(0, {"id": "parent-corporate", "issuer": "parent"})
    loan = book["claims"].pop(0)
    added = [("bare", "parent-corporate", 2), ("parent-note", "parent-corporate", 1), ("junior", "spv", 2)]
    book["claims"] += [
        {"id": name, "borrower": owner, "rank": rank, "drawn_usd": 1e8} for name, owner, rank in added
    ] + [loan]
    (folder / "inputs.json").write_text(json.dumps(inputs))


def test_recovery_is_one_less_lgd_with_its_error_by_silo_and_rank(run: RunFrames) -> None:
    built = recovery_by_rank.build(run)
    assert built.table is not None
    frame = built.table.frame
    assert frame["claim"].to_list() == ["loan", "junior", "parent-note", "bare"]
    assert frame["rank"].to_list() == [1, 2, 1, 2]
    assert frame["recovery"].to_list()[:3] == pytest.approx([0.69, 0.2, 0.45])
    assert frame["recovery_error"].to_list()[:3] == pytest.approx([0.012, 0.02, 0.01])
    place = [column.key for column in built.table.columns].index("recovery")
    printed = [row[place] for row in built.table.rows()]
    assert [(cell.text, cell.error) for cell in printed[:2]] == [("69.0", "1.2"), ("20.0", "2.0")]
    assert (printed[3].text, printed[3].reason) == ("n/a", "fewer than 10 paths defaulted")
    assert built.title == "At default loan, rank 1 of its silo, recovers 69.0 ± 1.2 % of what it is owed."


def test_claims_of_other_issuers_are_counted_not_shown(run: RunFrames) -> None:
    built = recovery_by_rank.build(run)
    assert "Not shown: 1 of other issuers." in built.notes


def test_the_picture_shows_every_claim_with_a_recovery(run: RunFrames) -> None:
    text = json.dumps(recovery_by_rank.build(run).chart)
    assert "rank 2 \\u00b7 junior" in text
    assert "20.0 \\u00b1 2.0" in text
    assert "bare" not in text
