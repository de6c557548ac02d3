"""One case in, one recorded run out: executor, run folders, verdict.

The room is callable: ``haircut.runs()`` lists the recorded runs, so that the room and the function may share
their name. Names are resolved on first use, so that a run that is recorded is found without importing the
engine.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from haircut.runs.choice import chosen_case
    from haircut.runs.explain import Explanation
    from haircut.runs.listing import recorded_runs
    from haircut.runs.replaying import Replay, replay
    from haircut.runs.repricing import reprice
    from haircut.runs.run import Run
    from haircut.runs.underwriter import underwrite

_HOMES = {
    "Explanation": "explain",
    "Replay": "replaying",
    "Run": "run",
    "chosen_case": "choice",
    "recorded_runs": "listing",
    "replay": "replaying",
    "reprice": "repricing",
    "underwrite": "underwriter",
}

__all__ = [
    "Explanation",
    "Replay",
    "Run",
    "chosen_case",
    "recorded_runs",
    "replay",
    "reprice",
    "runs",
    "underwrite",
]


class _Runs(ModuleType):
    """This room; called, it lists the recorded runs."""

    def __call__(
        self, root: str | Path | None = None, case: str | None = None, history: bool = False
    ) -> pl.DataFrame:
        """The recorded runs, the latest first; see `recorded_runs`."""
        from haircut.runs.listing import recorded_runs

        return recorded_runs(root, case, history)


runs = sys.modules[__name__]
runs.__class__ = _Runs


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f"haircut.runs.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"haircut.runs has no attribute {name!r}; it offers {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
