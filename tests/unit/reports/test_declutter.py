"""Labels stand apart, in order, inside the picture."""

import itertools
import random

import pytest

from haircut.reports.declutter import spread_labels


@pytest.mark.parametrize("seed", range(30))
def test_labels_never_overlap_and_keep_their_order(seed: int) -> None:
    source = random.Random(seed)
    wanted = [source.uniform(0, 300) for _ in range(source.randint(1, 12))]
    placed = spread_labels(wanted, 17.0, 0.0, 300.0)
    ordered = [position for _, position in sorted(zip(wanted, placed, strict=True))]
    assert all(below - above >= 17.0 - 1e-6 for above, below in itertools.pairwise(ordered))
    assert min(placed) >= -1e-9
    assert max(placed) <= 300.0 + 1e-9


def test_labels_with_room_stay_where_their_lines_end() -> None:
    assert spread_labels([20.0, 100.0, 250.0], 17.0, 0.0, 300.0) == [20.0, 100.0, 250.0]


def test_too_many_labels_share_the_room() -> None:
    placed = spread_labels([5.0] * 6, 17.0, 0.0, 50.0)
    assert placed == pytest.approx([0.0, 10.0, 20.0, 30.0, 40.0, 50.0])
