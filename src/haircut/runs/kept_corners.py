"""Where the corners of a run's attribution are kept: in its folder, or beside it under its name."""

from __future__ import annotations

from pathlib import Path

CORNERS = "corners.parquet"


def corners_file(folder: Path) -> Path | None:
    """The file of a run's corners; None where the run was never attributed.

    An attribution may be computed before its run is recorded: then it waits beside the runs under the run's
    name.
    """
    for place in (folder / CORNERS, folder.parent / f".{folder.name}-{CORNERS}"):
        if place.is_file():
            return place
    return None
