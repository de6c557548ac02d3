"""The law of a machine's log rent and the economics of keeping it on, as arrays on the monthly grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EMPTY: Floats = np.empty(0)
ONE: Floats = np.ones(1)
ZERO: Floats = np.zeros(1)


class RentLaw(NamedTuple):
    """Law of x = log rent under P, for months 0..T (month t runs from t to t + 1).

    A rig has the same law with hashprice in place of rent (`haircut.machines.rig`); it fills the last four fields.

    Given the regime j of month t + 1 (the chain moves first, then the rent with the parameters of j):

        c(t+1) = c(t) + step[t] + drift[t, j] + pull[t] * (target[t] - c(t)) + deviation[t, j] * eps
        x(t)   = log_rent + c(t) + log_obsolescence[t]

    `step` happens at the start of month t, before anything is earned in it; the rest runs through the month.
    So the mid-month log rent of month t, which is what a month earns, is

        on a path            x(t) + step[t] + (x(t+1) - x(t) - step[t]) / 2
        in the value, Z = i  x(t) + step[t] + (drift[t, i] + pull[t] * (target[t] - c(t))
                                               + log_obsolescence[t+1] - log_obsolescence[t]) / 2

    Attributes:
        log_rent: log of today's rent of the device, USD per GPU-hour.
        drift: (T, 3) log drift of one month by regime (annual drift times 1/12).
        deviation: (T, 3) standard deviation of one month's shock by regime.
        pull: (T,) speed of the pull to the entry rent, times 1/12.
        target: (T + 1,) log of entry rent over today's rent of the reference device.
        log_obsolescence: (T + 1,) log of the expected share of rent left after launches (0 at as-of).
        transition: (3, 3) monthly transition of the compute regime, averaged over the funding states.
        initial: (3,) probabilities of today's regime.
        step: (T,) log jump of the rent at the start of month t; zero but on a stated path with annual steps.
        stated_months: months 0..stated_months - 1 follow a stated path: no shock, no pull, no launch (the
            path is the rent itself), and launches count from there on. 0 without a stated path.
        pull_below: (T,) speed of the pull where c lies below its target; empty where it is `pull` on both sides.
        mix_weight, mix_shift, mix_variance: (J,) the month's shock is a mixture of J normals: with probability
            weight it is shifted by shift and has variance deviation^2 + variance. One part for a GPU.
    """

    log_rent: float
    drift: Floats
    deviation: Floats
    pull: Floats
    target: Floats
    log_obsolescence: Floats
    transition: Floats
    initial: Floats
    step: Floats
    stated_months: int
    pull_below: Floats = EMPTY
    mix_weight: Floats = ONE
    mix_shift: Floats = ZERO
    mix_variance: Floats = ZERO


class UnitTerms(NamedTuple):
    """What one installed unit costs and how long it may live.

    Attributes:
        utilisation: share of hours sold when merchant (mean).
        power_kw: wall power with PUE, kW.
        power_price: (T + 1,) forward price of power at the middle of each month, USD per kWh.
        other_cost: other cash cost when running, USD per device-hour.
        idle_cost: cash cost when idle, USD per device-hour.
        failure_hazard: failures per year.
        required_return: y, continuous, per year.
        salvage: USD per unit.
        last_month: months from as-of to maximum age; the value is salvage from there on.
    """

    utilisation: float
    power_kw: float
    power_price: Floats
    other_cost: float
    idle_cost: float
    failure_hazard: float
    required_return: float
    salvage: float
    last_month: int


class ValueSurface(NamedTuple):
    """F(t, x, regime) of one installed unit, USD, and its conditional expectations.

    The fourth column (index 3, MIXTURE) is the mean over the regime's forward probabilities seen from
    as-of: the expected path of the base case reads it.

    Read it with `haircut.machines.value.read` and `read_forward`: linear in rent between the nodes.

    Attributes:
        x_low, x_step: grid of log rent.
        value: (T + 1, nodes, 4).
        coarse_step: grid step of `forward`, an integer multiple of x_step; same x_low.
        forward: (T + 1, longest_sale + 1, coarse nodes, 4); [t, k] = E[F(t + k) | x(t), regime(t)].
    """

    x_low: float
    x_step: float
    value: Floats
    coarse_step: float
    forward: Floats


MIXTURE = 3
