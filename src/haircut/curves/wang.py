"""From P to Q and back: the Wang transform of default probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from haircut.curves._piecewise import FloatArray, checked_nodes, checked_years
from haircut.curves.survival import Measure, SurvivalCurve
from haircut.errors import CannotCompute, InputRefused


@overload
def wang_distortion(probability: float, years: float, theta: float) -> float: ...
@overload
def wang_distortion(
    probability: float | Sequence[float] | FloatArray,
    years: float | Sequence[float] | FloatArray,
    theta: float,
) -> float | FloatArray: ...
def wang_distortion(probability: ArrayLike, years: ArrayLike, theta: float) -> float | FloatArray:
    """A cumulative default probability under Q from one under P: ``N(N^-1(p) + theta sqrt(T))``.

    The inverse is the same function with ``-theta``; 0 stays 0 and 1 stays 1.

    Args:
        probability: by time T, in [0, 1].
        years: T, at least 0, broadcast against `probability`.
        theta: market price of default risk, per square root of a year; positive makes Q worse than P.

    Raises:
        InputRefused: where a probability leaves [0, 1] or theta is not finite.

    >>> round(wang_distortion(0.2099, 7.0, 0.24), 4)
    0.4318
    >>> wang_distortion([0.0, 1.0], 7.0, 0.24)
    array([0., 1.])
    """
    from scipy.special import ndtr, ndtri

    p = np.asarray(probability, dtype=np.float64)
    if not np.all((p >= 0.0) & (p <= 1.0)):
        raise InputRefused("probability: found a value outside [0, 1]; expected shares, 0.0354 for 3.54 %")
    shift = _checked_theta(theta) * np.sqrt(checked_years(years, "years"))
    result = np.asarray(ndtr(ndtri(p) + shift), dtype=np.float64)
    return float(result) if result.ndim == 0 else result


def wang_to_q(curve: SurvivalCurve, theta: float, grid_years: Sequence[float] | FloatArray) -> SurvivalCurve:
    """The Q curve of a P curve: ``Q_Q(T) = N(N^-1(Q_P(T)) + theta sqrt(T))`` at each time of a grid.

    Args:
        curve: under P.
        theta: per square root of a year, 0.2 to 0.5 in the literature; 0 keeps the probabilities.
        grid_years: ascending, the first above 0; the hazard is constant between, the last one continues.
            A monthly grid is ``np.arange(1, T + 1) / 12``.

    Raises:
        InputRefused: where the curve is under Q already, the grid is unsorted, or theta is not finite.
        CannotCompute: where a negative theta makes the probability fall, with the year.

    >>> b_rated = SurvivalCurve.from_cumulative_default([7.0], [0.2099], "P")
    >>> round(wang_to_q(b_rated, 0.24, [7.0]).default_probability(7.0), 4)
    0.4318
    """
    return _distorted(curve.require("P", "wang_to_q"), theta, grid_years, "Q")


def wang_to_p(curve: SurvivalCurve, theta: float, grid_years: Sequence[float] | FloatArray) -> SurvivalCurve:
    """The P curve of a Q curve, the inverse of `wang_to_q` with the same theta and grid.

    Args:
        curve: under Q.
        theta: per square root of a year, as in `wang_to_q`.
        grid_years: ascending, the first above 0.

    Raises:
        InputRefused: where the curve is under P already, the grid is unsorted, or theta is not finite.
        CannotCompute: where the implied P probability falls, with the year: a small Q hazard far out leaves
            less default risk than theta takes away.

    >>> months = np.arange(1, 61) / 12
    >>> cds = SurvivalCurve.from_credit_triangle(0.064, 0.40)
    >>> round(wang_to_p(cds, 0.30, months).default_probability(5.0), 4)
    0.1868
    """
    return _distorted(curve.require("Q", "wang_to_p"), -theta, grid_years, "P")


def to_measure(
    curve: SurvivalCurve, measure: Measure, theta: float, grid_years: Sequence[float] | FloatArray
) -> SurvivalCurve:
    """The curve under the measure asked for: itself, or its Wang transform on the grid.

    Args:
        curve: under either measure.
        measure: "P" or "Q".
        theta: per square root of a year, as in `wang_to_q`; not read where the measure is already right.
        grid_years: ascending, the first above 0.

    Raises:
        InputRefused, CannotCompute: as `wang_to_q` and `wang_to_p`.

    >>> curve = SurvivalCurve.flat(0.02, "P")
    >>> to_measure(curve, "P", 0.3, [1.0]) is curve
    True
    """
    if curve.measure == measure:
        return curve
    convert = wang_to_q if measure == "Q" else wang_to_p
    return convert(curve, theta, grid_years)


def _checked_theta(theta: float) -> float:
    if not math.isfinite(theta) or abs(theta) > 10.0:
        raise InputRefused(f"theta: found {theta}; expected a number such as 0.3, per square root of a year")
    return theta


def _distorted(
    curve: SurvivalCurve, theta: float, grid_years: Sequence[float] | FloatArray, measure: Measure
) -> SurvivalCurve:
    """The transform on cumulative hazards, H = -log S, so that neither tail loses digits.

    With x = N^-1(Q) = -N^-1(S): H_new = -log N(-(x + theta sqrt(T))).
    """
    from scipy.special import log_ndtr, ndtri_exp

    nodes = checked_nodes([float(year) for year in grid_years], "grid_years")
    years = np.array(nodes)
    if _checked_theta(theta) == 0.0:
        cumulative = curve.cumulative_hazard(years)
    else:
        quantile = -ndtri_exp(-curve.cumulative_hazard(years))
        cumulative = -log_ndtr(-(quantile + theta * np.sqrt(years)))
    steps = np.diff(cumulative, prepend=0.0)
    falling = steps < -1e-12 * np.maximum(cumulative, 1.0)
    if falling.any():
        position = int(np.argmax(falling))
        raise CannotCompute(
            f"theta: at {years[position]:.4g} years the default probability under {measure} would fall "
            f"from {-np.expm1(-cumulative[position - 1]):.6g} to {-np.expm1(-cumulative[position]):.6g}; "
            f"expected it never to fall: end the grid earlier, use a smaller theta than "
            f"{abs(theta):g}, or state a curve under {measure}"
        )
    hazards = np.maximum(steps, 0.0) / np.diff(years, prepend=0.0)
    return SurvivalCurve(measure, nodes, tuple(hazards.tolist()))
