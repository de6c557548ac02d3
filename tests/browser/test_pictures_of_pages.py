"""Each page as a picture at two widths, compared with the one that somebody has looked at.

Fonts differ between machines, so pages are drawn in DejaVu Sans, which `make system` installs: the test adds the
font to the page's own style sheet on its way to the browser. `HAIRCUT_DRAW_PAGES=1` draws the pictures again: look at
them.
"""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from haircut.faces.server.page import TABS
from haircut.reports.frames import RunFrames
from haircut.reports.memo import page as memo_page
from tests.browser.served import CASE, CLAIM, settle
from tests.unit.reports import synthetic_run

pytestmark = pytest.mark.system("chromium")

PICTURES = Path(__file__).parent / "pages"
FONT = "DejaVu Sans"
STYLE = f'*, svg text {{ font-family: "{FONT}" !important }}'
WIDTHS = (1280, 390)
HEIGHT = 900
LARGEST_BYTES = 100_000
SHADES = 32
SEEN = 64
"""Of 255: a pixel that differs by less is the edge of a letter drawn by another version of the browser."""
LARGEST_SHARE = 0.02

BASE = f"/claims/{CASE}/{CLAIM}"
PAGES = {"index": "/", "claim": BASE, **{tab: f"{BASE}/{tab}" for tab in TABS}, "memo": ""}


@pytest.fixture(scope="module")
def memo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    file = folder / "memo.html"
    file.write_text(memo_page(RunFrames(synthetic_run.write(folder / "run"))), encoding="utf-8")
    return file


@pytest.fixture(scope="module", params=WIDTHS)
def window(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": request.param, "height": HEIGHT}, device_scale_factor=1)
    context.route("**/static/memo.css", with_the_font)
    yield context
    context.close()


def with_the_font(route: Any) -> None:
    """The page's style sheet with one font for everything."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text() + STYLE)


def drawn(window: Any, address: str, name: str, memo: Path) -> Image.Image:
    page = window.new_page()
    page.goto(memo.as_uri() if name == "memo" else f"{address}{PAGES[name]}")
    if name == "claim":
        settle(page)
    if name == "memo":
        page.add_style_tag(content=STYLE)
    taken = page.screenshot(animations="disabled", caret="hide")
    page.close()
    return Image.open(io.BytesIO(taken)).convert("L")


def packed(picture: Image.Image) -> bytes:
    """The picture in few shades of grey, which a comparison of shapes needs no more than."""
    stream = io.BytesIO()
    picture.quantize(SHADES).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    left, right = (np.asarray(each.convert("L"), dtype=np.int16) for each in (one, other))
    return float(np.mean(np.abs(left - right) > SEEN))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(window: Any, address: str, name: str, memo: Path, tmp_path: Path) -> None:
    picture = drawn(window, address, name, memo)
    known = PICTURES / f"{name}-{picture.width}.png"
    if os.environ.get("HAIRCUT_DRAW_PAGES") == "1":
        known.write_bytes(packed(picture))
    assert known.stat().st_size < LARGEST_BYTES
    found = Image.open(io.BytesIO(packed(picture)))
    found.save(tmp_path / known.name)
    before = Image.open(known)
    assert found.size == before.size
    share = share_that_differs(found, before)
    assert share < LARGEST_SHARE, (
        f"{100 * share:.1f} % of {known.name} differ; it is now {tmp_path / known.name}"
    )


def test_a_page_that_lost_a_part_would_be_seen() -> None:
    """The test can fail: a table that is gone, or a font of another width, is more than 2 % of a page."""
    before = Image.open(PICTURES / "claim-1280.png").convert("L")
    without = before.copy()
    without.paste(255, (840, 100, 1280, 900))
    assert share_that_differs(before, without) > LARGEST_SHARE


def test_the_font_is_installed() -> None:
    found = subprocess.run(["fc-match", FONT], capture_output=True, text=True, check=True).stdout
    assert FONT in found, "make system installs fonts-dejavu-core"
