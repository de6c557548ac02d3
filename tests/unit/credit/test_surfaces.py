"""Books with the same machines share their value surfaces; sharing changes no bit."""

from typing import Any

import numpy as np
import pytest

from haircut import credit
from haircut.case import without
from haircut.case.case import Case
from haircut.credit.machines_in_place import MachinesInPlace
from haircut.credit.surfaces import SharedSurfaces, spread_out
from haircut.errors import Defect
from haircut.machines.grid import rent_weight
from haircut.studies.attribute import corners
from tests.unit.credit import books


def mixed(**settings: Any) -> Case:
    """Two fleets of one device whose surfaces need different numbers of nodes or at least different lives."""
    fleets = (books.fleet(), books.fleet(id="old", maximum_age_years=4.0, other_cash_cost_usd_per_hour=0.9))
    return books.case(fleets=fleets, contracts=(books.contract(),), settings=settings)


def arrays(machines: MachinesInPlace) -> list[np.ndarray]:
    return [getattr(machines, name) for name in ("low", "step", "value", "forward_step", "forward")]


@pytest.mark.parametrize(
    ("off", "solved"),
    [
        ((), 1),
        (("revenue_risk",), 1),
        (("illiquidity",), 1),
        (("deflation",), 2),
        (("deflation", "illiquidity"), 2),
    ],
    ids=str,
)
def test_a_shared_surface_is_the_one_of_its_own_bit_for_bit(off: tuple[str, ...], solved: int) -> None:
    """Revenue risk and illiquidity leave the value of a machine alone: months and sales are only cut."""
    case, shared = mixed(), SharedSurfaces()
    credit.compile_book(case, shared)
    found = credit.compile_book(without(case, off), shared).machines
    alone = credit.compile_book(without(case, off)).machines
    assert shared.solved == solved
    for one, other in zip(arrays(found), arrays(alone), strict=True):
        assert one.shape == other.shape and one.flags.c_contiguous
        assert (one == other).all()


def test_longer_sales_are_solved_again() -> None:
    case, shared = mixed(), SharedSurfaces()
    credit.compile_book(without(case, ("illiquidity",)), shared)
    credit.compile_book(case, shared)
    assert shared.solved == 2


def read(grid: np.ndarray, step: float, place: float) -> np.ndarray:
    cell = min(int(place / step), grid.shape[1] - 2)
    weight = rent_weight(place - cell * step, step)
    found: np.ndarray = grid[:, cell] + weight * (grid[:, cell + 1] - grid[:, cell])
    return found


def test_a_surface_on_more_nodes_reads_as_it_did() -> None:
    """Linear in rent between the old nodes at any place, so nothing that is read moves."""
    random = np.random.default_rng(5)
    value, step = np.sort(random.uniform(0.0, 5e4, (2, 6, 4)), axis=1), 0.3
    finer = np.empty((2, 21, 4))
    spread_out(value, step, finer)
    assert (finer[:, ::4] == value).all()
    for place in random.uniform(0.0, 5 * step, 200):
        assert read(finer, step / 4, place) == pytest.approx(read(value, step, place), rel=1e-6)
    with pytest.raises(Defect, match="21 nodes for 7"):
        spread_out(np.zeros((2, 7, 4)), step, finer)


def test_sixteen_corners_value_their_machines_twice() -> None:
    """With deflation and without; fleets of a length that the cache of single loans would not notice."""
    shared = SharedSurfaces()
    corners.corner_rows(mixed(paths=4), threads=2, surfaces=shared)
    assert shared.solved == 2


def test_corners_say_how_much_of_all_is_done() -> None:
    told: list[tuple[str, int, int]] = []
    corners.corner_rows(
        books.case(contracts=(books.contract(),), settings={"paths": 8}),
        threads=1,
        progress=lambda *words: told.append(words),
    )
    done = [words[1] for words in told if "corners" in words[0]]
    assert done == sorted(done) and done[-1] == 16 * 2 * 8
    assert {words[2] for words in told if "corners" in words[0]} == {16 * 2 * 8}
