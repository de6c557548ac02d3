"""Revenue, cost, tax, reserves and fees of single months, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from haircut.case.book import Reserve
from haircut.case.book.claims import Amortisation, Draw, DrawConditions
from haircut.credit import base_case, compile_book
from tests.unit.credit import books

RENT = 73_000.0


def test_units_of_a_lost_contract_stand_idle_for_the_re_let_gap() -> None:
    """A lease of half the units at 2 USD ends in month 6; rent is 1 USD; the gap is four months."""
    lease = books.contract(units=50.0, price_usd_per_gpu_hour=2.0, end=books.day(6))
    of = books.case(
        contracts=(lease,), settings={"re_let_gap_months": 4}, customer=books.hazard(0.05), idle_cost=0.2,
        other_cash_cost=0.25, cash=1e6, minimum_cash=1e6,
    )  # fmt: skip
    path = books.run(of)
    half = RENT / 2
    assert path.borrower["contract_revenue"][1:7] == pytest.approx(2 * half)
    assert path.borrower["contract_revenue"][7:20] == pytest.approx(0.0)
    assert path.borrower["merchant_revenue"][1:11] == pytest.approx(half)
    assert path.borrower["merchant_revenue"][11:20] == pytest.approx(2 * half)
    running, idle = 0.25 * half, 0.2 * half
    assert path.borrower["operating_cost"][[6, 7, 10, 11]] == pytest.approx(
        [2 * running, running + idle, running + idle, 2 * running]
    )
    # A customer that defaults in month 3 pays nothing from that month on; the gap counts from there.
    early = books.run(of, acme=3)
    assert early.borrower["contract_revenue"][1:5] == pytest.approx([2 * half, 2 * half, 0.0, 0.0])
    assert early.borrower["merchant_revenue"][2:8] == pytest.approx([half] * 5 + [2 * half])


def test_a_customer_that_fails_before_its_lease_starts_never_pays() -> None:
    lease = books.contract(start=books.day(6), end=books.day(24), price_usd_per_gpu_hour=2.0)
    of = books.case(
        contracts=(lease,), settings={"re_let_gap_months": 2}, customer=books.hazard(0.05), cash=1e6, minimum_cash=1e6
    )  # fmt: skip
    path = books.run(of, acme=3)
    assert path.borrower["contract_revenue"][1:30] == pytest.approx(0.0)
    # The units were free until month 6 and are found free again two months later.
    assert path.borrower["merchant_revenue"][1:10] == pytest.approx([RENT] * 6 + [0.0, 0.0, RENT])


def test_take_or_pay_is_a_floor_on_the_hours_paid() -> None:
    for share, hours in ((1.0, 1.0), (0.7, 0.7), (0.2, 0.6)):
        of = books.case(contracts=(books.contract(take_or_pay_share=share),), utilisation=0.6)
        assert books.run(of).borrower["contract_revenue"][1] == pytest.approx(RENT * hours)


def test_a_merchant_machine_stands_still_below_its_switch_off_rent() -> None:
    """Rent 1 USD less power 0.5 kW x 2 USD less 0.3: running loses 0.3, idling costs 0.2."""
    site = {"wall_power": 0.5, "other_cash_cost": 0.3, "idle_cost": 0.2}
    of = books.case(**site, cash=2e6, minimum_cash=0.0)
    dear = of.model_copy(
        update={
            "book": of.book.model_copy(
                update={"sites": (of.book.sites[0].model_copy(update={"power_price_usd_per_kwh": 2.0}),)}
            )
        }
    )
    path = books.run(dear)
    assert path.borrower["merchant_revenue"][1] == 0.0
    assert path.borrower["operating_cost"][1] == pytest.approx(0.2 * RENT)
    running = books.run(of)
    assert running.borrower["operating_cost"][1] == pytest.approx((0.5 * 0.08 + 0.3) * RENT)
    assert running.borrower["cfads"][1] == pytest.approx((1.0 - 0.34) * RENT)


def test_failures_thin_the_fleet_and_its_contract() -> None:
    path = books.run(books.case(contracts=(books.contract(),), failure_hazard=0.12))
    months = np.arange(1, 60)
    assert path.borrower["contract_revenue"][1:60] == pytest.approx(RENT * np.exp(-0.01 * months))


def test_cash_tax_is_on_revenue_less_cost_depreciation_and_interest() -> None:
    """20 machines of 40,000 USD over five years wear 13,333 USD a month; interest of the month is 8,333."""
    of = books.case(
        fleets=(books.fleet(units=100.0, cost_usd_per_unit=8_000.0),), tax_rate=0.25, overhead=3_000.0
    )
    path = books.run(of)
    interest = 1e6 * 0.10 / 12
    taxable = RENT - 3_000.0 - 8e5 / 60 - interest
    assert path.borrower["tax"][1] == pytest.approx(0.25 * taxable)
    assert path.borrower["cfads"][1] == pytest.approx(RENT - 3_000.0 - 0.25 * taxable)
    assert path.borrower["tax"][2] == pytest.approx(0.25 * (taxable + interest / 60))


def test_a_reserve_fills_before_release_and_pays_a_shortfall() -> None:
    """Two months of debt service ahead, filled from free cash; it pays when the lease has ended."""
    reserve = Reserve(name="debt_service", target_months=2.0)
    lease = books.contract(price_usd_per_gpu_hour=50_000.0 / RENT, end=books.day(12))
    of = books.case(contracts=(lease,), reserves=(reserve,), utilisation=0.0)
    path = books.run(of)
    service = [0.0] + [1e6 / 60 + (1e6 - 1e6 / 60 * (month - 1)) * 0.10 / 12 for month in range(1, 61)]
    assert path.borrower["reserves"][1] == pytest.approx(min(50_000.0 - service[1], service[2] + service[3]))
    assert path.borrower["reserves"][2] == pytest.approx(service[3] + service[4])
    assert path.borrower["reserves"][12] >= service[13] + service[14] - 1e-6
    assert path.paid("reserve_use")[13] == pytest.approx(service[13])
    # Kept above its falling target is what was put in; it is not given back while the loan runs.
    kept = path.borrower["reserves"][12]
    covered = 0
    while kept >= service[13 + covered] - 1e-6:
        kept -= service[13 + covered]
        covered += 1
    assert (path.cause(), path.default_month()) == ("payment", 13 + covered)
    # What was left in the reserve went to the lender in part payment, so it is not in the exposure.
    assert path.exposure() < 1e6


def test_grace_is_counted_in_months_of_arrears() -> None:
    for grace, month in ((0, 13), (1, 14), (3, 16)):
        lease = books.contract(end=books.day(12))
        of = books.case(contracts=(lease,), utilisation=0.0, settings={"grace_months": grace})
        path = books.run(of)
        assert (path.cause(), path.default_month()) == ("payment", month)


def test_a_lost_customer_is_the_root_of_a_payment_default() -> None:
    of = books.case(contracts=(books.contract(),), utilisation=0.0, customer=books.hazard(0.05))
    path = books.run(of, acme=8)
    assert (path.cause(), path.root(), path.default_month()) == ("payment", "customer", 8)
    assert path.out("loss_pv_customer") == path.out("loss_pv") > 0.0


# --- draws ----------------------------------------------------------------------------------------------------


def drawing(**changes: object) -> object:
    """1 m drawn, 1 m to come in month 6 for 100 more machines; quarterly fee on what is not drawn."""
    claim = books.loan(
        commitment_usd=2e6, draws=(Draw(date=books.day(6), amount_usd=1e6),), undrawn_fee_bp=60.0,
        amortisation=Amortisation(kind="straight", start=books.day(12)), **changes,
    )  # fmt: skip
    second = books.fleet(id="second", in_service=books.day(6), funded_by_draw=books.day(6))
    return books.case(claims=(claim,), fleets=(books.fleet(), second), contracts=(books.contract(),))


def test_a_draw_is_paid_on_to_suppliers_and_its_fleet_works_from_the_next_month() -> None:
    path = books.run(drawing())
    assert path.paid("draw") == path.paid("capital_expenditure") == {6: 1e6}
    assert path.borrower["merchant_revenue"][5:9] == pytest.approx([0.0, 0.0, RENT, RENT])
    # The draw is made at the month's end and bears interest from the next.
    assert path.claims["loan"]["interest"][5:8] == pytest.approx(
        [1e6 * 0.1 / 12, 1e6 * 0.1 / 12, 2e6 * 0.1 / 12]
    )
    fee = 1e6 * 0.0060 / 12
    assert [path.paid("fee").get(month, 0.0) for month in (1, 5, 6, 7)] == pytest.approx([fee, fee, fee, 0.0])
    assert path.claims["loan"]["balance"][11] == pytest.approx(2e6)
    assert path.out("draws_pv") == pytest.approx(1e6 * np.exp(-0.04 * 6 / 12))


def test_a_refused_draw_leaves_its_fleet_away_for_ever_and_scales_the_schedule() -> None:
    path = books.run(drawing(draw_conditions=DrawConditions(minimum_projected_dscr=50.0)))
    assert path.paid("draw") == {}
    assert path.out("draws_pv") == 0.0
    assert path.borrower["merchant_revenue"][1:60] == pytest.approx(0.0)
    # 2 m over 49 dates was planned; half of it was drawn.
    assert path.claims["loan"]["balance"][[11, 12, 36, 59]] == pytest.approx(
        [1e6, 1e6 * 48 / 49, 1e6 * 24 / 49, 1e6 / 49]
    )
    assert path.cause() == "none"


def test_the_condition_on_a_draw_is_the_next_twelve_months_of_contracts_over_service() -> None:
    """73,000 a month for twelve months over the service of months 7 to 18 on 2 m."""
    compiled = compile_book(drawing())
    service = base_case(compiled).claims["loan"]["debt_service"][7:19].sum()
    cover = 12 * RENT / float(service)
    for minimum, drawn in ((cover - 1e-6, {6: 1e6}), (cover + 1e-6, {})):
        conditions = DrawConditions(minimum_projected_dscr=minimum)
        assert books.run(drawing(draw_conditions=conditions)).paid("draw") == drawn


# --- maturity -------------------------------------------------------------------------------------------------


def balloon(
    advance: float, dscr: float, settings: dict[str, object] | None = None, **changes: object
) -> object:
    from haircut.case.book.claims import Refinancing

    claim = books.loan(
        amortisation=Amortisation(kind="bullet"), maturity_date=books.day(24), collateral_fleets=("fleet",),
        refinancing=Refinancing(advance_rate=advance, target_dscr=dscr, tenor_months=36),
    )  # fmt: skip
    return books.case(
        claims=(claim,), fleets=(books.fleet(units=50.0, cost_usd_per_unit=25_000.0),),
        settings=settings or {}, maximum_age=8.0, **changes,
    )  # fmt: skip


def carried(dscr: float) -> float:
    """Debt that 36,500 USD a month carry over 36 months at the flat rate plus a funding spread of 3 %."""
    rate = (12.0 * np.expm1(0.04 / 12) + 0.03) / 12
    return float(36_500.0 / dscr * (1.0 - (1.0 + rate) ** -36) / rate)


def machine(months_left: int) -> float:
    return sum(730.0 * float(np.exp(-0.10 * (month + 0.5) / 12)) for month in range(months_left))


def test_a_balloon_is_refinanced_where_marks_and_cash_flow_carry_it() -> None:
    mark = 50.0 * machine(72)
    assert mark > 1e6
    assert carried(1.1) > 1e6 > carried(1.3)
    path = books.run(balloon(0.75, 1.1))
    assert 0.75 * mark > 1e6
    assert path.cause() == "none"
    assert path.received("principal") == {24: pytest.approx(1e6)}
    assert path.paid("refinancing")[24] <= 1e6


@pytest.mark.parametrize(("advance", "dscr"), [(0.75, 1.3), (0.30, 1.1)])
def test_a_balloon_that_is_not_refinanced_is_a_maturity_default(advance: float, dscr: float) -> None:
    path = books.run(balloon(advance, dscr))
    assert (path.cause(), path.root(), path.default_month()) == ("maturity", "maturity", 24)
    assert path.paid("refinancing") == {}
    assert path.out("loss_pv_maturity") == path.out("loss_pv")


def test_without_illiquidity_a_balloon_is_refinanced_at_the_signing_advance_rate() -> None:
    """1 m on a cost of 1.25 m was 80 %; the mark at maturity carries that."""
    path = books.run(balloon(0.10, 9.0, {"refinance_on_signing_advance_rate": True}))
    assert path.cause() == "none"
    poor = books.run(balloon(0.10, 9.0, {"refinance_on_signing_advance_rate": True}, psi_mark=0.5))
    assert poor.cause() == "maturity"
