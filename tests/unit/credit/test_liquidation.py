"""Selling seized machines: the curves, the best sale, and a seizure on one path by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import brentq

from haircut.credit import base_case, compile_book
from haircut.credit.liquidation.impact import IMPACTS, price_share
from haircut.credit.liquidation.sale import best_sale, sale_value, units_over_depth
from tests.unit.credit import books

NONE, POWER, CAPPED = IMPACTS["none"], IMPACTS["power"], IMPACTS["capped_exponential"]
MONTHS = 24


# --- the curve ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "fall"), [(0.1, 0.09400), (0.5, 0.37179), (1.0, 0.57080), (2.0, 0.73433), (5.0, 0.79846)]
)
def test_f2_capped_exponential(quantity: float, fall: float) -> None:
    assert 1.0 - price_share(CAPPED, 0.0, 0.2, quantity / 0.8) == pytest.approx(fall, abs=5.1e-6)


def test_f3_cash_that_an_exponential_market_can_raise() -> None:
    def raised(quantity: float) -> float:
        return quantity * price_share(CAPPED, 0.0, 0.0, 0.01 * quantity)

    needed = brentq(lambda quantity: raised(quantity) - 10.0, 0.0, 100.0, xtol=1e-12)
    assert needed == pytest.approx(11.18326, abs=5.1e-6)
    assert price_share(CAPPED, 0.0, 0.0, 0.01 * needed) == pytest.approx(0.89419, abs=5.1e-6)
    most = max(raised(float(quantity)) for quantity in np.linspace(90.0, 110.0, 20_001))
    assert most == pytest.approx(36.78794, abs=5.1e-6)
    assert most == pytest.approx(100.0 / math.e, rel=1e-9)


@pytest.mark.parametrize("model", [NONE, POWER, CAPPED])
def test_the_share_is_one_at_nothing_sold_and_never_rises(model: int) -> None:
    shares = [price_share(model, 0.4, 0.12, v) for v in np.linspace(0.0, 50.0, 501)]
    assert shares[0] == 1.0
    assert all(0.0 < later <= earlier for earlier, later in itertools.pairwise(shares))


def test_the_power_law_is_the_one_stated() -> None:
    assert price_share(POWER, 0.4, 0.0, 3.0) == pytest.approx(4.0**-0.4, rel=1e-15)


def test_units_over_depth_counts_what_is_left_after_the_month() -> None:
    assert units_over_depth(120.0, 4, 0, 0.1, 10.0) == pytest.approx((30.0 + 0.1 * 90.0) / 10.0)
    assert units_over_depth(120.0, 4, 3, 0.1, 10.0) == pytest.approx(3.0)
    assert units_over_depth(120.0, 4, 1, 0.0, math.inf) == 0.0
    assert units_over_depth(1.0, 1, 0, 0.0, 0.0) == math.inf


# --- the best sale --------------------------------------------------------------------------------------------


def sale(units: float = 10_000.0, depth: float = 1_500.0, impact: int = POWER, decay: float = 0.02,
         lots: int | None = None, **changes: float) -> tuple[int, float]:  # fmt: skip
    """Months and worth of a sale of one fleet worth 20,000 USD a unit, falling by `decay` a month."""
    costs = {
        "unsold_weight": 0.1,
        "sale_cost": 0.086,
        "holding_cost": 0.005,
        "monthly_discount": 0.01,
        "salvage": 0.0,
    }
    costs |= changes
    values = 20_000.0 * np.exp(-decay * np.arange(MONTHS + 1))[None, :]
    arguments = (
        np.array([units]), values, np.array([costs["salvage"]]), depth, impact, 0.4, 0.12,
        costs["unsold_weight"], costs["sale_cost"], costs["holding_cost"], costs["monthly_discount"],
    )  # fmt: skip
    if lots is not None:
        return lots, sale_value(lots, *arguments)
    return best_sale(MONTHS, *arguments)


def test_one_lot_by_hand() -> None:
    price = 20_000.0 * (1.0 + 10_000.0 / 1_500.0) ** -0.4
    assert sale(lots=1)[1] == pytest.approx(10_000.0 * (price - 0.086 * 20_000.0), rel=1e-12)


def test_two_lots_by_hand() -> None:
    worth = 0.0
    for lot, unsold in ((0, 5_000.0), (1, 0.0)):
        value = 20_000.0 * math.exp(-0.02 * lot)
        price = value * (1.0 + (5_000.0 + 0.1 * unsold) / 1_500.0) ** -0.4
        net = 5_000.0 * (price - 0.086 * value) - 0.005 * value * unsold
        worth += net * math.exp(-0.01 * lot)
    assert sale(lots=2)[1] == pytest.approx(worth, rel=1e-12)


@pytest.mark.parametrize("impact", [POWER, CAPPED])
@pytest.mark.parametrize("depth", [100.0, 500.0, 1_500.0, 1e4])
@pytest.mark.parametrize("decay", [-0.005, 0.0, 0.02, 0.05])
@pytest.mark.parametrize("salvage", [0.0, 3_000.0])
def test_the_best_sale_is_the_best_of_all(impact: int, depth: float, decay: float, salvage: float) -> None:
    """The search may stop early; what it finds is what trying every sell-out time finds."""
    terms = {"depth": depth, "impact": impact, "decay": decay, "salvage": salvage}
    every = [sale(lots=lots, **terms)[1] for lots in range(1, MONTHS + 1)]
    months, worth = sale(**terms)
    assert worth == max(every)
    assert every[months - 1] == worth


def test_an_orderly_sale_fetches_no_less_than_a_forced_one_and_no_more_than_value() -> None:
    for depth in (10.0, 100.0, 1e3, 1e4, math.inf):
        orderly, forced = sale(depth=depth)[1], sale(depth=depth, lots=1)[1]
        assert 0.0 <= forced <= orderly <= 10_000.0 * 20_000.0


def test_infinite_depth_is_no_impact() -> None:
    """Buyers without limit: the value net of costs, in one lot, whatever the curve and the size."""
    net = 20_000.0 * (1.0 - 0.086)
    for units in (1.0, 1e4, 1e7):
        assert sale(units, math.inf, POWER) == (1, pytest.approx(units * net, rel=1e-12))
        assert sale(units, 1_500.0, NONE) == (1, pytest.approx(units * net, rel=1e-12))
    deep = sale(1e4, 1e13, POWER, lots=1)[1]
    assert deep == pytest.approx(1e4 * net, rel=1e-9)


SIZES = np.geomspace(10.0, 1e5, 61)
"""Up to 67 months of depth; far beyond, holding costs (a share of value) outgrow what a lot fetches."""


def test_the_sell_out_time_never_falls_with_size() -> None:
    months = [sale(float(units))[0] for units in SIZES]
    assert months == sorted(months)
    assert months[0] == 1
    assert months[-1] > 6


def test_recovery_is_monotone_in_units_and_depth() -> None:
    by_units = [sale(float(units))[1] for units in SIZES]
    assert by_units == sorted(by_units)
    each = [worth / units for worth, units in zip(by_units, SIZES, strict=True)]
    assert each == sorted(each, reverse=True)
    by_depth = [sale(depth=depth)[1] for depth in np.geomspace(10.0, 1e6, 61)]
    assert by_depth == sorted(by_depth)


def test_salvage_is_a_floor_under_the_price() -> None:
    assert sale(depth=1e-6, salvage=2_500.0, sale_cost=0.0, holding_cost=0.0, lots=1)[1] == pytest.approx(
        2.5e7
    )


def test_a_sale_that_costs_more_than_it_brings_is_worth_nothing() -> None:
    assert sale(depth=1.0, impact=POWER, lots=1)[1] == 0.0


# --- values of a case -----------------------------------------------------------------------------------------


def by_age(months_left: int) -> float:
    """F of a machine that earns 730 USD a month for a number of months, at 10 % from mid-month."""
    return sum(730.0 * math.exp(-0.10 * (month + 0.5) / 12) for month in range(months_left))


def pledged(units: float = 10.0, drawn: float = 1e6, market: object = None, **changes: object) -> object:
    claim = books.loan(collateral_fleets=("fleet",), drawn_usd=drawn, guarantee=books.completion_guarantee())
    fleets = changes.pop("fleets", (books.fleet(units=units),))
    return books.case(
        claims=(claim,), fleets=fleets, borrower=books.hazard(0.05), parent=books.NEVER,
        market=market, **changes,
    )  # fmt: skip


def quiet(devices: dict[str, float] | None = None, **liquidation: object) -> object:
    return books.quiet_market(devices or {"maximum_age": 8.0}, liquidation=books.liquidation(**liquidation))


def test_without_impact_or_cost_the_orderly_value_is_value() -> None:
    compiled = compile_book(pledged(100.0, market=quiet()))
    lines = base_case(compiled).claims["loan"]
    months = np.array([0, 12, 36, 59])
    worth = [100.0 * by_age(96 - month) for month in months]
    assert lines["market_value"][months] == pytest.approx(worth, rel=1e-3)
    assert lines["nolv"][months] == pytest.approx(lines["market_value"][months], rel=1e-6)
    assert lines["flv"][months] == pytest.approx(lines["nolv"][months], rel=1e-12)


def test_impact_costs_and_psi_lower_sale_values_and_leave_the_mark() -> None:
    devices = {"maximum_age": 8.0, "psi_sale": 0.6, "psi_mark": 0.9}
    plain = base_case(compile_book(pledged(5_000.0, 1e7, quiet(devices)))).claims["loan"]
    costly = base_case(
        compile_book(
            pledged(5_000.0, 1e7, quiet(devices, impact="power", transaction_cost=0.05, broker_fee=0.03,
                                        unsold_weight=0.1, holding_cost=0.005))
        )
    ).claims["loan"]  # fmt: skip
    assert np.array_equal(plain["market_value"], costly["market_value"], equal_nan=True)
    live = slice(0, 59)
    assert plain["nolv"][live] == pytest.approx(plain["market_value"][live] * 0.6 / 0.9, rel=1e-6)
    assert np.all(costly["flv"][live] <= costly["nolv"][live])
    assert np.all(costly["nolv"][live] < plain["nolv"][live] * 0.92 + 1e-6)
    # 5,000 units against a depth of 1,000 a month.
    share = (1.0 + 5.0) ** -0.4 - 0.08
    assert costly["flv"][0] == pytest.approx(plain["flv"][0] * share, rel=1e-9)
    assert costly["sale_months"][0] > 1


# --- a seizure on one path ------------------------------------------------------------------------------------


def test_a_seizure_by_hand() -> None:
    """Ten machines, default in month 13, four months of stay, one lot at value less 8 %."""
    of = pledged(10.0, market=quiet(enforcement_lag=4.0, transaction_cost=0.05, broker_fee=0.03))
    path = books.run(of, spv=13)
    assert (path.cause(), path.root(), path.default_month()) == ("exogenous", "exogenous", 13)
    balance = 1e6 * 48 / 60
    exposure = balance * (1.0 + 0.10 / 24)
    assert path.exposure() == pytest.approx(exposure, abs=1e-6)
    proceeds = 10.0 * by_age(96 - 17) * 0.92
    assert path.received("machine_sale") == {17: pytest.approx(proceeds, rel=1e-3)}
    sold = path.received("machine_sale")[17]
    # Discounted from the sale to the middle of month 13 at the contract rate.
    recovered = sold * math.exp(-0.10 * 4.5 / 12) + path.received("cash_at_default").get(13, 0.0)
    assert path.recovered() == pytest.approx(recovered, rel=1e-12)
    assert path.out("loss") == pytest.approx(exposure - recovered, rel=1e-9)
    assert path.out("loss_pv") == pytest.approx(path.out("loss") * math.exp(-0.04 * 12.5 / 12), rel=1e-9)
    assert path.out("loss_pv_other") == path.out("loss_pv")


def test_cash_at_default_is_taken_at_the_default_date() -> None:
    """An obligor that files in a month pays nothing in it: the month's rent is in its account."""
    path = books.run(pledged(10.0, market=quiet(enforcement_lag=4.0)), spv=13)
    assert path.received("cash_at_default") == {13: pytest.approx(7_300.0)}


