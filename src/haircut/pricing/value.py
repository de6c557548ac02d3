"""From outcomes to measures: `value` and the steps that it shares with the run."""

from __future__ import annotations

from collections.abc import Mapping

from haircut.case.case import Case
from haircut.credit.outcomes import BaseCase, Outcomes
from haircut.pricing.estimate import Estimate
from haircut.pricing.generic_premium import GenericPremium, generic_premium
from haircut.pricing.measures import CATALOGUE, Measure, measure
from haircut.pricing.moments import Moments
from haircut.pricing.risk import expected_loss_of
from haircut.pricing.terms import Terms
from haircut.pricing.underwriting import Underwriting
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINT


def premiums(terms: Terms, case: Case, outcomes_p: Outcomes) -> dict[str, GenericPremium]:
    """The premium of ordinary credit by claim id, read at its expected loss under P and its average life.

    Raises:
        CannotCompute: where the market's table of ratings holds no default.
    """
    found = {}
    for position, claim_id in enumerate(terms.claim_ids):
        loss = expected_loss_of(Moments(outcomes_p, position))
        el_bp = loss.value if isinstance(loss.value, float) else 0.0
        found[claim_id] = generic_premium(case.market, el_bp, terms.wal_years[claim_id])
    return found


def novelty_of(case: Case) -> float | None:
    """The market's premium for novelty, decimal a year; None where spreads were not calibrated, which is not 0."""
    novelty = case.market.credit.ell_novelty
    return None if novelty is None else novelty.value * BASIS_POINT


def views(
    terms: Terms,
    case: Case,
    base: BaseCase,
    outcomes_p: Outcomes,
    outcomes_q: Outcomes,
    ell: Mapping[str, float],
    underwritten: Mapping[str, Underwriting] | None = None,
    calibrated: Outcomes | None = None,
    further: Mapping[str, Mapping[str, Estimate]] | None = None,
) -> Mapping[str, ClaimView]:
    """What the estimators read, by claim id; arguments as for `value`."""
    by_block = case.settings.independence_by_shift
    claims = {claim.id: claim for claim in case.book.claims}
    found = {}
    read = premiums(terms, case, outcomes_p)
    novelty = novelty_of(case)
    for position, claim_id in enumerate(terms.claim_ids):
        found[claim_id] = ClaimView(
            case=case,
            claim=claims[claim_id],
            drawn_usd=terms.drawn[claim_id],
            contract_margin=terms.contract_margin[claim_id],
            wal_years=terms.wal_years[claim_id],
            dates=terms.month_dates,
            discount=terms.discount,
            maturity_month=terms.maturity_months[claim_id],
            ladder=base.claims[claim_id],
            borrower=base.borrower[claims[claim_id].borrower],
            p=Moments(outcomes_p, position, by_block),
            q=Moments(outcomes_q, position, by_block),
            premium=read[claim_id],
            ell=ell.get(claim_id, 0.0),
            cash_error_usd=max(outcomes_p.cash_error_usd, outcomes_q.cash_error_usd),
            underwriting=(underwritten or {}).get(claim_id),
            defaults_p=outcomes_p.monthly_defaults[position],
            defaults_q=outcomes_q.monthly_defaults[position],
            q_calibrated=None if calibrated is None else Moments(calibrated, position, by_block),
            ell_calibrated=ell.get(claim_id, 0.0) + (novelty or 0.0),
            further=(further or {}).get(claim_id, {}),
        )
    return found


def value(
    terms: Terms,
    case: Case,
    base: BaseCase,
    outcomes_p: Outcomes,
    outcomes_q: Outcomes,
    ell: Mapping[str, float],
    underwritten: Mapping[str, Underwriting] | None = None,
    calibrated: Outcomes | None = None,
    further: Mapping[str, Mapping[str, Estimate]] | None = None,
) -> tuple[Measure, ...]:
    """Every measure of every claim of a run, with its error or with the reason why it has no value.

    Args:
        terms: the compiled book.
        case: as it was compiled and run.
        base: the base case on expected rents.
        outcomes_p: simulation under P.
        outcomes_q: simulation under Q, discounted with `ell`.
        ell: premium by claim id, decimal a year, as `premiums` gave it.
        underwritten: by claim id; measures of underwriting are missing_input without it.
        calibrated: simulation under Q discounted with `ell` and the market's premium for novelty; calibrated
            measures are missing_input without it.
        further: by claim id and measure, what more than these simulations answers; not_asked without it.

    Returns:
        Rows by claim, each in the order of the catalogue.
    """
    found = views(terms, case, base, outcomes_p, outcomes_q, ell, underwritten, calibrated, further)
    return tuple(measure(view, entry) for view in found.values() for entry in CATALOGUE.values())
