"""Many default swap curves at once are the same curves one by one."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from haircut.curves import CdsTerms, DiscountCurve, SurvivalCurve, bootstrap_panel, par_spread, upfront
from haircut.errors import CannotCompute, InputRefused

AS_OF = date(2026, 10, 1)
FLAT = DiscountCurve.flat(AS_OF, 0.04)
KINKED = DiscountCurve.bootstrap_par(AS_OF, 0.0365, {1: 0.037, 2: 0.036, 5: 0.0375, 10: 0.042})
TENORS = [0.5, 1.0, 2.0, 3.0]
DISTRESSED = [0.1214, 0.1769, 0.2471, 0.2816]


@pytest.mark.parametrize("discount", [FLAT, KINKED, DiscountCurve.flat(AS_OF, 0.0)])
@pytest.mark.parametrize(
    ("quotes", "recovery"),
    [
        (DISTRESSED, 0.6),
        ([0.6, 0.6, 0.6, 0.6], 0.2),
        ([0.0, 0.0, 1e-6, 0.01], 0.4),
        ([0.3, 0.25, 0.2, 0.18], 0.4),
    ],
)
def test_a_row_is_the_curve_of_its_quotes(
    quotes: list[float], recovery: float, discount: DiscountCurve
) -> None:
    one = SurvivalCurve.from_cds(AS_OF, dict(zip(TENORS, quotes, strict=True)), recovery, discount)
    panel = bootstrap_panel(AS_OF, TENORS, [quotes], recovery, discount)
    assert panel.node_years == one.node_years
    found = panel.curve(0)
    assert found.survival(one.node_years) == pytest.approx(one.survival(one.node_years), abs=1e-12)
    for tenor, quote in zip(TENORS, quotes, strict=True):
        terms = CdsTerms.standard(AS_OF, tenor, 0.05, recovery)
        assert par_spread(terms, discount, found) == pytest.approx(quote, abs=1e-12)


def test_upfront_rows_reprice() -> None:
    quotes = np.array([[0.02, 0.05, 0.10, 0.15], [-0.01, -0.02, -0.03, -0.04], [0.0, 0.0, 0.0, 0.0]])
    panel = bootstrap_panel(AS_OF, TENORS, quotes, 0.4, KINKED, coupon=0.05)
    assert (panel.refused < 0).all() and panel.reason(0) == ""
    for row, values in enumerate(quotes):
        for tenor, quote in zip(TENORS, values, strict=True):
            terms = CdsTerms.standard(AS_OF, tenor, 0.05, 0.4)
            assert upfront(terms, KINKED, panel.curve(row)) == pytest.approx(quote, abs=1e-12)


def test_one_name_without_a_curve_does_not_stop_the_others_and_says_why() -> None:
    quotes = [DISTRESSED, [0.3, 0.3, 0.02, 0.02], [0.05, 3.0, 0.1, 0.1], DISTRESSED]
    panel = bootstrap_panel(AS_OF, TENORS, quotes, 0.6, FLAT)
    assert panel.refused.tolist() == [-1, 2, 1, -1]
    assert np.array_equal(panel.hazards[0], panel.hazards[3])
    assert np.isnan(panel.hazards[1]).tolist() == [False, False, True, True]
    assert "the quote is too low, the shorter quotes already cost more" in panel.reason(1)
    with pytest.raises(CannotCompute, match=r"quotes\[1.0\].*the quote is too high"):
        panel.curve(2)


def test_each_name_has_its_own_recovery() -> None:
    panel = bootstrap_panel(AS_OF, [5], [[0.06], [0.06]], [0.0, 0.5], FLAT)
    assert panel.hazards[1, 0] == pytest.approx(2.0 * panel.hazards[0, 0], rel=0.02)


def test_a_premium_decided_on_the_trade_date_is_paid_for_sure() -> None:
    """On the day before a premium date the accrual clock ends at once; both bootstraps must agree there."""
    day = date(2026, 12, 20)
    discount = DiscountCurve.flat(day, 0.04)
    one = SurvivalCurve.from_cds(day, {1: 0.5, 3: 0.4}, 0.4, discount)
    found = bootstrap_panel(day, [1, 3], [[0.5, 0.4]], 0.4, discount)
    assert found.hazards[0] == pytest.approx(one.hazards, rel=1e-10)


@pytest.mark.parametrize(
    ("tenors", "quotes", "recovery", "message"),
    [
        ([1, 5], [[0.1]], 0.4, r"found shape \(1, 1\); expected \(names, 2\)"),
        ([5, 1], [[0.1, 0.1]], 0.4, "expected them to rise"),
        ([1, 5], [[0.1, -0.1]], 0.4, r"quotes\[0, 1\]: found spread -0.1"),
        ([1, 5], [[0.1, 640.0]], 0.4, "0.064 for 640 bp"),
        ([1, 5], [[0.1, 0.1]], 40.0, "recovery: found 40"),
    ],
)
def test_bad_panels_are_refused(tenors: Any, quotes: Any, recovery: Any, message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        bootstrap_panel(AS_OF, tenors, quotes, recovery, FLAT)
    with pytest.raises(InputRefused, match=r"upfront 1\.5"):
        bootstrap_panel(AS_OF, [5], [[1.5]], 0.4, FLAT, coupon=0.05)
