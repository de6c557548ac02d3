"""The hash network: how fast it answers hashprice, its own noise, and the trend of its break-even.

Each difficulty epoch: growth a year = k (x - x*(t)) + noise, x the mean log hashprice of the epoch before. The
epoch before, because difficulty is a noisy measure of hashrate and stands on both sides otherwise.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

import numpy as np

from haircut.errors import CannotCompute
from haircut.studies.calibrate.calibration import (
    Calibration,
    Diagnostic,
    Estimate,
    NotIdentified,
    Picture,
    Trace,
)
from haircut.studies.calibrate.dependence import Floats, Regression, mean_with_error, regress
from haircut.studies.calibrate.history import DatedSeries, series

DIFFICULTY_FILE = "btc_difficulty_epochs.csv"
HASHPRICE_FILE = "btc_hashprice_daily.csv"
FIRST = datetime.date(2016, 1, 1)
"""Machines of today's kind, 16 nm and below, and one halving more than later starts."""
ORIGIN = datetime.date(2020, 1, 1)
EPOCHS_A_YEAR = 365.25 / 14.0
BLOCKS = 2016
EARLIER_AND_LATER = (2014, 2016, 2017, 2018, 2019, 2020, 2022)
FEWEST_BELOW = 20


class Epochs(NamedTuple):
    """One row an epoch, n of them.

    Attributes:
        dates: first day; growth: log growth of difficulty at its end, a year.
        before, during: mean log hashprice of the epoch before and of this one; years: from `ORIGIN`.
    """

    dates: tuple[datetime.date, ...]
    growth: Floats
    before: Floats
    during: Floats
    years: Floats

    def since(self, first: datetime.date) -> Epochs:
        """The epochs from `first` on."""
        kept = np.array([date >= first for date in self.dates])
        dates = tuple(date for date in self.dates if date >= first)
        return Epochs(dates, self.growth[kept], self.before[kept], self.during[kept], self.years[kept])


class Response(NamedTuple):
    """A fitted answer of the network, values and standard errors.

    Attributes:
        speed: k, a year; gain: fall of break-even hashprice, log a year; zero: log hashprice of no growth at `ORIGIN`.
        volatility: sigma_H, a year, without the luck of 2,016 blocks.
        fit: the regression of growth on 1, x, t.
    """

    speed: tuple[float, float]
    gain: tuple[float, float]
    zero: tuple[float, float]
    volatility: tuple[float, float]
    fit: Regression


def epochs(
    difficulty: DatedSeries | None = None,
    hashprice: DatedSeries | None = None,
    until: datetime.date | None = None,
) -> Epochs:
    """Difficulty and hashprice as rows of epochs; an epoch whose hashprice is mostly missing is left out."""
    steps = difficulty or series(DIFFICULTY_FILE, "difficulty", date="start_date_est")
    prices = hashprice or series(HASHPRICE_FILE, "hashprice_ex_fees_usd_per_ph_per_day")
    if until:
        steps, prices = steps.until(until), prices.until(until)
    log_price = dict(zip(prices.dates, np.log(prices.values), strict=True))

    def mean(first: datetime.date, last: datetime.date) -> float:
        days = [first + datetime.timedelta(day) for day in range((last - first).days)]
        known = [log_price[day] for day in days if day in log_price]
        return float(np.mean(known)) if len(known) >= 0.5 * len(days) and known else float("nan")

    rows, dates = [], []
    for index in range(1, len(steps) - 1):
        first, start, end = steps.dates[index - 1 : index + 2]
        row = (
            EPOCHS_A_YEAR * float(np.log(steps.values[index + 1] / steps.values[index])),
            mean(first, start),
            mean(start, end),
            (start - ORIGIN).days / 365.25,
        )
        if np.isfinite(row).all():
            rows.append(row)
            dates.append(start)
    table = np.array(rows)
    return Epochs(tuple(dates), *(np.ascontiguousarray(table[:, column]) for column in range(4)))


def response(sample: Epochs) -> Response:
    """The network's answer in a sample.

    Raises:
        CannotCompute: with under 52 epochs, two years.
    """
    n = len(sample.dates)
    if n < 52:
        raise CannotCompute(f"network: found {n} epochs; expected at least 52, two years")
    fit = regress(sample.growth, np.column_stack([np.ones(n), sample.before, sample.years]))
    base, speed, trend = fit.coefficients
    gain = np.array([0.0, -trend / speed**2, 1.0 / speed])
    zero = np.array([-1.0 / speed, base / speed**2, 0.0])
    squares = (fit.residuals / EPOCHS_A_YEAR) ** 2
    luck = 2.0 / BLOCKS
    variance, error = mean_with_error(squares)
    volatility = float(np.sqrt(max(variance - luck, 0.0) * EPOCHS_A_YEAR))
    volatility_error = EPOCHS_A_YEAR * error / (2.0 * volatility) if volatility > 0.0 else float("nan")
    return Response(
        speed=(float(speed), float(fit.std_errors[1])),
        gain=(float(trend / speed), float(np.sqrt(gain @ fit.covariance @ gain))),
        zero=(float(-base / speed), float(np.sqrt(zero @ fit.covariance @ zero))),
        volatility=(volatility, volatility_error),
        fit=fit,
    )


