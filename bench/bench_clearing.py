"""Clearing: networks of N borrowers with ten claims each; and what clearing inside the month costs a book.

The book is the reference book: as it is (calm), and in stress, where every loan on machines is called at 90 % of
their marks and an eighth of the operators default together in month 6.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import haircut as hc
from haircut.credit import compile_book
from haircut.credit.arrays import ACCELERATION, COVENANT, LTV_MARKET, BookArrays, new_state
from haircut.credit.clearing import Network, clear_payments, network_of_claims
from haircut.credit.clearing.payments import fail_and_settle
from haircut.credit.month import run_block
from haircut.credit.outcomes import COLUMNS
from haircut.credit.steps.default import FACTS, ROUND
from haircut.credit.trace import new_trace
from haircut.scenarios.block import ScenarioBlock

CASE = Path(__file__).resolve().parents[1] / "examples" / "reference-2026-10"
CLAIMS = 10
PATHS, MONTH = 256, 6
TARGETS = "targets: 1.3x in calm, 2x in stress; 30,000 networks a second at N = 100, 3,000 at N = 1,000"


def network_of(count: int) -> tuple[Network, np.ndarray]:
    """A network in which about a quarter fails, and its assets, USD."""
    random = np.random.default_rng(7)
    debt = random.exponential(6e7, count)
    debtor = np.repeat(np.arange(count), CLAIMS)
    creditor = (debtor + random.integers(1, count, debtor.size)) % count
    amount = random.exponential(0.004, debtor.size) * debt[debtor]
    return network_of_claims(count, debtor, creditor, amount), 0.05 * debt * random.random(count)


def without_clearing(book: BookArrays) -> BookArrays:
    rules = book.rules.copy()
    rules["clearing"] = 0
    return book._replace(rules=rules)


def stressed(book: BookArrays, drivers: ScenarioBlock) -> tuple[BookArrays, ScenarioBlock]:
    """Every loan on machines is tested monthly; an eighth of the borrowers with machines default in one month."""
    owners = np.unique(book.fleets["borrower"])
    secured = np.flatnonzero(book.collateral.sum(axis=1) > 0)
    covenants = np.zeros(len(secured), COVENANT)
    covenants["claim"], covenants["test"], covenants["consequence"] = secured, LTV_MARKET, ACCELERATION
    covenants["level"] = 0.9
    obligors = len(drivers.default_month)
    rules, borrowers = book.rules.copy(), book.borrowers.copy()
    borrowers["exogenous"][owners[: max(len(owners) // 8, 1)]] = obligors - 1
    moved = drivers.default_month.copy()
    moved[-1] = MONTH
    tested = np.ones((len(secured), book.tested.shape[1]), dtype=np.int64)
    return (
        book._replace(rules=rules, borrowers=borrowers, covenants=covenants, tested=tested),
        drivers._replace(default_month=moved),
    )


def run(book: BookArrays, drivers: ScenarioBlock) -> np.ndarray:
    """Facts of the block's first paths."""
    rows = np.zeros((PATHS, len(book.claims), len(COLUMNS)))
    facts = np.zeros((PATHS, len(book.claims), FACTS))
    run_block(book, drivers, PATHS, new_state(book), rows, facts, new_trace(book, 0, 1), 0)
    return facts


def bench_payments() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for count in (100, 1000):
        net, assets = network_of(count)
        made = np.empty(count), np.empty(count, np.int64), np.empty(count, np.int64)
        found[f"payments, kernel, N = {count}"] = (
            partial(fail_and_settle, net, assets, 0.8, 0.9, *made), 1, "networks",
        )  # fmt: skip
        found[f"payments, checked, N = {count}"] = (
            partial(clear_payments, net, assets, 0.8, 0.9), 1, "networks",
        )  # fmt: skip
    return found


def bench_clearing_in_calm() -> dict[str, Any]:
    """The reference book; the second row's ratio is the cost of clearing."""
    print(TARGETS, file=sys.stderr)
    compiled = compile_book(hc.load(CASE))
    return both(compiled.arrays, compiled.scenarios.block(0, "P"))


def bench_clearing_in_stress() -> dict[str, Any]:
    """The same in stress."""
    compiled = compile_book(hc.load(CASE))
    book, drivers = stressed(compiled.arrays, compiled.scenarios.block(0, "P"))
    rounds = run(book, drivers)[:, :, ROUND]
    all_, later = (rounds > 0).sum() / PATHS, (rounds > 1).sum() / PATHS
    print(f"defaults a path {all_:.1f}, in a second round or later {later:.1f}", file=sys.stderr)
    return both(book, drivers)


def both(book: BookArrays, drivers: ScenarioBlock) -> dict[str, Any]:
    return {
        f"{PATHS} paths without clearing": partial(run, without_clearing(book), drivers),
        f"{PATHS} paths with clearing": partial(run, book, drivers),
    }
