"""Estimators of margins and prices: what is fair, what is quoted, and the difference."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from haircut.pricing.estimate import Estimate, estimated, exact, missing
from haircut.pricing.risk import expected_loss_of
from haircut.pricing.schedule import periods_of
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINT, BASIS_POINTS_PER_UNIT


class FairMargin(NamedTuple):
    """A fair margin as a decimal a year, and its gradient with respect to the means of the Q columns."""

    value: float
    gradient: Mapping[str, float]


def fair_margin_of(view: ClaimView, suffix: str = "_ell") -> FairMargin | None:
    """The margin at which the claim is worth par: ``m + (drawn + draws_pv - PV) / RPV01``, all under Q.

    Args:
        view: of the claim.
        suffix: "_ell" discounts with the premium of ordinary credit on top, "" without it.

    Returns:
        None where no margin is ever paid.
    """
    annuity = view.q.mean(f"rpv01{suffix}")
    if annuity <= 0.0:
        return None
    gap = view.drawn_usd + view.q.mean(f"draws_pv{suffix}") - view.q.mean(f"pv{suffix}")
    gradient = {
        f"draws_pv{suffix}": 1.0 / annuity,
        f"pv{suffix}": -1.0 / annuity,
        f"rpv01{suffix}": -gap / annuity**2,
    }
    return FairMargin(view.contract_margin + gap / annuity, gradient)


def fair_model(view: ClaimView) -> Estimate:
    """The fair margin without any premium beyond modelled loss."""
    fair = fair_margin_of(view, "")
    if fair is None:
        return missing("not_applicable")
    return estimated(fair.value, view.q.standard_error(fair.gradient)).scaled(BASIS_POINTS_PER_UNIT)


def fair_margin(view: ClaimView) -> Estimate:
    """The fair margin with the premium; its error holds that of the premium, read at an estimated loss.

    The two errors come from different measures and add in quadrature.
    """
    fair = fair_margin_of(view)
    if fair is None:
        return missing("not_applicable")
    sampling = view.q.standard_error(fair.gradient)
    plain = fair_margin_of(view, "")
    passed_on = (fair.value - plain.value) / view.ell if plain is not None and view.ell > 0.0 else 1.0
    premium = passed_on * premium_error(view) * BASIS_POINT
    error = None if sampling is None else math.hypot(sampling, premium)
    return estimated(fair.value, error).scaled(BASIS_POINTS_PER_UNIT)


def premium_error(view: ClaimView) -> float:
    """Error of the premium in bp, from the error of the loss at which it is read; 0 where it is flat."""
    loss = expected_loss_of(view.p)
    if not isinstance(loss.value, float) or loss.value <= 0.0 or loss.std_error is None:
        return 0.0
    return abs(view.premium.slope_bp) * loss.std_error / loss.value


def generic_premium_floored(view: ClaimView) -> Estimate:
    """The premium with which cash flows are discounted."""
    return estimated(view.premium.floored_bp, premium_error(view))


def generic_premium_raw(view: ClaimView) -> Estimate:
    """The premium before the floor at 0."""
    loss = expected_loss_of(view.p)
    if not isinstance(loss.value, float) or loss.value <= 0.0 or loss.std_error is None:
        return estimated(view.premium.raw_bp, None if view.premium.raw_slope_bp else 0.0)
    return estimated(view.premium.raw_bp, abs(view.premium.raw_slope_bp) * loss.std_error / loss.value)


def shadow_rating(view: ClaimView) -> Estimate:
    """The rating whose expected loss is nearest."""
    return exact(view.premium.shadow_rating)


def price(view: ClaimView) -> Estimate:
    """Present value under Q, less that of future draws, as a share of drawn par."""
    if view.drawn_usd <= 0.0:
        return missing("not_applicable")
    value = view.q.mean("pv_ell") - view.q.mean("draws_pv_ell")
    error = view.q.standard_error({"pv_ell": 1.0, "draws_pv_ell": -1.0})
    return estimated(value, error).scaled(1.0 / view.drawn_usd)


def annuity_years(view: ClaimView) -> Estimate:
    """Present value under Q of a margin of 1.00 a year, over drawn par."""
    if view.drawn_usd <= 0.0:
        return missing("not_applicable")
    error = view.q.standard_error({"rpv01_ell": 1.0})
    return estimated(view.q.mean("rpv01_ell"), error).scaled(1.0 / view.drawn_usd)


def contractual_margin(view: ClaimView) -> Estimate:
    """The margin that the contract pays, over the swap rate where the coupon is fixed."""
    return exact(view.contract_margin * BASIS_POINTS_PER_UNIT)


def quoted_margin(view: ClaimView) -> Estimate:
    """The quoted margin; of a quoted price the discount margin to maturity on the promised schedule."""
    quote = view.claim.quote
    if quote is None:
        return missing("no_quote")
    if quote.margin_bp is not None:
        return exact(quote.margin_bp)
    assert quote.price is not None  # a quote is a margin or a price
    if quote.price == 100.0:
        return contractual_margin(view)
    from haircut.curves import discount_margin

    periods = periods_of(view.claim, view.dates, view.discount, view.maturity_month)
    balances = [float(view.ladder["balance"][start]) for start in periods.starts]
    margin = discount_margin(quote.price, balances, periods.forwards, periods.accruals, view.contract_margin)
    return exact(margin * BASIS_POINTS_PER_UNIT)


def quote_kind(view: ClaimView) -> Estimate:
    """secondary, primary or contract."""
    return missing("no_quote") if view.claim.quote is None else exact(view.claim.quote.kind)


def quote_date(view: ClaimView) -> Estimate:
    """Date of the quote, ISO."""
    return missing("no_quote") if view.claim.quote is None else exact(view.claim.quote.date.isoformat())


def rich_cheap(view: ClaimView) -> Estimate:
    """Quoted less fair margin: positive is cheap, the lender is paid more than fair."""
    quoted, fair = quoted_margin(view), fair_margin(view)
    if not isinstance(quoted.value, float):
        return quoted
    if not isinstance(fair.value, float):
        return fair
    return estimated(quoted.value - fair.value, fair.std_error)
