"""Who pays when the borrower cannot: guarantees by scope, parents that support or walk away."""

from __future__ import annotations

import datetime
import math

import pytest

from haircut.case.book.claims import Guarantee
from tests.unit.credit import books

SERVICE_1 = 1e6 / 60 + 1e6 * 0.10 / 12
"""What the first month of the usual loan asks for: 16,666.67 of principal and 8,333.33 of interest."""


def promised(months: int) -> float:
    """Principal and interest of the usual loan over its first months, USD."""
    return sum(1e6 / 60 + (1e6 - 1e6 / 60 * (month - 1)) * 0.10 / 12 for month in range(1, months + 1))


def guaranteed(scope: str, parent: object = books.NEVER, event: bool = False, **changes: object) -> object:
    """A borrower without cash flow behind a parent."""
    completion: datetime.date | None = books.day(24) if scope == "completion" else None
    guarantee = Guarantee(
        guarantor="parent", scope=scope, completion_date=completion, default_is_event_of_default=event
    )
    return books.case(claims=(books.loan(guarantee=guarantee),), parent=parent, **{"fleets": (), **changes})


def test_a_full_guarantee_pays_everything_as_it_falls_due() -> None:
    path = books.run(guaranteed("full"))
    assert path.cause() == "none"
    assert sum(path.paid("guarantee").values()) == pytest.approx(promised(60), abs=0.01)
    assert path.paid("guarantee")[1] == pytest.approx(SERVICE_1, abs=1e-6)
    assert sum(path.paid("principal").values()) == pytest.approx(1e6, abs=1e-3)


def test_a_full_guarantor_that_failed_pays_its_recovery_rate_of_what_is_left() -> None:
    parent = books.hazard(0.05).model_copy(update={"recovery_rate": 0.35})
    path = books.run(guaranteed("full", parent), parent=13)
    assert (path.cause(), path.default_month()) == ("payment", 13)
    # Twelve payments were made; half of the thirteenth month's interest is owed.
    balance = 1e6 * 48 / 60
    assert path.exposure() == pytest.approx(balance * (1 + 0.10 / 24), abs=1e-6)
    assert path.recovered() == pytest.approx(0.35 * path.exposure(), abs=1e-6)
    # The lender receives it at the month's end, grown by half a month at the contract rate.
    assert path.received("deficiency")[13] == pytest.approx(
        0.35 * path.exposure() * math.exp(0.10 / 24), abs=1e-6
    )
    assert path.out("loss") == pytest.approx(0.65 * path.exposure(), abs=1e-6)


def test_the_deficiency_of_a_market_curve_recovers_at_its_convention() -> None:
    """A guarantor whose recovery nobody states recovers as ordinary credit does: 1 - 60 %."""
    path = books.run(guaranteed("full", books.hazard(0.05)), parent=13)
    assert path.recovered() == pytest.approx(0.4 * path.exposure(), abs=1e-6)


def test_a_living_full_guarantor_makes_the_lender_whole_after_an_event_of_its_own() -> None:
    """The borrower files while its guarantor lives: the deficiency is paid in full."""
    path = books.run(guaranteed("full", borrower=books.hazard(0.01)), spv=7)
    assert (path.cause(), path.default_month()) == ("exogenous", 7)
    assert path.recovered() == pytest.approx(path.exposure(), rel=1e-12)
    assert path.out("loss") == pytest.approx(0.0, abs=1e-6)
    assert path.out("material_loss") == 0.0


def test_a_completion_guarantee_ends_with_completion() -> None:
    path = books.run(guaranteed("completion"))
    assert sorted(path.paid("guarantee")) == list(range(1, 25))
    assert (path.cause(), path.default_month()) == ("payment", 25)
    assert path.recovered() == 0.0
    assert path.out("loss") == path.exposure() == pytest.approx(1e6 * 36 / 60 * (1 + 0.10 / 24), abs=1e-6)


def test_a_bad_acts_guarantee_pays_neither_service_nor_deficiency() -> None:
    path = books.run(guaranteed("bad_acts"))
    assert (path.cause(), path.default_month()) == ("payment", 1)
    assert path.paid("guarantee") == path.paid("deficiency") == {}
    assert path.recovered() == 0.0


