"""Pictures of the bands: forecasts of a year against what came, and the fans of two episodes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from haircut.studies.bands.coin import MODEL as COIN_MODEL
from haircut.studies.bands.coin import SERIES as COIN
from haircut.studies.bands.episodes import (
    H100_ON_DEMAND,
    H100_PATH,
    H100_START,
    ONE_YEAR_DISCOUNT,
    PATHS,
    volunteer_fan,
)
from haircut.studies.bands.forecast import Forecast, band, generator_of
from haircut.studies.bands.hashprice import MODEL as HASH_MODEL
from haircut.studies.bands.hashprice import SERIES as HASH
from haircut.studies.bands.hashprice import law_as_of
from haircut.studies.calibrate.calibration import Picture, Range, Trace
from haircut.studies.calibrate.dependence import Floats
from haircut.studies.calibrate.history import series
from haircut.studies.calibrate.network import HASHPRICE_FILE

YEAR = 12


def band_pictures(forecasts: Sequence[Forecast]) -> tuple[Picture, ...]:
    """All pictures of the study."""
    return (
        _forecasts(
            "bands-btc",
            "Bitcoin over a year: bands fitted to the past, and what came",
            forecasts,
            COIN,
            COIN_MODEL,
        ),
        _forecasts(
            "bands-hashprice",
            "Hashprice over a year: bands fitted to the past, and what came",
            forecasts,
            HASH,
            HASH_MODEL,
        ),
        _hash_fan(),
        _h100_fan(),
    )


def _forecasts(name: str, title: str, forecasts: Sequence[Forecast], of: str, model: str) -> Picture:
    chosen = sorted(
        (f for f in forecasts if f.series == of and f.model == model and f.months == YEAR),
        key=lambda f: f.origin,
    )
    ranges = tuple(
        Range(tuple((str(f.origin), *f.bands[level]) for f in chosen), "50 and 95 %" if level == 0.95 else "")
        for level in (0.95, 0.50)
    )
    came = Trace("what came", tuple((str(f.origin), f.realised) for f in chosen))
    return Picture(name, title, "log change over twelve months, by the month of forecast", (came,), ranges)


def _hash_fan() -> Picture:
    origin, months = datetime.date(2021, 11, 30), 13
    hashprice = series(HASHPRICE_FILE, "hashprice_ex_fees_usd_per_ph_per_day")
    means = [_month_mean(hashprice.dates, hashprice.values, origin, month) for month in range(months + 1)]
    law = law_as_of(origin)
    fan = np.exp(means[0] + law.draws(means[0], origin, months, generator_of("collapse", origin), PATHS))
    days = [_later(origin, month) for month in range(months + 1)]
    came = Trace(
        "what came", tuple((day, float(np.exp(mean))) for day, mean in zip(days, means, strict=True))
    )
    return Picture(
        "bands-hashprice-2021",
        "Hashprice from 2021-11 in a fan that knew only what came before",
        "USD per PH/s per day, monthly means; 50 and 90 % of paths",
        (came,),
        _fan(days, float(np.exp(means[0])), fan),
    )


def _h100_fan() -> Picture:
    months = 21
    start = H100_ON_DEMAND * (1.0 - ONE_YEAR_DISCOUNT)
    drawn, _, _ = volunteer_fan([float(month) for month in range(1, months + 1)])
    days = [_later(H100_START, month) for month in range(months + 1)]
    came = Trace(
        "one-year contracts", ((str(H100_START), start), *((str(day), price) for day, price in H100_PATH))
    )
    return Picture(
        "bands-h100-2024",
        "The H100 from 2024-10 in a fan of 25 offers on a volunteer list",
        "USD per GPU-hour on a one-year contract, the start derived; 50 and 90 % of paths",
        (came,),
        _fan(days, start, start * np.exp(drawn)),
    )


def _fan(days: Sequence[str], start: float, paths: Floats) -> tuple[Range, ...]:
    return tuple(
        Range(
            (
                (days[0], start, start),
                *((day, *band(paths[:, month], level)) for month, day in enumerate(days[1:])),
            ),
            "50 and 90 %" if level == 0.90 else "",
        )
        for level in (0.90, 0.50)
    )


def _later(origin: datetime.date, months: int) -> str:
    count = 12 * origin.year + origin.month - 1 + months
    return f"{count // 12}-{count % 12 + 1:02d}-01"


def _month_mean(dates: Sequence[datetime.date], values: Floats, origin: datetime.date, months: int) -> float:
    year, month = (int(part) for part in _later(origin, months).split("-")[:2])
    return float(
        np.log(np.mean([v for d, v in zip(dates, values, strict=True) if (d.year, d.month) == (year, month)]))
    )
