"""Rich or cheap: every claim of a book, quoted against fair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from haircut.case import marks_by_owner, share_assumed
from haircut.case.case import Case
from haircut.errors import Reason
from haircut.pricing.euler import loss_contributions
from haircut.pricing.margins import contractual_margin, fair_margin, fair_model, quoted_margin
from haircut.pricing.risk import expected_loss, loss_given_default, probability
from haircut.pricing.view import ClaimView
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress, evaluate
from haircut.studies.whole_book.quotes import FRESH_DAYS, Compared, compared

LEGS: Final = ("customer", "collateral", "maturity", "margin", "other")


@dataclass(frozen=True, slots=True)
class Value:
    """One claim: what is paid against what is fair. Margins in bp; losses in bp a year under P.

    Attributes:
        claim, issuer, segment, kind: which.
        drawn_usd: notional.
        quoted_bp, quote_kind, quote_date, quote_age_days: what fair is compared with; `contract` where no quote
            is younger than 90 days.
        stale_quote_date: of the quote that was too old, ISO; None where there is none.
        fair_bp, std_error: fair margin with the premium of ordinary credit.
        fair_model_bp: without it.
        rich_cheap_bp: quoted less fair, positive where the lender is paid more; its error is that of `fair_bp`.
        pd_maturity, pd_std_error, lgd: under P.
        drivers: expected loss by leg of its root cause, and `premium`, what ordinary credit is paid on top.
        assumed_share: of the inputs of the claim, its borrower and what that owns.
        verdict_allowed: whether that is at most half.
        reason: why there is no comparison.
        loss_risk_usd: what the claim adds to the standard deviation of the book's discounted loss under P; the claims
            sum to it (`pricing.euler`). None with fewer than 20 blocks of 512 paths.
    """

    claim: str
    issuer: str
    segment: str
    kind: str
    drawn_usd: float
    quoted_bp: float | None
    quote_kind: str | None
    quote_date: str | None
    quote_age_days: int | None
    stale_quote_date: str | None
    fair_bp: float | None
    std_error: float | None
    fair_model_bp: float | None
    rich_cheap_bp: float | None
    pd_maturity: float | None
    pd_std_error: float | None
    lgd: float | None
    drivers: dict[str, float]
    assumed_share: float
    verdict_allowed: bool
    reason: Reason | None
    loss_risk_usd: float | None = None


@dataclass(frozen=True, slots=True)
class RelativeValue:
    """All claims of a book, the cheapest first, those without a comparison last."""

    case: str
    as_of: str
    overlays: tuple[str, ...]
    paths: int
    seed: int
    fresh_days: int
    claims: tuple[Value, ...]

    def as_dict(self) -> dict[str, Any]:
        """What `haircut book rv --json` prints."""
        return {
            **{name: getattr(self, name) for name in ("case", "as_of", "paths", "seed", "fresh_days")},
            "overlays": list(self.overlays),
            "claims": [asdict(each) for each in self.claims],
        }


def relative_value(
    case: Case | str | Path,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    rent_basis: str | None = None,
    overlays: Sequence[str] = (),
    progress: Progress | None = None,
) -> RelativeValue:
    """Quoted and fair margin of every claim of a book, and why fair is what it is.

    The book is simulated once under P and once under Q; no path is kept.

    Args:
        case: a case, its folder, or the name of an example.
        paths, seed, threads, rent_basis, overlays, progress: as for `haircut.reprice`.

    Raises:
        UsageError, InputRefused, CannotCompute: as `haircut.reprice`.
    """
    chosen = chosen_case(case, paths, seed, rent_basis, overlays)
    found = evaluate(chosen, threads, progress, chosen.name, sample=False)
    return RelativeValue(
        chosen.name,
        chosen.market.as_of.isoformat(),
        chosen.overlays,
        chosen.settings.paths,
        chosen.settings.seed,
        FRESH_DAYS,
        values_of(chosen, found.views()),
    )


def values_of(case: Case, views: Mapping[str, ClaimView]) -> tuple[Value, ...]:
    """One row a claim, from what a simulation left."""
    owner = {each.id: each.issuer for each in case.book.borrowers}
    segment = {each.id: str(each.segment) for each in case.book.issuers}
    marks = marks_by_owner(case).claims
    rows = [
        _row(view, _compared(view), owner[view.claim.borrower], segment, share_assumed(marks[claim]))
        for claim, view in views.items()
    ]
    risk = loss_contributions(views)
    if risk is not None:
        rows = [replace(row, loss_risk_usd=risk[row.claim]) for row in rows]
    rows.sort(key=lambda row: (row.rich_cheap_bp is None, -(row.rich_cheap_bp or 0.0), row.claim))
    return tuple(rows)


def _compared(view: ClaimView) -> Compared:
    return compared(view.claim, view.case.market.as_of, contractual_margin(view), quoted_margin(view))


def _row(view: ClaimView, against: Compared, issuer: str, segment: dict[str, str], assumed: float) -> Value:
    fair, model = fair_margin(view), fair_model(view)
    default, lgd = probability("default_maturity")(view), loss_given_default(view)
    fair_bp = _number(fair.value)
    quote = view.claim.quote
    stale = quote is not None and quote.kind != "contract" and not against.fresh
    gap = None if fair_bp is None or against.bp is None or view.own_benchmark else against.bp - fair_bp
    drivers = {leg: _number(expected_loss(f"loss_pv_{leg}")(view).value) or 0.0 for leg in LEGS}
    drivers["premium"] = view.premium.floored_bp
    return Value(
        claim=view.claim.id,
        issuer=issuer,
        segment=segment[issuer],
        kind=view.claim.kind,
        drawn_usd=view.drawn_usd,
        quoted_bp=against.bp,
        quote_kind=against.kind,
        quote_date=against.date,
        quote_age_days=against.age_days,
        stale_quote_date=quote.date.isoformat() if stale and quote is not None else None,
        fair_bp=fair_bp,
        std_error=fair.std_error,
        fair_model_bp=_number(model.value),
        rich_cheap_bp=gap,
        pd_maturity=_number(default.value),
        pd_std_error=default.std_error,
        lgd=_number(lgd.value),
        drivers=drivers,
        assumed_share=assumed,
        verdict_allowed=assumed <= 0.5,
        reason=against.reason
        or ("own_benchmark" if view.own_benchmark else fair.reason if gap is None else None),
    )


def _number(value: float | str | None) -> float | None:
    return value if isinstance(value, float) else None
