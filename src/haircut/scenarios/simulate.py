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
from haircut.scenarios.drivers.student import NORMAL, tail_scale
from haircut.scenarios.imposed import impose_on_block, impose_on_draws
from haircut.scenarios.parameters import DriverSteps, ScenarioParameters
from haircut.scenarios.randomness import TRUNCATION, RawDraws

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
def simulate_drivers(steps: DriverSteps, draws: RawDraws, scale: Floats, paths: DriverPaths) -> None:
    """Fill `paths` from raw draws: one path after the other, month by month.

    scale: (n, T) factor common to the shocks of a month, which are cut at 6; empty where shocks are normal.
    """
    size, months = draws.compute.shape
    student = scale.shape[0] > 0
    level = steps.demand_level
    for p in range(size):
        stress = 1 if draws.funding_regime[p, 0] < steps.initial_stress else 0
        u = draws.compute_regime[p, 0]
        regime = 0 if u < steps.initial_limit[0] else (1 if u < steps.initial_limit[1] else 2)
        c = 0.0
        x = level[regime]
        power = 0.0
        short = 0.0
        rate_sum = 0.0
        spread = steps.spread_start
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
                e0 = min(max(w * e0, -TRUNCATION), TRUNCATION)
                shock_demand = min(max(w * shock_demand, -TRUNCATION), TRUNCATION)
                shock_power = min(max(w * shock_power, -TRUNCATION), TRUNCATION)
                shock_rate = min(max(w * shock_rate, -TRUNCATION), TRUNCATION)
                shock_spread = min(max(w * shock_spread, -TRUNCATION), TRUNCATION)

            limit = steps.regime_limit[stress, regime]
            u = draws.compute_regime[p, t + 1]
            regime = 0 if u < limit[0] else (1 if u < limit[1] else 2)
            stress = 1 if draws.funding_regime[p, t + 1] < steps.stress_limit[stress] else 0

            c += (
                steps.step[t]
                + steps.drift[t, regime]
                + steps.pull[t] * (steps.target[t] - c)
                + steps.deviation[t, regime] * e0
            )
            attractor = level[regime]
            x = attractor + (x - attractor) * steps.demand_keep + steps.demand_deviation * shock_demand
            power = power * steps.power_keep + steps.power_drift + steps.power_deviation * shock_power
            rate_sum += short
            short = short * steps.rate_keep + steps.rate_deviation * shock_rate
            mean = steps.spread_log_mean[stress]
            spread = (
                mean
                + (spread - mean) * steps.spread_keep
                + steps.spread_drift
                + steps.spread_deviation * shock_spread
            )

            paths.compute[p, t + 1] = c
            paths.demand[p, t + 1] = x
            paths.power[p, t + 1] = power
            paths.rate_sum[p, t + 1] = rate_sum
            paths.funding_spread[p, t + 1] = spread
            paths.regime[p, t + 1] = regime
            paths.stress[p, t + 1] = stress


@kernel
def launched_share(launch_month: Floats, ramp_months: Floats, wedge: Floats, share: Floats) -> None:
    """Fill `share` (n, T + 1) with ``prod over g of 1 - w_g min(1, max(0, (t - L_g) / T_g))``.

    Args:
        launch_month: (G, n) months from the as-of date with the path's delay.
        ramp_months: (G,) months until a generation is plentiful; 0 is at once.
        wedge: (G,) share of the device's rent lost to each generation.
        share: (n, T + 1), filled.
    """
    size, columns = share.shape
    for p in range(size):
        for t in range(columns):
            share[p, t] = 1.0
        for g in range(wedge.shape[0]):
            if wedge[g] == 0.0:
                continue
            launch = launch_month[g, p]
            for t in range(max(0, int(np.floor(launch)) + 1), columns):
                elapsed = t - launch
                reached = 1.0 if elapsed >= ramp_months[g] else elapsed / ramp_months[g]
                share[p, t] *= 1.0 - wedge[g] * reached


