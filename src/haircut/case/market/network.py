"""The network that mines the coin: what it earns a unit of hashrate and how it answers."""

from __future__ import annotations

import datetime

from haircut.case.provenance import Frozen, NonNegativeQuantity, PositiveQuantity, Quantity


class NetworkMarket(Frozen):
    """Hashrate, reward of a block, and the response of hashrate to what mining earns.

    The marginal miner runs at `efficiency` on power at `power_price` and wants `target_margin` over it.
    """

    hashrate: PositiveQuantity
    subsidy: NonNegativeQuantity
    fees: NonNegativeQuantity
    next_halving: datetime.date
    efficiency: PositiveQuantity
    efficiency_gain: Quantity
    power_price: PositiveQuantity
    target_margin: Quantity
    speed_up: NonNegativeQuantity
    speed_down: NonNegativeQuantity
    volatility: NonNegativeQuantity
