"""The memo in a real browser at 1280 and 390 px: no sideways scroll, labels apart, links arrive.

Chromium's own window is at least about 500 px wide, so each width is a frame of that width in a page of the
test. The page under test forbids scripts; what measures it runs in the page around it.
"""

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from haircut.reports.frames import RunFrames
from haircut.reports.memo import page
from tests.unit.reports import synthetic_run

WIDTHS = (1280, 390)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
    "--disable-component-update", "--virtual-time-budget=5000",
)  # fmt: skip

MEASURE = (Path(__file__).parent / "measure_page.js").read_text()


def measured(chromium: str, text: str, width: int, folder: Path) -> dict[str, Any]:
    quoted = json.dumps(text).replace("</", r"<\/")
    wrapper = folder / f"frame-{width}.html"
    wrapper.write_text(
        f'<!doctype html><meta charset="utf-8"><body style="margin:0">'
        f'<iframe style="border:0;width:{width}px;height:900px"></iframe><script>{MEASURE}\n'
        f"frame.srcdoc = {quoted};</script></body>",
        encoding="utf-8",
    )
    arguments = [
        chromium,
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1400,1000",
        "--dump-dom",
    ]
    done = subprocess.run(
        [*arguments, wrapper.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stdout[-2000:] + done.stderr[-2000:]
    result: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return result


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page(RunFrames(synthetic_run.write(tmp_path_factory.mktemp("run"))))


@pytest.fixture(scope="module", params=WIDTHS)
def found(
    request: pytest.FixtureRequest, chromium: str, text: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    return measured(chromium, text, request.param, tmp_path_factory.mktemp("browser")) | {
        "width": request.param
    }


@pytest.mark.system("chromium")
def test_the_page_never_scrolls_sideways(found: dict[str, Any]) -> None:
    assert found["client"] == found["width"]
    assert found["scroll"] <= found["client"]
    assert found["boxes"]


@pytest.mark.system("chromium")
def test_pictures_keep_their_labels_apart_and_whole(found: dict[str, Any]) -> None:
    assert found["pictures"] == 7
    assert found["overlaps"] == []
    assert found["clipped"] == []
    assert found["smallest"] >= 12.9


@pytest.mark.system("chromium")
def test_every_link_arrives_and_nothing_is_fetched(found: dict[str, Any]) -> None:
    assert found["links"] > 100
    assert found["lost"] == []
    assert found["fetched"] == []
    assert found["target"]


@pytest.mark.system("chromium")
def test_every_table_can_be_scrolled_from_the_keyboard(found: dict[str, Any]) -> None:
    assert found["unreachable"] == 0
