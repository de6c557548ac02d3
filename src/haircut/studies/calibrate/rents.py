"""Rents: steps of list prices, moves of neocloud and marketplace offers, and what they cannot tell."""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from haircut.errors import InputRefused, Problem
from haircut.studies.calibrate.calibration import (
    Calibration,
    Diagnostic,
    Estimate,
    NotIdentified,
    Picture,
    Trace,
)
from haircut.studies.calibrate.dependence import clustered_mean, exact_rate
from haircut.studies.calibrate.history import Row, read_series, rows

LIST_FILE = "gpu_list_prices_hyperscaler.csv"
COMMUNITY_FILE = "gpu_cloud_prices_community_2022_2025.csv"
OFFERS_FILE = "gpu_neocloud_marketplace_snapshots_2026.csv"
STEP = 0.001
"""Log changes below it are rounding."""
FEWEST_MONTHS_THAT_MOVE = 12
CONVERTED = ("scaleway",)
"""Providers whose prices are converted from another currency, and so move with it."""


class Offer(NamedTuple):
    """One offer followed over time: prices in order of date, each date once."""

    kind: str
    provider: str
    device: str
    place: str
    prices: tuple[tuple[datetime.date, float], ...]

    @property
    def years(self) -> float:
        return (self.prices[-1][0] - self.prices[0][0]).days / 365.25

    def changes(self) -> Iterator[tuple[datetime.date, datetime.date, float]]:
        """(date before, date after, log change) of each interval, most of them 0."""
        for (before, old), (after, new) in itertools.pairwise(self.prices):
            yield before, after, float(np.log(new / old))

    def steps(self) -> list[tuple[datetime.date, datetime.date, float]]:
        """The intervals in which the price moved."""
        return [change for change in self.changes() if abs(change[2]) > STEP]


def list_prices(until: datetime.date | None = None) -> list[Offer]:
    """On-demand list prices by provider, region and instance type, from the providers' price feeds."""
    return _offers(
        LIST_FILE,
        "price_usd_per_gpu_hour",
        "date",
        lambda r: ("list", r["provider"], _device(r), f"{r['region']}/{r['instance_type']}"),
        lambda r: r["price_kind"] == "on_demand_whole_vm" and r["observation_kind"] == "price_feed",
        until,
    )


def offers_2026(until: datetime.date | None = None) -> list[Offer]:
    """Cheapest on-demand offers of neoclouds and of a marketplace in 2026."""
    return _offers(
        OFFERS_FILE,
        "cheapest_on_demand_usd_per_gpu_hour",
        "date",
        lambda r: (r["provider_class"], r["provider"], _device(r), r["form_factor"]),
        lambda r: True,
        until,
    )


def community(until: datetime.date | None = None) -> list[Offer]:
    """Offers of a volunteer list by the day each price was first seen; rows flagged as suspect are left out.

    Two rows of one offer on one day that differ are two kinds that the list does not tell apart: left out too.
    """

    def key(row: Row) -> tuple[str, str, str, str]:
        place = "/".join((row["form_factor"], row["gpu_count"], row["instance_name"]))
        return "community", row["provider"], _device(row), place

    seen: dict[tuple[object, ...], int] = defaultdict(int)
    for row in rows(COMMUNITY_FILE):
        seen[(key(row), row["first_seen"])] += 1
    return _offers(
        COMMUNITY_FILE,
        "on_demand_usd_per_gpu_hour",
        "first_seen",
        key,
        lambda r: not r["quality_flag"] and seen[(key(r), r["first_seen"])] == 1,
        until,
    )


def _device(row: Row) -> str:
    return f"{row['gpu_model']} {row['gpu_memory_gb']}"


