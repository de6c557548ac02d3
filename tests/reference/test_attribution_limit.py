"""The utility-style corner of an attribution is the schedule that a lender writes down."""

import pytest

from haircut.case import MECHANISMS, without
from haircut.case.book.claims import Interest
from haircut.case.case import Case
from haircut.credit import compile_book, simulate, with_stated_schedule
from haircut.credit.outcomes import INDEX
from tests.reference.test_engine_limits import by_hand, straight
from tests.unit.credit import books


def stormy() -> Case:
    """Rent that falls and jumps about, thin markets for machines, a contract that ends two years early."""
    market = books.quiet_market(
        compute={"drift": books.by_regime(-0.5, -0.4, -0.3), "volatility": books.by_regime(0.5, 0.4, 0.3)},
        liquidation=books.liquidation(impact="power", transaction_cost=0.2, enforcement_lag=4.0),
    )
    claim = books.loan(
        drawn_usd=2e6, interest=Interest(kind="fixed", coupon=0.10, day_count="30/360"),
        payment_frequency_months=3, collateral_fleets=("fleet",),
    )  # fmt: skip
    return books.case(
        claims=(claim,), contracts=(books.contract(end=books.day(36)),), market=market, customer=books.NEVER,
        settings={"re_let_gap_months": 4},
    )  # fmt: skip


def test_the_all_off_corner_is_the_hand_schedule_to_the_cent() -> None:
    """A fixed-rate loan whose customer's hazard is 0: the contract runs to maturity and everything is paid."""
    loan = with_stated_schedule(compile_book(stormy()))
    corner = compile_book(without(loan, MECHANISMS))
    hand = by_hand(straight(2e6, 60, 3, {}), 2e6, 60, 3, "30/360", 0.10, 0.0, {})
    for measure in ("P", "Q"):
        found = simulate(corner, measure, 1024, 7)  # type: ignore[arg-type]
        mean = found.sums[:, 0].sum(axis=0) / 1024
        assert mean[INDEX["pv"]] == pytest.approx(hand.pv, abs=0.005)
        assert mean[INDEX["default_maturity"]] == mean[INDEX["loss_pv"]] == 0.0


def test_with_its_mechanisms_the_same_loan_is_not_repaid() -> None:
    """The corner above is no accident of a quiet case."""
    found = simulate(compile_book(stormy()), "P", 1024, 7)
    assert found.sums[:, 0, INDEX["default_maturity"]].sum() > 100