@kernel
def default_months(intensity: Floats, scale: Floats, level: Floats, month: Integers) -> None:
    """Fill `month` (n,) with the month in which cumulated intensity passes `level`, 0 if it never does.

    Args:
        intensity: (T,) a(t) / 12.
        scale: (n, T + 1) exp(-b X(t)).
        level: (n,) unit exponentials.
        month: (n,), filled; the intensity of month t -> t + 1 brings a default in month t + 1.
    """
    for p in range(level.shape[0]):
        cumulative = 0.0
        month[p] = 0
        for t in range(intensity.shape[0]):
            cumulative += intensity[t] * scale[p, t]
            if cumulative > level[p]:
                month[p] = t + 1
                break


def simulate_states(parameters: ScenarioParameters, draws: RawDraws) -> DriverPaths:
    """The paths of the Markov states of one block.

    Args:
        parameters: of one measure.
        draws: of the block; as many months as the parameters.
    """
    size, months = draws.compute.shape
    shape = (size, months + 1)
    paths = DriverPaths(
        np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape),
        np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64),
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
    log_rent = _log_rent(parameters, draws, paths.compute)
    default_month = _default_months(parameters, draws, paths.demand)
    # States turn into prices in place: fresh memory costs more than the arithmetic.
    utilisation_scale = paths.demand
    utilisation_scale *= parameters.utilisation_loading
    np.exp(utilisation_scale, out=utilisation_scale)
    discount = paths.rate_sum
    discount *= -1.0 / 12.0
    discount -= parameters.discount_correction
    np.exp(discount, out=discount)
    discount *= parameters.discount
    reference_rate = discount[:, :-1] / discount[:, 1:]
    reference_rate -= 1.0
    reference_rate *= 12.0
    power_price = paths.power
    power_price -= parameters.power_correction
    np.exp(power_price, out=power_price)
    power_price *= parameters.power_forward
    np.exp(paths.funding_spread, out=paths.funding_spread)
    block = ScenarioBlock(
        log_rent=log_rent,
        regime=paths.regime,
        utilisation_scale=utilisation_scale,
        power_price=power_price,
        reference_rate=reference_rate,
        discount=discount,
        stress=paths.stress,
        funding_spread=paths.funding_spread,
        depth_factor=parameters.depth_factor[paths.regime],
        default_month=default_month,
        reads=group_reads(len(parameters.obligors), len(paths.compute), parameters.independence_by_shift),
    )
    return impose_on_block(parameters.imposed, block)


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


def _log_rent(parameters: ScenarioParameters, draws: RawDraws, compute: Floats) -> Floats:
    devices = len(parameters.devices)
    result = np.empty((devices, *compute.shape))
    delay = parameters.launch_delay_mean[:, None] * draws.launch_delay
    launch_month = parameters.launch_month[:, None] + delay
    for device in range(devices):
        wedge = parameters.launch_wedge[device]
        log_share = result[device]
        if np.any(wedge > 0.0):
            launched_share(launch_month, parameters.launch_ramp, wedge, log_share)
            np.log(log_share, out=log_share)
            # Today's rent, or the stated path, already contains the launches up to then.
            stated = parameters.stated_months
            log_share -= log_share[:, stated : stated + 1].copy()
            log_share[:, :stated] = 0.0
            log_share += compute
        else:
            log_share[...] = compute
        log_share += parameters.log_rent[device]
    return result


def _default_months(parameters: ScenarioParameters, draws: RawDraws, demand: Floats) -> Integers:
    result = np.zeros((len(parameters.obligors), len(demand)), dtype=np.int64)
    scales: dict[float, Floats] = {}
    for obligor, loading in enumerate(parameters.loading.tolist()):
        if loading not in scales:
            scales[loading] = -loading * demand
            np.exp(scales[loading], out=scales[loading])
        monthly = parameters.intensity[obligor] / 12.0
        default_months(monthly, scales[loading], draws.default_level[obligor], result[obligor])
    return result
