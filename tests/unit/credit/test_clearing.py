"""Clearing: what is refused, what stays when nothing binds, a month by hand."""

from __future__ import annotations

import numpy as np
import pytest

from haircut.credit.clearing import (
    Buyers,
    Holders,
    clear_month,
    clear_payments,
    network,
    network_of_claims,
)
from haircut.credit.clearing.month import CAUSES
from haircut.credit.clearing.rounds import COLLATERAL, MARGIN, NONE, OWN, PAYMENT
from haircut.errors import InputRefused


def holders(units: list[float], debt: list[float], **changes: object) -> Holders:
    """One device; LTV tested at 80 %, no cash, a breach is a default."""
    count = len(units)
    made = Holders(
        units=np.array(units)[:, None], debt=np.array(debt), cash=np.zeros(count), highest_ltv=np.full(count, 0.8),
        restored_ltv=np.full(count, 0.8), sells=np.zeros(count, np.int64), failed=np.zeros(count, np.int64),
    )  # fmt: skip
    return made._replace(**{name: np.asarray(value) for name, value in changes.items()})


def buyers(depth: float = 1_000.0, borrowers: int = 3, **changes: object) -> Buyers:
    made = Buyers(
        mark=np.array([10_000.0]), sale=np.array([5_000.0]), salvage=np.zeros(1), outside_depth=np.array([depth]),
        depth=np.zeros((borrowers, 1)), stock=np.zeros(1), impact=1, beta=0.35, phi_min=0.0, unsold_weight=0.1,
    )  # fmt: skip
    return made._replace(**changes)


# --- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"liabilities": [[0.0, 1.0]]}, "as many columns as rows"),
        ({"liabilities": [[1.0, 0.0], [0.0, 0.0]]}, "two different nodes"),
        ({"liabilities": [[0.0, -1.0], [0.0, 0.0]]}, "node 0 owes node 1 -1.0 USD"),
        ({"liabilities": [[0.0, np.nan], [0.0, 0.0]]}, "nan USD"),
        ({"liabilities": [[0.0, 1.0], [2.0, 0.0]], "owed": [1.0, 5.0]}, "node 1 is said to owe 5 USD in all"),
        ({"liabilities": [[0.0, 1.0], [2.0, 0.0]], "senior": [0.0, -2.0]}, "senior of node 1 is -2.0"),
        ({"liabilities": [[0.0, 1.0], [2.0, 0.0]], "owed_outside": [1.0]}, "expected 2 amounts"),
    ],
)
def test_a_network_that_is_none_is_refused(arguments: dict[str, object], said: str) -> None:
    with pytest.raises(InputRefused, match=said.replace("-", "\\-")):
        network(**arguments)


def test_a_network_says_who_does_not_sum_and_the_ways_out() -> None:
    with pytest.raises(InputRefused) as refused:
        network_of_claims(
            2, [0], [1], [3.0], owed_outside=[1.0, 0.0], owed=[5.0, 0.0], names=["host", "tenant"]
        )
    assert "host is said to owe 5 USD in all, but its claims sum to 4" in str(refused.value)
    assert "state what it owes outside" in str(refused.value)


def test_clearing_refuses_negative_assets_and_shares_beyond_one() -> None:
    net = network([[0.0, 1.0], [0.0, 0.0]])
    with pytest.raises(InputRefused, match="at least 0"):
        clear_payments(net, [-1.0, 0.0])
    with pytest.raises(InputRefused, match="assets_kept"):
        clear_payments(net, [1.0, 0.0], assets_kept=1.2)


def test_a_month_refuses_a_negative_depth_by_its_place() -> None:
    with pytest.raises(InputRefused, match=r"buyers.outside_depth\[0\] is -1.0"):
        clear_month(holders([1.0], [1.0]), buyers(-1.0, 1))
    with pytest.raises(InputRefused, match=r"holders.debt of shape \(2,\)"):
        clear_month(holders([1.0], [1.0, 2.0]), buyers(1.0, 1))


# --- a month by hand ------------------------------------------------------------------------------------------


