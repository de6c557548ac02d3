"""Pages of a whole book, on issuers whose answer is arithmetic."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from haircut import credit
from haircut.case import share_assumed
from haircut.case.book.claims import Amortisation, Quote, Refinancing
from haircut.case.provenance import Provenance
from haircut.errors import UsageError
from haircut.pricing.estimate import exact, missing
from haircut.reports.exhibits import (
    book_issuers,
    capital_structure,
    default_given,
    liquidity_runway,
    maturity_wall,
)
from haircut.runs.executor import underwrite_all
from haircut.studies.whole_book import show
from haircut.studies.whole_book.leverage import leverage, shocked_cases
from haircut.studies.whole_book.pages import NO_VERDICT_ABOVE
from haircut.studies.whole_book.quotes import compared
from haircut.studies.whole_book.runway import runway
from haircut.studies.whole_book.screen import screen
from haircut.studies.whole_book.turning import turning
from haircut.studies.whole_book.wall import contracted_cash, principal_due
from haircut.studies.whole_book.wall import maturity_wall as wall_of
from haircut.studies.whole_book.worth import silos
from tests.unit.credit import books, issuers
from tests.unit.credit.issuers import BTC, issuer, note

RENT = 10.0 * 10_000.0
"""USD a month of the hall's lease, 60 months."""


def hall_loan(**changes: Any) -> Any:
    values = {
        "id": "hall-loan", "borrower": "spv", "drawn_usd": 2.4e6, "maturity_date": books.day(24),
        "amortisation": Amortisation(kind="straight"), "payment_frequency_months": 12,
        "interest": books.Interest(kind="fixed", coupon=0.0, day_count="30/360"),
        "collateral_leases": ("hall-lease",),
    }  # fmt: skip
    return books.loan(**{**values, **changes})


def landlord(**changes: Any) -> Any:
    """A parent with 30 BTC and a note of a million, and a hall that owes 2.4 million in two parts."""
    values = {
        "claims": (note(rank=2), hall_loan()), "leases": (issuers.lease(),), "spv": True, "coins": 30.0,
        "cash": 1e5, "market_cap": 1e7, "market": issuers.coin_market(access=0.01),
    }  # fmt: skip
    return issuer(**{**values, **changes})


def annuity(months: int, rate: float = 0.10) -> float:
    return sum((1.0 + rate) ** (-month / 12.0) for month in range(1, months + 1))


@pytest.fixture(scope="module")
def compiled() -> credit.CompiledBook:
    return credit.compile_book(landlord())


@pytest.fixture(scope="module")
def base(compiled: credit.CompiledBook) -> Any:
    return credit.base_case(compiled)


def test_the_wall_holds_every_dollar_that_falls_due(compiled: credit.CompiledBook) -> None:
    """2.4 million in two yearly parts, a note of a million at the end of the second year, lease rent beside."""
    rows = {row.year: row for row in wall_of(compiled, ["spv", "corporate"])}
    assert rows[2025].principal_due_usd == pytest.approx(1.2e6)
    assert rows[2026].principal_due_usd == pytest.approx(2.2e6)
    assert rows[2026].balloon_usd == pytest.approx(1e6) and rows[2025].balloon_usd == 0.0
    assert rows[2025].leases_usd == pytest.approx(12 * RENT) and rows[2025].contracts_usd == 0.0
    assert list(wall_of(compiled, ["spv"])) != list(rows.values())
    due, balloon = principal_due(compiled, "note")
    assert due.sum() == balloon.sum() == pytest.approx(1e6)


def test_contracted_cash_of_machines_stops_with_the_contract_and_bears_its_cost() -> None:
    """10 units at 2 USD an hour, 0.5 kW at 0.08 USD, for 12 months."""
    fleet = books.fleet(units=10.0)
    case = books.case(
        fleets=(fleet,), contracts=(books.contract(units=10.0, price_usd_per_gpu_hour=2.0, end=books.day(12)),),
        market=books.quiet_market(devices={"wall_power": 0.5}),
    )  # fmt: skip
    found, let = contracted_cash(credit.compile_book(case), ["spv"])
    power = books.quiet_market().power.price.value
    assert found[1] == pytest.approx(10 * 730.0 * (2.0 - 0.5 * power), rel=1e-6)
    assert np.count_nonzero(found) == 12 and not let.any()


