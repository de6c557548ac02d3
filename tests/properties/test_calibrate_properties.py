"""What must hold for any series: units do not matter, order does, bands nest, scores are proper."""

import datetime
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haircut.errors import InputRefused
from haircut.studies.bands.forecast import LEVELS, Question, forecast_of
from haircut.studies.calibrate.dependence import clustered_mean, exact_rate, exact_share, regress
from haircut.studies.calibrate.history import read_series

PRICES = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40)
CHANGES = st.lists(st.floats(-2.0, 2.0), min_size=20, max_size=200)
START = datetime.date(2020, 1, 1)


def dated(prices: list[float]) -> list[tuple[str, str]]:
    return [(str(START + datetime.timedelta(days=k)), repr(price)) for k, price in enumerate(prices)]


@given(PRICES, st.floats(0.001, 1000.0))
def test_log_changes_do_not_know_the_unit(prices: list[float], factor: float) -> None:
    plain = read_series("s", "v", dated(prices)).log_changes()
    scaled = read_series("s", "v", dated([factor * price for price in prices])).log_changes()
    assert scaled == pytest.approx(plain, abs=1e-9)


@given(PRICES, st.data())
def test_any_repeated_or_swapped_row_is_refused(prices: list[float], data: st.DataObject) -> None:
    rows = dated(prices)
    at = data.draw(st.integers(0, len(rows) - 2))
    with pytest.raises(InputRefused):
        read_series("s", "v", [*rows[: at + 1], rows[at], *rows[at + 1 :]])
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    with pytest.raises(InputRefused):
        read_series("s", "v", rows)


@given(PRICES, st.floats(max_value=0.0), st.data())
def test_any_value_not_above_0_is_refused_with_its_row(
    prices: list[float], bad: float, data: st.DataObject
) -> None:
    rows = dated(prices)
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = (rows[at][0], repr(bad))
    with pytest.raises(InputRefused) as refusal:
        read_series("s", "v", rows)
    assert [problem.line for problem in refusal.value.problems] == [at + 1]


@given(CHANGES, st.floats(-3.0, 3.0), st.floats(-1.0, 1.0))
def test_bands_nest_and_move_with_what_they_forecast(changes: list[float], came: float, shift: float) -> None:
    asked = Question("s", START, 3)
    found = forecast_of(np.array(changes), came, asked, "m", len(changes))
    moved = forecast_of(np.array(changes) + shift, came + shift, asked, "m", len(changes))
    edges = [found.bands[level] for level in LEVELS]
    assert all(b[0] <= a[0] <= a[1] <= b[1] for a, b in itertools.pairwise(edges))
    for level in LEVELS:
        assert moved.score(level) == pytest.approx(found.score(level), abs=1e-9)
        assert found.score(level) >= found.bands[level][1] - found.bands[level][0]
        if not found.covers(level):
            assert found.score(level) > found.bands[level][1] - found.bands[level][0]
    assert 0.0 <= found.percentile <= 1.0


@given(st.integers(0, 50), st.integers(0, 200))
def test_exact_intervals_hold_their_estimate(events: int, more: int) -> None:
    trials = events + more + 1
    low, high = exact_share(events, trials)
    assert 0.0 <= low <= events / trials <= high <= 1.0
    low, high = exact_rate(events, float(trials))
    assert 0.0 <= low <= events / trials <= high


@given(st.lists(st.floats(-5.0, 5.0), min_size=6, max_size=60), st.floats(0.1, 10.0))
def test_errors_scale_with_the_unit(values: list[float], factor: float) -> None:
    array = np.array(values)
    columns = np.column_stack([np.ones(len(array)), np.arange(len(array))])
    plain, scaled = regress(array, columns, lags=0), regress(factor * array, columns, lags=0)
    assert scaled.std_errors == pytest.approx(factor * plain.std_errors, rel=1e-6, abs=1e-9)
    clusters = [k % 3 for k in range(len(values))]
    _, one = clustered_mean(values, clusters)
    _, two = clustered_mean([factor * value for value in values], clusters)
    assert one is not None
    assert two == pytest.approx(factor * one, rel=1e-6, abs=1e-9)
