"""Euler's allocation of a standard deviation: the check of the method notes, and its sum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haircut.pricing.euler import loss_contributions, risk_contributions
from tests.unit.pricing import oracle


def test_i3_euler_allocation() -> None:
    """Weights 100 and 50, variances 0.04 and 0.09, covariance 0.012 (methods I3)."""
    parts = risk_contributions(np.array([100.0, 50.0]), np.array([[0.04, 0.012], [0.012, 0.09]]))
    assert parts == pytest.approx([16.853096, 10.441592], abs=1e-6)
    assert parts.sum() == pytest.approx(27.294688, abs=1e-6)


@given(
    st.lists(st.floats(-5.0, 5.0), min_size=6, max_size=6),
    st.lists(st.floats(-3.0, 3.0), min_size=3, max_size=3),
)
def test_parts_sum_to_the_deviation(factors: list[float], weights: list[float]) -> None:
    root, w = np.array(factors).reshape(3, 2), np.array(weights)
    covariance = root @ root.T
    assert risk_contributions(w, covariance).sum() == pytest.approx(
        float(np.sqrt(max(w @ covariance @ w, 0.0))), abs=1e-6
    )


def test_claims_of_a_book_share_its_deviation() -> None:
    """Two claims that lose on the same paths carry half each; one that loses alone carries what it adds."""
    rows, other = oracle.rows(20 * 512, 0.02, 1), oracle.rows(20 * 512, 0.02, 2)
    one, alone = oracle.view(rows, rows), oracle.view(other, other)
    twins = loss_contributions({"a": one, "b": one})
    assert twins is not None and twins["a"] == pytest.approx(twins["b"])
    deviation = float(rows[:, oracle.INDEX["loss_pv"]].std(ddof=1))
    # From 20 block means: the deviation of a deviation is a sixth.
    assert twins["a"] + twins["b"] == pytest.approx(2.0 * deviation, rel=0.5)
    apart = loss_contributions({"a": one, "b": alone})
    assert apart is not None and sum(apart.values()) < sum(twins.values())
    few = oracle.view(rows[:5120], rows[:5120])
    assert loss_contributions({"a": few}) is None and loss_contributions({}) is None
