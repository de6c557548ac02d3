"""Means over paths and the errors of functions of means: the delta method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haircut.credit.outcomes import CONTROLLED, INDEX, ControlSums, Outcomes

Floats = NDArray[np.float64]

FEWEST_BLOCKS = 20
"""Under independence by shift errors come from block means, and fewer blocks give no error."""


@dataclass(frozen=True)
class Controlled:
    """A linearised function of means with what its control variates missed taken off.

    Attributes:
        shift: to be added to the function.
        weights: (K,) beta, of each control.
        explained: variance of the function's mean that goes with them.
        share: variance that is left, as a share of the function's own: 1 over the variance ratio.
    """

    shift: float
    weights: Floats
    explained: float
    share: float

    @classmethod
    def of(cls, shift: float, weights: Floats, own: float, left: float) -> Controlled:
        """From the variance of the function's mean before and after."""
        left = min(max(left, 0.0), own)
        return cls(shift, weights, own - left, left / own if own > 0.0 else 1.0)


class Moments:
    """Means of the columns of one claim under one measure, with the covariance of these means.

    With independent paths ``Cov(mean) = S / n``, S the sample covariance of one path's columns, from block
    sums and cross sums. Under independence by shift the paths of a block depend on each other, so
    ``Cov(mean) = B / (B - 1) sum_b (n_b / n)^2 (m_b - m)(m_b - m)'`` over B block means.

    Args:
        outcomes: of one measure.
        position: of the claim on the second axis.
        by_block: take errors from block means (`independence_by_shift`).

    >>> import numpy as np
    >>> from haircut.credit.outcomes import COLUMNS
    >>> rows = np.zeros((4, len(COLUMNS)))
    >>> rows[:, INDEX["ead"]] = [0.0, 2.0, 0.0, 2.0]
    >>> moments = Moments.of_rows(rows)
    >>> moments.mean("ead"), round(moments.standard_error({"ead": 1.0}), 6)
    (1.0, 0.57735)
    """

    def __init__(self, outcomes: Outcomes, position: int, by_block: bool = False) -> None:
        counts = outcomes.paths.astype(np.float64)
        self._set(counts, outcomes.sums[:, position], outcomes.cross[:, position], by_block)
        self._controls = outcomes.controls
        self._position = position

    @classmethod
    def of_rows(cls, rows: Floats, block_size: int = 512, by_block: bool = False) -> Moments:
        """The same from one row a path, shape (paths, columns): for tests and small samples."""
        blocks = [rows[start : start + block_size] for start in range(0, len(rows), block_size)]
        counts = np.array([float(len(block)) for block in blocks])
        sums = np.array([block.sum(axis=0) for block in blocks])
        cross = np.array([block.T @ block for block in blocks])
        moments = cls.__new__(cls)
        moments._set(counts, sums, cross, by_block)
        return moments

    _controls: ControlSums | None = None
    _position: int = 0

    def _set(self, counts: Floats, sums: Floats, cross: Floats, by_block: bool) -> None:
        self.paths = int(counts.sum())
        self.by_block = by_block
        self._sums = sums
        self._counts = counts
        self._means = sums.sum(axis=0) / self.paths
        self._covariance = self._of_blocks() if by_block else self._of_paths(cross.sum(axis=0))

    def _of_paths(self, cross: Floats) -> Floats | None:
        if self.paths < 2:
            return None
        sample = (cross / self.paths - np.outer(self._means, self._means)) * self.paths / (self.paths - 1)
        return sample / self.paths

    def _of_blocks(self) -> Floats | None:
        blocks = len(self._counts)
        if blocks < FEWEST_BLOCKS:
            return None
        gaps = (self._sums / self._counts[:, None] - self._means) * (self._counts / self.paths)[:, None]
        covariance: Floats = gaps.T @ gaps * blocks / (blocks - 1)
        return covariance

    def mean(self, column: str) -> float:
        """Mean over paths of a column of `haircut.credit.outcomes.COLUMNS`."""
        return float(self._means[INDEX[column]])

    def total(self, column: str) -> float:
        """Sum over paths of a column: of an indicator, the number of paths."""
        return float(self._sums[:, INDEX[column]].sum())

    def standard_error(self, gradient: Mapping[str, float]) -> float | None:
        """Error of a function of means with this gradient at the means: ``sqrt(g' Cov(mean) g)``.

        Args:
            gradient: derivative by column; a column that is not named has derivative 0.

        Returns:
            The error in the function's unit; None with one path, or with fewer than 20 blocks where paths
            depend on each other.
        """
        if self._covariance is None:
            return None
        return math.sqrt(max(self.covariance(gradient, gradient), 0.0))

    def covariance(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """Covariance of two functions of means with these gradients; 0 where paths give no error."""
        if self._covariance is None:
            return 0.0
        rows, columns = ([INDEX[name] for name in gradient] for gradient in (one, other))
        left, right = (np.array(list(gradient.values())) for gradient in (one, other))
        return float(left @ self._covariance[np.ix_(rows, columns)] @ right)

    def controlled(self, gradient: Mapping[str, float]) -> Controlled | None:
        """The regression of a linearised function on the control variates, whose known means are 0.

        ``beta = Cov(C)^-1 Cov(C, f)``, the function moves by ``-beta mean(C)`` and keeps the variance that the
        controls do not explain, with one degree of freedom fewer for each control.

        Args:
            gradient: derivatives by column, among `credit.outcomes.CONTROLLED`.

        Returns:
            None where no controls were kept, paths are too few, or another column is named.
        """
        sums, names = self._controls, set(gradient)
        if sums is None or self._covariance is None or not names <= set(CONTROLLED):
            return None
        whole = float(self._counts.sum())
        mean = sums.sums.sum(axis=0) / whole
        spread = sums.cross.sum(axis=0) / whole - np.outer(mean, mean)
        moving = np.flatnonzero(np.diag(spread) > 1e-12)
        if not moving.size or whole <= 10.0 * (moving.size + 1):
            return None
        slopes = np.array([gradient.get(name, 0.0) for name in CONTROLLED])
        columns = self._means[[INDEX[name] for name in CONTROLLED]]
        products = sums.with_columns[:, self._position].sum(axis=0) / whole
        shared = slopes @ (products - np.outer(columns, mean))
        scale = np.sqrt(np.diag(spread)[moving])
        inside = spread[np.ix_(moving, moving)] / np.outer(scale, scale)
        weights = np.zeros(len(mean))
        weights[moving] = np.linalg.lstsq(inside, shared[moving] / scale, rcond=1e-10)[0] / scale
        shift = -float(weights @ mean)
        if self.by_block:
            own = self.block_deviations(gradient)
            left = own - self._control_deviations(weights)
            factor = len(own) / (len(own) - 1.0)
            return Controlled.of(shift, weights, float(own @ own) * factor, float(left @ left) * factor)
        before = self.covariance(gradient, gradient)
        freedom = (whole - 1.0) / (whole - 1.0 - moving.size)
        return Controlled.of(
            shift, weights, before, (before - float(weights @ shared) / (whole - 1.0)) * freedom
        )

    def _control_deviations(self, weights: Floats) -> Floats:
        """Each block's weighted deviation of a weighted sum of the controls."""
        assert self._controls is not None
        whole = float(self._counts.sum())
        gaps = self._controls.sums / self._counts[:, None] - self._controls.sums.sum(axis=0) / whole
        deviations: Floats = (gaps @ weights) * self._counts / whole
        return deviations

    def ratio(self, above: str, below: str) -> tuple[float, float | None]:
        """Ratio of two means with its delta-method error, ``g = (1, -r) / mean(below)``.

        Raises:
            ZeroDivisionError: where the mean below is 0; the caller decides what an empty ratio means.
        """
        base = self.mean(below)
        ratio = self.mean(above) / base
        return ratio, self.standard_error({above: 1.0 / base, below: -ratio / base})

    def block_deviations(self, gradient: Mapping[str, float], controlled: Controlled | None = None) -> Floats:
        """Each block's weighted deviation of a linearised function of means, less its controls; they sum to 0.

        The difference of these between two runs on common random numbers has the variance of the difference.
        """
        places = [INDEX[column] for column in gradient]
        slopes = np.array(list(gradient.values()))
        gaps = self._sums / self._counts[:, None] - self._means
        deviations: Floats = (gaps[:, places] @ slopes) * self._counts / self.paths
        return deviations if controlled is None else deviations - self._control_deviations(controlled.weights)

    @property
    def blocks(self) -> int:
        """Number of blocks of 512 paths, the last one maybe smaller."""
        return len(self._counts)


def first_blocks(outcomes: Outcomes, blocks: int) -> Outcomes:
    """The outcomes of the first blocks alone: what a run with fewer paths and the same seed would have left.

    Counts by cause and month and the sample stay those of the whole run.
    """
    controls = outcomes.controls
    return outcomes._replace(
        paths=outcomes.paths[:blocks],
        sums=outcomes.sums[:blocks],
        cross=outcomes.cross[:blocks],
        left_open=outcomes.left_open[:blocks],
        off_grid=outcomes.off_grid[:blocks],
        controls=None if controls is None else ControlSums(*(part[:blocks] for part in controls)),
    )
