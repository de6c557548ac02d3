"""Clearing inside the engine's month: who falls in which round, through whom, and what never happens."""

from __future__ import annotations

import numpy as np
import pytest

from haircut.credit.arrays import new_state
from haircut.credit.clearing import clear_payments, network
from haircut.credit.liquidation.impact import price_share
from haircut.credit.month import run_path
from haircut.credit.outcomes import COLUMNS
from haircut.credit.steps.default import FACTS
from haircut.credit.trace import new_trace
from tests.reference.one_month import Found, Month, month_of, run
from tests.reference.plain_month.random_books import OBLIGORS, random_book, random_paths


def three_with_one_stock(**changes: object) -> Month:
    """The first falls on its own with 1,000 units; the others owe 78 % and 60 % of their marks, tested at 80 %."""
    return month_of(
        3, units=[[1_000.0], [100.0], [100.0]], debt=[9e6, 7.8e5, 6e5], level=[0.8, 0.8, 0.8], failed=[1, 0, 0],
        depth=[1_000.0], unsold_weight=0.1, **changes,
    )  # fmt: skip


# --- common collateral ----------------------------------------------------------------------------------------


def test_stock_of_one_breaks_the_test_of_another_and_clearing_is_the_root() -> None:
    """phi(0.1 x 1,000 / 1,000) = 1.1^-0.35 = 0.967: 78 % of the mark becomes 80.6 %."""
    found = run(three_with_one_stock())
    assert found.round == [1, 2, 0]
    assert found.cause[:2] == ["exogenous", "ltv"] and found.root[:2] == ["exogenous", "clearing"]
    assert found.by == [-1, 0, -1]
    assert found.overhang[0] == pytest.approx((1.0 + 0.1 * 1_100.0 / 1_000.0) ** -0.35)


def test_cash_cures_a_call_and_ends_the_cascade() -> None:
    found = run(three_with_one_stock(cash=[0.0, 7.8e5, 0.0]))
    assert found.round == [1, 0, 0]


def test_a_second_fall_reaches_who_withstood_the_first() -> None:
    """The third is tested at 61.5 %: phi(0.1) leaves 62.05 %, but only what both sell breaks 62.2 %."""
    level = [0.8, 0.8, 0.622]
    found = run(three_with_one_stock()._replace(level=np.array(level)))
    assert found.round == [1, 2, 3]
    assert found.root[2] == "clearing" and found.by[2] == 0


def test_a_buyer_that_falls_takes_its_buying_with_it() -> None:
    """With a third of the buyers gone the overhang is 0.1 / (1 - 1/3) and more."""
    found = run(three_with_one_stock(buys=[0.0, 0.0, 0.0]))
    gone = run(three_with_one_stock(buys=[1.0 / 3.0, 0.0, 0.0]))
    assert gone.overhang[0] == pytest.approx((1.0 + 0.1 * 1_100.0 / (1_000.0 * 2.0 / 3.0)) ** -0.35)
    assert gone.overhang[0] < found.overhang[0]


@pytest.mark.parametrize("change", [{"depth": np.array([np.inf])}, {"impact": 0}, {"unsold_weight": 0.0}])
def test_infinite_depth_is_no_contagion_through_collateral(change: dict[str, object]) -> None:
    found = run(three_with_one_stock()._replace(**change))
    assert found.round == [1, 0, 0] and found.overhang[0] == 1.0


def test_nobody_defaults_nothing_is_cleared() -> None:
    alive = three_with_one_stock()._replace(
        failed=np.zeros(3, dtype=np.int64), level=np.array([1.0, 0.8, 0.8])
    )
    found = run(alive)
    assert found.round == [0, 0, 0] and found.overhang[0] == 1.0


