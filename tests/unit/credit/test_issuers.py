"""Claims of a whole issuer: what each feature does on a path where only it acts, worked out by hand."""

from __future__ import annotations

import pytest

from haircut.case.book import Customer, Lender
from haircut.case.book.claims import Conversion, LenderShare, Refinancing
from haircut.case.book.fleets import CapacityBackstop, ResidualBackstop
from haircut.case.book.parties import Account, PurchaseCommitment
from haircut.credit import compile_book
from haircut.machines.hashprice import hashprice_today
from tests.unit.credit import books, issuers
from tests.unit.credit.books import AS_OF, day, walk


def run(case, block=None, **defaults):
    compiled = compile_book(case)
    return walk(compiled, block(compiled) if block else books.with_defaults(compiled, **defaults))


# --- coins -----------------------------------------------------------------------------------------------------------


def test_free_coins_repay_a_bullet_that_they_are_worth() -> None:
    path = run(issuers.issuer(claims=(issuers.note(),), coins=30.0))
    assert path.cause() == "none"
    assert path.paid("coin_sale") == {24: pytest.approx(1e6)}
    assert float(path.state.borrowers[0].coins) == pytest.approx(30.0 - 20.0)
    assert path.error < 0.01


def test_coins_worth_less_than_the_bullet_are_left_for_the_estate() -> None:
    """As in Merton: the owner hands over the assets, the lender gets all of them and no more."""
    path = run(issuers.issuer(claims=(issuers.note(),), coins=12.0))
    assert (path.cause(), path.default_month()) == ("maturity", 24)
    assert (path.exposure(), path.recovered()) == (pytest.approx(1e6), pytest.approx(12.0 * issuers.BTC))


def test_the_fee_is_taken_from_what_coins_bring() -> None:
    market = issuers.coin_market(fee=0.02)
    path = run(issuers.issuer(claims=(issuers.note(),), coins=12.0, market=market))
    assert path.recovered() == pytest.approx(12.0 * issuers.BTC * 0.98)


def test_rigs_earn_hashprice_and_keep_the_retained_share_in_coins() -> None:
    market = issuers.coin_market()
    case = issuers.issuer(
        claims=(issuers.note(),),
        fleets=(issuers.rigs(),),
        corporate={"coin_retention_share": 0.25},
        market=market,
    )
    path = run(case)
    assert market.btc is not None and market.network is not None
    price = hashprice_today(market.btc, market.network)
    month = 1000.0 * 0.2 * price / 24.0 * 730.0
    power = 1000.0 * 3.5 * 0.05 * 730.0
    assert path.paid("merchant_revenue")[1] == pytest.approx(0.75 * month, rel=1e-9)
    assert path.paid("operating_cost")[1] == pytest.approx(power, rel=1e-9)
    mined = float(path.state.borrowers[0].coins_in)
    assert mined == pytest.approx(0.25 * month * 24 / issuers.BTC, rel=1e-9)


# --- lines on coins --------------------------------------------------------------------------------------------------


def test_a_call_is_met_from_free_coins_and_restores_the_initial_ltv() -> None:
    case = issuers.issuer(claims=(issuers.line(),), coins=30.0)
    path = run(case, lambda compiled: issuers.coin_falls(compiled, 3, 35_000.0, 50_000.0))
    assert path.cause() == "none"
    # 1m on 40 BTC is called at 38,462, where 52 BTC are needed; repaid from them, the rest comes back.
    assert path.paid("coin_sale") == {24: pytest.approx(1e6)}
    assert float(path.state.borrowers[0].coins) == pytest.approx(70.0 - 20.0)
    sold_out = run(issuers.issuer(claims=(issuers.line(),), coins=5.0), lambda compiled: issuers.coin_falls(
        compiled, 3, 35_000.0, 50_000.0))  # fmt: skip
    assert 3 in sold_out.paid("coin_sale")


def test_a_call_that_free_coins_do_not_meet_is_met_by_the_lender_s_sale() -> None:
    case = issuers.issuer(claims=(issuers.line(),))
    path = run(case, lambda compiled: issuers.coin_falls(compiled, 3, 35_000.0, 50_000.0))
    call = 1e6 / (0.65 * 40.0)
    # 24 hours of cure are 24 / 365 of the way from the call to the low.
    price = call - 24.0 / 365.0 * (call - 35_000.0)
    sold = (1e6 - 0.5 * 40.0 * price) / (price * 0.5)
    assert path.paid("coin_sale")[3] == pytest.approx(sold * price)
    left = 1e6 - sold * price
    assert left / ((40.0 - sold) * price) == pytest.approx(0.5)
    assert float(path.claims["line"]["balance"][3]) == pytest.approx(left)


