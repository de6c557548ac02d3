"""The attribution of a case: computed once, kept with the run of the same name, read the next time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haircut.errors import UsageError
from haircut.runs import folder as folders
from haircut.runs.choice import chosen_case, compared_cases
from haircut.runs.identity import run_id
from haircut.runs.kept_corners import CORNERS, corners_file
from haircut.studies.attribute.attribution import Attribution

if TYPE_CHECKING:
    import polars as pl

    from haircut.case.case import Case
    from haircut.runs.executor import Progress


def attribute(
    case: Case | str | Path,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    rent_basis: str | None = None,
    overlays: Sequence[str] = (),
    claim: str | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
) -> Attribution:
    """Split a claim's fair margin, PD and expected loss among the four mechanisms.

    All 16 corners of the mechanisms are simulated on the paths and the seed of the run and kept with it, so
    that the shares can be recomputed. The full corner is the run: its margin is `fair_margin_bp` of
    `reprice` of the same case, paths and seed, bit for bit.

    Args:
        case: a case, its folder, or the name of an example.
        paths, seed, threads, rent_basis, overlays, progress: as for `haircut.reprice`.
        claim: id; by default the claim of the case.
        fresh: compute even where the corners are kept.

    Raises:
        UsageError: where an argument is out of range or the claim is not known.
        InputRefused: where the case does not load.
        CannotCompute: where the case itself has no answer.
    """
    chosen = chosen_case(case, paths, seed, rent_basis, overlays)
    known = [each.id for each in chosen.book.claims]
    wanted = claim or chosen.claim
    if wanted not in known:
        raise UsageError(f"claim: found {wanted!r}; expected one of {', '.join(known)}")
    name = run_id(chosen, compared_cases(chosen))
    found = None if fresh else recorded(name)
    if found is None:
        from haircut.studies.attribute.corners import corner_rows

        found = corner_rows(chosen, threads, progress)
        _keep(found, name)
    return Attribution.of(found, wanted)


def recorded(run: str, root: Path | None = None) -> pl.DataFrame | None:
    """The kept corners of a run by its full id; None where there are none."""
    import polars as pl

    place = corners_file((root or folders.runs_root()) / run)
    return None if place is None else pl.read_parquet(place)


def _keep(found: pl.DataFrame, name: str) -> None:
    """In the run's folder where it is recorded, else beside the runs until it is."""
    root = folders.runs_root()
    target = root / name
    place = target / CORNERS if folders.is_complete(target) else root / f".{name}-{CORNERS}"
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".", suffix=".unfinished", dir=place.parent)
    os.close(handle)
    found.write_parquet(draft)
    Path(draft).chmod(0o644)
    Path(draft).replace(place)
