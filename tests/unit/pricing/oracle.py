"""A loan with one constant hazard, simulated in plain numpy: what the estimators are held against.

Annual payments, straight amortisation, default in mid-period, recovery a share of the balance. The closed
form is equation b1 of the method pages, written out here once more.
"""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np

from haircut.case.book import Claim
from haircut.case.book.claims import Amortisation, Interest, Quote
from haircut.case.market import Rating
from haircut.credit.outcomes import COLUMNS, INDEX
from haircut.pricing.generic_premium import GenericPremium
from haircut.pricing.moments import Moments
from haircut.pricing.view import ClaimView

YEARS = 5
BALANCES = np.array([100.0, 80.0, 60.0, 40.0, 20.0])
MARGIN, RATE, LGD = 0.04, 0.04, 0.4
AS_OF = datetime.date(2026, 12, 31)


def rows(paths: int, hazard: float, seed: int, ell: float = 0.0) -> np.ndarray:
    """One row a path of the engine's columns."""
    rng = np.random.default_rng(seed)
    default = rng.exponential(1.0 / hazard, paths)
    found = np.zeros((paths, len(COLUMNS)))
    for suffix, spread in (("", 0.0), ("_ell", ell)):
        for year in range(YEARS):
            alive, dying = default > year + 1, (default > year) & (default <= year + 1)
            end, middle = np.exp(-(RATE + spread) * (year + 1)), np.exp(-(RATE + spread) * (year + 0.5))
            balance, forward = BALANCES[year], np.exp(RATE) - 1.0
            principal = balance - (BALANCES[year + 1] if year + 1 < YEARS else 0.0)
            annuity = balance * (end * alive + 0.5 * middle * dying)
            found[:, INDEX[f"rpv01{suffix}"]] += annuity
            accrued = balance * (np.exp(RATE / 2) - 1.0)
            found[:, INDEX[f"pv{suffix}"]] += (
                MARGIN * annuity
                + alive * end * (balance * forward + principal)
                + dying * middle * (balance * (1.0 - LGD) + accrued)
            )
            if not suffix:
                found[:, INDEX["loss_pv"]] += LGD * balance * middle * dying
                found[:, INDEX["loss"]] += LGD * balance * dying
                found[:, INDEX["ead"]] += balance * dying
    for column, horizon in (("default_1y", 1), ("default_3y", 3), ("default_maturity", YEARS)):
        found[:, INDEX[column]] = default <= horizon
    found[:, INDEX["material_loss"]] = found[:, INDEX["loss"]] > 1.0
    found[:, INDEX["loss_pv_customer"]] = found[:, INDEX["loss_pv"]]
    return found


def fair_spread(hazard: float) -> float:
    """Equation b1 for this loan, decimal a year."""
    years = np.arange(1, YEARS + 1)
    alive, before = np.exp(-hazard * years), np.exp(-hazard * (years - 1))
    end, middle = np.exp(-RATE * years), np.exp(-RATE * (years - 0.5))
    loss = LGD * BALANCES @ (middle * (before - alive))
    return float(loss / (BALANCES @ (end * alive + 0.5 * middle * (before - alive))))


def claim(quote: Quote | None = None, coupon: float | None = None) -> Claim:
    interest = (
        Interest(kind="fixed", coupon=coupon, day_count="30/360")
        if coupon is not None
        else Interest(kind="floating", margin_bp=MARGIN * 1e4)
    )
    return Claim(
        id="loan", name="Loan", kind="project_finance_loan", borrower="spv", closing_date=AS_OF,
        maturity_date=datetime.date(2031, 12, 31), drawn_usd=100.0, interest=interest,
        amortisation=Amortisation(kind="straight"), payment_frequency_months=12, quote=quote,
        collateral_fleets=("fleet",),
    )  # fmt: skip


def premium(raw_bp: float = 0.0, slope_bp: float = 0.0) -> GenericPremium:
    return GenericPremium(raw_bp, max(raw_bp, 0.0), "B", slope_bp, 3.0)


def view(
    p: np.ndarray, q: np.ndarray, *, by_block: bool = False, the_claim: Claim | None = None, **changes: Any
) -> ClaimView:
    dates = [AS_OF]
    for month in range(1, 12 * YEARS + 1):
        first = datetime.date(2027 + month // 12, month % 12 + 1, 1)
        dates.append(first - datetime.timedelta(days=1))
    balance = np.zeros(12 * YEARS + 1)
    for month in range(12 * YEARS):
        balance[month] = BALANCES[month // 12]
    ladder = {"balance": balance, "dscr": np.full(12 * YEARS + 1, np.nan)}
    for basis, level in (("book", 0.7), ("market", 0.8), ("nolv", 1.1), ("flv", 1.3)):
        ladder[f"{basis}_ltv"] = np.where(balance > 0.0, level, np.nan)
    device = SimpleNamespace(
        id="h100", psi_mark=SimpleNamespace(value=0.6), psi_sale=SimpleNamespace(value=0.3)
    )
    case = SimpleNamespace(
        market=SimpleNamespace(devices=(device,), credit=SimpleNamespace(ell_novelty=None)),
        book=SimpleNamespace(fleets=(SimpleNamespace(id="fleet", device="h100"),)),
    )
    values: dict[str, Any] = {
        "case": case,
        "claim": the_claim or claim(),
        "drawn_usd": 100.0,
        "contract_margin": MARGIN,
        "wal_years": 3.0,
        "dates": tuple(day.isoformat() for day in dates),
        "discount": np.exp(-RATE * np.arange(12 * YEARS + 1) / 12),
        "maturity_month": 12 * YEARS,
        "ladder": ladder,
        "borrower": {"cfads": np.zeros(12 * YEARS + 1), "reserves": np.full(12 * YEARS + 1, 10.0)},
        "p": Moments.of_rows(p, by_block=by_block),
        "q": Moments.of_rows(q, by_block=by_block),
        "premium": premium(),
        "ell": 0.0,
        "cash_error_usd": 1e-9,
    }
    return ClaimView(**{**values, **changes})


def rating(name: str, thetas: float, spread: float, *levels: float) -> Rating:
    return Rating(
        unit="share", date=AS_OF, mark="observed", source="test", rating=name, years=(1.0, 3.0, 5.0, 10.0),
        cumulative_default=levels, wang_theta=thetas, option_adjusted_spread_bp=spread,
    )  # fmt: skip


def market(*ratings: Rating, severity: float = 0.6) -> Any:
    lgd = SimpleNamespace(value=severity)
    return SimpleNamespace(credit=SimpleNamespace(ratings=ratings, loss_given_default_of_ordinary_credit=lgd))
