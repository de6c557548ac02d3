"""What launches of newer machines take from the rent of an older one."""

from __future__ import annotations

import datetime
import math
from calendar import monthrange
from typing import NamedTuple

import numpy as np

from haircut.case.market import ComputeMarket, Device
from haircut.errors import InputRefused, Problem
from haircut.kernels import kernel
from haircut.machines.law import Floats


class LaunchSchedule(NamedTuple):
    """The generations newer than one device, in order of launch; g of them.

    Attributes:
        month: (g,) scheduled launch on the month grid, months from as-of; negative where already launched.
        delay_mean: (g,) mean of the exponential delay, months; 0 where already launched.
        wedge: (g,) share of the older machine's rent that is lost once the generation is plentiful.
        ramp_months: (g,) months from launch to plenty; 0 takes the wedge at once.
    """

    month: Floats
    delay_mean: Floats
    wedge: Floats
    ramp_months: Floats


def grid_position(as_of: datetime.date, day: datetime.date) -> float:
    """Place of a day on the month grid, months from as-of: month end t is at t, days between are linear.

    Before as-of a month has 365.25 / 12 days.

    >>> as_of = datetime.date(2026, 10, 1)
    >>> grid_position(as_of, datetime.date(2026, 12, 31)), grid_position(as_of, as_of)
    (3.0, 0.0)
    >>> grid_position(datetime.date(2024, 12, 31), datetime.date(2025, 4, 15))
    3.5
    """
    if day <= as_of:
        return (day - as_of).days * 12.0 / 365.25
    months = (day.year - as_of.year) * 12 + day.month - as_of.month
    length = monthrange(day.year, day.month)[1]
    if as_of.day == monthrange(as_of.year, as_of.month)[1]:
        return months - 1 + day.day / length
    if months == 0:
        return (day.day - as_of.day) / (length - as_of.day)
    return months + day.day / length


def launch_schedule(compute: ComputeMarket, device: Device, as_of: datetime.date) -> LaunchSchedule:
    """Launches of the market that are newer than `device`.

    A launch dated on or before as-of has happened: it has no delay left, only the rest of its ramp.

    Raises:
        InputRefused: where a wedge takes the whole rent, which has no logarithm.
    """
    newer = sorted(
        (launch for launch in compute.launches if launch.takes_from(device.id, device.launch_date)),
        key=lambda launch: (launch.launch_date, launch.generation),
    )
    problems = [
        Problem("", 0, f"launches[{launch.generation}].wedge", str(launch.wedge), "a share below 1")
        for launch in newer
        if launch.wedge >= 1.0
    ]
    if problems:
        raise InputRefused(problems)
    return LaunchSchedule(
        month=np.array([grid_position(as_of, launch.launch_date) for launch in newer], dtype=np.float64),
        delay_mean=np.array(
            [launch.delay_mean_months if launch.launch_date > as_of else 0.0 for launch in newer],
            dtype=np.float64,
        ),
        wedge=np.array([launch.wedge for launch in newer], dtype=np.float64),
        ramp_months=np.array([launch.ramp_months for launch in newer], dtype=np.float64),
    )


def expected_ramp(since: float, ramp_months: float, delay_mean: float) -> float:
    """E[clip((since - D) / ramp_months, 0, 1)], D exponential: the mean of its distribution over the ramp.

    From a = max(since - ramp, 0) to since, with mean m: (since - a - m (exp(-a/m) - exp(-since/m))) / ramp.

    Args:
        since: months since the scheduled launch; negative before it.
        ramp_months: length of the ramp, at least 0.
        delay_mean: mean delay in months, at least 0.

    >>> expected_ramp(6.0, 12.0, 0.0), round(expected_ramp(6.0, 12.0, 4.0), 6)
    (0.5, 0.241043)
    """
    if since <= 0.0:
        return 1.0 if since == 0.0 and ramp_months == 0.0 and delay_mean == 0.0 else 0.0
    if ramp_months == 0.0:
        return -math.expm1(-since / delay_mean) if delay_mean > 0.0 else 1.0
    width = min(since, ramp_months)
    if delay_mean == 0.0:
        return width / ramp_months
    not_yet = math.exp((width - since) / delay_mean)
    return (width + delay_mean * not_yet * math.expm1(-width / delay_mean)) / ramp_months


def expected_log_obsolescence(schedule: LaunchSchedule, months: int, from_month: int = 0) -> Floats:
    """Log of the expected share of today's rent that launches leave, (months + 1,), 0 up to `from_month`.

        log E[o(t)] - log E[o(from_month)],  E[o(t)] = prod over g of (1 - wedge_g E[ramp_g(t)])

    Today's rent already contains the launches to date, hence the subtraction. Delays are independent, so the
    expectation of the product is the product of the expectations.

    Args:
        schedule: launches newer than the device.
        months: T, at least 0.
        from_month: months that a stated rent path covers: within them the path is the rent.

    >>> one = LaunchSchedule(np.array([0.0]), np.array([0.0]), np.array([0.2]), np.array([4.0]))
    >>> np.exp(expected_log_obsolescence(one, 5)).round(3).tolist()
    [1.0, 0.95, 0.9, 0.85, 0.8, 0.8]
    """
    total = np.zeros(months + 1)
    for month, mean, wedge, ramp in zip(*(column.tolist() for column in schedule), strict=True):
        total += [math.log1p(-wedge * expected_ramp(t - month, ramp, mean)) for t in range(months + 1)]
    start = min(from_month, months)
    total -= total[start]
    total[:start] = 0.0
    return total


@kernel
def log_share_left(t: float, launch_month: Floats, wedge: Floats, ramp_months: Floats) -> float:
    """Log of the share of rent left at month t once the launch months are known (delays included)."""
    total = 0.0
    for g in range(launch_month.shape[0]):
        since = t - launch_month[g]
        if since >= ramp_months[g]:
            total += math.log(1.0 - wedge[g])
        elif since > 0.0:
            total += math.log(1.0 - wedge[g] * since / ramp_months[g])
    return total


@kernel
def path_log_obsolescence(
    launch_month: Floats, wedge: Floats, ramp_months: Floats, from_month: int, out: Floats
) -> None:
    """Fill `out` (T + 1,) with the log share of rent left on one path, 0 up to `from_month`.

    The counterpart of `expected_log_obsolescence` for drawn delays; x(t) = log_rent + c(t) + out[t].

    Args:
        launch_month: (g,) scheduled month plus drawn delay.
        wedge: (g,) shares below 1.
        ramp_months: (g,) ramps.
        from_month: `RentLaw.stated_months`.
        out: (T + 1,) result.

    >>> out = np.empty(4)
    >>> path_log_obsolescence(np.array([1.0]), np.array([0.2]), np.array([2.0]), 0, out)
    >>> np.exp(out).round(3).tolist()
    [1.0, 1.0, 0.9, 0.8]
    """
    last = out.shape[0] - 1
    start = min(from_month, last)
    base = log_share_left(float(start), launch_month, wedge, ramp_months)
    for t in range(last + 1):
        out[t] = 0.0 if t <= start else log_share_left(float(t), launch_month, wedge, ramp_months) - base
