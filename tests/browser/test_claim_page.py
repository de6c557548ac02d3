"""The claim page in a real Chromium: every slider moves the answer, nothing is fetched elsewhere, axe is content."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from tests.browser.served import CASE, CLAIM, settle

pytestmark = pytest.mark.system("chromium")
WIDTHS = (1280, 390)


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The claim page, with every address that it asks for noted."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto(f"{address}/claims/{CASE}/{CLAIM}")
    settle(opened)
    yield opened
    opened.close()


def test_each_slider_moves_by_keyboard_and_the_address_follows(page: Any) -> None:
    sliders = page.locator("#sliders input[type=range]")
    assert sliders.count() >= 6
    for number in range(sliders.count()):
        slider = sliders.nth(number)
        slider.focus()
        before = slider.input_value()
        key = "ArrowRight" if before != slider.get_attribute("max") else "ArrowLeft"
        page.keyboard.press(key)
        settle(page)
        assert slider.input_value() != before
        assert "?" in page.url
        page.keyboard.press("ArrowLeft" if key == "ArrowRight" else "ArrowRight")
        settle(page)
    assert "?" not in page.url


def test_a_weaker_customer_changes_the_verdict_in_place(page: Any) -> None:
    before = page.locator("h1").inner_text()
    slider = page.locator(".slider[data-key=customers] input")
    slider.focus()
    page.keyboard.press("Home")
    settle(page)
    assert page.locator("h1").inner_text() != before


def test_nothing_is_asked_of_another_host(page: Any, address: str) -> None:
    assert page.asked
    assert all(url.startswith((address, "data:")) for url in page.asked)


def test_links_of_the_page_lead_somewhere(page: Any, address: str) -> None:
    for link in {item.get_attribute("href") for item in page.locator("#tabs a").all()}:
        assert page.request.get(f"{address}{link}").ok, link


def opened(content: bytes, kind: str) -> bool:
    """Whether a reader's program opens the file; it raises where it does not."""
    if kind == "svg":
        return ElementTree.fromstring(content).tag.endswith("svg")
    if kind == "png":
        return min(Image.open(io.BytesIO(content)).size) > 100
    if kind == "csv":
        return pl.read_csv(io.BytesIO(content), infer_schema_length=None).height > 0
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).height > 3


@pytest.mark.parametrize("exhibit", ["ltv_paths", "spread_waterfall", "cover_ratios"])
def test_each_file_at_an_exhibits_corner_downloads_and_opens(page: Any, exhibit: str) -> None:
    links = page.locator(f"#{exhibit} a[download]:visible")
    kinds = [link.inner_text().lower() for link in links.all()]
    assert set(kinds) >= {"svg", "png"}
    for number, kind in enumerate(kinds):
        with page.expect_download() as waiting:
            links.nth(number).click()
        assert waiting.value.suggested_filename == f"{CASE}-{exhibit}.{kind}"
        assert opened(waiting.value.path().read_bytes(), kind), kind


def test_sliders_of_the_claim_are_all_there(page: Any) -> None:
    keys = {each.get_attribute("data-key") for each in page.locator(".slider[data-key]").all()}
    assert keys >= {"deflation", "launch", "g_c", "depth", "tenor", "advance", "customers", "renewal"}
    coin = page.locator(".slider.off").filter(has_text="BTC")
    assert "nothing in this book is paid in coins" in coin.inner_text()


def test_every_address_that_the_page_names_answers(page: Any, address: str) -> None:
    hrefs = {link.get_attribute("href") for link in page.locator("a").all()}
    inside = {href for href in hrefs if href.startswith("#")}
    for href in inside:
        assert page.locator(f'[id="{href[1:]}"]').count() == 1, href
    for href in hrefs - inside:
        assert re.match(r"^/[^/]|^/$", href), f"{href} leads elsewhere"
        if not href.rpartition("/")[2].partition("?")[0].endswith((".svg", ".png", ".xlsx", ".csv")):
            assert page.request.get(f"{address}{href}").ok, href


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_its_window(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_serious(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The page's policy lets no script in but its own; the browser's own evaluation is not bound by it.
    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], each["nodes"][0]["html"][:200])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_the_first_paint_is_quick(page: Any) -> None:
    page.screenshot()
    paint = page.evaluate("performance.getEntriesByType('paint').map(each => each.startTime)")
    assert paint
    assert min(paint) < 3_000  # a second on an idle machine; three where tests share it
