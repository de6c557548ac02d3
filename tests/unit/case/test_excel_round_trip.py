"""A case as a workbook and back: nothing is lost, nothing is guessed, the file is left alone."""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import pytest

import haircut as hc
from haircut.case import content_hash, example_names
from haircut.case.excel.lines import CASE_SHEET, is_list_sheet, lines, resolve, sheets
from haircut.case.excel.safe_file import read_sheets
from haircut.case.excel.template import template
from haircut.errors import CannotCompute, InputRefused, UsageError

GOOD = Path(__file__).parent / "good_case" / "loan"


@pytest.mark.parametrize("name", [*example_names(), str(GOOD)])
def test_a_case_comes_back_from_its_workbook_as_it_was(name: str, tmp_path: Path) -> None:
    case = hc.load(name)
    file = template(case, tmp_path / "deal.xlsx")
    back = hc.load(file)
    assert back == case
    assert content_hash(back) == content_hash(case)
    assert back.origin.ignored == ()


def test_a_workbook_comes_back_from_a_workbook(tmp_path: Path) -> None:
    case = hc.load("coreweave-ddtl-3")
    first = template(case, tmp_path / "one.xlsx")
    second = template(hc.load(first), tmp_path / "two.xlsx")
    assert first.read_bytes() == second.read_bytes()


def test_every_digit_and_every_kind_of_value_survives(tmp_path: Path) -> None:
    change = {
        "book": {
            "claims": {"ddtl-3": {
                "undrawn_fee_bp": 0.1 + 0.2, "commitment_usd": 2600000000.0000005,
                "sources": {"undrawn_fee_bp": {"mark": "assumed", "note": "=SUM(A1) + @x", "range": (0.1, 1 / 3)}},
            }},
            "issuers": {"coreweave": {"name": "-1+2 =cmd|' /C calc'!A0\nsecond line  two  spaces"}},
        },
        "settings": {"seed": 2**63 - 1, "independence_by_shift": True},
        "scenario": {
            "rent_path": {"kind": "points", "device": "gb200", "points": (
                {"date": datetime.date(2027, 1, 31), "rent_usd_per_gpu_hour": 5.1},
                {"date": datetime.date(2028, 1, 31), "rent_usd_per_gpu_hour": 4.3},
            )},
            "customer_failures": {"openai": 12},
        },
    }  # fmt: skip
    case = hc.overlay(hc.load("coreweave-ddtl-3"), change).model_copy(update={"overlays": ()})
    back = hc.load(template(case, tmp_path / "deal.xlsx"))
    assert back == case


def test_a_written_workbook_holds_no_formula_whatever_the_case_says(tmp_path: Path) -> None:
    change = {"book": {"issuers": {"coreweave": {"name": '=HYPERLINK("http://x")'}}}}
    case = hc.overlay(hc.load("coreweave-ddtl-3"), change).model_copy(update={"overlays": ()})
    file = template(case, tmp_path / "deal.xlsx")
    assert not any(sheet.formulas for sheet in read_sheets(file, "deal.xlsx"))


def test_reading_never_writes(tmp_path: Path) -> None:
    file = template(hc.load("ten-year-model"), tmp_path / "deal.xlsx")
    file.chmod(0o444)
    before = hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns
    hc.load(file)
    hc.check(file)
    assert (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns) == before
    assert [path.name for path in tmp_path.iterdir()] == ["deal.xlsx"]


def test_an_existing_file_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "deal.xlsx"
    file.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists and is not replaced"):
        template(None, file)
    assert file.read_bytes() == b"mine"
    with pytest.raises(UsageError, match=r"ends in \.xlsx"):
        template(None, tmp_path / "deal.xls")


def test_what_a_cell_cannot_hold_is_refused_rather_than_lost(tmp_path: Path) -> None:
    case = hc.load("coreweave-ddtl-3").model_copy(update={"description": "x" * 40_000})
    with pytest.raises(CannotCompute, match="a cell cannot hold"):
        template(case, tmp_path / "deal.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_blank_workbook_says_all_that_it_needs(tmp_path: Path) -> None:
    file = template(None, tmp_path / "deal.xlsx")
    with pytest.raises(InputRefused) as refused:
        hc.load(file)
    text = str(refused.value)
    assert "deal.xlsx case!B4: name: found nothing; expected an identifier" in text
    assert "title" in text and "claim" in text


def test_a_blank_workbook_offers_every_field(tmp_path: Path) -> None:
    """Whatever field a model gains is a row of its sheet, with words about it."""
    found = {sheet.name: sheet for sheet in read_sheets(template(None, tmp_path / "deal.xlsx"), "deal")}
    for name, model in sheets().items():
        rows = [row[0] for row in found[name].rows[3:]]
        for line in lines(model, None):
            assert line.field in rows, (name, line.field)
            assert line.expects, (name, line.field)
            place = resolve(model, line.field)
            assert place.path == line.path and place.group == line.group, line.field
        assert is_list_sheet(name) == ("id" in rows), name
    assert "market" in [row[0] for row in found[CASE_SHEET].rows]


def test_choices_of_a_field_are_offered(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(template(None, tmp_path / "deal.xlsx")) as packed:
        xml = "".join(packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name)
    for options in (
        "floating,fixed",
        "observed,estimated,assumed",
        "TRUE,FALSE",
        "sculpted,straight,annuity",
    ):
        assert options in xml
    assert 'type="decimal"' in xml and 'type="date"' in xml and 'promptTitle="margin_bp"' in xml


def test_the_command_writes_and_checks(tmp_path: Path, capsys: Any) -> None:
    from haircut.faces.cli import main

    file = tmp_path / "deal.xlsx"
    assert main(["template", "coreweave-ddtl-3", "--to", "xlsx", "--output", str(file)]) == 0
    assert main(["check", str(file), "--json"]) == 0
    assert '"ignored_cells": []' in capsys.readouterr().out
    assert main(["template", "coreweave-ddtl-3", "--output", str(file)]) == 2
    assert main(["template"]) == 2
