"""The path of expected drivers under P: what the deterministic base case runs on, as a block of one path.

Expectations are closed forms or exact recursions over the chains; nothing is simulated.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from haircut.errors import UsageError
from haircut.machines.expected import expected_rent
from haircut.machines.law import MIXTURE
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.coin import CoinParameters, expected_coin
from haircut.scenarios.imposed import forced_joint, impose_on_block
from haircut.scenarios.parameters import ScenarioParameters
from haircut.scenarios.regimes import state_probabilities
from haircut.scenarios.simulate import group_reads

Floats = NDArray[np.float64]


def expected_block(
    parameters: ScenarioParameters,
    rent: Literal["expected", "flat"] = "expected",
    coin: CoinParameters | None = None,
) -> ScenarioBlock:
    """One path of expected drivers, in the shape of a block, without defaults.

    Expected: rent E[R(t)] (`machines.expected`), the regime as the mixture of its probabilities (index 3),
    E[exp(b_u X)], power at its forward, the curve's forward rates and discount factors, the expected funding
    spread and depth factor; the funding state is the likelier one. Flat is the lender's view of a building:
    rents and utilisation stay as they are today, everything else as expected.

    Args:
        parameters: under P.
        rent: "expected" or "flat".
        coin: under P; the coin, the network and the shares too (`coin.expected_coin`).

    Raises:
        UsageError: where the parameters are under Q.
    """
    if parameters.measure != "P":
        raise UsageError("the expected path is the one under P; found parameters under Q")
    months, steps = parameters.months, parameters.steps
    columns = months + 1
    chain = forced_joint(parameters.joint, parameters.imposed, months)
    probability = state_probabilities(chain, parameters.initial, months)
    by_regime = probability[:, :3] + probability[:, 3:]
    stress = probability[:, 3:].sum(axis=1)
    discount = parameters.discount
    log_rent = np.repeat(parameters.log_rent[:, None], columns, axis=1)
    utilisation_scale = np.ones(columns)
    if rent == "expected":
        log_rent = np.log(np.stack([expected_rent(law, months) for law in parameters.laws]))
        levels = np.tile(steps.demand.level, 2)
        utilisation_scale = expected_exponential(
            chain, parameters.initial, levels, levels, steps.demand.keep, 0.0,
            steps.demand.deviation, parameters.utilisation_loading, months,
        )  # fmt: skip
    means = np.repeat(steps.funding_spread.log_mean, 3)
    funding_spread = expected_exponential(
        chain, parameters.initial, np.full(6, steps.funding_spread.start), means, steps.funding_spread.keep,
        steps.funding_spread.drift, steps.funding_spread.deviation, 1.0, months,
    )  # fmt: skip
    block = ScenarioBlock(
        log_rent=np.ascontiguousarray(log_rent[:, None, :]),
        regime=np.full((1, columns), MIXTURE, dtype=np.int64),
        utilisation_scale=utilisation_scale[None, :],
        power_price=parameters.power_forward[None, :].copy(),
        reference_rate=((discount[:-1] / discount[1:] - 1.0) * 12.0)[None, :],
        discount=discount[None, :].copy(),
        stress=(stress > 0.5).astype(np.int64)[None, :],
        funding_spread=funding_spread[None, :],
        depth_factor=(by_regime @ parameters.depth_factor)[None, :],
        default_month=np.zeros((len(parameters.obligors), 1), dtype=np.int64),
        reads=group_reads(len(parameters.obligors), 1),
        **({} if coin is None else expected_coin(parameters, coin, rent)),
    )
    return impose_on_block(parameters.imposed, block)


def expected_exponential(
    joint: Floats,
    initial: Floats,
    start: Floats,
    level: Floats,
    keep: float,
    drift: float,
    deviation: float,
    scale: float,
    months: int,
) -> Floats:
    """(T + 1,) ``E[exp(scale y(t))]`` of an OU whose level follows the chains, exactly.

    ``y(t + 1) = m + keep (y(t) - m) + drift + deviation eps`` with m the level of the new state. The exponent
    of month s in the expectation of month t is ``scale keep^(t - s)``, so one pass over the months serves all
    horizons at once.

    Args:
        joint: (6, 6) transition, or (T, 6, 6) by month; initial: (6,) probabilities.
        start: (6,) y(0) by initial state; level: (6,) m by state.
        keep, drift, deviation: of one month.
        scale: exponent.
        months: T.

    >>> equal, ones = np.full(6, 1 / 6), np.ones(6)
    >>> expected_exponential(np.eye(6), equal, ones, ones, 0.9, 0.0, 0.0, 2.0, 1).round(6)
    array([7.389056, 7.389056])
    """
    horizon = np.arange(months + 1)[:, None]
    chain = np.broadcast_to(joint, (months, *joint.shape[-2:]))
    mass = initial * np.exp(scale * keep**horizon * start)
    for month in range(months):
        later = horizon[:, 0] > month
        exponent = scale * keep ** (horizon[later] - month - 1)
        change = exponent * (level * (1.0 - keep) + drift) + 0.5 * (exponent * deviation) ** 2
        mass[later] = (mass[later] @ chain[month]) * np.exp(change)
    result: Floats = mass.sum(axis=1)
    return result
