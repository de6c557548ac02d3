"""What every residual model answers."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

Basis = Literal["observed", "extrapolated"]


@runtime_checkable
class ResidualModel(Protocol):
    """Value of one working unit at a month, given the market of that month."""

    def value_usd(self, month: int, log_rent: float, regime: int) -> float:
        """USD per unit at `month`; a model that ignores the market takes log_rent and regime all the same."""
        ...

    def basis(self, month: int) -> Basis:
        """Whether the point rests on observations of that age, or on what the model makes of younger ones."""
        ...
