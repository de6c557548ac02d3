"""The coin: its price and its jumps."""

from __future__ import annotations

from haircut.case.provenance import (
    Frozen,
    NonNegativeQuantity,
    PositiveQuantity,
    Quantity,
    ShareQuantity,
)


class BtcMarket(Frozen):
    """Merton jump diffusion whose drift and diffusive volatility follow the funding regime.

    A drift is the growth of the expected price under P. Jump sizes are logs.
    """

    price: PositiveQuantity
    drift_calm: Quantity
    drift_stress: Quantity
    volatility_calm: NonNegativeQuantity
    volatility_stress: NonNegativeQuantity
    jumps_per_year: NonNegativeQuantity
    jump_mean: Quantity
    jump_deviation: NonNegativeQuantity
    sale_fee: ShareQuantity
