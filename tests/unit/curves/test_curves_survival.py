"""Rules of survival curves and of the change of measure."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from haircut.curves import (
    CdsTerms,
    DiscountCurve,
    SurvivalCurve,
    to_measure,
    upfront,
    wang_distortion,
    wang_to_p,
    wang_to_q,
)
from haircut.errors import CannotCompute, InputRefused

MONTHS = np.arange(1, 121) / 12.0


def test_everyone_is_alive_today() -> None:
    assert SurvivalCurve.flat(3.0, "Q").survival(0.0) == 1.0


def test_survival_is_the_integral_of_a_piecewise_constant_hazard() -> None:
    curve = SurvivalCurve("P", (1.0, 3.0), (0.02, 0.05))
    assert curve.cumulative_hazard([0.5, 1.0, 2.0, 3.0, 4.0]) == pytest.approx([0.01, 0.02, 0.07, 0.12, 0.17])
    assert curve.hazard([0.0, 1.0, 1.01, 3.0, 9.0]).tolist() == [0.02, 0.02, 0.05, 0.05, 0.05]
    assert curve.default_probability(2.0) == pytest.approx(1.0 - math.exp(-0.07), rel=1e-14)
    assert curve.default_probability(2.0, survived_to=1.0) == pytest.approx(1.0 - math.exp(-0.05), rel=1e-14)


def test_the_monthly_grid_has_one_more_date_than_months() -> None:
    monthly = SurvivalCurve.flat(0.12, "P").month_survival(60)
    assert monthly.shape == (61,)
    assert monthly == pytest.approx(np.exp(-0.01 * np.arange(61)), rel=1e-14)
    with pytest.raises(InputRefused, match="month_count: found -1"):
        SurvivalCurve.flat(0.12, "P").month_survival(-1)


def test_a_small_probability_keeps_its_digits() -> None:
    assert SurvivalCurve.flat(1e-12, "P").default_probability(1.0) == pytest.approx(1e-12, rel=1e-12)


def test_a_rating_table_is_met_at_its_years() -> None:
    years, table = [1, 2, 3, 4, 5, 7, 10, 15], [0.0, 0.0003, 0.0013, 0.0024, 0.0034, 0.0051, 0.007, 0.009]
    curve = SurvivalCurve.from_cumulative_default(years, table, "P")
    assert curve.default_probability([float(year) for year in years]) == pytest.approx(table, abs=1e-15)


@pytest.mark.parametrize(
    ("years", "table", "message"),
    [
        (
            [1, 2],
            [0.05, 0.04],
            "found 0.04 by year 2 below 0.05 by year 1; expected probabilities that never fall",
        ),
        ([1], [1.0], r"found 1.0 by year 1; expected a share in \[0, 1\)"),
        ([1], [3.54], "write 3.54 % as 0.0354"),
        ([1], [math.nan], "found nan by year 1"),
        ([2, 1], [0.1, 0.2], r"years\[1\]: found 1 after 2"),
        ([1, 2], [0.1], "found 1 values for 2 years"),
    ],
)
def test_a_bad_rating_table_is_refused_with_its_year(years: Any, table: Any, message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        SurvivalCurve.from_cumulative_default(years, table, "P")


@pytest.mark.parametrize("hazard", [-0.01, math.inf, math.nan])
def test_a_hazard_is_finite_and_not_negative(hazard: float) -> None:
    with pytest.raises(InputRefused, match="expected a finite rate a year, at least 0"):
        SurvivalCurve.flat(hazard, "P")


def test_a_curve_states_its_measure() -> None:
    with pytest.raises(InputRefused, match="measure: found 'R'; expected 'P'"):
        SurvivalCurve.flat(0.02, "R")  # type: ignore[arg-type]
    with pytest.raises(InputRefused, match="one for each"):
        SurvivalCurve("P", (1.0,), (0.1, 0.2))


def test_nothing_converts_silently() -> None:
    real, pricing = SurvivalCurve.flat(0.02, "P"), SurvivalCurve.flat(0.02, "Q")
    with pytest.raises(InputRefused, match="wang_to_q: found a survival curve under Q; expected one under P"):
        wang_to_q(pricing, 0.3, MONTHS)
    with pytest.raises(InputRefused, match="wang_to_p: found a survival curve under P; expected one under Q"):
        wang_to_p(real, 0.3, MONTHS)
    as_of = date(2026, 10, 1)
    with pytest.raises(InputRefused, match=r"upfront: .*convert it with wang_to_q"):
        upfront(CdsTerms.standard(as_of, 5, 0.05, 0.4), DiscountCurve.flat(as_of, 0.04), real)


def test_the_transform_is_the_equation_at_every_grid_date() -> None:
    curve = SurvivalCurve.from_cumulative_default([1, 5, 7], [0.0334, 0.1735, 0.2099], "P")
    moved = wang_to_q(curve, 0.24, MONTHS)
    assert moved.measure == "Q"
    expected = wang_distortion(curve.default_probability(MONTHS), MONTHS, 0.24)
    assert moved.default_probability(MONTHS) == pytest.approx(expected, rel=1e-12)


def test_theta_zero_changes_no_probability() -> None:
    curve = SurvivalCurve.flat(0.03, "P")
    assert wang_to_q(curve, 0.0, MONTHS).survival(MONTHS).tolist() == pytest.approx(
        curve.survival(MONTHS).tolist(), rel=1e-14
    )


def test_certain_and_impossible_defaults_stay_so() -> None:
    assert np.asarray(wang_distortion([0.0, 1.0], [5.0, 5.0], 0.3)).tolist() == [0.0, 1.0]
    assert wang_to_q(SurvivalCurve.flat(0.0, "P"), 0.3, MONTHS).default_probability(10.0) == 0.0
    doomed = wang_to_p(SurvivalCurve.flat(500.0, "Q"), 0.3, MONTHS)
    assert doomed.default_probability(10.0) == 1.0
    with pytest.raises(InputRefused, match=r"outside \[0, 1\]"):
        wang_distortion(1.2, 5.0, 0.3)


def test_a_p_curve_that_would_fall_is_refused_with_the_year() -> None:
    safe = SurvivalCurve.from_credit_triangle(0.0030, 0.4)
    with pytest.raises(CannotCompute, match=r"at 4.* years the default probability under P would fall"):
        wang_to_p(safe, 0.4, np.arange(1, 361) / 12.0)


def test_to_measure_is_the_transform_of_its_direction() -> None:
    real, pricing = SurvivalCurve.flat(0.05, "P"), SurvivalCurve.flat(0.1, "Q")
    assert to_measure(pricing, "Q", 0.3, MONTHS) is pricing
    assert to_measure(real, "Q", 0.3, MONTHS) == wang_to_q(real, 0.3, MONTHS)
    assert to_measure(pricing, "P", 0.3, MONTHS) == wang_to_p(pricing, 0.3, MONTHS)
    with pytest.raises(InputRefused, match="theta: found nan"):
        wang_to_q(real, math.nan, MONTHS)


def test_the_credit_triangle_refuses_what_it_cannot_mean() -> None:
    with pytest.raises(InputRefused, match=r"spread: found -0.01"):
        SurvivalCurve.from_credit_triangle(-0.01, 0.4)
    with pytest.raises(InputRefused, match=r"recovery: found 1.0; expected a share of par in \[0, 1\)"):
        SurvivalCurve.from_credit_triangle(0.01, 1.0)
