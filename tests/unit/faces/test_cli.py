"""The command line: exit codes, streams, help."""

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import haircut
from haircut.errors import CannotCompute, Defect, InputRefused, Problem, UsageError
from haircut.faces import cli, commands

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NAMES = ("haircut", *commands.COMMANDS)


def help_of(name: str) -> str:
    made = cli.parser()
    if name == "haircut":
        return made.format_help()
    groups = made._subparsers
    assert groups is not None
    choices = groups._group_actions[0].choices
    assert isinstance(choices, dict)
    text: str = choices[name].format_help()
    return text


@pytest.mark.parametrize("name", NAMES)
def test_help_reads_as_recorded(name: str) -> None:
    """To accept a change, run this test with HAIRCUT_ACCEPT=1 and read the difference."""
    golden = HERE / "help" / f"{name}.txt"
    if os.environ.get("HAIRCUT_ACCEPT") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(help_of(name))
    assert help_of(name) == golden.read_text()


@pytest.mark.parametrize("name", NAMES)
def test_help_fits_a_terminal(name: str) -> None:
    assert max(map(len, help_of(name).splitlines())) <= cli.WIDTH


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_every_command_is_documented_with_an_example_that_parses(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert f"## {name}" in page
    part = page.split(f"## {name}")[1].split("\n## ")[0]
    examples = [line.strip() for line in part.splitlines() if line.startswith("    haircut ")]
    assert examples, f"docs/reference/cli.md has no example of {name}"
    for example in examples:
        chosen = cli.parser().parse_args(example.split()[1:])
        assert chosen.command == name
        assert hasattr(chosen, "json")


def test_every_exhibit_is_documented() -> None:
    from haircut.reports.exhibits import EXHIBITS

    page = (ROOT / "docs" / "reference" / "exhibits.md").read_text()
    assert [name for name in EXHIBITS if f"`{name}`" not in page] == []


def test_no_command_is_longer_than_twenty_lines() -> None:
    tree = ast.parse(Path(commands.__file__).read_text())
    lengths = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > 20} == {}


@pytest.mark.parametrize(
    ("error", "code", "head"),
    [
        (UsageError("paths: found 0"), 2, "usage"),
        (InputRefused([Problem("a.yaml", 3, "x", "1", "2")]), 3, "input refused"),
        (CannotCompute("no path"), 4, "cannot be computed"),
        (Defect("cash"), 5, "defect"),
        (ZeroDivisionError("division"), 5, "defect"),
    ],
)
def test_an_error_is_one_block_on_stderr_and_has_its_exit_code(
    error: Exception,
    code: int,
    head: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setitem(commands.COMMANDS, "runs", fail)
    monkeypatch.delenv("HAIRCUT_TRACEBACK", raising=False)
    assert cli.main(["runs"]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"haircut: {head}: ")
    assert "Traceback" not in shown.err


def test_a_traceback_is_there_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(commands.COMMANDS, "runs", fail)
    monkeypatch.setenv("HAIRCUT_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        cli.main(["runs"])


@pytest.mark.parametrize(
    "wrong", [["nothing"], ["reprice"], ["runs", "--no"], ["reprice", "x", "--paths", "many"], []]
)
def test_wrong_usage_is_exit_code_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(wrong) == 2
    assert capsys.readouterr().out == ""


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"haircut {haircut.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from haircut.faces.cli import main; main(['--help']); "
        "heavy = {'numpy', 'polars', 'numba', 'scipy', 'QuantLib', 'pydantic', 'vl_convert'} & "
        "set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (
        time.perf_counter() - started < 3.0
    )  # 0.3 s is what `make bench` holds; a shared machine may be slow
