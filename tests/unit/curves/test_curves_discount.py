"""Rules of the discount curve."""

from __future__ import annotations

import math
import pickle
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from haircut.curves import DiscountCurve, month_ends, year_fraction
from haircut.errors import CannotCompute, InputRefused

AS_OF = date(2026, 10, 1)
TREASURY = {
    1 / 12: 0.0372,
    0.25: 0.0370,
    0.5: 0.0368,
    1: 0.0362,
    2: 0.0357,
    3: 0.036,
    5: 0.0375,
    7: 0.04,
    10: 0.0422,
}


def test_a_dollar_today_is_worth_a_dollar() -> None:
    assert DiscountCurve.flat(AS_OF, 0.04).discount_factor(AS_OF) == 1.0


def test_between_nodes_the_log_of_the_factor_is_linear_and_the_last_forward_continues() -> None:
    curve = DiscountCurve(AS_OF, (1.0, 2.0), (0.97, 0.93))
    assert curve.discount_at(1.5) == pytest.approx(math.sqrt(0.97 * 0.93), rel=1e-15)
    assert curve.discount_at(0.5) == pytest.approx(math.sqrt(0.97), rel=1e-15)
    assert curve.discount_at(3.0) == pytest.approx(0.93**2 / 0.97, rel=1e-15)


def test_one_date_many_dates_and_years_agree() -> None:
    curve = DiscountCurve.flat(AS_OF, 0.04)
    days = [date(2027, 10, 1), date(2031, 10, 1)]
    years = [year_fraction(AS_OF, day, "ACT/365F") for day in days]
    assert curve.discount_factor(days).tolist() == [curve.discount_factor(day) for day in days]
    assert curve.discount_factor(days).tolist() == curve.discount_at(years).tolist()


def test_the_curve_knows_nothing_of_the_past() -> None:
    curve = DiscountCurve.flat(AS_OF, 0.04)
    with pytest.raises(InputRefused, match="before the curve's as-of date 2026-10-01"):
        curve.discount_factor(date(2026, 9, 30))
    with pytest.raises(InputRefused, match=r"years: found -0.5"):
        curve.discount_at([1.0, -0.5])
    with pytest.raises(InputRefused, match="years: found nan"):
        curve.discount_at(math.nan)


@pytest.mark.parametrize(
    ("nodes", "factors", "message"),
    [
        ((), (), "node_years: found no nodes"),
        ((1.0, 1.0), (0.9, 0.8), r"node_years\[1\]: found 1 after 1"),
        ((0.0,), (1.0,), r"node_years\[0\]: found 0 after 0"),
        ((1.0,), (0.9, 0.8), "found 2 factors for 1 nodes"),
        ((1.0,), (0.0,), "found 0.0 at 1 years"),
        ((1.0,), (math.nan,), "found nan at 1 years"),
    ],
)
def test_bad_nodes_are_refused(nodes: Any, factors: Any, message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        DiscountCurve(AS_OF, nodes, factors)


def test_a_percent_given_as_a_rate_is_refused() -> None:
    with pytest.raises(InputRefused, match=r"0.04 for 4 %"):
        DiscountCurve.bootstrap_par(AS_OF, 3.65, {2: 0.036})
    with pytest.raises(InputRefused, match=r"continuous_rate: found nan"):
        DiscountCurve.flat(AS_OF, math.nan)


@pytest.mark.parametrize("payments_per_year", [1, 2, 4])
def test_par_bootstrap_reprices_every_input(payments_per_year: int) -> None:
    quotes = {tenor: rate for tenor, rate in TREASURY.items() if tenor >= 1 or tenor <= 1 / payments_per_year}
    curve = DiscountCurve.bootstrap_par(AS_OF, 0.0365, quotes, payments_per_year)
    for tenor, rate in quotes.items():
        assert curve.par_rate(tenor, payments_per_year) == pytest.approx(rate, abs=1e-12)
    overnight = 360.0 * (1.0 / curve.discount_factor(date(2026, 10, 2)) - 1.0)
    assert overnight == pytest.approx(0.0365, abs=1e-12)


def test_par_bootstrap_with_sparse_tenors_and_negative_rates() -> None:
    for quotes in ({2: 0.036, 5: 0.0375, 10: 0.042, 30: 0.048}, {2: -0.006, 10: -0.002}):
        curve = DiscountCurve.bootstrap_par(AS_OF, None, quotes)
        for tenor, rate in quotes.items():
            assert curve.par_rate(tenor) == pytest.approx(rate, abs=1e-12)


def test_par_bootstrap_of_a_flat_curve_is_flat() -> None:
    flat = DiscountCurve.bootstrap_par(AS_OF, None, dict.fromkeys(range(1, 11), 0.05), 1)
    assert flat.discount_at(np.array(flat.node_years)) == pytest.approx(
        1.05 ** -np.arange(1.0, 11.0), rel=1e-13
    )


def test_a_quote_that_does_not_fit_the_schedule_is_refused_by_tenor() -> None:
    with pytest.raises(InputRefused, match=r"tenor: found 1.25 years with 2 payments a year"):
        DiscountCurve.bootstrap_par(AS_OF, None, {1.25: 0.04})
    with pytest.raises(InputRefused, match="found no quotes"):
        DiscountCurve.bootstrap_par(AS_OF, None, {})
    with pytest.raises(InputRefused, match="payments_per_year: found 3"):
        DiscountCurve.bootstrap_par(AS_OF, None, {1: 0.04}, 3)
    with pytest.raises(CannotCompute, match=r"par_rates\[30\]: no discount factor"):
        DiscountCurve.bootstrap_par(AS_OF, None, {10: 0.01, 30: 0.9})


def test_forwards_compound_to_the_curve() -> None:
    curve = DiscountCurve.bootstrap_par(AS_OF, 0.0365, TREASURY)
    grid = month_ends(AS_OF, 120)
    forwards = curve.month_forwards(grid)
    accruals = [year_fraction(start, end, "ACT/360") for start, end in pairwise(grid)]
    assert len(forwards) == 120
    assert np.prod(1.0 / (1.0 + forwards * accruals)) == pytest.approx(
        curve.discount_factor(grid[-1]), rel=1e-13
    )
    with pytest.raises(InputRefused, match="expected a date after the start"):
        curve.forward_simple(AS_OF, AS_OF)


def test_a_parallel_shift_moves_every_zero_rate_by_as_much() -> None:
    curve = DiscountCurve.bootstrap_par(AS_OF, 0.0365, TREASURY)
    years = np.linspace(0.1, 20.0, 50)
    moved = curve.shifted(0.0001).discount_at(years)
    assert -np.log(moved / curve.discount_at(years)) / years == pytest.approx(np.full(50, 1e-4), abs=1e-14)
    assert curve.shifted(0.0) == curve


def test_a_curve_is_a_value() -> None:
    curve = DiscountCurve.flat(AS_OF, 0.04)
    curve.discount_at(1.0)
    assert pickle.loads(pickle.dumps(curve)) == curve
    assert hash(curve) == hash(DiscountCurve.flat(AS_OF, 0.04))
    with pytest.raises(AttributeError):
        curve.as_of = date(2020, 1, 1)  # type: ignore[misc]
