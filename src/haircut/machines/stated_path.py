"""A stated path of rent in place of the random one, as arrays on the month grid."""

from __future__ import annotations

import datetime
import math
from typing import NamedTuple

import numpy as np

from haircut.case.settings import RentPath
from haircut.errors import InputRefused
from haircut.machines.law import Floats
from haircut.machines.obsolescence import grid_position


class StatedPath(NamedTuple):
    """What a stated path imposes on the log rent of every device.

    Attributes:
        months: months 0..months - 1 follow the path.
        drift: (T,) log change that runs through month t; zero after the last point.
        step: (T,) log jump at the start of month t.
    """

    months: int
    drift: Floats
    step: Floats


def annual_steps(path: RentPath, months: int) -> StatedPath:
    """Today's level for twelve months, then `change_per_year` at once at each anniversary.

    Months 0..11 earn today's rent, months 12..23 earn (1 + change) of it and so on, exactly: the change is a
    step at the start of months 12, 24, ... and nothing runs through a month.

    >>> path = RentPath(kind="annual_steps", change_per_year=-0.3)
    >>> annual_steps(path, 25).step.nonzero()[0].tolist()
    [12, 24]
    """
    step = np.zeros(months)
    step[12::12] = math.log1p(path.change_per_year or 0.0)
    return StatedPath(months, np.zeros(months), step)


def dated_points(path: RentPath, as_of: datetime.date, months: int, rent_today: float | None) -> StatedPath:
    """Log-linear in time from as-of through the dated points; whole months up to the last are covered.

    The path is used as a change relative to today. Where points stand on or before as-of, today is read off
    the path itself; else it is `rent_today`, the quoted rent of the path's device on the run's basis.

    Args:
        path: of kind `points`.
        as_of: month 0.
        months: T.
        rent_today: quoted rent of `path.device`, USD per GPU-hour; None where there is no quote.

    Raises:
        InputRefused: where no point lies after as-of, or today's level is neither on the path nor quoted.

    >>> points = ({"date": datetime.date(2025, 2, 28), "rent_usd_per_gpu_hour": 4.0},)
    >>> path = RentPath(kind="points", device="h100-sxm", points=points)
    >>> np.exp(dated_points(path, datetime.date(2024, 12, 31), 4, 1.0).drift).round(6).tolist()
    [2.0, 2.0, 1.0, 1.0]
    """
    places = [grid_position(as_of, point.date) for point in path.points]
    levels = [math.log(point.rent_usd_per_gpu_hour) for point in path.points]
    if places[-1] <= 0.0:
        raise InputRefused(
            f"scenario.rent_path.points: the last point is dated {path.points[-1].date}; "
            f"expected one after the as-of date {as_of}"
        )
    if places[0] > 0.0:
        if rent_today is None:
            raise InputRefused(
                f"scenario.rent_path.points: the first point is dated {path.points[0].date} and the market "
                f"quotes no rent of {path.device} on this basis; add a point on or before {as_of}, or a quote"
            )
        places.insert(0, 0.0)
        levels.insert(0, math.log(rent_today))
    level = np.interp(np.arange(months + 1), places, levels)
    return StatedPath(min(math.ceil(places[-1]), months), np.diff(level), np.zeros(months))


def level_points(path: RentPath, months: int) -> StatedPath:
    """Log-linear in time from today's rent through multiples of it.

    >>> path = RentPath(kind="levels", levels=({"month": 2, "factor": 4.0},))
    >>> np.exp(level_points(path, 3).drift).round(6).tolist()
    [2.0, 2.0, 1.0]
    """
    places = [0.0, *(float(each.month) for each in path.levels)]
    levels = [0.0, *(math.log(each.factor) for each in path.levels)]
    level = np.interp(np.arange(months + 1), places, levels)
    return StatedPath(min(path.levels[-1].month, months), np.diff(level), np.zeros(months))


def stated_path(path: RentPath, as_of: datetime.date, months: int, rent_today: float | None) -> StatedPath:
    """The arrays of any kind of path; with ``then: flat`` the whole horizon counts as covered.

    Args:
        path: the stated path.
        as_of: month 0.
        months: T.
        rent_today: quoted rent of the path's device; only dated points may need it.
    """
    if path.kind == "annual_steps":
        return annual_steps(path, months)
    if path.kind == "levels":
        stated = level_points(path, months)
    else:
        stated = dated_points(path, as_of, months, rent_today)
    return stated._replace(months=months) if path.then == "flat" else stated
