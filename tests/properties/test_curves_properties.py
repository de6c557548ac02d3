"""Properties that hold for every curve, not only for the published ones."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from haircut.curves import (
    CdsTerms,
    DiscountCurve,
    Measure,
    SurvivalCurve,
    discount_margin,
    month_ends,
    month_index,
    par_spread,
    payment_months,
    price_at_discount_margin,
    upfront,
    wang_distortion,
    wang_to_p,
    wang_to_q,
    year_fraction,
)
from haircut.errors import CannotCompute

AS_OF = date(2026, 10, 1)
MONTHS = np.arange(1, 121) / 12.0
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
hazards = st.floats(0.0, 20.0, allow_subnormal=False)


@st.composite
def survival_curves(draw: st.DrawFn, measure: Measure = "P", highest: float = 20.0) -> SurvivalCurve:
    steps = draw(st.lists(st.floats(0.05, 5.0), min_size=1, max_size=6))
    rates = [draw(st.floats(0.0, highest, allow_subnormal=False)) for _ in steps]
    return SurvivalCurve(measure, tuple(np.cumsum(steps).tolist()), tuple(rates))


@given(as_of=days, months=st.integers(1, 240), offset=st.integers(-40, 7000))
def test_month_index_and_month_ends_are_one_grid(as_of: date, months: int, offset: int) -> None:
    grid = month_ends(as_of, months)
    assert len(grid) == months + 1
    assert list(grid) == sorted(set(grid))
    assert all((day + timedelta(days=1)).day == 1 for day in grid[1:])
    assert [month_index(as_of, day) for day in grid] == list(range(months + 1))
    day = as_of + timedelta(days=offset)
    if day <= grid[-1]:
        assert month_index(as_of, day) == next(t for t, end in enumerate(grid) if end >= day)


@given(as_of=days, term=st.integers(1, 5000), frequency=st.sampled_from([1, 3, 6, 12]))
def test_payments_are_equally_spaced_and_end_at_maturity(as_of: date, term: int, frequency: int) -> None:
    maturity = as_of + timedelta(days=term)
    months = payment_months(as_of, maturity, frequency)
    assert months[-1] == month_index(as_of, maturity)
    assert 1 <= months[0] <= frequency
    assert set(np.diff(months)) <= {frequency}


@given(start=days, first=st.integers(0, 2000), second=st.integers(0, 2000))
def test_actual_day_counts_add_up(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    for day_count in ("ACT/360", "ACT/365F", "30/360", "ACT/ACT"):
        parts = year_fraction(start, middle, day_count) + year_fraction(middle, end, day_count)
        assert parts == pytest.approx(year_fraction(start, end, day_count), abs=1e-12)


@given(curve=survival_curves(), years=st.lists(st.floats(0.0, 60.0), min_size=2, max_size=20))
def test_survival_starts_at_one_and_never_rises(curve: SurvivalCurve, years: list[float]) -> None:
    alive = curve.survival([0.0, *sorted(years)])
    assert alive[0] == 1.0
    assert np.all(np.diff(alive) <= 1e-16)
    assert np.all((alive >= 0.0) & (alive <= 1.0))
    assert curve.default_probability(sorted(years)) == pytest.approx(
        1.0 - curve.survival(sorted(years)), abs=1e-15
    )


@settings(deadline=None)
@example(rates=[5.0, 0.0, 0.0, 0.0], recovery=0.0, rate=0.0)
@given(
    rates=st.lists(st.floats(0.0, 8.0, allow_subnormal=False), min_size=4, max_size=4),
    recovery=st.floats(0.0, 0.9),
    rate=st.floats(-0.02, 0.15),
)
def test_quotes_of_any_feasible_cds_curve_bootstrap_and_reprice(
    rates: list[float], recovery: float, rate: float
) -> None:
    discount = DiscountCurve.flat(AS_OF, rate)
    tenors = [0.5, 1.0, 3.0, 5.0]
    contracts = [CdsTerms.standard(AS_OF, tenor, 0.05, recovery) for tenor in tenors]
    nodes = [year_fraction(AS_OF, terms.maturity_date, "ACT/365F") for terms in contracts]
    # Where nobody is left, a quote no longer says anything about the hazard that follows.
    assume(float(np.array(rates) @ np.diff(nodes, prepend=0.0)) < 15.0)
    truth = SurvivalCurve("Q", tuple(nodes), tuple(rates))
    spreads = {
        tenor: par_spread(terms, discount, truth) for tenor, terms in zip(tenors, contracts, strict=True)
    }
    found = SurvivalCurve.from_cds(AS_OF, spreads, recovery, discount)
    assert found.survival(nodes) == pytest.approx(truth.survival(nodes), abs=1e-9)
    for tenor, terms in zip(tenors, contracts, strict=True):
        assert par_spread(terms, discount, found) == pytest.approx(spreads[tenor], rel=1e-10, abs=1e-12)
        assert upfront(terms, discount, found) == pytest.approx(upfront(terms, discount, truth), abs=1e-10)


@settings(deadline=None)
@given(
    hazard=st.floats(0.0, 30.0, allow_subnormal=False),
    recovery=st.floats(0.0, 0.9),
    bump=st.floats(0.001, 5.0),
)
def test_more_hazard_costs_more(hazard: float, recovery: float, bump: float) -> None:
    discount = DiscountCurve.flat(AS_OF, 0.04)
    terms = CdsTerms.standard(AS_OF, 5, 0.05, recovery)
    low, high = SurvivalCurve.flat(hazard, "Q"), SurvivalCurve.flat(hazard + bump, "Q")
    assert par_spread(terms, discount, high) > par_spread(terms, discount, low)
    assert upfront(terms, discount, high) > upfront(terms, discount, low)


@given(curve=survival_curves("P", highest=5.0), theta=st.floats(0.0, 0.6))
def test_there_and_back_is_the_same_curve(curve: SurvivalCurve, theta: float) -> None:
    back = wang_to_p(wang_to_q(curve, theta, MONTHS), theta, MONTHS)
    assert back.measure == "P"
    assert back.cumulative_hazard(MONTHS) == pytest.approx(
        curve.cumulative_hazard(MONTHS), rel=1e-8, abs=1e-13
    )


@given(curve=survival_curves("P"), theta=st.floats(0.01, 0.6))
def test_the_pricing_measure_is_never_kinder(curve: SurvivalCurve, theta: float) -> None:
    moved = wang_to_q(curve, theta, MONTHS)
    assert np.all(moved.survival(MONTHS) <= curve.survival(MONTHS) + 1e-14)
    assert np.all(np.diff(moved.survival(MONTHS)) <= 1e-16)


@given(hazard=st.floats(1e-5, 2.0), theta=st.floats(0.01, 0.6))
def test_a_p_curve_is_monotone_or_refused(hazard: float, theta: float) -> None:
    try:
        moved = wang_to_p(SurvivalCurve.flat(hazard, "Q"), theta, MONTHS)
    except CannotCompute:
        assert np.any(np.diff(wang_distortion(-np.expm1(-hazard * MONTHS), MONTHS, -theta)) < 0.0)
    else:
        assert np.all(np.diff(moved.survival(MONTHS)) <= 1e-16)


@given(
    repaid=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40),
    forward=st.floats(-0.01, 0.12),
    margin=st.floats(0.0, 0.2),
    price=st.floats(30.0, 130.0),
)
def test_price_to_margin_to_price(repaid: list[float], forward: float, margin: float, price: float) -> None:
    balances = 100.0 * np.cumprod([1.0, *(1.0 - share for share in repaid[:-1])])
    periods = len(balances)
    loan = (balances, np.full(periods, forward), np.full(periods, 0.25), margin)
    found = discount_margin(price, *loan)
    assert price_at_discount_margin(found, *loan) == pytest.approx(price, rel=1e-10)


@settings(deadline=None)
@given(
    overnight=st.floats(-0.01, 0.1),
    rates=st.lists(st.floats(-0.005, 0.09), min_size=5, max_size=5),
)
def test_par_rates_bootstrap_and_reprice_or_are_refused(overnight: float, rates: list[float]) -> None:
    quotes = dict(zip([0.5, 1.0, 2.0, 5.0, 10.0], rates, strict=True))
    try:
        curve = DiscountCurve.bootstrap_par(AS_OF, overnight, quotes)
    except CannotCompute:
        return
    for tenor, rate in quotes.items():
        assert curve.par_rate(tenor) == pytest.approx(rate, abs=1e-10)
