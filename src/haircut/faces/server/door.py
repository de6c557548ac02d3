"""Who may enter: names of this machine without a login, elsewhere a token; and that a form came from a page of ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from haircut.errors import UsageError

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
SHORTEST_TOKEN: Final = 32
COOKIE: Final = "haircut-session"
SESSION_SECONDS: Final = 12 * 3600
MOST_SESSIONS: Final = 1_000
TRIES: Final = 10
PER_SECONDS: Final = 60.0
OPEN: Final = ("/login", "/static/")
"""What is read without a session: the page that asks for the token, and its style."""
LOCAL: Final = "local"

Refusal = tuple[int, str, str]


class Door:
    """Who is let in.

    Args:
        token: of a team; None on loopback, where nobody but this machine can ask.
        hosts: names that are answered, beside those of loopback.
        secure: whether the session's cookie is for TLS alone, as behind a proxy.

    Raises:
        UsageError: for a token that could be guessed.
    """

    def __init__(self, token: str | None = None, hosts: tuple[str, ...] = (), secure: bool = False) -> None:
        if token is not None and len(token) < SHORTEST_TOKEN:
            raise UsageError(
                f"token: found {len(token)} characters; expected at least {SHORTEST_TOKEN}: "
                "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one"
            )
        self.hosts = (*LOOPBACK, *(host.lower() for host in hosts))
        self.secure = secure
        self._token = None if token is None else _digest(token)
        self._key = secrets.token_bytes(32)
        self._sessions: dict[str, float] = {}
        self._failures: deque[float] = deque()

    @property
    def locked(self) -> bool:
        """Whether a token is asked for."""
        return self._token is not None

    def refusal(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> Refusal | None:
        """Why a request is not answered, or None."""
        name = host_name(headers.get("host", ""))
        if name.lower() not in self.hosts:
            return (
                421,
                "Misdirected request",
                f"Host: found {name[:60]!r}; expected one of {', '.join(self.hosts)}",
            )
        if scope["method"] == "POST" and not same_origin(headers):
            return 403, "Forbidden", "this was sent from a page of another site"
        path = scope["path"]
        if path == OPEN[0] or path.startswith(OPEN[1]) or self.session(headers) is not None:
            return None
        return 401, "Unauthorized", "expected a token: open /login, or send Authorization: Bearer TOKEN"

    def session(self, headers: Mapping[str, str]) -> str | None:
        """Whose request it is; None where nobody is let in."""
        if self._token is None:
            return LOCAL
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.fits(given.strip()):
            return "bearer"
        name = _cookies(headers.get("cookie", "")).get(COOKIE, "")
        until = self._sessions.get(_digest(name).hex(), 0.0)
        return name if until > time.monotonic() else None

    def fits(self, token: str) -> bool:
        """Whether it is the token, in a time that says nothing about it."""
        return self._token is not None and hmac.compare_digest(_digest(token), self._token)

    def enter(self, token: str) -> str | None:
        """A new session for a token; None for a wrong one."""
        if not self.fits(token):
            self._failures.append(time.monotonic())
            return None
        now = time.monotonic()
        self._sessions = {name: until for name, until in self._sessions.items() if until > now}
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        name = secrets.token_urlsafe(32)
        self._sessions[_digest(name).hex()] = now + SESSION_SECONDS
        return name

    def leave(self, session: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(session).hex(), None)

    @property
    def too_many_tries(self) -> bool:
        """Whether wrong tokens were given too often in the last minute."""
        now = time.monotonic()
        while self._failures and now - self._failures[0] > PER_SECONDS:
            self._failures.popleft()
        return len(self._failures) >= TRIES

    def cookie(self, session: str) -> str:
        """The header that sets the session's cookie."""
        secure = "; Secure" if self.secure else ""
        return f"{COOKIE}={session}; Path=/; HttpOnly; SameSite=Strict; Max-Age={SESSION_SECONDS}{secure}"

    def form_key(self, session: str | None) -> str:
        """What a form of a page carries, so that it is known to come from there."""
        return hmac.new(self._key, (session or "").encode(), hashlib.sha256).hexdigest()

    def is_form_key(self, given: str, session: str | None) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.form_key(session).encode())


def same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that a request comes from a page of this server; a program says nothing.

    >>> same_origin({"host": "127.0.0.1:8765", "origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"})
    True
    >>> same_origin({"host": "127.0.0.1:8765", "origin": "http://evil.example"})
    False
    >>> same_origin({"host": "127.0.0.1:8765", "sec-fetch-site": "cross-site"})
    False
    """
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def host_name(host: str) -> str:
    """The name in a Host header, without its port.

    >>> host_name("127.0.0.1:8765"), host_name("[::1]:80"), host_name("evil.example")
    ('127.0.0.1', '::1', 'evil.example')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host


def _digest(text: str) -> bytes:
    """Of one length, whatever was given."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _cookies(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs}
