"""The fair running spread of an exposure profile from survival probabilities (equation b1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haircut.errors import InputRefused

Floats = NDArray[np.float64]


def survival_weighted_spread(
    balances: Sequence[float] | Floats,
    accruals: float | Sequence[float] | Floats,
    survival: Sequence[float] | Floats,
    discount: Sequence[float] | Floats,
    discount_mid: Sequence[float] | Floats,
    loss_given_default: float | Sequence[float] | Floats,
) -> float:
    """Spread at which premium and expected loss have the same value, default in mid-period.

    ``s = sum_i LGD_i N_i DFmid_i (V_{i-1} - V_i) / sum_i N_i dt_i (DF_i V_i + DFmid_i (V_{i-1} - V_i) / 2)``,
    N_i the balance during period i, V survival. Under Q a fair spread, under P an expected-loss spread; the
    engine's `el_bp` is its simulation form.

    Args:
        balances: balance outstanding during each period, n values, at least 0.
        accruals: length of each period in years.
        survival: n + 1 survival probabilities, from the start (1) to the end of the last period, never
            rising.
        discount: discount factor at each period's end, n values.
        discount_mid: discount factor at each period's middle, n values.
        loss_given_default: share of the balance, one number or one a period.

    Returns:
        Decimal a year.

    Raises:
        InputRefused: where shapes differ, survival rises, or no premium is ever paid.

    >>> balances = [159.9360, 104.5011, 64.9512, 36.4463, 15.5909]
    >>> ends = np.arange(1, 6)
    >>> survival = np.exp(-0.05 * np.arange(6))
    >>> spread = survival_weighted_spread(
    ...     balances, 1.0, survival, np.exp(-0.04 * ends), np.exp(-0.04 * (ends - 0.5)), 0.40)
    >>> round(1e4 * spread, 3)
    203.895
    """
    loss, premium = survival_weighted_legs(
        balances, accruals, survival, discount, discount_mid, loss_given_default
    )
    if premium <= 0.0:
        raise InputRefused("balances: found no premium to be paid; expected a balance above 0 while alive")
    return loss / premium


def survival_weighted_legs(
    balances: Sequence[float] | Floats,
    accruals: float | Sequence[float] | Floats,
    survival: Sequence[float] | Floats,
    discount: Sequence[float] | Floats,
    discount_mid: Sequence[float] | Floats,
    loss_given_default: float | Sequence[float] | Floats,
) -> tuple[float, float]:
    """Present values of expected loss and of a margin of 1.00 a year: the sums of `survival_weighted_spread`.

    Arguments and errors as there, both values in the unit of the balances.

    >>> loss, premium = survival_weighted_legs([100.0], 1.0, [1.0, 0.9], [1.0], [1.0], 0.5)
    >>> round(loss, 9), round(premium, 9)
    (5.0, 95.0)
    """
    exposure = np.asarray(balances, dtype=np.float64)
    if exposure.ndim != 1 or exposure.size == 0 or np.any(exposure < 0.0):
        raise InputRefused("balances: expected one balance for each period, each at least 0")
    alive = _periods("survival", survival, exposure.size + 1)
    if np.any(np.diff(alive) > 0.0) or alive[0] > 1.0 or alive[-1] < 0.0:
        raise InputRefused("survival: expected probabilities that never rise, from 1 at the start")
    years = _periods("accruals", accruals, exposure.size)
    end = _periods("discount", discount, exposure.size)
    middle = _periods("discount_mid", discount_mid, exposure.size)
    severity = _periods("loss_given_default", loss_given_default, exposure.size)
    dying = alive[:-1] - alive[1:]
    loss = float((severity * exposure * middle) @ dying)
    premium = float((exposure * years) @ (end * alive[1:] + 0.5 * middle * dying))
    return loss, premium


def _periods(name: str, found: ArrayLike, count: int) -> Floats:
    values = np.asarray(found, dtype=np.float64)
    if values.ndim == 0:
        values = np.full(count, float(values))
    if values.shape != (count,) or not np.all(np.isfinite(values)):
        raise InputRefused(f"{name}: found shape {values.shape}; expected {count} finite values")
    return values
