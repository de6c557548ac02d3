"""Launches: how often a generation comes, what a dollar buys at launch, and what list prices did around launches."""

from __future__ import annotations

import datetime
import itertools
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
from haircut.studies.calibrate.dependence import clustered_mean, regress
from haircut.studies.calibrate.history import rows
from haircut.studies.calibrate.rents import LIST_FILE, list_prices

FILE = "ai_hardware_specs.csv"
GENERATIONS = (
    ("Kepler", "NVIDIA Tesla K80"),
    ("Pascal", "NVIDIA P100"),
    ("Volta", "NVIDIA V100"),
    ("Ampere", "NVIDIA A100"),
    ("Hopper", "NVIDIA H100 SXM5 80GB"),
    ("Blackwell", "NVIDIA B200"),
)
"""First data-centre part of each architecture, by its row in the file."""
DATA_CENTRE = (
    "NVIDIA Tesla V100 SXM2",
    "NVIDIA A100 SXM4 40 GB",
    "NVIDIA H100 SXM5 80GB",
    "NVIDIA B100",
    "AMD Radeon Instinct MI250X",
    "AMD Instinct MI300X",
)
"""Parts that are rented by the hour, have a 16-bit tensor figure and a release price."""
BREAK_DAYS = 365
FEWEST_PARTS = 5


class Part(NamedTuple):
    """A part at release."""

    name: str
    released: datetime.date
    price_usd: float | None
    tensor_tflops: float | None


def parts() -> dict[str, Part]:
    """The parts of the file that have a release date, by name; the first of those that share one."""
    found: dict[str, Part] = {}
    for row in rows(FILE):
        if row["release_date"] and row["hardware_name"] not in found:
            price, tensor = row["release_price_usd"], row["tensor_fp16_bf16_tflops"]
            found[row["hardware_name"]] = Part(
                row["hardware_name"],
                datetime.date.fromisoformat(row["release_date"]),
                float(price) if price else None,
                float(tensor) if tensor else None,
            )
    return found


def cadence(known: dict[str, Part], until: datetime.date | None = None) -> list[float]:
    """Months between the first data-centre parts of successive architectures."""
    days = [known[part].released for _, part in GENERATIONS if until is None or known[part].released <= until]
    return [(after - before).days * 12.0 / 365.25 for before, after in itertools.pairwise(days)]


def launches(until: datetime.date | None = None) -> Calibration:
    """Fit cadence and price-performance up to `until`, and say what stays assumed."""
    known = parts()
    gaps = np.array(cadence(known, until))
    if len(gaps) < 3:
        raise CannotCompute(f"launches: found {len(gaps)} gaps between architectures; expected at least 3")
    cadence_error = float(gaps.std(ddof=1) / np.sqrt(len(gaps)))
    trend = _trend(
        [
            p
            for p in known.values()
            if p.price_usd and p.tensor_tflops and (until is None or p.released <= until)
        ]
    )
    rented = [known[name] for name in DATA_CENTRE if until is None or known[name].released <= until]
    effect, effect_error, events, waves = _list_prices_around(known, until)
    days = [part.released for part in known.values() if until is None or part.released <= until]
    estimates = [
        Estimate(
            "months between architectures",
            float(gaps.mean()),
            cadence_error,
            "months",
            len(gaps),
            "mean of the gaps between first data-centre parts; error as if gaps were independent",
            note=f"from {gaps.min():.0f} to {gaps.max():.0f}; the announced yearly rhythm beats every gap on file",
        ),
        Estimate(
            "deviation of those gaps",
            float(gaps.std(ddof=1)),
            float(gaps.std(ddof=1) / np.sqrt(2.0 * (len(gaps) - 1))),
            "months",
            len(gaps),
            "standard deviation; its error as if normal",
        ),
        Estimate(
            "16-bit tensor throughput per dollar at release",
            *trend[:2],
            "log per year",
            trend[2],
            "least squares of log TFLOPS per dollar on time; Newey-West",
            note="any part with both figures, cards for play too",
        ),
    ]
    if len(rented) >= FEWEST_PARTS:
        centre = _trend(rented)
        estimates.append(
            Estimate(
                "the same, parts rented by the hour",
                *centre[:2],
                "log per year",
                centre[2],
                "parts of two makers; Newey-West of so few is a guess",
            )
        )
    if events:
        estimates.append(
            Estimate(
                "list price of older parts within a year of a launch",
                effect,
                effect_error,
                "log",
                events,
                f"AWS, older parts, from the launch of an architecture to a year after; {waves} launches are clusters",
                note="one wave of cuts: launch, demand and competition are not told apart",
            )
        )
    return Calibration(
        name="launches",
        verdict=(
            f"A new architecture every {gaps.mean():.0f} ± {cadence_error:.0f} months ({len(gaps)} gaps), each "
            f"buying {100 * (np.exp(trend[0]) - 1):.0f} % a year more throughput a dollar; what a launch takes from "
            "older rents is not identified."
        ),
        files=(FILE, LIST_FILE),
        start=min(days),
        end=max(days),
        n=len(days),
        estimates=tuple(estimates),
        not_identified=(
            NotIdentified(
                "wedge of a launch",
                "one wave of list cuts, in which launch, demand and competition are not told apart",
                0.12,
                0.0,
                0.30,
                "share of rent",
            ),
            NotIdentified(
                "delay of a launch",
                "the file has release dates, no announced ones: nothing to be late against",
                4.0,
                2.0,
                6.0,
                "months, mean of an exponential",
            ),
            NotIdentified(
                "ramp of supply", "no series of shipments is in the data", 12.0, 6.0, 18.0, "months"
            ),
        ),
        diagnostics=tuple(
            Diagnostic(f"gap to {name}", float(gap), f"months to {known[part].released}")
            for (name, part), gap in zip(GENERATIONS[1:], gaps, strict=False)
        ),
        picture=_picture(known, trend),
    )


