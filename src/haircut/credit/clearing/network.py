"""Who owes whom: claims between borrowers as rows by creditor, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haircut.credit.arrays import Floats
from haircut.errors import InputRefused

ROUNDING = 1e-9
"""Share of a stated total by which the claims that make it up may miss it."""


class Network(NamedTuple):
    """Claims that fall due together, N nodes and E claims, stored by creditor.

    Attributes:
        first: (N + 1,) claims of creditor i are rows first[i] .. first[i + 1] - 1 of the next two.
        debtor: (E,) who owes.
        share: (E,) the claim over everything that this debtor owes at its rank, 0 to 1.
        owed: (N,) everything that a node owes at this rank, USD: to nodes and outside, paid pro rata.
        senior: (N,) owed outside before that, USD.
    """

    first: NDArray[np.int64]
    debtor: NDArray[np.int64]
    share: Floats
    owed: Floats
    senior: Floats


def network_of_claims(
    nodes: int,
    debtor: Sequence[int] | NDArray[np.int64],
    creditor: Sequence[int] | NDArray[np.int64],
    amount: ArrayLike,
    owed_outside: ArrayLike | None = None,
    senior: ArrayLike | None = None,
    owed: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Network:
    """A network from a list of claims.

    Args:
        nodes: N.
        debtor, creditor: (E,) indices of who owes and who is owed; no node owes itself.
        amount: (E,) USD, at least 0.
        owed_outside: (N,) owed at the same rank to creditors that are no node, USD; 0 without it.
        senior: (N,) owed outside at a better rank, USD; 0 without it.
        owed: (N,) totals as somebody stated them; refused where the claims do not sum to them.
        names: (N,) of the nodes, for messages.

    Raises:
        InputRefused: naming the first node whose numbers are negative, not finite, or do not sum.

    >>> network_of_claims(2, [0, 1], [1, 0], [2.0, 2.2]).owed.tolist()
    [2.0, 2.2]
    """
    called = list(names) if names is not None else [f"node {index}" for index in range(nodes)]
    if len(called) != nodes:
        raise InputRefused(f"network: found {len(called)} names; expected one for each of {nodes} nodes")
    owes, is_owed = np.asarray(debtor, dtype=np.int64), np.asarray(creditor, dtype=np.int64)
    usd = np.asarray(amount, dtype=np.float64)
    if not owes.shape == is_owed.shape == usd.shape or owes.ndim != 1:
        raise InputRefused(
            f"network: found {owes.shape} debtors, {is_owed.shape} creditors and {usd.shape} amounts; "
            "expected one of each a claim"
        )
    for index, (i, j, value) in enumerate(zip(owes, is_owed, usd, strict=True)):
        if not (0 <= i < nodes and 0 <= j < nodes) or i == j:
            raise InputRefused(
                f"network: claim {index} goes from {i} to {j}; expected two different nodes of 0 to {nodes - 1}"
            )
        if not (np.isfinite(value) and value >= 0.0):
            raise InputRefused(
                f"network: {called[i]} owes {called[j]} {value} USD; expected a finite amount of at least 0"
            )
    outside = _by_node(owed_outside, nodes, "owed_outside", called)
    first_rank = _by_node(senior, nodes, "senior", called)
    total = outside + np.bincount(owes, usd, nodes)
    if owed is not None:
        _refuse_gap(_by_node(owed, nodes, "owed", called), total, called)
    order = np.argsort(is_owed, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(is_owed, minlength=nodes))]).astype(np.int64)
    share = np.divide(usd, total[owes], out=np.zeros_like(usd), where=total[owes] > 0.0)
    return Network(first, owes[order], share[order], total, first_rank)


def network(
    liabilities: ArrayLike,
    owed_outside: ArrayLike | None = None,
    senior: ArrayLike | None = None,
    owed: ArrayLike | None = None,
    names: Sequence[str] | None = None,
) -> Network:
    """A network from a square table of liabilities.

    Args:
        liabilities: (N, N) what row i owes column j, USD; the diagonal is 0.
        owed_outside, senior, owed, names: as in `network_of_claims`.

    Raises:
        InputRefused: where the table is not square, a node owes itself, or as `network_of_claims`.

    >>> net = network([[0.0, 2.0], [1.0, 0.0]], owed_outside=[0.0, 3.0])
    >>> net.owed.tolist(), net.share.tolist()
    ([2.0, 4.0], [0.25, 1.0])
    """
    table = np.asarray(liabilities, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise InputRefused(
            f"network: found a table of {table.shape}; expected as many columns as rows, row i owing column j"
        )
    debtor, creditor = np.nonzero(table)
    return network_of_claims(
        table.shape[0], debtor, creditor, table[debtor, creditor], owed_outside, senior, owed, names
    )


def _by_node(values: ArrayLike | None, nodes: int, field: str, names: Sequence[str]) -> Floats:
    found = np.zeros(nodes) if values is None else np.array(values, dtype=np.float64)
    if found.shape != (nodes,):
        raise InputRefused(f"network: found {field} of {found.shape}; expected {nodes} amounts, one a node")
    for name, value in zip(names, found, strict=True):
        if not (np.isfinite(value) and value >= 0.0):
            raise InputRefused(
                f"network: {field} of {name} is {value} USD; expected a finite amount of at least 0"
            )
    return found


def _refuse_gap(stated: Floats, total: Floats, names: Sequence[str]) -> None:
    for name, said, summed in zip(names, stated, total, strict=True):
        if abs(said - summed) > ROUNDING * max(said, summed, 1.0):
            raise InputRefused(
                f"network: {name} is said to owe {said:,.6g} USD in all, but its claims sum to {summed:,.6g}; "
                "correct the total, add the claim that is missing, or state what it owes outside"
            )