def test_the_mark_of_others_stock_breaks_a_test_and_says_by_whom() -> None:
    """0 fails by itself; 1 is tested at 78 % and others' 1,000 units cost its mark 1.1^-0.35; 2 has room."""
    found = clear_month(holders([1_000.0, 100.0, 100.0], [9e6, 7.8e5, 6e5], failed=[1, 0, 0]), buyers())
    assert found.round.tolist() == [1, 2, 0]
    assert found.cause.tolist() == [OWN, COLLATERAL, NONE]
    assert found.by.tolist() == [-1, 0, -1]
    assert found.by_clearing.tolist() == [0, 1, 0]
    assert found.by_usd[1] == pytest.approx(1e6 * (1.0 - 1.1**-0.35), rel=1e-12)
    assert found.share[0] == pytest.approx((1.0 + 0.1 * 1_100.0 / 1_000.0) ** -0.35, rel=1e-12)
    assert found.rounds == 2


def test_own_stock_does_not_lower_an_own_mark() -> None:
    """A borrower that sells its own to cure is marked at the stock of others only."""
    found = clear_month(holders([1_000.0], [8.1e6], sells=[1]), buyers(1_000.0, 1))
    sold = found.sold[0, 0]
    price = 5_000.0 * (1.0 + sold / 1_000.0) ** -0.35
    assert (
        8.1e6 - sold * price == pytest.approx(0.8 * 10_000.0 * (1_000.0 - sold), rel=1e-9) or sold == 1_000.0
    )
    # A sale at half the mark cannot restore 80 %: every unit sold makes it worse.
    assert [CAUSES[cause] for cause in found.cause] == ["margin_call"]


def test_a_margin_call_is_met_by_selling_least() -> None:
    of = holders([1_000.0], [3.2e6], highest_ltv=[0.3], restored_ltv=[0.25], sells=[1])
    found = clear_month(of, buyers(1_000.0, 1))
    sold = float(found.sold[0, 0])
    price = 5_000.0 * (1.0 + sold / 1_000.0) ** -0.35
    assert found.round.tolist() == [0]
    assert 0.0 < sold < 1_000.0
    assert found.price[0] == pytest.approx(price, rel=1e-12)
    assert 3.2e6 - sold * price == pytest.approx(0.25 * 10_000.0 * (1_000.0 - sold), rel=1e-9)


def test_cash_cures_before_machines_do() -> None:
    of = holders([1_000.0], [8.5e6], cash=[6e5], sells=[1])
    found = clear_month(of, buyers(1_000.0, 1))
    assert found.round.tolist() == [0]
    assert found.sold[0, 0] == 0.0
    assert found.cure.tolist() == [pytest.approx(5e5)]


def test_a_buyer_that_fails_takes_its_buying_with_it() -> None:
    """Depth 500 outside and 500 of borrower 0: when it fails, others' marks meet half the depth."""
    of = holders([0.0, 200.0], [0.0, 1.52e6], failed=[1, 0])
    market = buyers(500.0, 2, stock=np.array([1_000.0]))._replace(depth=np.array([[500.0], [0.0]]))
    found = clear_month(of, market)
    assert found.round.tolist() == [1, 2]
    assert found.by_usd[1] == pytest.approx(2e6 * (1.1**-0.35 - 1.2**-0.35), rel=1e-12)
    assert clear_month(of._replace(failed=np.zeros(2, np.int64)), market).round.tolist() == [0, 0]


def test_a_missing_payment_is_passed_on() -> None:
    """0 owes 1, 1 owes 2 the same 100: 0 fails, 1 cannot pay without it."""
    of = holders([0.0] * 3, [0.0] * 3, cash=[40.0, 0.0, 10.0], failed=[1, 0, 0], highest_ltv=[np.inf] * 3,
                 restored_ltv=[np.inf] * 3)  # fmt: skip
    net = network_of_claims(3, [0, 1], [1, 2], [100.0, 100.0])
    found = clear_month(of, buyers(), net, assets_kept=0.5)
    assert found.round.tolist() == [1, 2, 0]
    assert found.cause.tolist() == [OWN, PAYMENT, NONE]
    assert found.by.tolist() == [-1, 0, -1]
    assert found.by_usd[1] == pytest.approx(80.0)
    assert found.payments.tolist() == [20.0, 20.0, 0.0]


