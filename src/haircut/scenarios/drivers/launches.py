"""Launches: newer generations take their share of a device's rent, each from its launch with a random delay.

    log o_d(t) = sum over newer g of log(1 - w_dg ramp((t - L_g) / T_g)),   L_g the schedule plus an exponential delay

Group: compute. Unit: log share of today's rent. A generation launched by the as-of date has no delay. Moments: the
delay is exponential; `machines.expected` has the mean of o_d.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from haircut.case.market import Market
from haircut.kernels import kernel
from haircut.machines.obsolescence import grid_position
from haircut.scenarios.working_memory import empty

Floats = NDArray[np.float64]


class Launches(NamedTuple):
    """G generations and what D devices lose to them.

    Attributes:
        names: G generations, each a stream ``launch:<name>``.
        month: (G,) months from the as-of date before delay; delay_mean: (G,) months; ramp: (G,) months.
        wedge: (D, G) share of rent lost once a generation is plentiful; 0 where the device is not older.
    """

    names: tuple[str, ...]
    month: Floats
    delay_mean: Floats
    ramp: Floats
    wedge: Floats


def compile_launches(market: Market, devices: Iterable[str]) -> Launches:
    """The calendar of launches as the devices meet it, the same under both measures."""
    launches = market.compute.launches
    age = {device.id: device.launch_date for device in market.devices}
    wedge = [
        [launch.wedge if launch.takes_from(device, age[device]) else 0.0 for launch in launches]
        for device in devices
    ]
    return Launches(
        names=tuple(launch.generation for launch in launches),
        month=np.array([grid_position(market.as_of, each.launch_date) for each in launches]),
        delay_mean=np.array(
            [each.delay_mean_months if each.launch_date > market.as_of else 0.0 for each in launches]
        ),
        ramp=np.array([each.ramp_months for each in launches], dtype=np.float64),
        wedge=np.array(wedge, dtype=np.float64).reshape(len(wedge), len(launches)),
    )


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
def add_rent(log_share: Floats, compute: Floats, log_rent: float, stated_months: int) -> None:
    """Turn `log_share` (n, T + 1) into the device's log rent, in place.

    Today's rent, or the path that an overlay states, already contains the launches up to then.

    Args:
        log_share: log of `launched_share`.
        compute: (n, T + 1) c.
        log_rent: today's.
        stated_months: months that follow a stated path.
    """
    size, columns = log_share.shape
    for p in range(size):
        before = log_share[p, stated_months]
        for t in range(columns):
            lost = log_share[p, t] - before if t >= stated_months else 0.0
            log_share[p, t] = lost + compute[p, t] + log_rent


def log_rents(
    launches: Launches, delay: Floats, compute: Floats, log_rent: Floats, stated_months: int
) -> Floats:
    """(D, n, T + 1) log USD per GPU-hour.

    Args:
        launches: of the devices.
        delay: (G, n) unit exponentials.
        compute: (n, T + 1) c.
        log_rent: (D,) today's.
        stated_months: months that follow a stated path.
    """
    result = empty((len(log_rent), *compute.shape))
    month = launches.month[:, None] + launches.delay_mean[:, None] * delay
    for device, today in enumerate(log_rent.tolist()):
        if np.any(launches.wedge[device] > 0.0):
            launched_share(month, launches.ramp, launches.wedge[device], result[device])
            np.log(result[device], out=result[device])
            add_rent(result[device], compute, today, stated_months)
        else:
            np.add(compute, today, out=result[device])
    return result
