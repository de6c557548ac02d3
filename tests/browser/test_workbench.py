"""Every page of the workbench in a real Chromium: it fits, axe is content, it paints at once; jobs from the page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from haircut.faces.server.shell import SITE
from haircut.runs.folder import folders
from tests.browser.kept import PAGES
from tests.browser.served import CASE, CLAIM, settle

pytestmark = pytest.mark.system("chromium")

FOLDER = Path(__file__).resolve().parents[2] / "examples" / CASE
FIRST_PAINT_MS = 3_000
"""A second on an idle machine; three where tests share it."""


@pytest.fixture(scope="module")
def run(runs: Path) -> str:
    return next(folders(runs)).name


@pytest.fixture(scope="module")
def pages(run: str) -> dict[str, str]:
    return {**PAGES, "run": f"/runs/{run}"}


@pytest.fixture(scope="module", params=["light", "dark"])
def window(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    context.dark = request.param == "dark"
    yield context
    context.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    yield opened
    opened.close()


def serious(page: Any, dark: bool = False) -> list[tuple[str, str]]:
    """What axe finds serious or critical; of a dark page only what its colours change."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": ["color-contrast"]} if dark else {}
    found = Axe().run(page, options=options).response["violations"]
    return [
        (each["id"], each["nodes"][0]["html"][:200])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("name", [*PAGES, "run"])
def test_axe_finds_nothing_serious_in_light_and_dark(
    window: Any, address: str, pages: dict[str, str], name: str
) -> None:
    page = window.new_page()
    page.goto(address + pages[name])
    assert serious(page, window.dark) == []
    page.close()


@pytest.mark.parametrize("name", [*PAGES, "run"])
def test_a_page_opens_with_its_sentence_fits_its_window_and_paints_at_once(
    page: Any, address: str, pages: dict[str, str], name: str
) -> None:
    answer = page.goto(address + pages[name])
    assert answer.ok
    assert page.locator("h1").count() == 1
    assert re.search(r"[.?]$", page.locator("h1").inner_text())
    page.screenshot()
    paints = page.evaluate("performance.getEntriesByType('paint').map(each => each.startTime)")
    assert paints and min(paints) < FIRST_PAINT_MS
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert all(url.startswith((address, "data:")) for url in page.asked), "another host was asked"


@pytest.mark.parametrize("name", [*PAGES, "run"])
def test_every_page_has_a_twin_and_its_links_lead_somewhere(
    page: Any, address: str, pages: dict[str, str], name: str
) -> None:
    path, _, query = pages[name].partition("?")
    twin = "/index.json" if path == "/" else f"{path}.json?{query}"
    if name != "login":
        assert isinstance(page.request.get(address + twin).json(), dict)
    page.goto(address + pages[name])
    hrefs = {link.get_attribute("href") for link in page.locator("main a").all()}
    for href in hrefs:
        if href.startswith("http"):
            assert page.locator(f'a[href="{href}"]').first.get_attribute("rel") == "noreferrer noopener"
        elif href.startswith("#"):
            assert page.locator(f'[id="{href[1:]}"]').count() == 1, href
        elif not re.search(r"\.(svg|png|csv|xlsx|pdf)(\?|$)", href) and "/claims/" not in href:
            assert page.request.get(address + href).ok, href


def test_the_way_to_every_page_is_on_every_page(page: Any, address: str) -> None:
    page.goto(f"{address}/elements")
    assert [link.inner_text() for link in page.locator("nav.site a").all()] == list(SITE)
    for where in SITE.values():
        assert page.request.get(address + where).ok, where


def test_pages_can_be_used_with_the_keyboard_alone(page: Any, address: str) -> None:
    page.goto(f"{address}/books/{CASE}/liquidation?paths=1024")
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open] #f-device").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-device"


def test_a_job_is_started_from_its_page_and_a_slider_answers_beside_it(
    browser: Any, page: Any, address: str
) -> None:
    page.goto(f"{address}/books/{CASE}/attribution?paths=2048&seed=9")
    assert "no answer is kept" in page.locator("h1").inner_text()
    page.locator("main button", has_text="Compute").click()
    page.locator("[data-job]").wait_for(timeout=30_000)
    beside = browser.new_page()
    beside.goto(f"{address}/claims/{CASE}/{CLAIM}")
    settle(beside)
    slider = beside.locator(".slider[data-key=depth] input")
    slider.focus()
    beside.keyboard.press("ArrowRight")
    settle(beside)
    assert int(beside.locator(".claim").get_attribute("data-milliseconds")) < 3_000
    beside.close()
    page.locator("#x-spread_waterfall").wait_for(timeout=120_000)
    assert "bp" in page.locator("h1").inner_text()
    assert "paths=2048" in page.url


def test_a_job_is_cancelled_from_its_page(page: Any, address: str) -> None:
    page.goto(f"{address}/books/{CASE}/attribution?paths=50000&seed=3")
    page.locator("main button", has_text="Compute").click()
    page.locator("[data-job] button", has_text="Cancel").click()
    page.locator(".job[data-state=cancelled]").wait_for(timeout=30_000)
    assert page.locator("main button", has_text="Compute").count() == 1


def test_two_runs_are_compared_from_the_page(page: Any, address: str) -> None:
    page.goto(f"{address}/runs")
    page.locator("input[name=first]").nth(1).check()
    page.locator("input[name=second]").nth(0).check()
    page.locator("button", has_text="Compare").click()
    page.locator("main button", has_text="Compute").click()
    page.locator("#x-run_comparison").wait_for(timeout=120_000)
    assert "The fair margin changes by" in page.locator("h1").inner_text()


def zipped(name: str, more: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for file in sorted(FOLDER.rglob("*.yaml")):
            text = file.read_text()
            if file.name == "case.yaml":
                text = text.replace(f"name: {CASE}", f"name: {name}") + more
            made.writestr(f"{name}/{file.relative_to(FOLDER).as_posix()}", text)
    return stream.getvalue()


def test_a_deal_is_sent_from_the_front_page_and_what_is_wrong_is_said_there(page: Any, address: str) -> None:
    page.goto(address)
    send = page.locator("#upload input[type=file]")
    send.set_input_files(
        {"name": "bad.zip", "mimeType": "application/zip", "buffer": zipped("bad", "\nnothing: 1\n")}
    )
    page.locator("#upload button").click()
    page.locator("#upload .problem").wait_for()
    assert "nothing" in page.locator("#upload [role=status]").inner_text()
    send.set_input_files({"name": "mine.zip", "mimeType": "application/zip", "buffer": zipped("mine")})
    page.locator("#upload button").click()
    page.wait_for_url(f"{address}/claims/mine/{CLAIM}", timeout=30_000)
    settle(page)
