"""The page of drivers: every chart draws, every number has its note, 100 columns."""

import json
from pathlib import Path

import pytest

from haircut.faces.scenarios import as_dict
from haircut.reports.scenarios_page import exhibits, text, write_charts
from haircut.scenarios.portrait import Portrait, portrait
from tests.unit.scenarios import cases


@pytest.fixture(scope="module")
def shown() -> Portrait:
    return portrait(cases.coin_case(), paths=24 * 512, months=24)


def test_the_terminal_page_fits_and_opens_with_the_answer(shown: Portrait) -> None:
    page = text(shown)
    assert max(map(len, page.splitlines())) <= 100
    assert "as if" in page.split("\n\n")[1]
    assert "nan" not in page.lower().replace("finance", "")


def test_every_exhibit_draws_at_both_widths(shown: Portrait, tmp_path: Path) -> None:
    built = exhibits(shown)
    assert len(built) == 2 + len(shown.fans)
    for each in built:
        assert each.chart is not None and each.chart_narrow is not None, each.name
        assert each.title.endswith(".") and each.notes
    written = write_charts(shown, tmp_path)
    assert [path.stem for path in written] == [each.name for each in built]
    assert all(path.read_text().startswith("<svg ") for path in written)


def test_the_json_holds_every_number(shown: Portrait) -> None:
    found = json.loads(json.dumps(as_dict(shown), allow_nan=False))
    assert len(found["fans"]) == len(shown.fans) and len(found["pairs"]) == len(shown.pairs)
    assert {each["coupling"] for each in found["joint_stress"]["by_coupling"]} == {1.0, 2.0, 4.0}


def test_a_market_without_a_coin_says_what_is_not_calculated() -> None:
    plain = portrait(cases.case(), paths=512, months=12)
    joint = exhibits(plain)[0]
    assert joint.table is None and joint.chart is None
    assert "because the market lacks one of them" in joint.not_calculated[0]
    assert text(plain)
