"""A run's frames: measures, the base case by month, fans, defaults, causes, inputs."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from haircut.case import register
from haircut.case.case import Case
from haircut.credit.outcomes import CAUSES, Outcomes
from haircut.pricing.estimate import Estimate
from haircut.pricing.measures import Measure
from haircut.runs.executor import Evaluation
from haircut.runs.health import Health

Floats = NDArray[np.float64]

HIDDEN = "hidden_bp"
PASSES, BACK = "nolv_ltv_passes_100", "nolv_ltv_back_below_100"
"""Dates of a scenario beside the run, as text; `NEVER` where there is none."""
NEVER = "never"
"""Measure of a scenario without mechanisms: the run's fair margin less the scenario's, on the same paths."""

MEASURE_SCHEMA = {
    "scenario": pl.String, "claim": pl.String, "measure": pl.String, "value": pl.Float64,
    "std_error": pl.Float64, "unit": pl.String, "exact": pl.Boolean, "reason": pl.String, "text": pl.String,
    "paths": pl.Int64,
}  # fmt: skip

_INPUT_SCHEMA = {
    "path": pl.String, "value": pl.String, "unit": pl.String, "mark": pl.String,
    "source": pl.String, "date": pl.String, "range_low": pl.Float64, "range_high": pl.Float64,
    "note": pl.String, "used": pl.Boolean, "owner": pl.String,
}  # fmt: skip

_LADDER = {
    "balance": "balance", "interest": "interest", "principal": "principal_paid",
    "scheduled_principal": "scheduled_principal", "sweep": "sweep", "debt_service": "debt_service",
    "dscr": "dscr", "book_value": "book_value", "market_value": "market_value", "nolv_value": "nolv",
    "flv_value": "flv", "book_ltv": "book_ltv", "market_ltv": "market_ltv", "nolv_ltv": "nolv_ltv",
    "flv_ltv": "flv_ltv", "sale_months": "sale_months",
}  # fmt: skip
_BORROWER = ("contract_revenue", "merchant_revenue", "operating_cost", "tax", "cfads", "cash", "reserves",
             "released")  # fmt: skip
_QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}


def measure_rows(scenario: str, rows: Iterable[Measure], paths: int) -> list[dict[str, object]]:
    """Rows of `measures.parquet` for one scenario."""
    return [
        {
            "scenario": scenario, "claim": row.claim, "measure": row.measure,
            "value": row.value if isinstance(row.value, float) else None, "std_error": row.std_error,
            "unit": row.unit, "exact": row.exact, "reason": row.reason,
            "text": row.value if isinstance(row.value, str) else None, "paths": paths,
        }
        for row in rows
    ]  # fmt: skip


def hidden_row(scenario: str, claim: str, hidden: Estimate, paths: int) -> dict[str, object]:
    """The row of what mechanisms that are off hide."""
    row = Measure(claim, HIDDEN, hidden.value, hidden.std_error, "bp", hidden.exact, hidden.reason)
    return measure_rows(scenario, [row], paths)[0]


def crossing_rows(scenario: str, run: Evaluation, claim: str, paths: int) -> list[dict[str, object]]:
    """Two rows: when debt first passes the net proceeds of an orderly sale in the base case, and when it is back."""
    last = run.base.maturity_month[claim] + 1
    ltv = run.base.claims[claim]["nolv_ltv"][:last]
    above = np.flatnonzero(ltv > 1.0)
    first = int(above[0]) if above.size else None
    below = np.flatnonzero(ltv[first:] <= 1.0) if first is not None else np.empty(0)
    dates = run.base.dates
    found = {
        PASSES: NEVER if first is None else dates[first],
        BACK: dates[first + int(below[0])] if first is not None and below.size else NEVER,
    }
    rows = [Measure(claim, name, text, None, None, True, None) for name, text in found.items()]
    return measure_rows(scenario, rows, paths)


def measures_frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows of every scenario as one frame."""
    return pl.DataFrame(rows, schema=MEASURE_SCHEMA)


def inputs_frame(case: Case) -> pl.DataFrame:
    """`provenance.parquet`: every number and date of the case, and whether the case uses it.

    `value` is text, so that dates and numbers share it and no digit is lost; the parts of one sourced value
    share their `owner`.
    """
    rows = [
        {
            "path": row.path, "value": str(row.value), "unit": row.unit, "mark": row.mark, "source":
            row.source, "date": None if row.date is None else row.date.isoformat(),
            "range_low": None if row.range is None else row.range[0],
            "range_high": None if row.range is None else row.range[1],
            "note": row.note, "used": row.used, "owner": row.owner,
        }
        for row in register.rows(case)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_INPUT_SCHEMA)


