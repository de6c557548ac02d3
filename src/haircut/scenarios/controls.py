"""Control variates: functions of the drivers' paths whose means are known, so that what they missed is known too.

A run of n paths draws a few customers' defaults too many and rents a little too high. Both means are known exactly
under either measure, so the part of an estimate's error that follows them can be taken off (`pricing.moments`):

    default of each obligor by a quarter, a half, three quarters and the whole of the horizon: 1 - S(t)
    rent of the first device at the same months: E[R(t)], a recursion over the joint chain

What an overlay imposes on a driver takes its controls away, because its mean is then another.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.scenarios.block import GROUPS, ScenarioBlock
from haircut.scenarios.drivers.student import NORMAL
from haircut.scenarios.imposed import NOTHING
from haircut.scenarios.parameters import ScenarioParameters

Floats = NDArray[np.float64]

QUARTERS: Final = 4
MOST_OBLIGORS: Final = 12
"""With more of them each obligor has one control, its default by the horizon, and no more than this many squared."""


class Controls(NamedTuple):
    """Which functions of a block are controls, and their means under one measure.

    Attributes:
        obligors: rows of obligors with controls.
        default_months: months by which their default is counted.
        rent_months: months at which the rent of the first device is read; none where its mean is not known.
        means: (K,) obligors by month, then rents.
    """

    obligors: tuple[int, ...]
    default_months: tuple[int, ...]
    rent_months: tuple[int, ...]
    means: Floats

    @property
    def number(self) -> int:
        """K."""
        return len(self.means)


def controls_of(parameters: ScenarioParameters) -> Controls:
    """The controls of a scenario set under one measure.

    Args:
        parameters: compiled drivers, under P or Q.
    """
    months = parameters.months
    quarters = tuple(sorted({max(months * part // QUARTERS, 1) for part in range(1, QUARTERS + 1)}))
    rows: tuple[int, ...] = ()
    rents: tuple[int, ...] = ()
    if parameters.imposed == NOTHING:
        rows = tuple(row for row, curve in enumerate(parameters.survival) if curve[months] < 1.0)
        if parameters.stated_months == 0 and parameters.degrees_of_freedom == NORMAL:
            rents = quarters
    by = quarters if len(rows) <= MOST_OBLIGORS else (months,)
    rows = rows[: MOST_OBLIGORS**2]
    lost = [1.0 - parameters.survival[row, month] for row in rows for month in by]
    rent = np.array([expected_rent_under(parameters, month) for month in rents])
    return Controls(rows, by, rents, np.concatenate([np.array(lost), rent]))


def control_values(controls: Controls, block: ScenarioBlock, count: int) -> Floats:
    """(count, K) controls of the first paths of a block, each less its mean.

    Every driver is read on the path on which the month of the book reads it (`ScenarioBlock.reads`).
    """
    columns = []
    for row in controls.obligors:
        month = block.default_month[row, block.reads[len(GROUPS) + row, :count]]
        columns += [((month > 0) & (month <= by)).astype(np.float64) for by in controls.default_months]
    for month in controls.rent_months:
        columns.append(np.exp(block.log_rent[0, block.reads[0, :count], month]))
    if not columns:
        return np.empty((count, 0))
    values: Floats = np.stack(columns, axis=1) - controls.means
    return values


def expected_rent_under(parameters: ScenarioParameters, month: int) -> float:
    """E[R(month)] of the first device under the measure of the parameters, USD per GPU-hour.

    As `machines.expected.expected_rent`, over the joint chain of (Z_S, Z_M): given the regimes c is Gaussian and
    linear in its past, so the expectation of ``exp(a c(t + 1))`` given month t is ``exp((1 - pull) a c(t))`` times a
    factor by regime. Launches enter by their expected share left, which is independent of c.

    Args:
        parameters: without a stated path and with normal shocks.
        month: 0 to T.
    """
    steps = parameters.steps.compute
    ahead, exponent = np.ones(6), 1.0
    for t in range(month - 1, -1, -1):
        common = exponent * (steps.step[t] + steps.pull[t] * steps.target[t])
        spread = exponent * steps.deviation[t]
        factor = np.exp(common + exponent * steps.drift[t] + 0.5 * spread**2)
        ahead = parameters.joint @ (np.tile(factor, 2) * ahead)
        exponent *= 1.0 - steps.pull[t]
    law = parameters.laws[0]
    growth = float(parameters.initial @ ahead)
    return float(np.exp(law.log_rent + law.log_obsolescence[month])) * growth