def _trend(chosen: list[Part]) -> tuple[float, float, int, float]:
    """Slope of log TFLOPS per dollar a year, its error, parts, and the level at 2020-01."""
    ordered = sorted(chosen, key=lambda part: part.released)
    years = np.array([(part.released - datetime.date(2020, 1, 1)).days / 365.25 for part in ordered])
    level = np.array([np.log((part.tensor_tflops or 1.0) / (part.price_usd or 1.0)) for part in ordered])
    fit = regress(level, np.column_stack([np.ones(len(years)), years]))
    return float(fit.coefficients[1]), float(fit.std_errors[1]), len(ordered), float(fit.coefficients[0])


def _list_prices_around(
    known: dict[str, Part], until: datetime.date | None
) -> tuple[float, float | None, int, int]:
    """Mean log change of AWS list prices of older parts in the year from a launch; launches are clusters."""
    changes, clusters = [], []
    listed = [offer for offer in list_prices(until) if offer.provider == "aws"]
    for generation, part in GENERATIONS[-2:]:
        launch = known[part].released
        end = launch + datetime.timedelta(days=BREAK_DAYS)
        for offer in listed:
            before = [price for day, price in offer.prices if day <= launch]
            after = [price for day, price in offer.prices if day <= end]
            if before and offer.prices[-1][0] > launch:
                changes.append(float(np.log(after[-1] / before[-1])))
                clusters.append(generation)
    if not changes:
        return float("nan"), None, 0, 0
    mean, error = clustered_mean(changes, clusters)
    return mean, error, len(changes), len(set(clusters))


def _picture(known: dict[str, Part], trend: tuple[float, float, int, float]) -> Picture:
    priced = sorted(
        (p.released, 1000.0 * (p.tensor_tflops or 0.0) / (p.price_usd or 1.0))
        for p in known.values()
        if p.price_usd and p.tensor_tflops
    )
    years = [(day - datetime.date(2020, 1, 1)).days / 365.25 for day, _ in priced]
    line = tuple(
        (str(day), float(1000.0 * np.exp(trend[3] + trend[0] * year)))
        for (day, _), year in zip(priced, years, strict=True)
    )
    return Picture(
        name="calibrate-launches",
        title="What a thousand dollars bought at release",
        y_title="16-bit tensor TFLOPS per 1,000 USD at release: parts, and fitted",
        traces=(
            Trace("parts", tuple((str(day), value) for day, value in priced), dots=True),
            Trace("fitted", line, "estimated"),
        ),
    )
