"""docs/cases/first-deal.md, done as it is written: its commands, its cells, its answers."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cases" / "first-deal.md").read_text(encoding="utf-8")
RUN_IN_THE_DOCS = "7f3a"

Cells = dict[tuple[str, str], str]


def steps(text: str) -> Iterator[str | Cells]:
    """Commands, tables of cells and answers, in the order of the page; an answer begins with a line break."""
    pattern = re.compile(
        r"^ {4}(?P<command>\S.*)$|^```text(?P<answer>\n(?:.*\n)*?)```|^\| sheet .*\n\| ---.*\n(?P<cells>(?:\|.*\n)+)",
        re.MULTILINE,
    )
    for found in pattern.finditer(text):
        if found["cells"]:
            rows = [line.strip("|\n").split("|") for line in found["cells"].splitlines()]
            yield {(row[0].strip(), row[1].strip()): row[2].strip() for row in rows}
        else:
            yield found["command"] or found["answer"]


def fill(file: Path, cells: Cells) -> None:
    """Type values into the blue column of the workbook and leave everything else of it as it is."""
    book = CalamineWorkbook.from_path(str(file))
    names = book.sheet_names
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for (sheet, field), value in cells.items():
        rows = book.get_sheet_by_name(sheet).to_python()
        row = 1 + next(number for number, row in enumerate(rows) if row[0] == field)
        part = f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"
        empty = re.compile(rf'<c r="B{row}"( s="\d+")?(?:/>| t="inlineStr">.*?</c>|><v>.*?</c>)')
        typed = f"<v>{value}</v>" if re.fullmatch(r"[\d.]+", value) else f"<is><t>{escape(value)}</t></is>"
        kind = "" if typed.startswith("<v>") else ' t="inlineStr"'
        text, count = empty.subn(
            lambda found, typed=typed, kind=kind, row=row: f'<c r="B{row}"{found[1] or ""}{kind}>{typed}</c>',
            parts[part].decode(),
        )
        assert count == 1, (sheet, field)
        parts[part] = text.encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


class Newcomer:
    """Somebody with a folder, a shell and this page."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.run, self.said = folder, "", ""
        self.environment = {**os.environ, "HAIRCUT_RUNS": str(folder / "runs"), "COLUMNS": "100"}
        self.environment["PYTHONPATH"] = os.pathsep.join(
            [str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
        )

    def types(self, command: str) -> None:
        """One command; what it says is kept."""
        words = shlex.split(command)
        if words[0] == "make":  # what it would do: doing it again would ask a network
            subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)
            return
        assert words[0] == "haircut", command
        words = [self.run if word == RUN_IN_THE_DOCS else word for word in words[1:]]
        if words[0] == "serve":
            self.looks_at_the_page(words)
            return
        done = self.start(words, capture_output=True)
        self.said = done.stdout + done.stderr
        wrong = "one hundred million" in self.said
        assert done.returncode == (3 if wrong else 0), (command, self.said)
        found = re.search(r"run ([0-9a-f]{12})", self.said)
        self.run = found[1] if found else self.run
        if words[0] == "reprice":
            assert "underwrite first-deal.xlsx" in self.said  # what to ask next is asked of the same file

    def start(self, words: list[str], **how: bool) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.program(words), cwd=self.folder, env=self.environment, text=True, **how)  # type: ignore[call-overload,no-any-return]

    @staticmethod
    def program(words: list[str]) -> list[str]:
        return [sys.executable, "-c", "from haircut.faces.cli import main; raise SystemExit(main())", *words]

    def looks_at_the_page(self, words: list[str]) -> None:
        """Serve, open the page, stop."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        server = subprocess.Popen(
            self.program([*words, "--port", port]),
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            for _ in range(240):
                try:
                    with urllib.request.urlopen(
                        f"http://127.0.0.1:{port}/claims/first-deal", timeout=60
                    ) as answer:
                        assert b"The claim in numbers" in answer.read()
                    return
                except OSError:
                    assert server.poll() is None, "the server stopped"
                    time.sleep(0.25)
            raise AssertionError("no page")
        finally:
            server.terminate()
            server.wait(10)


def test_a_newcomers_hour(tmp_path: Path) -> None:
    newcomer, file = Newcomer(tmp_path), tmp_path / "first-deal.xlsx"
    commands = 0
    for step in steps(PAGE):
        if isinstance(step, dict):
            fill(file, step)
        elif step.startswith("\n"):
            assert step.strip() in newcomer.said
        else:
            newcomer.types(step)
            commands += 1
    assert commands == len(re.findall(r"^ {4}\S", PAGE, re.MULTILINE)) >= 9
    memo = (tmp_path / "first-deal.html").read_text(encoding="utf-8")
    assert "fair margin" in memo.lower()
    assert "Four thousand H200s" in memo
    assert (tmp_path / "first-deal.pdf").read_bytes().startswith(b"%PDF")


def test_a_filled_workbook_is_otherwise_the_template(tmp_path: Path) -> None:
    """What the test types is what a spreadsheet would store: the rest of the file stays as `template` wrote it."""
    newcomer = Newcomer(tmp_path)
    newcomer.types("haircut template --blank --to xlsx --output first-deal.xlsx")
    file = tmp_path / "first-deal.xlsx"
    before = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("fleets").to_python()
    fill(file, {("fleets", "units"): "4000"})
    after = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("fleets").to_python()
    assert [row for row in after if row not in before] == [
        [4000.0 if place == 1 else cell for place, cell in enumerate(row)]
        for row in before
        if row[0] == "units"
    ]
