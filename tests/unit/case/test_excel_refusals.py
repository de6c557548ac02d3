"""A workbook that a user sends: what is wrong is said by sheet and cell, all at once; what could act is refused."""

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import haircut as hc
from haircut.case.excel import safe_file
from haircut.case.excel.template import template
from haircut.errors import InputRefused

Rows = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(hc.load("coreweave-ddtl-3"), tmp_path_factory.mktemp("good") / "deal.xlsx")


@pytest.fixture
def sheet_rows(good: Path) -> Rows:
    return {sheet.name: sheet.rows for sheet in safe_file.read_sheets(good, "deal.xlsx")}


def written(rows: Rows, file: Path, change: Callable[[Any, dict[str, Any]], None] | None = None) -> Path:
    """A workbook of these rows, as a user might have made it."""
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    made = {}
    for name, lines in rows.items():
        made[name] = sheet = book.add_worksheet(name)
        for row, cells in enumerate(lines):
            for column, value in enumerate(cells):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(row, column, value, day)
                elif value != "":
                    sheet.write(row, column, value)
    if change is not None:
        change(book, made)
    book.close()
    return file


def row_of(rows: list[list[Any]], field: str) -> int:
    return next(index for index, row in enumerate(rows) if row[0] == field)


def refusal(file: Path) -> str:
    with pytest.raises(InputRefused) as refused:
        hc.load(file)
    return str(refused.value)


def test_every_problem_at_once_with_sheet_and_cell(sheet_rows: Rows, tmp_path: Path) -> None:
    claims, case = sheet_rows["claims"], sheet_rows["case"]
    wrong = {
        "maturity_date": "next year", "interest.kind": "floting", "rank": 1.5, "cash_sweep_share": 2.0,
        "commitment_usd": "a lot",
    }  # fmt: skip
    cells = {}
    for field, value in wrong.items():
        row = row_of(claims, field)
        claims[row][1] = value
        cells[field] = f"claims!B{row + 1}: book.claims[0].{field}: found "
    claims.append(["intrest.margin_bp", 400.0])
    case[row_of(case, "market")][1] = "2026-10-02"
    text = refusal(written(sheet_rows, tmp_path / "deal.xlsx"))
    for expected in cells.values():
        assert expected in text
    assert f"claims!A{len(claims)}" in text and "nearest valid spelling: 'interest'" in text
    assert "market: found '2026-10-02'; expected the name of a market" in text
    assert "nearest valid spelling: '2026-10-01'" in text
    assert "one of floating, fixed" in text


def test_a_formula_in_a_field_is_refused_and_elsewhere_listed(sheet_rows: Rows, tmp_path: Path) -> None:
    row = row_of(sheet_rows["claims"], "commitment_usd")

    def formula(book: Any, made: dict[str, Any]) -> None:
        made["claims"].write_formula(row, 1, "=B3*2", None, 2.6e9)

    text = refusal(written(sheet_rows, tmp_path / "one.xlsx", formula))
    assert f"claims!B{row + 1}" in text and "the formula =B3*2; expected a value" in text

    def own_sheet(book: Any, made: dict[str, Any]) -> None:
        book.add_worksheet("my sums").write_formula(2, 1, "=1+1", None, 2)

    case = hc.load(written(sheet_rows, tmp_path / "two.xlsx", own_sheet))
    assert [tuple(cell) for cell in case.origin.ignored] == [("my sums", "B3", "2.0")]


