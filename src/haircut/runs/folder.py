"""Folders of runs: where they lie, how one is written at once, how one is found."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from haircut.errors import InputRefused
from haircut.runs.identity import ID_LENGTH

MANIFEST = "manifest.json"
FILES = ("inputs.json", "measures.parquet", "ladder.parquet", "fans.parquet", "defaults.parquet",
         "causes.parquet", "provenance.parquet")  # fmt: skip
BESIDE = "beside.json"
"""Inputs of the other cases that are shown beside a run, where it has any: a list, in their order."""
_UNFINISHED = ".unfinished-"
_ATTEMPTS = 20


def runs_root() -> Path:
    """Where runs are kept: `$HAIRCUT_RUNS`, else `haircut-runs` in the current folder."""
    chosen = os.environ.get("HAIRCUT_RUNS")
    return Path(chosen).expanduser() if chosen else Path("haircut-runs")


def is_complete(folder: Path) -> bool:
    """Whether a folder holds every file of a run."""
    return all((folder / name).is_file() for name in (MANIFEST, *FILES))


def write_folder(root: Path, run: str, write: Callable[[Path], None]) -> Path:
    """Write a run beside its place and move it there whole.

    Where another process was first, its folder stays and this one is dropped: they hold the same run. An
    incomplete folder of that name is replaced.

    Args:
        root: folder of all runs; created.
        run: name of the run.
        write: writes every file into the folder that it is given.

    Returns:
        The run's folder.
    """
    return place_whole(root, run, write, is_complete)


def place_whole(
    root: Path, name: str, write: Callable[[Path], None], complete: Callable[[Path], bool]
) -> Path:
    """As `write_folder`, for a folder of any kind.

    Args:
        root: folder in which it stands; created.
        name: of the folder.
        write: writes every file into the folder that it is given.
        complete: whether a folder holds all that it must.
    """
    root.mkdir(parents=True, exist_ok=True)
    target = root / name
    unfinished = Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{name}-", dir=root))
    try:
        write(unfinished)
        unfinished.chmod(0o755)
        _move(unfinished, target, complete)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target


def _move(unfinished: Path, target: Path, complete: Callable[[Path], bool]) -> None:
    """Give a finished folder its name, unless a complete one has it; others may be doing the same."""
    for attempt in range(_ATTEMPTS):
        if complete(target):
            return
        if target.exists():
            _set_aside(target)
        try:
            unfinished.rename(target)
        except OSError:
            # Another process was first, or took its folder away again just now.
            if attempt + 1 == _ATTEMPTS and not complete(target):
                raise
        else:
            return


def replace_folder(root: Path, run: str, write: Callable[[Path], None]) -> Path:
    """As `write_folder`, but a folder of that name gives way to the new one."""
    target = root / run
    if target.exists():
        _set_aside(target)
    return write_folder(root, run, write)


def _set_aside(target: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{target.name}-", dir=target.parent))
    try:
        target.rename(aside / "old")
    except FileNotFoundError:
        pass  # another process moved it first
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def folders(root: Path) -> Iterator[Path]:
    """Every complete run below a root, by name."""
    if not root.is_dir():
        return
    yield from sorted(path for path in root.iterdir() if path.name[0] != "." and is_complete(path))


def find(name: str | Path, root: Path | None = None) -> Path:
    """The folder of a run by its path or by the beginning of its name.

    Args:
        name: a folder, or at least one digit of a run's name.
        root: where runs are kept; by default `runs_root`.

    Raises:
        InputRefused: where no run or more than one begins so.
    """
    folder = Path(name)
    if is_complete(folder):
        return folder
    root = runs_root() if root is None else root
    present = list(folders(root))
    matches = [path for path in present if str(name) and path.name.startswith(str(name))]
    if len(matches) == 1:
        return matches[0]
    names = ", ".join(path.name for path in (matches or present)[:8]) or "none"
    problem = f"{len(matches)} runs begin so" if matches else "no such run"
    raise InputRefused(
        f"run: found {str(name)!r}, {problem} in {root} ({names}); expected a folder or the first of its "
        f"{ID_LENGTH} digits: `haircut runs` lists them, `haircut reprice CASE` makes one"
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run."""
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return found
