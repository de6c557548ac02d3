"""Funding: calm or stress, and the spread that prices refinancing."""

from __future__ import annotations

from haircut.case.provenance import Frozen, NonNegativeQuantity, PositiveQuantity, ShareQuantity


class FundingMarket(Frozen):
    """Two-state chain, the log OU of the funding spread, and what shares can raise.

    `equity_access` is the share of its market capitalisation that a company can issue in a month;
    `sector_loss_spread` what lenders add to the spread of new debt once their risk budgets are lost.
    """

    calm_to_stress: ShareQuantity
    stress_to_calm: ShareQuantity
    initial_stress: ShareQuantity
    spread: PositiveQuantity
    spread_mean_calm: PositiveQuantity
    spread_mean_stress: PositiveQuantity
    speed: PositiveQuantity
    volatility: NonNegativeQuantity
    equity_access_calm: ShareQuantity
    equity_access_stress: ShareQuantity
    sector_loss_spread: NonNegativeQuantity