def test_both_channels_together_reach_further_than_either() -> None:
    """Borrower 2 survives the mark and survives the missing payment, but not both."""
    of = holders([2_000.0, 100.0, 100.0], [1e7, 1e5, 7.4e5], failed=[1, 0, 0], cash=[0.0, 0.0, 0.0])
    net = network_of_claims(3, [0, 2], [2, 1], [5e4, 5e4])
    shallow, deep = buyers(2_000.0), buyers(np.inf)
    apart = of._replace(cash=np.array([0.0, 0.0, 5e4]))
    assert clear_month(apart, shallow).round[2] == 0
    assert clear_month(apart, deep, net).round[2] == 0
    tight = apart._replace(debt=np.array([1e7, 1e5, 7.9e5]))
    assert clear_month(tight, shallow).round[2] == 0
    assert clear_month(tight, deep, net).round[2] == 0
    assert clear_month(tight, shallow, net).round[2] == 2


# --- limits ---------------------------------------------------------------------------------------------------


def random_month(seed: int, depth: float | None = None) -> tuple[Holders, Buyers]:
    random = np.random.default_rng(seed)
    count, devices = int(random.integers(2, 25)), int(random.integers(1, 4))
    units = random.exponential(500.0, (count, devices)) * (random.random((count, devices)) < 0.7)
    mark = random.uniform(1_000.0, 40_000.0, devices)
    highest = random.uniform(0.6, 0.9, count)
    of = Holders(
        units=units, debt=(units @ mark) * random.uniform(0.3, 0.92, count), cash=random.exponential(2e5, count),
        highest_ltv=highest, restored_ltv=highest * random.uniform(0.6, 1.0, count),
        sells=random.integers(0, 2, count), failed=(random.random(count) < 0.15).astype(np.int64),
    )  # fmt: skip
    market = Buyers(
        mark=mark, sale=mark * random.uniform(0.4, 1.0, devices), salvage=np.zeros(devices),
        outside_depth=random.uniform(50.0, 2_000.0, devices) if depth is None else np.full(devices, depth),
        depth=random.exponential(30.0, (count, devices)), stock=random.exponential(100.0, devices), impact=1,
        beta=0.35, phi_min=0.0, unsold_weight=0.1,
    )  # fmt: skip
    return of, market


def test_infinite_depth_and_no_claims_is_every_borrower_alone_bit_for_bit() -> None:
    for seed in range(60):
        of, market = random_month(seed, np.inf)
        together = clear_month(of, market)
        for index in range(len(of.debt)):
            alone = clear_month(
                Holders(*(field[index : index + 1] for field in of)),
                market._replace(depth=market.depth[index : index + 1]),
            )
            for name in ("round", "cause", "sold", "cure"):
                assert np.array_equal(getattr(together, name)[index], getattr(alone, name)[0]), (seed, name)
        assert together.share.tolist() == [1.0] * len(market.mark)
        assert not np.any(together.by_clearing)
        assert np.all(together.by == -1)


def test_a_month_ends_within_as_many_rounds_as_borrowers() -> None:
    deepest, causes = 0, set()
    for seed in range(200):
        of, market = random_month(seed)
        found = clear_month(of, market)
        assert found.rounds <= len(of.debt)
        assert sorted(set(found.round[found.round > 0])) == list(range(1, found.rounds + 1))
        deepest = max(deepest, found.rounds)
        causes |= set(found.cause.tolist())
    assert deepest >= 3
    assert {NONE, OWN, COLLATERAL, MARGIN} <= causes


def test_nothing_that_was_given_is_changed() -> None:
    of, market = random_month(3)
    before = [field.copy() for field in (*of, market.stock, market.depth, market.mark)]
    clear_month(of, market)
    assert all(map(np.array_equal, before, (*of, market.stock, market.depth, market.mark)))
