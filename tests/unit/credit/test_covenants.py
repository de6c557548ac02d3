"""Covenants: when they are tested, how long a breach may last, and what each consequence does to cash."""

from __future__ import annotations

from typing import Any

import pytest

from haircut.case.book.claims import Amortisation, Covenant
from tests.unit.credit import books

REVENUE = 73_000.0


def covenant(**changes: Any) -> Covenant:
    values: dict[str, Any] = {
        "test": "dscr", "minimum": 1.2, "frequency_months": 1, "window_months": 1, "cure_months": 0,
        "consequence": "lock_up",
    }  # fmt: skip
    return Covenant(**{**values, **changes})


def two_prices(first: float, second: float, months: int) -> tuple[Any, ...]:
    """Revenue of `first` USD a month until `months`, then of `second`."""
    early = books.contract(end=books.day(months), price_usd_per_gpu_hour=first / REVENUE)
    late = books.contract(id="later", start=books.day(months), price_usd_per_gpu_hour=second / REVENUE)
    return early, late


def bullet(*covenants: Covenant, **changes: Any) -> Any:
    """Interest of 10,000 USD a month on 1.2 m, nothing else until maturity."""
    claim = books.loan(
        drawn_usd=1.2e6, amortisation=Amortisation(kind="bullet"), covenants=covenants,
        **changes.pop("claim", {}),
    )  # fmt: skip
    return books.case(claims=(claim,), **changes)


def test_lock_up_keeps_cash_from_the_month_after_the_breach_until_the_cure() -> None:
    path = books.run(bullet(covenant(), contracts=two_prices(11_000.0, 15_000.0, 6)))
    released = path.borrower["released"]
    # Cover 1.1 in months 1 to 6; month 1 is distributed before its test, and month 7 before its own.
    assert released[1] == pytest.approx(1_000.0)
    assert released[2:8] == pytest.approx(0.0)
    assert path.borrower["cash"][6] == pytest.approx(5_000.0)
    assert released[8] == pytest.approx(5_000.0 + 5_000.0 + 5_000.0)
    assert released[9] == pytest.approx(5_000.0)


def test_a_breach_that_is_cured_in_time_has_no_consequence() -> None:
    of = bullet(covenant(cure_months=3), contracts=two_prices(11_000.0, 15_000.0, 3))
    assert books.run(of).borrower["released"][1:5] == pytest.approx([1_000.0, 1_000.0, 1_000.0, 5_000.0])
    longer = bullet(covenant(cure_months=3), contracts=two_prices(11_000.0, 15_000.0, 5))
    # First breach in month 1: the consequence begins with the test of month 4.
    assert books.run(longer).borrower["released"][1:7] == pytest.approx(
        [1_000.0, 1_000.0, 1_000.0, 1_000.0, 0.0, 0.0]
    )


def test_tests_are_made_on_their_dates_only() -> None:
    """Quarterly tests count back from maturity: months 3, 6, 9 of 60."""
    of = bullet(covenant(frequency_months=3, window_months=3), contracts=two_prices(11_000.0, 15_000.0, 4))
    released = books.run(of).borrower["released"]
    # Test of month 3 fails; that of month 6 sees 11, 15 and 15 over 10 a month: 41 / 30 passes.
    assert released[1:4] == pytest.approx(1_000.0)
    assert released[4:7] == pytest.approx(0.0)
    assert released[7] == pytest.approx(1_000.0 + 5_000.0 * 3)


def test_a_sweep_repays_principal_with_all_free_cash() -> None:
    path = books.run(bullet(covenant(consequence="sweep"), contracts=two_prices(11_000.0, 15_000.0, 3)))
    assert path.paid("sweep")[2] == pytest.approx(1_000.0)
    balance = 1.2e6 - 1_000.0
    assert path.paid("sweep")[3] == pytest.approx(11_000.0 - balance / 120)
    assert 1 not in path.paid("sweep")
    assert path.borrower["released"][2:5] == pytest.approx(0.0)
    assert path.borrower["released"][5] > 0.0
    assert 5 not in path.paid("sweep")


def test_a_contractual_sweep_takes_its_share_before_release() -> None:
    of = bullet(contracts=(books.contract(price_usd_per_gpu_hour=0.2),), claim={"cash_sweep_share": 0.25})
    path = books.run(of)
    free = 14_600.0 - 10_000.0
    assert path.paid("sweep")[1] == pytest.approx(0.25 * free)
    assert path.borrower["released"][1] == pytest.approx(0.75 * free)
    assert path.claims["loan"]["balance"][1] == pytest.approx(1.2e6 - 0.25 * free)


