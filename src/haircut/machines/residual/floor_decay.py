"""What a calculator of a lender does: one rate of decay down to a floor."""

from __future__ import annotations

import math
from dataclasses import dataclass

from haircut.errors import InputRefused
from haircut.machines.residual.model import Basis


@dataclass(frozen=True, slots=True)
class FloorDecay:
    """max(floor, price when new * exp(-decay * age)); blind to the market.

    Attributes:
        new_price_usd: price of a new unit.
        age_months: age at as-of.
        decay_per_year: log decay a year.
        floor_share: share of the new price below which it never falls.
        oldest_observed_months: age of the oldest quote behind the decay.

    >>> model = FloorDecay(40_000.0, 12.0, math.log(2.0), 0.1, 24.0)
    >>> [round(model.value_usd(month, 0.0, 1)) for month in (0, 12, 60)]
    [20000, 10000, 4000]
    """

    new_price_usd: float
    age_months: float
    decay_per_year: float
    floor_share: float
    oldest_observed_months: float

    def __post_init__(self) -> None:
        if not (self.decay_per_year >= 0.0 and 0.0 <= self.floor_share <= 1.0):
            raise InputRefused(
                f"decay {self.decay_per_year} and floor {self.floor_share}: expected a decay of at least 0 and "
                "a floor from 0 to 1"
            )

    def value_usd(self, month: int, log_rent: float, regime: int) -> float:
        """Decayed price at that month, USD per unit."""
        age = max(self.age_months + month, 0.0) / 12.0
        return self.new_price_usd * max(self.floor_share, math.exp(-self.decay_per_year * age))

    def basis(self, month: int) -> Basis:
        """Observed up to the age of the oldest quote."""
        return "observed" if self.age_months + month <= self.oldest_observed_months else "extrapolated"


def fitted_decay(ages_years: list[float], shares: list[float]) -> float:
    """Least squares through the origin of -log(share of new price) on age, log a year, at least 0.

    >>> round(fitted_decay([1.0, 2.0], [0.5, 0.25]), 6) == round(math.log(2.0), 6)
    True
    """
    above = sum(age * -math.log(share) for age, share in zip(ages_years, shares, strict=True))
    below = sum(age * age for age in ages_years)
    return max(above / below, 0.0) if below > 0.0 else 0.0
