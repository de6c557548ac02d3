"""The page that answers the question of 10,000 H100s is what the command says today."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import haircut as hc
from haircut.faces import cli

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def maker() -> ModuleType:
    specification = importlib.util.spec_from_file_location(
        "make_liquidation", ROOT / "docs" / "pictures" / "make_liquidation.py"
    )
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def test_the_page_is_made_from_the_command() -> None:
    """Words are equal; a number may differ by two in its last digit, which is what another processor may do."""
    make = maker()
    written = make.PAGE.read_text("utf-8")
    today = make.page(hc.liquidate(make.MARKET, make.DEVICE, make.UNITS))
    assert NUMBER.sub("#", written) == NUMBER.sub("#", today)
    found, wanted = numbers(written), numbers(today)
    assert len(found) > 200
    for one, other in zip(found, wanted, strict=True):
        digits = len(other.partition(".")[2])
        assert abs(float(one.replace(",", "")) - float(other.replace(",", ""))) <= 2.01 * 10.0**-digits, (
            one,
            other,
        )
    assert make.PICTURE.is_file()


def test_the_page_has_the_numbers_that_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["liquidate", "h100-sxm", "--units", "10000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    page = (ROOT / "docs" / "cases" / "ten-thousand-h100s.md").read_text("utf-8")
    assert f"${found['value_usd'] / 1e6:,.1f}m" in page
    assert f"${found['nolv_usd'] / 1e6:,.1f}m" in page
    assert f"${found['flv_usd'] / 1e6:,.1f}m" in page
    assert f"over {found['months']} months" in page
    for each in found["depths"]:
        assert (
            f"| {each['depth_units_a_month']:,.0f} | {each['months']} | {each['nolv_usd'] / 1e6:,.1f} |"
            in page
        )
    for mark in ("observed", "estimated", "assumed"):
        assert page.count(f"| {mark} |") == sum(each["mark"] == mark for each in found["inputs"])
