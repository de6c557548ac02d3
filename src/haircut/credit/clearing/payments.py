"""Payments of a network in which some cannot pay: Eisenberg-Noe, with bankruptcy costs of Rogers-Veraart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from haircut.credit.arrays import Floats, Integers
from haircut.credit.clearing.network import Network
from haircut.errors import CannotCompute, InputRefused
from haircut.kernels import kernel

SETTLED, NEARLY_SETTLED = 1e-14, 1e-6
"""Payments have settled once no sweep moves one by more than this share of the largest debt. While failures are
still found the second is enough; the last round settles to the first."""

SHORT = 1e-12
"""A node fails where it misses what it owes by more than this share of it."""

SWEEPS = 100_000


class Cleared(NamedTuple):
    """Payments at the greatest clearing point, N nodes.

    Attributes:
        payments: (N,) paid at the network's rank, USD, pro rata to every creditor.
        received: (N,) from other nodes, USD.
        equity: (N,) assets and receipts less everything owed, before bankruptcy costs, USD; negative: short.
        senior_loss: (N,) what senior creditors outside miss, USD.
        round: (N,) in which the node failed, counted from 1; 0 paid in full.
        by: (N,) the debtor whose missing payment cost a node most by the time it failed; -1 failed by itself
            or not.
        rounds: after which nobody new failed; at most N.
    """

    payments: Floats
    received: Floats
    equity: Floats
    senior_loss: Floats
    round: Integers
    by: Integers
    rounds: int


@kernel
def inflow(first: Integers, debtor: Integers, share: Floats, payments: Floats, node: int) -> float:
    """What a node receives from others, USD."""
    total = 0.0
    for row in range(first[node], first[node + 1]):
        total += share[row] * payments[debtor[row]]
    return total


@kernel
def settle(
    net: Network,
    assets: Floats,
    assets_kept: float,
    receipts_kept: float,
    failed: Integers,
    payments: Floats,
    settled: float,
) -> bool:
    """Payments of a given set of failed nodes, from above; False where they do not settle.

    A failed node pays (assets_kept a + receipts_kept inflow - senior), between 0 and what it owes; all others
    pay in full. Each sweep uses the newest payments, so they only fall, to the greatest solution.
    """
    first, debtor, share, owed, senior = net
    scale = 0.0
    for node in range(owed.shape[0]):
        scale = max(scale, owed[node])
    for _ in range(SWEEPS):
        moved = 0.0
        for node in range(owed.shape[0]):
            if failed[node] == 0:
                continue
            receipts = inflow(first, debtor, share, payments, node)
            paid = assets_kept * assets[node] + receipts_kept * receipts - senior[node]
            paid = max(0.0, min(paid, payments[node]))
            moved = max(moved, payments[node] - paid)
            payments[node] = paid
        if moved <= settled * scale:
            return True
    return False


@kernel
def largest_loss(
    first: Integers, debtor: Integers, share: Floats, owed: Floats, payments: Floats, node: int
) -> int:
    """The debtor whose missing payment costs a node most; -1 where all pay."""
    by, most = -1, 0.0
    for row in range(first[node], first[node + 1]):
        missing = share[row] * (owed[debtor[row]] - payments[debtor[row]])
        if missing > most:
            by, most = debtor[row], missing
    return by


@kernel
def fail_and_settle(
    net: Network,
    assets: Floats,
    assets_kept: float,
    receipts_kept: float,
    payments: Floats,
    failed: Integers,
    by: Integers,
) -> int:
    """Fill payments, the round of each failure and by whom; the number of rounds, or -1 where it did not settle."""
    first, debtor, share, owed, senior = net
    for node in range(owed.shape[0]):
        payments[node] = owed[node]
        failed[node] = 0
        by[node] = -1
    rounds = 0
    precise = True
    while True:
        new = 0
        for node in range(owed.shape[0]):
            if failed[node] > 0:
                continue
            left = assets[node] + inflow(first, debtor, share, payments, node) - senior[node] - owed[node]
            if left < -SHORT * (owed[node] + senior[node]):
                failed[node] = rounds + 1
                by[node] = largest_loss(first, debtor, share, owed, payments, node)
                new += 1
        if new == 0 and precise:
            return rounds
        precise = new == 0
        rounds += 1 if new > 0 else 0
        if not settle(
            net, assets, assets_kept, receipts_kept, failed, payments, SETTLED if precise else NEARLY_SETTLED
        ):
            return -1


def clear_payments(
    net: Network, assets: ArrayLike, assets_kept: float = 1.0, receipts_kept: float = 1.0
) -> Cleared:
    """The greatest clearing payments of a network.

        p_i = pbar_i                                              where a_i + sum_j Pi_ji p_j >= s_i + pbar_i
        p_i = max(0, alpha a_i + beta sum_j Pi_ji p_j - s_i)      else

    alpha = beta = 1 is Eisenberg and Noe, less is Rogers and Veraart: bankruptcy then makes the map jump, there may
    be several solutions, and this is the largest of them for every node at once. Failures are found round by round
    from full payment, so a round is how many steps a failure is away from the first.

    Args:
        net: who owes whom.
        assets: (N,) everything else that a node can pay with, USD, at least 0.
        assets_kept, receipts_kept: alpha and beta, the shares that are left in a bankruptcy, 0 to 1.

    Raises:
        InputRefused: where assets are negative or alpha or beta lie outside 0 to 1.
        CannotCompute: where payments do not settle in 100,000 sweeps: a ring of failed nodes that owe only each
            other and own next to nothing.

    >>> from haircut.credit.clearing import network
    >>> net = network([[0.0, 0.0, 2.0], [3.0, 0.0, 1.0], [3.0, 1.0, 0.0]])
    >>> clear_payments(net, [1.0, 1.0, 1.0]).payments.round(6).tolist()
    [2.0, 1.866667, 3.466667]
    """
    own = np.array(assets, dtype=np.float64)
    nodes = len(net.owed)
    if own.shape != (nodes,) or not np.all(np.isfinite(own)) or np.any(own < 0.0):
        raise InputRefused(
            f"clearing: found assets {own}; expected {nodes} finite amounts of at least 0, one a node"
        )
    for name, kept in (("assets_kept", assets_kept), ("receipts_kept", receipts_kept)):
        if not 0.0 <= kept <= 1.0:
            raise InputRefused(f"clearing: found {name} {kept}; expected a share from 0 to 1")
    payments, failed, by = np.empty(nodes), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    rounds = fail_and_settle(net, own, float(assets_kept), float(receipts_kept), payments, failed, by)
    if rounds < 0:
        raise CannotCompute(
            f"clearing: payments of {int((failed > 0).sum())} failed nodes still move after {SWEEPS:,} sweeps; "
            "a ring of them owes only itself and owns next to nothing"
        )
    creditor = np.repeat(np.arange(nodes), np.diff(net.first))
    received = np.asarray(np.bincount(creditor, net.share * payments[net.debtor], nodes), dtype=np.float64)
    before = np.where(failed > 0, assets_kept * own + receipts_kept * received, own + received)
    return Cleared(
        payments=payments,
        received=received,
        equity=own + received - net.owed - net.senior,
        senior_loss=np.maximum(net.senior - before, 0.0),
        round=failed,
        by=by,
        rounds=rounds,
    )
