"""The fair advance: how much could be lent on the same security for the quoted margin to be fair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from haircut import credit
from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.pricing.estimate import Estimate
from haircut.pricing.margins import fair_margin
from haircut.runs.executor import Progress, evaluate_compiled

SIZES: Final = (0.5, 0.75, 1.25)
"""Of what is lent; as lent is priced anyway."""

Ladder = dict[float, dict[str, Estimate]]
"""Fair margin, bp, by size and claim id."""


@dataclass(frozen=True, slots=True)
class FairAdvance:
    """How much of what is lent on a security the quoted margin pays for.

    Attributes:
        multiple: of what is lent; None with a bound or where there is nothing to compare.
        std_error: of it, from the error of the fair margin there over its slope.
        bound: `above` where even the largest size is fair or cheap at the quoted margin, `below` where even the
            smallest is not; None where the multiple is known or nothing can be said.
    """

    multiple: float | None = None
    std_error: float | None = None
    bound: str | None = None


def secured(claim: Claim) -> bool:
    """Whether machines or leases are pledged."""
    return bool(claim.collateral_fleets or claim.collateral_leases)


def resized(case: Case, size: float) -> Case:
    """The case with every secured claim `size` times as large; machines, contracts and other debt stay.

    Args:
        case: with stated schedules (`haircut.credit.with_stated_schedule`), so that the shape of each stays.
        size: above 0.
    """
    claims = tuple(_resized(claim, size) if secured(claim) else claim for claim in case.book.claims)
    return case.model_copy(update={"book": case.book.model_copy(update={"claims": claims})})


def _resized(claim: Claim, size: float) -> Claim:
    draws = tuple(draw.model_copy(update={"amount_usd": draw.amount_usd * size}) for draw in claim.draws)
    commitment = None if claim.commitment_usd is None else claim.commitment_usd * size
    drawn = None if claim.drawn_usd is None else claim.drawn_usd * size
    return claim.model_copy(update={"drawn_usd": drawn, "commitment_usd": commitment, "draws": draws})


def ladder(
    case: Case,
    surfaces: credit.SharedSurfaces,
    threads: int | None = None,
    progress: Progress | None = None,
    sizes: Sequence[float] = SIZES,
) -> Ladder:
    """Fair margins with secured lending at other sizes, on the paths and seed of the case.

    All secured claims are resized together: nobody would lend less on one hall and as much as before on the next.

    Args:
        case: the book.
        surfaces: value surfaces to share.
        threads, progress: as for `haircut.reprice`.
        sizes: of what is lent.
    """
    whole = credit.compile_book(case, surfaces)
    loan, base = credit.with_stated_schedule(whole), credit.base_case(whole)
    found: Ladder = {}
    for size in sizes:
        compiled = credit.compile_book(resized(loan, size), surfaces)
        run = evaluate_compiled(compiled, threads, progress, f"{size:g} of what is lent,", base=base)
        found[size] = {claim: fair_margin(view) for claim, view in run.views().items() if secured(view.claim)}
    return found


def fair_advance(quoted_bp: float | None, fair: Mapping[float, Estimate]) -> FairAdvance:
    """Where the fair margin meets the quoted one, linear between the sizes that were priced.

    Args:
        quoted_bp: margin to hold it against.
        fair: fair margin by size, the size 1 among them.

    >>> one = {size: Estimate(100.0 * size, 3.0) for size in (0.5, 1.0, 1.5)}
    >>> found = fair_advance(125.0, one)
    >>> round(found.multiple, 3), round(found.std_error, 3)
    (1.25, 0.03)
    >>> fair_advance(40.0, one).bound, fair_advance(None, one).multiple
    ('below', None)
    """
    known = [(size, each) for size, each in sorted(fair.items()) if isinstance(each.value, float)]
    if quoted_bp is None or len(known) < 2:
        return FairAdvance()
    gaps = [float(each.value) - quoted_bp for _, each in known]  # type: ignore[arg-type]
    if gaps[-1] <= 0.0:
        return FairAdvance(bound="above")
    last_fair = max((place for place, gap in enumerate(gaps) if gap <= 0.0), default=None)
    if last_fair is None:
        return FairAdvance(bound="below")
    (low, left), (high, right) = known[last_fair], known[last_fair + 1]
    slope = (gaps[last_fair + 1] - gaps[last_fair]) / (high - low)
    errors = [each.std_error for each in (left, right)]
    error = None if None in errors else max(each or 0.0 for each in errors) / slope
    return FairAdvance(low - gaps[last_fair] / slope, error)
