"""LibreOffice calculates the memo's workbook again: stored and recalculated values agree, no error, all checks hold."""

import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.case.excel.safe_file import Sheet, address, read_sheets
from haircut.case.excel.template import template
from haircut.reports.render import report
from tests.conftest import find_program
from tests.unit.reports.recorded_run import recorded_run

CASES = ("coreweave-ddtl-3", "ten-year-model")
STORED = re.compile(r"(<f>[^<]*</f>)<v>[^<]*</v>")

pytestmark = pytest.mark.system("soffice")


def without_stored_values(file: Path, copy: Path) -> None:
    """A copy whose formulas have no value, so that a reader must calculate."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = STORED.sub(r"\1", content.decode()).encode()
            new.writestr(name, content)


def recalculated(files: list[Path], folder: Path) -> None:
    """The files as LibreOffice saves them, into a folder; one start for all of them."""
    program = find_program("soffice")
    assert program is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    arguments = [
        program,
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder),
    ]
    subprocess.run([*arguments, *map(str, files)], capture_output=True, timeout=150, check=True)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[dict[str, Sheet], dict[str, Sheet]]]:
    folder = tmp_path_factory.mktemp("sheets")
    (folder / "in").mkdir()
    written, copies = {}, []
    for case in CASES:
        written[case] = report(recorded_run(case, tmp_path_factory), "xlsx", folder / f"{case}.xlsx")
        copies.append(folder / "in" / f"{case}.xlsx")
        without_stored_values(written[case], copies[-1])
    copies.append(template(hc.load(CASES[0]), folder / "in" / "deal.xlsx"))
    (folder / "out").mkdir()
    recalculated(copies, folder / "out")
    found = {}
    for case in CASES:
        stored = {sheet.name: sheet for sheet in read_sheets(written[case], case)}
        again = {sheet.name: sheet for sheet in read_sheets(folder / "out" / f"{case}.xlsx", case)}
        found[case] = (stored, again)
    deal = {sheet.name: sheet for sheet in read_sheets(folder / "out" / "deal.xlsx", "deal")}
    found["deal"] = (deal, deal)
    assert hc.load(folder / "out" / "deal.xlsx") == hc.load(CASES[0])  # a deal that LibreOffice saved again
    return found


def formulas(sheets: dict[str, Sheet]) -> list[tuple[str, str, Any]]:
    return [
        (name, address(row, column), value)
        for name, sheet in sheets.items()
        for row, cells in enumerate(sheet.rows)
        for column, value in enumerate(cells)
        if address(row, column) in sheet.formulas
    ]


def in_dollars(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell is an amount: its heading says so, or the words of its row."""
    heading = str(sheet.rows[4][column]) if sheet.name in ("Schedule", "Cash flow", "Years") else ""
    return "USD" in heading or str(sheet.rows[row][0]).endswith("USD")


@pytest.mark.parametrize("case", CASES)
def test_stored_and_recalculated_values_agree(pairs: Any, case: str) -> None:
    stored, again = pairs[case]
    compared = 0
    for name, cell, value in formulas(stored):
        column = re.match("[A-Z]+", cell).group()  # type: ignore[union-attr]
        row, place = int(cell[len(column) :]) - 1, _column(column)
        cells = again[name].rows[row]
        found = cells[place] if place < len(cells) else ""
        if isinstance(value, float) and not isinstance(value, bool):
            assert isinstance(found, float), (name, cell, value, found)
            limit = 0.01 if in_dollars(stored[name], row, place) else 1e-9
            assert abs(found - value) <= limit, (name, cell, value, found)
        else:
            assert found == value, (name, cell, value, found)
        compared += 1
    assert compared > 500


@pytest.mark.parametrize("case", CASES)
def test_every_check_holds_and_no_cell_is_an_error(pairs: Any, case: str) -> None:
    _, again = pairs[case]
    holds = [row[4] for row in again["Checks"].rows[4:] if len(row) > 4 and isinstance(row[4], bool)]
    assert len(holds) >= 12 and all(holds)
    for sheet in again.values():
        for row in sheet.rows:
            assert not any(isinstance(value, str) and re.match(r"#[A-Z/0!?]+$|Err:", value) for value in row)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
