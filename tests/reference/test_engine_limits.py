"""The engine collapses to what is known in closed form: schedules, annuities, par floaters, the credit triangle.

Every number here comes out of `compile_book`, `base_case`, `simulate` or `run_path`; plain Python beside it is
the oracle. Published and exact check values are those of the project's method notes (A1, A2, B6).
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import haircut as hc
from haircut.case.book.claims import Amortisation, Draw, Interest
from haircut.credit import COLUMNS, base_case, compile_book, simulate
from haircut.credit.outcomes import INDEX
from haircut.pricing import survival_weighted_spread
from haircut.pricing.underwriting import underwriting
from tests.unit.credit import books

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
A1_CASH = (100.0, 70.0, 49.0, 34.3, 24.01)
A1_OPEN = (159.9360, 104.5011, 64.9512, 36.4463, 15.5909)
A1_PRINCIPAL = (55.4350, 39.5499, 28.5049, 20.8554, 15.5909)
A2_DSCR = (1.400, 0.980, 0.686, 0.480, 0.336, 0.235, 0.165, 0.115, 0.081, 0.056)


# --- zero volatility ------------------------------------------------------------------------------------------


@dataclass
class Hand:
    """A schedule in plain Python: balances and payments by month, and their present value."""

    balance: list[float]
    received: list[float]
    pv: float
    draws_pv: float


def discount(month: float) -> float:
    return math.exp(-books.RATE * month / 12.0)


def accrual(month: int, day_count: str) -> float:
    start, end = books.day(month - 1), books.day(month)
    return (end - start).days / 360.0 if day_count == "ACT/360" else 1.0 / 12.0


def by_hand(
    principal: list[float], drawn: float, months: int, frequency: int, day_count: str,
    coupon: float | None, margin: float, draws: dict[int, float],
) -> Hand:  # fmt: skip
    """Pay interest on each payment date and the given principal; SOFR compounds, the margin does not."""
    outstanding, index, simple = drawn, 0.0, 0.0
    found = Hand([drawn], [0.0], 0.0, 0.0)
    for month in range(1, months + 1):
        year = accrual(month, day_count)
        simple += outstanding * (margin if coupon is None else coupon) * year
        if coupon is None:
            index += (outstanding + index) * (discount(month - 1) / discount(month) - 1.0)
        paid = 0.0
        if (months - month) % frequency == 0:
            paid = simple + index + principal[month]
            outstanding -= principal[month]
            simple = index = 0.0
        if month in draws:
            outstanding += draws[month]
            found.draws_pv += draws[month] * discount(month)
        found.received.append(paid)
        found.balance.append(outstanding)
        found.pv += paid * discount(month)
    return found


def straight(drawn: float, months: int, frequency: int, draws: dict[int, float]) -> list[float]:
    """Equal principal on what is outstanding over the payment dates that are left."""
    result, outstanding = [0.0] * (months + 1), drawn
    for month in range(1, months + 1):
        if (months - month) % frequency == 0:
            result[month] = outstanding / ((months - month) // frequency + 1)
            outstanding -= result[month]
        outstanding += draws.get(month, 0.0)
    return result


SCHEDULES = {
    "monthly fixed": (1, Interest(kind="fixed", coupon=0.10, day_count="30/360"), {}),
    "quarterly SOFR": (3, books.floating(400.0, day_count="ACT/360"), {}),
    "semi-annual SOFR with draws": (6, books.floating(250.0), {4: 3e5, 20: 2e5}),
    "annual fixed, ACT/360": (12, Interest(kind="fixed", coupon=0.07, day_count="ACT/360"), {}),
    "quarterly SOFR, hedged": (3, books.floating(400.0, hedged_share=0.8, day_count="ACT/360"), {5: 1e5}),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_without_volatility_the_engine_is_the_schedule_to_the_cent(gap, name: str) -> None:
    frequency, interest, draws = SCHEDULES[name]
    claim = books.loan(
        interest=interest, payment_frequency_months=frequency,
        draws=tuple(Draw(date=books.day(month), amount_usd=usd) for month, usd in draws.items()),
    )  # fmt: skip
    compiled = compile_book(books.case(claims=(claim,), contracts=(books.contract(),)))
    principal = straight(1e6, 60, frequency, draws)
    margin = 0.0 if interest.margin_bp is None else interest.margin_bp * 1e-4
    hand = by_hand(principal, 1e6, 60, frequency, interest.day_count, interest.coupon, margin, draws)
    lines = base_case(compiled).claims["loan"]
    assert gap(np.abs(lines["balance"][:60] - hand.balance[:60]).max(), 0.0) < 0.005
    for measure in ("P", "Q"):
        found = simulate(compiled, measure, 3, 1)
        mean = found.sums[0, 0] / 3.0
        assert mean[INDEX["pv"]] == pytest.approx(hand.pv, abs=0.005)
        assert mean[INDEX["draws_pv"]] == pytest.approx(hand.draws_pv, abs=0.005)
        assert mean[INDEX["default_maturity"]] == mean[INDEX["loss_pv"]] == 0.0
        assert found.cash_error_usd < 1e-6


@pytest.mark.parametrize(("coupon", "frequency"), [(0.10, 1), (0.08, 3), (0.12, 12)])
def test_without_deflation_volatility_and_cost_the_loan_is_an_annuity(coupon: float, frequency: int) -> None:
    claim = books.loan(
        interest=Interest(kind="fixed", coupon=coupon, day_count="30/360"),
        amortisation=Amortisation(kind="annuity"), payment_frequency_months=frequency,
    )  # fmt: skip
    compiled = compile_book(books.case(claims=(claim,)))
    path = books.walk(compiled)
    per_period, periods = coupon * frequency / 12.0, 60 // frequency
    payment = 1e6 * per_period / (1.0 - (1.0 + per_period) ** -periods)
    interest, principal = path.paid("interest"), path.paid("principal")
    outstanding = 1e6
    for number in range(1, periods + 1):
        month = number * frequency
        assert interest[month] + principal[month] == pytest.approx(payment, abs=0.005)
        outstanding = outstanding * (1.0 + per_period) - payment
        if month < 60:
            assert path.claims["loan"]["balance"][month] == pytest.approx(outstanding, abs=0.005)
    flat = sum(
        payment * math.exp(-books.RATE * number * frequency / 12.0) for number in range(1, periods + 1)
    )
    assert path.out("pv") == pytest.approx(flat, abs=0.005)
    # The merchant rent is the whole cash flow: 100 units, 730 hours, 1 USD, no cost.
    assert path.borrower["cfads"][1:60] == pytest.approx(73_000.0, abs=1e-6)


# --- a floater is par -----------------------------------------------------------------------------------------


FLOATERS = {
    "plain": {},
    "with draws": {
        "draws": (Draw(date=books.day(4), amount_usd=3e5), Draw(date=books.day(17), amount_usd=1e5))
    },
    "hedged": {"interest": books.floating(400.0, hedged_share=1.0, day_count="ACT/360")},
    "monthly": {"payment_frequency_months": 1},
    "bullet": {"amortisation": Amortisation(kind="bullet")},
}


@pytest.mark.parametrize("name", FLOATERS)
@pytest.mark.parametrize("volatility", [0.0, 0.003])
def test_a_floater_without_default_has_a_fair_margin_of_zero(name: str, volatility: float) -> None:
    """Rates may move (little enough that the floor at 0 does not matter): the index alone is worth par."""
    terms = {
        "interest": books.floating(400.0, day_count="ACT/360"), "payment_frequency_months": 3, **FLOATERS[name]
    }  # fmt: skip
    guaranteed = {"guarantee": books.completion_guarantee()} if name == "bullet" else {}
    of = books.case(
        claims=(books.loan(**terms, **guaranteed),), contracts=(books.contract(),), parent=books.NEVER,
        market=books.quiet_market(rates=books.rates(volatility)),
    )  # fmt: skip
    compiled = compile_book(of)
    found = simulate(compiled, "Q", 600, 5)
    means = found.sums.sum(axis=0)[0] / 600.0
    assert means[INDEX["default_maturity"]] == 0.0
    assert books.fair_margin(compiled, means) * 1e4 == pytest.approx(0.0, abs=0.1)


# --- the credit triangle --------------------------------------------------------------------------------------


def unsecured(hazard: float, share: float, months: int = 60, **terms: object) -> hc.Case:
    """A floating loan that a parent pays on time until the borrower files, and that then recovers a share."""
    claim = books.loan(
        interest=books.floating(300.0), stated_recovery=books.recovery(share), maturity_date=books.day(months),
        guarantee=books.completion_guarantee(), **terms,
    )  # fmt: skip
    return books.case(claims=(claim,), fleets=(), parent=books.NEVER, borrower=books.hazard(hazard))


@pytest.mark.parametrize(("hazard", "recovery"), [(0.02, 0.4), (0.05, 0.6), (0.10, 0.0)])
def test_credit_triangle(gap, hazard: float, recovery: float) -> None:
    compiled = compile_book(unsecured(hazard, recovery, amortisation=Amortisation(kind="bullet")))
    triangle = hazard * (1.0 - recovery) * 1e4
    # Without sampling: margins are paid at month ends and losses fall in mid-month, worth r / 24 of the spread.
    exact = books.fair_margin(compiled, books.expectation(compiled, "spv")[0]) * 1e4
    assert exact == pytest.approx(triangle * (1.0 + books.RATE / 24.0), rel=3e-4)
    view, p, q = books.priced(compiled, 8_192)
    from haircut.pricing.margins import fair_model

    sampled = fair_model(view)
    assert isinstance(sampled.value, float)
    assert sampled.std_error is not None
    assert gap(sampled.value, exact) < 3.0 * sampled.std_error
    assert gap(sampled.value, triangle) < 3.0 * sampled.std_error
    # One hazard under both measures and no price of risk: Q is P, bit for bit.
    assert np.array_equal(p.sums, q.sums)


def test_b6_amortising_loan_through_the_monthly_engine(gap) -> None:
    """Balances of A1, annual payments, hazard 5 %, recovery 60 %, 4 % continuous: 203.895 bp with annual defaults,
    204.02 bp with monthly ones."""
    total = A1_OPEN[0]
    shares = [principal / total for principal in A1_PRINCIPAL]
    shares[-1] += 1.0 - sum(shares)
    compiled = compile_book(
        unsecured(
            0.05, 0.6, amortisation=Amortisation(kind="given", shares=tuple(shares)),
            payment_frequency_months=12, drawn_usd=total * 1e4,
        )
    )  # fmt: skip
    balances = 1e-4 * np.array(
        [base_case(compiled).claims["loan"]["balance"][12 * year] for year in range(5)]
    )
    assert balances == pytest.approx(A1_OPEN, abs=2e-4)

    ends = np.arange(1, 6)
    annual = survival_weighted_spread(
        balances, 1.0, np.exp(-0.05 * np.arange(6)), np.exp(-0.04 * ends), np.exp(-0.04 * (ends - 0.5)), 0.4
    )
    assert annual * 1e4 == pytest.approx(203.8948, abs=1e-3)

    # The oracle: default in the middle of a month, margin accrued up to it, annual payments.
    loss = premium = 0.0
    for month in range(1, 61):
        balance = balances[(month - 1) // 12]
        dying = math.exp(-0.05 * (month - 1) / 12.0) - math.exp(-0.05 * month / 12.0)
        middle = math.exp(-0.04 * (month - 0.5) / 12.0)
        loss += 0.4 * balance * dying * middle
        premium += balance * ((month - 1) % 12 + 0.5) / 12.0 * dying * middle
        if month % 12 == 0:
            premium += balance * math.exp(-0.09 * month / 12.0)
    oracle = loss / premium * 1e4
    assert oracle == pytest.approx(204.018, abs=1e-3)

    exact = books.fair_margin(compiled, books.expectation(compiled, "spv")[0]) * 1e4
    assert exact == pytest.approx(oracle, abs=2e-3)
    from haircut.pricing.margins import fair_model

    view, _, _ = books.priced(compiled, 16_384)
    sampled = fair_model(view)
    assert isinstance(sampled.value, float)
    assert sampled.std_error is not None
    assert gap(sampled.value, 204.02) < 3.0 * sampled.std_error


# --- the model of a building ----------------------------------------------------------------------------------


def ten_years(overlay: str) -> hc.Case:
    return hc.overlay(hc.load(EXAMPLES / "ten-year-model"), overlay)


def test_a2_the_lenders_model_and_the_true_cash() -> None:
    of = ten_years("deflation-30")
    compiled = compile_book(of)
    base, lender = base_case(compiled), base_case(compiled, "flat")
    lines = base.claims["ten-year-loan"]
    years = slice(12, 121, 12)
    assert lines["dscr"][years] == pytest.approx([1.4 * 0.7**year for year in range(10)], abs=1e-6)
    assert lines["dscr"][years] == pytest.approx(A2_DSCR, abs=5.1e-4)
    assert lender.claims["ten-year-loan"]["dscr"][years] == pytest.approx([1.4] * 10, abs=1e-9)
    scale = 100.0 / float(lender.borrower["ten-year-borrower"]["cfads"][1:13].sum())
    assert compiled.drawn["ten-year-loan"] * scale == pytest.approx(438.8977, abs=1e-4)
    assert lines["debt_service"][years] * scale == pytest.approx([71.4286] * 10, abs=1e-4)
    found = underwriting(of, of.book.claims[0], compiled, base, lender)
    assert found.first_dscr_breach == "2026-12-31"
    assert found.llcr == pytest.approx(0.563405, abs=1e-6)
    assert found.over_lending_multiple == pytest.approx(2.744, abs=5e-4)
    assert found.over_lending_same_tenor == pytest.approx(2.485, abs=5e-4)


def test_a1_five_years_on_true_cash() -> None:
    of = ten_years("tenor-5-true-cash")
    compiled = compile_book(of)
    base = base_case(compiled)
    cash = base.borrower["ten-year-borrower"]["cfads"]
    scale = 100.0 / float(cash[1:13].sum())
    by_year = [float(cash[12 * year + 1 : 12 * year + 13].sum()) * scale for year in range(5)]
    assert by_year == pytest.approx(A1_CASH, abs=1e-6)
    plan = compiled.schedules["ten-year-loan"]
    dates = slice(12, 61, 12)
    opening = 0.0
    for flow in reversed(A1_CASH):
        opening = (opening + flow / 1.4) / 1.1
    expected = [opening]
    for flow in A1_CASH:
        expected.append(expected[-1] * 1.1 - flow / 1.4)
    assert plan.balance[np.r_[0, dates]] * scale == pytest.approx(expected, abs=1e-6)
    assert plan.balance[0:60:12] * scale == pytest.approx(A1_OPEN, abs=5.1e-5)
    assert plan.principal[dates] * scale == pytest.approx(A1_PRINCIPAL, abs=5.1e-5)
    assert (plan.interest + plan.principal)[dates] * scale == pytest.approx(
        [flow / 1.4 for flow in A1_CASH], abs=1e-6
    )
    assert plan.cover == pytest.approx(1.4, abs=1e-9)
    assert base.claims["ten-year-loan"]["dscr"][dates] == pytest.approx([1.4] * 5, abs=1e-9)
    assert compiled.wal_years["ten-year-loan"] == pytest.approx(2.38486, abs=1e-5)
    assert compiled.as_of == datetime.date(2024, 12, 31)


# --- the same bits --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real() -> object:
    """A real loan with weak customers, so that every leg of loss is seen."""
    return compile_book(hc.overlay(hc.load(EXAMPLES / "coreweave-ddtl-3"), "customer-ccc"))


@pytest.mark.parametrize("measure", ["P", "Q"])
def test_any_number_of_threads_gives_the_same_bits(real: hc.credit.CompiledBook, measure: str) -> None:
    one, two, four = (simulate(real, measure, 1_536, 7, threads) for threads in (1, 2, 4))
    for other in (two, four):
        for name in ("sums", "cross", "default_counts", "root_counts", "monthly_defaults"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
        assert one.sample.keys() == other.sample.keys()
        for name, values in one.sample.items():
            assert np.array_equal(values, other.sample[name], equal_nan=True), name


def test_more_paths_keep_the_first_blocks_and_another_seed_changes_them(real: hc.credit.CompiledBook) -> None:
    few, many, other = simulate(real, "P", 700, 7), simulate(real, "P", 1_400, 7), simulate(real, "P", 700, 8)
    assert few.paths.tolist() == [512, 188]
    assert many.paths.tolist() == [512, 512, 376]
    assert np.array_equal(few.sums[0], many.sums[0])
    assert np.array_equal(few.cross[0], many.cross[0])
    assert not np.array_equal(few.sums[1], many.sums[1])
    assert not np.array_equal(few.sums[0], other.sums[0])


def test_legs_sum_to_the_loss_and_recovery_to_the_rest_of_exposure(real: hc.credit.CompiledBook) -> None:
    from haircut.credit.arrays import new_state
    from haircut.credit.month import run_block
    from haircut.credit.steps.default import FACTS
    from haircut.credit.trace import new_trace

    drivers = real.scenarios.block(0, "Q")
    rows, facts = np.zeros((512, 1, len(COLUMNS))), np.zeros((512, 1, FACTS))
    state = new_state(real.arrays_q)
    run_block(real.arrays_q, drivers, 512, state, rows, facts, new_trace(real.arrays_q, 0, 3), 0)
    column = {name: rows[:, 0, INDEX[name]] for name in COLUMNS}
    legs = sum(values for name, values in column.items() if name.startswith("loss_pv_"))
    assert np.array_equal(legs, column["loss_pv"])
    defaulted = column["default_maturity"] == 1.0
    assert 50 < defaulted.sum() < 512
    full = column["recovery"] >= column["ead"]
    assert column["loss"][full] == pytest.approx(0.0, abs=1e-9)
    part = defaulted & ~full
    assert part.sum() > 20
    assert (column["loss"] + column["recovery"])[part] == pytest.approx(column["ead"][part], rel=1e-12)
    assert np.all(column["ead"][~defaulted] == 0.0)
    assert np.all(column["default_1y"] <= column["default_3y"])
    assert np.all(column["default_3y"] <= column["default_maturity"])
    assert np.all(column["material_loss"] <= column["default_maturity"])
