"""The sector: the real spread of a book, its two dates, its walls, and the loans that wear utility clothes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from haircut import credit
from haircut.case import input_marks, marks_by_owner, share_assumed
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.pricing.estimate import Estimate
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress, underwrite_all
from haircut.studies.attribute.corners import ALL, CONTRACT, FAIR, QUOTED, corner_rows
from haircut.studies.whole_book.advance import fair_advance, ladder
from haircut.studies.whole_book.default_rate import default_rates
from haircut.studies.whole_book.kept import keep, recorded
from haircut.studies.whole_book.observed import basket, issuance, net_debt, since_2021
from haircut.studies.whole_book.quotes import FRESH_DAYS, compared
from haircut.studies.whole_book.real_spread import SEGMENTS, Priced, RealSpread, real_spread
from haircut.studies.whole_book.screen import Clothes, screen
from haircut.studies.whole_book.turning import turning
from haircut.studies.whole_book.wall import maturity_wall, whole_life
from haircut.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    import polars as pl

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
    answer = _answer(chosen, threads, progress)
    keep(chosen, answer)
    return Sector(answer, False)


def _answer(case: Case, threads: int | None, progress: Progress | None) -> dict[str, Any]:
    # The base case's part comes first, so that its compiled book is gone before the corners need the room.
    compiled = credit.compile_book(whole_life(case))
    base = credit.base_case(compiled)
    marks = input_marks(case)
    first: dict[str, Any] = {
        "case": case.name,
        "as_of": case.market.as_of.isoformat(),
        "overlays": list(case.overlays),
        "paths": case.settings.paths,
        "seed": case.settings.seed,
        "marks": marks,
        "assumed_share": share_assumed(marks),
        "fresh_days": FRESH_DAYS,
    }
    rest, clothes = _of_base_case(compiled, base)
    drawn = dict(compiled.drawn)
    horizon = case.settings.horizon_months or compiled.months
    tenor = {
        claim: min(month, horizon) / MONTHS_PER_YEAR for claim, month in compiled.maturity_months.items()
    }
    del compiled, base
    surfaces = credit.SharedSurfaces()
    sizes = ladder(case, surfaces, threads, progress)
    corners = corner_rows(case, threads, progress, surfaces)
    quoted, contract = _margins(corners, QUOTED), _margins(corners, CONTRACT)
    fair = _margins(corners, FAIR)
    segment = _segments(case)
    priced, margin = [], {}
    for claim in case.book.claims:
        against = compared(claim, case.market.as_of, contract[claim.id], quoted[claim.id])
        margin[claim.id] = against.bp
        priced.append(
            Priced(claim.id, segment[claim.borrower], float(drawn[claim.id]), against.bp, against.fresh)
        )
    screened = [
        row.at_margin(
            margin[row.claim],
            fair_advance(
                margin[row.claim],
                {1.0: fair[row.claim], **{size: found[row.claim] for size, found in sizes.items()}},
            ),
        ).as_dict()
        for row in clothes
    ]
    return {
        **first,
        "real_spread": [_row(row) for row in real_spread(priced, corners)],
        "default_rate": default_rates(priced, tenor, corners),
        "observed_basket": basket(),
        **rest,
        "utility_clothes": screened,
    }


def _margins(corners: pl.DataFrame, measure: str) -> dict[str, Estimate]:
    """A margin of the run itself by claim."""
    own = corners.filter((corners["measure"] == measure) & (corners["corner"] == ALL))
    return {
        row["claim"]: Estimate(row["value"], row["std_error"], row["std_error"] is None, row["reason"])
        for row in own.iter_rows(named=True)
    }


def _row(row: RealSpread) -> dict[str, Any]:
    found = asdict(row)
    found["contributions"] = list(found["contributions"])
    found["reason"] = "no_quote" if row.fair_bp is None else None
    found["rich_cheap_bp"] = (
        None if row.fair_bp is None or row.quoted_bp is None else row.quoted_bp - row.fair_bp
    )
    return found


def _segments(case: Case) -> dict[str, str]:
    """Segment by borrower."""
    of_issuer = {issuer.id: str(issuer.segment) for issuer in case.book.issuers}
    return {borrower.id: of_issuer[borrower.issuer] for borrower in case.book.borrowers}


def _of_base_case(compiled: CompiledBook, base: BaseCase) -> tuple[dict[str, Any], tuple[Clothes, ...]]:
    """What needs no simulation: dates, walls, net debt, and the screen."""
    case = compiled.case
    segment = _segments(case)
    groups = {
        name: [borrower for borrower, own in segment.items() if name in (own, "all")] for name in SEGMENTS
    }
    clothes = screen(compiled, underwrite_all(case, compiled, base))
    found = {
        "two_dates": [
            {"segment": name, **asdict(turning(compiled, base, own))} for name, own in groups.items() if own
        ],
        "maturity_wall": {
            name: [
                {**asdict(year), "contracted_usd": year.contracted_usd}
                for year in maturity_wall(compiled, own)
            ]
            for name, own in groups.items()
            if own
        },
        "net_debt": [net_debt(compiled, name, own) for name, own in groups.items() if own],
        "net_debt_2021": since_2021(compiled),
        "issuance": issuance(compiled),
        "issuers": {
            issuer: {"marks": own, "assumed_share": share_assumed(own)}
            for issuer, own in marks_by_owner(case).issuers.items()
        },
    }
    return found, clothes
