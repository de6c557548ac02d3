"""What a unit is worth later, by several models side by side behind one interface."""

from __future__ import annotations

from typing import Final

from haircut.machines.residual.band import Band
from haircut.machines.residual.book import Book
from haircut.machines.residual.floor_decay import FloorDecay, fitted_decay
from haircut.machines.residual.income import Income
from haircut.machines.residual.model import Basis, ResidualModel

RESIDUAL_MODELS: Final[dict[str, type[ResidualModel]]] = {
    "income": Income,
    "floor_decay": FloorDecay,
    "band": Band,
    "book": Book,
}
"""Models by name; a new one is a file in this folder and a line here."""

__all__ = [
    "Band",
    "Basis",
    "Book",
    "FloorDecay",
    "Income",
    "ResidualModel",
    "RESIDUAL_MODELS",
    "fitted_decay",
]
