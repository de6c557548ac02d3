"""Probability of default, its month and the recovery of rig lenders, by name: no outcome is read here."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import CAUSES, Outcomes
from haircut.pricing.moments import Moments
from haircut.pricing.risk import FEWEST_DEFAULTS

HORIZONS: Final = (12, 18)
"""Months to which the probabilities run."""

Floats = NDArray[np.float64]


def predict(case: Case, threads: int | None = None) -> list[dict[str, Any]]:
    """One row for each issuer, with the paths and the seed of the case's settings, under P.

    A borrower's claims fall together, so the probability of a name is that of its claim that stays out longest; with
    several borrowers it is that of the worst of them, a lower bound. A name that owes nothing has probability 0,
    exactly: there is nothing to default on.

    Args:
        case: as of the day of the prediction.
        threads: that work at once; never changes a number.

    Returns:
        Rows with `name`, `owed_usd`, for each horizon `pd_12m` and `pd_12m_error` (and so on; no error where no path
        defaults or nothing is owed), `month_quartiles` of default within the longest horizon, `causes`, and
        `recoveries` by claim on rigs: `recovery`, `recovery_error`, `defaults`.
    """
    compiled = credit.compile_book(case)
    found = credit.simulate(compiled, "P", case.settings.paths, case.settings.seed, threads=threads)
    issuer_of = {borrower.id: borrower.issuer for borrower in case.book.borrowers}
    places: dict[str, list[int]] = {issuer.id: [] for issuer in case.book.issuers}
    claims = {claim.id: claim for claim in case.book.claims}
    for place, claim in enumerate(found.claims):
        places[issuer_of[claims[claim].borrower]].append(place)
    rows = []
    for name, own in places.items():
        on_rigs = [place for place in own if claims[found.claims[place]].collateral_fleets]
        owed = sum(float(compiled.drawn[found.claims[place]]) for place in own)
        rows.append(
            {
                "name": name,
                "owed_usd": owed,
                **_of_name(found, own),
                "recoveries": _recoveries(found, on_rigs),
            }
        )
    return rows


def _of_name(found: Outcomes, own: list[int]) -> dict[str, Any]:
    paths = int(found.paths.sum())
    row: dict[str, Any] = {}
    for months in HORIZONS:
        hits = max((int(found.monthly_defaults[place, : months + 1].sum()) for place in own), default=0)
        row[f"pd_{months}m"] = hits / paths
        row[f"pd_{months}m_error"] = share_error(hits, paths) if hits else None
    worst = max(own, key=lambda place: int(found.monthly_defaults[place].sum()), default=None)
    counts = np.zeros(1) if worst is None else found.monthly_defaults[worst, : max(HORIZONS) + 1]
    row["month_quartiles"] = month_quantiles(counts, (0.25, 0.5, 0.75))
    row["causes"] = (
        {}
        if worst is None
        else {
            CAUSES[cause]: int(count)
            for cause, count in enumerate(found.default_counts[worst])
            if cause and count
        }
    )
    return row


def _recoveries(found: Outcomes, places: list[int]) -> dict[str, dict[str, Any]]:
    """Recovery over exposure of the claims that have rigs as collateral; none below ten defaults."""
    rows = {}
    for place in places:
        moments = Moments(found, place)
        defaults = int(found.monthly_defaults[place].sum())
        value, error = moments.ratio("recovery", "ead") if defaults >= FEWEST_DEFAULTS else (None, None)
        rows[found.claims[place]] = {"recovery": value, "recovery_error": error, "defaults": defaults}
    return rows


def share_error(hits: int, paths: int) -> float:
    """Standard error of a share, with one hit and one miss added so that it is never nothing.

    >>> round(share_error(0, 98), 4), round(share_error(50, 100), 4)
    (0.0099, 0.0493)
    """
    share = (hits + 1.0) / (paths + 2.0)
    return math.sqrt(share * (1.0 - share) / (paths + 3.0))


def month_quantiles(counts: NDArray[Any], levels: tuple[float, ...]) -> list[int] | None:
    """The months by which these shares of all counted defaults have come; None without a default.

    >>> month_quantiles(np.array([0, 1, 1, 2]), (0.25, 0.5, 0.75))
    [1, 2, 3]
    """
    total = float(counts.sum())
    if total == 0.0:
        return None
    reached = np.cumsum(counts) / total
    return [int(np.searchsorted(reached, level - 1e-12)) for level in levels]
