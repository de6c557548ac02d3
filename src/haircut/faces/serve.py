"""`haircut serve`: the workbench, on this machine; elsewhere with a token."""

from __future__ import annotations

import ipaddress
import os
import sys
from argparse import Namespace
from typing import Any, Final

import haircut as hc
from haircut.errors import UsageError

LOCAL: Final = "localhost"
TOKEN: Final = "HAIRCUT_TOKEN"
MOST_CONNECTIONS: Final = 128
KEEP_ALIVE_SECONDS: Final = 15
MOST_HEAD_BYTES: Final = 32_768


def serve(chosen: Namespace) -> None:
    """Serve the workbench until stopped.

    Raises:
        UsageError: for a host that is not loopback without a token, or a port that is out of range.
        InputRefused: where a case does not load.
    """
    token = os.environ.get(TOKEN) or None
    host = chosen.host if token else loopback(chosen.host)
    if host == LOCAL:
        host = "127.0.0.1"
    if not 0 < chosen.port < 65536:
        raise UsageError(f"--port: found {chosen.port}; expected 1 to 65535")
    from haircut.faces.server.door import Door

    door = Door(token, (host, *chosen.allow_host), chosen.behind_tls)
    cases = cases_of(chosen.case)
    import uvicorn

    from haircut.faces.server.app import Desk, create_app

    desk = Desk(cases, door)
    print(f"haircut prepares {', '.join(cases)}", file=sys.stderr)
    desk.warm()
    shown = f"[{host}]" if ":" in host else host
    print(
        f"haircut serves http://{shown}:{chosen.port}/{'login' if token else ''} (stop with Ctrl-C)",
        file=sys.stderr,
    )
    uvicorn.run(
        create_app(desk), host=host, port=chosen.port, log_level="warning", server_header=False,
        limit_concurrency=MOST_CONNECTIONS, timeout_keep_alive=KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES, timeout_graceful_shutdown=5, proxy_headers=False,
    )  # fmt: skip


def loopback(host: str) -> str:
    """The host, where nobody but this machine can reach it.

    Raises:
        UsageError: for any other address.

    >>> loopback("127.0.0.1"), loopback("localhost")
    ('127.0.0.1', '127.0.0.1')
    """
    if host == LOCAL:
        return "127.0.0.1"
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise UsageError(
            f"--host: found {host!r} and no {TOKEN}; expected a loopback address such as 127.0.0.1, or {TOKEN} set to "
            "a token of at least 32 characters, which every reader is asked for"
        )
    return host


def cases_of(given: list[str]) -> dict[str, Any]:
    """Cases by name, loaded: those given, else every example.

    Raises:
        UsageError: where there is none, or two share a name.
    """
    sources = given or examples()
    found: dict[str, Any] = {}
    for source in sources:
        case = hc.load(source)
        if case.name in found:
            raise UsageError(f"two cases are named {case.name!r}; rename one of their folders")
        found[case.name] = case
    if not found:
        raise UsageError("found no case here; name one: haircut serve path/to/case")
    return found


def examples() -> list[str]:
    """Folders of the example cases: below the current folder, else beside the installed source."""
    from haircut.case.locate import example_folders

    for root in example_folders():
        if root.is_dir():
            return [str(file.parent) for file in sorted(root.glob("*/case.yaml"))]
    return []
