"""Break-evens against arithmetic: a loan of 1,000,000 at 10 %, straight over 60 months, on 73,000 of rent a month."""

import math
from typing import Any

import pytest

from haircut.case.case import Case
from haircut.errors import UsageError
from haircut.reports.exhibits import break_even_contour, break_evens
from haircut.studies.breakeven import LIMITS, VARIABLES, BreakEvens, contour
from haircut.studies.breakeven import break_evens as solve
from haircut.studies.breakeven.loan import Loan
from tests.unit.credit import books

FIRST_SERVICE = 1e6 / 60 + 1e6 * 0.10 / 12
RENT = 100 * books.MONTHLY_RENT
UTILISATION = FIRST_SERVICE / RENT


def merchant(**changes: Any) -> Case:
    return books.case(claims=(books.loan(collateral_fleets=("fleet",), **changes),), maximum_age=6.0)


def contracted() -> Case:
    return books.case(
        claims=(books.loan(collateral_fleets=("fleet",)),), contracts=(books.contract(),), wall_power=0.5,
        maximum_age=6.0,
    )  # fmt: skip


def row(found: BreakEvens, variable: str, limit: str) -> Any:
    return next(each for each in found.rows if (each.variable, each.limit) == (variable, limit))


def test_utilisation_at_which_cover_is_one() -> None:
    found = solve(merchant(), ["utilisation"])
    assert found.levels["min_dscr"] == pytest.approx(RENT / FIRST_SERVICE, rel=1e-9)
    own = row(found, "utilisation", "min_dscr")
    assert own.today == 1.0 and own.kept_today
    assert own.value == pytest.approx(UTILISATION, abs=2e-4)


def test_contracts_struck_anew() -> None:
    """Power 0.5 kW at 0.08 USD takes 0.04 of the dollar that an hour earns."""
    own = row(solve(contracted(), ["recontract"]), "recontract", "min_dscr")
    assert own.value == pytest.approx(1.0 - UTILISATION - 0.04, abs=2e-4)


def test_power_price_is_a_multiple_of_today() -> None:
    own = row(solve(contracted(), ["power"]), "power", "min_dscr")
    assert own.today == 1.0
    assert own.value == pytest.approx((1.0 - UTILISATION) / 0.04, abs=40 * 2e-4)


def test_residual_scales_the_executed_price() -> None:
    """Sales at value and at no cost: LTV (NOLV) is in proportion to the price, so the root is today's LTV."""
    case = contracted()
    found = solve(case, ["residual"])
    own = row(found, "residual", "nolv_ltv")
    assert own.value == pytest.approx(found.levels["nolv_ltv"], abs=8 * 2e-4)
    assert row(found, "residual", "min_dscr").why == "cannot_act"


def test_sofr_moves_a_floating_coupon() -> None:
    """The first month pays a sixtieth of 2.4 million and the month's rate on all of it."""
    claim = books.loan(drawn_usd=2.4e6, interest=books.floating(0.0), collateral_fleets=("fleet",))
    own = row(solve(books.case(claims=(claim,), maximum_age=6.0), ["sofr"]), "sofr", "min_dscr")
    rate = 12.0 * (RENT / 2.4e6 - 1.0 / 60)  # simple, a year; the curve's is continuous
    # The shift moves a money-market rate, the bound is continuous.
    bound = (12.0 * math.log1p(rate / 12.0) - books.RATE) * 360.0 / 365.0
    assert own.value * 1e-4 == pytest.approx(bound, rel=2e-3)


def test_what_cannot_act_says_why() -> None:
    found = solve(merchant(), ["recontract", "idle", "sofr"])
    assert {each.why for each in found.rows} == {"cannot_act"}
    assert row(found, "sofr", "min_dscr").note == "the coupon is fixed"


def test_at_its_root_a_limit_has_no_room() -> None:
    case = contracted()
    loan = Loan.of(case)
    found = solve(case, ["deflation", "recontract", "idle"])
    roots = [each for each in found.rows if each.value is not None]
    assert roots
    for each in roots:
        moving = VARIABLES[each.variable]
        step = 1.0 if moving.whole else 2e-3 * (moving.high - moving.low)
        sides = [
            loan.at(("check", each.variable, value), moving.moved(loan.case, loan.claim, value))[1][
                each.limit
            ]
            for value in (each.value - step, each.value + step)
        ]
        assert (sides[0] >= 0.0) != (sides[1] >= 0.0), each


def test_a_guarantor_does_not_help() -> None:
    """Machines worth less than the loan and a parent that had promised: principal is lost all the same."""
    claim = books.loan(collateral_fleets=("fleet",), guarantee=books.completion_guarantee())
    case = books.case(
        claims=(claim,),
        contracts=(books.contract(),),
        maximum_age=6.0,
        required_return=1.0,
        parent=books.NEVER,
    )
    own = row(solve(case, ["recontract"]), "recontract", "principal_loss")
    assert own.value is not None and 0.5 < own.value < 1.0


def test_the_contour_passes_through_the_singles() -> None:
    claim = books.loan(drawn_usd=2e6, interest=books.floating(0.0), collateral_fleets=("fleet",))
    case = books.case(claims=(claim,), contracts=(books.contract(),), maximum_age=6.0)
    found = contour(case, ("sofr", "recontract"))
    line = dict(found.lines["min_dscr"])
    for shift, haircut in line.items():
        rate = books.RATE + shift * 1e-4 * 365.0 / 360.0
        service = 2e6 / 60 + 2e6 * math.expm1(rate / 12.0)
        assert haircut == pytest.approx(1.0 - service / RENT, abs=5e-3)
    assert len(line) >= 5
    built = break_even_contour.build(found)
    assert built.chart is not None and built.table is not None
    assert [column.key for column in built.table.columns] == ["across", *LIMITS]


def test_the_page_prints_each_input_once() -> None:
    built = break_evens.build(solve(contracted(), ["recontract", "residual"]))
    assert built.table is not None
    assert built.table.frame["variable"].to_list() == [
        "contracts struck anew, lower by, %", "resale prices, times today's",
    ]  # fmt: skip
    assert math.isclose(float(built.table.frame["min_dscr"][0]), 100.0 * (0.96 - UTILISATION), abs_tol=0.1)


@pytest.mark.parametrize("pair", [("power",), ("power", "power"), ("power", "powr"), ("idle", "power")])
def test_pairs_that_are_none_are_refused(pair: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        contour(merchant(), pair)
