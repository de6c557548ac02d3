"""The price of power."""

from __future__ import annotations

from haircut.case.provenance import Frozen, Quantity


class PowerMarket(Frozen):
    """Spot, flat drift of the forward, and the exponential OU around it."""

    price: Quantity
    forward_drift: Quantity
    volatility: Quantity
    speed: Quantity
