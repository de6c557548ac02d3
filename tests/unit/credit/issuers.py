"""A small issuer in a quiet market: a corporate with coins, rigs, notes and a line, and a subsidiary with a hall.

Nothing moves unless a test moves it. One BTC is worth 50,000 USD; hashprice stays where it is.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from haircut.case.book import Account, Book, Borrower, Claim, Customer, Fleet, Issuer, Lease, Lender, Site
from haircut.case.book.claims import Amortisation, CoinLine, Conversion, Guarantee, LenderShare
from haircut.case.book.fleets import CapacityBackstop, ResidualBackstop
from haircut.case.book.parties import PurchaseCommitment
from haircut.case.case import Case
from haircut.case.market import BtcMarket, Market, NetworkMarket, Rig
from haircut.case.market.equities import EquityLaw
from haircut.case.settings import Settings
from haircut.credit import CompiledBook
from haircut.scenarios.block import ScenarioBlock
from tests.unit.credit import books
from tests.unit.credit.books import SOURCED, day, loan, quantity, quiet_market

BTC = 50_000.0


def rig() -> Rig:
    """200 TH/s at 17.5 J/TH that always runs and costs nothing but power."""
    values = {
        "rack_density_kw": 25.0, "new_price": 3400.0, "efficiency": 17.5, "hash_rate": 200.0, "overhead": 1.0,
        "other_cash_cost": 0.0, "idle_cost": 0.0, "uptime": 1.0, "failure_hazard": 0.0, "maximum_age": 20.0,
        "required_return": 0.2, "salvage": 0.0, "psi_mark": 1.0, "psi_sale": 1.0, "installed_base": 1e6,
    }  # fmt: skip
    numbers = {name: quantity(value) for name, value in values.items()}
    return Rig(id="s21", name="S21", launch_date=datetime.date(2024, 1, 1), cooling="air", **numbers)


def coin_market(access: float = 0.0, fee: float = 0.0, volatility: float = 0.0, **changes: Any) -> Market:
    """The quiet market with a coin at 50,000 USD and a network that answers nothing."""
    still = {name: quantity(0.0) for name in (
        "drift_calm", "drift_stress", "volatility_calm", "volatility_stress", "jumps_per_year", "jump_mean",
        "jump_deviation",
    )}  # fmt: skip
    still["volatility_calm"] = quantity(volatility)
    network = {
        "hashrate": 600.0, "subsidy": 3.125, "fees": 0.0, "efficiency": 22.0, "efficiency_gain": 0.0,
        "power_price": 0.05, "target_margin": 0.15, "speed_up": 0.0, "speed_down": 0.0, "volatility": 0.0,
    }  # fmt: skip
    market = quiet_market(
        btc=BtcMarket(price=quantity(BTC), sale_fee=quantity(fee), **still),
        network=NetworkMarket(
            next_halving=datetime.date(2060, 1, 1),
            **{name: quantity(value) for name, value in network.items()},
        ),
        rigs=(rig(),),
        equities=(EquityLaw(issuer="parent", own_volatility=0.0, **SOURCED),),
        **changes,
    )
    funding = market.funding.model_copy(
        update={"equity_access_calm": quantity(access), "equity_access_stress": quantity(access)}
    )
    return market.model_copy(update={"funding": funding})


def note(**changes: Any) -> Claim:
    """A bullet of the corporate, two years, nothing to pay before, unless stated."""
    values: dict[str, Any] = {
        "id": "note", "name": "Note", "kind": "senior_note", "borrower": "corporate", "drawn_usd": 1e6,
        "maturity_date": day(24), "interest": books.Interest(kind="fixed", coupon=0.0, day_count="30/360"),
        "amortisation": Amortisation(kind="bullet"),
    }  # fmt: skip
    return loan(**{**values, **changes})


def coin_line(**changes: Any) -> CoinLine:
    values: dict[str, Any] = {
        "pledged_btc": 40.0, "initial_ltv": 0.5, "call_ltv": 0.65, "liquidation_ltv": 0.8,
    }  # fmt: skip
    return CoinLine(**{**values, **changes})


def line(recourse: bool = True, **changes: Any) -> Claim:
    """One million on 40 BTC: half of their worth."""
    values = {"id": "line", "kind": "coin_backed_line", "coin_line": coin_line(recourse=recourse)}
    return note(**{**values, **changes})


def convertible(**changes: Any) -> Claim:
    terms = changes.pop("conversion", Conversion(conversion_price_usd=20.0, share_price_usd=10.0))
    return note(**{"id": "convertible", "kind": "convertible_note", "conversion": terms, **changes})


def rigs(**changes: Any) -> Fleet:
    values = {
        "id": "rigs",
        "borrower": "corporate",
        "device": "s21",
        "units": 1000.0,
        "cost_usd_per_unit": 3000.0,
    }
    return books.fleet(**{**values, **changes})


def lease(**changes: Any) -> Lease:
    values: dict[str, Any] = {
        "id": "hall-lease", "borrower": "spv", "customer": "acme", "megawatts": 10.0,
        "price_usd_per_mw_month": 10_000.0, "start": books.AS_OF, "end": day(60),
    }  # fmt: skip
    return Lease(**{**values, **changes})


def issuer(
    *,
    claims: tuple[Claim, ...],
    fleets: tuple[Fleet, ...] = (),
    leases: tuple[Lease, ...] = (),
    contracts: tuple[Any, ...] = (),
    cash: float = 0.0,
    coins: float = 0.0,
    market_cap: float | None = None,
    spv: bool = False,
    lenders: tuple[Lender, ...] = (),
    customers: tuple[Customer, ...] = (),
    corporate: dict[str, Any] | None = None,
    subsidiary: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    market: Market | None = None,
) -> Case:
    """A corporate, and with `spv` a subsidiary of it."""
    borrowers = [
        Borrower(**{
            "id": "corporate", "name": "Corporate", "issuer": "parent",
            "accounts": Account(cash_usd=cash, coins_btc=coins), **(corporate or {}),
        })
    ]  # fmt: skip
    if spv:
        borrowers.append(Borrower(**{"id": "spv", "name": "SPV", "issuer": "parent", **(subsidiary or {})}))
    book = Book(
        issuers=(
            Issuer(id="parent", name="Parent", segment="crypto_miners", corporate="corporate",
                   market_cap_usd=market_cap),
        ),
        borrowers=tuple(borrowers),
        sites=(Site(id="hall", name="Hall", power_price_usd_per_kwh=0.05),),
        customers=(Customer(id="acme", name="Acme", credit=books.NEVER), *customers),
        lenders=lenders,
        fleets=fleets,
        contracts=contracts,
        leases=leases,
        claims=claims,
    )  # fmt: skip
    return Case(
        name="issuer", title="Issuer", claim=claims[0].id, book=book, market=market or coin_market(),
        settings=Settings(**{"re_let_gap_months": 0, "grace_months": 0, **(settings or {})}),
    )  # fmt: skip


def coin_falls(compiled: CompiledBook, month: int, low: float, end: float | None = None) -> ScenarioBlock:
    """The expected path on which the coin touches a price in one month and ends it there, or elsewhere, for good."""
    block = books.expected(compiled)
    btc, lows = block.btc.copy(), block.btc_low.copy()
    btc[:, month:] = low if end is None else end
    lows[:, month:] = btc[:, month:]
    lows[:, month] = low
    return block._replace(btc=btc, btc_low=lows)


def shares_at(block: ScenarioBlock, level: float) -> ScenarioBlock:
    """The same with shares at a multiple of today's price from the first month on."""
    shares = block.shares.copy()
    shares[:, :, 1:] = level
    return block._replace(shares=np.ascontiguousarray(shares))


