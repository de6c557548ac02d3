"""Funding: calm or stress, and the spread that prices refinancing."""

from __future__ import annotations

from haircut.case.provenance import Frozen, Quantity


class FundingMarket(Frozen):
    """Two-state chain and the log OU of the funding spread."""

    calm_to_stress: Quantity
    stress_to_calm: Quantity
    initial_stress: Quantity
    spread: Quantity
    spread_mean_calm: Quantity
    spread_mean_stress: Quantity
    speed: Quantity
    volatility: Quantity
