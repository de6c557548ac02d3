"""A claim under every overlay of the library and of its case, on common random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from haircut import credit
from haircut.case import overlay, overlay_names
from haircut.case.case import Case
from haircut.case.overlay import library_names
from haircut.errors import CannotCompute, InputRefused, UsageError
from haircut.runs.choice import chosen_case
from haircut.runs.corners import hidden
from haircut.runs.executor import Evaluation, Progress, evaluate, evaluate_compiled
from haircut.scenarios.block import BLOCK_SIZE
from haircut.scenarios.kept_draws import Kept
from haircut.studies.breakeven.limits import highest_liquidation_ltv, lowest_cover

PATHS: Final = 8 * BLOCK_SIZE


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One scenario.

    Attributes:
        scenario: name of the overlay; `today` is the case as it stands.
        source: library, case or today.
        fair_bp, std_error: fair margin under the overlay.
        change_bp, change_error: less today's, on the same paths; the error is paired.
        pd, pd_error: of default to maturity.
        lgd, lgd_error: None where too few paths default.
        min_dscr, highest_nolv_ltv: of the base case.
        why: why the scenario has no answer, in words; else empty.
    """

    scenario: str
    source: str
    fair_bp: float | None = None
    std_error: float | None = None
    change_bp: float | None = None
    change_error: float | None = None
    pd: float | None = None
    pd_error: float | None = None
    lgd: float | None = None
    lgd_error: float | None = None
    min_dscr: float | None = None
    highest_nolv_ltv: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Every scenario of one claim, today first."""

    case: str
    claim: str
    as_of: str
    paths: int
    seed: int
    rows: tuple[NamedRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut stress named --json` prints."""
        found = asdict(self)
        return {**found, "rows": list(found["rows"])}


def named(
    case: Case | str | Path,
    names: Sequence[str] = (),
    paths: int | None = None,
    seed: int | None = None,
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    claim: str | None = None,
    progress: Progress | None = None,
) -> Named:
    """Price a claim under named overlays. The world changes, the loan keeps its amounts and schedule.

    Args:
        case: a case, its folder, or the name of an example.
        names: overlays; by default those of the library, then those of the case.
        paths: by default 4,096, or the case's where that is fewer.
        seed, overlays, rent_basis, progress: as for `haircut.reprice`.
        claim: id; by default the claim of the case.

    Raises:
        UsageError: where the claim is not known.
        InputRefused: where the case does not load, or an overlay that was named is none.
        CannotCompute: where the case itself has no answer.
    """
    chosen = chosen_case(case, paths, seed, rent_basis, overlays)
    if paths is None:
        fewer = chosen.settings.model_copy(update={"paths": min(chosen.settings.paths, PATHS)})
        chosen = chosen.model_copy(update={"settings": fewer})
    wanted = claim or chosen.claim
    kept: Kept = {}
    whole = evaluate(chosen, None, progress, "today", kept=kept)
    if wanted not in whole.compiled.claim_ids:
        raise UsageError(f"claim: found {wanted!r}; expected one of {', '.join(whole.compiled.claim_ids)}")
    loan = credit.with_stated_schedule(whole.compiled).from_origin(chosen.origin)
    library = library_names()
    rows = [_row("today", "today", whole, None, wanted)]
    for name in names or [*library, *(own for own in overlay_names(chosen) if own not in library)]:
        source = "library" if name in library else "case"
        try:
            compiled = credit.compile_book(overlay(loan, name))
            found = evaluate_compiled(compiled, None, progress, name, kept=kept)
        except (CannotCompute, InputRefused) as error:
            if names and isinstance(error, InputRefused):
                raise
            rows.append(NamedRow(name, source, why=str(error).splitlines()[-1].strip()))
            continue
        rows.append(_row(name, source, found, whole, wanted))
    settings = chosen.settings
    return Named(
        chosen.name, wanted, chosen.market.as_of.isoformat(), settings.paths, settings.seed, tuple(rows)
    )


def _row(scenario: str, source: str, found: Evaluation, whole: Evaluation | None, claim: str) -> NamedRow:
    own = {each.measure: each for each in found.measures() if each.claim == claim}

    def value(name: str) -> float | None:
        number = own[name].value
        return number if isinstance(number, float) else None

    change = None if whole is None else hidden(whole, found, claim)
    gap = None if change is None or not isinstance(change.value, float) else 0.0 - change.value
    return NamedRow(
        scenario,
        source,
        value("fair_margin_bp"),
        own["fair_margin_bp"].std_error,
        gap,
        None if change is None else change.std_error,
        value("pd_maturity"),
        own["pd_maturity"].std_error,
        value("lgd"),
        own["lgd"].std_error,
        lowest_cover(found.base, claim),
        highest_liquidation_ltv(found.base, claim),
    )
