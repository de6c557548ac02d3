"""The missing repo market: what any number of a machine fetches today, and the haircut that it would need."""

from __future__ import annotations

from haircut.studies.liquidate.haircut_table import HaircutRow, HaircutTable, haircut_table
from haircut.studies.liquidate.liquidation import Liquidation, SaleAtDepth, liquidate
from haircut.studies.liquidate.secured import Secured, SecuredClaim, secured_claims

__all__ = [
    "HaircutRow",
    "HaircutTable",
    "Liquidation",
    "SaleAtDepth",
    "Secured",
    "SecuredClaim",
    "haircut_table",
    "liquidate",
    "secured_claims",
]
