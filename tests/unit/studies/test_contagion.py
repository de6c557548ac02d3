"""Contagion on small issuers whose answer is arithmetic: a forced default moves what relies on it, and nothing else."""

from typing import Any

import numpy as np
import pytest

from haircut.case.book import Customer, Lender
from haircut.case.book.claims import Covenant, Guarantee, LenderShare, Refinancing
from haircut.case.case import Case
from haircut.credit import compile_book
from haircut.errors import UsageError
from haircut.reports.exhibits import contagion_chains, contagion_cliff, contagion_matrix, contagion_tables
from haircut.reports.picture import svg
from haircut.studies.contagion import Contagion, contagion, with_forced_default
from haircut.studies.contagion.forced import OBLIGORS
from tests.unit.credit import books, issuers
from tests.unit.credit.books import day, loan

PATHS = 4
BULLET = books.Amortisation(kind="bullet")
FREE = books.Interest(kind="fixed", coupon=0.0, day_count="30/360")
MONTHLY = books.Interest(kind="fixed", coupon=0.12, day_count="30/360")


def landlord(tenant_borrower: str | None = "corporate", **changes: Any) -> Case:
    """The SPV lets its hall to the corporate for 100,000 a month, and owes 1.5 million: straight, 1 % a month.

    The corporate earns 50,000 a month elsewhere and owes a note of 1 million after two years.
    """
    fund = Lender(id="fund", name="Fund")
    hall = loan(
        id="hall-loan", borrower="spv", drawn_usd=1.5e6, maturity_date=day(24), interest=MONTHLY,
        collateral_leases=("hall-lease",), stated_recovery=books.recovery(0.25),
        lenders=(LenderShare(lender="fund", share=1.0),), **changes.pop("hall", {}),
    )  # fmt: skip
    rent = issuers.lease(
        customer="tenant",
        re_let_price_share=0.0,
        operating_cost_usd_per_mw_month=0.0,
        **changes.pop("rent", {}),
    )
    return issuers.issuer(
        claims=(hall, issuers.note(drawn_usd=1e6, stated_recovery=books.recovery(0.4))),
        leases=(rent,),
        spv=True,
        lenders=(fund,),
        customers=(Customer(id="tenant", name="Tenant", credit=books.NEVER, borrower=tenant_borrower),),
        corporate={"other_income_usd_per_month": 5e4},
        settings=changes.pop("settings", {}),
        **changes,
    )


def forced(case: Case, **asked: Any) -> Contagion:
    return contagion(case, **{"month": 6, "paths": PATHS, **asked})


def cell(found: Contagion, borrower: str, claim: str) -> Any:
    return next((each for each in found.matrix if (each.borrower, each.claim) == (borrower, claim)), None)


def test_a_tenant_that_falls_brings_down_its_landlord() -> None:
    found = forced(landlord())
    hit = cell(found, "corporate", "hall-loan")
    assert hit.pd_change == 1.0 and hit.pd_error == 0.0 and not hit.own
    assert hit.loss_change_usd > 5e5 and hit.loss_error_usd == 0.0
    row = next(each for each in found.forced if each.borrower == "corporate")
    assert row.forced_share == 1.0 and row.brought_down == 1.0 and row.deepest == 1
    assert row.others_loss_usd == hit.loss_change_usd
    chain = next(each for each in found.chains if each.borrowers == ("corporate", "spv"))
    assert chain.ties == ("tenant",) and chain.probability == 1.0
    assert chain.loss_usd == pytest.approx(hit.loss_change_usd)


def test_a_lender_loses_what_its_claims_lose() -> None:
    """The fund holds the hall's loan alone; nobody is named for the note."""
    found = forced(landlord())
    rows = {row.lender: row for row in found.lenders if row.borrower == "corporate"}
    assert rows["fund"].loss_change_usd == cell(found, "corporate", "hall-loan").loss_change_usd
    assert rows["lenders not named"].loss_change_usd == cell(found, "corporate", "note").loss_change_usd
    assert rows["fund"].loss_before_usd == 0.0


def test_a_forced_borrower_defaults_in_its_month_and_loses_what_it_does_not_recover() -> None:
    """60 % of 1 million is lost at the middle of month 6, at 4 % continuous."""
    case = issuers.issuer(
        claims=(issuers.note(stated_recovery=books.recovery(0.4)),), corporate={"credit": books.NEVER}
    )
    own = cell(forced(case), "corporate", "note")
    assert own.own and own.pd_change == 1.0
    assert own.loss_change_usd == pytest.approx(0.6e6 * np.exp(-0.04 * 5.5 / 12), rel=1e-3)