def _offers(
    file: str,
    column: str,
    date: str,
    key: Callable[[Row], tuple[str, str, str, str]],
    kept: Callable[[Row], bool],
    until: datetime.date | None,
) -> list[Offer]:
    grouped: dict[tuple[str, str, str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for line, row in enumerate(rows(file), start=2):
        if kept(row) and row[column].strip():
            grouped[key(row)].append((line, row[date], row[column]))
    found = []
    for name, lines in sorted(grouped.items()):
        lines.sort(key=lambda item: item[1])
        for (_, day, _), (line, again, _) in itertools.pairwise(lines):
            if day == again:
                raise InputRefused([Problem(file, line, date, again, f"each date once for {' '.join(name)}")])
        made = read_series(f"{file} {' '.join(name)}", column, [(day, price) for _, day, price in lines])
        pairs = [
            (d, float(v)) for d, v in zip(made.dates, made.values, strict=True) if until is None or d <= until
        ]
        if pairs:
            found.append(Offer(*name, tuple(pairs)))
    return found


def rents(until: datetime.date | None = None) -> Calibration:
    """Fit steps and drifts of rents by class of provider up to `until`."""
    listed, offered, volunteers = list_prices(until), offers_2026(until), community(until)
    days = [day for offer in (*listed, *offered, *volunteers) for day, _ in offer.prices]
    cuts = model_cuts(listed)
    exposure = model_years(listed)
    hazard, hazard_error = _clustered_rate([c[:2] for c in cuts], exposure)
    moved = [step for offer in volunteers for step in offer.steps()]
    movers = [offer.provider for offer in volunteers for _ in offer.steps()]
    estimates = [
        Estimate(
            "list cuts per model-year",
            hazard,
            hazard_error,
            "per year",
            len(cuts),
            f"{len(cuts)} cuts over {exposure:.1f} model-years of two providers; those of one provider "
            "within a year are one event",
            interval=exact_rate(len(cuts), exposure),
            note="the interval counts cuts as independent; they came in two waves, so trust the error",
        ),
    ]
    said = "no cut of a list price"
    if cuts:
        size, size_error = clustered_mean([cut[3] for cut in cuts], [cut[0] for cut in cuts])
        said = f"{len(cuts)} cuts of list prices, of {100 * (np.exp(size) - 1):.0f} % on average,"
        estimates.append(
            Estimate(
                "size of a list cut",
                size,
                size_error,
                "log",
                len(cuts),
                "mean over models, clustered by provider",
                note="two clusters: the error is itself a guess",
            )
        )
    if moved:
        mean, error = clustered_mean([m[2] for m in moved], movers)
        estimates.append(
            Estimate(
                "size of a change, volunteer list 2022-25",
                mean,
                error,
                "log",
                len(moved),
                f"mean of {len(moved)} changes of {len(set(movers))} providers, clustered by provider",
                note="how often is not known: nobody visits a price that did not change",
            )
        )
    for kind in ("neocloud", "marketplace"):
        estimates += drifts(kind, offered)
    months, moving = _months_that_move(volunteers)
    return Calibration(
        name="rents",
        verdict=(
            f"Listed rents step, they do not drift: {said} in {exposure:.0f} model-years. No shipped series is "
            "long enough for the regimes of rent."
        ),
        files=(LIST_FILE, COMMUNITY_FILE, OFFERS_FILE),
        start=min(days),
        end=max(days),
        n=len(days),
        estimates=tuple(estimates),
        not_identified=_not_identified(months, moving),
        diagnostics=(
            Diagnostic(
                "listed offers that never moved",
                float(sum(not offer.steps() for offer in listed)),
                f"of {len(listed)}",
            ),
            Diagnostic("months of the volunteer list", float(months), f"{moving} of them with any change"),
            Diagnostic(
                "regime model of monthly changes",
                None,
                f"not fitted: {moving} months that move, expected at least {FEWEST_MONTHS_THAT_MOVE} for each state",
            ),
        ),
        picture=_picture(listed),
    )


def model_cuts(listed: Sequence[Offer]) -> list[tuple[str, datetime.date, str, float]]:
    """(provider, date first seen, model, log change) of each cut above 5 %, regions and instance types as one."""
    found: dict[tuple[str, str, datetime.date], list[float]] = defaultdict(list)
    for offer in listed:
        for _, after, change in offer.steps():
            if change < -0.05:
                found[(offer.provider, offer.device, after)].append(change)
    return [
        (p, day, device, float(np.mean(c)))
        for (p, device, day), c in sorted(found.items(), key=lambda i: i[0][2])
    ]


def model_years(listed: Sequence[Offer]) -> float:
    """Years in which a model had a list price, by provider; regions and instance types as one."""
    spans: dict[tuple[str, str], list[datetime.date]] = defaultdict(list)
    for offer in listed:
        spans[(offer.provider, offer.device)] += [offer.prices[0][0], offer.prices[-1][0]]
    return sum((max(days) - min(days)).days for days in spans.values()) / 365.25


def _clustered_rate(
    events: Sequence[tuple[str, datetime.date]], exposure: float
) -> tuple[float, float | None]:
    """A rate whose events within a year of one provider are one draw."""
    waves: dict[tuple[str, int], int] = defaultdict(int)
    first: dict[str, datetime.date] = {}
    for provider, day in sorted(events):
        if provider not in first or (day - first[provider]).days > 365:
            first[provider] = day
        waves[(provider, first[provider].toordinal())] += 1
    if not waves:
        return 0.0, None
    return len(events) / exposure, float(np.sqrt(sum(count**2 for count in waves.values()))) / exposure


def drifts(kind: str, offered: Sequence[Offer]) -> list[Estimate]:
    """Drift, volatility and frequency of change of a class of providers in 2026, clustered."""
    chosen = [o for o in offered if o.kind == kind and o.provider not in CONVERTED and len(o.prices) > 1]
    if not chosen:
        return []
    # One marketplace is one provider: there, a device is a cluster.
    providers = {offer.provider for offer in chosen}
    cluster = [offer.provider if len(providers) > 1 else offer.device for offer in chosen]
    rate = [float(np.log(o.prices[-1][1] / o.prices[0][1])) / o.years for o in chosen]
    variance = [sum(c**2 for _, _, c in o.changes()) / o.years for o in chosen]
    share = [len(o.steps()) / max(1, len(o.prices) - 1) for o in chosen]
    n, by = len(chosen), "provider" if len(providers) > 1 else "device"
    mean, error = clustered_mean(rate, cluster)
    square, square_error = clustered_mean(variance, cluster)
    often, often_error = clustered_mean(share, cluster)
    method = f"{n} offers, {len(set(cluster))} clusters by {by}"
    window = "ten weeks of one state of the market: no drift of any other"
    volatility = float(np.sqrt(square))
    return [
        Estimate(f"drift, {kind} 2026", mean, error, "log per year", n, method, note=window),
        Estimate(
            f"volatility, {kind} 2026",
            volatility,
            None if square_error is None else square_error / (2.0 * volatility),
            "per square root of a year",
            n,
            method,
            note="of single offers; an index of them moves less",
        ),
        Estimate(f"share of intervals with a change, {kind} 2026", often, often_error, "share", n, method),
    ]


def _months_that_move(volunteers: Sequence[Offer]) -> tuple[int, int]:
    days = [day for offer in volunteers for day, _ in offer.prices]
    if not days:
        return 0, 0
    first, last = min(days), max(days)
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    return months, len({(s[1].year, s[1].month) for offer in volunteers for s in offer.steps()})


def _not_identified(months: int, moving: int) -> tuple[NotIdentified, ...]:
    why = f"{moving} of {months} months of the volunteer list move at all; two and three states need far more"
    return (
        NotIdentified("drift of c by regime", why, -0.08, -0.35, 0.32, "log per year, balanced"),
        NotIdentified(
            "volatility of c by regime", why, 0.15, 0.10, 0.30, "per square root of a year, balanced"
        ),
        NotIdentified(
            "transitions of the compute market", why, 0.945, 0.90, 0.97, "stay in balance, a month"
        ),
        NotIdentified(
            "pull to the entry rent", "no full cycle of rents is on record", 0.25, 0.0, 0.5, "per year"
        ),
        NotIdentified(
            "correlation of rents with Bitcoin", "rents hardly move by month", 0.0, 0.0, 0.5, "stress 0.3"
        ),
        NotIdentified(
            "depth in glut", "no sale with its size is in the data", 0.5, 0.17, 1.5, "share of balance"
        ),
    )


def _picture(listed: Sequence[Offer]) -> Picture:
    shown = (
        ("H100 80", "p5.48xlarge"),
        ("H200 141", "p5en.48xlarge"),
        ("A100 80", "p4de"),
        ("A100 40", "p4d."),
    )
    traces = []
    for device, instance in shown:
        for offer in listed:
            if offer.provider == "aws" and offer.device == device and instance in offer.place:
                points = tuple((str(day), price) for day, price in offer.prices)
                traces.append(Trace(f"AWS {device} GB", points, step=True))
    return Picture(
        name="calibrate-rents",
        title="List prices stand still for years and then step",
        y_title="on-demand list price, USD per GPU-hour",
        traces=tuple(traces),
    )
