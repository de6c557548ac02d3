"""What the owner's books say: straight line over the stated life."""

from __future__ import annotations

from dataclasses import dataclass

from haircut.errors import InputRefused
from haircut.machines.residual.model import Basis


@dataclass(frozen=True, slots=True)
class Book:
    """cost * max(1 - age / life, 0); blind to the market.

    Attributes:
        cost_usd: cost of one unit when it entered service.
        age_months: age at as-of; negative before it enters service, when it stands at cost.
        life_months: the issuer's stated life.

    >>> Book(cost_usd=36_000.0, age_months=12.0, life_months=72.0).value_usd(24, 0.0, 1)
    18000.0
    """

    cost_usd: float
    age_months: float
    life_months: float

    def __post_init__(self) -> None:
        if not self.life_months > 0.0:
            raise InputRefused(f"book life: found {self.life_months} months; expected a positive life")
        if not self.cost_usd >= 0.0:
            raise InputRefused(f"cost: found {self.cost_usd} USD; expected a cost of at least 0")

    def value_usd(self, month: int, log_rent: float, regime: int) -> float:
        """Straight-line book value at that month, USD per unit."""
        age = max(self.age_months + month, 0.0)
        return self.cost_usd * max(1.0 - age / self.life_months, 0.0)

    def basis(self, month: int) -> Basis:
        """A rule of accounting: no price is observed at any age."""
        return "extrapolated"
