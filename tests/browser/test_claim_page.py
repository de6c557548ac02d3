"""The claim page in a real Chromium: every slider moves the answer, nothing is fetched elsewhere, axe is content."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.system("chromium")
CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"
WIDTHS = (1280, 390)
LARGEST_PICTURE = 400_000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of its own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = "from haircut.faces.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", CASE, "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(400):
            try:
                urllib.request.urlopen(f"{base}/", timeout=1)
                break
            except OSError:
                assert server.poll() is None, "the server stopped"
                time.sleep(0.25)
        yield base
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield found
        found.close()


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


def settle(page: Any) -> None:
    """Wait until no answer is on its way. By selector: the page's policy lets nobody evaluate text in it."""
    page.wait_for_timeout(50)
    page.locator(".claim[data-whole]:not([aria-busy=true])").wait_for(timeout=30_000)


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


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_its_window(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(page.screenshot()) < LARGEST_PICTURE


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
