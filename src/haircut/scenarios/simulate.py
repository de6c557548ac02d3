"""One block of paths: raw draws in, a `ScenarioBlock` out, under P or Q.

The month t -> t + 1 in order: both chains step (`regimes`), then c with the parameters of the new compute
regime, X toward the level of the new regime, power and the short factor, the funding spread toward the mean
of the new funding state. Shocks are correlated by the funding state at the start of the month. Power, X, the
short factor and the spread use their exact steps, so the length of the month leaves no error.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.kernels import kernel
from haircut.scenarios.block import BLOCK_SIZE, GROUPS, ScenarioBlock
from haircut.scenarios.drivers.compute import compute_after
from haircut.scenarios.drivers.default import months_of_default
from haircut.scenarios.drivers.demand import demand_after
from haircut.scenarios.drivers.funding_spread import spread_after
from haircut.scenarios.drivers.launches import log_rents
from haircut.scenarios.drivers.power import power_after
from haircut.scenarios.drivers.rate import rate_after
from haircut.scenarios.drivers.regime import picked
from haircut.scenarios.drivers.student import NORMAL, tail_scale
from haircut.scenarios.imposed import impose_on_block, impose_on_draws
from haircut.scenarios.parameters import DriverSteps, ScenarioParameters
from haircut.scenarios.randomness import TRUNCATION, RawDraws
from haircut.scenarios.working_memory import empty

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SHIFT_STRIDE = 37
"""Under independence by shift, group g reads path ``(p + 37 g) mod n``; 37 and 512 have no common factor."""


class DriverPaths(NamedTuple):
    """The Markov states behind a block, each (n, T + 1).

    Attributes:
        compute: c, log of the quality-adjusted price of compute over today's.
        demand: X.
        power: log of power's price over the forward, before the mean correction.
        rate_sum: sum of the short factor over the months before t, a year.
        funding_spread: log of the funding spread.
        regime, stress: states of the two chains.
    """

    compute: Floats
    demand: Floats
    power: Floats
    rate_sum: Floats
    funding_spread: Floats
    regime: Integers
    stress: Integers


@kernel
def cut(shock: float) -> float:
    """A shock between -6 and 6."""
    return min(max(shock, -TRUNCATION), TRUNCATION)


@kernel
def simulate_drivers(steps: DriverSteps, draws: RawDraws, scale: Floats, paths: DriverPaths) -> None:
    """Fill `paths` from raw draws: one path after the other, month by month.

    scale: (n, T) factor common to the shocks of a month, which are cut at 6; empty where shocks are normal.
    """
    size, months = draws.compute.shape
    student = scale.shape[0] > 0
    for p in range(size):
        stress = 1 if draws.funding_regime[p, 0] < steps.regime.initial_stress else 0
        regime = picked(steps.regime.initial_limit, draws.compute_regime[p, 0])
        c = 0.0
        x = steps.demand.level[regime]
        power = 0.0
        short = 0.0
        rate_sum = 0.0
        spread = steps.funding_spread.start
        paths.compute[p, 0] = c
        paths.demand[p, 0] = x
        paths.power[p, 0] = power
        paths.rate_sum[p, 0] = rate_sum
        paths.funding_spread[p, 0] = spread
        paths.regime[p, 0] = regime
        paths.stress[p, 0] = stress
        for t in range(months):
            mix = steps.mixing[stress]
            e0 = draws.compute[p, t]
            e1 = draws.demand[p, t]
            e2 = draws.power[p, t]
            e3 = draws.rate[p, t]
            e4 = draws.funding_spread[p, t]
            shock_demand = mix[1, 0] * e0 + mix[1, 1] * e1
            shock_power = mix[2, 0] * e0 + mix[2, 1] * e1 + mix[2, 2] * e2
            shock_rate = mix[3, 0] * e0 + mix[3, 1] * e1 + mix[3, 2] * e2 + mix[3, 3] * e3
            shock_spread = mix[4, 0] * e0 + mix[4, 1] * e1 + mix[4, 2] * e2 + mix[4, 3] * e3 + mix[4, 4] * e4
            if student:
                w = scale[p, t]
                e0, shock_demand, shock_power = cut(w * e0), cut(w * shock_demand), cut(w * shock_power)
                shock_rate, shock_spread = cut(w * shock_rate), cut(w * shock_spread)

            regime = picked(steps.regime.regime_limit[stress, regime], draws.compute_regime[p, t + 1])
            stress = 1 if draws.funding_regime[p, t + 1] < steps.regime.stress_limit[stress] else 0

            c = compute_after(steps.compute, c, t, regime, e0)
            x = demand_after(steps.demand, x, regime, shock_demand)
            power = power_after(steps.power, power, shock_power)
            rate_sum += short
            short = rate_after(steps.rate, short, shock_rate)
            spread = spread_after(steps.funding_spread, spread, stress, shock_spread)

            paths.compute[p, t + 1] = c
            paths.demand[p, t + 1] = x
            paths.power[p, t + 1] = power
            paths.rate_sum[p, t + 1] = rate_sum
            paths.funding_spread[p, t + 1] = spread
            paths.regime[p, t + 1] = regime
            paths.stress[p, t + 1] = stress


@kernel
def to_exponents(
    paths: DriverPaths, utilisation_loading: float, discount_correction: Floats, power_correction: Floats
) -> None:
    """Turn X, the rate's sum and log power into the exponents of prices, in place: fresh memory costs more."""
    size, columns = paths.demand.shape
    for p in range(size):
        for t in range(columns):
            paths.demand[p, t] *= utilisation_loading
            paths.rate_sum[p, t] = paths.rate_sum[p, t] * (-1.0 / 12.0) - discount_correction[t]
            paths.power[p, t] -= power_correction[t]


