"""What stands before every page: who may ask, how much, for how long, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from haircut.faces.server.door import Door

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MOST_QUERY: Final = 2_000
MOST_BODY: Final = 64_000
MOST_UPLOAD: Final = 5_000_000
BODY_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 300.0
POSTED: Final = ("/jobs", "/uploads", "/login", "/logout")
"""Where something may be sent to, and below."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
EMBEDDED: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*"
    ),
    "cross-origin-resource-policy": "cross-origin",
    "x-frame-options": "",
}
"""Of one exhibit alone, which a notebook on this machine may frame: it has no form and no script."""


def problem(status: int, title: str, detail: str) -> bytes:
    """A problem+json body (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


class TooLarge(Exception):
    """A body over its limit."""


class Guard:
    """Refuses what no page of ours asks for, before anything is computed.

    A page elsewhere that points a name of its own at this machine (DNS rebinding) sends its own Host header; only
    known names are answered. What changes something is posted, from a page of ours or by a program.

    Args:
        app: behind it.
        door: who may enter.
        seconds: the longest that an answer may take.
    """

    def __init__(self, app: App, door: Door | None = None, seconds: float = ANSWER_SECONDS) -> None:
        self.app = app
        self.door = door or Door()
        self.seconds = seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        head = scope["method"] == "HEAD"
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = _with_headers(message["headers"])
            elif head:
                message = {**message, "body": b""}
            await send(message)

        async def refuse(status: int, title: str, detail: str) -> None:
            body = problem(status, title, detail)
            lines = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
            if status == 405:
                lines.append((b"allow", b"GET, HEAD"))
            if status == 401:
                lines.append((b"www-authenticate", b"Bearer"))
            await answer({"type": "http.response.start", "status": status, "headers": lines})
            await answer({"type": "http.response.body", "body": body})

        refused = _refusal(scope, headers) or self.door.refusal(scope, headers)
        if refused is not None:
            await refuse(*refused)
            return
        try:
            body = await asyncio.wait_for(_body(receive, limit_of(scope["path"])), BODY_SECONDS)
        except TooLarge:
            limit = limit_of(scope["path"])
            return await refuse(413, "Content too large", f"more than {limit:,} bytes were sent")
        except TimeoutError:
            return await refuse(408, "Request timeout", f"the body took more than {BODY_SECONDS:.0f} s")
        if head:
            scope = {**scope, "method": "GET"}
        scope["haircut.session"] = self.door.session(headers)
        sent = False

        async def once() -> Message:
            nonlocal sent
            if sent:
                return await receive()  # waits until the reader has left
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await asyncio.wait_for(self.app(scope, once, answer), self.seconds)
        except TimeoutError:
            if begun:
                raise
            await refuse(503, "Too slow", f"no answer in {self.seconds:.0f} s; long work is a job")


def limit_of(path: str) -> int:
    """The most bytes that may be sent to a path."""
    return MOST_UPLOAD if path == "/uploads" else MOST_BODY


def _with_headers(given: Any) -> list[tuple[bytes, bytes]]:
    known = {name.lower() for name, _ in given}
    extra = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in known]
    return [(name, value) for name, value in [*given, *extra] if value]


async def _body(receive: Receive, most: int) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the reader has left
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _refusal(scope: Message, headers: dict[str, str]) -> tuple[int, str, str] | None:
    method, path = scope["method"], scope["path"]
    if method == "POST":
        if not any(path == each or path.startswith(f"{each}/") for each in POSTED):
            return 405, "Method not allowed", "found POST; this page is read with GET"
        stated = headers.get("content-length", "0")
        if stated.isdigit() and int(stated) > limit_of(path):
            return 413, "Content too large", f"found {stated} bytes; expected at most {limit_of(path):,}"
    elif method not in ("GET", "HEAD"):
        return 405, "Method not allowed", f"found {method}; every page is read with GET"
    elif headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        return 413, "Content too large", "what is read has no body"
    if len(scope["query_string"]) > MOST_QUERY:
        return 414, "URI too long", f"the query has more than {MOST_QUERY} characters"
    return None
