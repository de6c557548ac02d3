"""Interest rates."""

from __future__ import annotations

from haircut.case.provenance import Frozen, Positive, Quantity, Sourced


class ParYield(Sourced):
    tenor_years: Positive
    value: float


class RatesMarket(Frozen):
    """The curve's nodes and the Hull-White parameters around it."""

    overnight: Quantity
    par_yields: tuple[ParYield, ...]
    mean_reversion: Quantity
    volatility: Quantity