def ladder_frame(run: Evaluation) -> pl.DataFrame:
    """`ladder.parquet`: the base case by claim and month, USD and ratios; NaN becomes null."""
    frames = []
    fleets = {fleet.id: fleet.device for fleet in run.case.book.fleets}
    for claim in run.case.book.claims:
        if claim.id not in run.base.claims:
            continue
        series = run.base.claims[claim.id]
        borrower = run.base.borrower[claim.borrower]
        months = len(run.base.dates)
        empty = np.full(months, np.nan)
        device = next((fleets[fleet] for fleet in claim.collateral_fleets), None)
        columns = {
            "claim": [claim.id] * months,
            "month": np.arange(months),
            "date": list(run.base.dates),
            **{name: series.get(source, empty) for name, source in _LADDER.items()},
            **{name: borrower.get(name, empty) for name in _BORROWER},
            "rent": run.base.rent.get(device or "", empty),
            "break_even_rent": run.base.rent.get(f"break_even:{claim.id}", empty),
        }
        frames.append(pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None)))
    return pl.concat(frames)


def fans_frame(dates: tuple[str, ...], outcomes: Outcomes) -> pl.DataFrame:
    """`fans.parquet`: mean and quantiles over the sampled paths that are still alive, by series and month.

    A month in which no path says anything (collateral is valued every third month) has no row.
    """
    frames = []
    for name, values in outcomes.sample.items():
        months = values.shape[1]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a month without a live path has no quantile
            mean = np.nanmean(values, axis=0)
            levels = _quantiles(values)
        columns = {
            "series": [name] * months,
            "date": list(dates[:months]),
            "mean": mean,
            **dict(zip(_QUANTILES, levels, strict=True)),
        }
        frame = pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))
        frames.append(frame.drop_nulls("p50"))
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(["series", "date"], pl.String))


def _quantiles(values: Floats) -> Floats:
    """Quantiles by month over the values that are not NaN, linear between order statistics."""
    ordered = np.sort(values, axis=0)  # NaN sorts last
    alive = (~np.isnan(ordered)).sum(axis=0)
    found = np.full((len(_QUANTILES), values.shape[1]), np.nan)
    months = np.flatnonzero(alive)
    for row, level in enumerate(_QUANTILES.values()):
        place = level * (alive[months] - 1)
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, alive[months] - 1)
        below, above = ordered[low, months], ordered[high, months]
        found[row, months] = below + (place - low) * (above - below)
    return found


def defaults_frame(dates: tuple[str, ...], both: Iterable[Outcomes]) -> pl.DataFrame:
    """`defaults.parquet`: first defaults by claim, month and measure, months without one left out."""
    rows = [
        {
            "claim": claim,
            "month": month,
            "date": dates[month],
            "measure": outcomes.measure,
            "defaults": int(count),
        }
        for outcomes in both
        for claim, counts in zip(outcomes.claims, outcomes.monthly_defaults, strict=True)
        for month, count in enumerate(counts)
        if count
    ]
    schema = dict.fromkeys(("claim", "month", "date", "measure", "defaults"), pl.String)
    return pl.DataFrame(rows, schema=schema | {"month": pl.Int64, "defaults": pl.Int64})


def causes_frame(both: Iterable[Outcomes]) -> pl.DataFrame:
    """`causes.parquet`: defaults by claim, measure, proximate or root cause; causes without one left out."""
    rows = [
        {"claim": claim, "measure": outcomes.measure, "kind": kind, "cause": cause, "count": int(count)}
        for outcomes in both
        for kind, table in (("proximate", outcomes.default_counts), ("root", outcomes.root_counts))
        for claim, counts in zip(outcomes.claims, table, strict=True)
        for cause, count in zip(CAUSES, counts, strict=True)
        if count and cause != "none"
    ]
    schema = dict.fromkeys(("claim", "measure", "kind", "cause", "count"), pl.String)
    return pl.DataFrame(rows, schema=schema | {"count": pl.Int64})


HEALTH_SCHEMA = {
    "what": pl.String, "of": pl.String, "measure": pl.String, "paths": pl.Int64, "share": pl.Float64,
    "share_error": pl.Float64, "value": pl.Float64, "value_error": pl.Float64, "unit": pl.String,
}  # fmt: skip


def health_frame(lines: Iterable[Health]) -> pl.DataFrame:
    """`health.parquet`: what paths left open and which values were cut; lines of which there was nothing left out."""
    return pl.DataFrame([asdict(line) for line in lines], schema=HEALTH_SCHEMA)