def test_every_ignored_cell_is_listed(sheet_rows: Rows, tmp_path: Path, capsys: Any) -> None:
    from haircut.faces.cli import main

    claims = sheet_rows["claims"]
    claims[0] += ["above"]
    claims[5] = [*claims[5], *[""] * (13 - len(claims[5])), "beside"]
    claims[6][10] = "a remark in the help"
    sheet_rows["scratch"] = [["", "below"]]
    file = written(sheet_rows, tmp_path / "deal.xlsx")
    found = {(cell.sheet, cell.cell): cell.value for cell in hc.load(file).origin.ignored}
    assert found[("scratch", "B1")] == "below"
    assert found[("claims", "K7")] == "a remark in the help"
    assert sorted(found.values()) == ["a remark in the help", "above", "below", "beside"]
    assert main(["check", str(file)]) == 0
    assert "scratch!B1  below" in capsys.readouterr().err
    assert main(["check", str(file), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["ignored_cells"]) == 4


def test_a_changed_unit_is_refused(sheet_rows: Rows, tmp_path: Path) -> None:
    row = row_of(sheet_rows["claims"], "commitment_usd")
    sheet_rows["claims"][row][2] = "USD m"
    text = refusal(written(sheet_rows, tmp_path / "deal.xlsx"))
    assert f"claims!C{row + 1}" in text and "found 'USD m'; expected 'USD'" in text


def test_columns_may_move_and_rows_may_be_added(sheet_rows: Rows, good: Path, tmp_path: Path) -> None:
    rows = {name: [[*row] for row in lines] for name, lines in sheet_rows.items()}
    rows["claims"] = [[*row[:2], *reversed(row[2:])] for row in rows["claims"]]
    rows["claims"] += [["covenants.2.test", "liquidity"], ["covenants.2.minimum", 1e6]]
    case = hc.load(written(rows, tmp_path / "deal.xlsx"))
    assert [covenant.test for covenant in case.book.claims[0].covenants][2:] == ["liquidity"]
    assert case.book.claims[0].sources == hc.load(good).book.claims[0].sources


def test_a_list_with_a_gap_and_a_field_twice(sheet_rows: Rows, tmp_path: Path) -> None:
    sheet_rows["claims"] += [["covenants.4.test", "dscr"], ["rank", 2.0]]
    text = refusal(written(sheet_rows, tmp_path / "deal.xlsx"))
    assert "no item 2 before it; expected items numbered from 0" in text
    assert "the field 'rank' again" in text


def test_a_missing_sheet_and_a_sheet_without_headings(sheet_rows: Rows, tmp_path: Path) -> None:
    del sheet_rows["issuers"]
    sheet_rows["borrowers"] = [["what", "is", "this"]]
    text = refusal(written(sheet_rows, tmp_path / "deal.xlsx"))
    assert "no such sheet; expected the sheet 'issuers'" in text
    assert "borrowers!A1" in text and "no row of headings" in text


# --- what could act, or fill the memory


def with_part(good: Path, file: Path, name: str, content: bytes) -> Path:
    file.write_bytes(good.read_bytes())
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr(name, content)
    return file


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("xl/connections.xml", "a data connection"),
        ("xl/embeddings/oleObject1.bin", "an embedded object"),
        ("xl/activeX/activeX1.xml", "a control"),
        ("xl/macrosheets/sheet1.xml", "a macro sheet"),
    ],
)
def test_what_could_act_is_refused(good: Path, tmp_path: Path, part: str, found: str) -> None:
    assert f"found {found}" in refusal(with_part(good, tmp_path / "deal.xlsx", part, b"x"))


@pytest.mark.parametrize("suffix", [".xlsm", ".xls", ".xlsb", ".ods"])
def test_other_kinds_of_workbook_are_refused(good: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"deal{suffix}"
    file.write_bytes(good.read_bytes())
    assert "save it as .xlsx" in refusal(file)


def test_a_bomb_is_refused_before_it_grows(good: Path, tmp_path: Path) -> None:

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * (safe_file.MAXIMUM_UNPACKED + 1))
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(stream.getvalue())
    text = refusal(file)
    assert "when unpacked" in text
    file.write_bytes(b"x" * (safe_file.MAXIMUM_BYTES + 1))
    assert "more than 5,000,000 bytes" in refusal(file)


def test_a_cell_far_out_is_refused(tmp_path: Path) -> None:
    def far(book: Any, made: dict[str, Any]) -> None:
        made["case"].write_string(1_000_000, 0, "x")

    assert "case!A1000001" in refusal(written({"case": [["field", "value"]]}, tmp_path / "deal.xlsx", far))


def test_no_document_type_inside(good: Path, tmp_path: Path) -> None:
    file = tmp_path / "deal.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1)
            new.writestr(name, content)
    assert "a document type inside a part" in refusal(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old or locked"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "deal.xlsx"
    file.write_bytes(content)
    assert "no .xlsx workbook" in refusal(file)
    assert "no readable file" in refusal(tmp_path / "absent.xlsx")