def network(until: datetime.date | None = None) -> Calibration:
    """Fit the network to the epochs from 2016 up to `until`."""
    every = epochs(until=until)
    sample = every.since(FIRST)
    found = response(sample)
    n = len(sample.dates)
    gap = sample.before - found.zero[0] + found.gain[0] * sample.years
    below = int(np.sum(gap < 0.0))
    naive = regress(sample.growth, np.column_stack([np.ones(n), sample.during, sample.years]))
    windows = _windows(every)
    low, high = min(windows.values()), max(windows.values())
    method = "least squares of epoch growth on the log hashprice of the epoch before and on time; Newey-West"
    down = (
        "hashprice lay below the level of no growth in " + (f"{below} of {n} epochs" if below else "no epoch")
    ) + "; what the network does there is hardly on record, and 2021's fall was a ban"
    return Calibration(
        name="network",
        verdict=(
            f"The network grows {found.speed[0]:.2f} ± {found.speed[1]:.2f} a year per unit of log hashprice above "
            f"break-even; by starting year the figure runs from {low:.2f} to {high:.2f}."
        ),
        files=(DIFFICULTY_FILE, HASHPRICE_FILE),
        start=sample.dates[0],
        end=sample.dates[-1],
        n=n,
        estimates=(
            Estimate("k_up", *found.speed, "per year", n, method, "network.speed_up", 0.5),
            Estimate(
                "sigma_H",
                *found.volatility,
                "per square root of a year",
                n,
                "residuals of the same regression less the luck of 2,016 blocks; Newey-West",
                "network.volatility",
                0.20,
            ),
            Estimate(
                "efficiency gain",
                *found.gain,
                "log per year",
                n,
                "trend over k_up of the same regression; delta method",
                "network.efficiency_gain",
                0.12,
                note="the trend of break-even hashprice: efficiency and power price in one",
            ),
            Estimate(
                "hashprice of no growth, 2020-01",
                float(np.exp(found.zero[0])),
                float(np.exp(found.zero[0]) * found.zero[1]),
                "USD per PH/s per day",
                n,
                "where the fitted line crosses zero; delta method",
                note="(1 + margin*) x efficiency* x power: the three are seen only as a product",
            ),
            Estimate(
                "k_up, same epoch",
                float(naive.coefficients[1]),
                float(naive.std_errors[1]),
                "per year",
                n,
                "hashprice of the epoch itself",
                note="errs upwards: difficulty's error stands on both sides",
            ),
        ),
        not_identified=(
            NotIdentified("k_down", down, 0.5, 0.25, 2.0, "per year"),
            NotIdentified(
                "margin*", "seen only in a product with efficiency and power price", 0.15, 0.0, 0.5, "share"
            ),
            NotIdentified(
                "depth of the market for rigs", "no sale with its size is in the data", None, None, None
            ),
        ),
        diagnostics=(
            *(
                Diagnostic(f"k_up from {year}", value, "same regression, another start")
                for year, value in windows.items()
            ),
            Diagnostic(
                "R squared", found.fit.r_squared, "most of an epoch's growth is not explained by hashprice"
            ),
            Diagnostic("epochs below break-even", float(below), f"of {n}"),
        ),
        picture=_picture(sample, found),
    )


def _windows(every: Epochs) -> dict[int, float]:
    found = {}
    for year in EARLIER_AND_LATER:
        part = every.since(datetime.date(year, 1, 1))
        if len(part.dates) >= 100:
            found[year] = response(part).speed[0]
    return found


def _picture(sample: Epochs, found: Response) -> Picture:
    fitted = sample.growth - found.fit.residuals
    width = 6
    smooth = np.convolve(sample.growth, np.ones(width) / width, mode="valid")
    dates = [str(date) for date in sample.dates]
    return Picture(
        name="calibrate-network",
        title="Growth of the network, and what hashprice explains of it",
        y_title="growth of difficulty, log points a year: mean of six epochs, and fitted",
        traces=(
            Trace(
                "six epochs",
                tuple(zip(dates[width - 1 :], (float(v) for v in smooth), strict=True)),
                emphasis=False,
            ),
            Trace("fitted", tuple(zip(dates, (float(v) for v in fitted), strict=True)), "estimated"),
        ),
        rules=(("no growth", 0.0),),
    )
