"""Forecasts of Bitcoin: the market's jump diffusion fitted to the past, and a random walk."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

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
from haircut.studies.calibrate.btc import FILE, FIRST, YEAR_DAYS, daily_returns, large_jumps
from haircut.studies.calibrate.dependence import Floats
from haircut.studies.calibrate.history import DatedSeries, series

SERIES = "BTC"
MODEL = "jump diffusion"
WALK = "random walk"
DRIFT = 0.10
"""Growth of the expected price under P: assumed, as in the market; the past does not identify it."""
FIRST_ORIGIN = datetime.date(2016, 1, 1)


class CoinLaw(NamedTuple):
    """Monthly law of the coin: diffusive volatility a year, jumps a year, their mean and deviation; days behind it."""

    volatility: float
    jumps: float
    mean: float
    deviation: float
    days: int

    def draws(self, months: int, generator: np.random.Generator, paths: int = PATHS) -> Floats:
        """(paths, months) monthly log changes."""
        shape = (paths, months)
        count = generator.poisson(self.jumps / 12.0, shape)
        jumps = count * self.mean + np.sqrt(count) * self.deviation * generator.standard_normal(shape)
        correction = 0.5 * self.volatility**2 + self.jumps * (
            np.exp(self.mean + 0.5 * self.deviation**2) - 1.0
        )
        noise = self.volatility / np.sqrt(12.0) * generator.standard_normal(shape)
        return np.asarray((DRIFT - correction) / 12.0 + noise + jumps)


def coin_law(prices: DatedSeries) -> CoinLaw:
    """The law fitted to all days of `prices` from 2014 on."""
    _, returns = daily_returns(prices, FIRST)
    chosen, local = large_jumps(returns)
    sizes = returns[chosen]
    years = float(np.isfinite(local).sum()) / YEAR_DAYS
    rest = float(np.sqrt(YEAR_DAYS * (np.sum(returns**2) - np.sum(sizes**2)) / len(returns)))
    if len(sizes) < 5:  # too few to have a deviation: their variance goes to the diffusion
        return CoinLaw(float(np.sqrt(YEAR_DAYS * np.mean(returns**2))), 0.0, 0.0, 0.0, len(returns))
    return CoinLaw(rest, len(sizes) / years, float(sizes.mean()), float(sizes.std(ddof=1)), len(returns))


def coin_forecasts() -> Iterator[Forecast]:
    """Forecasts from each month end since 2016."""
    prices = series(FILE, "btc_usd_close_utc")
    monthly = month_ends(prices.since(FIRST))
    change = months_later(monthly)
    steps = monthly.log_changes()
    for row, origin in enumerate(monthly.dates):
        if origin < FIRST_ORIGIN or change(row, HORIZONS[0]) is None:
            continue
        law = coin_law(prices.until(origin))
        generator = generator_of(SERIES, origin)
        paths = np.cumsum(law.draws(max(HORIZONS), generator), axis=1)
        for months in HORIZONS:
            came = change(row, months)
            if came is None:
                continue
            asked = Question(SERIES, origin, months)
            yield forecast_of(paths[:, months - 1], came, asked, MODEL, law.days)
            walk = random_walk(steps[:row], months, generator)
            yield forecast_of(walk, came, asked, WALK, row)
