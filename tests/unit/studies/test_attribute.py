"""An attribution: the run's own margin, corners that can be read again, mechanisms that cannot act."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import haircut as hc
from haircut.case import MECHANISMS, content_hash, without
from haircut.case.case import Case
from haircut.credit import compile_book
from haircut.errors import UsageError
from haircut.faces import cli
from haircut.reports.frames import RunFrames
from haircut.runs import beside
from haircut.runs.executor import evaluate
from haircut.studies.attribute import Attribution, attribute
from haircut.studies.attribute.corners import ALL, _independent, corner_rows, off, on
from tests.unit.credit import books
from tests.unit.studies.test_attribution_game import by_orders

CASE = Path(__file__).resolve().parents[3] / "examples" / "coreweave-ddtl-3"
PATHS = 512


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(beside, "corners", lambda case, others=(): iter(()))
    return tmp_path / "runs"


def risky(paths: int = 1) -> Case:
    """A loan whose one customer may fail and whose machines lose rent and sell into a thin market."""
    market = books.quiet_market(
        compute={
            "drift": books.by_regime(-1.0, -1.0, -1.0),
            "volatility": books.by_regime(0.3, 0.3, 0.3),
            "theta": books.quantity(0.2),
        },
        liquidation=books.liquidation(impact="power", transaction_cost=0.2, broker_fee=0.05),
    )
    claim = books.loan(drawn_usd=1.4e6, maturity_date=books.day(24), collateral_fleets=("fleet",))
    return books.case(
        claims=(claim,), contracts=(books.contract(end=books.day(24)),), market=market, settings={"paths": paths},
        customer=books.Credit(hazard_per_year=0.2, measure="P", wang_rating="B", demand_loading=0.0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def corners() -> pl.DataFrame:
    """Twenty blocks, so that there are errors."""
    return corner_rows(risky(20 * PATHS))


def test_the_margin_is_that_of_the_run_bit_for_bit(runs: Path) -> None:
    found = attribute(CASE, paths=PATHS, seed=5)
    run = hc.reprice(CASE, paths=PATHS, seed=5)
    assert found.margin is not None
    assert found.margin.full == run.value("fair_margin_bp")
    assert found.margin.full_std_error == run.row("fair_margin_bp")["std_error"]  # type: ignore[index]
    assert found.quoted_bp == run.value("quoted_margin_bp")
    # The attribution came first, and the run finds it.
    assert RunFrames.of(run).attribution == found
    # Computed again it lies in the run's folder, with the same rows.
    assert attribute(CASE, paths=PATHS, seed=5, fresh=True, threads=1) == found
    assert (run.folder / "corners.parquet").is_file()


def test_shares_recomputed_from_the_kept_corners(corners: pl.DataFrame, tmp_path: Path) -> None:
    corners.write_parquet(tmp_path / "corners.parquet")
    kept = pl.read_parquet(tmp_path / "corners.parquet")
    found = Attribution.of(kept, "loan")
    for split, measure in ((found.margin, "fair_margin_bp"), (found.pd, "pd_maturity"), (found.el, "el_bp")):
        assert split is not None
        rows = kept.filter(measure=measure).sort("corner")
        worth = rows["value"].to_list()
        assert [part.mechanism for part in split.contributions] == list(MECHANISMS)
        assert [part.value for part in split.contributions] == pytest.approx(by_orders(worth), abs=1e-9)
        assert sum(part.value for part in split.contributions) == pytest.approx(
            split.full - split.base, abs=1e-9
        )
        # The error of a share: deviations of blocks, weighted as the values are.
        blocks = np.array(rows["deviations"].to_list())
        shares = np.array([by_orders(list(column)) for column in blocks.T])
        errors = np.sqrt((shares**2).sum(axis=0) * len(shares) / (len(shares) - 1))
        assert [part.std_error for part in split.contributions] == pytest.approx(errors, rel=1e-9)


def test_the_error_is_paired(corners: pl.DataFrame) -> None:
    """The error of a share is below that of two independent runs, and is not nothing."""
    found = Attribution.of(corners, "loan").margin
    assert found is not None
    by_name = {part.mechanism: part for part in found.contributions}
    assert 0.0 < by_name["deflation"].std_error < found.full_std_error  # type: ignore[operator]


def test_a_mechanism_that_cannot_act_gets_nothing(corners: pl.DataFrame) -> None:
    """One customer, no demand, drivers without correlation: convergence has nothing to join.

    Only the random order in which blocks read their paths is left, so the share is within two errors of 0.
    The rest acts: each is more than four errors from 0 in the margin.
    """
    found = Attribution.of(corners, "loan")
    assert found.margin is not None
    for part in found.margin.contributions:
        assert part.std_error is not None
        if part.mechanism == "convergence":
            assert abs(part.value) <= 2.0 * part.std_error
        else:
            assert abs(part.value) > 4.0 * part.std_error, part


def test_without_noise_nothing_is_shared_out() -> None:
    found = Attribution.of(
        corner_rows(books.case(contracts=(books.contract(),), settings={"paths": 4})), "loan"
    )
    assert found.margin is not None
    assert [part.value for part in found.margin.contributions] == pytest.approx([0.0] * 4, abs=1e-9)
    assert all(part.std_error is None for part in found.contributions)  # one block has no error


def test_a_shared_compiled_book_is_the_case_without_convergence() -> None:
    """The corner that shares a compiled book answers as the case compiled by itself."""
    case = risky(700)
    shared = _independent(compile_book(case))
    alone = without(case, {"convergence"})
    assert content_hash(shared.case) == content_hash(alone)
    worth = corner_rows(case).filter(corner=ALL & ~4, measure="fair_margin_bp")["value"][0]
    measures = {row.measure: row.value for row in evaluate(alone).measures()}
    # The same loan: its schedule is stated in the case already.
    assert worth == pytest.approx(measures["fair_margin_bp"], abs=1e-9)


def test_corners_are_named_by_what_acts() -> None:
    assert on(ALL) == MECHANISMS and off(ALL) == () and off(0) == MECHANISMS
    assert all(set(on(corner)) | set(off(corner)) == set(MECHANISMS) for corner in range(16))


def test_the_command_prints_the_keys_of_the_reference(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["attribute", str(CASE), "--paths", str(PATHS), "--json"]
    assert cli.main(call) == 0
    first = capsys.readouterr().out
    answer = json.loads(first)
    assert {"base_bp", "fair_bp", "quoted_bp", "contributions"} <= set(answer)
    assert [part["mechanism"] for part in answer["contributions"]] == list(MECHANISMS)
    assert all({"mechanism", "bp", "std_error"} <= set(part) for part in answer["contributions"])
    total = sum(part["bp"] for part in answer["contributions"])
    assert total == pytest.approx(answer["fair_bp"] - answer["base_bp"], abs=1e-9)
    assert answer["lenders_bar_bp"] == answer["quoted_bp"] - answer["base_bp"]
    assert cli.main(call) == 0
    assert capsys.readouterr().out == first
    assert cli.main(call[:-1]) == 0
    shown = capsys.readouterr()
    assert shown.out == "" and "as a building" in shown.err and "quoted" in shown.err
    assert max(map(len, shown.err.splitlines())) <= cli.WIDTH


def test_an_unknown_claim_is_refused(runs: Path) -> None:
    with pytest.raises(UsageError, match="expected one of ddtl-3"):
        attribute(CASE, paths=PATHS, claim="ddtl-33")
