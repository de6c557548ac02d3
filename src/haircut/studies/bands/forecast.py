"""A forecast made with the past only, and what came."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from haircut.studies.calibrate.dependence import Floats
from haircut.studies.calibrate.history import DatedSeries

LEVELS: Final = (0.50, 0.80, 0.95)
HORIZONS: Final = (3, 6, 12)
PATHS: Final = 4_000
TOLERANCE: Final = 1e-9


class Question(NamedTuple):
    """What is forecast: a series, from when, over how many months."""

    series: str
    origin: datetime.date
    months: int


@dataclass(frozen=True)
class Forecast:
    """The law of one log change, as bands, and the change that came.

    Attributes:
        series: what is forecast; model: by what.
        origin: last day that the fit saw; months: horizon.
        bands: level to (low, high) of the log change.
        realised: the log change that came.
        percentile: share of the law below it, half of what equals it counted.
        sample: observations behind the fit.
    """

    series: str
    model: str
    origin: datetime.date
    months: int
    bands: Mapping[float, tuple[float, float]]
    realised: float
    percentile: float
    sample: int

    def covers(self, level: float) -> bool:
        """Whether the band of this level holds what came."""
        low, high = self.bands[level]
        return low - TOLERANCE <= self.realised <= high + TOLERANCE

    def score(self, level: float) -> float:
        """Interval score of Gneiting and Raftery: width plus 2 / alpha for each unit outside; smaller is better."""
        low, high = self.bands[level]
        outside = max(low - self.realised, 0.0) + max(self.realised - high, 0.0)
        return high - low + 2.0 / (1.0 - level) * outside


def forecast_of(draws: Floats, realised: float, question: Question, model: str, sample: int) -> Forecast:
    """Bands of simulated log changes.

    >>> asked = Question("a", datetime.date(2020, 1, 31), 3)
    >>> made = forecast_of(np.linspace(-1, 1, 2001), 0.0, asked, "b", 9)
    >>> round(made.percentile, 2), made.covers(0.5)
    (0.5, True)
    """
    bands = {level: band(draws, level) for level in LEVELS}
    share = percentile(draws, realised)
    return Forecast(question.series, model, question.origin, question.months, bands, realised, share, sample)


def band(draws: Floats, level: float) -> tuple[float, float]:
    """The central band that holds `level` of the draws."""
    low, high = np.quantile(draws, [0.5 - level / 2.0, 0.5 + level / 2.0])
    return float(low), float(high)


def percentile(draws: Floats, realised: float) -> float:
    """Share of the draws below, half of those equal counted."""
    below = np.mean(draws < realised - TOLERANCE)
    return float(below + 0.5 * np.mean(np.abs(draws - realised) <= TOLERANCE))


def month_ends(series: DatedSeries) -> DatedSeries:
    """The last value of each month that the series covers to within three days of its end."""
    kept = [
        index
        for index, day in enumerate(series.dates)
        if (index + 1 == len(series.dates) or series.dates[index + 1].month != day.month)
        and (day + datetime.timedelta(days=3)).month != day.month
    ]
    return DatedSeries(series.name, tuple(series.dates[index] for index in kept), series.values[kept])


def months_later(monthly: DatedSeries) -> Callable[[int, int], float | None]:
    """The log change from row i over h months, None where the month is missing."""
    place = {(day.year, day.month): index for index, day in enumerate(monthly.dates)}
    level = np.log(monthly.values)

    def change(row: int, months: int) -> float | None:
        day = monthly.dates[row]
        count = 12 * day.year + day.month - 1 + months
        found = place.get((count // 12, count % 12 + 1))
        return None if found is None else float(level[found] - level[row])

    return change


def random_walk(past: Floats, months: int, generator: np.random.Generator) -> Floats:
    """Draws of a driftless normal random walk with the deviation of past monthly log changes."""
    deviation = float(np.sqrt(np.mean(past**2))) if len(past) else 0.0
    return np.asarray(deviation * np.sqrt(months) * generator.standard_normal(PATHS))


def generator_of(name: str, origin: datetime.date) -> np.random.Generator:
    """Draws named by what they are for, so that a new series changes no other's."""
    key = int.from_bytes(name.encode()[:8].ljust(8, b"_"), "big") % (2**32)
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([key, origin.toordinal()])))