@kernel
def to_prices(
    paths: DriverPaths,
    curve: Floats,
    forward: Floats,
    factor: Floats,
    reference_rate: Floats,
    depth_factor: Floats,
) -> None:
    """Multiply by the curve and the forward, in place, and fill the rate and the depth factor of each month."""
    size, columns = paths.demand.shape
    for p in range(size):
        for t in range(columns):
            paths.rate_sum[p, t] *= curve[t]
            paths.power[p, t] *= forward[t]
            depth_factor[p, t] = factor[paths.regime[p, t]]
        for t in range(columns - 1):
            reference_rate[p, t] = (paths.rate_sum[p, t] / paths.rate_sum[p, t + 1] - 1.0) * 12.0


def simulate_states(parameters: ScenarioParameters, draws: RawDraws) -> DriverPaths:
    """The paths of the Markov states of one block.

    Args:
        parameters: of one measure.
        draws: of the block; as many months as the parameters.
    """
    size, months = draws.compute.shape
    shape = (size, months + 1)
    paths = DriverPaths(
        empty(shape), empty(shape), empty(shape), empty(shape), empty(shape),
        empty(shape, np.int64), empty(shape, np.int64),
    )  # fmt: skip
    draws = impose_on_draws(parameters.imposed, draws)
    simulate_drivers(parameters.steps, draws, shock_scale(parameters, draws), paths)
    return paths


def shock_scale(parameters: ScenarioParameters, draws: RawDraws) -> Floats:
    """(n, T) factor common to Student's shocks of a month; empty where shocks are normal."""
    nu = parameters.degrees_of_freedom
    return draws.tail if nu == NORMAL else tail_scale(draws.tail, nu)


def simulate_block(parameters: ScenarioParameters, draws: RawDraws) -> ScenarioBlock:
    """Everything exogenous on the paths of one block, under the measure of the parameters.

    P and Q are made from the same draws; with all prices of risk at 0 they agree bit for bit.

    Args:
        parameters: of one measure.
        draws: raw draws of the block (`randomness.draw_block`).
    """
    return finish_block(parameters, draws, simulate_states(parameters, draws))


def finish_block(parameters: ScenarioParameters, draws: RawDraws, paths: DriverPaths) -> ScenarioBlock:
    """The block that the states make; the arrays of `paths` but c are used up.

    Args:
        parameters: of one measure.
        draws: of the block.
        paths: the states of the same block.
    """
    known, size = parameters, len(paths.compute)
    log_rent = log_rents(
        known.launches, draws.launch_delay, paths.compute, known.log_rent, known.stated_months
    )
    default_month = months_of_default(known.intensity, known.loading, draws.default_level, paths.demand)
    to_exponents(paths, known.utilisation_loading, known.discount_correction, known.power_correction)
    for exponent in (paths.demand, paths.rate_sum, paths.power, paths.funding_spread):
        np.exp(exponent, out=exponent)
    reference_rate, depth_factor = empty((size, known.months)), empty((size, known.months + 1))
    to_prices(paths, known.discount, known.power_forward, known.depth_factor, reference_rate, depth_factor)
    block = ScenarioBlock(
        log_rent=log_rent,
        regime=paths.regime,
        utilisation_scale=paths.demand,
        power_price=paths.power,
        reference_rate=reference_rate,
        discount=paths.rate_sum,
        stress=paths.stress,
        funding_spread=paths.funding_spread,
        depth_factor=depth_factor,
        default_month=default_month,
        reads=group_reads(len(known.obligors), size, known.independence_by_shift),
    )
    return impose_on_block(known.imposed, block)


def group_reads(obligors: int, size: int = BLOCK_SIZE, shifted: bool = False) -> Integers:
    """(groups, size) path on which each group is read: `GROUPS`, then one group for each obligor.

    Every row is a permutation of the paths, so each group keeps its marginal law; shifted rows share no path.

    Args:
        obligors: parties that can default.
        size: paths in the block.
        shifted: independence by shift; else every row is the identity.

    >>> group_reads(0, 512, shifted=True)[:3, :2]
    array([[ 0,  1],
           [37, 38],
           [74, 75]])
    """
    groups = np.arange(len(GROUPS) + obligors)[:, None]
    stride = SHIFT_STRIDE if shifted else 0
    result: Integers = (np.arange(size)[None, :] + stride * groups) % size
    return np.ascontiguousarray(result, dtype=np.int64)
