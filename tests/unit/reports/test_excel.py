"""The memo as a workbook: live formulas without numbers, inputs in blue, values of the run, nothing that acts."""

import re
import zipfile
from pathlib import Path

import pytest

from haircut.case.excel.safe_file import Sheet, address, read_sheets
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import RunFrames
from haircut.reports.render import report
from tests.unit.reports import synthetic_run
from tests.unit.reports.recorded_run import recorded_run

NUMBER = re.compile(r"(?<![A-Za-z_$\d.])\d+(\.\d+)?(?![\d:])")
NAME = re.compile(r"[A-Za-z_][A-Za-z_\d]*")


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> RunFrames:
    """A run of an example: its base case is the engine's, which a made-up one is not."""
    return RunFrames(recorded_run("coreweave-ddtl-3", tmp_path_factory))


@pytest.fixture(scope="module")
def file(frames: RunFrames, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(frames, "xlsx", tmp_path_factory.mktemp("book") / "memo.xlsx")


@pytest.fixture(scope="module")
def sheets(file: Path) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in read_sheets(file, "memo.xlsx")}


def test_the_sheets_of_a_memo(sheets: dict[str, Sheet]) -> None:
    assert list(sheets) == [
        "Summary", "Inputs", "Schedule", "Cash flow", "Years", "Results", "Checks", "Exhibits", "Sources",
    ]  # fmt: skip


def bare(formula: str) -> str:
    """A formula without its texts, its sheets' names, its cells and its names."""
    formula = re.sub(r'"[^"]*"|\'[^\']*\'!', "", formula)
    formula = re.sub(r"\$?[A-Z]{1,3}\$?\d+", "", formula)
    return NAME.sub("", formula)


def test_no_number_is_typed_into_a_formula(sheets: dict[str, Sheet]) -> None:
    formulas = [text for sheet in sheets.values() for text in sheet.formulas.values()]
    assert len(formulas) > 800
    typed = [text for text in formulas if NUMBER.search(bare(text))]
    assert not typed, typed[:5]
    assert bare("B3*2+SUM(C$4:C$9)/100") == "*2+(:)/100"  # the rule itself sees a number


def test_every_formula_has_a_stored_value_and_every_check_holds(sheets: dict[str, Sheet]) -> None:
    for sheet in sheets.values():
        for row, cells in enumerate(sheet.rows):
            for column, value in enumerate(cells):
                if address(row, column) in sheet.formulas:
                    assert value != "", (sheet.name, address(row, column))
    holds = [row[4] for row in sheets["Checks"].rows[4:] if len(row) > 4 and isinstance(row[4], bool)]
    assert len(holds) > 5 and all(holds)


def test_stored_values_are_those_of_the_run(sheets: dict[str, Sheet], frames: RunFrames) -> None:
    rows = sheets["Schedule"].rows
    heads = [str(head) for head in rows[4]]
    ladder = frames.ladder.filter(frames.ladder["month"] == 7).row(0, named=True)
    month = next(row for row in rows[5:] if row[0] == 7.0)
    assert month[heads.index("closing balance, USD")] == ladder["balance"]
    assert month[heads.index("interest, USD")] == ladder["interest"]
    assert month[heads.index("LTV, NOLV")] == ladder["nolv_ltv"]


def test_results_are_values_with_errors_and_say_how(sheets: dict[str, Sheet], frames: RunFrames) -> None:
    sheet = sheets["Results"]
    assert not sheet.formulas
    rows = [row for row in sheet.rows[4:] if row[0] == "haircut" and row[2] == "fair margin"]
    found = frames.measure("fair_margin_bp")
    assert found is not None
    assert rows[0][3:8] == [found.value, found.std_error, "bp", float(frames.paths), "Monte Carlo"]


def test_every_exhibit_has_its_sentence_and_stamp(sheets: dict[str, Sheet], frames: RunFrames) -> None:
    texts = {row[0] for row in sheets["Exhibits"].rows}
    for name, build in EXHIBITS.items():
        exhibit = build(frames)
        if exhibit.table is not None and name != "sources_and_assumptions":
            assert exhibit.title in texts
            assert frames.stamp(exhibit.table.scenario, beside=exhibit.table.beside) in texts
    assert len(sheets["Sources"].rows) == frames.provenance.height + 4


def test_inputs_are_blue_formulas_black(file: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        styles = packed.read("xl/styles.xml").decode()
        fonts = re.findall(r"<font>.*?</font>", styles)
        used = [int(number) for number in re.findall(r'<xf [^>]*fontId="(\d+)"', styles.split("<cellXfs")[1])]
        for number in range(1, 6):
            text = packed.read(f"xl/worksheets/sheet{number}.xml").decode()
            for cell in re.findall(r"<c [^>]*>(?:(?!</c>).)*</c>", text):
                style = re.search(r's="(\d+)"', cell)
                assert style is not None
                font = fonts[used[int(style.group(1))]]
                blue = "FF0000FF" in font
                if "<f>" in cell:
                    assert not blue and "FF000000" in font, cell
                elif (
                    number in (3, 4)
                    and 't="s"' not in cell
                    and int(re.search(r'r="[A-Z]+(\d+)"', cell).group(1)) > 5
                ):  # type: ignore[union-attr]
                    assert blue, cell


def test_names_print_areas_and_nothing_that_acts(file: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        book = packed.read("xl/workbook.xml").decode()
    assert not [name for name in names if re.search("vba|external|connection|drawing|hyperlink", name, re.I)]
    assert book.count("_xlnm.Print_Area") == 9
    for name in ("margin_bp", "dscr_window", "draw_amounts", "all_checks", "result_fair_margin_bp"):
        assert f'name="{name}"' in book


def test_a_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    nasty = "=cmd|' /C calc'!A0"
    run = synthetic_run.write(tmp_path / "run", title=nasty)
    found = {sheet.name: sheet for sheet in read_sheets(report(run, "xlsx"), "memo.xlsx")}
    assert found["Summary"].rows[3][0].startswith(nasty)
    assert not any("cmd" in text for sheet in found.values() for text in sheet.formulas.values())
    with zipfile.ZipFile(run / "memo.xlsx") as packed:
        assert 'quotePrefix="1"' in packed.read("xl/styles.xml").decode()


def test_one_run_has_one_file(file: Path, frames: RunFrames, copy_of: RunFrames, tmp_path: Path) -> None:
    assert report(frames, "xlsx", tmp_path / "again.xlsx").read_bytes() == file.read_bytes()
    made_up = report(copy_of, "xlsx", tmp_path / "one.xlsx").read_bytes()
    assert report(copy_of.folder, "xlsx", tmp_path / "two.xlsx").read_bytes() == made_up
