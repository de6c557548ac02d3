"""Equal monthly lots against the schedule that a general optimiser finds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from haircut.credit.liquidation.sale import best_sale

MONTHS = 18
BETA, OMEGA, COST, HOLDING, DISCOUNT, DECAY, DEPTH = 0.35, 0.1, 0.086, 0.005, 0.01, 0.02, 5_000.0
VALUES = np.exp(-DECAY * np.arange(25))


def worth(shares: np.ndarray, units: float) -> float:
    """Net present proceeds per dollar of today's price, of any split over months: written anew, from the page."""
    month = np.arange(len(shares))
    unsold = np.maximum(1.0 - np.cumsum(shares), 0.0)
    price = VALUES[: len(shares)] * (1.0 + units * (shares + OMEGA * unsold) / DEPTH) ** -BETA
    net = shares * (price - COST * VALUES[: len(shares)]) - HOLDING * VALUES[: len(shares)] * unsold
    return float((net * np.exp(-DISCOUNT * month)).sum())


def best_split(units: float) -> float:
    found = 0.0
    for months in (4, 10):
        start = np.where(np.arange(MONTHS) < months, 1.0 / months, 0.0)
        answer = minimize(
            lambda shares: -worth(shares, units), start, bounds=[(0.0, 1.0)] * MONTHS, method="SLSQP",
            constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1.0},
            options={"maxiter": 300, "ftol": 1e-11},
        )  # fmt: skip
        found = max(found, -float(answer.fun))
    return found


def equal_lots(units: float) -> tuple[int, float]:
    months, usd = best_sale(
        MONTHS,
        np.array([units]),
        VALUES[None, :],
        np.zeros(1),
        DEPTH,
        1,
        BETA,
        0.0,
        OMEGA,
        COST,
        HOLDING,
        DISCOUNT,
    )
    return months, usd / units


@pytest.mark.parametrize("units", [1_000.0, 10_000.0, 100_000.0])
def test_the_kernel_values_equal_lots_as_the_page_does(units: float) -> None:
    months, share = equal_lots(units)
    assert share == pytest.approx(
        worth(np.where(np.arange(MONTHS) < months, 1.0 / months, 0.0), units), rel=1e-12
    )


@pytest.mark.parametrize(
    ("units", "least", "most"), [(1_000.0, 0.0, 0.005), (10_000.0, 0.01, 0.02), (100_000.0, 0.03, 0.06)]
)
def test_what_equal_lots_lose(units: float, least: float, most: float) -> None:
    """1 to 2 % for two months of depth; 5 % of what is left after costs for twenty."""
    lost = 1.0 - equal_lots(units)[1] / best_split(units)
    assert least <= lost <= most
