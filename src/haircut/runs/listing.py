"""The list of recorded runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from haircut.runs.folder import folders, read_manifest, runs_root

if TYPE_CHECKING:
    import polars as pl


def recorded_runs(root: str | Path | None = None) -> pl.DataFrame:
    """Every recorded run, the latest first.

    Args:
        root: where runs are kept; by default `$HAIRCUT_RUNS`, else `haircut-runs` in the current folder.

    Returns:
        One row a run: id, case, claim, as_of, paths, seed, rent_basis, overlays, created, verdict, folder.
    """
    import polars

    schema: dict[str, Any] = {
        "id": polars.String, "case": polars.String, "claim": polars.String, "as_of": polars.String,
        "paths": polars.Int64, "seed": polars.Int64, "rent_basis": polars.String,
        "overlays": polars.List(polars.String), "created": polars.String, "verdict": polars.String,
        "folder": polars.String,
    }  # fmt: skip
    rows = []
    for folder in folders(runs_root() if root is None else Path(root)):
        manifest = read_manifest(folder)
        rows.append({name: manifest.get(name) for name in schema} | {"folder": str(folder)})
    return polars.DataFrame(rows, schema=schema).sort("created", "id", descending=[True, False])
