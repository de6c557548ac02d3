"""An engine that answers at once: the oracle loan's outcomes behind the real cases of the examples."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from haircut import credit
from haircut.case.case import Case
from haircut.credit.outcomes import CAUSES, INDEX, BaseCase, Outcomes
from haircut.pricing.value import premiums
from haircut.runs import executor
from haircut.runs.executor import Evaluation
from haircut.scenarios.block import BLOCK_SIZE
from tests.unit.pricing import oracle

MONTHS = 36
CALLS: list[str] = []


def outcomes(measure: str, claims: tuple[str, ...], paths: int, seed: int, hazard: float) -> Outcomes:
    rows = oracle.rows(paths, hazard, seed)
    parts = [rows[start : start + BLOCK_SIZE] for start in range(0, paths, BLOCK_SIZE)]
    count = len(claims)
    counts = np.zeros((count, len(CAUSES)), dtype=np.int64)
    counts[:, CAUSES.index("payment")] = int(rows[:, INDEX["default_maturity"]].sum())
    monthly = np.zeros((count, MONTHS + 1), dtype=np.int64)
    monthly[:, 7] = 3
    fan = np.linspace(0.5, 1.5, 11)[:, None] * np.ones(MONTHS + 1)
    fan[:, MONTHS] = np.nan
    return Outcomes(
        measure, claims, np.array([len(part) for part in parts]),
        np.array([[part.sum(axis=0)] * count for part in parts]),
        np.array([[part.T @ part] * count for part in parts]),
        counts, counts, monthly, {"rent:h100-sxm": fan}, 1e-9,
    )  # fmt: skip


def month_dates(as_of: datetime.date) -> tuple[str, ...]:
    from haircut.curves import month_ends

    return tuple(day.isoformat() for day in month_ends(as_of, MONTHS))


def evaluate(
    case: Case,
    threads: int | None = None,
    progress: Any = None,
    label: str = "",
    underwrite: bool = False,
    sample: bool = False,
    kept: object = None,
) -> Evaluation:
    """As `haircut.runs.executor.evaluate`, with a hazard that falls when a mechanism is off."""
    CALLS.append(label)
    if progress is not None:
        progress(label, 1, 1)
    claims = tuple(claim.id for claim in case.book.claims)
    dates = month_dates(case.market.as_of)
    hazard = 0.05 - 0.03 * ("revenue_risk" in label) - 0.01 * ("deflation" in label)
    compiled = SimpleNamespace(
        case=case, claim_ids=claims, month_dates=dates, discount=np.exp(-0.04 * np.arange(MONTHS + 1) / 12),
        drawn=dict.fromkeys(claims, 100.0), contract_margin=dict.fromkeys(claims, oracle.MARGIN),
        wal_years=dict.fromkeys(claims, 3.0), maturity_months=dict.fromkeys(claims, MONTHS),
        sizing_binding=dict.fromkeys(claims),
    )  # fmt: skip
    line = np.linspace(0.9, 1.3, MONTHS + 1)
    ladder = {
        **dict.fromkeys(("balance", "dscr", "market_ltv", "flv_ltv", "debt_service", "interest"), line),
        "nolv_ltv": line,
        "book_ltv": np.where(np.arange(MONTHS + 1) < MONTHS, 0.7, np.nan),
    }
    base = BaseCase(
        dates, {borrower.id: {"cfads": line, "reserves": line} for borrower in case.book.borrowers},
        dict.fromkeys(claims, ladder), {}, dict.fromkeys(claims, MONTHS),
    )  # fmt: skip
    settings = case.settings
    p = outcomes("P", claims, settings.paths, settings.seed, hazard / 2)
    q = outcomes("Q", claims, settings.paths, settings.seed, hazard)
    ell = {name: premium.floored_bp * 1e-4 for name, premium in premiums(compiled, case, p).items()}
    return Evaluation(case, compiled, base, p, q, ell, {})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> list[str]:
    """Runs go to a temporary folder and are evaluated by this engine; returns the scenarios evaluated."""
    monkeypatch.setattr(executor, "evaluate", evaluate)
    monkeypatch.setattr(credit, "with_stated_schedule", lambda compiled: compiled.case)
    monkeypatch.setenv("HAIRCUT_RUNS", str(tmp_path / "runs"))
    CALLS.clear()
    return CALLS
