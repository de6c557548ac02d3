"""What every residual model answers."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class ResidualModel(Protocol):
    """Value of one working unit at a month, given the market of that month."""

    def value_usd(self, month: int, log_rent: float, regime: int) -> float:
        """USD per unit at `month`; a model that ignores the market takes log_rent and regime all the same."""
        ...
