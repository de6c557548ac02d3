"""One case in, one recorded run out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import haircut as hc
from haircut.case import load
from haircut.case.case import Case
from haircut.errors import CannotCompute, InputRefused, UsageError
from haircut.runs import Run, chosen_case, executor, reprice
from haircut.runs.corners import SHIFTED_PATHS, SIDE_PATHS, corners, with_customers_rated
from haircut.runs.explain import in_print
from haircut.runs.identity import code_hash, run_id
from tests.unit.runs.engine import engine

__all__ = ["engine"]

ROOT = Path(__file__).resolve().parents[3]
CASE = ROOT / "examples" / "coreweave-ddtl-3"


def test_a_run_is_recorded_and_found(engine: list[str]) -> None:
    first = reprice(CASE, paths=1024, seed=3)
    assert not first.found
    assert engine[:2] == ["haircut", "building"]
    assert {"case:coreweave-ddtl-4", "case:ten-year-model"} <= set(engine)
    assert {f"without:{name}" for name in ("deflation", "revenue_risk", "convergence", "illiquidity")} <= set(
        engine
    )
    engine.clear()
    second = reprice(CASE, paths=1024, seed=3, threads=1)
    assert second.found and second.id == first.id and engine == []
    assert reprice(CASE, paths=1024, seed=3, fresh=True).id == first.id and engine
    engine.clear()
    assert reprice(CASE, paths=1024, seed=4).id != first.id
    assert "building" in engine and "case:coreweave-ddtl-4" not in engine


def test_the_same_call_gives_the_same_bytes(engine: list[str]) -> None:
    first = reprice(CASE, paths=600)
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    text = json.dumps(first.as_dict())
    again = reprice(CASE, paths=600, threads=3, fresh=True)
    assert json.dumps(again.as_dict()) == text
    after = {path.name: path.read_bytes() for path in again.folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} <= {"manifest.json"}
    one, other = json.loads(before["manifest.json"]), json.loads(after["manifest.json"])
    assert {name for name in one if one[name] != other[name]} <= {"created", "elapsed_seconds"}


def test_a_scenario_that_cannot_be_computed_does_not_lose_the_run(
    engine: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = executor.evaluate

    def refuses(case: Case, threads: Any, progress: Any, label: str, **more: bool) -> Any:
        if label in ("building", "without:deflation", "case:ten-year-model"):
            raise CannotCompute("sculpting finds no cash")
        return answer(case, threads, progress, label, **more)

    monkeypatch.setattr(executor, "evaluate", refuses)
    run = reprice(CASE, paths=600)
    assert run.row("fair_margin_bp", scenario="building")["reason"] == "failed"
    assert run.row("hidden_bp", scenario="without:deflation")["value"] is None
    assert "case:ten-year-model" not in run.all_measures["scenario"].unique()
    assert "n/a (failed)" in repr(run) and run.verdict.endswith(".")


def test_what_json_prints(engine: list[str]) -> None:
    plain = reprice(CASE, paths=600, seed=5).as_dict()
    assert list(plain)[:5] == ["run", "case", "as_of", "seed", "paths"]
    assert (plain["seed"], plain["paths"]) == (5, 600)
    assert list(plain["measures"][0]) == ["claim", "measure", "value", "std_error", "unit", "exact", "reason"]
    kind = next(row for row in plain["measures"] if row["measure"] == "quote_kind")
    assert kind["value"] == "contract" and kind["unit"] is None and kind["exact"] is True
    json.dumps(plain, allow_nan=False)


def test_frames_of_a_run(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    assert "scenario" not in run.measures.columns
    scenarios = run.all_measures["scenario"].unique().to_list()
    assert {"haircut", "building", "without:deflation", "customer:BB"} <= set(scenarios)
    assert run.value("hidden_bp", scenario="without:revenue_risk") > 20.0
    assert run.row("hidden_bp", scenario="without:revenue_risk")["std_error"] > 0.0
    assert run.value("hidden_bp", scenario="without:illiquidity") == pytest.approx(0.0, abs=1e-9)
    assert run.ladder["book_ltv"].null_count() == 1
    assert run.fans.filter(series="rent:h100-sxm")["p50"][0] == pytest.approx(1.0)
    assert run.fans["p05"].null_count() == 0 and run.fans.filter(series="rent:h100-sxm").height == 36
    assert run.defaults.filter(measure="P")["defaults"].to_list() == [3]
    assert set(run.causes["kind"]) == {"proximate", "root"}
    assert {"path", "value", "mark", "source", "used"} <= set(run.provenance.columns)
    manifest = run.manifest
    for name in (
        "versions",
        "platform",
        "code_hash",
        "input_hash",
        "marks",
        "cash_error_usd",
        "stale",
        "created",
    ):
        assert name in manifest
    assert manifest["verdict"] == run.verdict and run.verdict.endswith(".")


def test_a_recorded_run_is_loaded_and_listed(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    assert Run.load(run.id[:5]).verdict == run.verdict
    assert hc.runs()["id"].to_list() == [run.id]
    assert hc.runs().schema["paths"] == pl.Int64
    with pytest.raises(InputRefused, match="no such run"):
        Run.load("ffff0")


def test_a_run_shows_itself(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    assert run.verdict in repr(run) and "building" in repr(run)
    assert "<table>" in run._repr_html_()


def test_only_a_probability_without_a_default_prints_a_bound() -> None:
    row = {"value": 0.0, "std_error": None, "unit": "share", "reason": None, "text": None, "paths": 20_000}
    assert in_print({**row, "measure": "pd_1y"}) == "< 3 / 20,000"
    assert in_print({**row, "measure": "lgd"}) == "0.0 %"


def test_explain(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    found = run.explain("fair_margin_bp")
    assert "worth drawn par" in found.definition
    assert found.inputs and found.inputs[0]["mark"] == "assumed"
    assert {row["scenario"] for row in found.scenarios} >= {"building", "without:deflation"}
    assert "± " in repr(found)
    json.dumps(found.as_dict(), allow_nan=False)
    with pytest.raises(InputRefused, match="nearest is fair_margin_bp"):
        run.explain("fair_margin")
    with pytest.raises(InputRefused, match="claim: found 'nobody'"):
        run.explain("el_bp", claim="nobody")


@pytest.mark.parametrize("paths", [1, 513])
def test_any_number_of_paths(engine: list[str], paths: int) -> None:
    run = reprice(CASE, paths=paths)
    fair = run.row("fair_margin_bp")
    assert fair is not None and fair["value"] is not None
    assert (fair["std_error"] is None) == (paths == 1)


def test_arguments_out_of_range(engine: list[str]) -> None:
    with pytest.raises(UsageError, match="paths: found 0"):
        reprice(CASE, paths=0)
    with pytest.raises(UsageError, match="rent_basis: found 'spot'; expected one of"):
        reprice(CASE, rent_basis="spot")


def test_the_name_depends_on_what_decides_the_answer_only() -> None:
    case = load(CASE)
    assert run_id(case) == run_id(load(CASE))
    assert run_id(chosen_case(case, seed=9)) != run_id(case)
    assert run_id(chosen_case(case, paths=77)) != run_id(case)
    assert run_id(case, [case]) != run_id(case)


def test_the_code_is_part_of_the_name(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("x = 1\n")
    before = code_hash.__wrapped__(tmp_path)
    (tmp_path / "one.py").write_text("x = 2\n")
    assert code_hash.__wrapped__(tmp_path) != before


def test_scenarios_beside_a_run() -> None:
    case = chosen_case(CASE, paths=20_000)
    beside = {corner.name: corner.case for corner in corners(case)}
    assert next(iter(beside)) == "building"
    assert beside["building"].settings.independence_by_shift
    assert beside["building"].settings.paths == SHIFTED_PATHS
    assert beside["without:deflation"].settings.paths == SIDE_PATHS
    assert all(corner.settings.seed == case.settings.seed for corner in beside.values())
    for rating in case.customer_ratings:
        customers = beside[f"customer:{rating}"].book.customers
        assert {customer.credit.rating for customer in customers} == {rating}


def test_a_rating_that_the_market_does_not_know() -> None:
    with pytest.raises(InputRefused, match="customer_ratings: found 'ZZZ'"):
        with_customers_rated(load(CASE), "ZZZ")


def test_finding_a_run_imports_no_engine(engine: list[str], tmp_path: Path) -> None:
    run = reprice(CASE, paths=600)
    program = (
        "import sys, haircut as hc\n"
        f"run = hc.reprice({str(CASE)!r}, paths=600)\n"
        "assert run.found and run.verdict\n"
        "heavy = {'numba', 'QuantLib', 'scipy', 'sqlite3', 'haircut.credit', 'haircut.reports'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "print(run.id)"
    )
    environment = {"HAIRCUT_RUNS": str(run.folder.parent), "PYTHONPATH": str(ROOT / "src"), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == run.id, done.stderr
