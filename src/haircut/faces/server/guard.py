"""What stands before every page: who may ask, how much, and what a browser may do with the answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
MOST_QUERY: Final = 2_000
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


def problem(status: int, title: str, detail: str) -> bytes:
    """A problem+json body (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return json.dumps(body, ensure_ascii=False).encode()


class Guard:
    """Refuses what no page of ours asks for, before anything is computed.

    A page elsewhere that points a name of its own at this machine (DNS rebinding) sends its own Host header;
    only loopback names are answered. Nothing is ever posted, so a body is refused.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name.lower() for name, _ in message["headers"]}
                extra = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in known]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        refused = _refusal(scope, headers)
        if refused is None:
            await self.app(scope, receive, answer)
            return
        body = problem(*refused)
        head = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
        if refused[0] == 405:
            head.append((b"allow", b"GET, HEAD"))
        await answer({"type": "http.response.start", "status": refused[0], "headers": head})
        await answer({"type": "http.response.body", "body": body})


def host_name(host: str) -> str:
    """The name in a Host header, without its port.

    >>> host_name("127.0.0.1:8765"), host_name("[::1]:80"), host_name("evil.example")
    ('127.0.0.1', '::1', 'evil.example')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host


def _refusal(scope: Message, headers: dict[str, str]) -> tuple[int, str, str] | None:
    name = host_name(headers.get("host", ""))
    if name.lower() not in LOOPBACK:
        return 421, "Misdirected request", f"Host: found {name[:60]!r}; expected one of {', '.join(LOOPBACK)}"
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "Method not allowed", f"found {scope['method']}; every page is read with GET"
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        return 413, "Content too large", "a request here has no body"
    if len(scope["query_string"]) > MOST_QUERY:
        return 414, "URI too long", f"the query has more than {MOST_QUERY} characters"
    return None
