"""The price of power."""

from __future__ import annotations

from haircut.case.provenance import Frozen, NonNegativeQuantity, PositiveQuantity, Quantity


class PowerMarket(Frozen):
    """Spot, flat drift of the forward, and the exponential OU around it."""

    price: PositiveQuantity
    forward_drift: Quantity
    volatility: NonNegativeQuantity
    speed: PositiveQuantity
