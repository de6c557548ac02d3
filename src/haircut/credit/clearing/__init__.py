"""Payments of a network in which some cannot pay, as a function of arrays: what the month of a book settles to.

The engine clears inside the month (`credit/steps/clear.py`); this is the same fixed point for a network alone.
"""

from __future__ import annotations

from haircut.credit.clearing.network import Network, network, network_of_claims
from haircut.credit.clearing.payments import Cleared, clear_payments

__all__ = ["Cleared", "Network", "clear_payments", "network", "network_of_claims"]
