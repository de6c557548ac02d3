"""What is missing is skipped by name; with CI=true a skip fails the run and says which and why."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
TESTS = """
import pytest

@pytest.mark.system("chromium")
def test_page(): ...

@pytest.mark.skip(reason="no reason is good enough")
def test_skipped(): ...

@pytest.mark.xfail(strict=True)
def test_known_defect(): assert False

@pytest.mark.deep
def test_long(): ...

def test_good(): ...
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tests = tmp_path / "tests"
    (tests / "convergence").mkdir(parents=True)
    shutil.copy(CONFTEST, tests / "conftest.py")
    (tests / "test_some.py").write_text(TESTS)
    (tests / "convergence" / "test_order.py").write_text("def test_order(): ...\n")
    markers = "[pytest]\nmarkers =\n    system(program): needs it\n    deep: long\n"
    (tmp_path / "pytest.ini").write_text(markers)
    return tmp_path


def closing_lines(folder: Path, *options: str, ci: str) -> str:
    environment = os.environ | {"CI": ci, "PATH": str(folder), "COLUMNS": "200"}
    command = [sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider", *options]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout


def test_on_a_desk_a_skip_is_a_skip_with_its_reason(folder: Path) -> None:
    lines = closing_lines(folder, ci="")
    assert "1 passed, 2 skipped, 2 deselected, 1 xfailed" in lines
    assert "chromium is not installed: `make system` installs it on Debian" in lines


def test_with_ci_a_skip_fails_and_an_expected_failure_does_not(folder: Path) -> None:
    lines = closing_lines(folder, ci="true")
    assert "1 passed, 2 deselected, 1 xfailed, 2 errors" in lines
    assert (
        "tests/test_some.py::test_page was skipped, and with CI=true a skip fails. Skipped: chromium" in lines
    )
    assert "tests/test_some.py::test_skipped was skipped" in lines
    assert "no reason is good enough" in lines


def test_with_ci_a_whole_file_cannot_be_skipped(folder: Path) -> None:
    (folder / "tests" / "test_file.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    lines = closing_lines(folder, ci="true")
    assert "1 error" in lines
    assert "tests/test_file.py was skipped" in lines


def test_long_tests_run_when_asked(folder: Path) -> None:
    assert "3 passed, 2 skipped, 1 xfailed" in closing_lines(folder, "--deep", ci="")
