"""Limits and headers: what is too large, too deep or too slow is refused before anything is computed."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from haircut.faces.server import guard as guards
from haircut.faces.server.guard import Guard
from haircut.faces.server.sent import DEEPEST
from tests.unit.faces.server.workbench import CASE, client_of, desk_of

PAGES = ("/", "/jobs", "/elements", "/backtest", "/runs", f"/sources/{CASE}", f"/books/{CASE}/sector")


@pytest.fixture(scope="module")
def client() -> Any:
    return client_of(desk_of())


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/openapi.json", "/static/page.js"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: Any, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http:" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "no-" in headers["cache-control"]
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_script_or_a_style_in_its_text(client: Any, path: str) -> None:
    text = client.get(path).text
    assert "<script>" not in text and "javascript:" not in text and " onclick" not in text
    outside = text.replace("data-style=", "")
    while "<svg" in outside:  # pictures are the renderer's
        before, _, rest = outside.partition("<svg")
        outside = before + rest.partition("</svg>")[2]
    assert " style=" not in outside and "<style" not in outside


def test_what_a_reader_sent_is_never_markup(client: Any) -> None:
    mark = "<script>alert(1)</script>"
    page = client.get(f"/sources/{CASE}", params={"find": mark}).text
    assert mark not in page and "&lt;script&gt;" in page
    answer = client.get(f"/books/{mark}/sector")
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(client: Any, method: str) -> None:
    assert client.request(method, "/jobs").status_code == 405


def test_pages_are_read_with_get_and_head(client: Any) -> None:
    assert client.post("/", content=b"x").status_code == 405
    head = client.head("/elements")
    assert (head.status_code, head.content) == (200, b"")


def test_a_body_over_its_limit_is_refused_stated_or_not(client: Any) -> None:
    large = b'{"study": "' + b"x" * guards.MOST_BODY + b'"}'
    kind = {"content-type": "application/json"}
    assert client.post("/jobs", content=large, headers=kind).status_code == 413
    assert client.post("/jobs", content=iter([large]), headers=kind).status_code == 413
    assert client.request("GET", "/", content=b"x").status_code == 413


def test_a_query_over_its_limit_is_refused(client: Any) -> None:
    assert client.get("/?" + "x" * (guards.MOST_QUERY + 1)).status_code == 414


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 50_000, 422),
        (b'{"study": ' + b'{"a": ' * 20 + b"1" + b"}" * 21, 422),
        (b'{"study": NaN}', 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'"book"', 422),
        (b"", 400),
        (b'{"study": "book", "asked": 1e999}', 422),
        (b'{"study": "' + b"9" * 5_000 + b'", "asked": ' + b"9" * 5_000 + b"}", 400),
    ],
)
def test_json_that_is_no_question_is_refused(client: Any, body: bytes, status: int) -> None:
    answer = client.post("/jobs", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    assert json.loads(answer.text)["status"] == status


def test_the_limit_of_depth_leaves_room_for_a_question() -> None:
    assert DEEPEST >= 3


def test_a_defect_says_its_kind_and_nothing_else(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(desk: Any) -> Any:
        raise RuntimeError("the password is in /etc/secret")

    monkeypatch.setattr("haircut.faces.server.backtest_page.states", broken)
    answer = client.get("/backtest")
    assert answer.status_code == 500
    assert "RuntimeError" in answer.text and "secret" not in answer.text and "Traceback" not in answer.text


def asked(app: Any, receive: Any, method: str = "GET", path: str = "/") -> int:
    """The status of an answer of an application that is asked directly."""
    said: list[int] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    # In a thread of its own: a browser of other tests may have a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, Guard(app, seconds=0.05)(scope, receive, send)).result()
    return said[0]


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(30)

    async def nothing() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    assert asked(slow, nothing) == 503


def test_a_body_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "BODY_SECONDS", 0.05)

    async def trickle() -> Any:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def never(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("asked before its body was there")

    assert asked(never, trickle, "POST", "/jobs") == 408
