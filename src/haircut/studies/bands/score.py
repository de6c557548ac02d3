"""Coverage and interval scores of many forecasts, with errors for origins that overlap."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from haircut.studies.bands.forecast import LEVELS, Forecast
from haircut.studies.calibrate.dependence import Floats, block_bootstrap


@dataclass(frozen=True)
class Score:
    """How the bands of one series, model and horizon did.

    Attributes:
        series, model, months: which.
        forecasts: made; independent: stretches of the horizon that do not overlap, at most.
        coverage, coverage_error: by level.
        interval: mean interval score by level.
        against_walk: ratio of interval scores to the random walk's, by level, with its error; below 1 is better.
        misses: forecasts whose 95 % band missed.
    """

    series: str
    model: str
    months: int
    forecasts: int
    independent: int
    coverage: dict[float, float]
    coverage_error: dict[float, float]
    interval: dict[float, float]
    against_walk: dict[float, tuple[float, float]]
    misses: tuple[Forecast, ...]


def family(name: str) -> str:
    """The series without its member: ``list rents: aws H100 80`` belongs to ``list rents``."""
    return name.split(":")[0]


def scores(forecasts: Sequence[Forecast], walk: str = "random walk") -> tuple[Score, ...]:
    """One score a series, model and horizon; members of a family count together."""
    grouped: dict[tuple[str, str, int], list[Forecast]] = defaultdict(list)
    for forecast in forecasts:
        grouped[(family(forecast.series), forecast.model, forecast.months)].append(forecast)
    return tuple(
        _score(*key, found, grouped.get((key[0], walk, key[2]), found)) for key, found in grouped.items()
    )


def _score(series: str, model: str, months: int, found: list[Forecast], walk: list[Forecast]) -> Score:
    origins = sorted({forecast.origin for forecast in found})
    n = len(origins)
    spacing = 12.0 * (origins[-1] - origins[0]).days / 365.25 / max(1, n - 1) if n > 1 else float(months)
    block = max(1, min(n, round(months / max(spacing, 1e-9))))
    coverage: dict[float, float] = {}
    error: dict[float, float] = {}
    interval: dict[float, float] = {}
    ratio: dict[float, tuple[float, float]] = {}
    for level in LEVELS:
        hit = _by_origin(found, origins, [float(each.covers(level)) for each in found])
        own = _by_origin(found, origins, [each.score(level) for each in found])
        other = _by_origin(walk, origins, [each.score(level) for each in walk])
        coverage[level], interval[level] = _pooled(hit), _pooled(own)
        error[level] = block_bootstrap(partial(_share, hit), n, block=block)
        if _pooled(other) > 0.0:
            spread = block_bootstrap(partial(_ratio, own, other), n, block=block)
            ratio[level] = (interval[level] / _pooled(other), spread)
    span = 12.0 * (origins[-1] - origins[0]).days / 365.25 + months
    return Score(
        series,
        model,
        months,
        len(found),
        max(1, int(span / months)),
        coverage,
        error,
        interval,
        ratio,
        tuple(forecast for forecast in found if not forecast.covers(0.95)),
    )


def _by_origin(
    found: Sequence[Forecast], origins: Sequence[datetime.date], values: Sequence[float]
) -> Floats:
    """(origins, 2) sum and count of a value by origin: members of one day share its fortune."""
    place = {origin: row for row, origin in enumerate(origins)}
    table = np.zeros((len(origins), 2))
    for forecast, value in zip(found, values, strict=True):
        row = place.get(forecast.origin)
        if row is not None:
            table[row] += (value, 1.0)
    return table


def _pooled(table: Floats) -> float:
    total, count = table.sum(axis=0)
    return float(total / count) if count else float("nan")


def _share(table: Floats, rows: NDArray[np.int64]) -> float:
    return _pooled(table[rows])


def _ratio(own: Floats, other: Floats, rows: NDArray[np.int64]) -> float:
    return _pooled(own[rows]) / max(_pooled(other[rows]), 1e-12)


def runs_of_misses(misses: Sequence[Forecast]) -> list[tuple[str, datetime.date, datetime.date, int, str]]:
    """Misses of neighbouring origins as one line: (series, first, last, count, side)."""
    found: list[tuple[str, datetime.date, datetime.date, int, str]] = []
    for miss in sorted(misses, key=lambda f: (f.series, f.origin)):
        side = "below" if miss.realised < miss.bands[0.95][0] else "above"
        if (
            found
            and found[-1][0] == miss.series
            and found[-1][4] == side
            and (miss.origin - found[-1][2]).days < 35
        ):
            series, first, _, count, _ = found[-1]
            found[-1] = (series, first, miss.origin, count + 1, side)
        else:
            found.append((miss.series, miss.origin, miss.origin, 1, side))
    return found