def test_at_the_liquidation_level_all_coins_go_and_the_rest_falls_due() -> None:
    case = issuers.issuer(claims=(issuers.line(),))
    path = run(case, lambda compiled: issuers.coin_falls(compiled, 3, 20_000.0))
    assert (path.cause(), path.default_month()) == ("margin_call", 3)
    assert path.exposure() == pytest.approx(1e6 - 40.0 * 20_000.0)
    assert path.paid("coin_sale") == {3: pytest.approx(40.0 * 20_000.0)}


def test_without_recourse_the_line_ends_alone() -> None:
    idle = {"accounts": Account(cash_usd=1e5, minimum_cash_usd=1e5)}
    case = issuers.issuer(claims=(issuers.line(recourse=False), issuers.note(drawn_usd=1e5)), corporate=idle)
    path = run(case, lambda compiled: issuers.coin_falls(compiled, 3, 20_000.0))
    claims = path.compiled.claim_ids
    line, note = claims.index("line"), claims.index("note")
    assert (path.cause(line), path.default_month(line)) == ("margin_call", 3)
    assert (path.exposure(line), path.recovered(line)) == (pytest.approx(1e6), pytest.approx(8e5))
    assert path.cause(note) == "none"
    assert path.error < 0.01


def test_a_price_that_comes_back_within_the_month_still_liquidates() -> None:
    """Month ends alone would miss it."""
    case = issuers.issuer(claims=(issuers.line(recourse=False),))
    path = run(case, lambda compiled: issuers.coin_falls(compiled, 3, 25_000.0, 50_000.0))
    assert path.default_month() == 3
    assert path.recovered() == pytest.approx(1e6)


# --- families --------------------------------------------------------------------------------------------------------


def test_what_a_subsidiary_does_not_need_reaches_its_corporate() -> None:
    loan = books.loan(borrower="spv", drawn_usd=6e4, maturity_date=day(12))
    case = issuers.issuer(claims=(loan, issuers.note()), leases=(issuers.lease(),), spv=True)
    path = run(case)
    assert path.compiled.indices.borrowers == ("spv", "corporate")
    # 100,000 a month comes in; the note of 1m at month 24 is paid from it.
    assert path.cause(0) == path.cause(1) == "none"
    assert path.error < 0.01


def test_a_guarantee_of_the_corporate_reaches_as_far_as_its_means() -> None:
    from haircut.case.book.claims import Guarantee

    loan = books.loan(borrower="spv", guarantee=Guarantee(guarantor="parent", scope="full"))
    rich = run(issuers.issuer(claims=(loan, issuers.note(drawn_usd=1.0)), spv=True, cash=3e6))
    assert rich.cause(0) == "none" and sum(rich.paid("guarantee").values()) > 1e6
    poor = run(issuers.issuer(claims=(loan, issuers.note(drawn_usd=1.0)), spv=True, cash=1e5))
    assert poor.cause(0) == "payment"
    assert sum(poor.paid("guarantee").values()) == pytest.approx(1e5)


def test_a_parent_walks_away_from_a_subsidiary_under_water() -> None:
    fleet = books.fleet(id="gpu", units=10.0)
    loan = books.loan(borrower="spv", collateral_fleets=("gpu",), drawn_usd=5e6)
    path = run(
        issuers.issuer(claims=(loan, issuers.note(drawn_usd=1.0)), fleets=(fleet,), spv=True, cash=9e6)
    )
    assert path.cause(0) == "payment"
    assert path.paid("voluntary_support") == {}


def test_the_corporate_s_default_brings_down_whom_it_guarantees_in_the_next_round() -> None:
    from haircut.case.book.claims import Guarantee
    from haircut.credit.steps.default import BY, ROUND

    guarantee = Guarantee(guarantor="parent", scope="full", default_is_event_of_default=True)
    loan = books.loan(borrower="spv", guarantee=guarantee, maturity_date=day(48))
    case = issuers.issuer(
        claims=(loan, issuers.note(maturity_date=day(3))), leases=(issuers.lease(),), spv=True
    )
    path = run(case)
    assert [path.cause(claim) for claim in (0, 1)] == ["guarantor", "maturity"]
    assert [path.default_month(claim) for claim in (0, 1)] == [3, 3]
    assert [int(path.facts[claim, ROUND]) for claim in (0, 1)] == [2, 1]
    assert int(path.facts[0, BY]) == 1 + path.compiled.indices.borrowers.index("corporate")


