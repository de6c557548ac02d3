"""The month of the engine against a month in plain Python, on random small books in which much goes wrong."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest

from haircut.credit.arrays import BookArrays, new_state
from haircut.credit.month import run_path
from haircut.credit.outcomes import CAUSES, COLUMNS
from haircut.credit.steps.default import (
    BY,
    CAUSE,
    DEFAULT_MONTH,
    DISCOUNT,
    EXPOSURE,
    FACTS,
    RECOVERED,
    ROOT,
    ROUND,
)
from haircut.credit.trace import new_trace
from haircut.scenarios.block import ScenarioBlock
from tests.reference.plain_month import Outcome, live_together, read_companies, read_world
from tests.reference.plain_month.random_books import random_book, random_paths

PATHS = 3
BOOKS = 300
DEEP_BOOKS = 10_000
TOLERANCE = 1e-9
FLOOR = 1e-3
"""Differences count as a share of the number, or of a thousandth of the loan where the number is smaller."""

MUST_HAPPEN = {
    "default": 300,
    "default: payment": 50,
    "default: maturity": 50,
    "default: ltv": 10,
    "default: coverage": 5,
    "default: liquidity": 3,
    "default: cross_default": 20,
    "default: guarantor": 20,
    "default: exogenous": 20,
    "root: customer": 5,
    "liquidation": 300,
    "sale of a month": 50,
    "sale of several months": 50,
    "step-in": 20,
    "no step-in": 10,
    "cash at default": 50,
    "stated recovery": 20,
    "deficiency paid": 10,
    "deficiency recovered": 10,
    "surplus": 20,
    "refinanced": 30,
    "balloon unpaid": 50,
    "balloon from cash": 5,
    "balloon from guarantor": 20,
    "balloon from parent": 5,
    "acceleration": 50,
    "margin_step": 50,
    "lock_up": 50,
    "swept by covenant": 50,
    "sweep": 50,
    "guarantee": 50,
    "voluntary support": 50,
    "reserve used": 50,
    "arrears": 50,
    "cured": 50,
    "released": 50,
    "draw": 50,
    "draw refused": 50,
    "hedge received": 50,
    "tax": 50,
    "contract cash lost": 50,
    "idle": 50,
    "spot": 50,
    "switched off": 50,
} | {
    f"{consequence} by {test}": 3
    for consequence in ("lock_up", "sweep", "margin_step", "acceleration")
    for test in ("dscr", "ltv_book", "ltv_market", "realisation", "liquidity")
}


TOGETHER_MUST_HAPPEN = {
    "round 2": 100,
    "round 3": 3,
    "root: clearing": 20,
    "root: customer": 10,
    "by another": 150,
    "rent lost within the month": 100,
    "short through others": 20,
    "breach of the second round": 30,
    "acceleration by ltv_market": 300,
    "default: guarantor": 50,
    "sale of several months": 100,
}
"""In 300 books of companies that meet in the market and owe each other rents."""


def differences(row: np.ndarray, facts: np.ndarray, plain: Outcome) -> list[str]:
    """Where one claim of the engine says something else than the plain month."""
    found = []
    stated = (CAUSES[int(facts[CAUSE])], CAUSES[int(facts[ROOT])], int(facts[DEFAULT_MONTH]))
    if stated != (plain.cause, plain.root, plain.month):
        found.append(f"default {stated}, plain {(plain.cause, plain.root, plain.month)}")
    chain = (int(facts[ROUND]), int(facts[BY]) - 1)
    if chain != (plain.round, plain.by):
        found.append(f"round and by {chain}, plain {(plain.round, plain.by)}")
    pairs = {name: (row[position], plain.columns()[name]) for position, name in enumerate(COLUMNS)}
    pairs["exposure"] = (facts[EXPOSURE], plain.exposure)
    pairs["discount at default"] = (facts[DISCOUNT], plain.discount)
    pairs["recovered"] = (facts[RECOVERED], plain.recovered)
    for name, (engine, expected) in pairs.items():
        floor = 1.0 if name in ("discount at default",) else FLOOR * plain.original
        if not abs(engine - expected) <= TOLERANCE * max(abs(engine), abs(expected), floor):
            found.append(f"{name} {engine!r}, plain {expected!r}")
    return found


def compare(book: BookArrays, paths: ScenarioBlock, seen: Counter[str]) -> tuple[list[str], float]:
    """Differences on every path of a book, run one after the other on the same working arrays; cash error."""
    state, trace = new_state(book), new_trace(book, 1, 3)
    companies = read_companies(book)
    found, cash_error = [], 0.0
    for path in range(PATHS):
        rows, facts = np.zeros((len(book.claims), len(COLUMNS))), np.zeros((len(book.claims), FACTS))
        cash_error = max(cash_error, run_path(book, paths, path, state, rows, facts, trace, -1))
        world = read_world(book, paths, path)
        for claim, outcome in live_together(companies, world, seen).items():
            wrong = differences(rows[claim], facts[claim], outcome)
            found += [f"path {path}, claim {claim}: {text}" for text in wrong]
    return found, cash_error


def compare_all(seeds: Iterable[int], together: bool = False) -> tuple[list[str], float, Counter[str]]:
    found, cash_error = [], 0.0
    seen: Counter[str] = Counter()
    for seed in seeds:
        rng = np.random.default_rng(seed)
        book = random_book(rng, together)
        wrong, error = compare(book, random_paths(rng, book, PATHS), seen)
        found += [f"book {seed}, {text}" for text in wrong]
        cash_error = max(cash_error, error)
    return found, cash_error, seen


@cache
def three_hundred_books() -> tuple[list[str], float, Counter[str]]:
    return compare_all(range(BOOKS))


def test_engine_and_plain_month_agree_on_every_column_and_default() -> None:
    found, _, _ = three_hundred_books()
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])


def test_cash_is_conserved_to_the_cent_on_every_path() -> None:
    _, cash_error, _ = three_hundred_books()
    assert cash_error < 0.01


def test_the_books_exercise_everything_that_can_go_wrong() -> None:
    _, _, seen = three_hundred_books()
    rare = {event: seen[event] for event, least in MUST_HAPPEN.items() if seen[event] < least}
    assert not rare


@cache
def three_hundred_books_together() -> tuple[list[str], float, Counter[str]]:
    return compare_all(range(BOOKS), together=True)


def test_engine_and_plain_month_agree_where_companies_meet_round_and_by_whom_too() -> None:
    """Clearing within the month: shared devices and buyers, rents between companies, guarantors of the book."""
    found, cash_error, _ = three_hundred_books_together()
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])
    assert cash_error < 0.01


def test_the_books_together_exercise_what_only_happens_there() -> None:
    _, _, seen = three_hundred_books_together()
    rare = {event: seen[event] for event, least in TOGETHER_MUST_HAPPEN.items() if seen[event] < least}
    assert not rare


@pytest.mark.deep
@pytest.mark.parametrize("together", [False, True])
def test_engine_and_plain_month_agree_on_many_more_books(together: bool) -> None:
    found, cash_error, _ = compare_all(range(BOOKS, BOOKS + DEEP_BOOKS), together)
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])
    assert cash_error < 0.01