def test_nothing_is_earned_for_the_lender_during_the_stay() -> None:
    path = books.run(pledged(10.0, market=quiet(enforcement_lag=6.0)), spv=13)
    months = {month for month, _, _, amount in path.ledger if amount > 0.0}
    assert not months & set(range(14, 19))
    assert 19 in months


def test_the_surplus_of_a_sale_goes_to_the_parent() -> None:
    path = books.run(pledged(100.0, market=quiet(enforcement_lag=4.0)), spv=13)
    owed = (path.exposure() - 73_000.0) * math.exp(0.10 * 4.5 / 12)
    assert path.received("machine_sale")[17] == pytest.approx(owed, rel=1e-9)
    assert path.paid("surplus")[17] == pytest.approx(100.0 * by_age(79) - owed, rel=1e-3)
    assert path.recovered() == pytest.approx(path.exposure(), rel=1e-9)


def test_lots_sell_at_the_prices_of_their_months() -> None:
    """A shallow market: equal lots over the chosen months, each at its own value and impact."""
    of = pledged(3_000.0, 1e8, quiet(impact="power", enforcement_lag=2.0, unsold_weight=0.1, depth=0.0003))
    path = books.run(of, spv=5)
    lots = path.received("machine_sale")
    assert min(lots) == 7
    months = len(lots)
    assert months > 1
    for lot in range(months):
        sold, unsold = 3_000.0 / months, 3_000.0 * (months - 1 - lot) / months
        price = by_age(96 - 7 - lot) * (1.0 + (sold + 0.1 * unsold) / 300.0) ** -0.4
        assert lots[7 + lot] == pytest.approx(sold * price, rel=2e-3)


