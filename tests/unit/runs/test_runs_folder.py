"""Folders appear whole or not at all."""

import threading
from pathlib import Path

import pytest

from haircut.errors import InputRefused
from haircut.runs import folder as folders


def complete(text: str = "") -> "object":
    def write(target: Path) -> None:
        for name in (*folders.FILES, folders.MANIFEST):
            (target / name).write_text(text or "{}")

    return write


def test_a_run_is_written_whole(tmp_path: Path) -> None:
    target = folders.write_folder(tmp_path / "runs", "0123456789ab", complete())
    assert folders.is_complete(target)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["0123456789ab"]
    assert target.stat().st_mode & 0o755 == 0o755


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(target: Path) -> None:
        (target / "inputs.json").write_text("{}")
        raise ValueError("disk full")

    with pytest.raises(ValueError, match="disk full"):
        folders.write_folder(tmp_path, "0123456789ab", fails)
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_two_stays(tmp_path: Path) -> None:
    folders.write_folder(tmp_path, "0123456789ab", complete("first"))
    target = folders.write_folder(tmp_path, "0123456789ab", complete("second"))
    assert (target / "inputs.json").read_text() == "first"
    target = folders.replace_folder(tmp_path, "0123456789ab", complete("third"))
    assert (target / "inputs.json").read_text() == "third"
    assert [path.name for path in tmp_path.iterdir()] == ["0123456789ab"]


def test_an_incomplete_folder_gives_way(tmp_path: Path) -> None:
    (tmp_path / "0123456789ab").mkdir()
    assert folders.is_complete(folders.write_folder(tmp_path, "0123456789ab", complete()))


def test_many_at_once(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def one(replace: bool) -> None:
        try:
            write = folders.replace_folder if replace else folders.write_folder
            write(tmp_path, "0123456789ab", complete())
        except Exception as error:
            errors.append(error)

    workers = [threading.Thread(target=one, args=(number % 3 == 0,)) for number in range(24)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert [path.name for path in tmp_path.iterdir()] == ["0123456789ab"]
    assert folders.is_complete(tmp_path / "0123456789ab")


def test_a_run_is_found_by_its_first_digits(tmp_path: Path) -> None:
    for name in ("0123456789ab", "0199999999ab"):
        folders.write_folder(tmp_path, name, complete())
    assert folders.find("012", tmp_path).name == "0123456789ab"
    assert folders.find(tmp_path / "0199999999ab").name == "0199999999ab"
    with pytest.raises(InputRefused, match="2 runs begin so"):
        folders.find("01", tmp_path)
    with pytest.raises(InputRefused, match=r"no such run.*0123456789ab, 0199999999ab"):
        folders.find("ff", tmp_path)
    with pytest.raises(InputRefused, match="no such run"):
        folders.find("", tmp_path)


def test_the_root_is_chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path))
    assert folders.runs_root() == tmp_path
    monkeypatch.delenv("HAIRCUT_RUNS")
    assert folders.runs_root() == Path("haircut-runs")
