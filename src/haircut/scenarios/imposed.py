"""What an overlay imposes, compiled for a horizon: stated by month, refused where it lies beyond."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.imposed import BtcPath, PowerSpike, Window
from haircut.case.settings import Scenario
from haircut.errors import InputRefused, Problem
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.randomness import RawDraws

Floats = NDArray[np.float64]

FORCED = -1.0
"""A uniform below 0 picks stress whatever its probability."""


class Imposed(NamedTuple):
    """What the drivers that every case has must follow.

    Attributes:
        shut: first and last month in which funding is in stress, (0, 0) where it is left alone.
        spread_at_least: least funding spread in these months, decimals.
        failures: (obligor's row, month) of parties that default on every path at the latest then.
    """

    shut: tuple[int, int] = (0, 0)
    spread_at_least: float = 0.0
    failures: tuple[tuple[int, int], ...] = ()


NOTHING = Imposed()


def compile_imposed(scenario: Scenario, obligors: tuple[str, ...], months: int) -> Imposed:
    """Compile what is imposed and refuse what no path can show.

    Args:
        scenario: of the case.
        obligors: ids in the order of the block.
        months: T; the horizon.

    Raises:
        InputRefused: naming each entry that lies beyond the horizon.

    >>> compile_imposed(Scenario(customer_failures={"acme": 7}), ("bolt", "acme"), 12).failures
    ((1, 7),)
    """
    refuse_beyond(scenario, months)
    shut = scenario.funding_shut
    return Imposed(
        shut=(0, 0) if shut is None else (shut.first_month, shut.last_month),
        spread_at_least=0.0 if shut is None else shut.spread_at_least,
        failures=tuple((obligors.index(name), month) for name, month in scenario.customer_failures.items()),
    )


def refuse_beyond(scenario: Scenario, months: int) -> None:
    """Refuse every month of an overlay that lies beyond the horizon.

    Raises:
        InputRefused: with all of them.

    >>> refuse_beyond(Scenario(customer_failures={"acme": 13}), 12)
    Traceback (most recent call last):
    haircut.errors.InputRefused: 1 problem found
      scenario.customer_failures.acme: found month 13; expected a month within the horizon, 1 to 12
    """
    entries: list[tuple[str, int]] = []
    for name in ("rent_path", "btc_path"):
        path = getattr(scenario, name)
        if path is not None:
            entries += [
                (f"scenario.{name}.levels[{i}].month", each.month) for i, each in enumerate(path.levels)
            ]
    for name in ("power_spike", "funding_shut"):
        window: Window | None = getattr(scenario, name)
        if window is not None:
            entries += [
                (f"scenario.{name}.first_month", window.first_month),
                (f"scenario.{name}.last_month", window.last_month),
            ]
    entries += [(f"scenario.customer_failures.{name}", at) for name, at in scenario.customer_failures.items()]
    beyond = [
        Problem("", 0, where, f"month {month}", f"a month within the horizon, 1 to {months}")
        for where, month in entries
        if month > months
    ]
    if beyond:
        raise InputRefused(beyond)


def impose_on_draws(imposed: Imposed, draws: RawDraws) -> RawDraws:
    """Draws whose funding state is stress in the months of a window; the others are left as they are."""
    first, last = imposed.shut
    if first == 0:
        return draws
    funding = draws.funding_regime.copy()
    funding[:, first : last + 1] = FORCED
    return draws._replace(funding_regime=funding)


def impose_on_block(imposed: Imposed, block: ScenarioBlock) -> ScenarioBlock:
    """The block with failures and the least spread of a window laid over it, in place."""
    first, last = imposed.shut
    if first > 0 and imposed.spread_at_least > 0.0:
        window = block.funding_spread[:, first : last + 1]
        np.maximum(window, imposed.spread_at_least, out=window)
    for row, month in imposed.failures:
        earlier = (block.default_month[row] > 0) & (block.default_month[row] < month)
        block.default_month[row] = np.where(earlier, block.default_month[row], month)
    return block


def forced_joint(joint: Floats, imposed: Imposed, months: int) -> Floats:
    """(T, 6, 6) transition of (Z_S, Z_M) of each month, with the window's stress forced.

    >>> forced_joint(np.eye(6), Imposed(shut=(2, 2)), 2)[1, 0].round(1)
    array([0., 0., 0., 1., 0., 0.])
    """
    result = np.tile(joint, (months, 1, 1))
    first, last = imposed.shut
    if first > 0:
        forced = np.zeros((6, 6))
        forced[:, 3:] = joint[:, :3] + joint[:, 3:]
        result[first - 1 : last] = forced
    return result


def spiked(forward: Floats, spike: PowerSpike | None) -> Floats:
    """(T + 1,) forward price of power with a spike in its window.

    >>> spiked(np.ones(3), PowerSpike(first_month=1, last_month=1, factor=3.0))
    array([1., 3., 1.])
    """
    if spike is None:
        return forward
    result = forward.copy()
    result[spike.first_month : spike.last_month + 1] *= spike.factor
    return result


def stated_coin(path: BtcPath, months: int) -> tuple[Floats, int, bool]:
    """Log change by month, months covered and whether the shocks are kept.

    >>> change, covered, kept = stated_coin(BtcPath(levels=({"month": 2, "factor": 0.25},), then="flat"), 3)
    >>> np.exp(change), covered, kept
    (array([0.5, 0.5, 1. ]), 3, False)
    """
    places = [0.0, *(float(each.month) for each in path.levels)]
    levels = [0.0, *(float(np.log(each.factor)) for each in path.levels)]
    change = np.diff(np.interp(np.arange(months + 1), places, levels))
    covered = months if path.then == "flat" else min(path.levels[-1].month, months)
    return change, covered, path.shocks == "kept"
