import math

import pytest
from tests.unit.machines.laws import random_regimes, unit

from haircut.errors import InputRefused
from haircut.machines.residual import RESIDUAL_MODELS, Book, Income, ResidualModel
from haircut.machines.value import read, solve


def test_the_registry_names_every_model() -> None:
    assert set(RESIDUAL_MODELS.items()) == {("income", Income), ("book", Book)}


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
