"""A run in which cash is lost, or a payment is negative, is refused.

The engine is copied and one line of its `pay` is made to skip one cause of payment; the copy then runs, as plain
Python, a path on which that cause occurs.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import haircut
from haircut.credit import compile_book
from haircut.credit.arrays import OUTSIDE, BookArrays, PathState, new_state
from haircut.credit.month import run_path
from haircut.credit.outcomes import COLUMNS
from haircut.credit.pay import CAUSES_OF_CASH, cash_error, pay
from haircut.credit.simulate import simulate as simulate_book
from haircut.credit.steps.default import FACTS
from haircut.credit.trace import new_trace
from haircut.errors import Defect
from haircut.scenarios.block import ScenarioBlock
from haircut.scenarios.expected import expected_block
from tests.reference.plain_month.random_books import random_book, random_paths
from tests.unit.credit import issuers

ROOT = Path(__file__).resolve().parents[3]
POSTINGS = ("cash.accounts[payer].posted_out += amount", "cash.accounts[payee].posted_in += amount")
BALANCES = ("cash.accounts[payer].balance -= amount", "cash.accounts[payee].balance += amount")
BOOKS, APART = 80, 60
"""Random books, the first of them of companies that do not meet."""


@dataclass(frozen=True)
class OnePath:
    """Stands for a scenario set of a single given path."""

    block_of_paths: ScenarioBlock
    paths: int = 1
    seed: int = 0
    blocks: int = 1

    def paths_in_block(self, block: int) -> int:
        return 1

    def block(self, block: int, measure: str) -> ScenarioBlock:
        return self.block_of_paths


WHOLE_ISSUERS = (issuers.everything, issuers.business_outside_the_book)
"""Books beyond the random ones: what only whole issuers pay."""
PICKLED = "HAIRCUT_TEST_BOOKS"
"""Names the file from which a mutated copy reads them: compiling them without numba takes ten seconds each."""


@cache
def whole_issuers() -> tuple[tuple[BookArrays, ScenarioBlock], ...]:
    if PICKLED in os.environ:
        books: tuple[tuple[BookArrays, ScenarioBlock], ...] = pickle.loads(
            Path(os.environ[PICKLED]).read_bytes()
        )
        return books
    compiled = [compile_book(case()) for case in WHOLE_ISSUERS]
    return tuple(
        (book.arrays, expected_block(book.scenarios.p, coin=book.scenarios.coin_p)) for book in compiled
    )


def book_and_paths(seed: int) -> tuple[BookArrays, ScenarioBlock]:
    """A random book and one path of it, or after them one of the whole issuers."""
    if seed >= BOOKS:
        return whole_issuers()[seed - BOOKS]
    rng = np.random.default_rng(seed)
    book = random_book(rng, together=seed >= APART)
    return book, random_paths(rng, book, 1)


def simulate(book: BookArrays, paths: ScenarioBlock) -> None:
    """`credit.simulate` of path 0 of a book of arrays."""
    months = int(book.rules["months"][0])
    compiled: Any = SimpleNamespace(
        arrays=book,
        arrays_q=book,
        scenarios=OnePath(paths),
        claim_ids=tuple(f"claim-{number}" for number in range(len(book.claims))),
        months=months,
    )
    simulate_book(compiled, "Q", 1, 0, threads=1)


def causes_on_the_path(book: BookArrays, paths: ScenarioBlock) -> set[int]:
    """Causes of payments of more than a dollar, read from the ledger."""
    state = new_state(book, ledger_rows=10_000)
    rows, facts = np.zeros((len(book.claims), len(COLUMNS))), np.zeros((len(book.claims), FACTS))
    run_path(book, paths, 0, state, rows, facts, new_trace(book, 1, 3), -1)
    ledger = state.cash.ledger[: int(state.cash.counters["ledger_rows"][0])]
    return {int(cause) for cause in ledger[ledger[:, 5] > 1.0, 4]}


@cache
def book_by_cause() -> dict[int, int]:
    """The first book on whose path 0 a cause of payment occurs."""
    found: dict[int, int] = {}
    for seed in range(BOOKS + len(WHOLE_ISSUERS)):
        for cause in causes_on_the_path(*book_and_paths(seed)):
            found.setdefault(cause, seed)
    return found


def run_mutated(source: Path, seeds: dict[int, int]) -> dict[int, str]:
    """What a copy of the package says when `pay` skips its mutated line for each cause: refused, or passed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    (source.parent / "books.pickle").write_bytes(pickle.dumps(whole_issuers()))
    environment |= {
        PICKLED: str(source.parent / "books.pickle"),
        "PYTHONPATH": os.pathsep.join([str(source), str(ROOT)]),
        "NUMBA_DISABLE_JIT": "1",
        "HAIRCUT_CACHE": str(source.parent / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(list(seeds.items()))],
        env=environment, capture_output=True, text=True, check=False, cwd=source,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {int(cause): verdict for cause, verdict in json.loads(done.stdout)}


RUN = """
import json, sys
import haircut.credit.pay as payments
from haircut.errors import Defect
from tests.unit.credit.test_cash_identity import book_and_paths, simulate

verdicts = []
for cause, seed in [(-1, 0)] + json.loads(sys.argv[1]):
    payments.SKIPPED = cause
    try:
        simulate(*book_and_paths(seed))
        verdicts.append((cause, "passed"))
    except Defect as defect:
        assert "cash is not conserved" in str(defect)
        verdicts.append((cause, "refused"))
print(json.dumps(verdicts))
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with a copy of the package's modules."""
    package = Path(haircut.__file__).parent
    shutil.copytree(
        package,
        tmp_path / "source" / "haircut",
        ignore=shutil.ignore_patterns("data", "__pycache__", "*.html"),
    )
    return tmp_path / "source"


def skip_line(source: Path, line: str) -> None:
    """Make `pay` skip `line` where the cause is `SKIPPED`."""
    file = source / "haircut" / "credit" / "pay.py"
    text = file.read_text()
    assert text.count(line) == 1
    text = text.replace(line, f"if cause != SKIPPED:\n        {line}")
    file.write_text(text.replace("\n\n\n@kernel", "\n\nSKIPPED = -1\n\n\n@kernel", 1))


@pytest.mark.parametrize("line", [*POSTINGS, *BALANCES])
def test_a_run_without_one_posting_or_balance_update_is_refused(source: Path, line: str) -> None:
    skip_line(source, line)
    verdicts = run_mutated(source, book_by_cause())
    assert verdicts.pop(-1) == "passed"  # nothing skipped
    assert set(verdicts.values()) == {"refused"}, {
        CAUSES_OF_CASH[cause]: said for cause, said in verdicts.items()
    }


def test_every_cause_of_payment_occurs_in_the_books() -> None:
    assert {CAUSES_OF_CASH[cause] for cause in book_by_cause()} == set(CAUSES_OF_CASH)


def a_cash_book() -> tuple[BookArrays, PathState]:
    book = random_book(np.random.default_rng(0))
    return book, new_state(book)


@pytest.mark.parametrize("amount", [-1.0, -1e-12, float("nan")])
def test_a_negative_payment_moves_nothing_and_marks_the_path(amount: float) -> None:
    _, state = a_cash_book()
    pay(state.cash, 1, 1, 0, 1, 0, amount)
    assert state.cash.counters["fault"][0] == 1
    assert not state.cash.accounts["balance"].any()


def test_a_payment_of_nothing_is_no_fault() -> None:
    _, state = a_cash_book()
    pay(state.cash, 1, 1, 0, 1, 0, 0.0)
    assert state.cash.counters["fault"][0] == 0


def test_a_payment_keeps_both_identities() -> None:
    book, state = a_cash_book()
    lender = int(book.rules["first_lender"][0])
    pay(state.cash, 1, 1, 0, lender, 0, 70.0)
    pay(state.cash, 1, 1, len(state.cash.accounts) - len(OUTSIDE), 0, 0, 30.0)
    assert state.cash.accounts["balance"][0] == -40.0
    assert cash_error(state.cash, lender) == 0.0


@pytest.mark.parametrize("price", [-2.0, float("nan")])
def test_a_run_with_a_negative_payment_is_refused(price: float) -> None:
    """A contract that pays less than nothing, put into the arrays past the door that would refuse it."""
    seed = next(seed for seed in range(BOOKS) if "contract_revenue" in names(seed))
    book, paths = book_and_paths(seed)
    simulate(book, paths)
    book.contracts["price"] = price
    with pytest.raises(Defect, match="cash is not conserved"):
        simulate(book, paths)


def names(seed: int) -> set[str]:
    return {CAUSES_OF_CASH[cause] for cause in causes_on_the_path(*book_and_paths(seed))}
