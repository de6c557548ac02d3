"""The list of recorded runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from haircut.runs.folder import runs_root

if TYPE_CHECKING:
    import polars as pl


def recorded_runs(
    root: str | Path | None = None, case: str | None = None, history: bool = False
) -> pl.DataFrame:
    """Every recorded run, the latest first, read from the ledger.

    Args:
        root: where runs are kept; by default `$HAIRCUT_RUNS`, else `haircut-runs` in the current folder.
        case: runs of the case of this name only.
        history: every recording ever made: also one whose folder was computed again or is gone, `folder` then null.

    Returns:
        One row a run: id, case, claim, as_of, paths, seed, rent_basis, overlays, created, verdict, folder, who, why,
        input_hash, code_hash, platform, versions (a JSON object as text).
    """
    import json

    import polars

    from haircut.runs.ledger import listed

    text = polars.String
    schema: dict[str, Any] = {
        "id": text, "case": text, "claim": text, "as_of": text, "paths": polars.Int64, "seed": polars.Int64,
        "rent_basis": text, "overlays": polars.List(text), "created": text, "verdict": text, "folder": text,
        "who": text, "why": text, "input_hash": text, "code_hash": text, "platform": text, "versions": text,
    }  # fmt: skip
    rows = [
        {name: row[name] for name in schema} | {"versions": row["versions"] and json.dumps(row["versions"])}
        for row in listed(runs_root() if root is None else Path(root), history)
        if case is None or row["case"] == case
    ]
    return polars.DataFrame(rows, schema=schema).sort("created", "id", descending=[True, False])
