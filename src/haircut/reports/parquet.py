"""Exhibits as Parquet: one file each, raw values at full precision, the stamp in the file's own metadata."""

from __future__ import annotations

from pathlib import Path

from haircut.reports.exhibits import EXHIBITS
from haircut.reports.frames import RunFrames


def write_parquet(run: RunFrames, folder: Path) -> Path:
    """Write `NAME.parquet` for every exhibit that has a table, and return the folder.

    The metadata of each file holds `title`, `stamp` (as-of, currency, scenario, run, paths), `notes` and
    `not_calculated`.

    Args:
        run: a recorded run.
        folder: where to write; created. Other files in it are left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in EXHIBITS.items():
        exhibit = build(run)
        if exhibit.table is None:
            continue
        said = {
            "title": exhibit.title,
            "stamp": run.stamp(exhibit.table.scenario, beside=exhibit.table.beside),
            "notes": "\n".join(exhibit.notes),
            "not_calculated": "\n".join(exhibit.not_calculated),
        }
        draft = folder / f".{name}.parquet.part"
        exhibit.table.frame.write_parquet(draft, metadata=said)
        draft.replace(folder / f"{name}.parquet")
    return folder
