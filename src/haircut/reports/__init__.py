"""Exhibits to terminal and HTML. This room computes nothing: it reads a run's folder and sets it in print.

from haircut import reports

reports.exhibit(run, "ltv_paths").table.frame
reports.report(run, to="html")
"""

from __future__ import annotations

from typing import Any

_HOMES = {
    "EXHIBITS": "haircut.reports.exhibits",
    "Exhibit": "haircut.reports.exhibit_parts",
    "RunFrames": "haircut.reports.frames",
    "exhibit": "haircut.reports.render",
    "report": "haircut.reports.render",
    "summary": "haircut.reports.terminal",
}

__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        # A module may share its function's name, so the attribute is set explicitly.
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"haircut.reports has no attribute {name!r}; it offers {', '.join(__all__)}")
