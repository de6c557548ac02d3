"""A published table of value by age, low and high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haircut.errors import InputRefused
from haircut.machines.residual.model import Basis


@dataclass(frozen=True, slots=True)
class Band:
    """Shares of the new price between the rows of a table by age; blind to the market.

    New is 1 at age 0; between rows linear in log share; after the last row the last yearly decline goes on.

    Attributes:
        new_price_usd: price of a new unit.
        age_months: age at as-of.
        age_years, low, high: rows of the table, ages rising from above 0.

    >>> band = Band(10_000.0, 0.0, (1.0, 2.0), (0.4, 0.2), (0.6, 0.3))
    >>> band.range_usd(12), band.basis(36)
    ((4000.0, 6000.0), 'extrapolated')
    """

    new_price_usd: float
    age_months: float
    age_years: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.age_years or min(*self.low, 1.0) <= 0.0:
            raise InputRefused("band: expected at least one row, and shares above 0")

    def _share(self, month: int, shares: tuple[float, ...]) -> float:
        age = max(self.age_months + month, 0.0) / 12.0
        ages, logs = (0.0, *self.age_years), (0.0, *np.log(shares))
        if age > ages[-1]:
            slope = (logs[-1] - logs[-2]) / (ages[-1] - ages[-2])
            return float(np.exp(logs[-1] + slope * (age - ages[-1])))
        return float(np.exp(np.interp(age, ages, logs)))

    def range_usd(self, month: int) -> tuple[float, float]:
        """Low and high value at that month, USD per unit."""
        low, high = self._share(month, self.low), self._share(month, self.high)
        return round(self.new_price_usd * low, 6), round(self.new_price_usd * max(high, low), 6)

    def value_usd(self, month: int, log_rent: float, regime: int) -> float:
        """Middle of the band at that month, USD per unit."""
        low, high = self.range_usd(month)
        return 0.5 * (low + high)

    def basis(self, month: int) -> Basis:
        """Observed within the table's ages."""
        return "observed" if self.age_months + month <= 12.0 * self.age_years[-1] else "extrapolated"
