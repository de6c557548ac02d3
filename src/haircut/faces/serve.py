"""`haircut serve`: the claim page on this machine."""

from __future__ import annotations

import ipaddress
import sys
from argparse import Namespace
from typing import Any

import haircut as hc
from haircut.errors import UsageError

LOCAL = "localhost"


def serve(chosen: Namespace) -> None:
    """Serve the claim pages until stopped.

    Raises:
        UsageError: for a host that is not loopback, or a port that is out of range.
        InputRefused: where a case does not load.
    """
    host = loopback(chosen.host)
    if not 0 < chosen.port < 65536:
        raise UsageError(f"--port: found {chosen.port}; expected 1 to 65535")
    cases = cases_of(chosen.case)
    import uvicorn

    from haircut.faces.server.app import Desk, create_app

    desk = Desk(cases)
    print(f"haircut prepares {', '.join(cases)}", file=sys.stderr)
    desk.warm()
    shown = f"[{host}]" if ":" in host else host
    print(
        f"haircut serves http://{shown}:{chosen.port}/ (stop with Ctrl-C)",
        file=sys.stderr,
    )
    uvicorn.run(create_app(desk), host=host, port=chosen.port, log_level="warning", server_header=False)


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
            f"--host: found {host!r}; expected a loopback address such as 127.0.0.1: there is no login"
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
