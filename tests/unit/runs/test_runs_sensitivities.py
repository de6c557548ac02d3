"""Sensitivities and what is solved for: 0 where nothing can act, the side that economics says, a root that is one."""

from typing import Any

import pytest

from haircut.case.book.claims import Quote
from haircut.case.case import Case
from haircut.pricing.margins import fair_margin
from haircut.runs.executor import Evaluation, evaluate
from haircut.runs.sensitivities import room_of_utilisation, sensitivities, with_utilisation
from haircut.runs.solved import Trial, fair_advance_rate, self_consistent
from tests.unit.credit import books

PATHS = 8 * 512
QUOTED = 600.0


def loan(
    drawn: float = 1.6e6, contracted: bool = False, hazard: float = 0.08, margin: float = 300.0
) -> Evaluation:
    claim = books.loan(
        drawn_usd=drawn, maturity_date=books.day(24), interest=books.floating(margin), collateral_fleets=("fleet",),
        quote=Quote(kind="secondary", date=books.AS_OF, margin_bp=QUOTED),
    )  # fmt: skip
    market = books.quiet_market(
        {"maximum_age": 4.0, "utilisation": 0.7},
        compute={
            "drift": books.by_regime(-0.2, -0.2, -0.2), "volatility": books.by_regime(0.4, 0.4, 0.4),
            "theta": books.quantity(0.30),
        },
    )  # fmt: skip
    contracts = (books.contract(end=books.day(24)),) if contracted else ()
    made: Case = books.case(
        claims=(claim,),
        contracts=contracts,
        market=market,
        settings={"paths": PATHS},
        customer=books.hazard(hazard),
    )
    return evaluate(made, threads=2, underwrite=True)


@pytest.fixture(scope="module")
def merchant() -> Evaluation:
    return loan()


def test_a_loan_that_lives_on_rents_gains_from_each(merchant: Evaluation) -> None:
    found = sensitivities(merchant, threads=2)["loan"]
    for name in ("rent01_usd", "resid01_usd", "util01_usd"):
        value, error = found[name].value, found[name].std_error
        assert isinstance(value, float) and error is not None and value > 3.0 * error > 0.0, name
    assert found["btc_delta_usd"].reason == "not_applicable"


def test_what_cannot_act_is_worth_nothing() -> None:
    """The customer never fails and pays all: no rent, resale price or utilisation reaches the lender."""
    safe = loan(drawn=0.3e6, contracted=True, hazard=0.0)
    found = sensitivities(safe, threads=2)["loan"]
    for name in ("rent01_usd", "resid01_usd", "util01_usd"):
        assert found[name].value == pytest.approx(0.0, abs=1e-6), name


def test_utilisation_stops_at_full_use(merchant: Evaluation) -> None:
    case = merchant.case
    assert room_of_utilisation(case) == pytest.approx(30.0)
    assert with_utilisation(case, 30.0).market.devices[0].utilisation.value == pytest.approx(1.0)


def test_the_self_consistent_margin_is_a_fixed_point_on_the_side_of_fair() -> None:
    """A loan that pays less than fair is not fair at what it pays either; so with one that pays more."""
    for contract in (20.0, 300.0):
        of = loan(drawn=1.5e6, contracted=True, margin=contract)
        fair, solved = fair_margin(of.view("loan")), self_consistent(of, threads=2)
        assert isinstance(fair.value, float) and isinstance(solved.value, float) and solved.std_error
        assert abs(fair.value - contract) > 5.0
        assert (solved.value > contract) == (fair.value > contract)
        interest = of.case.book.claims[0].interest.model_copy(update={"margin_bp": solved.value})
        assert Trial.of(of, 2, None).fair(interest=interest).value == pytest.approx(solved.value, abs=0.02)


def test_at_the_fair_advance_rate_fair_is_what_is_quoted(merchant: Evaluation) -> None:
    found = fair_advance_rate(merchant, threads=2)
    assert isinstance(found.value, float) and found.std_error is not None
    fleet, claim = merchant.case.book.fleets[0], merchant.case.book.claims[0]
    drawn = found.value * fleet.units * fleet.cost_usd_per_unit
    fair = Trial.of(merchant, 2, None).fair(drawn_usd=drawn).value
    assert isinstance(fair, float) and fair == pytest.approx(QUOTED, abs=25.0)
    bare: Any = claim.model_copy(update={"quote": None})
    book = merchant.case.book.model_copy(update={"claims": (bare,)})
    unquoted = evaluate(merchant.case.model_copy(update={"book": book}), threads=2)
    assert fair_advance_rate(unquoted, threads=2).reason == "no_quote"


def test_rows_say_not_asked_unless_they_were_asked_for(merchant: Evaluation) -> None:
    rows = {row.measure: row for row in merchant.measures()}
    for name in ("rent01_usd", "self_consistent_bp", "fair_advance_rate"):
        assert (rows[name].value, rows[name].reason) == (None, "not_asked")
    life = rows["value_half_life_months"]
    assert life.exact and life.number is not None and 0.0 < life.number < 48.0
    parts = [rows[name].number for name in ("lgd_collateral", "lgd_time", "lgd_cost")]
    assert sum(part or 0.0 for part in parts) == pytest.approx(rows["lgd"].number)
    assert all(part is not None and part >= 0.0 for part in parts)
