"""The answer about a book, kept beside the runs under a hash of all that decides it, and found again."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from haircut.case.case import Case
from haircut.runs.folder import runs_root
from haircut.runs.identity import run_id

FOLDER = "books"
"""Below the folder of runs."""


def place_of(case: Case) -> Path:
    """Where the answer about a case, with its paths, seed and basis, is kept."""
    return runs_root() / FOLDER / f"{run_id(case)}.json"


def recorded(case: Case) -> dict[str, Any] | None:
    """The kept answer; None where there is none or it was cut short."""
    try:
        found: dict[str, Any] = json.loads(place_of(case).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def keep(case: Case, answer: dict[str, Any]) -> Path:
    """Write an answer whole or not at all."""
    target = place_of(case)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".", suffix=".unfinished", dir=target.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(answer, file, allow_nan=False, ensure_ascii=False)
    Path(draft).chmod(0o644)
    Path(draft).replace(target)
    return target