def everything() -> Case:
    """An issuer that uses every feature at once, and on whose expected path money moves for each reason."""
    backer = Customer(id="backer", name="Backer", credit=books.NEVER)
    tenant = Customer(id="tenant", name="Tenant", credit=books.NEVER, borrower="corporate")
    fund = Lender(id="fund", name="Fund", risk_budget_usd=5e6)
    share = (LenderShare(lender="fund", share=1.0),)
    floor = CapacityBackstop(backer="backer", price_usd_per_gpu_hour=1.2, start=books.AS_OF, end=day(12))
    residual = ResidualBackstop(backer="backer", value_usd_per_unit=150_000.0, until=day(60))
    gpu = books.fleet(id="gpu", units=10.0, capacity_backstop=floor, residual_backstop=residual)
    order = PurchaseCommitment(date=day(1), amount_usd=2e5, cancellable_share=0.5, deposit_usd=2e4)
    put = Conversion(conversion_price_usd=20.0, share_price_usd=10.0, put_dates=(day(14),))
    in_kind = books.Interest(kind="fixed", coupon=0.1, day_count="30/360", payment_in_kind_share=0.5)
    spv_loan = loan(
        id="hall-loan", borrower="spv", drawn_usd=8e6, maturity_date=day(9), collateral_fleets=("gpu",),
        collateral_leases=("hall-lease",), amortisation=Amortisation(kind="bullet"), lenders=share, interest=in_kind,
        guarantee=Guarantee(guarantor="parent", scope="completion", completion_date=day(2)),
    )  # fmt: skip
    claims = (
        spv_loan,
        note(drawn_usd=4e5, maturity_date=day(8)),
        convertible(conversion=put, drawn_usd=3e5, maturity_date=day(20)),
        note(id="shares-note", kind="convertible_note", drawn_usd=1e5, maturity_date=day(10),
             conversion=Conversion(conversion_price_usd=5.0, share_price_usd=10.0)),
        line(drawn_usd=1e6, maturity_date=day(12)),
        note(id="revolver", kind="revolver", revolving=True, commitment_usd=1e5, drawn_usd=0.0,
             maturity_date=day(18), rank=2),
    )  # fmt: skip
    contract = books.contract(
        borrower="spv", fleet="gpu", units=5.0, prepaid_usd=5_000.0, end=day(6), price_usd_per_gpu_hour=2.0
    )
    return issuer(
        claims=claims,
        fleets=(rigs(units=500.0, power_kw=3.4, utilisation=0.99, failure_hazard_per_year=0.01,
                     other_cash_cost_usd_per_hour=0.01, maximum_age_years=9.0), gpu),
        leases=(lease(customer="tenant", megawatts=2.0, backer="backer", backed_share=0.5, re_let_price_share=0.5,
                      operating_cost_usd_per_mw_month=1_000.0, end=day(7)),),
        contracts=(contract,),
        cash=1.5e5,
        coins=1.0,
        market_cap=30e6,
        spv=True,
        lenders=(fund,),
        customers=(backer, tenant),
        corporate={"purchase_commitments": (order,), "coin_retention_share": 0.2, "overhead_usd_per_month": 1e5,
                   "other_income_usd_per_month": 1_000.0},
        settings={"renegotiation_hazard": 0.5, "grace_months": 3},
        market=coin_market(access=0.01, fee=0.01),
    )  # fmt: skip


def business_outside_the_book() -> Case:
    """A corporate whose debts the book holds and whose business it does not: it pays while its credit lives."""
    interest = books.Interest(kind="fixed", coupon=0.06, day_count="30/360")
    return issuer(
        claims=(note(interest=interest, stated_recovery=books.recovery(0.4)),),
        corporate={"credit": books.hazard(0.02)},
    )
