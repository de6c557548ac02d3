"""What a unit is worth later, by several models side by side behind one interface."""

from __future__ import annotations

from typing import Final

from haircut.machines.residual.book import Book
from haircut.machines.residual.income import Income
from haircut.machines.residual.model import ResidualModel

RESIDUAL_MODELS: Final[dict[str, type[ResidualModel]]] = {"income": Income, "book": Book}
"""Models by name; a new one is a file in this folder and a line here."""

__all__ = ["Book", "Income", "ResidualModel", "RESIDUAL_MODELS"]