def leased(price: float, **changes: object) -> object:
    lease = books.contract(units=10.0, price_usd_per_gpu_hour=price, **changes.pop("lease", {}))
    market = quiet(
        {"maximum_age": 8.0, "psi_sale": 0.3, "other_cash_cost": 0.2}, enforcement_lag=4.0, step_in_haircut=0.15,
        step_in_cost_uplift=0.5,
    )  # fmt: skip
    return pledged(10.0, drawn=2e6, market=market, contracts=(lease,), **changes)


def test_the_lender_steps_into_a_contract_that_is_worth_more_than_the_machines() -> None:
    path = books.run(leased(1.5), spv=13)
    months = np.arange(1, 44)
    margin = 7_300.0 * (1.5 - 0.2 * 1.5)
    worth = float((margin * np.exp(-0.10 * months / 12)).sum()) * 0.85
    assert path.received("step_in") == {17: pytest.approx(worth, rel=1e-9)}
    assert path.received("machine_sale") == {}


@pytest.mark.parametrize(
    "changes",
    [{"hall_access": False}, {"lease": {"assignable": False}}, {"customer": books.hazard(0.05)}],
    ids=["no hall access", "not assignable", "customer gone"],
)
def test_no_step_in_without_hall_contract_or_customer(changes: dict[str, object]) -> None:
    gone = {"acme": 15} if "customer" in changes else {}
    path = books.run(leased(1.5, **changes), spv=13, **gone)
    assert path.received("step_in") == {}
    assert path.received("machine_sale")[17] > 0.0