def test_without_links_and_with_infinite_depth_nothing_moves_bit_for_bit() -> None:
    """In two issuers that share no party and machines that sell at any pace, a default is its own."""
    found = forced(landlord(tenant_borrower=None))
    assert [each for each in found.matrix if not each.own] == []
    assert all(row.others_loss_usd == 0.0 and row.others_loss_error == 0.0 for row in found.forced)
    assert all(row.brought_down == 0.0 and row.deepest == 0 for row in found.forced)
    assert found.chains == ()


def test_a_channel_is_what_its_absence_takes_away() -> None:
    found = forced(landlord(), channels=True)
    row = next(each for each in found.forced if each.borrower == "corporate")
    part = {each.channel: each.loss_usd for each in found.channels if each.borrower == "corporate"}
    assert part == {
        "tenants": row.others_loss_usd, "guarantors": 0.0, "common_collateral": 0.0, "refinancing": 0.0
    }  # fmt: skip


def test_a_guarantor_brings_down_what_it_guarantees_and_its_channel_says_so() -> None:
    guarantee = Guarantee(guarantor="parent", scope="bad_acts", default_is_event_of_default=True)
    found = forced(
        landlord(tenant_borrower=None, hall={"guarantee": guarantee}, rent={"assignable": False}),
        channels=True,
    )
    chain = next(each for each in found.chains if each.borrowers == ("corporate", "spv"))
    assert chain.ties == ("guarantor",) and chain.loss_usd > 0.0
    part = {each.channel: each.loss_usd for each in found.channels if each.borrower == "corporate"}
    assert part["guarantors"] == pytest.approx(chain.loss_usd) and part["tenants"] == 0.0


def test_unsold_machines_of_one_lower_the_recovery_of_another() -> None:
    """Both fleets sell into one market: the second sale meets what the first has left unsold."""
    depth = books.liquidation(impact="power", depth=1e-5, unsold_weight=1.0, longest_sale=24.0)
    market = issuers.coin_market().model_copy(update={"liquidation": depth})
    own = {"amortisation": BULLET, "interest": FREE, "maturity_date": day(12)}
    case = issuers.issuer(
        claims=(
            loan(id="one", borrower="spv", drawn_usd=9e6, collateral_fleets=("gpu",), **own),
            loan(id="two", borrower="corporate", drawn_usd=9e6, collateral_fleets=("other",), **own),
        ),
        fleets=(
            books.fleet(id="gpu", units=300.0), books.fleet(id="other", units=300.0, borrower="corporate")
        ),
        cash=0.0, spv=True, market=market,
    )  # fmt: skip
    found = forced(case, month=11, channels=True)
    worse = cell(found, "spv", "two")
    assert worse is not None and worse.loss_change_usd > 0.0
    part = {each.channel: each.loss_usd for each in found.channels if each.borrower == "spv"}
    assert part["common_collateral"] == pytest.approx(worse.loss_change_usd)
    assert part["tenants"] == 0.0


def test_what_chains_cost_sums_to_what_others_lose() -> None:
    found = forced(landlord())
    for row in found.forced:
        total = sum(each.loss_usd for each in found.chains if each.borrowers[0] == row.borrower)
        assert total == pytest.approx(row.others_loss_usd)


def test_standalone_a_tenant_fails_by_its_own_credit() -> None:
    """Standing alone the landlord's tenant has a hazard; in the book it lives as long as the corporate does."""
    case = landlord()
    customers = tuple(
        each.model_copy(update={"credit": books.hazard(50.0)}) if each.id == "tenant" else each
        for each in case.book.customers
    )
    found = forced(case.model_copy(update={"book": case.book.model_copy(update={"customers": customers})}))
    hall = next(each for each in found.claims if each.claim == "hall-loan")
    assert (hall.in_book_pd, hall.standalone_pd, hall.systemic) == (0.0, 1.0, -1.0)


def test_a_subsidiary_without_debts_cannot_default() -> None:
    case = issuers.issuer(claims=(issuers.note(),), cash=5e6, spv=True)
    found = forced(case)
    assert list(found.skipped) == ["spv"] and "no debts" in found.skipped["spv"]
    assert [row.borrower for row in found.forced] == ["corporate"]


def test_every_obligor_of_the_book_moves_up_behind_the_forced_one() -> None:
    """Rule: a stored obligor at or behind the new one is one more; those that the scenarios draw stay."""
    compiled = compile_book(issuers.everything())
    arrays, block = compiled.arrays, books.expected(compiled)
    changed, moved = with_forced_default(arrays, block, 0, 3)
    first = int(arrays.rules[0]["first_borrower_obligor"])
    assert int(changed.rules[0]["first_borrower_obligor"]) == first + 1
    assert moved.default_month.shape[0] == block.default_month.shape[0] + 1
    seen = 0
    for name, fields in OBLIGORS.items():
        for each in fields:
            old, new = getattr(arrays, name)[each], getattr(changed, name)[each].copy()
            if each == "exogenous":
                assert new[0] == first
                new[0] = old[0]
            assert np.array_equal(new, np.where(old >= first, old + 1, old))
            seen += int((old >= first).sum())
    assert seen > 0