def test_value_of_silos_goes_down_the_ranks_and_up_to_the_parent(compiled: Any, base: Any) -> None:
    spv, parent = silos(compiled, base, "parent")
    rent = RENT * annuity(24)  # the book ends with its last maturity, and what is earned later is not counted
    assert (spv.borrower, parent.borrower) == ("spv", "corporate") and parent.corporate
    assert spv.value_usd == pytest.approx(rent, rel=1e-9)
    assert spv.fulcrum == ("hall-loan" if rent < 2.4e6 else None)
    assert spv.claims[0].paid_share == pytest.approx(min(rent / 2.4e6, 1.0))
    own = 30.0 * BTC + 1e5
    assert parent.own_usd == pytest.approx(own)
    assert parent.value_usd == pytest.approx(own + max(rent - 2.4e6, 0.0))


def test_the_runway_ends_when_balloons_meet_an_empty_till() -> None:
    """1.6 million of money, 1.2 million of rent a year: 1.2 falls due after one year, 2.2 and a half more after two."""
    case = landlord(claims=(note(rank=2, drawn_usd=3e6), hall_loan()))
    compiled = credit.compile_book(case)
    found = runway(compiled, credit.base_case(compiled), "parent")
    assert found.cash_usd == 1e5 and found.coins_usd == 30.0 * BTC
    assert found.liquidity_usd == pytest.approx(1.6e6)
    assert found.equity_usd_per_month == pytest.approx(1e5)
    assert found.burn_usd == pytest.approx(0.0, abs=1.0)  # 1.2 million of rent pays 1.2 million of principal
    assert found.months == 24  # 1.6 + 2.4 of rent - 5.4 due
    assert found.months_with_equity is None  # 24 months of 0.1 more: 4.0 + 2.4 - 5.4 > 0


def test_a_business_outside_the_book_has_no_runway_and_no_value() -> None:
    compiled = credit.compile_book(issuers.business_outside_the_book())
    base = credit.base_case(compiled)
    found = runway(compiled, base, "parent")
    assert found.months is None and found.reason == "missing_input"
    (silo,) = silos(compiled, base, "parent")
    assert silo.value_usd is None and silo.reason == "missing_input"
    page = show(issuers.business_outside_the_book()).issuers[0]
    assert json.loads(json.dumps(page.as_dict(), allow_nan=False))["valued"][0]["coverage"] is None
    assert "not in the book" in capital_structure.sentence(page)


def test_double_leverage_of_coins_is_arithmetic() -> None:
    """30 BTC at 50,000 and 0.1 million of cash against a note of a million: -10 % of the coin takes a quarter."""
    compiled = credit.compile_book(issuer(claims=(note(),), coins=30.0, cash=1e5))
    cases = shocked_cases(compiled)
    found = leverage(compiled, cases, "parent")
    assert found.equity_usd == pytest.approx(6e5)
    assert found.coin == pytest.approx(-0.25) and found.rent == pytest.approx(0.0, abs=1e-12)
    assert found.both == pytest.approx(-0.25) and found.both_beyond == pytest.approx(0.0, abs=1e-12)


def test_rent_and_coin_meet_in_a_rig() -> None:
    """In a network that answers nothing hashprice follows the coin, so either takes a tenth of what rigs earn."""
    fleets = (issuers.rigs(power_kw=0.001),)
    compiled = credit.compile_book(issuer(claims=(note(),), fleets=fleets, cash=1e5))
    found = leverage(compiled, shocked_cases(compiled), "parent")
    assert found.coin is not None and found.rent is not None and found.coin < -0.01
    assert found.coin == pytest.approx(found.rent, rel=0.02)
    assert found.both == pytest.approx(found.coin + found.rent, rel=0.1)


def test_a_quote_older_than_ninety_days_is_history() -> None:
    """Then the margin of the contract is compared, and says so; convertibles and unseen maturities are not."""

    def asked(age: int, **changes: Any) -> Any:
        from datetime import timedelta

        quote = Quote(kind="secondary", date=books.AS_OF - timedelta(days=age), margin_bp=500.0)
        return compared(note(quote=quote, **changes), books.AS_OF, exact(300.0), exact(500.0))

    assert (asked(90).bp, asked(90).kind, asked(90).fresh) == (500.0, "secondary", True)
    assert (asked(91).bp, asked(91).kind, asked(91).fresh) == (300.0, "contract", False)
    assert compared(note(), books.AS_OF, exact(300.0), missing("no_quote")).kind == "contract"
    seen = {"maturity_date": Provenance(mark="assumed", note="not seen")}
    assert asked(1, sources=seen).reason == "no_quote"
    assert (
        compared(issuers.convertible(), books.AS_OF, exact(0.0), missing("no_quote")).reason
        == "not_applicable"
    )


