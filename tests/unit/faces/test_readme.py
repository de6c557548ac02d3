"""The README: one screen, true commands, a picture that is there."""

import re
from pathlib import Path

from haircut.faces import cli

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_one_screen() -> None:
    assert len(TEXT.splitlines()) <= 64
    assert max(len(line) for line in TEXT.splitlines()) <= 135


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert [name for name in named if "://" not in name and not (ROOT / name).exists()] == []
    assert "docs/pictures/ltv-paths.svg" in named


def test_its_commands_are_real() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"^    make ([a-z-]+)", TEXT, re.MULTILINE)) == {"reprice", "test"}
    assert {"reprice", "test"} <= set(targets)
    commands = re.findall(r"^ +(?:next +)?(?:\.venv/bin/)?haircut ([a-z]+ .*)$", TEXT, re.MULTILINE)
    commands = [line for line in commands if "·" not in line]
    assert len(commands) == 3
    for command in commands:
        cli.parser().parse_args(command.split())
