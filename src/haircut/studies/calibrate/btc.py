"""Bitcoin: volatility by year and by funding state, jumps, drift with its error, and what stays assumed."""

from __future__ import annotations

import datetime
import itertools

import numpy as np
from numpy.typing import NDArray

from haircut.studies.calibrate.calibration import (
    Calibration,
    Diagnostic,
    Estimate,
    NotIdentified,
    Picture,
    Trace,
)
from haircut.studies.calibrate.dependence import Floats, block_bootstrap, mean_with_error
from haircut.studies.calibrate.funding import FILE as SPREAD_FILE
from haircut.studies.calibrate.funding import THRESHOLD
from haircut.studies.calibrate.history import DatedSeries, series
from haircut.studies.calibrate.jump_diffusion import fit_jump_diffusion

FILE = "btc_usd_daily.csv"
FIRST = datetime.date(2014, 1, 1)
"""Before it the file is thin trading on one exchange."""
BLOCK_DAYS = 60
LOCAL_DAYS = 60
LARGE = 4.0
"""A large jump: a day beyond so many standard deviations of the 60 days before it."""
LAGS = 60
YEAR_DAYS = 365.0


def btc(until: datetime.date | None = None) -> Calibration:
    """Fit the coin to the days from 2014 up to `until`."""
    prices = series(FILE, "btc_usd_close_utc")
    prices = prices.until(until) if until else prices
    days, returns = daily_returns(prices, FIRST)
    n = len(returns)
    fit = fit_jump_diffusion(returns, lags=LAGS)
    names = ("daily mean", "diffusive volatility", "jumps a year", "mean jump", "deviation of jumps")
    units = ("log per day", "per square root of a year", "per year", "log", "log")
    method = f"Merton, maximum likelihood; sandwich with {LAGS} days of Newey-West"
    jumps = tuple(
        Estimate(
            f"{name}, likelihood",
            float(fit.values[index]),
            float(fit.std_errors[index]),
            units[index],
            n,
            method,
            note="many small jumps: independent days must stand in for volatility that clusters"
            if name == "jumps a year"
            else "",
        )
        for index, name in enumerate(names)
    )
    total = volatility(returns)
    drift, drift_error = mean_with_error(returns, lags=LAGS)
    states = _by_state(days, returns)
    days_of_jumps, local = large_jumps(returns)
    by_year = _by_year(days, returns)
    years = [each.value for each in by_year]
    skew, kurtosis = shape(returns)
    return Calibration(
        name="btc",
        verdict=(
            f"Volatility {100 * total:.0f} % a year since 2014, from {100 * min(years):.0f} to "
            f"{100 * max(years):.0f} % by year; the drift is {100 * YEAR_DAYS * drift:.0f} ± "
            f"{100 * YEAR_DAYS * drift_error:.0f} % a year, which says nothing about the next one."
        ),
        files=(FILE, SPREAD_FILE),
        start=days[0],
        end=days[-1],
        n=n,
        estimates=(
            Estimate(
                "total volatility",
                total,
                block_bootstrap(lambda i: volatility(returns[i]), n, block=BLOCK_DAYS),
                "per square root of a year",
                n,
                f"daily, 365 a year; blocks of {BLOCK_DAYS} days",
            ),
            *by_year,
            *jumps,
            *_large(returns, days_of_jumps, local),
            *states,
            Estimate(
                "drift",
                YEAR_DAYS * drift,
                YEAR_DAYS * drift_error,
                "log per year",
                n,
                f"mean; {LAGS} days of Newey-West",
                default=0.10,
                note="stays assumed: two errors are wider than any range worth having",
            ),
        ),
        not_identified=(
            NotIdentified(
                "drift under P", "its error is larger than any use of it", 0.10, -0.10, 0.30, "a year"
            ),
            NotIdentified(
                "correlation of the coin with rents",
                "30 months of rate cards that hardly move: no figure differs from 0, none excludes 0.35",
                0.0,
                0.0,
                0.5,
                "calm 0, stress 0.3 assumed",
            ),
            NotIdentified(
                "diffusive volatility in stress",
                "four months in two episodes since 2014",
                0.75,
                0.5,
                1.0,
                "a year",
            ),
        ),
        diagnostics=(
            Diagnostic("excess kurtosis", kurtosis, "days are far from normal"),
            Diagnostic("skew", skew, "falls are larger than rises"),
            Diagnostic(
                "log likelihood gained by jumps", fit.log_likelihood - fit.normal, "three parameters earn it"
            ),
            Diagnostic(
                "total volatility of the jump fit",
                fit.total_volatility,
                f"against {total:.3f} of the days themselves",
            ),
            Diagnostic("worst day", float(returns.min()), f"log, {days[int(returns.argmin())]}"),
            Diagnostic("1 % day", float(np.quantile(returns, 0.01)), "log"),
        ),
        picture=_picture(days, returns),
    )


def daily_returns(prices: DatedSeries, first: datetime.date) -> tuple[tuple[datetime.date, ...], Floats]:
    """Log returns between days that follow each other, dated by their second day, from `first` on."""
    changes = prices.log_changes()
    kept = [
        index
        for index, (before, after) in enumerate(itertools.pairwise(prices.dates))
        if after >= first and (after - before).days == 1
    ]
    return tuple(prices.dates[index + 1] for index in kept), changes[kept]


