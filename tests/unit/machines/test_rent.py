import datetime
import math

import numpy as np
import pytest

from haircut.case.settings import PathPoint, RentPath
from haircut.errors import CannotCompute, InputRefused
from haircut.machines.expected import expected_rent
from haircut.machines.law import RentLaw
from haircut.machines.margin import mid_month_log_rent
from haircut.machines.rent import rent_law, rent_today
from haircut.machines.terms import switch_off_rent, unit_terms
from tests.unit.machines.markets import AS_OF, compute_market, device, market, quantity, rent_quote


def mid_month_rents(law: RentLaw, months: int) -> np.ndarray:
    x = np.log(expected_rent(law, months))
    return np.exp([mid_month_log_rent(x[t], x[t + 1], law.step[t]) for t in range(months)])


def points(*pairs: tuple[str, float], device_id: str = "h100-sxm", then: str = "flat") -> RentPath:
    return RentPath(
        kind="points",
        device=device_id,
        then=then,  # type: ignore[arg-type]
        points=tuple(
            PathPoint(date=datetime.date.fromisoformat(day), rent_usd_per_gpu_hour=rent)
            for day, rent in pairs
        ),
    )


def test_the_law_reads_the_market() -> None:
    law = rent_law(market(), device(), 2.65, 24)
    assert law.drift[0] == pytest.approx(np.array([-0.35, -0.08, 0.32]) / 12)
    assert law.deviation[23] == pytest.approx(np.array([0.20, 0.15, 0.22]) / math.sqrt(12))
    assert law.pull == pytest.approx(np.full(24, 0.25 / 12))
    assert law.target[[0, 12, 24]] == pytest.approx(math.log(2.0 / 2.65) - 0.08 * np.arange(3))
    assert law.initial.tolist() == [0.0, 0.2, 0.8]
    assert law.log_obsolescence[0] == 0.0
    assert np.all(np.diff(law.log_obsolescence) <= 0.0)
    assert law.log_obsolescence[24] < -0.1
    assert (law.stated_months, law.step.any()) == (0, False)


def test_a_shift_moves_the_drift_of_every_regime() -> None:
    moved = rent_law(market(), device(), 2.65, 12, rent_drift_shift=-0.12)
    plain = rent_law(market(), device(), 2.65, 12)
    assert moved.drift - plain.drift == pytest.approx(np.full((12, 3), -0.01))


def test_the_target_is_relative_to_the_reference_device() -> None:
    other = device().model_copy(update={"id": "b200"})
    law = rent_law(market(), other, 5.0, 12)
    assert law.target[0] == pytest.approx(math.log(2.0 / 2.65))
    assert law.log_rent == pytest.approx(math.log(5.0))


def test_the_latest_quote_on_the_basis_counts() -> None:
    rents = (rent_quote(2.0, date=datetime.date(2026, 1, 1)), rent_quote(2.65), rent_quote(9.0, "b200"))
    assert rent_today(market(rents=rents), "h100-sxm") == 2.65
    assert rent_today(market(rents=rents), "h100-sxm", "spot") is None


def test_a_pull_without_a_reference_rent_says_what_to_do() -> None:
    with pytest.raises(CannotCompute, match=r"today's rent of h100-sxm on the basis spot.*pull_speed to 0"):
        rent_law(market(), device(), 2.65, 12, basis="spot")
    free = market(compute_market(pull_speed=quantity(0.0)))
    assert not rent_law(free, device(), 2.65, 12, basis="spot").target.any()


@pytest.mark.parametrize("rent", [0.0, -1.0, math.inf, math.nan])
def test_a_rent_is_positive(rent: float) -> None:
    with pytest.raises(InputRefused, match="rent of h100-sxm"):
        rent_law(market(), device(), rent, 12)