def test_a_poor_contract_is_broken_for_the_machines() -> None:
    path = books.run(leased(0.32), spv=13)
    assert path.received("step_in") == {}
    assert path.received("machine_sale")[17] > 0.0


def test_depth_shrinks_with_the_funding_spread_and_the_regime() -> None:
    market = quiet(impact="power", spread_sensitivity=10.0, unsold_weight=0.0, longest_sale=1.0)
    compiled = compile_book(pledged(1_000.0, 1e8, market))
    block = books.with_defaults(compiled, spv=5)
    calm = books.walk(compiled, block).received("machine_sale")[5]
    wide = books.walk(compiled, block._replace(funding_spread=block.funding_spread + 0.05)).received(
        "machine_sale"
    )
    glut = books.walk(compiled, block._replace(depth_factor=0.5 * block.depth_factor)).received(
        "machine_sale"
    )
    assert wide[5] / calm == pytest.approx((1.0 + math.exp(0.5)) ** -0.4 / 2.0**-0.4, rel=1e-9)
    assert glut[5] / calm == pytest.approx(3.0**-0.4 / 2.0**-0.4, rel=1e-9)


def test_units_and_debt_doubled_at_infinite_depth_changes_no_ratio() -> None:
    one, two = (
        compile_book(pledged(50.0 * scale, 1e6 * scale, quiet(transaction_cost=0.05, enforcement_lag=3.0)))
        for scale in (1.0, 2.0)
    )
    first, second = (books.walk(compiled, books.with_defaults(compiled, spv=9)) for compiled in (one, two))
    assert second.row == pytest.approx(first.row * np.where(first.row == 1.0, 1.0, 2.0), rel=1e-12, abs=1e-9)
    for name in ("book_ltv", "market_ltv", "nolv_ltv", "flv_ltv", "dscr"):
        lines = [base_case(compiled).claims["loan"][name] for compiled in (one, two)]
        assert lines[0] == pytest.approx(lines[1], rel=1e-12, nan_ok=True)
