"""No feasible curve fails to bootstrap, however distressed."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haircut.curves import CdsTerms, DiscountCurve, SurvivalCurve, bootstrap_panel, par_spread

AS_OF = date(2026, 10, 1)
TENORS = [0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0]
MATURITIES = [CdsTerms.standard(AS_OF, tenor, 0.0, 0.0).maturity_date for tenor in TENORS]
NODES = [(maturity - AS_OF).days / 365.0 for maturity in MATURITIES]


@given(
    st.lists(st.lists(st.floats(-9.0, 1.5), min_size=7, max_size=7), min_size=1, max_size=6),
    st.floats(0.0, 0.9),
    st.floats(-0.01, 0.10),
)
def test_hazards_priced_and_bootstrapped_come_back(
    logs: list[list[float]], recovery: float, rate: float
) -> None:
    """Hazards of 0.01 % to 450 % a year, seven tenors; the curve is known as far as anybody is left."""
    discount = DiscountCurve.flat(AS_OF, rate)
    truths = [SurvivalCurve("Q", tuple(NODES), tuple(np.exp(row))) for row in logs]
    quotes = [
        [par_spread(CdsTerms(AS_OF, maturity, 0.0, recovery), discount, truth) for maturity in MATURITIES]
        for truth in truths
    ]
    panel = bootstrap_panel(AS_OF, TENORS, quotes, recovery, discount)
    assert (panel.refused < 0).all()
    for name, truth in enumerate(truths):
        found = panel.curve(name)
        assert np.abs(found.survival(NODES) - truth.survival(NODES)).max() < 1e-10
        for maturity, quote in zip(MATURITIES, quotes[name], strict=True):
            again = par_spread(CdsTerms(AS_OF, maturity, 0.0, recovery), discount, found)
            assert abs(again - quote) <= 1e-10 * max(1.0, quote)