def large_jumps(returns: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Days beyond `LARGE` local deviations, and the local deviation of every day.

    The local deviation is that of bipower variation over the `LOCAL_DAYS` before the day, which one jump does
    not inflate: pi / 2 times the mean product of neighbouring absolute returns. It is nan for the first days.
    """
    product = np.abs(returns[1:]) * np.abs(returns[:-1])
    sums = np.concatenate([[0.0], np.cumsum(product)])
    local = np.full(len(returns), np.nan)
    window = LOCAL_DAYS - 1
    local[LOCAL_DAYS:] = np.sqrt(np.pi / 2.0 * (sums[window:-1] - sums[: -window - 1]) / window)[
        : len(returns) - LOCAL_DAYS
    ]
    return np.flatnonzero(np.abs(returns) > LARGE * local), local


def volatility(returns: Floats) -> float:
    """Annual volatility of daily returns."""
    return float(returns.std(ddof=1) * np.sqrt(YEAR_DAYS))


def shape(returns: Floats) -> tuple[float, float]:
    """Skew and excess kurtosis."""
    centred = returns - returns.mean()
    spread = np.sqrt(np.mean(centred**2))
    return float(np.mean(centred**3) / spread**3), float(np.mean(centred**4) / spread**4 - 3.0)


def _large(returns: Floats, chosen: NDArray[np.int64], local: Floats) -> tuple[Estimate, ...]:
    sizes, known = returns[chosen], local[np.isfinite(local)]
    count, years = len(sizes), len(known) / YEAR_DAYS
    method = f"days beyond {LARGE:.0f} deviations of the {LOCAL_DAYS} before (bipower)"
    rest = float(np.sqrt(YEAR_DAYS * (np.sum(returns**2) - np.sum(sizes**2)) / len(returns)))
    deviation = float(sizes.std(ddof=1))
    return (
        Estimate(
            "large jumps a year",
            count / years,
            float(np.sqrt(count)) / years,
            "per year",
            count,
            method,
            "btc.jumps_per_year",
            12.0,
            note="error as if they came independently",
        ),
        Estimate(
            "mean large jump",
            float(sizes.mean()),
            deviation / float(np.sqrt(count)),
            "log",
            count,
            method,
            "btc.jump_mean",
            -0.02,
        ),
        Estimate(
            "deviation of large jumps",
            deviation,
            block_bootstrap(lambda i: float(sizes[i].std(ddof=1)), count, block=1),
            "log",
            count,
            method,
            "btc.jump_deviation",
            0.11,
        ),
        Estimate(
            "volatility without large jumps",
            rest,
            block_bootstrap(
                lambda i: float(np.sqrt(YEAR_DAYS * np.mean(_without(returns, chosen)[i] ** 2))),
                len(returns),
                block=BLOCK_DAYS,
            ),
            "per square root of a year",
            len(returns),
            method,
            note="2014 on; the market's 0.42 in calm is that of 2023 to 2026",
        ),
    )


def _without(returns: Floats, chosen: NDArray[np.int64]) -> Floats:
    kept = returns.copy()
    kept[chosen] = 0.0
    return kept


def _by_year(days: tuple[datetime.date, ...], returns: Floats) -> tuple[Estimate, ...]:
    years = np.array([day.year for day in days])
    found = []
    for year in sorted(set(years.tolist())):
        chosen = returns[years == year]
        if len(chosen) < 100:
            continue
        error = block_bootstrap(lambda i, x=chosen: volatility(x[i]), len(chosen), block=20)  # type: ignore[misc]
        found.append(
            Estimate(
                f"volatility {year}",
                volatility(chosen),
                error,
                "per square root of a year",
                len(chosen),
                "daily; blocks of 20 days",
            )
        )
    return tuple(found)


def _by_state(days: tuple[datetime.date, ...], returns: Floats) -> tuple[Estimate, ...]:
    """Volatility in the months of either funding state."""
    spread = series(SPREAD_FILE, "gz_credit_spread_pct")
    state = {(d.year, d.month): bool(v > THRESHOLD) for d, v in zip(spread.dates, spread.values, strict=True)}
    label = [state.get((day.year, day.month)) for day in days]
    found = []
    for name, wanted in (("calm", False), ("stress", True)):
        chosen = returns[[each is wanted for each in label]]
        if len(chosen) < 30:
            continue
        months = len({(d.year, d.month) for d, each in zip(days, label, strict=True) if each is wanted})
        error = block_bootstrap(lambda i, x=chosen: volatility(x[i]), len(chosen), block=30)  # type: ignore[misc]
        found.append(
            Estimate(
                f"volatility in {name} funding",
                volatility(chosen),
                error,
                "per square root of a year",
                len(chosen),
                f"daily, {months} months of that state; blocks of 30 days",
                note="two episodes, 2016-01 and 2020-03: an anecdote with an error" if wanted else "",
            )
        )
    return tuple(found)


def _picture(days: tuple[datetime.date, ...], returns: Floats) -> Picture:
    window = 90
    squares = np.cumsum(np.concatenate([[0.0], returns**2]))
    points = tuple(
        (str(days[i]), float(np.sqrt(YEAR_DAYS * (squares[i + 1] - squares[i + 1 - window]) / window)))
        for i in range(window - 1, len(days), 15)
    )
    return Picture(
        name="calibrate-btc",
        title="Bitcoin's volatility is no constant",
        y_title="volatility of 90 days, % a year",
        traces=(Trace("90 days", points),),
        rules=(("all days since 2014", volatility(returns)),),
        percent=True,
    )
