"""The checklist of security names tests that exist, and every line has one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "developing" / "security.md"


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def functions(file: Path) -> set[str]:
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_every_line_of_the_checklist_names_a_test_that_exists() -> None:
    lines = rows()
    assert len(lines) > 25
    for requirement, line, proof in lines:
        assert re.fullmatch(r"\d+\.\d+(, \d+\.\d+)*", requirement), line
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", proof)
        assert named, f"no test proves: {line}"
        for file, test in named:
            assert test in functions(ROOT / file), f"{file} has no {test}"


def test_a_test_that_is_gone_would_be_seen() -> None:
    assert "test_that_nobody_wrote" not in functions(
        ROOT / "tests" / "unit" / "faces" / "server" / "test_door.py"
    )
