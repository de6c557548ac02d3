"""Each mechanism off is a change of the case, the same in any order and any number of times."""

import datetime
import itertools
import math

import pytest

from haircut.case import MECHANISMS, content_hash, overlay, without
from haircut.errors import UsageError

LAST = datetime.date(2031, 1, 31)


@pytest.mark.parametrize("count", range(1, 5))
def test_any_order_and_twice_is_once(good, count):
    for names in itertools.combinations(MECHANISMS, count):
        whole = content_hash(without(good, set(names)))
        for order in itertools.permutations(names):
            case = good
            for name in (*order, order[0]):
                case = without(case, {name})
            assert content_hash(case) == whole


def test_all_sixteen_corners_differ(good):
    corners = [set(names) for count in range(5) for names in itertools.combinations(MECHANISMS, count)]
    assert len({content_hash(without(good, corner)) for corner in corners}) == 16
    assert without(good, set()) is good


def test_an_unknown_mechanism_names_the_nearest(good):
    with pytest.raises(UsageError, match=r"found 'iliquidity'.* nearest valid spelling: 'illiquidity'"):
        without(good, {"iliquidity"})


def test_deflation(good):
    case = without(overlay(good, "rent-fall", {"scenario": {"rent_drift_shift": -0.1}}), "deflation")
    compute, before = case.market.compute, good.market.compute
    for state in ("glut", "balanced", "scarce"):
        assert getattr(compute.drift, state) == -0.5 * getattr(before.volatility, state) ** 2
    assert compute.volatility == before.volatility
    assert compute.pull_speed.value == 0.0
    assert (compute.pull_speed.mark, compute.pull_speed.source) == ("assumed", "without deflation")
    assert compute.launches == ()
    assert case.scenario.rent_path is None
    assert case.scenario.rent_drift_shift == 0.0
    assert case.market.devices == good.market.devices


def test_deflation_lets_machines_outlive_the_last_loan(good):
    aged = overlay(good, {"book": {"fleets": {"fleet-one": {"maximum_age_years": 3.0}}}})
    fleet = without(aged, "deflation").book.fleets[0]
    assert fleet.maximum_age_years > (LAST - fleet.in_service).days / 365.25
    assert fleet.sources["maximum_age_years"].source == "without deflation"
    # The device's eight years reach far enough, so nothing is written where nothing changes.
    assert without(good, "deflation").book.fleets == good.book.fleets


def test_revenue_risk(good):
    case = without(overlay(good, {"scenario": {"customer_hazard_factor": 2.0}}), "revenue_risk")
    lab, startup = (customer.credit for customer in case.book.customers)
    assert lab.hazard_per_year == pytest.approx(-math.log(1.0 - 0.0643) / 5.0, rel=1e-15)
    assert startup.hazard_per_year == pytest.approx(-math.log(1.0 - 0.1735) / 5.0, rel=1e-15)
    for credit, rating in ((lab, "BB"), (startup, "B")):
        assert (credit.rating, credit.measure, credit.wang_rating, credit.demand_loading) == (
            None, "P", rating, 0.0,
        )  # fmt: skip
    assert case.market.compute.demand_loading_utilisation.value == 0.0
    assert case.settings.re_let_gap_months == 1
    assert case.scenario.customer_hazard_factor == 1.0


def test_contracts_run_on_where_the_fleet_has_the_units(good):
    contracts = without(good, "revenue_risk").book.contracts
    assert {contract.id: contract.end for contract in contracts} == {
        "first": datetime.date(2028, 12, 31),  # its successor holds 600 of the 1,000 units
        "second": LAST,
        "third": LAST,
    }


def test_convergence(good):
    case = without(good, "convergence")
    assert case.settings.independence_by_shift
    assert (case.book, case.market) == (good.book, good.market)


def test_illiquidity(good):
    case = without(good, "illiquidity")
    sale = case.market.liquidation
    assert sale.impact == "none"
    free = ("transaction_cost", "broker_fee", "holding_cost", "enforcement_lag", "step_in_haircut")
    assert [getattr(sale, name).value for name in free] == [0.0] * 5
    assert sale.longest_sale.value == 1.0
    assert [device.psi_sale.value for device in case.market.devices] == [0.6, 0.6]
    assert [device.psi_mark for device in case.market.devices] == [d.psi_mark for d in good.market.devices]
    assert case.settings.refinance_on_signing_advance_rate


def test_overlays_and_origin_stay(good):
    case = without(overlay(good, "power-spike"), "deflation")
    assert case.overlays == ("power-spike",)
    assert overlay(case, "rent-fall").overlays == ("power-spike", "rent-fall")
