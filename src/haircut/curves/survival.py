"""The survival curve: the probability of no default, under one measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from haircut.curves._piecewise import FloatArray, checked_nodes, checked_years, cumulative_at
from haircut.curves.discount import DiscountCurve
from haircut.errors import InputRefused

Measure = Literal["P", "Q"]
"""P is the real-world measure, Q the pricing measure."""


@dataclass(frozen=True)
class SurvivalCurve:
    """Piecewise constant default hazard under a stated measure: ``S(t) = exp(-int_0^t lambda(u) du)``.

    The hazard of segment k holds for years in ``(node_years[k-1], node_years[k]]``; the last one continues
    for ever. Do not combine curves of different measures: `require` refuses, `wang_to_q` and `wang_to_p`
    convert.

    Attributes:
        measure: "P" (rating table, history) or "Q" (CDS, bond spread).
        node_years: ACT/365F years at which segments end, ascending, the first above 0.
        hazards: hazard of each segment, a year, finite, at least 0, without upper bound.

    Raises:
        InputRefused: where the measure is unknown, nodes are unsorted, or a hazard is negative.

    >>> curve = SurvivalCurve("Q", (1.0, 3.0), (0.02, 0.05))
    >>> curve.survival([1.0, 2.0]).round(6)
    array([0.980199, 0.932394])
    """

    measure: Measure
    node_years: tuple[float, ...]
    hazards: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.measure not in ("P", "Q"):
            raise InputRefused(
                f"measure: found {self.measure!r}; expected 'P' (rating table, history) or 'Q' (CDS, spread)"
            )
        object.__setattr__(self, "node_years", checked_nodes(self.node_years, "node_years"))
        hazards = tuple(float(hazard) for hazard in self.hazards)
        if len(hazards) != len(self.node_years):
            raise InputRefused(
                f"hazards: found {len(hazards)} for {len(self.node_years)} nodes; expected one for each"
            )
        for year, hazard in zip(self.node_years, hazards, strict=True):
            if not (math.isfinite(hazard) and hazard >= 0.0):
                raise InputRefused(
                    f"hazards: found {hazard} up to {year:g} years; expected a finite rate a year, at least 0"
                )
        object.__setattr__(self, "hazards", hazards)

    @classmethod
    def flat(cls, hazard: float, measure: Measure) -> SurvivalCurve:
        """One hazard for ever.

        Args:
            hazard: a year, at least 0.
            measure: "P" or "Q".

        >>> round(SurvivalCurve.flat(0.02, "P").survival(5.0), 4)
        0.9048
        """
        return cls(measure, (1.0,), (hazard,))

    @classmethod
    def from_credit_triangle(cls, spread: float, recovery: float) -> SurvivalCurve:
        """The flat Q curve whose hazard pays for a running spread: ``lambda = spread / (1 - recovery)``.

        Exact for a premium paid continuously; `from_cds` has the conventions of the traded contract.

        Args:
            spread: decimal a year, at least 0.
            recovery: share of par, in [0, 1).

        Raises:
            InputRefused: where either is out of range.

        >>> round(SurvivalCurve.from_credit_triangle(0.0640, 0.40).default_probability(5.0), 3)
        0.413
        """
        if not (math.isfinite(spread) and spread >= 0.0):
            raise InputRefused(f"spread: found {spread}; expected a decimal a year, 0.064 for 640 bp")
        checked_recovery(recovery)
        return cls.flat(spread / (1.0 - recovery), "Q")

    @classmethod
    def from_cumulative_default(
        cls, years: Sequence[float], cumulative: Sequence[float], measure: Measure
    ) -> SurvivalCurve:
        """The curve through cumulative default probabilities, such as a row of a rating table.

        ``lambda_k = ln(S_{k-1} / S_k) / (T_k - T_{k-1})``.

        Args:
            years: ascending, the first above 0.
            cumulative: probability of default by each year, in [0, 1), never falling.
            measure: "P" for a rating table.

        Raises:
            InputRefused: where a probability falls or leaves [0, 1), with its year.

        >>> triple_c = SurvivalCurve.from_cumulative_default([1, 2, 3], [0.2830, 0.3833, 0.4342], "P")
        >>> round(triple_c.default_probability(3.0, survived_to=2.0), 4)
        0.0825
        """
        nodes = checked_nodes(years, "years")
        if len(cumulative) != len(nodes):
            raise InputRefused(
                f"cumulative: found {len(cumulative)} values for {len(nodes)} years; expected one for each"
            )
        hazards = []
        last_year, last = 0.0, 0.0
        for year, probability in zip(nodes, cumulative, strict=True):
            if not 0.0 <= probability < 1.0:
                raise InputRefused(
                    f"cumulative: found {probability} by year {year:g}; expected a share in [0, 1): "
                    "write 3.54 % as 0.0354, and a default that is certain as its date, not as a curve"
                )
            if probability < last:
                raise InputRefused(
                    f"cumulative: found {probability} by year {year:g} below {last} by year {last_year:g}; "
                    "expected probabilities that never fall: they are cumulative, not annual"
                )
            hazards.append((math.log1p(-last) - math.log1p(-probability)) / (year - last_year))
            last_year, last = year, probability
        return cls(measure, nodes, tuple(hazards))

    @classmethod
    def from_cds(
        cls,
        as_of: date,
        quotes: Mapping[float, float] | Mapping[date, float],
        recovery: float,
        discount: DiscountCurve,
        coupon: float | None = None,
    ) -> SurvivalCurve:
        """The Q curve that reprices CDS quotes under the ISDA standard model (see `CdsTerms`).

        One hazard per maturity, found by Brent's method with the earlier ones fixed and no upper bound, so
        that distressed curves bootstrap. Quotes are par spreads, or upfronts where `coupon` is given.

        Args:
            as_of: trade date.
            quotes: by tenor in years (standard maturities, semi-annual roll) or by maturity date. Par
                spreads as decimals a year; with `coupon`, upfronts as a share of notional,
                positive where the buyer pays.
            recovery: share of par, in [0, 1).
            discount: curve with the same as-of date.
            coupon: running coupon of upfront quotes, decimal a year (0.05 for 500 bp), else None.

        Raises:
            InputRefused: where a tenor, quote or recovery is out of range, or the as-of dates differ.
            CannotCompute: where no hazard >= 0 reprices a quote, with the tenor and the feasible range.

        >>> as_of = date(2026, 10, 1)
        >>> discount = DiscountCurve.flat(as_of, 0.04)
        >>> curve = SurvivalCurve.from_cds(as_of, {1: 0.02, 5: 0.064}, 0.40, discount)
        >>> curve.measure, [round(hazard, 4) for hazard in curve.hazards]
        ('Q', [0.0336, 0.1407])
        """
        from haircut.curves.cds import bootstrap_hazards

        node_years, hazards = bootstrap_hazards(as_of, quotes, recovery, discount, coupon)
        return cls("Q", node_years, hazards)

    @cached_property
    def _arrays(self) -> tuple[FloatArray, FloatArray]:
        nodes = np.array(self.node_years)
        return nodes, np.cumsum(np.array(self.hazards) * np.diff(nodes, prepend=0.0))

    @overload
    def cumulative_hazard(self, years: float) -> float: ...
    @overload
    def cumulative_hazard(self, years: Sequence[float] | FloatArray) -> FloatArray: ...
    def cumulative_hazard(self, years: ArrayLike) -> float | FloatArray:
        """``int_0^t lambda(u) du``.

        Args:
            years: one number or an array, finite, at least 0.

        Raises:
            InputRefused: where a time is negative or not finite.

        >>> SurvivalCurve.flat(0.02, "P").cumulative_hazard(5.0)
        0.1
        """
        values = cumulative_at(checked_years(years, "years"), *self._arrays)
        return float(values) if values.ndim == 0 else values

    @overload
    def survival(self, years: float) -> float: ...
    @overload
    def survival(self, years: Sequence[float] | FloatArray) -> FloatArray: ...
    def survival(self, years: ArrayLike) -> float | FloatArray:
        """Probability of no default by each time: ``S(t)``.

        Args:
            years: one number or an array, finite, at least 0.

        Raises:
            InputRefused: where a time is negative or not finite.

        >>> SurvivalCurve.flat(0.0, "P").survival([0.0, 40.0])
        array([1., 1.])
        """
        values = np.exp(-cumulative_at(checked_years(years, "years"), *self._arrays))
        return float(values) if values.ndim == 0 else values

    def month_survival(self, month_count: int) -> FloatArray:
        """Survival on the monthly grid: element t is ``S(t / 12)``.

        Args:
            month_count: number of months T, at least 0.

        Returns:
            T + 1 probabilities, the first 1.

        Raises:
            InputRefused: where `month_count` is negative.

        >>> SurvivalCurve.flat(0.12, "P").month_survival(2).round(4)
        array([1.    , 0.99  , 0.9802])
        """
        if month_count < 0:
            raise InputRefused(f"month_count: found {month_count}; expected a whole number, at least 0")
        return self.survival(np.arange(month_count + 1) / 12.0)

    @overload
    def hazard(self, years: float) -> float: ...
    @overload
    def hazard(self, years: Sequence[float] | FloatArray) -> FloatArray: ...
    def hazard(self, years: ArrayLike) -> float | FloatArray:
        """Hazard in force at each time, a year; at a node, that of the segment that ends there.

        Args:
            years: one number or an array, finite, at least 0.

        Raises:
            InputRefused: where a time is negative or not finite.

        >>> SurvivalCurve("P", (1.0, 3.0), (0.02, 0.05)).hazard([0.0, 1.0, 1.5, 9.0])
        array([0.02, 0.02, 0.05, 0.05])
        """
        values = checked_years(years, "years")
        segment = np.minimum(np.searchsorted(self._arrays[0], values, side="left"), len(self.hazards) - 1)
        result = np.array(self.hazards)[segment]
        return float(result) if result.ndim == 0 else result

    @overload
    def default_probability(self, years: float, survived_to: float = 0.0) -> float: ...
    @overload
    def default_probability(
        self, years: Sequence[float] | FloatArray, survived_to: float = 0.0
    ) -> FloatArray: ...
    def default_probability(self, years: ArrayLike, survived_to: float = 0.0) -> float | FloatArray:
        """Probability of default by each time, given survival to an earlier one: ``1 - S(t) / S(s)``.

        Args:
            years: one number or an array, none below `survived_to`.
            survived_to: years s to which survival is known, at least 0.

        Raises:
            InputRefused: where a time is negative, not finite, or below `survived_to`.

        >>> round(SurvivalCurve.flat(0.02, "P").default_probability(1.0), 6)
        0.019801
        """
        values = checked_years(years, "years")
        checked_years(survived_to, "survived_to")
        if np.any(values < survived_to):
            raise InputRefused(
                f"years: found {values.min():g}; expected none below survived_to {survived_to:g}"
            )
        cumulative = cumulative_at(values, *self._arrays)
        result = -np.expm1(self.cumulative_hazard(survived_to) - cumulative)
        return float(result) if result.ndim == 0 else result

    def require(self, measure: Measure, where: str) -> SurvivalCurve:
        """This curve, if it is under `measure`; nothing converts silently.

        Args:
            measure: the measure that the caller needs.
            where: what the curve is for, named in the message.

        Raises:
            InputRefused: where the curve is under the other measure.

        >>> SurvivalCurve.flat(0.02, "Q").require("Q", "guarantor").measure
        'Q'
        """
        if self.measure != measure:
            convert = "wang_to_q" if measure == "Q" else "wang_to_p"
            raise InputRefused(
                f"{where}: found a survival curve under {self.measure}; expected one under {measure}: "
                f"convert it with {convert}(curve, theta, grid_years), or state another curve"
            )
        return self


def checked_recovery(recovery: float) -> float:
    """`recovery`, or an `InputRefused` where it is not a share of par in [0, 1)."""
    if not 0.0 <= recovery < 1.0:
        raise InputRefused(f"recovery: found {recovery}; expected a share of par in [0, 1), 0.4 for 40 %")
    return recovery