def test_a_customer_of_the_book_stops_paying_when_it_falls() -> None:
    tenant = Customer(id="tenant", name="Tenant", credit=books.NEVER, borrower="corporate")
    loan = books.loan(borrower="spv", drawn_usd=2e6)
    case = issuers.issuer(
        claims=(loan, issuers.note(maturity_date=day(6))), leases=(issuers.lease(customer="tenant"),), spv=True,
        customers=(tenant,),
    )  # fmt: skip
    path = run(case)
    assert path.default_month(1) == 6
    assert max(path.paid("lease_rent")) == 6
    assert path.root(0) == "customer"
    alone = run(case.model_copy(update={"settings": case.settings.model_copy(update={"in_book": False})}))
    assert alone.cause(0) == "none"


# --- leases, backstops, orders ---------------------------------------------------------------------------------------


def test_a_backer_pays_for_a_tenant_that_fell() -> None:
    backer = Customer(id="backer", name="Backer", credit=books.NEVER)
    shared = {"backer": "backer", "backed_share": 0.75}
    loan = books.loan(borrower="spv", drawn_usd=1e5)
    case = issuers.issuer(claims=(loan,), leases=(issuers.lease(**shared),), spv=True, customers=(backer,))
    path = run(case, acme=5)
    assert path.paid("lease_rent")[4] == pytest.approx(1e5)
    assert path.paid("lease_rent")[5] == pytest.approx(7.5e4)


def test_a_lessee_of_last_resort_pays_its_floor_while_it_lives() -> None:
    backer = Customer(id="backer", name="Backer", credit=books.NEVER)
    floor = CapacityBackstop(backer="backer", price_usd_per_gpu_hour=1.5, start=AS_OF, end=day(12))
    fleet = books.fleet(id="gpu", borrower="corporate", capacity_backstop=floor)
    path = run(issuers.issuer(claims=(issuers.note(),), fleets=(fleet,), customers=(backer,)))
    assert path.paid("merchant_revenue")[12] == pytest.approx(1.5 * 73_000.0)
    assert path.paid("merchant_revenue")[13] == pytest.approx(73_000.0)


def test_a_residual_backstop_pays_what_a_sale_lacks() -> None:
    backer = Customer(id="backer", name="Backer", credit=books.NEVER)
    residual = ResidualBackstop(backer="backer", value_usd_per_unit=200_000.0, until=day(60))
    fleet = books.fleet(id="gpu", borrower="corporate", units=10.0, residual_backstop=residual)
    claim = issuers.note(drawn_usd=5e6, maturity_date=day(3), collateral_fleets=("gpu",))
    with_it = run(issuers.issuer(claims=(claim,), fleets=(fleet,), customers=(backer,)))
    sold = with_it.received("machine_sale")[3]
    assert 0.0 < sold < 2e6
    assert with_it.received("backstop") == {3: pytest.approx(2e6 - sold)}


def test_an_order_is_paid_cancelled_as_far_as_allowed_and_else_owed() -> None:
    order = PurchaseCommitment(date=day(3), amount_usd=1e6, cancellable_share=0.4, deposit_usd=1e5)
    note = issuers.note(drawn_usd=10.0)
    paid = run(issuers.issuer(claims=(note,), cash=2e6, corporate={"purchase_commitments": (order,),
               "accounts": Account(cash_usd=2e6)}))  # fmt: skip
    assert paid.paid("commitment") == {3: pytest.approx(9e5)}
    poor = run(issuers.issuer(claims=(note,), corporate={"purchase_commitments": (order,),
               "accounts": Account(cash_usd=3e5)}))  # fmt: skip
    assert poor.paid("commitment") == {3: pytest.approx(3e5)}
    # 600,000 short, of which 400,000 can be cancelled: 200,000 stay due and bring it down.
    assert (poor.cause(), poor.default_month()) == ("payment", 3)


