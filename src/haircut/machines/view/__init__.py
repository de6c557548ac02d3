"""A market as a reader sees it: rents by basis, residual values, the hash market, where a value comes from."""

from __future__ import annotations

from haircut.machines.view.market_view import MarketView, market

__all__ = ["MarketView", "market"]
