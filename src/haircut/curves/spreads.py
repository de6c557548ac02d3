"""Spread arithmetic on given cash flows: discount margin, swap rate, average life, Z-spread.

Every function takes plain arrays, one element a period; nothing here knows dates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from haircut.curves._piecewise import FloatArray, checked_years
from haircut.errors import CannotCompute, InputRefused


def price_at_discount_margin(
    discount_margin: float,
    balances: Sequence[float] | FloatArray,
    forwards: Sequence[float] | FloatArray,
    accruals: Sequence[float] | FloatArray,
    margin: float | Sequence[float] | FloatArray,
) -> float:
    """Price of a floating-rate loan, per 100 of its first balance, at a discount margin.

    ``P = sum_i D_i [dt_i (f_i + m_i) N_{i-1} + N_{i-1} - N_i]``, N_n = 0, with
    ``D_i = prod_{j<=i} 1 / (1 + dt_j (f_j + DM))``. A balance that rises is a draw, an outflow
    at par. At DM = margin the price is exactly 100.

    Args:
        discount_margin: DM, decimal a year.
        balances: balance outstanding during each period, n values, the first above 0, the others at least 0.
        forwards: forward index rate of each period, decimal a year; floor it before, if the loan has a floor.
        accruals: length of each period, years, above 0.
        margin: contractual margin, decimal a year, one number or one a period.

    Raises:
        InputRefused: where shapes differ or a value is out of range.
        CannotCompute: where a period discounts at -100 % or less.

    >>> price_at_discount_margin(0.04, [100.0] * 20, [0.04] * 20, [0.25] * 20, 0.04)
    100.0
    """
    balances, accruals = _checked_loan(balances, accruals)
    forwards = _checked_periods("forwards", forwards, len(balances))
    margins = _checked_periods("margin", margin, len(balances))
    return _price(discount_margin, balances, forwards, accruals, margins)


def _price(
    discount_margin: float,
    balances: FloatArray,
    forwards: FloatArray,
    accruals: FloatArray,
    margins: FloatArray,
) -> float:
    growth = 1.0 + accruals * (forwards + discount_margin)
    if np.any(growth <= 0.0):
        raise CannotCompute(
            f"discount_margin: at {discount_margin:g} a period discounts at -100 % or less; "
            "expected a higher margin"
        )
    # Backwards from the last payment, in units of the excess over par, so that DM = margin is exact.
    excess = 0.0
    for i in range(len(balances) - 1, -1, -1):
        excess = (excess + accruals[i] * (margins[i] - discount_margin) * balances[i]) / growth[i]
    return float(100.0 + 100.0 * excess / balances[0])


def discount_margin(
    price: float,
    balances: Sequence[float] | FloatArray,
    forwards: Sequence[float] | FloatArray,
    accruals: Sequence[float] | FloatArray,
    margin: float | Sequence[float] | FloatArray,
) -> float:
    """The margin at which a floating-rate loan's promised cash discounts to its price, decimal a year.

    Inverse of `price_at_discount_margin`, to maturity and on the promised schedule. Not a fair spread: it
    knows nothing of default.

    Args:
        price: per 100 of the first balance, without premium accrued before the first period, above 0.
        balances: balance outstanding during each period, n values, the first above 0, the others at least 0.
        forwards: forward index rate of each period, decimal a year.
        accruals: length of each period, years, above 0.
        margin: contractual margin, decimal a year, one number or one a period.

    Raises:
        InputRefused: where shapes differ or a value is out of range.
        CannotCompute: where no margin discounts the cash to the price.

    >>> round(1e4 * discount_margin(98.0, [100.0] * 20, [0.04] * 20, [0.25] * 20, 0.04), 4)
    449.5117
    """
    balances, accruals = _checked_loan(balances, accruals)
    forwards = _checked_periods("forwards", forwards, len(balances))
    margins = _checked_periods("margin", margin, len(balances))
    _checked_price(price)
    lowest = float(np.max(-1.0 / accruals - forwards))
    return _root_of_falling(
        lambda candidate: _price(candidate, balances, forwards, accruals, margins) - price,
        float(np.mean(margins)),
        lowest,
        f"price: no discount margin gives {price:g} per 100",
    )


def swap_rate(
    balances: Sequence[float] | FloatArray,
    forwards: Sequence[float] | FloatArray,
    accruals: Sequence[float] | FloatArray,
    discount_factors: Sequence[float] | FloatArray,
) -> float:
    """Par fixed rate of an amortising schedule: the balance-weighted forward.

    ``sum_i N_{i-1} dt_i DF_i f_i / sum_i N_{i-1} dt_i DF_i``: what the fixed coupon of the schedule is
    compared with to read its margin over the index.

    Args:
        balances: balance outstanding during each period, n values, at least 0, one above 0.
        forwards: forward index rate of each period, decimal a year.
        accruals: length of each period, years, above 0.
        discount_factors: at the end of each period, above 0.

    Raises:
        InputRefused: where shapes differ, a value is out of range, or every balance is 0.

    >>> round(swap_rate([100.0, 50.0], [0.03, 0.06], [1.0, 1.0], [1.0, 1.0]), 6)
    0.04
    """
    balances, accruals = _checked_loan(balances, accruals, first_above_zero=False)
    forwards = _checked_periods("forwards", forwards, len(balances))
    factors = _checked_periods("discount_factors", discount_factors, len(balances))
    if np.any(factors <= 0.0):
        raise InputRefused(f"discount_factors: found {factors.min():g}; expected above 0")
    weights = balances * accruals * factors
    if weights.sum() == 0.0:
        raise InputRefused("balances: found no balance above 0; expected a loan that is drawn in some period")
    return float(weights @ forwards / weights.sum())


def weighted_average_life(
    principal: Sequence[float] | FloatArray, years: Sequence[float] | FloatArray
) -> float:
    """Average life of a repayment schedule in years: ``sum principal_i t_i / sum principal_i``.

    Args:
        principal: repayments, any currency unit, at least 0, one above 0.
        years: time of each repayment, at least 0.

    Raises:
        InputRefused: where shapes differ, a repayment is negative, or none is above 0.

    >>> round(weighted_average_life([55.4350, 39.5499, 28.5049, 20.8554, 15.5909], [1, 2, 3, 4, 5]), 5)
    2.38486
    """
    times = checked_years(years, "years")
    amounts = _checked_periods("principal", principal, times.size)
    if np.any(amounts < 0.0):
        raise InputRefused(f"principal: found {amounts.min():g}; expected repayments only, each at least 0")
    if amounts.sum() == 0.0:
        raise InputRefused("principal: found no repayment above 0; expected at least one")
    return float(amounts @ times / amounts.sum())


def z_spread(
    price: float,
    cash_flows: Sequence[float] | FloatArray,
    years: Sequence[float] | FloatArray,
    discount_factors: Sequence[float] | FloatArray,
) -> float:
    """The constant added to the zero curve that reprices promised cash: ``P = sum_i CF_i DF_i exp(-z t_i)``.

    Args:
        price: including accrued interest, in the unit of the cash flows, above 0.
        cash_flows: promised at each time, at least 0, one above 0 later than now.
        years: time of each, at least 0.
        discount_factors: at each time, above 0.

    Returns:
        z, continuously compounded, decimal a year.

    Raises:
        InputRefused: where shapes differ or a value is out of range.
        CannotCompute: where no spread reprices.

    >>> round(z_spread(95.0, [105.0], [1.0], [1.0]), 6)
    0.100083
    """
    times = checked_years(years, "years")
    flows = _checked_periods("cash_flows", cash_flows, times.size)
    factors = _checked_periods("discount_factors", discount_factors, times.size)
    _checked_price(price)
    if np.any(flows < 0.0) or not np.any((flows > 0.0) & (times > 0.0)):
        raise InputRefused("cash_flows: expected none below 0, and one above 0 at a time above 0")
    if np.any(factors <= 0.0):
        raise InputRefused(f"discount_factors: found {factors.min():g}; expected above 0")
    present = flows * factors
    return _root_of_falling(
        lambda candidate: float(present @ np.exp(-candidate * times)) - price,
        0.0,
        -50.0 / float(times.max()),
        f"price: no spread reprices {price:g}",
    )


def _root_of_falling(value: Callable[[float], float], guess: float, lowest: float, refusal: str) -> float:
    """Root of a function that falls on (lowest, infinity), to the last digits, or `CannotCompute`."""
    step = 0.01
    low = high = max(guess, lowest + step)
    while value(high) > 0.0:
        step *= 2.0
        low, high = high, high + step
        if step > 1e9:
            raise CannotCompute(f"{refusal}: the cash is worth more at any margin; check price and balances")
    step = 0.01
    while value(low) < 0.0:
        high, low = low, max(low - step, 0.5 * (low + lowest))
        step *= 2.0
        if low - lowest < 1e-9:
            raise CannotCompute(f"{refusal}: the cash is worth less at any margin; check price and balances")
    if low == high:
        return low
    from haircut.curves._quantlib import bracketed_root

    return bracketed_root(value, low, high)


def _checked_price(price: float) -> None:
    if not (math.isfinite(price) and price > 0.0):
        raise InputRefused(f"price: found {price}; expected a finite number above 0")


def _checked_loan(
    balances: ArrayLike, accruals: ArrayLike, first_above_zero: bool = True
) -> tuple[FloatArray, FloatArray]:
    values = np.asarray(balances, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        raise InputRefused(f"balances: found shape {values.shape}; expected one balance for each period")
    values = _checked_periods("balances", values, values.size)
    lengths = _checked_periods("accruals", accruals, values.size)
    if np.any(values < 0.0):
        raise InputRefused(f"balances: found {values.min():g}; expected at least 0 in every period")
    if first_above_zero and values[0] == 0.0:
        raise InputRefused("balances[0]: found 0; expected above 0: start at the first draw")
    if np.any(lengths <= 0.0):
        raise InputRefused(f"accruals: found {lengths.min():g}; expected years above 0 in every period")
    return values, lengths


def _checked_periods(name: str, found: ArrayLike, periods: int) -> FloatArray:
    """`found` as a finite array with one value a period; one number stands for all periods."""
    values = np.asarray(found, dtype=np.float64)
    if values.ndim == 0:
        values = np.full(periods, float(values))
    if values.shape != (periods,):
        raise InputRefused(f"{name}: found shape {values.shape}; expected ({periods},), one value a period")
    if not np.all(np.isfinite(values)):
        position = int(np.argmin(np.isfinite(values)))
        raise InputRefused(f"{name}[{position}]: found {values[position]}; expected a finite number")
    return values
