"""The default: what the unit will still earn."""

from __future__ import annotations

from dataclasses import dataclass

from haircut.machines.law import ValueSurface
from haircut.machines.residual.model import Basis
from haircut.machines.value import read


@dataclass(frozen=True, slots=True)
class Income:
    """F(t, x, regime) of the value surface, before any market basis.

    Attributes:
        surface: the solved value of the unit.
    """

    surface: ValueSurface

    def value_usd(self, month: int, log_rent: float, regime: int) -> float:
        """F at that month, log rent and regime, USD per unit."""
        return float(read(self.surface, month, log_rent, regime))

    def basis(self, month: int) -> Basis:
        """Observed today, where the rent is quoted; the law's from there."""
        return "observed" if month == 0 else "extrapolated"
