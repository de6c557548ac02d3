"""Predictions beside outcomes: ranking, sharpness, timing, recoveries, prices. Computed once outcomes are open."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from haircut.studies.backtest.predict import HORIZONS
from haircut.studies.backtest.rigs import months_between, percentile
from haircut.studies.backtest.rules import RULES
from haircut.studies.backtest.score import (
    at_least,
    at_most,
    auc,
    brier,
    least_p_value,
    log_score,
    ranking_p_value,
)
from haircut.studies.backtest.seal import Outcome, Outcomes
from haircut.studies.calibrate.funding import FILE as FUNDING
from haircut.studies.calibrate.funding import THRESHOLD
from haircut.studies.calibrate.history import series

TESTS = 3
"""Of the monitor: LTV, cover, probability."""

Rows = Sequence[Mapping[str, Any]]


def failed_by(outcomes: Outcomes, as_of: datetime.date, months: int) -> dict[str, bool]:
    """Who had failed so many months after the as-of date, the month of the day itself counted whole."""
    return {
        row.name: row.failed and row.date is not None and default_month(row, as_of) <= months
        for row in outcomes.names
    }


def default_month(row: Outcome, as_of: datetime.date) -> int:
    """The month of a default, 1 the first after the as-of date (a month end).

    >>> seen = Outcome("a", True, datetime.date(2022, 11, 4), "chapter 11", None, None, "", "")
    >>> default_month(seen, datetime.date(2021, 12, 31))
    11
    """
    assert row.date is not None
    return (row.date.year - as_of.year) * 12 + row.date.month - as_of.month


def scored(rows: Rows, outcomes: Outcomes, as_of: datetime.date, paths: int) -> list[dict[str, Any]]:
    """One row for each horizon: AUC with its exact p-value, Brier and log score beside the base rate's, the count.

    The base rate is in sample: it is the share that failed, known only afterwards.

    Args:
        rows: of `predict`.
        outcomes: as they were opened.
        as_of: of the predictions.
        paths: behind each probability.
    """
    found = []
    for months in HORIZONS:
        failed = failed_by(outcomes, as_of, months)
        names = [row["name"] for row in rows if row["name"] in failed]
        told = {row["name"]: float(row[f"pd_{months}m"]) for row in rows}
        probabilities, hit = [told[name] for name in names], [failed[name] for name in names]
        hits = sum(hit)
        rate = hits / len(names)
        found.append(
            {
                "months": months,
                "names": len(names),
                "failed": hits,
                "auc": auc(probabilities, hit),
                "p_value": ranking_p_value(probabilities, hit),
                "least_p_value": least_p_value(len(names), hits),
                "brier": brier(probabilities, hit),
                "brier_of_base_rate": brier([rate] * len(names), hit),
                "log_score": log_score(probabilities, hit, 1.0 / paths),
                "log_score_of_base_rate": log_score([rate] * len(names), hit, 1.0 / paths),
                "expected_failures": sum(probabilities),
                "at_least_as_many": at_least(probabilities, hits),
                "at_most_as_many": at_most(probabilities, hits),
            }
        )
    return found


def rules_scored(rows: Rows, outcomes: Outcomes, as_of: datetime.date) -> list[dict[str, Any]]:
    """AUC of each simple rule over the longest horizon, names without a value left out and counted."""
    failed = failed_by(outcomes, as_of, max(HORIZONS))
    found = []
    for rule in RULES:
        kept = [row for row in rows if row[rule] is not None and row["name"] in failed]
        scores, hit = [float(row[rule]) for row in kept], [failed[row["name"]] for row in kept]
        found.append(
            {
                "rule": rule,
                "names": len(kept),
                "auc": auc(scores, hit),
                "p_value": ranking_p_value(scores, hit),
            }
        )
    return found


def timed(rows: Rows, outcomes: Outcomes, as_of: datetime.date) -> list[dict[str, Any]]:
    """For each name that failed: the month in which it did beside the quartiles of the month on paths that default."""
    told = {row["name"]: row["month_quartiles"] for row in rows}
    return [
        {"name": row.name, "month": default_month(row, as_of), "quartiles": told[row.name]}
        for row in outcomes.names
        if row.failed
    ]


def recovered(rows: Rows, outcomes: Outcomes) -> list[dict[str, Any]]:
    """Recoveries of the lenders on rigs of whom something was found, predicted and realised."""
    told = {row["name"]: row["recoveries"] for row in rows}
    found = []
    for row in outcomes.names:
        if row.recovery is None or row.claim is None:
            continue
        answer = told[row.name][row.claim]
        value, (low, high) = answer["recovery"], row.recovery
        inside = None if value is None else low <= value <= high
        found.append(
            {"name": row.name, "claim": row.claim, **answer, "low": low, "high": high, "inside": inside}
        )
    return found


def priced(fans: Mapping[str, Any], outcomes: Outcomes, as_of: datetime.date) -> list[dict[str, Any]]:
    """Every price of rigs and hash that was seen later, with the median of its fan and where in the fan it lies."""
    seen: list[tuple[datetime.date, str, float, str]] = [
        (row.date, row.rig, row.usd_per_th, row.what) for row in outcomes.rig_prices
    ]
    seen += [(date, "hashprice", value, "USD per PH/s a day") for date, value, _ in outcomes.hashprices]
    found = []
    for date, what, value, said in seen:
        fan = fans["hashprice"] if what == "hashprice" else fans["rigs"][what]
        month = months_between(as_of, date)
        above, below = percentile(fan, fans["levels"], month, value)
        median = fan[round(month)][fans["levels"].index(0.5)]
        found.append(
            {
                "date": date,
                "what": what,
                "said": said,
                "seen": value,
                "median": median,
                "above": above,
                "below": below,
            }
        )
    return found


def monitored(rows: Rows, outcomes: Outcomes) -> list[dict[str, Any]]:
    """For each name: the first date on which anything rang, on which all tests did, and the months to its default.

    Args:
        rows: of `rolling`, in the order of their dates.
        outcomes: as they were opened.
    """
    found = []
    for outcome in outcomes.names:
        own = [row for row in rows if row["name"] == outcome.name]
        if not own:
            continue
        first = next((row["as_of"] for row in own if row["rings"]), None)
        every = next((row["as_of"] for row in own if len(row["rings"]) == TESTS), None)
        months = None
        if every is not None and outcome.date is not None:
            months = default_month(outcome, datetime.date.fromisoformat(every))
        found.append(
            {
                "name": outcome.name,
                "failed": outcome.failed,
                "rang": {row["as_of"]: row["rings"] for row in own},
                "first": first,
                "all_tests": every,
                "months_before": months,
            }
        )
    return found


def funding_seen(as_of: datetime.date) -> dict[str, float]:
    """The highest spread of ordinary bonds in the year that came, and the one above which funding is stressed."""
    spreads = series(FUNDING, "gz_credit_spread_pct")
    year = [
        value
        for day, value in zip(spreads.dates, spreads.values, strict=True)
        if 0 < (day - as_of).days <= 365
    ]
    return {"highest": max(float(value) for value in year), "stress_above": THRESHOLD}
