import math

import numpy as np
import pytest

from haircut.errors import UsageError
from haircut.machines.expected import expected_rent, retirement_rent, value_half_life_months
from haircut.machines.value import read, solve
from tests.unit.machines.laws import random_regimes, rent_law, unit


def test_expected_rent_is_the_mean_of_simulated_rents() -> None:
    months, paths = 60, 40_000
    law = random_regimes(months)
    generator = np.random.Generator(np.random.SFC64(11))
    c, z = np.zeros(paths), generator.choice(3, paths, p=law.initial)
    cumulative = law.transition.cumsum(axis=1)
    expected = expected_rent(law, months)
    for t in range(months):
        z = (generator.random(paths)[:, None] > cumulative[z]).sum(axis=1)
        c = c + law.drift[t, z] + law.pull[t] * (law.target[t] - c)
        c = c + law.deviation[t, z] * generator.standard_normal(paths)
        rent = np.exp(law.log_rent + c + law.log_obsolescence[t + 1])
        assert abs(rent.mean() - expected[t + 1]) < 4.0 * rent.std() / math.sqrt(paths)


def test_expected_rent_of_one_regime_has_a_closed_form() -> None:
    speed, sigma, months = 0.02, 0.3 / math.sqrt(12), 48
    law = rent_law(months, 2.0, 0.1, 0.3, pull=np.full(months, speed), target=np.full(months + 1, -0.5))
    t = np.arange(months + 1)
    kept = (1 - speed) ** t
    mean = (0.1 / 12 / speed - 0.5) * (1 - kept)
    variance = sigma**2 * (1 - kept**2) / (1 - (1 - speed) ** 2)
    assert expected_rent(law, months) == pytest.approx(2.0 * np.exp(mean + variance / 2), rel=1e-12)


def test_expected_rent_stays_within_the_law() -> None:
    with pytest.raises(UsageError, match="months: found 13; expected 0 to 12"):
        expected_rent(rent_law(12), 13)


def test_half_life_of_a_running_machine() -> None:
    # no cost, no option: value left after t months of n is linear in n - t without discounting
    law = rent_law(48)
    free = unit(48, other_cost=0.0, power_kw=0.0, required_return=0.0, failure_hazard=0.0)
    assert value_half_life_months(solve(law, free, 48, 0), law) == pytest.approx(24.0, abs=1e-6)
    assert value_half_life_months(solve(law, free, 12, 0), law) is None
    assert value_half_life_months(solve(law, free._replace(last_month=0), 12, 0), law) is None


def test_retirement_rent_is_where_value_meets_salvage() -> None:
    law = random_regimes(60)
    surface = solve(law, unit(60, salvage=100.0), 24, 0)
    rent = retirement_rent(surface, 12, 1, 100.0)
    assert rent is not None
    assert read(surface, 12, math.log(rent), 1) == pytest.approx(100.0)
    assert read(surface, 12, math.log(rent) + 2 * surface.x_step, 1) > 100.0
    assert retirement_rent(surface, 12, 0, 100.0) >= rent  # type: ignore[operator]
    assert retirement_rent(surface, 12, 1, 0.0) is None
