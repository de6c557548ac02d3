"""Deterministic measures: cover and loan-to-value ratios of the base case."""

from __future__ import annotations

from collections.abc import Callable

from haircut.pricing.estimate import Estimate, exact, missing
from haircut.pricing.schedule import loan_life_value, periods_of, smallest
from haircut.pricing.view import ClaimView


def weighted_average_life(view: ClaimView) -> Estimate:
    """Average life of the scheduled principal."""
    return exact(view.wal_years)


def tenor_years(view: ClaimView) -> Estimate:
    """Time to maturity in years of twelve months."""
    return exact(view.maturity_month / 12)


def amortisation(view: ClaimView) -> Estimate:
    """How principal is scheduled."""
    return exact(view.claim.amortisation.kind)


def drawn(view: ClaimView) -> Estimate:
    """Outstanding on the as-of date."""
    return exact(view.drawn_usd)


def underwritten(field: str) -> Callable[[ClaimView], Estimate]:
    """A field of the claim's `Underwriting`; not_applicable where that says None."""

    def estimate(view: ClaimView) -> Estimate:
        if view.underwriting is None:
            return missing("missing_input")
        value = getattr(view.underwriting, field)
        return missing("not_applicable") if value is None else exact(value)

    return estimate


def further(measure: str) -> Callable[[ClaimView], Estimate]:
    """What more than one simulation answers; not_asked where a run did not ask."""

    def estimate(view: ClaimView) -> Estimate:
        return view.further.get(measure, missing("not_asked"))

    return estimate


def smallest_dscr(view: ClaimView) -> Estimate:
    """The least debt service cover of any test date."""
    return exact(smallest(view.ladder["dscr"][: view.maturity_month + 1]))


def loan_life_cover(view: ClaimView) -> Estimate:
    """Present value of CFADS over what is outstanding."""
    return _cover(view, 0.0)


def loan_life_cover_with_reserve(view: ClaimView) -> Estimate:
    """The same with the reserve accounts in the numerator."""
    return _cover(view, float(view.borrower["reserves"][0]))


def _cover(view: ClaimView, reserves: float) -> Estimate:
    outstanding = float(view.ladder["balance"][0])
    if outstanding <= 0.0:
        return missing("not_applicable")
    periods = periods_of(view.claim, view.dates, view.discount, view.maturity_month)
    value = loan_life_value(view.claim, periods, view.contract_margin, view.borrower["cfads"])
    return exact((value + reserves) / outstanding)


def loan_to_value(basis: str) -> Callable[[ClaimView], Estimate]:
    """LTV on the as-of date on a basis of the base case: book, market, nolv or flv."""

    def estimate(view: ClaimView) -> Estimate:
        return exact(float(view.ladder[f"{basis}_ltv"][0]))

    return estimate


def loan_to_value_at(basis: str, quote: str) -> Callable[[ClaimView], Estimate]:
    """LTV on the as-of date with the machines read at the other resale basis.

    Market value and net proceeds are in proportion to psi (fees are shares of the price), so the ratio moves
    by psi_mark / psi_sale. Fleets whose devices do not share one ratio give no single answer: missing_input.

    Args:
        basis: market (stated at the mark), nolv or flv (stated at sale).
        quote: "sale" or "mark": the basis to read it at.
    """

    def estimate(view: ClaimView) -> Estimate:
        ratio = _mark_over_sale(view)
        if ratio is None:
            return missing("missing_input")
        value = float(view.ladder[f"{basis}_ltv"][0])
        return exact(value * ratio if quote == "sale" else value / ratio)

    return estimate


def _mark_over_sale(view: ClaimView) -> float | None:
    pledged = {fleet.device for fleet in view.case.book.fleets if fleet.id in view.claim.collateral_fleets}
    ratios = [
        device.psi_mark.value / device.psi_sale.value
        for device in view.case.market.devices
        if device.id in pledged and device.psi_sale.value > 0.0
    ]
    if not ratios or len(ratios) < len(pledged) or max(ratios) - min(ratios) > 1e-12:
        return None
    return ratios[0]


def cash_error(view: ClaimView) -> Estimate:
    """Largest absolute error of the two cash identities, over all paths and months."""
    return exact(view.cash_error_usd)
