"""What the tests of the workbench share: a server in this process, its jobs in processes of their own."""

from __future__ import annotations

import time
import warnings
from typing import Any

import haircut as hc
from haircut.faces.server.app import Desk, create_app
from haircut.faces.server.door import Door

CASE, CLAIM = "coreweave-ddtl-3", "ddtl-3"
ORIGIN = "http://127.0.0.1:8000"
SALE = {"study": "liquidation", "case": CASE, "asked": {"paths": 1024}}


def client_of(desk: Desk, origin: str = ORIGIN) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.testclient import TestClient
    return TestClient(
        create_app(desk), base_url=origin, follow_redirects=False, raise_server_exceptions=False
    )


def desk_of(door: Door | None = None) -> Desk:
    return Desk({CASE: hc.load(CASE)}, door)


def over(client: Any, job: str, seconds: float = 120.0) -> dict[str, Any]:
    """A job once it is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = dict(client.get(f"/jobs/{job}.json").json())
        if found["state"] in ("done", "failed", "cancelled"):
            return found
        time.sleep(0.05)
    raise AssertionError(f"job {job} is not over after {seconds} s")
