"""The ledger is an index: it never loses, changes or invents a run, and the folders are the truth."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.errors import InputRefused, UsageError
from haircut.runs import folder as folders
from haircut.runs import ledger, recorder
from haircut.runs.repricing import reprice
from tests.unit.runs.engine import engine

__all__ = ["engine"]

ROOT = Path(__file__).resolve().parents[3]
CASE = ROOT / "examples" / "coreweave-ddtl-3"

WRITER = """
import json, os, signal, sys
from pathlib import Path
from haircut.runs import folder as folders, ledger

def run(root, name, **more):
    def write(target):
        for file in folders.FILES:
            (target / file).write_text("")
        manifest = {"id": name, "case": "made-up", "paths": 512, "seed": 1, "created": name, **more}
        (target / folders.MANIFEST).write_text(json.dumps(manifest))
    return write

def written(root, name, replace=False, **more):
    return (folders.replace_folder if replace else folders.write_folder)(root, name, run(root, name, **more))

root = Path(sys.argv[1])
"""
"""What a process of its own is given before its script: it needs nothing but the ledger."""


def process(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER + script, *map(str, arguments)],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def written(root: Path, name: str, replace: bool = False, **more: Any) -> Path:
    def write(target: Path) -> None:
        for file in folders.FILES:
            (target / file).write_text("")
        manifest = {"id": name, "case": "made-up", "paths": 512, "seed": 1, "created": name, **more}
        (target / folders.MANIFEST).write_text(json.dumps(manifest))

    return (folders.replace_folder if replace else folders.write_folder)(root, name, write)


def ids(root: Path, history: bool = False) -> list[str]:
    return [row["id"] for row in ledger.listed(root, history)]


def indexed(root: Path) -> int:
    """Rows of the file itself, without catching up."""
    with closing(sqlite3.connect(root / ledger.LEDGER)) as file:
        return int(file.execute("SELECT count(*) FROM runs").fetchone()[0])


# --- what a row says


def test_a_recorded_run_has_a_row_that_says_who_when_why_and_with_what(
    engine: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HAIRCUT_USER", "Ada, credit")
    run = reprice(CASE, paths=600, seed=3, why="  October\n committee ")
    root = run.folder.parent
    assert indexed(root) == 1
    (row,) = ledger.listed(root)
    assert (row["who"], row["why"]) == ("Ada, credit", "October committee")
    for name in ("id", "case", "claim", "as_of", "paths", "seed", "input_hash", "code_hash", "versions", "platform",
                 "created", "overlays", "verdict", "rent_basis"):  # fmt: skip
        assert row[name] == run.manifest[name] is not None
    assert row["folder"] == str(run.folder)


def test_who_and_why_are_no_part_of_the_name(engine: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = reprice(CASE, paths=600, why="one")
    monkeypatch.setenv("HAIRCUT_USER", "another")
    again = reprice(CASE, paths=600, why="two")
    assert again.found and again.id == first.id and again.manifest["why"] == "one"
    assert indexed(first.folder.parent) == 1


def test_a_reason_is_a_sentence() -> None:
    assert recorder.reason(None) is recorder.reason("  ") is None
    with pytest.raises(UsageError, match="why: found 1,001 characters"):
        recorder.reason("x" * 1001)


def test_the_list_is_filtered_by_case(engine: list[str]) -> None:
    run = reprice(CASE, paths=600)
    ask: Any = hc.runs
    assert ask(case="coreweave-ddtl-3")["id"].to_list() == [run.id]
    assert ask(case="ten-year-model").height == 0
    assert list(ask().columns)[:11] == [
        "id", "case", "claim", "as_of", "paths", "seed", "rent_basis", "overlays", "created", "verdict", "folder",
    ]  # fmt: skip
    assert json.loads(ask()["versions"][0]) == run.manifest["versions"]


# --- append only


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("UPDATE runs SET why = 'another'", True),
        ("DELETE FROM runs", True),
        ("INSERT OR REPLACE INTO runs SELECT * FROM runs", False),
        (
            "INSERT OR REPLACE INTO runs (entry, manifest_hash, why, folder) VALUES (1, 'x', 'another', 'x')",
            False,
        ),
    ],
)
def test_a_row_is_never_changed_or_lost(tmp_path: Path, statement: str, refused: bool) -> None:
    ledger.record(written(tmp_path, "aaa", why="this"))
    with closing(sqlite3.connect(tmp_path / ledger.LEDGER, isolation_level=None)) as file:
        before = file.execute("SELECT * FROM runs").fetchall()
        if refused:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                file.execute(statement)
        else:
            file.execute(statement)
        assert file.execute("SELECT * FROM runs").fetchall() == before
    assert [row["why"] for row in ledger.listed(tmp_path)] == ["this"]


def test_a_run_computed_again_or_removed_stays_in_the_history(tmp_path: Path) -> None:
    ledger.record(written(tmp_path, "aaa", why="first"))
    ledger.record(written(tmp_path, "aaa", replace=True, why="second"))
    ledger.record(written(tmp_path, "bbb"))
    (tmp_path / "bbb").rename(tmp_path / ".gone")
    assert [(row["id"], row["why"]) for row in ledger.listed(tmp_path)] == [("aaa", "second")]
    whole = {(row["id"], row["why"], row["folder"] is None) for row in ledger.listed(tmp_path, history=True)}
    assert whole == {("aaa", "first", True), ("aaa", "second", False), ("bbb", None, True)}


# --- the folders are the truth


def test_what_the_ledger_does_not_know_is_read_from_the_folders(tmp_path: Path) -> None:
    written(tmp_path, "aaa")
    assert ids(tmp_path) == ["aaa"]
    written(tmp_path, "bbb")
    assert indexed(tmp_path) == 1 and ids(tmp_path) == ["aaa", "bbb"] and indexed(tmp_path) == 2
    (tmp_path / ledger.LEDGER).unlink()
    assert ids(tmp_path) == ["aaa", "bbb"]


def test_a_folder_that_is_not_whole_is_no_run(tmp_path: Path) -> None:
    ledger.record(written(tmp_path, "aaa"))
    (tmp_path / "aaa" / "inputs.json").unlink()
    assert ids(tmp_path) == []


def test_a_folder_that_was_copied_is_one_recording_in_two_places(tmp_path: Path) -> None:
    written(tmp_path, "aaa")
    written(tmp_path, "copy", id="aaa", created="aaa")
    assert ids(tmp_path) == ["aaa", "aaa"] and indexed(tmp_path) == 1


def test_a_damaged_ledger_is_set_aside_and_made_again(tmp_path: Path) -> None:
    damage = b"not a database, but long enough to be read as the head of one" * 20
    ledger.record(written(tmp_path, "aaa"))
    (tmp_path / ledger.LEDGER).write_bytes(damage)
    assert ids(tmp_path) == ["aaa"] and indexed(tmp_path) == 1
    (aside,) = tmp_path.glob("ledger-set-aside-*.sqlite")
    assert aside.read_bytes() == damage


def test_a_ledger_with_damaged_pages_is_set_aside_too(tmp_path: Path) -> None:
    ledger.record(written(tmp_path, "aaa"))
    file = tmp_path / ledger.LEDGER
    page = 4096
    file.write_bytes(file.read_bytes()[:page] + b"\xff" * (file.stat().st_size - page))
    assert ids(tmp_path) == ["aaa"] and indexed(tmp_path) == 1


def test_a_database_of_another_kind_is_not_written_to(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / ledger.LEDGER)) as file:
        file.execute("CREATE TABLE other (x)")
    written(tmp_path, "aaa")
    assert ids(tmp_path) == ["aaa"]
    assert len(list(tmp_path.glob("ledger-set-aside-*.sqlite"))) == 1


def test_without_a_ledger_that_can_be_written_the_folders_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path, "aaa")
    monkeypatch.setattr(ledger, "WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(tmp_path / ledger.LEDGER, isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        ledger.record(folder)  # recorded is recorded: no error, and no wait without end
        assert ids(tmp_path) == ["aaa"]
    assert ids(tmp_path) == ["aaa"] and indexed(tmp_path) == 1


def test_a_folder_that_another_process_takes_away_meanwhile_is_left_out(tmp_path: Path) -> None:
    ledger.record(tmp_path / "gone")
    assert ids(tmp_path) == [] and indexed(tmp_path) == 0


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    written(tmp_path, "aaa")
    (tmp_path / "aaa" / folders.MANIFEST).write_text("[1")
    with pytest.raises(InputRefused, match=r"aaa/manifest\.json: found a manifest that is not a JSON object"):
        ledger.listed(tmp_path)


def test_no_folder_of_runs_is_no_run_and_makes_none(tmp_path: Path) -> None:
    assert ledger.listed(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()


# --- processes


@pytest.mark.parametrize(
    ("when", "script"),
    [
        (
            "before the folder is whole",
            "def dies(target):\n"
            "    (target / 'inputs.json').write_text('{}')\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            "folders.write_folder(root, 'ccc', dies)\n",
        ),
        (
            "between the folder and the ledger",
            "written(root, 'bbb')\nos.kill(os.getpid(), signal.SIGKILL)\n",
        ),
        (
            "while the ledger is written",
            "kept = ledger._stored\n"
            "def dies(value):\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            "ledger._stored = dies\n"
            "ledger.record(written(root, 'bbb'))\n",
        ),
    ],
)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_process_that_is_killed_loses_nothing_recorded(tmp_path: Path, when: str, script: str) -> None:
    ledger.record(written(tmp_path, "aaa"))
    killed = process(script, tmp_path)
    assert killed.wait(30) == -signal.SIGKILL, killed.communicate()[1]
    assert indexed(tmp_path) == 1
    assert ids(tmp_path) == (["aaa"] if when.startswith("before") else ["aaa", "bbb"])
    with closing(sqlite3.connect(tmp_path / ledger.LEDGER)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    """Both make the ledger, record runs of their own and the same ones, and list them meanwhile."""
    script = """
import time
while not (root / "go").exists():
    time.sleep(0.001)
for number in range(8):
    ledger.record(written(root, f"{sys.argv[2]}{number:02d}"))
    ledger.record(written(root, f"both{number:02d}"))
    mine = {row["id"] for row in ledger.listed(root)}
    assert {f"{sys.argv[2]}{n:02d}" for n in range(number + 1)} <= mine, mine
"""
    workers = [process(script, tmp_path, name) for name in ("one", "two")]
    time.sleep(0.3)  # both are up
    (tmp_path / "go").touch()
    for worker in workers:
        assert worker.wait(60) == 0, worker.communicate()[1]
    assert indexed(tmp_path) == 24
    assert sorted(ids(tmp_path)) == sorted(
        f"{who}{n:02d}" for who in ("one", "two", "both") for n in range(8)
    )
    assert list(tmp_path.glob("ledger-set-aside-*")) == []
