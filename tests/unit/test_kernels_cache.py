"""An edit in a file that a kernel calls, or takes a number from, must change the answer.

numba alone does not see it: its cache looks at the caller's file. Each test copies the real `kernels.py` into
a package with a few small files and runs it in a process of its own, twice around an edit.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import haircut.kernels as kernels

CALLER = """
from haircut.kernels import kernel
from haircut.rent import (
    monthly_rent,  # what the edit changes
)

@kernel
def yearly_rent(rent):
    return 12.0 * monthly_rent(rent)
"""
CALLEE = """
from haircut.kernels import kernel
from .hours import HOURS

@kernel
def monthly_rent(rent):
    return HOURS * rent
"""
RUN = "from haircut.caller import yearly_rent; print(yearly_rent(2.0))"
# The same with one folder for every source, which is what numba does when it is left alone.
RUN_UNNAMED = "import haircut.kernels as k; k.source_hash = lambda root: 'always'; " + RUN


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "source" / "haircut"
    root.mkdir(parents=True)
    shutil.copy(kernels.__file__, root / "kernels.py")
    (root / "__init__.py").write_text("")
    (root / "caller.py").write_text(CALLER)
    (root / "rent.py").write_text(CALLEE)
    (root / "hours.py").write_text("HOURS = 730.0\n")
    (root / "report.py").write_text("TITLE = 'memo'\n")
    return root


def run(package: Path, code: str = RUN, **settings: str) -> float:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    environment |= {"PYTHONPATH": str(package.parent), "HAIRCUT_CACHE": str(package.parents[1] / "cache")}
    # Python's own cache takes an edit within the same second that keeps the size for no edit at all.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env=environment | settings, capture_output=True, text=True, check=True, cwd=package.parent
    )
    return float(done.stdout)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_an_edit_in_a_callee_changes_the_answer(package: Path) -> None:
    assert run(package) == 12 * 730.0 * 2.0
    edit(package / "rent.py", "HOURS * rent", "HOURS * rent + 1.0")
    assert run(package) == 12 * (730.0 * 2.0 + 1.0)


def test_an_edit_in_a_constant_changes_the_answer(package: Path) -> None:
    assert run(package) == 12 * 730.0 * 2.0
    edit(package / "hours.py", "730.0", "700.0")
    assert run(package) == 12 * 700.0 * 2.0


def test_without_the_named_folder_the_answer_is_stale(package: Path) -> None:
    """The reason for all this. When this one fails, numba has learnt to see callees: think again."""
    assert run(package, RUN_UNNAMED) == 12 * 730.0 * 2.0
    edit(package / "rent.py", "HOURS * rent", "HOURS * rent + 1.0")
    assert run(package, RUN_UNNAMED) == 12 * 730.0 * 2.0


def test_the_cache_is_used_and_moves_when_numba_came_first(package: Path) -> None:
    cache = package.parents[1] / "cache" / "numba"
    assert run(package, "import numba; " + RUN) == 12 * 730.0 * 2.0
    (folder,) = cache.iterdir()
    assert len(list(folder.rglob("*.nbi"))) == 2
    hits = RUN + "; yearly_rent.stats.cache_hits or exit('compiled again')"
    assert run(package, hits) == 12 * 730.0 * 2.0


def test_without_jit_the_same_code_runs_as_python(package: Path) -> None:
    assert run(package, RUN, NUMBA_DISABLE_JIT="1") == 12 * 730.0 * 2.0


def test_a_folder_that_cannot_be_written_gives_way_to_a_temporary_one(package: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert run(package, TMPDIR=str(tmp_path)) == 12 * 730.0 * 2.0
    assert list(tmp_path.glob("haircut-*/numba/*/*/*.nbi"))


def test_the_name_follows_what_kernels_import_and_nothing_else(package: Path) -> None:
    before = kernels.source_hash(package)
    edit(package / "report.py", "memo", "letter")
    assert kernels.source_hash(package) == before
    edit(package / "hours.py", "730.0", "731.0")
    assert kernels.source_hash(package) != before


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        ("import haircut.credit.codes as codes", "credit/codes.py"),
        ("import os, haircut.credit.codes", "credit/codes.py"),
        ("from haircut.credit import codes", "credit/codes.py"),
        ("from haircut.credit.codes import DRAW", "credit/codes.py"),
        ("    from haircut.credit import (\n    codes as numbers,  # LIMIT\n)", "credit/codes.py"),
        ("from .credit.codes import DRAW", "credit/codes.py"),
        ("from . import credit", "credit/__init__.py"),
        ("from haircut.credit import LIMIT", "credit/__init__.py"),
        ("import numpy", None),
        ("from codes import DRAW", None),
    ],
)
def test_every_way_to_import_is_followed(package: Path, line: str, reached: str | None) -> None:
    (package / "credit").mkdir()
    (package / "credit" / "__init__.py").write_text("LIMIT = 1\n")
    (package / "credit" / "codes.py").write_text("DRAW = 1\n")
    (package / "caller.py").write_text(f"from haircut.kernels import kernel\n{line}\n")
    names = [name for name, _ in kernels._kernel_sources(package)]
    assert [name for name in names if name.startswith("credit/")] == ([reached] if reached else [])


def test_old_folders_are_dropped_beyond_five_unless_in_use(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAIRCUT_CACHE", str(tmp_path / "cache"))
    folders = [tmp_path / "cache" / "numba" / f"old-{index}" for index in range(8)]
    for index, folder in enumerate(folders):
        folder.mkdir(parents=True)
        age = 86400.0 * (index + 1)
        os.utime(folder, (time.time() - age, time.time() - age))
    current = kernels.cache_folder(package)
    assert set(current.parent.iterdir()) == {current, *folders[:4]}
    in_use = [current.parent / f"new-{index}" for index in range(8)]
    for folder in in_use:
        folder.mkdir()
    kernels.cache_folder(package)
    assert all(folder.is_dir() for folder in in_use)