def drawn_month(seed: int) -> Month:
    """Up to six borrowers with two devices, near their tests; a first default that may pull others."""
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 7))
    units = random.exponential(300.0, (count, 2)) * (random.random((count, 2)) < 0.8)
    price = np.array([10_000.0, 30_000.0])
    level = random.uniform(0.6, 0.9, count)
    room = random.uniform(0.7, 1.0, count)
    return month_of(
        count, 2, units=units, debt=np.maximum(units @ price * level * room, 1.0), level=level, price=price,
        failed=(random.random(count) < 0.3).astype(np.int64), depth=random.choice([300.0, 1_000.0, 5_000.0], 2),
        buys=random.choice([0.0, 0.15], count), unsold_weight=float(random.uniform(0.1, 1.0)),
        impact=int(random.integers(1, 3)),
    )  # fmt: skip


def least_fixed_point(month: Month) -> set[int]:
    """Of all sets of failures that bring down nobody else and hold themselves, the smallest: every set is tried."""
    count = len(month.debt)

    def follows(failed: set[int]) -> set[int]:
        stock = sum((month.units[each] for each in failed), np.zeros(len(month.price)))
        left = max(1.0 - sum(month.buys[each] for each in failed), 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            v = np.where(stock > 0.0, month.unsold_weight * stock / (month.depth * left), 0.0)
        phi = np.array([price_share(month.impact, month.beta, month.phi_min, float(each)) for each in v])
        own = {each for each in range(count) if month.failed[each] == 1}
        return own | {
            each
            for each in range(count)
            if month.debt[each] > month.level[each] * (month.units[each] * month.price * phi).sum()
        }

    found = []
    for code in range(2**count):
        some = {each for each in range(count) if code >> each & 1}
        if follows(some) == some:
            found.append(some)
    return min(found, key=len)


def test_the_month_ends_at_the_greatest_clearing_point_of_every_set_of_failures() -> None:
    """100 random months: the engine's failures are the smallest set that is consistent with itself."""
    reached = 0
    for seed in range(100):
        month = drawn_month(seed)
        found = run(month)
        fell = {each for each, when in enumerate(found.round) if when > 0}
        assert fell == least_fixed_point(month), seed
        assert max(found.round) <= len(found.round)
        reached += sum(when > 1 for when in found.round)
    assert reached > 30


def test_a_lower_mark_a_shallower_market_or_more_stock_never_saves_anybody() -> None:
    """Monotone in shocks."""
    for seed in range(60):
        month = drawn_month(seed)
        before = run(month)
        extra = month.units.copy()
        extra[month.failed == 1] *= 2.0
        for worse in (
            month._replace(price=0.93 * month.price),
            month._replace(depth=0.4 * month.depth),
            month._replace(units=extra),
            month._replace(buys=month.buys + 0.1),
        ):
            after = run(worse)
            assert all(b == 0 or a > 0 for a, b in zip(after.round, before.round, strict=True)), seed
            assert np.all(after.overhang <= before.overhang + 1e-12), seed


def test_the_order_of_borrowers_does_not_matter() -> None:
    for seed in range(40):
        month = drawn_month(seed)
        order = np.random.default_rng(seed).permutation(len(month.debt))
        turned = month._replace(**{name: getattr(month, name)[order] for name in
                                   ("units", "debt", "cash", "level", "failed", "buys")})  # fmt: skip
        found, again = run(month), run(turned)
        assert again.round == [found.round[each] for each in order]
        assert again.cause == [found.cause[each] for each in order]


# --- rents between borrowers ----------------------------------------------------------------------------------


def engine_payments(liabilities: np.ndarray, assets: np.ndarray, cost: float) -> tuple[np.ndarray, Found]:
    month = month_of(len(assets), cash=assets, rents=liabilities, bankruptcy_cost=cost)
    found = run(month)
    share = np.where(np.array(found.round) > 0, found.paid_share, 1.0)
    return share * liabilities.sum(axis=1), found


def test_g1_three_banks_of_elsinger_lehar_and_summer_through_the_engine() -> None:
    """Exact: p* = (2, 28/15, 52/15); the second falls by itself, the third through the second."""
    owed = np.array([[0.0, 0.0, 2.0], [3.0, 0.0, 1.0], [3.0, 1.0, 0.0]])
    paid, found = engine_payments(1e6 * owed, np.full(3, 1e6), 0.0)
    assert paid == pytest.approx([2e6, 28e6 / 15.0, 52e6 / 15.0], rel=1e-9)
    assert found.round == [0, 1, 2] and found.by == [-1, -1, 1]
    assert found.root[2] == "customer" and found.cash_error < 0.01


def test_g2_rogers_and_veraart_example_3_3_through_the_engine_takes_the_greatest_solution() -> None:
    paid, found = engine_payments(np.array([[0.0, 2e6], [2.2e6, 0.0]]), np.full(2, 1e6), 0.5)
    assert paid.tolist() == [2e6, 2.2e6] and found.round == [0, 0]


def drawn_liabilities(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 9))
    owed = random.exponential(1e6, (count, count)) * (random.random((count, count)) < 0.5)
    np.fill_diagonal(owed, 0.0)
    return owed, random.exponential(4e5, count)