def test_the_cycle_turns_in_the_first_quarter_that_cash_does_not_pay(compiled: Any, base: Any) -> None:
    """Straight parts of 1.2 million a year against 0.3 million of rent a quarter: the quarter to month 12."""
    found = turning(compiled, base, ["spv"])
    assert found.turns == compiled.month_dates[12]
    assert found.due_usd == pytest.approx(1.2e6) and found.contracted_usd == pytest.approx(3 * RENT)
    assert found.refinancing_usd == 0.0 and found.retires is None and found.machines == 0
    small = credit.compile_book(landlord(claims=(note(drawn_usd=1e5), hall_loan(drawn_usd=2e5))))
    assert turning(small, credit.base_case(small), ["spv", "corporate"]).turns is None


def test_what_lenders_would_refinance_pays_a_balloon() -> None:
    """A bullet of 0.9 million against 0.3 of a quarter's rent: lenders would lend 0.81 on the lease."""
    terms = Refinancing(advance_rate=0.9, target_dscr=1.2, tenor_months=36)
    bullet = hall_loan(drawn_usd=9e5, amortisation=Amortisation(kind="bullet"))
    alone = credit.compile_book(landlord(claims=(note(), bullet)))
    with_terms = hall_loan(drawn_usd=9e5, amortisation=Amortisation(kind="bullet"), refinancing=terms)
    helped = credit.compile_book(landlord(claims=(note(), with_terms)))
    assert turning(alone, credit.base_case(alone), ["spv"]).turns == alone.month_dates[24]
    assert turning(helped, credit.base_case(helped), ["spv"]).turns is None


def test_half_of_the_machines_retire_at_their_age() -> None:
    """Nothing moves: machines work to 48 months; a loan of 60 months outlives them and a contract of 24."""
    claim = books.loan(collateral_fleets=("fleet",))
    case = books.case(claims=(claim,), contracts=(books.contract(end=books.day(24)),), maximum_age=4.0)
    compiled = credit.compile_book(case)
    base = credit.base_case(compiled)
    assert turning(compiled, base, ["spv"]).retires == compiled.month_dates[48]
    (row,) = screen(compiled, underwrite_all(case, compiled, base))
    assert row.outlives and row.contract_years == pytest.approx(2.0, abs=0.01)
    assert row.life_years == pytest.approx(4.0, abs=0.1) and row.tenor_years == pytest.approx(5.0, abs=0.01)


def test_pages_say_a_range_where_inputs_are_assumed() -> None:
    found = show(landlord())
    page = found.issuers[0]
    text = json.dumps(found.as_dict(), allow_nan=False)
    assert "double_leverage" in text and page.leverage is not None
    assert page.drawn_usd == pytest.approx(3.4e6) and len(page.claims) == 2
    assert [row.claim for row in page.claims] == ["hall-loan", "note"]  # silos before the parent
    data = found.as_dict()
    for built in (
        book_issuers.build(found),
        capital_structure.build(page),
        liquidity_runway.build(page),
        maturity_wall.build(data["maturity_wall"], "the book"),
    ):
        assert built.table is not None and list(built.table.rows())
    if page.verdict_allowed:
        assert "not a verdict" not in capital_structure.sentence(page)
    else:
        assert "a range, not a verdict" in capital_structure.sentence(page)


@pytest.mark.parametrize(("assumed", "judged"), [(50, True), (51, False)])
def test_above_half_assumed_a_page_prints_the_share_a_range_and_no_verdict(
    assumed: int, judged: bool
) -> None:
    """At exactly half a sentence may judge; one input more and it says how much is assumed, and that it does not."""
    marks = {"observed": 30, "estimated": 70 - assumed, "assumed": assumed}
    whole = show(landlord(), paths=512)
    page = replace(whole.issuers[0], marks=marks, verdict_allowed=share_assumed(marks) <= NO_VERDICT_ABOVE)
    sentences = (capital_structure.sentence(page), default_given.build(page).title)
    for sentence in sentences:
        assert f"{100 * page.assumed_share:.1f} % of inputs assumed" in sentence
        assert ("not a verdict" in sentence) != judged
    assert ("the value" in sentences[0]) == judged
    assert page.verdict_allowed == judged


def test_an_unknown_issuer_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="nearest valid spelling: 'parent'"):
        show(landlord(), issuer="parnt")


def test_a_horizon_makes_no_balloon_and_pages_look_beyond_it() -> None:
    """A loan over 60 months in a run that ends after 12: nothing but its schedule is due on that day."""
    settings = {"horizon_months": 12}
    case = landlord(claims=(note(rank=2), hall_loan(maturity_date=books.day(60))), settings=settings)
    compiled = credit.compile_book(case)
    due, balloon = principal_due(compiled, "hall-loan")
    assert due.sum() == pytest.approx(2.4e6 / 5, rel=1e-6) and not balloon.any()
    years = {row.year: row.principal_due_usd for row in show(case).wall}
    assert sum(years.values()) == pytest.approx(3.4e6) and max(years) == 2029
