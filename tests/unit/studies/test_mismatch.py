"""A loan's life beside that of its contracts and machines, on books whose answer is arithmetic."""

import math

import pytest

from haircut.errors import UsageError
from haircut.reports.exhibits import mismatch_table
from haircut.studies.mismatch import mismatch
from tests.unit.credit import books


def straight_loan(**changes: object) -> object:
    claim = books.loan(collateral_fleets=("fleet",))
    return books.case(claims=(claim,), contracts=(books.contract(end=books.day(24)),), maximum_age=4.0)


def test_a_straight_loan_over_sixty_months() -> None:
    """Level principal is repaid on average after 30.5 months; 36 of 60 parts are left when the contract ends."""
    found = mismatch(straight_loan())
    assert found.wal_years == pytest.approx(30.5 / 12)
    assert found.contract_end_months == 24 and found.contract_tenor_years == pytest.approx(2.0)
    assert found.owed_at_contract_end_usd == pytest.approx(36 / 60 * 1e6)
    # Nothing moves: the machine works to its maximum age of 48 months, when 12 of 60 parts are left.
    assert found.median_retirement_months == 48.0
    assert found.fleets[0].retirement_months == (48.0, 48.0, 48.0)
    assert found.owed_when_median_device_retires_usd == pytest.approx(12 / 60 * 1e6)


def test_the_value_of_steady_rent_halves_when_half_its_annuity_is_left() -> None:
    """An annuity of 48 months at 10 % a year, continuous: (1 - e^(-y (48 - t) / 12)) halves."""
    found = mismatch(straight_loan())
    left = 1.0 - 0.5 * (1.0 - math.exp(-0.4))
    assert found.value_half_life_months == pytest.approx(48.0 + 120.0 * math.log(left), abs=0.05)


def test_duration_of_one_payment_is_its_date() -> None:
    claim = books.loan(
        amortisation=books.Amortisation(kind="bullet"), payment_frequency_months=12,
        interest=books.Interest(kind="fixed", coupon=0.0, day_count="30/360"), collateral_fleets=("fleet",),
    )  # fmt: skip
    found = mismatch(books.case(claims=(claim,), maximum_age=6.0))
    assert found.duration_years == pytest.approx(5.0)
    assert found.contract_end_months == 0 and found.owed_at_contract_end_usd == 1e6
    built = mismatch_table.build(found)
    assert "no contract" in built.title and built.table is not None


def test_unpledged_machines_do_not_count() -> None:
    found = mismatch(books.case())
    assert found.fleets == () and found.median_retirement_months is None
    assert found.owed_when_median_device_retires_usd is None and found.value_half_life_months is None
    with pytest.raises(UsageError, match="expected one of loan"):
        mismatch(books.case(), claim="bond")
