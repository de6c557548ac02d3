"""The page of drivers: sums by block, errors, nulls, history, draws kept for sliders, bounded memory."""

import datetime

import numpy as np
import pytest

from haircut.errors import UsageError
from haircut.scenarios.convergence import covariances, joint_lift, lower_tail
from haircut.scenarios.drivers.registry import DRIVERS
from haircut.scenarios.history import history
from haircut.scenarios.portrait import Event, Portrait, portrait
from tests.unit.scenarios import cases


@pytest.fixture(scope="module")
def shown() -> Portrait:
    return portrait(cases.coin_case(), paths=24 * 512, months=12)


def test_every_driver_has_a_fan_in_order(shown: Portrait) -> None:
    assert [fan.driver for fan in shown.fans] == list(DRIVERS)
    for fan in shown.fans:
        assert fan.quantiles.shape == (5, 13)
        assert np.all(np.diff(fan.quantiles, axis=0) >= 0.0)


def test_a_link_that_only_stress_has_is_seen_beyond_its_null(shown: Portrait) -> None:
    pair = next(each for each in shown.pairs if (each.first, each.second) == ("btc", "rent"))
    assert abs(pair.calm.value) <= 4.0 * pair.calm.std_error
    assert pair.stress.value == pytest.approx(0.25, abs=0.06)
    assert abs(pair.null) < 0.05 < pair.stress.value
    assert pair.variance_ratio > 1.5


def test_a_constant_link_is_explained_by_conditioning_alone() -> None:
    """The coin is more volatile in stress and its link to the share is constant: the null is what is measured."""
    of = cases.coin_case(
        equities=(cases.equity(compute_loading=0.0, demand_loading=0.0),),
        correlations=cases.coin_correlations(calm={}, stress={}),
        btc=cases.btc(jumps_per_year=0.0),
    )
    shown = portrait(of, paths=24 * 512, months=12, couplings=())
    pair = next(each for each in shown.pairs if (each.first, each.second) == ("btc", "equity"))
    assert pair.stress.value > pair.calm.value + 0.05
    # The volatility of a stress month is that of its end, so a month in six is mixed: to a hundredth.
    assert pair.stress.value == pytest.approx(pair.null, abs=0.02)


def test_coupling_raises_the_joint_stress_on_the_same_draws(shown: Portrait) -> None:
    assert list(shown.lifts) == [1.0, 2.0, 4.0] and shown.coupling == 2.0
    one, four = shown.lifts[1.0], shown.lifts[4.0]
    assert one.first == four.first
    assert four.second.value > one.second.value and four.joint >= one.joint


def test_independent_events_have_no_lift_and_few_blocks_no_error() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.random((200, 512)) < 0.2, rng.random((200, 512)) < 0.1
    counts = np.stack([np.full(200, 512.0), a.sum(1), b.sum(1), (a & b).sum(1)], axis=1)
    lift = joint_lift(counts).lift
    assert abs(lift.value - 1.0) <= 3.0 * lift.std_error
    # Against the delta method for independent paths.
    assert lift.std_error == pytest.approx(np.sqrt((1 - 0.2) * (1 - 0.1) / (0.02 * 200 * 512)), rel=0.2)
    assert joint_lift(counts[:19]).lift.std_error is None
    assert joint_lift(counts * [1.0, 0.0, 1.0, 0.0]).lift.value is None
    assert lower_tail(a.ravel() * 1.0, b.ravel() * 1.0, 0.05, 512).std_error is not None


def test_sums_of_products_are_the_covariances() -> None:
    sample = np.random.default_rng(1).standard_normal((3, 1000))
    table = np.vstack([np.ones(1000), sample])
    assert np.allclose(covariances(table @ table.T), np.cov(sample, bias=True), atol=1e-12)


def test_without_a_coin_the_rest_is_shown() -> None:
    shown = portrait(cases.case(), paths=512, months=12)
    assert shown.lifts == {}
    assert {fan.driver.name for fan in shown.fans} == {"rent", "demand", "power", "rate", "funding_spread"}
    assert all(pair.stress.std_error is None for pair in shown.pairs)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(UsageError, match="expected at least 12"):
        portrait(cases.coin_case(), paths=512, months=6)
    with pytest.raises(UsageError, match="one of rent, demand"):
        portrait(cases.coin_case(), paths=512, events=(Event("gold", -0.5, 12), Event("rent", -0.4, 12)))


def test_history_stops_at_the_as_of_date() -> None:
    for driver in ("rent", "btc", "hashrate", "hashprice", "funding_spread", "rate"):
        found = history(driver, datetime.date(2024, 12, 31))
        assert found is not None
        dates = [date for date, _ in found.points]
        assert dates == sorted(dates) and dates[-1] <= datetime.date(2024, 12, 31)
        assert len({(date.year, date.month) for date in dates}) == len(dates)