@pytest.mark.parametrize("event", [True, False])
def test_the_guarantors_default_is_an_event_of_default_only_where_the_claim_says_so(event: bool) -> None:
    of = guaranteed("full", books.hazard(0.05), event, fleets=(books.fleet(),), contracts=(books.contract(),))
    path = books.run(of, parent=20)
    if event:
        assert (path.cause(), path.root(), path.default_month()) == ("guarantor", "guarantor", 20)
        # Machines worth ten times the debt pay it all.
        assert path.recovered() == pytest.approx(path.exposure(), rel=1e-9)
    else:
        assert path.cause() == "none"
        assert path.out("rpv01") > 0.0


# --- voluntary support ----------------------------------------------------------------------------------------


def short_of_cash(units: float, **changes: object) -> object:
    """Contracts bring 0.1 USD an hour: too little for the debt, while units are worth what they are worth."""
    fleet = books.fleet(units=units)
    lease = books.contract(units=units, price_usd_per_gpu_hour=0.1)
    return books.case(fleets=(fleet,), contracts=(lease,), claims=(
        books.loan(collateral_fleets=("fleet",)),), parent=books.NEVER, **changes)  # fmt: skip


def test_a_parent_supports_while_the_fleet_is_worth_more_than_is_owed() -> None:
    path = books.run(short_of_cash(100.0))
    assert path.cause() == "none"
    revenue = 100.0 * 730.0 * 0.1
    assert path.paid("voluntary_support")[1] == pytest.approx(SERVICE_1 - revenue, abs=1e-6)
    assert path.claims["loan"]["market_value"][1] > 1e6


def test_a_parent_walks_away_from_a_fleet_worth_less() -> None:
    path = books.run(short_of_cash(10.0))
    assert path.paid("voluntary_support") == {}
    assert (path.cause(), path.default_month()) == ("payment", 1)
    opening = path.claims["loan"]["market_value"][0]
    assert 0.5e6 < opening < 1e6


def test_a_parent_walks_away_when_the_value_falls_below_the_debt() -> None:
    """Machines of 13 units lose value as they age to 6 years; the loan is a bullet."""
    from haircut.case.book.claims import Amortisation

    claim = books.loan(amortisation=Amortisation(kind="bullet"), collateral_fleets=("fleet",))
    fleet = books.fleet(units=35.0)
    lease = books.contract(units=35.0, price_usd_per_gpu_hour=0.1)
    path = books.run(
        books.case(claims=(claim,), fleets=(fleet,), contracts=(lease,), parent=books.NEVER, maximum_age=6.0)
    )
    value = path.claims["loan"]["market_value"]
    cure = 1e6 * 0.10 / 12 - 35.0 * 730.0 * 0.1
    month = path.default_month()
    assert path.cause() == "payment"
    assert 6 < month < 48
    assert sorted(path.paid("voluntary_support")) == list(range(1, month))
    owed = 1e6 + 1e6 * 0.10 / 12 - 35.0 * 730.0 * 0.1 + cure
    assert value[month - 1] > owed
    machine = by_age(72 - month)
    assert 35.0 * machine < owed < 35.0 * by_age(72 - month + 1)


def by_age(months_left: int) -> float:
    """F of a machine that earns 730 USD a month for a number of months, discounted at 10 % from mid-month."""
    return sum(730.0 * math.exp(-0.10 * (month + 0.5) / 12) for month in range(months_left))


def test_a_parent_supports_for_the_sake_of_a_contract_to_come() -> None:
    """Worthless machines, but a lease that starts in a year and is worth more than the debt."""
    lease = books.contract(start=books.day(12), end=books.day(60), price_usd_per_gpu_hour=1.0)
    of = books.case(contracts=(lease,), parent=books.NEVER, utilisation=0.0, psi_mark=0.01)
    path = books.run(of)
    assert path.cause() == "none"
    assert sorted(path.paid("voluntary_support")) == list(range(1, 13))
    without = books.run(books.case(contracts=(), parent=books.NEVER, utilisation=0.0, psi_mark=0.01))
    assert (without.cause(), without.default_month()) == ("payment", 1)


def test_a_parent_without_credit_gives_nothing() -> None:
    of = short_of_cash(100.0)
    issuer = of.book.issuers[0].model_copy(update={"credit": None})
    of = of.model_copy(update={"book": of.book.model_copy(update={"issuers": (issuer,)})})
    path = books.run(of)
    assert path.paid("voluntary_support") == {}
    assert path.default_month() == 1