def test_prepaid_rent_is_worked_off_before_cash_comes_in() -> None:
    fleet = books.fleet(id="gpu", borrower="corporate")
    contract = books.contract(borrower="corporate", fleet="gpu", prepaid_usd=100_000.0)
    path = run(issuers.issuer(claims=(issuers.note(),), fleets=(fleet,), contracts=(contract,)))
    assert path.paid("contract_revenue") == {
        2: pytest.approx(46_000.0),
        **{month: pytest.approx(73_000.0) for month in range(3, 25)},
    }


# --- what a corporate can raise --------------------------------------------------------------------------------------


def test_shares_cure_up_to_the_month_s_access() -> None:
    market = issuers.coin_market(access=0.02)
    note = issuers.note(maturity_date=day(3))
    able = run(issuers.issuer(claims=(note,), market_cap=50e6, market=market))
    assert able.cause() == "none" and able.paid("share_issue") == {3: pytest.approx(1e6)}
    case = issuers.issuer(claims=(note,), market_cap=50e6, market=market)
    fallen = run(case, lambda compiled: issuers.shares_at(books.expected(compiled), 0.9))
    assert fallen.cause() == "maturity"


def test_a_note_converts_above_its_price_and_falls_due_below_it() -> None:
    case = issuers.issuer(claims=(issuers.convertible(),), market_cap=1.0)
    up = run(case, lambda compiled: issuers.shares_at(books.expected(compiled), 2.1))
    assert up.cause() == "none" and up.received("principal") == {24: pytest.approx(1e6)}
    down = run(case, lambda compiled: issuers.shares_at(books.expected(compiled), 1.9))
    assert down.cause() == "maturity"


def test_a_put_is_a_wall_before_maturity() -> None:
    terms = Conversion(conversion_price_usd=20.0, share_price_usd=10.0, put_dates=(day(12),))
    path = run(issuers.issuer(claims=(issuers.convertible(conversion=terms),), market_cap=1.0))
    assert (path.cause(), path.default_month()) == ("maturity", 12)
    above = run(
        issuers.issuer(claims=(issuers.convertible(conversion=terms),), market_cap=1.0),
        lambda compiled: issuers.shares_at(books.expected(compiled), 3.0),
    )
    assert above.cause() == "none"


def test_a_revolver_is_drawn_to_cure_and_then_owed() -> None:
    revolver = issuers.note(
        id="revolver",
        kind="revolver",
        revolving=True,
        commitment_usd=5e5,
        drawn_usd=0.0,
        maturity_date=day(30),
        rank=2,
    )
    serviced = issuers.note(
        drawn_usd=1e6, amortisation=books.Amortisation(kind="straight"), maturity_date=day(10)
    )
    path = run(issuers.issuer(claims=(serviced, revolver)))
    assert path.paid("revolver_draw") == {month: pytest.approx(1e5) for month in range(1, 6)}
    assert path.default_month(0) == 6
    position = path.compiled.claim_ids.index("revolver")
    assert path.exposure(position) == pytest.approx(5e5)


def test_interest_in_kind_joins_principal() -> None:
    interest = books.Interest(kind="fixed", coupon=0.12, day_count="30/360", payment_in_kind_share=1.0)
    path = run(issuers.issuer(claims=(issuers.note(interest=interest),), cash=5e6))
    assert path.paid("interest") == {}
    assert float(path.claims["note"]["balance"][23]) == pytest.approx(1e6 * 1.01**23)


def test_lenders_losses_end_their_appetite() -> None:
    """The first note's loss uses up the budget of the lender that would have refinanced the second."""
    fleet = books.fleet(id="gpu", borrower="spv", units=100.0)
    share = (LenderShare(lender="fund", share=1.0),)
    terms = Refinancing(advance_rate=1.0, target_dscr=1.0, tenor_months=36)
    loan = books.loan(
        borrower="spv", drawn_usd=5e5, amortisation=books.Amortisation(kind="bullet"), maturity_date=day(12),
        collateral_fleets=("gpu",), refinancing=terms, lenders=share, cash_sweep_share=0.0,
    )  # fmt: skip
    lost = issuers.note(drawn_usd=1e6, maturity_date=day(2), lenders=share)
    patient = issuers.issuer(
        claims=(loan, lost), fleets=(fleet,), spv=True, lenders=(Lender(id="fund", name="F"),)
    )
    assert run(patient).cause(0) == "none"
    budget = Lender(id="fund", name="F", risk_budget_usd=1e6)
    burnt = issuers.issuer(claims=(loan, lost), fleets=(fleet,), spv=True, lenders=(budget,))
    assert run(burnt).cause(0) == "maturity"