def test_an_own_default_before_the_month_stays() -> None:
    case = issuers.business_outside_the_book()
    compiled = compile_book(case)
    block = books.expected(compiled)
    own = int(compiled.arrays.borrowers["exogenous"][0])
    for drawn, expected in ((3, 3), (6, 6), (9, 6), (0, 6)):
        months = block.default_month.copy()
        months[own] = drawn
        _, moved = with_forced_default(compiled.arrays, block._replace(default_month=months), 0, 6)
        assert moved.default_month[-1].tolist() == [expected]


def test_threads_change_no_digit_and_bad_questions_are_refused() -> None:
    case = landlord()
    assert forced(case, threads=1) == forced(case, threads=2)
    with pytest.raises(UsageError, match="month: found 99; expected 1 to 24"):
        forced(case, month=99)
    with pytest.raises(UsageError, match="at least 2 paths"):
        forced(case, paths=1)


def test_exhibits_carry_the_dollars() -> None:
    found = forced(landlord(), channels=True)
    matrix, chains = contagion_matrix.build(found), contagion_chains.build(found)
    assert matrix.table is not None and "corporate costs others most" in matrix.title
    assert chains.table is not None and chains.table.frame["chain"][0] == "corporate > spv"
    assert chains.chart is not None
    assert "corporate" in svg(chains.chart, name=chains.name, title=chains.title)
    assert contagion_tables.channels(found).table is not None
    assert contagion_tables.lenders(found).title == "fund loses most, from corporate."
    quiet = forced(landlord(tenant_borrower=None))
    assert contagion_chains.build(quiet).chart is None
    assert "No claim's PD" in contagion_tables.standalone(quiet).title


# --- the shock at the cliff -------------------------------------------------------------------------------------


def two_fleets(unsold_weight: float = 1.0) -> Case:
    """Two borrowers with the same machines: one falls first, what it has for sale lowers the mark of the other."""
    depth = books.liquidation(impact="power", depth=1e-5, unsold_weight=unsold_weight, enforcement_lag=4.0)
    market = issuers.coin_market().model_copy(update={"liquidation": depth})
    tested = Covenant(
        test="ltv", maximum=0.8, basis="market", consequence="acceleration", frequency_months=1, window_months=1,
        cure_months=0,
    )  # fmt: skip
    renewed = Refinancing(advance_rate=0.95, target_dscr=1.0, tenor_months=360)
    own = {"amortisation": BULLET, "interest": FREE, "maturity_date": day(12), "covenants": (tested,),
           "refinancing": renewed}  # fmt: skip
    return issuers.issuer(
        claims=(
            loan(id="one", borrower="spv", drawn_usd=FIRST_USD, collateral_fleets=("gpu",), **own),
            loan(id="two", borrower="corporate", drawn_usd=SECOND_USD, collateral_fleets=("other",), **own),
        ),
        fleets=(
            books.fleet(id="gpu", units=300.0), books.fleet(id="other", units=300.0, borrower="corporate")
        ),
        cash=0.0, spv=True, market=market,
    )  # fmt: skip


FIRST_USD, SECOND_USD = 16e6, 14e6


def test_the_cliff_comes_where_the_first_falls_and_takes_the_second_with_it() -> None:
    """LTV of 64 % and 56 % tested at 80 %: alone they fall at 20 % and 30 %, in the book both do near 20 %."""
    found = forced(two_fleets(), paths=2)
    edge = found.cliff
    assert edge.shock == pytest.approx(0.195, abs=0.005) and edge.before_usd == 0.0
    assert (edge.falls[0].claim, edge.falls[0].root, edge.falls[0].by) == ("one", "ltv", "")
    for row in edge.rows:
        expected = (0, 0) if row.shock < 0.195 else (2, 1) if row.shock < 0.295 else (2, 2)
        assert (row.defaults, row.alone) == expected, row
        assert row.later_rounds == int(0.195 < row.shock < 0.295)
        assert row.defaulted_usd >= row.alone_usd
    shown = contagion_cliff.build(found)
    assert "one of spv first" in shown.title and shown.table is not None


def test_without_common_collateral_the_cliff_is_that_of_each_alone() -> None:
    found = forced(two_fleets(unsold_weight=0.0), paths=2)
    assert found.cliff.shock == found.cliff.alone_shock
    assert all(row.defaulted_usd == row.alone_usd and row.later_rounds == 0 for row in found.cliff.rows)