def test_a_margin_step_raises_interest_from_the_next_month_while_the_breach_lasts() -> None:
    of = bullet(
        covenant(consequence="margin_step", margin_step_bp=50.0), contracts=two_prices(11_000.0, 15_000.0, 3)
    )
    interest = books.run(of).claims["loan"]["interest"]
    step = 1.2e6 * 0.0050 / 12
    assert interest[1] == pytest.approx(10_000.0)
    assert interest[2:5] == pytest.approx(10_000.0 + step)
    assert interest[5] == pytest.approx(10_000.0)


@pytest.mark.parametrize("cure", [0, 2])
def test_acceleration_makes_all_principal_due_and_defaults(cure: int) -> None:
    of = bullet(
        covenant(consequence="acceleration", cure_months=cure), contracts=two_prices(11_000.0, 11_000.0, 6)
    )
    path = books.run(of)
    assert (path.cause(), path.root(), path.default_month()) == ("coverage", "coverage", 1 + cure)
    assert path.out("loss_pv_collateral") == path.out("loss_pv")


def test_an_accelerated_loan_that_can_be_paid_is_paid() -> None:
    of = bullet(
        covenant(consequence="acceleration"), contracts=two_prices(11_000.0, 11_000.0, 6), cash=2e6,
        minimum_cash=2e6,
    )  # fmt: skip
    path = books.run(of)
    assert path.cause() == "none"
    assert path.paid("principal") == {1: pytest.approx(1.2e6)}
    assert path.claims["loan"]["balance"][1] == pytest.approx(0.0, abs=1e-6)


def test_ltv_is_tested_on_marks_and_on_book() -> None:
    """1.2 m on 100 machines: at cost 4 m a third; straight-line book over five years passes 50 % in month 25."""
    pledged = {"claim": {"collateral_fleets": ("fleet",)}, "contracts": (books.contract(),)}
    book = covenant(test="ltv", minimum=None, maximum=0.5, basis="book", consequence="acceleration")
    path = books.run(bullet(book, **pledged))
    # Book value after t months is 4 m (1 - t / 60) but for the length of months; 1.2 m + nothing accrued.
    assert (path.cause(), path.default_month()) == ("ltv", 25)
    assert path.claims["loan"]["book_value"][24] == pytest.approx(2.4e6, rel=1e-3)
    mark = covenant(test="ltv", minimum=None, maximum=0.5, basis="market", consequence="acceleration")
    assert books.run(bullet(mark, **pledged)).cause() != "ltv"
    assert books.run(bullet(mark, **pledged, psi_mark=0.1)).default_month() == 1


def test_contract_realisation_falls_with_a_customer() -> None:
    of = bullet(
        covenant(test="contract_realisation", minimum=0.85), contracts=(books.contract(),),
        customer=books.hazard(0.05),
    )  # fmt: skip
    released = books.run(of, acme=10).borrower["released"]
    # The customer is gone from month 10; its units earn the same rent on the market, which does not count.
    assert released[10] == pytest.approx(63_000.0)
    assert released[11:20] == pytest.approx(0.0)


def test_minimum_liquidity_counts_cash_and_reserves() -> None:
    from haircut.case.book import Reserve

    reserve = Reserve(name="liquidity", balance_usd=40_000.0, target_months=4.0)
    rich = {"contracts": (books.contract(price_usd_per_gpu_hour=0.2),), "reserves": (reserve,)}
    passes = bullet(covenant(test="liquidity", minimum=40_000.0), **rich)
    fails = bullet(covenant(test="liquidity", minimum=40_001.0), **rich)
    assert books.run(passes).borrower["released"][2] == pytest.approx(4_600.0)
    assert books.run(fails).borrower["released"][2] == pytest.approx(0.0)


def test_lock_up_refuses_a_draw() -> None:
    from haircut.case.book.claims import Draw

    claim = {"draws": (Draw(date=books.day(6), amount_usd=1e5),)}
    locked = books.run(bullet(covenant(), contracts=two_prices(11_000.0, 11_000.0, 30), claim=claim))
    free = books.run(
        bullet(covenant(minimum=1.05), contracts=two_prices(11_000.0, 11_000.0, 30), claim=claim)
    )
    assert locked.paid("draw") == {}
    assert free.paid("draw") == {6: 1e5}
