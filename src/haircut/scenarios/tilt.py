"""Importance sampling of customers' defaults: more of them are drawn, and each path counts by what it was worth.

On every second path each obligor's intensity is multiplied by the tilt k, which is its unit exponential divided by it.
What an obligor did, default in month m or never, has the ratio of probabilities without and with the tilt

    r = (exp(-L(m-1)) - exp(-L(m))) / (exp(-k L(m-1)) - exp(-k L(m)))        or        exp(-L(T)) / exp(-k L(T))

with L the cumulated intensity of that path, exact given demand. Obligors are independent given demand, so their ratios
multiply. A path of the mixture of both halves weighs ``1 / (1/2 + 1/2 / r)``: never more than 2, and 1 on average.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from haircut.errors import InputRefused
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.imposed import NOTHING
from haircut.scenarios.parameters import Measure
from haircut.scenarios.scenario_set import ScenarioSet
from haircut.scenarios.simulate import simulate_states

Floats = NDArray[np.float64]


def tilted_block(
    scenarios: ScenarioSet, block: int, measure: Measure, tilt: float
) -> tuple[ScenarioBlock, Floats]:
    """One block with obligors' intensities times `tilt` on every second path, and the weight of each of its paths.

    Args:
        scenarios: the recipe.
        block: index.
        measure: "P" or "Q".
        tilt: above 0; 1 changes nothing.

    Raises:
        InputRefused: for a tilt that is not above 0; under independence by shift, and where an overlay imposes a
            default, because a path has no weight there.
    """
    parameters = scenarios.p if measure == "P" else scenarios.q
    if not tilt > 0.0 or parameters.independence_by_shift or parameters.imposed != NOTHING:
        raise InputRefused(
            f"tilt: found {tilt:g}; expected a number above 0, paths that are read whole (no independence by shift) "
            "and nothing imposed on a driver"
        )
    draws = scenarios.draw(block)
    factor = np.where(np.arange(scenarios.block_size) % 2 == 1, tilt, 1.0)
    more = draws._replace(default_level=draws.default_level / factor)
    found = scenarios.block(block, measure, more)
    demand = simulate_states(parameters, draws).demand[:, :-1]
    ratio = np.ones(len(demand))
    for row, loading in enumerate(parameters.loading.tolist()):
        cumulated = np.cumsum(parameters.intensity[row] / 12.0 * np.exp(-loading * demand), axis=1)
        ratio *= ratio_of(cumulated, found.default_month[row], tilt)
    weights: Floats = 1.0 / (0.5 + 0.5 / ratio)
    return found, weights


def ratio_of(cumulated: Floats, month: NDArray[np.int64], tilt: float) -> Floats:
    """(n,) ratio of the probabilities of what one obligor did, without and with the tilt.

    Args:
        cumulated: (n, T) cumulated intensity at the end of each month.
        month: (n,) month 1..T of default, 0 if none.
        tilt: k.

    >>> ratio_of(np.array([[0.1, 0.2], [0.1, 0.2]]), np.array([0, 1]), 2.0).round(6).tolist()
    [1.221403, 0.524979]
    """
    paths = np.arange(len(month))
    last = cumulated[paths, np.where(month > 0, month - 1, cumulated.shape[1] - 1)]
    before = np.where(month > 1, cumulated[paths, np.maximum(month - 2, 0)], 0.0)
    survived = np.exp((tilt - 1.0) * last)
    # exp(-a) - exp(-b) = exp(-a) (1 - exp(-(b - a))), exact for small steps.
    step = last - before
    with np.errstate(divide="ignore", invalid="ignore"):
        died = np.exp((tilt - 1.0) * before) * np.expm1(-step) / np.expm1(-tilt * step)
    found: Floats = np.where(month > 0, died, survived)
    return found
