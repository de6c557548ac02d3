"""Clearing: what holds for any network."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haircut.credit.clearing import clear_payments, network
from haircut.credit.clearing.payments import inflow

SHARES = st.floats(0.0, 1.0)


def drawn_network(seed: int, nodes: int):  # type: ignore[no-untyped-def]
    random = np.random.default_rng(seed)
    table = random.exponential(10.0, (nodes, nodes)) * (random.random((nodes, nodes)) < 0.5)
    np.fill_diagonal(table, 0.0)
    senior = random.exponential(3.0, nodes) * (random.random(nodes) < 0.3)
    return network(table, random.exponential(4.0, nodes), senior), random.exponential(8.0, nodes)


@given(st.integers(0, 10**6), st.integers(1, 12), SHARES, SHARES)
def test_payments_are_a_fixed_point_within_bounds_and_rounds(
    seed: int, nodes: int, alpha: float, beta: float
) -> None:
    net, assets = drawn_network(seed, nodes)
    found = clear_payments(net, assets, alpha, beta)
    assert np.all((found.payments >= 0.0) & (found.payments <= net.owed))
    assert found.rounds <= nodes
    for node in range(nodes):
        received = inflow(*net[:3], found.payments, node)
        if found.round[node]:
            paid = max(0.0, alpha * assets[node] + beta * received - net.senior[node])
            assert abs(found.payments[node] - min(paid, net.owed[node])) <= 1e-9 * (1.0 + net.owed[node])
        else:
            assert found.payments[node] == net.owed[node]
            assert assets[node] + received >= (net.senior[node] + net.owed[node]) * (1.0 - 1e-9)


@given(st.integers(0, 10**6), st.integers(1, 12), SHARES, SHARES, SHARES)
def test_a_shock_never_helps_anybody(seed: int, nodes: int, alpha: float, beta: float, kept: float) -> None:
    net, assets = drawn_network(seed, nodes)
    before, after = clear_payments(net, assets, alpha, beta), clear_payments(net, kept * assets, alpha, beta)
    assert np.all(after.payments <= before.payments + 1e-9)
    assert np.all((after.round > 0) | (before.round == 0))


@given(st.integers(0, 10**6), st.integers(1, 12))
def test_without_bankruptcy_costs_no_money_is_lost(seed: int, nodes: int) -> None:
    """What all own in the end, and what leaves the network, is what they had."""
    net, assets = drawn_network(seed, nodes)
    found = clear_payments(net, assets)
    kept = np.maximum(assets + found.received - net.senior - found.payments, 0.0)
    leaves = found.payments.sum() - found.received.sum() + (net.senior - found.senior_loss).sum()
    assert abs(kept.sum() + leaves - assets.sum()) <= 1e-9 * (1.0 + assets.sum())
