"""Clearing inside a month: what each pays when others cannot, and prices when many sell. Arrays in, arrays out."""

from __future__ import annotations

from haircut.credit.clearing.month import Buyers, Holders, MonthCleared, clear_month
from haircut.credit.clearing.network import Network, network, network_of_claims
from haircut.credit.clearing.payments import Cleared, clear_payments

__all__ = [
    "Buyers",
    "Cleared",
    "Holders",
    "MonthCleared",
    "Network",
    "clear_month",
    "clear_payments",
    "network",
    "network_of_claims",
]
