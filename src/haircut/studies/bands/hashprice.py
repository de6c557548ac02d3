"""Forecasts of hashprice: coin and network fitted to the past together, and a random walk.

A month: x moves by the coin's log change, less the network's growth ``g + k (x - mean x) + c (t - mean t)``,
plus the log change of the subsidy at a halving, which is on the calendar. The errors of g, k and c are drawn.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from haircut.studies.bands.coin import WALK, CoinLaw, coin_law
from haircut.studies.bands.forecast import (
    HORIZONS,
    PATHS,
    Forecast,
    Question,
    forecast_of,
    generator_of,
    month_ends,
    months_later,
    random_walk,
)
from haircut.studies.calibrate.btc import FILE as COIN_FILE
from haircut.studies.calibrate.dependence import Floats, regress
from haircut.studies.calibrate.history import DatedSeries, series
from haircut.studies.calibrate.network import (
    BLOCKS,
    DIFFICULTY_FILE,
    EPOCHS_A_YEAR,
    HASHPRICE_FILE,
    ORIGIN,
    epochs,
)

SERIES = "hashprice"
MODEL = "coin and network"
FIRST_EPOCH = datetime.date(2014, 1, 1)
FIRST_ORIGIN = datetime.date(2017, 1, 1)
HALVINGS = (datetime.date(2016, 7, 10), datetime.date(2020, 5, 12), datetime.date(2024, 4, 20))
"""Known to the month years before: a block's height is on the calendar."""


class HashLaw(NamedTuple):
    """The network as of a date: means of the regression, its coefficients with their covariance, noise, epochs."""

    mean_x: float
    mean_t: float
    coefficients: Floats
    covariance: Floats
    volatility: float
    coin: CoinLaw
    epochs: int

    def draws(
        self,
        start: float,
        origin: datetime.date,
        months: int,
        generator: np.random.Generator,
        paths: int = PATHS,
    ) -> Floats:
        """(paths, months) log changes of hashprice since `origin`, `start` its log then."""
        drawn = generator.multivariate_normal(self.coefficients, self.covariance, paths)
        speed = np.maximum(drawn[:, 1], 0.0)  # a network that grows as mining pays less is no network
        coin = self.coin.draws(months, generator, paths)
        noise = self.volatility / np.sqrt(12.0) * generator.standard_normal((paths, months))
        x = np.full(paths, start)
        found = np.empty((paths, months))
        time = (origin - ORIGIN).days / 365.25
        for month in range(months):
            growth = (
                drawn[:, 0] + speed * (x - self.mean_x) + drawn[:, 2] * (time + month / 12.0 - self.mean_t)
            )
            x = x + coin[:, month] - growth / 12.0 - noise[:, month] + _halving(origin, month)
            found[:, month] = x - start
        return found


def hash_law(difficulty: DatedSeries, hashprice: DatedSeries, coin: DatedSeries) -> HashLaw:
    """The law fitted to these series, of which nothing is later than the origin."""
    sample = epochs(difficulty, hashprice).since(FIRST_EPOCH)
    n = len(sample.dates)
    mean_x, mean_t = float(sample.before.mean()), float(sample.years.mean())
    fit = regress(sample.growth, np.column_stack([np.ones(n), sample.before - mean_x, sample.years - mean_t]))
    variance = max(float(np.mean((fit.residuals / EPOCHS_A_YEAR) ** 2)) - 2.0 / BLOCKS, 0.0)
    volatility = float(np.sqrt(variance * EPOCHS_A_YEAR))
    return HashLaw(mean_x, mean_t, fit.coefficients, fit.covariance, volatility, coin_law(coin), n)


def law_as_of(origin: datetime.date) -> HashLaw:
    """The law fitted to the shipped history up to `origin`."""
    return hash_law(
        series(DIFFICULTY_FILE, "difficulty", date="start_date_est").until(origin),
        series(HASHPRICE_FILE, "hashprice_ex_fees_usd_per_ph_per_day").until(origin),
        series(COIN_FILE, "btc_usd_close_utc").until(origin),
    )


def hashprice_forecasts() -> Iterator[Forecast]:
    """Forecasts from each month end since 2017."""
    monthly = month_ends(series(HASHPRICE_FILE, "hashprice_ex_fees_usd_per_ph_per_day").since(FIRST_EPOCH))
    change = months_later(monthly)
    steps = monthly.log_changes()
    for row, origin in enumerate(monthly.dates):
        if origin < FIRST_ORIGIN or change(row, HORIZONS[0]) is None:
            continue
        law = law_as_of(origin)
        generator = generator_of(SERIES, origin)
        paths = law.draws(float(np.log(monthly.values[row])), origin, max(HORIZONS), generator)
        for months in HORIZONS:
            came = change(row, months)
            if came is None:
                continue
            asked = Question(SERIES, origin, months)
            yield forecast_of(paths[:, months - 1], came, asked, MODEL, law.epochs)
            walk = random_walk(steps[:row], months, generator)
            yield forecast_of(walk, came, asked, WALK, row)


def _halving(origin: datetime.date, month: int) -> float:
    """Log change of the subsidy in the month after `month` months from a month end."""
    count = 12 * origin.year + origin.month - 1 + month + 1
    ahead = (count // 12, count % 12 + 1)
    return float(-np.log(2.0) * sum((day.year, day.month) == ahead for day in HALVINGS))
