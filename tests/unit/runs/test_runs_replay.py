"""A replay computes what was recorded again, and says to the bit whether it is the same."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import haircut as hc
from haircut.case import canonical, content_hash, example_names, load
from haircut.case.case import Case
from haircut.errors import InputRefused
from haircut.faces import cli
from haircut.runs import Run, executor, replaying, reprice
from haircut.runs.folder import BESIDE, MANIFEST
from haircut.runs.replaying import replay
from tests.unit.runs.engine import engine

__all__ = ["engine"]

ROOT = Path(__file__).resolve().parents[3]
CASE = ROOT / "examples" / "coreweave-ddtl-3"


def restate(run: Run, **changes: Any) -> None:
    """Write other values into a manifest, as if another machine had recorded it."""
    (run.folder / MANIFEST).write_text(json.dumps({**run.manifest, **changes}))


def nudge(run: Run, measure: str) -> float:
    """Change the last bit of one recorded value; returns the value as it was."""
    import math

    file = run.folder / "measures.parquet"
    frame = pl.read_parquet(file)
    chosen = (
        (pl.col("measure") == measure) & (pl.col("scenario") == "haircut") & (pl.col("claim") == run.claim)
    )
    value = frame.filter(chosen)["value"][0]
    other = pl.lit(math.nextafter(value, math.inf))
    frame.with_columns(value=pl.when(chosen).then(other).otherwise("value")).write_parquet(file)
    return float(value)


@pytest.mark.parametrize("name", example_names())
def test_recorded_inputs_are_the_case_itself(name: str) -> None:
    """Every digit survives: what a replay runs has the hash of what was run."""
    case = load(name)
    assert content_hash(Case.model_validate_json(canonical(case))) == content_hash(case)


def test_a_run_replays_to_the_same_bits(engine: list[str]) -> None:
    run = reprice(CASE, paths=1024, seed=3, why="first")
    before = {path.name: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    once = list(engine)
    engine.clear()
    found = replay(run.id[:6])
    assert sorted(engine) == sorted(once), "every scenario is computed again, other cases too"
    assert found.same and not found.unexplained and found.changes == found.not_replayed == ()
    assert found.measures == run.all_measures.height > 100
    assert (found.run, found.paths, found.seed) == (run.id, 1024, 3)
    assert {path.name: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()} == before
    assert hc.runs().height == 1, "a replay records nothing"  # type: ignore[operator]


def test_settings_and_overlays_of_the_call_are_replayed(engine: list[str]) -> None:
    run = reprice(CASE, paths=600, seed=11, overlays=["article-30"], rent_basis="marketplace")
    assert run.manifest["overlays"] == ["article-30"]
    assert replay(run).same


def test_one_bit_is_a_difference(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    value = nudge(run, "el_bp")
    found = replay(run.folder)
    (difference,) = found.differences
    assert (difference.scenario, difference.claim, difference.measure) == ("haircut", run.claim, "el_bp")
    assert difference.field == "value" and difference.replayed == value != difference.recorded
    assert found.unexplained and not found.same


def test_another_engine_is_a_difference(engine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run = reprice(CASE, paths=600)
    answer = executor.evaluate

    def other(case: Case, *arguments: Any, **more: Any) -> Any:
        seed = case.settings.seed + 1
        return answer(
            case.model_copy(update={"settings": case.settings.model_copy(update={"seed": seed})}),
            *arguments,
            **more,
        )

    monkeypatch.setattr(executor, "evaluate", other)
    found = replay(run)
    assert {"fair_margin_bp", "el_bp"} <= {each.measure for each in found.differences}
    assert "value" in {each.field for each in found.differences}


def test_a_row_that_only_one_side_has_is_a_difference(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    file = run.folder / "measures.parquet"
    pl.read_parquet(file).filter(pl.col("measure") != "lgd").write_parquet(file)
    rows = {(each.field, each.recorded, each.replayed) for each in replay(run.folder).differences}
    assert rows == {("row", "absent", "present")}


def test_a_table_that_differs_is_named(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    file = run.folder / "ladder.parquet"
    pl.read_parquet(file).with_columns(pl.col("balance") * -1.0 * -1.0 + 1e-12).write_parquet(file)
    found = replay(run.folder)
    assert found.tables == ("ladder",) and found.differences == () and not found.same


def test_bits_and_not_values_are_compared() -> None:
    one, other = (pl.DataFrame({"x": [zero, None, 1.0]}) for zero in (0.0, -0.0))
    assert replaying._same_bits(one, one) and not replaying._same_bits(one, other)
    assert not replaying._same_bits(one, pl.DataFrame({"x": [0.0, 1.0, None]}))
    assert replaying._bits(0.0) != replaying._bits(-0.0)


def test_what_has_changed_since_is_said(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    old = {**run.manifest["versions"], "numpy": "1.0"}
    restate(run, code_hash="f" * 64, platform="Plan9 vax", versions=old)
    nudge(run, "el_bp")
    found = replay(run.folder)
    assert [change.what for change in found.changes] == ["code_hash", "platform", "numpy"]
    assert found.changes[1].recorded == "Plan9 vax"
    assert not found.same and not found.unexplained


def test_other_cases_without_recorded_inputs_are_left_out_and_named(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    (run.folder / BESIDE).unlink()  # as a run recorded before inputs of other cases were kept
    engine.clear()
    found = replay(run.folder)
    assert "case:ten-year-model" in found.not_replayed and found.same
    assert found.measures < run.all_measures.height
    assert not any(label.startswith("case:") for label in engine)


def test_inputs_that_were_changed_are_refused(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    file = run.folder / "inputs.json"
    file.write_text(file.read_text().replace('"paths":600', '"paths":700'))
    engine.clear()
    with pytest.raises(InputRefused, match=r"inputs\.json: found content with hash"):
        replay(run)
    assert engine == []


def test_inputs_of_another_version_are_refused(engine: list[str]) -> None:
    import hashlib

    run = reprice(CASE, paths=600)
    file = run.folder / "inputs.json"
    text = file.read_text().rstrip("\n").replace('"grace_months":', '"grace_weeks":')
    file.write_text(text + "\n")
    restate(run, input_hash=hashlib.sha256(text.encode()).hexdigest())
    with pytest.raises(InputRefused, match=r"this version does not read \(settings\.grace_weeks"):
        replay(run.folder)


# --- the command


def test_the_command_says_that_it_is_the_same(engine: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run = reprice(CASE, paths=600)
    assert cli.main(["replay", run.id, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["run"] == run.id and found["same"] is True and found["differences"] == []
    assert cli.main(["replay", run.id]) == 0
    shown = capsys.readouterr()
    assert shown.out == "" and "is the same bit for bit" in shown.err


def test_bits_that_differ_without_a_reason_are_a_defect(
    engine: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run = reprice(CASE, paths=600)
    value = nudge(run, "el_bp")
    assert cli.main(["replay", run.id]) == 5
    told = capsys.readouterr().err
    assert repr(value) in told and "el_bp" in told and "1 of" in told and "found other bits" in told


def test_bits_that_differ_with_a_reason_are_an_answer(
    engine: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run = reprice(CASE, paths=600)
    restate(run, code_hash="0" * 64)
    nudge(run, "el_bp")
    assert cli.main(["replay", run.id]) == 0
    told = capsys.readouterr().err
    assert "code hash: 000000000000 then" in told and "see what has changed since" in told


def test_the_list_shows_reasons_where_there_are_any(
    engine: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    reprice(CASE, paths=600)
    cli.main(["runs"])
    assert "why" not in capsys.readouterr().err
    reprice(CASE, paths=601, why="October committee")
    cli.main(["runs", "--case", "coreweave-ddtl-3"])
    assert "October committee" in capsys.readouterr().err
    cli.main(["runs", "--case", "ten-year-model"])
    assert "no run of ten-year-model is recorded yet" in capsys.readouterr().err
