"""Records of covenants and their test dates."""

from __future__ import annotations

import numpy as np

from haircut.case.case import Case
from haircut.credit.arrays import (
    ACCELERATION,
    COVENANT,
    DSCR,
    LIQUIDITY,
    LOCK_UP,
    LTV_BOOK,
    LTV_MARKET,
    MARGIN_STEP,
    REALISATION,
    SWEEP,
    Integers,
)
from haircut.credit.records.calendar import Calendar
from haircut.credit.records.indices import Indices

_CONSEQUENCES = {"lock_up": LOCK_UP, "sweep": SWEEP, "margin_step": MARGIN_STEP, "acceleration": ACCELERATION}
_TESTS = {"dscr": DSCR, "contract_realisation": REALISATION, "liquidity": LIQUIDITY}


def covenant_records(case: Case, calendar: Calendar, indices: Indices) -> tuple[np.ndarray, Integers]:
    """Records, and (covenants, T + 1) 1 on a test date."""
    rows = [
        (position, covenant)
        for position, name in enumerate(indices.claims)
        for covenant in indices.claim(case, name).covenants
    ]
    covenants = np.zeros(len(rows), COVENANT)
    tested = np.zeros((len(rows), calendar.months + 1), dtype=np.int64)
    for number, (position, covenant) in enumerate(rows):
        claim = indices.claim(case, indices.claims[position])
        maturity = calendar.maturity(claim)
        record = covenants[number]
        record["claim"] = position
        ltv = LTV_BOOK if covenant.basis == "book" else LTV_MARKET
        record["test"] = ltv if covenant.test == "ltv" else _TESTS[covenant.test]
        record["level"] = covenant.maximum if covenant.test == "ltv" else covenant.minimum
        record["first"] = 1 if covenant.first_test is None else max(calendar.index(covenant.first_test), 1)
        record["window"] = covenant.window_months
        record["cure"] = covenant.cure_months
        record["consequence"] = _CONSEQUENCES[covenant.consequence]
        record["margin_step"] = covenant.margin_step_bp * 1e-4
        # Test dates are counted back from maturity, like payment dates.
        for month in range(maturity, int(record["first"]) - 1, -covenant.frequency_months):
            tested[number, month] = 1
    return covenants, tested
