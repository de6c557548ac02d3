"""Estimators of margins and prices: what is fair, what is quoted, and the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from haircut.pricing.estimate import Estimate, estimated, exact, missing
from haircut.pricing.response import Response, premium_gradient
from haircut.pricing.schedule import periods_of
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINT, BASIS_POINTS_PER_UNIT


def fair_margin_of(view: ClaimView, suffix: str = "_ell") -> Response | None:
    """The margin at which the claim is worth par: ``m + (drawn + draws_pv - PV) / RPV01``, all under Q.

    Args:
        view: of the claim.
        suffix: "_ell" discounts with the premium of ordinary credit on top, "" without it.

    Returns:
        Decimal a year with its gradient; None where no margin is ever paid.
    """
    found = _par_margin(view, suffix)
    return None if found is None else found.with_controls(view)


def _par_margin(view: ClaimView, suffix: str) -> Response | None:
    annuity = view.q.mean(f"rpv01{suffix}")
    if annuity <= 0.0:
        return None
    gap = view.drawn_usd + view.q.mean(f"draws_pv{suffix}") - view.q.mean(f"pv{suffix}")
    gradient = {
        f"draws_pv{suffix}": 1.0 / annuity,
        f"pv{suffix}": -1.0 / annuity,
        f"rpv01{suffix}": -gap / annuity**2,
    }
    value = view.contract_margin + gap / annuity
    by_premium = 0.0
    if suffix and view.ell > 0.0:
        without = _par_margin(view, "")
        by_premium = 0.0 if without is None else (value - without.value) / view.ell
    return Response(value, gradient, by_premium)


def fair_model(view: ClaimView) -> Estimate:
    """The fair margin without any premium beyond modelled loss."""
    return _in_bp(view, fair_margin_of(view, ""))


def fair_margin(view: ClaimView) -> Estimate:
    """The fair margin with the premium; its error holds that of the premium, read at an estimated loss."""
    return _in_bp(view, fair_margin_of(view))


def fair_calibrated(view: ClaimView) -> Estimate:
    """The fair margin with the premium for novelty on top; its error takes the calibrated values as given."""
    if view.q_calibrated is None:
        return missing("missing_input")
    calibrated = replace(view, q=view.q_calibrated, ell=view.ell_calibrated)
    return _in_bp(calibrated, fair_margin_of(calibrated))


def rich_cheap_calibrated(view: ClaimView) -> Estimate:
    """Quoted less calibrated fair margin; a benchmark of the calibration has none."""
    return _quoted_less(view, fair_calibrated(view))


def _in_bp(view: ClaimView, found: Response | None) -> Estimate:
    if found is None:
        return missing("not_applicable")
    return estimated(found.value, found.standard_error(view)).scaled(BASIS_POINTS_PER_UNIT)


def generic_premium_floored(view: ClaimView) -> Estimate:
    """The premium with which cash flows are discounted."""
    return _premium(view, view.premium.floored_bp, raw=False)


def generic_premium_raw(view: ClaimView) -> Estimate:
    """The premium before the floor at 0."""
    return _premium(view, view.premium.raw_bp, raw=True)


def _premium(view: ClaimView, value_bp: float, raw: bool) -> Estimate:
    gradient = premium_gradient(view, raw)
    error = view.p.standard_error(gradient) if gradient else 0.0
    return estimated(value_bp, None if error is None else error * BASIS_POINTS_PER_UNIT)


def shadow_rating(view: ClaimView) -> Estimate:
    """The rating whose expected loss is nearest."""
    return exact(view.premium.shadow_rating)


def price(view: ClaimView) -> Estimate:
    """Present value under Q, less that of future draws, as a share of drawn par."""
    if view.drawn_usd <= 0.0:
        return missing("not_applicable")
    return _of_par(view, {"pv": 1.0, "draws_pv": -1.0})


def annuity_years(view: ClaimView) -> Estimate:
    """Present value under Q of a margin of 1.00 a year, over drawn par."""
    if view.drawn_usd <= 0.0:
        return missing("not_applicable")
    return _of_par(view, {"rpv01": 1.0})


def credit_sensitivity(view: ClaimView) -> Estimate:
    """Change of value in USD for a fair margin 1 bp wider: less the discounted margin annuity, times 1 bp."""
    annuity = {"rpv01_ell": -BASIS_POINT}
    value = -BASIS_POINT * view.q.mean("rpv01_ell")
    plain = -BASIS_POINT * view.q.mean("rpv01")
    found = Response(value, annuity, (value - plain) / view.ell if view.ell > 0.0 else 0.0)
    return estimated(value, found.standard_error(view))


def _of_par(view: ClaimView, weights: Mapping[str, float]) -> Estimate:
    """A sum of means over drawn par, discounted with the premium."""
    gradient = {f"{name}_ell": weight / view.drawn_usd for name, weight in weights.items()}
    value = sum(weight * view.q.mean(name) for name, weight in gradient.items())
    plain = sum(weight * view.q.mean(name) for name, weight in weights.items()) / view.drawn_usd
    found = Response(value, gradient, (value - plain) / view.ell if view.ell > 0.0 else 0.0)
    return estimated(value, found.standard_error(view))


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
    return _quoted_less(view, fair_margin(view))


def _quoted_less(view: ClaimView, fair: Estimate) -> Estimate:
    quoted = quoted_margin(view)
    if not isinstance(quoted.value, float):
        return quoted
    if view.own_benchmark:
        return missing("own_benchmark")
    if not isinstance(fair.value, float):
        return fair
    return estimated(quoted.value - fair.value, fair.std_error)
