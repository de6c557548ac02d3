"""A picture is the same bytes whenever it is drawn, and shares no id with its neighbours."""

import re
from pathlib import Path

import pytest

from haircut.errors import UsageError
from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import RunFrames
from haircut.reports.picture import svg
from haircut.reports.render import picture

CHARTS = ("ltv_paths", "rent_fan", "cover_ratios", "customer_curves", "mechanisms")


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_spec_is_the_same_bytes(name: str, frames: RunFrames) -> None:
    built = EXHIBITS[name](frames)
    assert built.chart is not None
    first = svg(built.chart, name="a", title=built.title)
    svg(built.chart, name="between", title="the renderer counts on")
    assert svg(built.chart, name="a", title=built.title) == first


def test_a_picture_is_written_alone(frames: RunFrames, tmp_path: Path) -> None:
    written = picture(frames.folder, "ltv_paths", tmp_path / "deep" / "ltv.svg")
    assert written.read_text(encoding="utf-8").startswith("<svg ")
    with pytest.raises(UsageError, match="has no chart"):
        picture(frames.folder, "ladder", tmp_path / "ladder.svg")


def test_ids_carry_the_name_of_their_picture(frames: RunFrames) -> None:
    built = EXHIBITS["ltv_paths"](frames)
    assert built.chart is not None
    drawn = svg(built.chart, name="ltv", title="LTV")
    ids = re.findall(r'\bid="([^"]+)"', drawn)
    assert ids
    assert all(found.startswith("ltv-") for found in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", drawn)) == set(ids)


def test_a_screen_reader_hears_the_sentence_escaped(frames: RunFrames) -> None:
    built = EXHIBITS["ltv_paths"](frames)
    assert built.chart is not None
    drawn = svg(built.chart, name="ltv", title='LTV "passes" <100 %>')
    assert drawn.startswith('<svg role="img" aria-label="LTV &quot;passes&quot; &lt;100 %&gt;" ')


def test_colours_are_those_of_the_look(frames: RunFrames) -> None:
    allowed = {
        "#0072B2", "#D55E00", "#000000", "#999999", "#009E73", "#CC79A7",
        "#1a1a1a", "#595959", "#d9d9d9", "#ececec",
    }  # fmt: skip
    for name in CHARTS:
        built = EXHIBITS[name](frames)
        assert built.chart is not None
        drawn = svg(built.chart, name=name, title=built.title)
        assert set(re.findall(r"#[0-9A-Fa-f]{6}\b", drawn)) <= allowed
