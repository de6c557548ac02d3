"""The missing repo market: what any number of a machine fetches today, and the haircut that it would need."""

from __future__ import annotations

from haircut.studies.liquidate.haircut_table import HaircutRow, HaircutTable, haircut_table
from haircut.studies.liquidate.liquidation import Liquidation, SaleAtDepth, liquidate

__all__ = ["HaircutRow", "HaircutTable", "Liquidation", "SaleAtDepth", "haircut_table", "liquidate"]
