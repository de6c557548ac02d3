"""Every measure of a book twice: `standalone` and `in_book`; their difference is systemic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress, evaluate
from haircut.studies.contagion.channels import standalone


@dataclass(frozen=True, slots=True)
class Labelled:
    """One measure of one claim under both labels, in its unit.

    Attributes:
        in_book, standalone: values. in_book_error, standalone_error: standard errors; None where exact or unknown.
        systemic: in_book less standalone.
        systemic_error_at_most: the sum of both errors: the deviation of a difference is never more, however the two
            move together; both worlds share their random numbers, so it is mostly far less.
    """

    claim: str
    measure: str
    unit: str | None
    in_book: float
    in_book_error: float | None
    standalone: float
    standalone_error: float | None
    systemic: float
    systemic_error_at_most: float | None


@dataclass(frozen=True, slots=True)
class Labels:
    """Both labels of every measure that has a number under both.

    Attributes:
        case, as_of, overlays, paths, seed: what was run.
        rows: by claim, then measure, in the order of the catalogue.
        one_label: claim and measure with a number under one label alone, and the reason under the other.
    """

    case: str
    as_of: str
    overlays: tuple[str, ...]
    paths: int
    seed: int
    rows: tuple[Labelled, ...]
    one_label: tuple[tuple[str, str, str], ...]

    def moved(self, measure: str) -> tuple[Labelled, ...]:
        """Rows of a measure that differs between the labels, the largest difference first."""
        found = [row for row in self.rows if row.measure == measure and row.systemic != 0.0]
        return tuple(sorted(found, key=lambda row: -abs(row.systemic)))

    def as_dict(self) -> dict[str, Any]:
        """What `--json` prints."""
        found = asdict(self)
        return {
            **found,
            "rows": list(found["rows"]),
            "one_label": [list(each) for each in found["one_label"]],
        }


def labels(
    case: Case | str | Path,
    paths: int = 1_000,
    overlays: Sequence[str] = (),
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Labels:
    """Price a book as it is and with everybody standing alone, on the same random numbers.

    Args:
        case: a book: a case, its folder, or the name of an example.
        paths: number of paths under each measure, at least 2.
        overlays, seed, threads, progress: as for `haircut.reprice`.

    Raises:
        UsageError: for fewer than 2 paths. InputRefused, CannotCompute: as `haircut.reprice`.
    """
    if paths < 2:
        raise UsageError(f"contagion: found paths={paths}; expected at least 2, for an error")
    chosen = chosen_case(case, seed=seed, overlays=overlays)
    chosen = chosen.model_copy(update={"settings": chosen.settings.model_copy(update={"paths": paths})})
    worlds = [
        evaluate(each, threads, progress, label).measures()
        for label, each in (("in book", chosen), ("standalone", standalone(chosen)))
    ]
    rows: list[Labelled] = []
    single: list[tuple[str, str, str]] = []
    alone = {(each.claim, each.measure): each for each in worlds[1]}
    for here in worlds[0]:
        other = alone[here.claim, here.measure]
        if here.number is None or other.number is None:
            if here.number is not None or other.number is not None:
                missing = here if here.number is None else other
                single.append((here.claim, here.measure, str(missing.reason or "text")))
            continue
        errors = (here.std_error, other.std_error)
        known = [
            0.0 if exact else error for exact, error in zip((here.exact, other.exact), errors, strict=True)
        ]
        rows.append(
            Labelled(
                here.claim, here.measure, here.unit, here.number, here.std_error, other.number, other.std_error,
                here.number - other.number,
                None if None in known else sum(error for error in known if error is not None),
            )
        )  # fmt: skip
    return Labels(
        chosen.name, chosen.market.as_of.isoformat(), chosen.overlays, paths, chosen.settings.seed, tuple(rows),
        tuple(single),
    )  # fmt: skip
