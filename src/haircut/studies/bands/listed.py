"""Forecasts of list prices: steps at a rate and of sizes seen before, and a random walk.

A series is a provider's model, averaged over regions and instance types that were listed at both dates. The rate
of cuts is drawn from its posterior (Jeffreys); sizes are drawn from cuts seen by then, or, before the first, from
the falls of the volunteer list: another market, and the only one there was.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from haircut.studies.bands.coin import WALK
from haircut.studies.bands.forecast import (
    HORIZONS,
    PATHS,
    Forecast,
    Question,
    forecast_of,
    generator_of,
    random_walk,
)
from haircut.studies.calibrate.dependence import Floats
from haircut.studies.calibrate.rents import Offer, community, list_prices, model_cuts, model_years

SERIES = "list rents"
MODEL = "steps"
ORIGINS = tuple(
    datetime.date(year, month, day)
    for year in (2023, 2024, 2025, 2026)
    for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
)


def listed_forecasts() -> Iterator[Forecast]:
    """Forecasts from each quarter end from 2023-03 of each model that was listed then."""
    everything = list_prices()
    by_model: dict[tuple[str, str], list[Offer]] = defaultdict(list)
    for offer in everything:
        by_model[(offer.provider, offer.device)].append(offer)
    for origin in ORIGINS:
        known = list_prices(origin)
        if not known:
            continue
        cuts, exposure = model_cuts(known), model_years(known)
        sizes = np.array([cut[3] for cut in cuts] or _volunteers(origin))
        monthly = _monthly_changes(known)
        generator = generator_of(SERIES, origin)
        for months in HORIZONS:
            draws = step_draws(len(cuts), exposure, sizes, months, generator)
            walk = random_walk(monthly, months, generator)
            for (provider, device), offers in sorted(by_model.items()):
                came = _change(offers, origin, months)
                if came is None:
                    continue
                asked = Question(f"{SERIES}: {provider} {device}", origin, months)
                yield forecast_of(draws, came, asked, MODEL, len(cuts))
                yield forecast_of(walk, came, asked, WALK, len(monthly))


def step_draws(
    cuts: int, exposure: float, sizes: Floats, months: int, generator: np.random.Generator
) -> Floats:
    """Log changes over some months: a Poisson number of cuts at a rate that is itself uncertain."""
    rate = generator.gamma(cuts + 0.5, 1.0 / exposure, PATHS)
    count = generator.poisson(rate * months / 12.0)
    if not len(sizes):
        return np.zeros(PATHS)
    most = int(count.max()) if len(count) else 0
    drawn = generator.choice(sizes, (PATHS, max(most, 1)))
    return np.asarray(np.where(np.arange(max(most, 1))[None, :] < count[:, None], drawn, 0.0).sum(axis=1))


def _volunteers(origin: datetime.date) -> list[float]:
    return [step[2] for offer in community(origin) for step in offer.steps() if step[2] < -0.05]


def _monthly_changes(known: Sequence[Offer]) -> Floats:
    """Month-by-month log changes of every listed offer, most of them 0."""
    found: list[float] = []
    for offer in known:
        months = max(1, round(12.0 * offer.years))
        steps = [change for _, _, change in offer.changes() if change != 0.0]
        found += steps + [0.0] * max(0, months - len(steps))
    return np.array(found)


def _change(offers: Sequence[Offer], origin: datetime.date, months: int) -> float | None:
    """Mean log change of the offers seen within 45 days before the origin and around its later date.

    AWS has months without a version of its table, Azure has thirteen versions: a price holds until the next.
    """
    count = origin.year * 12 + origin.month - 1 + months
    end = datetime.date(count // 12, count % 12 + 1, 28)
    changes = []
    for offer in offers:
        start_price = _price_on(offer, origin)
        end_price = _price_on(offer, end)
        if start_price is not None and end_price is not None:
            changes.append(float(np.log(end_price / start_price)))
    return float(np.mean(changes)) if changes else None


def _price_on(offer: Offer, day: datetime.date) -> float | None:
    if not offer.prices[0][0] <= day <= offer.prices[-1][0]:
        return None
    return [price for when, price in offer.prices if when <= day][-1]
