"""Shares of a change that several causes make together: Shapley values, interactions, orders.

A game is an array of 2^n rows: row S is the worth when exactly the players whose bits are set in S act
(player 0 is bit 0). Every function is linear in the rows, so it may be applied to values and to their block
deviations alike: that is how the errors of shares are paired.

Sources: Shapley, A value for n-person games (1953); Dhamdhere, Agarwal and Sundararajan, The Shapley Taylor
interaction index (2020).
"""

from __future__ import annotations

import math
from itertools import combinations, permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haircut.errors import UsageError

Floats = NDArray[np.float64]
MOST_PLAYERS = 8
"""Orders are counted one by one: 8 players have 40,320 of them."""


def shapley(worth: ArrayLike) -> Floats:
    """Each player's Shapley value: ``phi_i = sum_S |S|! (n - |S| - 1)! / n! [v(S + i) - v(S)]``.

    Args:
        worth: shape (2^n, ...), row S the worth of the players whose bits are set in S.

    Returns:
        Shape (n, ...); the values sum to the worth of all less that of none.

    Raises:
        UsageError: where the rows are not a power of two.

    An airport whose runway costs 8, 11, 13 or 18 for the largest aeroplane that uses it:

    >>> cost = [max([c for i, c in enumerate((8, 11, 13, 18)) if s >> i & 1], default=0) for s in range(16)]
    >>> shapley(cost).round(12)
    array([2., 3., 4., 9.])
    """
    rows, players = _game(worth)
    found = np.zeros((players, *rows.shape[1:]))
    for player in range(players):
        for others in _coalitions(players, player):
            share = 1.0 / players / math.comb(players - 1, others.bit_count())
            found[player] += share * (rows[others | 1 << player] - rows[others])
    return found


def interactions(worth: ArrayLike) -> Floats:
    """What pairs do together beyond what each does alone: the Shapley-Taylor index of order two.

    ``I_ij = 2 / n sum_S [v(S + i + j) - v(S + i) - v(S + j) + v(S)] / C(n - 1, |S|)`` over the S without i
    and j. What each player does alone and the pairs sum to the whole: ``v(N) - v(0) = sum_i [v(i) - v(0)] +
    sum_{i<j} I_ij``.

    Args:
        worth: as for `shapley`.

    Returns:
        Shape (n, n, ...), symmetric, zero where i = j.

    >>> product = [1.0, 2.0, 3.0, 6.0]
    >>> interactions(product).tolist()
    [[0.0, 2.0], [2.0, 0.0]]
    """
    rows, players = _game(worth)
    found = np.zeros((players, players, *rows.shape[1:]))
    for one, other in combinations(range(players), 2):
        left, right = 1 << one, 1 << other
        for others in _coalitions(players, one, other):
            change = rows[others | left | right] - rows[others | left] - rows[others | right] + rows[others]
            found[one, other] += 2.0 / players / math.comb(players - 1, others.bit_count()) * change
        found[other, one] = found[one, other]
    return found


def order_range(worth: ArrayLike) -> Floats:
    """The least and the largest share of each player over all n! orders of switching them on.

    Args:
        worth: as for `shapley`, one number a row, at most 8 players.

    Returns:
        Shape (n, 2).

    >>> order_range([1.0, 2.0, 3.0, 6.0]).tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """
    rows, players = _game(worth)
    if rows.ndim != 1 or players > MOST_PLAYERS:
        raise UsageError(
            f"order_range: found {players} players and rows of shape {rows.shape[1:]}; expected one number a "
            f"row and at most {MOST_PLAYERS} players"
        )
    found = np.tile([np.inf, -np.inf], (players, 1))
    for order in permutations(range(players)):
        present = 0
        for player in order:
            gain = rows[present | 1 << player] - rows[present]
            found[player] = min(found[player, 0], gain), max(found[player, 1], gain)
            present |= 1 << player
    return found


def _game(worth: ArrayLike) -> tuple[Floats, int]:
    rows = np.asarray(worth, dtype=np.float64)
    count = len(rows) if rows.ndim else 0
    players = count.bit_length() - 1
    if players < 1 or count != 1 << players:
        raise UsageError(f"game: found {count} rows; expected 2, 4, 8, ... rows, one for each set of players")
    return rows, players


def _coalitions(players: int, *without: int) -> list[int]:
    """Every set of players that holds none of some."""
    out = sum(1 << player for player in without)
    return [coalition for coalition in range(1 << players) if not coalition & out]
