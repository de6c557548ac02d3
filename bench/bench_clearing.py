"""Clearing: networks and months of N borrowers, each with ten claims and four devices, many of them failing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from haircut.credit.clearing import Buyers, Holders, Network, clear_month, clear_payments, network_of_claims
from haircut.credit.clearing.month import MonthCleared
from haircut.credit.clearing.rounds import fail_in_rounds, new_work_space

CLAIMS, DEVICES = 10, 4


def month_of(count: int) -> tuple[Holders, Buyers, Network]:
    """Borrowers of which a twentieth fail by themselves and about a fifth in the end."""
    random = np.random.default_rng(7)
    units = random.exponential(500.0, (count, DEVICES))
    mark = np.array([4_000.0, 10_000.0, 20_000.0, 30_000.0])
    debt = (units @ mark) * random.uniform(0.4, 0.8, count)
    highest = np.full(count, 0.8)
    debtor = np.repeat(np.arange(count), CLAIMS)
    creditor = (debtor + random.integers(1, count, debtor.size)) % count
    holders = Holders(
        units, debt, 0.05 * debt, highest, 0.8 * highest, random.integers(0, 2, count),
        (random.random(count) < 0.05).astype(np.int64),
    )  # fmt: skip
    buyers = Buyers(
        mark, 0.6 * mark, np.zeros(DEVICES), np.full(DEVICES, 25.0 * count), np.zeros((count, DEVICES)),
        np.zeros(DEVICES), 1, 0.35, 0.0, 0.1,
    )  # fmt: skip
    return (
        holders,
        buyers,
        network_of_claims(count, debtor, creditor, random.exponential(0.004, debtor.size) * debt[debtor]),
    )


def _kernel_alone(count: int) -> Callable[[], object]:
    """The month as the engine would call it: on arrays that are there already."""
    holders, buyers, net = month_of(count)
    whole = np.zeros(count, np.int64)
    out = MonthCleared(
        whole.copy(), whole.copy(), whole.copy(), whole.copy(), np.zeros(count), np.zeros((count, DEVICES)),
        np.zeros(count), np.zeros(count), np.ones(DEVICES), np.zeros(DEVICES), 0,
    )  # fmt: skip
    work = new_work_space(count, DEVICES)

    def once() -> object:
        for field in out[:-1]:
            field.fill(0)  # type: ignore[attr-defined]
        return fail_in_rounds(holders, buyers, net, 0.8, 0.9, out, work)

    return once


def bench_clearing() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for count in (100, 1000):
        holders, buyers, net = month_of(count)
        assets = holders.cash
        found[f"payments, N = {count}"] = (partial(clear_payments, net, assets, 0.8, 0.9), 1, "networks")
        found[f"month with price impact, kernel, N = {count}"] = (_kernel_alone(count), 1, "months")
        found[f"month with price impact, checked, N = {count}"] = (
            partial(clear_month, holders, buyers, net, 0.8, 0.9), 1, "months",
        )  # fmt: skip
    return found
