"""The law of hashprice, and a rig's value against two factors simulated apart."""

import datetime
import math
from typing import Any

import numpy as np
import pytest

from haircut.errors import CannotCompute, InputRefused
from haircut.machines.hashprice import (
    difficulty_of,
    hashprice_usd_per_ph_day,
    log_resting_hashprice,
    network_hashrate_ph,
    resting_hashrate_ph,
)
from haircut.machines.paths import simulate_log_rent
from haircut.machines.rig import halving_steps, jump_mixture, rig_law, rig_terms
from haircut.machines.value import read, solve
from tests.unit.machines.rigs import SUBSTEPS, market, rig, two_factor_value

MONTHS = 36


def value(
    of: Any, price: float = 0.05, shock: float = 0.0, machine: Any = None, months: int = MONTHS
) -> float:
    machine = machine or rig(maximum_age=months / 12.0)
    law = rig_law(of, months)
    surface = solve(law, rig_terms(of, machine, of.as_of, months, price), 0, 0, 801)
    return float(np.dot(law.initial, [read(surface, 0, law.log_rent + shock, z) for z in range(3)]))


def test_difficulty_and_hashrate_are_inverse() -> None:
    assert network_hashrate_ph(difficulty_of(800_000.0)) == pytest.approx(800_000.0)
    blocks = 144 * 3.2 * 90_000.0 / 800_000.0
    assert hashprice_usd_per_ph_day(90_000.0, difficulty_of(800_000.0), 3.125, 0.075) == pytest.approx(blocks)


def test_at_its_resting_hashrate_the_network_earns_the_resting_hashprice() -> None:
    of = market()
    at_rest = math.exp(float(log_resting_hashprice(of.network, np.zeros(1))[0]))
    hashrate = resting_hashrate_ph(of.btc, of.network)
    found = hashprice_usd_per_ph_day(
        of.btc.price.value, difficulty_of(hashrate), of.network.subsidy.value, of.network.fees.value
    )
    assert found == pytest.approx(at_rest)


def test_halvings_fall_on_the_nearest_month_every_four_years() -> None:
    steps = halving_steps(market(), 80)
    assert np.flatnonzero(steps).tolist() == [18, 66]
    assert steps[18] == pytest.approx(math.log((1.5625 + 0.05) / (3.125 + 0.05)))
    assert steps[66] == pytest.approx(math.log((0.78125 + 0.05) / (1.5625 + 0.05)))


def test_the_mixture_of_jumps_has_the_poisson_moments() -> None:
    of = market(jumps_per_year=12.0, jump_mean=-0.05, jump_deviation=0.11)
    weight, shift, variance = jump_mixture(of.btc)
    rate = 1.0
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ shift == pytest.approx(0.0, abs=1e-12)
    assert weight @ (shift**2 + variance) == pytest.approx(rate * (0.05**2 + 0.11**2))
    third = weight @ (shift**3 + 3 * shift * variance)
    assert third == pytest.approx(rate * ((-0.05) ** 3 + 3 * -0.05 * 0.11**2))
    fourth = weight @ (shift**4 + 6 * shift**2 * variance + 3 * variance**2)
    own = 0.05**4 + 6 * 0.05**2 * 0.11**2 + 3 * 0.11**4
    assert fourth == pytest.approx(rate * own + 3 * (rate * (0.05**2 + 0.11**2)) ** 2)
    assert [part.tolist() for part in jump_mixture(market(jumps_per_year=0.0).btc)] == [[1.0], [0.0], [0.0]]


def test_without_noise_hashprice_relaxes_to_its_resting_level() -> None:
    of = market(
        volatility=0.0, jumps=0.0, btc_volatility=0.0, drift=0.0, gain=0.0, halving=datetime.date(2046, 4, 15)
    )
    law = rig_law(of, 120)
    path = simulate_log_rent(law, 120, paths=2).log_rent[0]
    rest = float(log_resting_hashprice(of.network, np.zeros(1))[0])
    assert path[12] - rest == pytest.approx((path[0] - rest) * math.exp(-0.5), rel=1e-9)
    assert path[120] == pytest.approx(rest, abs=0.01)


def test_the_side_of_the_resting_level_chooses_the_speed() -> None:
    quiet: dict[str, Any] = {
        "volatility": 0.0, "jumps": 0.0, "btc_volatility": 0.0, "drift": 0.0, "gain": 0.0,
        "halving": datetime.date(2046, 4, 15),
    }  # fmt: skip
    for price, speed in ((120_000.0, 2.0), (20_000.0, 0.4)):
        of = market(price=price, speed_up=2.0, speed_down=0.4, **quiet)
        path = simulate_log_rent(rig_law(of, 2), 2, paths=2).log_rent[0]
        rest = float(log_resting_hashprice(of.network, np.zeros(1))[0])
        assert (path[1] - rest) / (path[0] - rest) == pytest.approx(math.exp(-speed / 12.0), rel=1e-9)


def test_value_rises_with_hashprice_and_falls_with_power_price_and_age() -> None:
    of = market()
    by_hashprice = [value(of, shock=shock) for shock in (-0.6, -0.3, 0.0, 0.3, 0.6)]
    assert by_hashprice == sorted(by_hashprice) and by_hashprice[0] < by_hashprice[-1]
    by_power = [value(of, price=price) for price in (0.03, 0.05, 0.07, 0.09)]
    assert by_power == sorted(by_power, reverse=True)
    by_life = [value(of, machine=rig(maximum_age=years)) for years in (1.0, 2.0, 3.0)]
    assert by_life == sorted(by_life)


@pytest.mark.parametrize(
    ("speed_up", "speed_down", "price"), [(0.5, 0.5, 80_000.0), (1.5, 0.4, 80_000.0), (1.5, 0.4, 45_000.0)]
)
def test_value_is_that_of_two_factors(speed_up: float, speed_down: float, price: float) -> None:
    of = market(price=price, speed_up=speed_up, speed_down=speed_down)
    simulated, error = two_factor_value(of, rig(), MONTHS, 0.05, paths=20_000, seed=5)
    found = value(of, machine=rig(maximum_age=MONTHS / 12.0))
    assert abs(found - simulated) < 3.0 * error + 1e-3 * simulated
    assert error < 0.02 * simulated


@pytest.mark.deep
def test_value_is_that_of_two_factors_with_many_paths() -> None:
    of = market()
    simulated, error = two_factor_value(of, rig(), MONTHS, 0.05, paths=400_000, seed=7, substeps=4 * SUBSTEPS)
    assert abs(value(of, machine=rig(maximum_age=MONTHS / 12.0)) - simulated) < 3.0 * error + 5e-4 * simulated


def test_equal_funding_states_are_one() -> None:
    of = market(stress_volatility=None)
    law = rig_law(of, MONTHS)
    surface = solve(law, rig_terms(of, rig(maximum_age=3.0), of.as_of, MONTHS, 0.05), 0, 0, 401)
    np.testing.assert_allclose(surface.value[..., 0], surface.value[..., 1], rtol=1e-12)


def test_what_cannot_be_valued_is_refused() -> None:
    with pytest.raises(CannotCompute, match=r"btc\.yaml"):
        rig_law(market().model_copy(update={"btc": None}), 12)
    with pytest.raises(InputRefused, match="months"):
        rig_law(market(), 0)
