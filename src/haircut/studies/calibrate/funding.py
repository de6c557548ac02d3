"""Funding: a two-state chain of a credit spread above a threshold, regimes beside it, speed of the log spread."""

from __future__ import annotations

import datetime

import numpy as np

from haircut.studies.calibrate.calibration import (
    Calibration,
    Diagnostic,
    Estimate,
    NotIdentified,
    Picture,
    Range,
    Trace,
)
from haircut.studies.calibrate.dependence import Floats, exact_share, mean_with_error, regress
from haircut.studies.calibrate.history import DatedSeries, series
from haircut.studies.calibrate.regime_switching import Switching, two_states

FILE = "us_credit_spread_gz_ebp_monthly.csv"
THRESHOLD = 2.75
"""Per cent; a Gilchrist-Zakrajsek spread above it is funding stress."""


def funding(until: datetime.date | None = None) -> Calibration:
    """Fit the funding state and the spread to the months up to `until`.

    Raises:
        CannotCompute: without statsmodels.
    """
    spread = series(FILE, "gz_credit_spread_pct")
    spread = spread.until(until) if until else spread
    stress = spread.values > THRESHOLD
    enter = crossings(stress, into=True)
    leave = crossings(stress, into=False)
    switching = two_states(spread.values)
    with_state, without = _speeds(spread, stress)
    ratio, ratio_error = _ratio(spread.values, stress)
    n = len(spread)
    estimates = (
        _chance("calm to stress", "funding.calm_to_stress", *enter, default=0.028),
        _chance("stress to calm", "funding.stress_to_calm", *leave, default=0.158),
        Estimate(
            "speed of the log spread",
            *with_state[0],
            "per year",
            n - 1,
            "least squares of the log spread on its last value and the state; Newey-West",
            "funding.speed",
            2.0,
            note="the state is read off the same spread, so this errs upwards",
        ),
        Estimate(
            "volatility of the log spread",
            *with_state[1],
            "per square root of a year",
            n - 1,
            "standard deviation of the residuals of the same regression",
            "funding.volatility",
            0.33,
        ),
        Estimate(
            "speed of the log spread, one mean",
            *without[0],
            "per year",
            n - 1,
            "the same without the state",
            note="errs upwards in short samples: no unit root is hard to tell from one",
        ),
        Estimate(
            "volatility of the log spread, one mean",
            *without[1],
            "per square root of a year",
            n - 1,
            "the same without the state",
        ),
        Estimate(
            "mean spread in stress over calm",
            ratio,
            ratio_error,
            "ratio",
            n,
            "ratio of means; Newey-West with 12 months",
            default=2.2,
            note="a ratio: the file's level is not that of the loans here",
        ),
        *_switching_estimates(switching, n),
    )
    months = int(stress.sum())
    return Calibration(
        name="funding",
        verdict=(
            f"Stress comes with {enter[0] / enter[1]:.3f} a month and ends with {leave[0] / leave[1]:.3f}: "
            f"{enter[0]} and {leave[0]} crossings of {THRESHOLD} % in {n} months, so both are known within a "
            "factor of about two."
        ),
        files=(FILE,),
        start=spread.dates[0],
        end=spread.dates[-1],
        n=n,
        estimates=estimates,
        not_identified=(
            NotIdentified(
                "level of the funding spread by state",
                "the file is a spread of ordinary bonds; only its ratio carries over",
                None,
                None,
                None,
            ),
            NotIdentified(
                "rate into glut in funding stress (g_c)",
                "no month of the rent history lies in funding stress",
                2.0,
                1.0,
                4.0,
                "factor",
            ),
        ),
        diagnostics=(
            Diagnostic(
                "months in stress",
                months,
                f"{months} of {n}, in {enter[0]} episodes; 2007-11 to 2009-11 is one",
            ),
            Diagnostic(
                "log likelihood gained by a second state",
                switching.log_likelihood - switching.one_state,
                "the two-state normal law beats one; its states last longer than the threshold's because "
                "single months above 2.75 do not count",
            ),
        ),
        picture=_picture(spread, switching),
    )


def crossings(stress: Floats | np.ndarray, *, into: bool) -> tuple[int, int]:
    """Crossings and the months from which they could have come.

    >>> crossings(np.array([False, True, True, False]), into=True)
    (1, 1)
    """
    before, after = np.asarray(stress[:-1], dtype=bool), np.asarray(stress[1:], dtype=bool)
    start = ~before if into else before
    return int(np.sum(start & (after if into else ~after))), int(np.sum(start))


def _chance(name: str, field: str, events: int, trials: int, *, default: float) -> Estimate:
    share = events / trials if trials else float("nan")
    return Estimate(
        name,
        share,
        float(np.sqrt(share * (1.0 - share) / trials)),
        "probability per month",
        trials,
        f"{events} crossings in {trials} months; interval of Clopper and Pearson",
        field,
        default,
        exact_share(events, trials),
    )


def _speeds(
    spread: DatedSeries, stress: np.ndarray
) -> tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]:
    level = np.log(spread.values)
    ones = np.ones(len(level) - 1)
    found = []
    for columns in ([ones, stress[1:].astype(float)], [ones]):
        fit = regress(level[1:], np.column_stack([*columns, level[:-1]]))
        keep, error = float(fit.coefficients[-1]), float(fit.std_errors[-1])
        squared, squared_error = mean_with_error(fit.residuals**2)
        volatility = float(np.sqrt(12.0 * squared))
        found.append(
            ((-12.0 * np.log(keep), 12.0 * error / keep), (volatility, 6.0 * squared_error / volatility))
        )
    return found[0], found[1]


def _ratio(values: Floats, stress: np.ndarray) -> tuple[float, float]:
    state = stress.astype(float)
    fit = regress(values, np.column_stack([1.0 - state, state]), lags=12)
    calm, stressed = fit.coefficients
    gradient = np.array([-stressed / calm**2, 1.0 / calm])
    return float(stressed / calm), float(np.sqrt(gradient @ fit.covariance @ gradient))


def _switching_estimates(switching: Switching, n: int) -> tuple[Estimate, ...]:
    method = "statsmodels MarkovRegression, two means and variances, maximum likelihood"
    note = "level persists within a state, so these errors are too small"
    return (
        Estimate(
            "calm to stress, regime model",
            *switching.low_to_high,
            "probability per month",
            n,
            method,
            note=note,
        ),
        Estimate(
            "stress to calm, regime model",
            *switching.high_to_low,
            "probability per month",
            n,
            method,
            note=note,
        ),
        Estimate(
            "calm mean, regime model",
            float(switching.means[0]),
            float(switching.mean_errors[0]),
            "%",
            n,
            method,
        ),
        Estimate(
            "stress mean, regime model",
            float(switching.means[1]),
            float(switching.mean_errors[1]),
            "%",
            n,
            method,
        ),
    )


def _picture(spread: DatedSeries, switching: Switching) -> Picture:
    points = tuple((str(day), float(value)) for day, value in zip(spread.dates, spread.values, strict=True))
    top = float(spread.values.max()) * 1.03
    bands = tuple(
        (str(day), 0.0, top if chance > 0.5 else 0.0)
        for day, chance in zip(spread.dates, switching.high_probability, strict=True)
    )
    return Picture(
        name="calibrate-funding",
        title="Credit spread, the threshold of stress, and the months a regime model calls high",
        y_title="Gilchrist-Zakrajsek spread, %; grey: high state of the regime model more likely than not",
        traces=(Trace("spread", points),),
        ranges=(Range(bands),),
        rules=((f"stress above {THRESHOLD}", THRESHOLD),),
    )
