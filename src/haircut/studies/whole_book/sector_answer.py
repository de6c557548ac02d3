"""The sector's answer, computed: the real spread, two dates, walls, issuance, net debt, loans in utility clothes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from haircut import credit
from haircut.case import input_marks, marks_by_owner, share_assumed
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.pricing.estimate import Estimate
from haircut.runs.executor import Progress, underwrite_all
from haircut.studies.attribute.corners import ALL, CONTRACT, FAIR, QUOTED, corner_rows
from haircut.studies.whole_book.advance import fair_advance, ladder
from haircut.studies.whole_book.default_rate import default_rates
from haircut.studies.whole_book.observed import basket, issuance, net_debt, since_2021
from haircut.studies.whole_book.quotes import FRESH_DAYS, compared
from haircut.studies.whole_book.real_spread import SEGMENTS, Priced, RealSpread, real_spread
from haircut.studies.whole_book.screen import Clothes, screen
from haircut.studies.whole_book.turning import turning
from haircut.studies.whole_book.wall import maturity_wall, whole_life
from haircut.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    import polars as pl


def sector_answer(case: Case, threads: int | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Everything that `haircut book sector --json` prints of a case, with the paths and seed of its settings."""
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