def test_rents_clear_as_the_network_alone_on_200_random_networks() -> None:
    """The same greatest payments and rounds as `clear_payments`, which linear programming confirms."""
    failed = 0
    for seed in range(200):
        owed, assets = drawn_liabilities(seed)
        cost = (0.0, 0.2)[seed % 2]
        alone = clear_payments(network(owed), assets, 1.0 - cost, 1.0 - cost)
        paid, found = engine_payments(owed, assets, cost)
        assert paid == pytest.approx(alone.payments, rel=1e-8, abs=0.01), seed
        assert found.round == alone.round.tolist(), seed
        assert found.cash_error < 0.01
        failed += int((alone.round > 1).sum())
    assert failed > 50


def test_less_cash_or_a_dearer_bankruptcy_never_pays_anybody_more() -> None:
    for seed in range(60):
        owed, assets = drawn_liabilities(seed)
        paid, found = engine_payments(owed, assets, 0.1)
        for cash, cost in ((0.7 * assets, 0.1), (assets, 0.4)):
            less, worse = engine_payments(owed, cash, cost)
            assert np.all(less <= paid + 0.01), seed
            assert all(b == 0 or a > 0 for a, b in zip(worse.round, found.round, strict=True)), seed


# --- what clearing is not --------------------------------------------------------------------------------------


def outcomes(book, paths) -> tuple[np.ndarray, np.ndarray, float]:  # type: ignore[no-untyped-def]
    rows, facts = np.zeros((3, len(book.claims), len(COLUMNS))), np.zeros((3, len(book.claims), FACTS))
    state, trace, error = new_state(book), new_trace(book, 1, 3), 0.0
    for path in range(3):
        error = max(error, run_path(book, paths, path, state, rows[path], facts[path], trace, -1))
    return rows, facts, error


def test_with_infinite_depth_and_no_claims_between_borrowers_it_is_the_engine_without_clearing() -> None:
    """Bit for bit, over 100 books that would meet in the market and owe each other rents."""
    moved = 0
    for seed in range(100):
        random = np.random.default_rng(seed)
        book = random_book(random, together=True)
        paths = random_paths(random, book, 3)
        without = book.rules.copy()
        without["clearing"] = 0
        moved += not np.array_equal(
            outcomes(book, paths)[0], outcomes(book._replace(rules=without), paths)[0]
        )
        book.contracts["customer"] = np.where(
            book.contracts["customer"] >= OBLIGORS, 0, book.contracts["customer"]
        )
        book.claims["guarantor_default_is_event"][book.claims["guarantor"] >= OBLIGORS] = 0
        for apart in ({"devices": book.devices.copy()}, {"rules": book.rules.copy()}):
            alone = book._replace(**apart)
            if "devices" in apart:
                alone.devices["depth"] = np.inf
            else:
                alone.rules["impact"] = 0
            off = alone.rules.copy()
            off["clearing"] = 0
            rows, facts, _ = outcomes(alone, paths)
            rows_off, facts_off, _ = outcomes(alone._replace(rules=off), paths)
            assert np.array_equal(rows, rows_off) and np.array_equal(facts, facts_off), seed
    assert moved > 10
