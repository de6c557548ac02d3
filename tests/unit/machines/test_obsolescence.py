import datetime

import numpy as np
import pytest

from haircut.errors import InputRefused
from haircut.machines.obsolescence import (
    LaunchSchedule,
    expected_log_obsolescence,
    expected_ramp,
    grid_position,
    launch_schedule,
    path_log_obsolescence,
)
from tests.unit.machines.markets import AS_OF, compute_market, device, launch


@pytest.mark.parametrize("since", [-1.0, 0.5, 3.0, 11.9, 12.0, 30.0, 200.0])
@pytest.mark.parametrize(("ramp", "delay"), [(12.0, 4.0), (12.0, 0.5), (1.0, 20.0)])
def test_expected_ramp_is_the_integral_over_the_delay(since: float, ramp: float, delay: float) -> None:
    share = (np.arange(400_000) + 0.5) / 400_000
    drawn = -delay * np.log1p(-share)
    integral = np.clip((since - drawn) / ramp, 0.0, 1.0).mean()
    assert expected_ramp(since, ramp, delay) == pytest.approx(integral, abs=2e-6)


@pytest.mark.parametrize(("ramp", "delay"), [(12.0, 0.0), (0.0, 4.0), (0.0, 0.0)])
def test_expected_ramp_has_its_limits(ramp: float, delay: float) -> None:
    near = expected_ramp(5.0, max(ramp, 1e-7), max(delay, 1e-7))
    assert expected_ramp(5.0, ramp, delay) == pytest.approx(near, abs=1e-6)
    assert expected_ramp(-1e-9, ramp, delay) == 0.0


def test_expected_obsolescence_is_the_mean_over_drawn_delays() -> None:
    schedule = LaunchSchedule(
        np.array([-6.0, 3.0, 14.0]),
        np.array([0.0, 4.0, 4.0]),
        np.array([0.12, 0.1, 0.1]),
        np.array([12.0] * 3),
    )
    generator = np.random.Generator(np.random.SFC64(5))
    paths = np.empty((20_000, 49))
    for path in paths:
        delayed = schedule.month + schedule.delay_mean * generator.standard_exponential(3)
        path_log_obsolescence(delayed, schedule.wedge, schedule.ramp_months, 0, path)
    left = np.exp(paths)
    expected = np.exp(expected_log_obsolescence(schedule, 48))
    error = left.std(axis=0) / np.sqrt(len(left)) + 1e-12
    assert np.all(np.abs(left.mean(axis=0) - expected) < 4.0 * error)
    assert expected[0] == 1.0


def test_a_stated_path_suspends_launches_until_it_ends() -> None:
    schedule = LaunchSchedule(np.array([0.0]), np.array([0.0]), np.array([0.5]), np.array([10.0]))
    expected = np.exp(expected_log_obsolescence(schedule, 12, from_month=4))
    drawn = np.empty(13)
    path_log_obsolescence(schedule.month, schedule.wedge, schedule.ramp_months, 4, drawn)
    assert expected[:5].tolist() == [1.0] * 5
    assert expected[10] == pytest.approx(0.5 / 0.8)
    assert np.exp(drawn) == pytest.approx(expected)


def test_only_newer_generations_take_rent_and_past_launches_have_no_delay_left() -> None:
    launches = (
        launch("older", datetime.date(2020, 1, 1), 0.3),
        launch("past", datetime.date(2026, 4, 1), 0.2),
        launch("next", datetime.date(2026, 12, 31), 0.1),
    )
    schedule = launch_schedule(compute_market(launches=launches), device(), AS_OF)
    assert schedule.month == pytest.approx([-183 * 12 / 365.25, 3.0])
    assert schedule.delay_mean.tolist() == [0.0, 4.0]
    # half of the past wedge's ramp lies before today and is in today's rent already
    left = np.exp(expected_log_obsolescence(schedule, 120))
    done = 0.2 * (183 * 12 / 365.25) / 12.0
    assert left[120] == pytest.approx(0.8 / (1.0 - done) * 0.9, rel=1e-8)


def test_a_wedge_of_the_whole_rent_is_refused() -> None:
    with pytest.raises(InputRefused, match=r"launches\[end\]\.wedge: found 1\.0; expected a share below 1"):
        launch_schedule(compute_market(launches=(launch("end", AS_OF, 1.0),)), device(), AS_OF)


def test_grid_position_meets_month_ends() -> None:
    mid = datetime.date(2026, 10, 15)
    assert grid_position(mid, datetime.date(2026, 10, 31)) == 1.0
    assert grid_position(mid, datetime.date(2026, 10, 23)) == 0.5
    assert grid_position(mid, datetime.date(2026, 11, 30)) == 2.0
    assert grid_position(datetime.date(2026, 10, 31), datetime.date(2026, 11, 30)) == 1.0
    assert grid_position(mid, mid - datetime.timedelta(days=487)) == pytest.approx(-16.0)
