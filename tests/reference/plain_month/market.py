"""The resale market that the companies of a book share: what is for sale in it, and who is left to buy."""

from __future__ import annotations

import math

from tests.reference.plain_month.things import Rules, Weather


class Market:
    """Stock by seller and device, and the marks that it leaves."""

    def __init__(self, rules: Rules, reference_spread: float) -> None:
        self.rules, self.reference_spread = rules, reference_spread
        self.buyers = 1.0
        self.sold: dict[int, float] = {}
        self.unsold: dict[int, dict[int, float]] = {device: {} for device in range(len(rules.depth))}
        self.shares: dict[int, float] = {}

    def depth(self, device: int, weather: Weather) -> float:
        """Units that buyers take in the month."""
        squeeze = math.exp(-self.rules.spread_sensitivity * (weather.spread - self.reference_spread))
        return self.rules.depth[device] * squeeze * weather.depth * self.buyers

    def open(self, weather: Weather) -> None:
        """Marks of a month, after what was left unsold in the last."""
        self.shares = dict.fromkeys(self.unsold, 1.0)
        self.lower(weather)

    def lower(self, weather: Weather) -> None:
        """Marks fall to the stock that is there now; they do not rise within a month."""
        for device in self.unsold:
            waiting = self.everybody(device)
            if waiting > 0.0:
                share = price_share(self.rules, 0.0, waiting, self.depth(device, weather))
                self.shares[device] = min(self.shares[device], share)

    def everybody(self, device: int) -> float:
        return sum(self.unsold[device].values())

    def mark_share(self, device: int) -> float:
        return self.shares[device]

    def sale_share(self, device: int, weather: Weather) -> float:
        """Share of value at which all units of the month sell, whoever sells them."""
        return price_share(self.rules, self.sold[device], self.everybody(device), self.depth(device, weather))

    def dearest_seller(self, values: dict[int, float]) -> int:
        """Who brought most of the fall of machines worth `values` by device, each by its part of what waits."""
        lost: dict[int, float] = {}
        for device, value in values.items():
            for seller, units in self.unsold[device].items():
                fall = (
                    value * (1.0 - self.shares[device]) * units / self.everybody(device)
                    if units > 0.0
                    else 0.0
                )
                lost[seller] = lost.get(seller, 0.0) + fall
        return max(lost, key=lambda seller: (lost[seller], -seller)) if lost else -1


def price_share(rules: Rules, sold: float, unsold: float, depth: float) -> float:
    """Share of the undisturbed price left by what is for sale against what buyers take."""
    if rules.impact == "none":
        return 1.0
    pressure = (sold + rules.unsold_weight * unsold) / depth if depth > 0.0 else math.inf
    if rules.impact == "power":
        return math.exp(-rules.beta * math.log1p(pressure))
    return 1.0 - (1.0 - rules.least_share) * (1.0 - math.exp(-pressure))