def test_annual_steps_earn_100_70_49_exactly() -> None:
    path = RentPath(kind="annual_steps", change_per_year=-0.3)
    law = rent_law(market(), device(), 2.65, 36, rent_path=path, rent_drift_shift=-0.5)
    rents = mid_month_rents(law, 36) / 2.65
    assert rents == pytest.approx(np.repeat([1.0, 0.7, 0.49], 12), rel=1e-12)
    # month end 12 is before the step, month end 13 after it
    assert expected_rent(law, 36)[[12, 13]] / 2.65 == pytest.approx([1.0, 0.7])
    assert law.stated_months == 36


def test_points_are_log_linear_and_then_flat() -> None:
    path = points(("2026-12-31", 2.12), ("2027-03-31", 4.24))
    law = rent_law(market(), device(), 2.65, 12, rent_path=path)
    found = expected_rent(law, 12)
    assert found[[0, 3, 6]] == pytest.approx([2.65, 2.12, 4.24])
    assert found[4] == pytest.approx(2.12 * 2.0 ** (1 / 3))
    assert found[6:] == pytest.approx([4.24] * 7)
    assert law.stated_months == 12
    assert not law.deviation.any()


def test_after_the_last_point_the_market_may_resume() -> None:
    path = points(("2026-12-31", 2.12), ("2027-03-15", 4.24), then="market")
    law = rent_law(market(), device(), 2.65, 12, rent_path=path)
    plain = rent_law(market(), device(), 2.65, 12)
    assert law.stated_months == 6
    assert expected_rent(law, 12)[6] == pytest.approx(4.24)
    assert law.drift[6:] == pytest.approx(plain.drift[6:])
    assert law.deviation[6:] == pytest.approx(plain.deviation[6:])
    assert not law.pull[:6].any()
    assert np.diff(law.log_obsolescence)[6:] == pytest.approx(np.diff(plain.log_obsolescence)[6:])


def test_points_of_another_device_move_rents_by_its_change() -> None:
    rents = (rent_quote(2.65), rent_quote(4.0, "b200"))
    path = points(("2026-12-31", 2.0), device_id="b200")
    law = rent_law(market(rents=rents), device(), 2.65, 6, rent_path=path)
    assert expected_rent(law, 6)[3] == pytest.approx(2.65 / 2.0)


def test_a_point_on_or_before_today_anchors_the_path() -> None:
    path = points(("2026-10-01", 10.0), ("2026-12-31", 5.0), device_id="unquoted")
    law = rent_law(market(), device(), 2.65, 6, rent_path=path)
    assert expected_rent(law, 6)[3] == pytest.approx(2.65 / 2)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (points(("2026-09-30", 2.0)), "last point is dated 2026-09-30; expected one after .* 2026-10-01"),
        (points(("2026-12-31", 2.0), device_id="b200"), "quotes no rent of b200 on this basis; add a point"),
    ],
)
def test_a_path_that_does_not_fit_is_refused(path: RentPath, message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        rent_law(market(), device(), 2.65, 6, rent_path=path)


def test_terms_read_the_device_and_the_forward_of_power() -> None:
    moving = market()
    power = moving.power.model_copy(update={"forward_drift": quantity(0.12)})
    terms = unit_terms(market(power=power), device(), datetime.date(2025, 9, 30), 24, power_price_factor=2.0)
    assert terms.power_price[[0, 12]] == pytest.approx(0.16 * np.exp(0.12 * np.array([0.5, 12.5]) / 12))
    assert terms.last_month == 83
    assert unit_terms(moving, device(), datetime.date(2010, 1, 1), 24).last_month == 0
    assert unit_terms(moving, device(), AS_OF, 24).last_month == 96


def test_switch_off_is_where_running_costs_what_idling_costs() -> None:
    terms = unit_terms(market(), device(idle_cost=0.05), AS_OF, 12)
    rent = switch_off_rent(terms, 0)
    margin = terms.utilisation * rent - terms.power_kw * terms.power_price[0] - terms.other_cost
    assert margin == pytest.approx(-0.05)
    assert switch_off_rent(terms._replace(utilisation=0.0), 0) == math.inf
