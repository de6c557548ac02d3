"""The house keeps its own rules: pins, names, targets, records."""

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", ".lock-venv", "__pycache__", "build", "dist"}
# Joined here so that this file does not hold what it looks for.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js.org",
    "debian" + ".org/debian",
    "anaconda" + ".org",
]
REGISTRY_OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links", "--trusted" + "-host"]
BAD_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
LONGEST_FILE = 600


def repository_files() -> Iterator[Path]:
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [
            name for name in inner if name not in NOT_OURS and not name.endswith(("_cache", ".egg-info"))
        ]
        if Path(folder) == ROOT and "runs" in inner:
            inner.remove("runs")
        yield from (Path(folder, name) for name in names)


def python_files() -> list[Path]:
    return [path for top in ("src", "tests", "bench") for path in sorted((ROOT / top).rglob("*.py"))]


def requirement_lines(name: str) -> list[str]:
    """Logical lines of a pinned file: one package with its hashes each."""
    text = re.sub(r"\\\n", " ", (ROOT / "requirements" / name).read_text())
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_no_file_carries_a_registry_address() -> None:
    needles = [needle.encode() for needle in REGISTRIES + REGISTRY_OPTIONS]
    found = [
        f"{path.relative_to(ROOT)}: {needle.decode()}"
        for path in repository_files()
        for text in [path.read_bytes()]
        for needle in needles
        if needle in text
    ]
    assert found == []


@pytest.mark.parametrize("name", ["core.txt", "dev.txt"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    lines = requirement_lines(name)
    assert lines
    pinned = re.compile(r"[\w.-]+==\S+( .*)? --hash=sha256:[0-9a-f]{64}")
    assert [line for line in lines if not pinned.match(line)] == []


def test_both_pin_files_agree() -> None:
    core, dev = (
        dict(line.split()[0].split("==") for line in requirement_lines(name))
        for name in ("core.txt", "dev.txt")
    )
    shared = core.keys() & dev.keys()
    assert {name: core[name] for name in shared} == {name: dev[name] for name in shared}


def test_declared_dependencies_are_those_that_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[^\w.-]", line)[0] for line in project["dependencies"]}
    wanted = {
        re.split(r"[^\w.-]", line)[0]
        for line in (ROOT / "requirements" / "core.in").read_text().splitlines()
        if line and not line.startswith("#")
    }
    assert wanted == declared | {"setuptools"}


def test_no_module_is_named_after_nothing() -> None:
    found = []
    for path in python_files():
        relative = path.relative_to(ROOT)
        words = {word for part in (*relative.parent.parts, path.stem) for word in part.split("_")}
        if BAD_NAMES & words:
            found.append(str(relative))
    assert found == []


def test_no_source_file_is_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in python_files()}
    assert {path: length for path, length in lengths.items() if length >= LONGEST_FILE} == {}


def test_every_target_is_described() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z][\w-]*):(?!=)(.*)$", makefile, re.MULTILINE)
    assert len(targets) > 15
    assert [name for name, rest in targets if not re.search(r"## \S", rest)] == []


def test_decision_records_are_numbered_and_say_what_and_why() -> None:
    records = sorted((ROOT / "docs" / "developing" / "decisions").glob("*.md"))
    assert len(records) >= 3
    for number, record in enumerate(records, start=1):
        assert re.fullmatch(rf"{number:04d}-[a-z0-9-]+\.md", record.name), record.name
        text = record.read_text()
        assert text.startswith(f"# {number}. "), record.name
        for part in ("Status: ", "## Why", "## Decision", "## What follows"):
            assert part in text, f"{record.name} has no {part!r}"


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_ci_runs_what_a_contributor_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -eu" in script
    assert re.search(r"^make system test sbom audit$", script, re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize(
    ("settings", "command"),
    [
        ((), "haircut book sector examples/reference-2026-10"),
        (("CASE=coreweave-ddtl-3", "SEED=7"), "haircut reprice examples/coreweave-ddtl-3 --seed 7"),
        (("BOOK=a/book", "PATHS=64"), "haircut book sector a/book --paths 64"),
    ],
    ids=str,
)
def test_the_main_job_is_the_sector_unless_a_case_is_named(settings: tuple[str, ...], command: str) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    said = subprocess.run(
        ["make", "-n", "-o", "install", "reprice", *settings],
        cwd=ROOT, env=clean, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert command in " ".join(said.replace("\\\n", " ").split())
