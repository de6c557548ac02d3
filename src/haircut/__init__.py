"""haircut reprices compute-backed credit.

    import haircut as hc

    case = hc.load("coreweave-ddtl-3")
    run = hc.reprice(case, paths=20_000)
    run.measures

Names are resolved on first use, so that ``import haircut`` stays cheap.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "load": "haircut.case",
    "check": "haircut.case",
    "overlay": "haircut.case",
    "without": "haircut.case",
    "Case": "haircut.case",
    "Market": "haircut.case",
    "underwrite": "haircut.runs",
    "reprice": "haircut.runs",
    "replay": "haircut.runs",
    "runs": "haircut.runs",
    "Run": "haircut.runs",
    "market": "haircut.machines.view",
    "liquidate": "haircut.studies.liquidate",
    "HaircutError": "haircut.errors",
    "InputRefused": "haircut.errors",
    "CannotCompute": "haircut.errors",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        # A room may share its function's name (`haircut.runs`), so the attribute is set explicitly.
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"haircut has no attribute {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
