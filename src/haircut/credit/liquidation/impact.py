"""Price impact: the share of the value that is left when v months of depth are for sale."""

from __future__ import annotations

import math

from haircut.kernels import lean_kernel

NONE, POWER, CAPPED_EXPONENTIAL = 0, 1, 2
IMPACTS = {"none": NONE, "power": POWER, "capped_exponential": CAPPED_EXPONENTIAL}
"""Registry: name in the market file to number in the kernel. A new model adds a line and a branch."""


@lean_kernel
def price_share(model: int, beta: float, phi_min: float, v: float) -> float:
    """phi(v): share of the undisturbed price at which all units of a month sell.

    power: (1 + v)^-beta. capped_exponential: 1 - (1 - phi_min)(1 - exp(-v)), the curve of Cont and
    Schaanning. none: 1. v >= 0 is (sold this month + unsold weight x still unsold) / depth.

    >>> round(price_share(1, 0.35, 0.0, 2.0), 4)
    0.6808
    >>> round(1.0 - price_share(2, 0.0, 0.2, 1.0 / 0.8), 5)
    0.5708
    """
    if model == POWER:
        return float((1.0 + v) ** (-beta))
    if model == CAPPED_EXPONENTIAL:
        return phi_min + (1.0 - phi_min) * math.exp(-v)
    return 1.0
