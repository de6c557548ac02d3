"""The sector as it is asked for: found where its answer is kept, which needs no engine, else computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haircut.runs.choice import chosen_case
from haircut.studies.whole_book.kept import keep, recorded

if TYPE_CHECKING:
    from haircut.case.case import Case
    from haircut.runs.executor import Progress

PATHS: Final = 2_048
"""Of each corner: sixteen corners under two measures cost as much as sixteen runs."""


@dataclass(frozen=True, slots=True)
class Sector:
    """The answer as plain values, and whether it was found or computed.

    Attributes:
        answer: what `haircut book sector --json` prints.
        found: whether it was kept from an earlier call.
    """

    answer: dict[str, Any]
    found: bool

    def as_dict(self) -> dict[str, Any]:
        """The answer."""
        return self.answer

    def real_spread(self, segment: str = "all") -> dict[str, Any]:
        """One row of the real spread."""
        return next(row for row in self.answer["real_spread"] if row["segment"] == segment)


def sector(
    case: Case | str | Path,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    rent_basis: str | None = None,
    overlays: Sequence[str] = (),
    progress: Progress | None = None,
    fresh: bool = False,
) -> Sector:
    """The real spread of AI infrastructure, of miners and of all, and why it is what it is.

    All sixteen corners of the four mechanisms are simulated for the whole book on common random numbers. The
    answer is kept beside the runs under a hash of the case, its market, the paths, the seed and the code.

    Args:
        case: a case, its folder, or the name of an example.
        paths: of each corner; by default 2,048 or the case's own where they are fewer.
        seed, threads, rent_basis, overlays, progress: as for `haircut.reprice`.
        fresh: compute even where the answer is kept.

    Raises:
        UsageError, InputRefused, CannotCompute: as `haircut.reprice`.
    """
    chosen = chosen_case(case, paths, seed, rent_basis, overlays)
    if paths is None:
        chosen = chosen_case(chosen, min(PATHS, chosen.settings.paths))
    found = None if fresh else recorded(chosen)
    if found is not None:
        return Sector(found, True)
    from haircut.studies.whole_book.sector_answer import sector_answer

    answer = sector_answer(chosen, threads, progress)
    keep(chosen, answer)
    return Sector(answer, False)
