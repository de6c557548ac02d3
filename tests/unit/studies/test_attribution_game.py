"""Shares of a change: published games, and what holds for any game."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haircut.errors import UsageError
from haircut.studies.attribute import interactions, order_range, shapley

WORTHS = st.integers(1, 4).flatmap(
    lambda players: st.lists(st.floats(-1e3, 1e3), min_size=2**players, max_size=2**players)
)


def by_orders(worth: list[float]) -> list[float]:
    """The definition by orders: each player's mean gain over all n! ways of switching players on."""
    players = len(worth).bit_length() - 1
    shares = [0.0] * players
    for order in itertools.permutations(range(players)):
        present = 0
        for player in order:
            shares[player] += worth[present | 1 << player] - worth[present]
            present |= 1 << player
    return [share / math.factorial(players) for share in shares]


def test_i1_airport_game() -> None:
    """Littlechild and Owen's runway: costs 8, 11, 13, 18 (methods I1)."""
    costs = (8.0, 11.0, 13.0, 18.0)
    worth = [max([costs[i] for i in range(4) if s >> i & 1], default=0.0) for s in range(16)]
    assert shapley(worth).tolist() == pytest.approx([2.0, 3.0, 4.0, 9.0], abs=1e-12)


def test_i1_glove_game() -> None:
    """Two left gloves and one right: a pair is worth one (methods I1)."""
    worth = [float(bool(s & 0b100) and bool(s & 0b011)) for s in range(8)]
    assert shapley(worth).tolist() == pytest.approx([1 / 6, 1 / 6, 2 / 3], abs=1e-12)


def test_i2_multiplicative_spread() -> None:
    """225 bp times 1.5, 1.3, 1.2, 1.4 (methods I2)."""
    factors = (1.5, 1.3, 1.2, 1.4)
    worth = [225.0 * math.prod(factors[i] for i in range(4) if s >> i & 1) for s in range(16)]
    shares = shapley(worth)
    assert shares.tolist() == pytest.approx([173.55, 113.85, 79.725, 144.975], abs=1e-9)
    assert shares.sum() == pytest.approx(512.1, abs=1e-9)
    span = order_range(worth)
    assert span[0, 0] == pytest.approx(225.0 * 0.5)  # first in order
    assert span[0, 1] == pytest.approx(225.0 * 0.5 * 1.3 * 1.2 * 1.4)  # last in order


@given(WORTHS)
def test_shares_are_the_mean_over_orders_and_sum_to_the_whole(worth: list[float]) -> None:
    shares = shapley(worth)
    assert shares.tolist() == pytest.approx(by_orders(worth), abs=1e-8)
    assert shares.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-8)
    span = order_range(worth)
    assert (span[:, 0] <= shares + 1e-8).all() and (shares <= span[:, 1] + 1e-8).all()


@given(WORTHS)
def test_singles_and_pairs_sum_to_the_whole(worth: list[float]) -> None:
    pairs = interactions(worth)
    players = len(pairs)
    alone = sum(worth[1 << player] - worth[0] for player in range(players))
    assert alone + np.triu(pairs, 1).sum() == pytest.approx(worth[-1] - worth[0], abs=1e-7)
    assert np.array_equal(pairs, pairs.T)


def test_a_player_that_adds_nothing_gets_nothing() -> None:
    worth = [float((s & 1) + 2 * (s >> 2 & 1)) for s in range(8)]  # player 1 never matters
    assert shapley(worth)[1] == 0.0
    assert order_range(worth)[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("worth", [[1.0], [1.0, 2.0, 3.0], []])
def test_rows_that_are_no_game_are_refused(worth: list[float]) -> None:
    with pytest.raises(UsageError, match="one for each set of players"):
        shapley(worth)
