"""What the promised schedule alone says: spread over the zero curve, durations. Default is not in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from haircut.curves import price_at_discount_margin, z_spread
from haircut.pricing.estimate import Estimate, exact, missing
from haircut.pricing.margins import quoted_margin
from haircut.pricing.schedule import periods_of
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINT, BASIS_POINTS_PER_UNIT, MONTHS_PER_YEAR

Floats = NDArray[np.float64]


def quoted_z_spread(view: ClaimView) -> Estimate:
    """The constant over the zero curve at which the promised cash is worth the quoted price.

    A quoted margin is first a price, that at which it is the discount margin. Claims with draws to come have
    none: money that is still to be lent is no promise of the borrower.
    """
    priced = _Promise.of(view)
    if isinstance(priced, Estimate):
        return priced
    if np.any(np.diff(priced.balances) > 0.0):
        return missing("not_applicable")
    rates = priced.forwards + priced.margins
    repaid = priced.balances - np.append(priced.balances[1:], 0.0)
    cash = priced.balances * rates * priced.accruals + repaid
    price = priced.price(priced.quoted) / 100.0 * priced.balances[0]
    spread = z_spread(price, cash, priced.ends / MONTHS_PER_YEAR, view.discount[priced.ends])
    return exact(spread * BASIS_POINTS_PER_UNIT)


def quoted_price(view: ClaimView) -> float | Estimate:
    """The quoted price per 100 of what is drawn; of a quoted margin, the price at which it is the discount margin."""
    if view.claim.quote is not None and view.claim.quote.price is not None:
        return float(view.claim.quote.price)
    priced = _Promise.of(view)
    return priced if isinstance(priced, Estimate) else float(priced.price(priced.quoted))


def spread_duration(view: ClaimView) -> Estimate:
    """``-dP / dDM / P`` of the promised schedule at the quoted margin, in years."""
    priced = _Promise.of(view)
    if isinstance(priced, Estimate):
        return priced
    up, down = (priced.price(priced.quoted + move) for move in (BASIS_POINT, -BASIS_POINT))
    return exact((down - up) / (2.0 * BASIS_POINT) / priced.price(priced.quoted))


def rate_duration(view: ClaimView) -> Estimate:
    """``-dP / df / P`` for a parallel move of the forwards at the same discount margin, in years.

    Near 0 for a floating coupon, whose forwards are paid and discounted alike; of a fixed one the modified
    duration.
    """
    priced = _Promise.of(view)
    if isinstance(priced, Estimate):
        return priced
    up, down = (priced.price(priced.quoted, move) for move in (BASIS_POINT, -BASIS_POINT))
    return exact((down - up) / (2.0 * BASIS_POINT) / priced.price(priced.quoted))


def rate_sensitivity(view: ClaimView) -> Estimate:
    """Change of the promised schedule's value in USD for forwards 1 bp higher, at the same discount margin."""
    priced = _Promise.of(view)
    if isinstance(priced, Estimate):
        return priced
    change = priced.price(priced.quoted, BASIS_POINT) - priced.price(priced.quoted)
    return exact(change / 100.0 * float(priced.balances[0]))


class _Promise:
    """The payment periods of the claim with balances and margins, and the price of a discount margin."""

    def __init__(self, view: ClaimView, quoted: float) -> None:
        periods = periods_of(view.claim, view.dates, view.discount, view.maturity_month)
        self.quoted = quoted
        self.balances: Floats = np.array([float(view.ladder["balance"][start]) for start in periods.starts])
        self.forwards, self.accruals = periods.forwards, periods.accruals
        self.ends = np.array(periods.ends)
        self.fixed = view.claim.interest.coupon
        self.margins: Floats = (
            np.full(len(self.ends), view.contract_margin)
            if self.fixed is None
            else self.fixed - self.forwards
        )

    @classmethod
    def of(cls, view: ClaimView) -> _Promise | Estimate:
        """The promise, or why there is none: no quote, nothing drawn."""
        quoted = quoted_margin(view)
        if not isinstance(quoted.value, float):
            return quoted
        found = cls(view, quoted.value / BASIS_POINTS_PER_UNIT)
        return found if found.balances[0] > 0.0 else missing("not_applicable")

    def price(self, discount_margin: float, move: float = 0.0) -> float:
        """Per 100 of what is drawn, with forwards moved in parallel; a fixed coupon stays where it is."""
        margins = self.margins if self.fixed is None else self.margins - move
        return price_at_discount_margin(
            discount_margin, self.balances, self.forwards + move, self.accruals, margins
        )
