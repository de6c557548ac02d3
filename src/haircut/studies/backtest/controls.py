"""Negative controls: a credit that did not default must not be condemned, quotes nobody fitted must be in order."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from haircut.case.case import Case
from haircut.pricing.risk import probability
from haircut.pricing.view import ClaimView
from haircut.runs.choice import chosen_case
from haircut.runs.executor import Progress, evaluate
from haircut.studies.backtest.score import (
    at_most,
    rank_correlation,
    ranks,
    upper_bound_without_events,
)
from haircut.studies.whole_book.rich_or_cheap import Value, values_of

BOOK: Final = "reference-2026-10"
KIND: Final = "delayed_draw_term_loan"
UNTIL: Final = datetime.date(2026, 6, 30)
"""Filings to this day show no payment default of a loan on accelerators; a technical breach of 2024 was waived."""
PATHS: Final = 1_024
ORDERS: Final = 100_000
CALIBRATED_TO: Final = ("ddtl-4", "ddtl-5")
"""Claims whose quotes theta and the premium for novelty were solved from; they order nothing here."""
MOST_PAIRS: Final = 9
"""Up to so many pairs every order is counted; beyond, orders are drawn."""
LEAST_P_VALUE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Survivor:
    """A loan that had not defaulted, and how likely that was.

    Attributes:
        claim, closing: which, and since when it could have.
        years: from then to the last day looked at.
        pd_1y, pd_error: of the model, 12 months from the as-of date of the book.
        pd_exposure: 1 - (1 - pd_1y) ** years: the model's first year taken as the hazard of the past.
    """

    claim: str
    closing: datetime.date
    years: float
    pd_1y: float
    pd_error: float | None
    pd_exposure: float


@dataclass(frozen=True, slots=True)
class Order:
    """Whether quotes outside of the calibration are in the order of the model.

    Attributes:
        group: which claims. claims: their ids. quoted_bp, fair_bp: by claim.
        correlation: Spearman's. p_value: share of orders that agree at least as well, one-sided.
        exact: whether every order was counted; else `p_error` is the standard error of the share.
    """

    group: str
    claims: tuple[str, ...]
    quoted_bp: tuple[float, ...]
    fair_bp: tuple[float, ...]
    correlation: float | None
    p_value: float | None
    p_error: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Controls:
    """Both controls.

    Attributes:
        survivors: loans without a payment default. defaults_seen: of them, 0.
        nothing_p_value: probability of so few defaults under the model, loans independent (Poisson-binomial).
        rejected: whether it is below 5 %.
        loan_years: of exposure. largest_pd_1y: what so few loan-years still allow at 95 %, were they years of one loan.
        smallest_power: the common yearly PD at which no default would have been a surprise at 5 %.
        orders: of quotes kept out.
    """

    case: str
    until: datetime.date
    paths: int
    survivors: tuple[Survivor, ...]
    defaults_seen: int
    nothing_p_value: float
    rejected: bool
    loan_years: float
    smallest_power: float
    orders: tuple[Order, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


def controls(
    case: Case | str | Path = BOOK,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Controls:
    """Run a book once and hold its answers against what did not happen and against quotes that nobody fitted.

    Args:
        case: a book with loans on accelerators and quotes.
        paths: simulated; by default 1,024 or the case's own where they are fewer.
        seed, threads, progress: as for `haircut.reprice`.
    """
    chosen = chosen_case(case, None, seed)
    chosen = chosen_case(chosen, paths or min(PATHS, chosen.settings.paths))
    views = evaluate(chosen, threads, progress, chosen.name).views()
    found = tuple(_survivor(view) for view in views.values() if _is_old_loan(view))
    told = [each.pd_exposure for each in found]
    years = sum(each.years for each in found)
    nothing = at_most(told, 0)
    values = values_of(chosen, views)
    return Controls(
        case=chosen.name,
        until=UNTIL,
        paths=chosen.settings.paths,
        survivors=found,
        defaults_seen=0,
        nothing_p_value=nothing,
        rejected=nothing < LEAST_P_VALUE,
        loan_years=years,
        smallest_power=upper_bound_without_events(1)
        if years == 0.0
        else 1.0 - LEAST_P_VALUE ** (1.0 / years),
        orders=tuple(_orders(values)),
    )


def _is_old_loan(view: ClaimView) -> bool:
    return view.claim.kind == KIND and view.claim.closing_date < UNTIL


def _survivor(view: ClaimView) -> Survivor:
    answer = probability("default_1y")(view)
    one_year = float(answer.value) if isinstance(answer.value, (int, float)) else 0.0
    years = (UNTIL - view.claim.closing_date).days / 365.25
    return Survivor(
        view.claim.id,
        view.claim.closing_date,
        years,
        one_year,
        answer.std_error,
        1.0 - (1.0 - one_year) ** years,
    )


def _orders(values: Sequence[Value]) -> list[Order]:
    """Loans on accelerators, then every claim with a quote of its own that is not convertible; benchmarks left out."""
    quoted = [
        row
        for row in values
        if row.claim not in CALIBRATED_TO
        and row.quoted_bp is not None
        and row.fair_bp is not None
        and row.kind != "convertible_note"
        and row.quote_kind is not None
    ]
    loans = [row for row in quoted if row.kind == KIND]
    halls = [row for row in quoted if row.kind == "project_finance_loan"]
    return [
        order(name, rows)
        for name, rows in (("loans on accelerators", loans), ("loans on halls", halls), ("all", quoted))
    ]


def order(group: str, rows: Sequence[Value], orders: int = ORDERS) -> Order:
    """The rank correlation of quoted and fair margins with its p-value; none below three claims or without spread."""
    quoted = tuple(float(row.quoted_bp or 0.0) for row in rows)
    fair = tuple(float(row.fair_bp or 0.0) for row in rows)
    names = tuple(row.claim for row in rows)
    if len(rows) < 3 or len(set(quoted)) == 1 or len(set(fair)) == 1:
        return Order(group, names, quoted, fair, None, None, None, False)
    if len(rows) <= MOST_PAIRS:
        found, p_value = rank_correlation(quoted, fair)
        return Order(group, names, quoted, fair, found, p_value, None, True)
    one, other = ranks(quoted), ranks(fair)
    one, other = (one - one.mean()) / one.std(), (other - other.mean()) / other.std()
    found = float(one @ other) / len(one)
    random = np.random.default_rng(1)
    drawn = random.permuted(np.tile(other, (orders, 1)), axis=1) @ one / len(one)
    p_value = float((np.sum(drawn >= found - 1e-12) + 1) / (orders + 1))
    error = float(np.sqrt(p_value * (1.0 - p_value) / orders))
    return Order(group, names, quoted, fair, found, p_value, error, False)
