import math

import pytest

from haircut.errors import InputRefused
from haircut.machines.residual import (
    RESIDUAL_MODELS,
    Band,
    Book,
    FloorDecay,
    Income,
    ResidualModel,
    fitted_decay,
)
from haircut.machines.value import read, solve
from tests.unit.machines.laws import random_regimes, unit


def test_the_registry_names_every_model() -> None:
    expected = {"income": Income, "floor_decay": FloorDecay, "band": Band, "book": Book}
    assert expected == RESIDUAL_MODELS


def test_income_is_the_surface() -> None:
    surface = solve(random_regimes(24), unit(24), 12, 0)
    model: ResidualModel = Income(surface)
    assert model.value_usd(6, math.log(2.0), 2) == read(surface, 6, math.log(2.0), 2)


def test_book_is_straight_line_and_never_negative() -> None:
    model: ResidualModel = Book(cost_usd=30_000.0, age_months=-6.0, life_months=60.0)
    assert isinstance(model, ResidualModel)
    found = [model.value_usd(month, 0.0, 0) for month in (0, 6, 36, 66, 100)]
    assert found == pytest.approx([30_000.0, 30_000.0, 15_000.0, 0.0, 0.0])


@pytest.mark.parametrize(("cost", "life", "message"), [(1.0, 0.0, "book life"), (-1.0, 12.0, "cost")])
def test_book_refuses_what_has_no_meaning(cost: float, life: float, message: str) -> None:
    with pytest.raises(InputRefused, match=message):
        Book(cost_usd=cost, age_months=0.0, life_months=life)


def test_decay_stops_at_its_floor_and_says_where_it_was_seen() -> None:
    model: ResidualModel = FloorDecay(10_000.0, 24.0, 0.3, 0.2, 36.0)
    assert model.value_usd(0, 0.0, 1) == pytest.approx(10_000 * math.exp(-0.6))
    assert model.value_usd(120, 0.0, 1) == 2_000.0
    assert [model.basis(month) for month in (0, 12, 13)] == ["observed", "observed", "extrapolated"]


def test_a_fitted_decay_returns_the_decay_behind_the_quotes() -> None:
    ages = [0.5, 1.5, 4.0]
    assert fitted_decay(ages, [math.exp(-0.4 * age) for age in ages]) == pytest.approx(0.4)
    assert fitted_decay([1.0], [1.3]) == 0.0 and fitted_decay([], []) == 0.0


def test_a_band_passes_through_its_rows_and_goes_on_with_its_last_decline() -> None:
    band = Band(1_000.0, 12.0, (1.0, 2.0), (0.4, 0.2), (0.6, 0.3))
    assert band.range_usd(0) == (400.0, 600.0) and band.range_usd(12) == (200.0, 300.0)
    assert band.range_usd(24) == (100.0, 150.0) and band.value_usd(24, 0.0, 1) == 125.0
    assert band.range_usd(-12) == (1_000.0, 1_000.0)
    assert [band.basis(month) for month in (12, 13)] == ["observed", "extrapolated"]


@pytest.mark.parametrize("wrong", [{"decay_per_year": -0.1}, {"floor_share": 1.2}])
def test_a_decay_without_meaning_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputRefused, match="decay"):
        FloorDecay(**{"new_price_usd": 1.0, "age_months": 0.0, "decay_per_year": 0.1, "floor_share": 0.1,
                      "oldest_observed_months": 1.0, **wrong})  # fmt: skip


def test_a_band_without_rows_is_refused() -> None:
    with pytest.raises(InputRefused, match="band"):
        Band(1.0, 0.0, (), (), ())
