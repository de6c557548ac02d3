"""Clearing of payments against published networks and against linear programming."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import linprog

from haircut.credit.clearing import Network, clear_payments, network
from haircut.credit.clearing.payments import inflow


def test_g1_three_banks_of_elsinger_lehar_and_summer() -> None:
    """Exact: p* = (2, 28/15, 52/15)."""
    net = network([[0.0, 0.0, 2.0], [3.0, 0.0, 1.0], [3.0, 1.0, 0.0]])
    found = clear_payments(net, [1.0, 1.0, 1.0])
    assert found.payments == pytest.approx([2.0, 28.0 / 15.0, 52.0 / 15.0], rel=1e-12)
    assert found.round.tolist() == [0, 1, 2]
    assert found.by.tolist() == [-1, -1, 1]


def test_g2_rogers_and_veraart_example_3_3_takes_the_greatest_of_several_solutions() -> None:
    net = network([[0.0, 2.0], [2.2, 0.0]])
    found = clear_payments(net, [1.0, 1.0], 0.5, 0.5)
    assert found.payments.tolist() == [2.0, 2.2]
    assert found.rounds == 0
    # Both failed is a solution too: p1 = .5 + .5 p2, p2 = .5 + .5 p1.
    low = np.array([1.0, 1.0])
    assert [0.5 + 0.5 * inflow(*net[:3], low, node) for node in (0, 1)] == low.tolist()


def test_g2_with_the_larger_debt_both_still_pay() -> None:
    """K1 = 2.2: each owes the other 2.2."""
    assert clear_payments(network([[0.0, 2.2], [2.2, 0.0]]), [1.0, 1.0], 0.5, 0.5).payments.tolist() == [
        2.2,
        2.2,
    ]


def g3() -> Network:
    return network(
        [[0.0, 4.0, 0.0], [0.0, 0.0, 3.0], [2.0, 0.0, 0.0]], senior=[17.0, 18.0, 8.0], owed=[4.0, 3.0, 2.0]
    )


def test_g3_three_banks_with_senior_creditors() -> None:
    assert clear_payments(g3(), [20.0, 20.0, 10.0]).equity == pytest.approx([1.0, 3.0, 3.0], abs=1e-12)
    shocked = clear_payments(g3(), [18.0, 18.0, 9.0])
    assert shocked.equity == pytest.approx([-1.0, 0.0, 2.0], abs=1e-12)
    assert shocked.payments == pytest.approx([3.0, 3.0, 2.0], abs=1e-12)
    assert shocked.senior_loss.tolist() == [0.0, 0.0, 0.0]


# --- against linear programming -------------------------------------------------------------------------------


def random_network(seed: int) -> tuple[Network, np.ndarray, np.ndarray]:
    """2 to 30 nodes, from sparse to full, some with nothing of their own, many of them unable to pay."""
    random = np.random.default_rng(seed)
    nodes = int(random.integers(2, 31))
    table = random.exponential(10.0, (nodes, nodes)) * (
        random.random((nodes, nodes)) < random.uniform(0.1, 1.0)
    )
    np.fill_diagonal(table, 0.0)
    outside = random.exponential(5.0, nodes) * (random.random(nodes) < 0.7)
    assets = random.exponential(random.uniform(0.5, 12.0), nodes) * (random.random(nodes) < 0.8)
    return network(table, outside), table, assets


def greatest_by_linear_programming(net: Network, table: np.ndarray, assets: np.ndarray) -> np.ndarray:
    """max sum p with p <= pbar and p <= a + Pi' p: the greatest clearing vector of Eisenberg and Noe."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(net.owed[:, None] > 0.0, table / net.owed[:, None], 0.0)
    answer = linprog(
        -np.ones(len(assets)), A_ub=np.eye(len(assets)) - shares.T, b_ub=assets,
        bounds=list(zip(np.zeros(len(assets)), net.owed, strict=True)), method="highs",
    )  # fmt: skip
    assert answer.status == 0
    return np.asarray(answer.x)


def test_the_greatest_fixed_point_is_that_of_linear_programming_on_200_networks() -> None:
    failed = 0
    for seed in range(200):
        net, table, assets = random_network(seed)
        found = clear_payments(net, assets)
        wanted = greatest_by_linear_programming(net, table, assets)
        assert found.payments == pytest.approx(wanted, abs=1e-7 * max(1.0, net.owed.max())), seed
        failed += int((found.round > 0).sum())
    assert failed > 1_000  # the networks are not easy ones


def greatest_by_every_set(net: Network, table: np.ndarray, assets: np.ndarray, kept: float) -> np.ndarray:
    """Of all sets of failed nodes, the consistent one that pays most: Rogers and Veraart by brute force."""
    nodes = len(assets)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(net.owed[:, None] > 0.0, table / net.owed[:, None], 0.0)
    best = np.zeros(nodes)
    for pattern in itertools.product([False, True], repeat=nodes):
        down = np.array(pattern)
        payments = net.owed.copy()
        inside = shares[np.ix_(down, down)].T
        from_live = shares[np.ix_(~down, down)].T @ net.owed[~down]
        if down.any():
            payments[down] = np.linalg.solve(
                np.eye(int(down.sum())) - kept * inside, kept * assets[down] + kept * from_live
            )
        short = assets + shares.T @ payments < net.owed - 1e-9
        if np.array_equal(short, down) and payments.sum() > best.sum():
            best = payments
    return best


def test_bankruptcy_costs_against_every_set_of_failures() -> None:
    for seed in range(40):
        random = np.random.default_rng(1_000 + seed)
        nodes = int(random.integers(2, 8))
        table = random.exponential(10.0, (nodes, nodes)) * (random.random((nodes, nodes)) < 0.6)
        np.fill_diagonal(table, 0.0)
        net, assets = network(table, random.exponential(3.0, nodes)), random.exponential(6.0, nodes)
        kept = float(random.uniform(0.4, 0.95))
        found = clear_payments(net, assets, kept, kept).payments
        assert found == pytest.approx(greatest_by_every_set(net, table, assets, kept), abs=1e-8), seed


def test_a_ring_of_rogers_and_veraart_falls_as_a_whole() -> None:
    """A ring in which each owes the next 1: with half lost in bankruptcy one small gap takes all of it down."""
    nodes = 6
    ring = np.zeros((nodes, nodes))
    ring[np.arange(nodes), (np.arange(nodes) + 1) % nodes] = 1.0
    net = network(ring, owed_outside=np.full(nodes, 0.1))
    sound = clear_payments(net, np.full(nodes, 0.1), 0.5, 0.5)
    assert sound.rounds == 0
    short = clear_payments(net, np.array([0.0] + [0.1] * (nodes - 1)), 0.5, 0.5)
    assert short.round.tolist() == [1, 2, 3, 4, 5, 6]
    assert short.by.tolist() == [-1, 0, 1, 2, 3, 4]
    free = clear_payments(net, np.array([0.0] + [0.1] * (nodes - 1)))
    assert math.isclose(free.payments.min(), free.payments[0]) and free.payments[0] > 0.5
