"""Errors of what is priced under Q at a premium that was read under P: two measures on the same draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from haircut.pricing.moments import Controlled, Moments
from haircut.pricing.view import ClaimView
from haircut.units import BASIS_POINT

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Response:
    """A value priced under Q, linearised: how it answers to the means under Q and to the premium.

    Its error has three parts, ``Var = Var_Q + s^2 Var_P + 2 s Cov``, s the change with the premium. The
    premium moves with the expected loss under P, which shares its draws with Q, so the covariance matters: on
    the loan of the examples it takes a fifth off the error. A path that defaults under P defaults under Q
    too, so the loss under P counts as a random part of the loss under Q:
    ``Cov(f, el_P) = Var(el_P) / Var(el_Q) Cov_Q(f, el_Q)``. It is exact where Q is P, and else takes the two
    as somewhat less alike than they are.

    Attributes:
        value: decimal, share or USD.
        gradient: by the means of the Q columns.
        by_premium: change of the value for a change of 1.00 a year in the premium.
        controlled: the control variates whose miss `value` is free of; None without them. They follow the value and,
            as its premium is read on the same draws, ``kappa el_Q`` with it (`with_controls`).
    """

    value: float
    gradient: Mapping[str, float]
    by_premium: float
    controlled: Controlled | None = None

    def standard_error(self, view: ClaimView) -> float | None:
        """Error of the value in its unit; None where paths give none."""
        under_q = view.q.standard_error(self.gradient)
        if under_q is None:
            return None
        by_loss = self._by_loss(view)
        under_p = view.p.standard_error(by_loss) if by_loss else 0.0
        variance = under_q**2
        if under_p:
            shared = self._kappa(view) * view.q.covariance(self.gradient, loss_gradient(view.q))
            shared = max(min(shared, under_q * under_p), -under_q * under_p)
            variance += under_p**2 + 2.0 * shared
        if self.controlled is not None:
            variance -= self.controlled.explained
        return math.sqrt(max(variance, 0.0))

    def with_controls(self, view: ClaimView) -> Response:
        """The same less what the control variates of Q missed, where the run kept them."""
        kappa, gradient = self._kappa(view), dict(self.gradient)
        if kappa:
            for name, slope in loss_gradient(view.q).items():
                gradient[name] = gradient.get(name, 0.0) + kappa * slope
        controlled = view.q.controlled(gradient)
        if controlled is None:
            return self
        return replace(self, value=self.value + controlled.shift, controlled=controlled)

    def block_deviations(self, view: ClaimView) -> Floats:
        """Weighted deviation of each block, both measures together; they sum to 0."""
        found = view.q.block_deviations(self.gradient, self.controlled)
        by_loss = premium_gradient(view)
        return found + self.by_premium * view.p.block_deviations(by_loss) if by_loss else found

    def _by_loss(self, view: ClaimView) -> dict[str, float]:
        """Gradient by the means of the P columns: the premium's answer to its loss."""
        return {name: self.by_premium * slope for name, slope in premium_gradient(view).items()}

    def _kappa(self, view: ClaimView) -> float:
        """Change of the value with the loss under Q, as far as the loss under P is a random part of it."""
        by_loss, own, other = self._by_loss(view), loss_gradient(view.p), loss_gradient(view.q)
        if not by_loss or not own or not other:
            return 0.0
        spread = view.q.covariance(other, other)
        if spread <= 0.0:
            return 0.0
        # by_loss is own times one factor: the premium's answer to a change of el_P.
        return by_loss["loss_pv"] / own["loss_pv"] * view.p.covariance(own, own) / spread


def loss_gradient(moments: Moments) -> dict[str, float]:
    """Gradient of ``E[loss_pv] / E[rpv01]``; empty where nothing is lost or no margin is paid."""
    loss, annuity = moments.mean("loss_pv"), moments.mean("rpv01")
    if loss <= 0.0 or annuity <= 0.0:
        return {}
    return {"loss_pv": 1.0 / annuity, "rpv01": -loss / annuity**2}


def premium_gradient(view: ClaimView, raw: bool = False) -> dict[str, float]:
    """Gradient of the premium, decimal a year, by the means of the P columns; empty where it is flat.

    Args:
        view: of the claim.
        raw: of the premium before its floor.
    """
    slope = view.premium.raw_slope_bp if raw else view.premium.slope_bp
    loss = loss_gradient(view.p)
    if slope == 0.0 or not loss:
        return {}
    answer = slope * BASIS_POINT * view.p.mean("rpv01") / view.p.mean("loss_pv")
    return {name: answer * value for name, value in loss.items()}
