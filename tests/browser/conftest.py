"""One server and one browser for all tests of pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.served import CASE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs of the server: answers of every study, and two runs."""
    folder = tmp_path_factory.mktemp("runs")
    environment = {**os.environ, "HAIRCUT_RUNS": str(folder)}
    subprocess.run([sys.executable, "-m", "tests.browser.kept"], env=environment, cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="session")
def address(runs: Path) -> Iterator[str]:
    """A server of its own on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = "from haircut.faces.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", CASE, "--port", str(port)]
    environment = {**os.environ, "HAIRCUT_RUNS": str(runs)}
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment)
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


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ],
        )
        yield found
        found.close()