def test_a_contract_far_above_the_market_is_repriced() -> None:
    fleet = books.fleet(id="gpu", borrower="corporate")
    contract = books.contract(borrower="corporate", fleet="gpu", price_usd_per_gpu_hour=4.0)
    settings = {"renegotiation_hazard": 10.0, "renegotiation_threshold": 0.25}
    case = issuers.issuer(claims=(issuers.note(),), fleets=(fleet,), contracts=(contract,), settings=settings)
    import numpy as np

    # Rent 1 against 4 is a gap of 0.5 beyond the threshold: pressure grows by 5 / 12 a month.
    path = run(case, lambda compiled: books.expected(compiled, patience=np.array([[1.0]])))
    assert path.paid("contract_revenue")[2] == pytest.approx(4.0 * 73_000.0)
    assert 3 not in path.paid("contract_revenue")
    assert path.paid("merchant_revenue")[3] == pytest.approx(73_000.0)


def test_two_sellers_of_one_device_share_its_buyers() -> None:
    """Common collateral: the price of a lot depends on what all sell in the month."""
    market = issuers.coin_market(
        liquidation=books.liquidation(impact="power", longest_sale=1.0, depth=0.0001)
    )
    own = books.fleet(id="own", borrower="corporate")
    other = books.fleet(id="other", borrower="spv")
    first = issuers.note(drawn_usd=9e6, maturity_date=day(3), collateral_fleets=("own",))
    second = issuers.note(
        id="second", borrower="spv", drawn_usd=9e6, maturity_date=day(3), collateral_fleets=("other",)
    )
    alone = run(issuers.issuer(claims=(first,), fleets=(own,), market=market))
    both = run(issuers.issuer(claims=(first, second), fleets=(own, other), spv=True, market=market))
    position = both.compiled.claim_ids.index("note")
    # 100 units against a depth of 100: v = 1 alone and 2 together. The cash of three months went before default.
    assert both.recovered(position) / alone.recovered() == pytest.approx((3.0 / 2.0) ** -0.4)


def test_a_business_outside_the_book_pays_until_its_credit_fails() -> None:
    case = issuers.business_outside_the_book()
    path = run(case)
    assert path.cause() == "none"
    assert sum(path.paid("unmodelled_business").values()) == pytest.approx(1e6 * (1 + 24 * 0.06 / 12))
    fallen = run(case, corporate=7)
    assert (fallen.cause(), fallen.default_month()) == ("exogenous", 7)
    assert fallen.recovered() == pytest.approx(1e6 * (0.4 + 0.06 / 24), rel=1e-6)


def test_a_foreclosed_line_leaves_no_debt_behind() -> None:
    idle = {"accounts": Account(cash_usd=1e5, minimum_cash_usd=1e5)}
    case = issuers.issuer(claims=(issuers.line(recourse=False), issuers.note(drawn_usd=1e5)), corporate=idle)
    path = run(case, lambda compiled: issuers.coin_falls(compiled, 3, 20_000.0))
    line = path.compiled.claim_ids.index("line")
    assert float(path.state.claims[line].principal) == 0.0
    assert float(path.state.claims[line].coins) == 0.0


def test_the_horizon_ends_a_longer_claim_at_par() -> None:
    """It is neither a maturity nor a default, and what it repays until then are parts of its whole life."""
    straight = books.Amortisation(kind="straight")
    fleet = books.fleet(id="gpu", borrower="corporate", units=1000.0)
    claims = (issuers.note(maturity_date=day(60), drawn_usd=6e5, amortisation=straight),)
    path = run(issuers.issuer(claims=claims, fleets=(fleet,), settings={"horizon_months": 24}))
    assert path.cause() == "none"
    assert float(path.claims["note"]["balance"][23]) == pytest.approx(6e5 * 37 / 60)
    assert path.paid("refinancing")[24] == pytest.approx(6e5 * 36 / 60)
    bullet = run(
        issuers.issuer(claims=(issuers.note(maturity_date=day(60)),), settings={"horizon_months": 24})
    )
    assert bullet.cause() == "none"
