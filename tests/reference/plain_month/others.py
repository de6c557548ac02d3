"""What others' defaults cost a living company within the month."""

from __future__ import annotations

from tests.reference.plain_month.company import Company
from tests.reference.plain_month.loan import NOTHING
from tests.reference.plain_month.things import Weather


def could_pay(company: Company) -> float:
    """Of its operating dues this month: what it paid and what it still holds."""
    paid = max(company.operating_due - company.suppliers_unpaid, 0.0)
    return paid + company.cash + sum(company.reserves.values())


def lose_rent(company: Company, tenant: int, amount: float, month: int) -> float:
    """A rent that did not come; what cash cannot give back is due. What is missing, USD."""
    back = min(amount, company.cash)
    company.cash -= back
    company.suppliers_unpaid += amount - back
    company.revenue -= amount
    company.contract_revenue -= amount
    company.cfads[month] -= amount
    company.lost_contract_cash += amount
    company.blamed = tenant
    return amount - back


def tested_again_on_marks(company: Company, month: int, weather: Weather) -> bool:
    """Market tests of the month that had passed; whether a loan was called."""
    called = False
    for loan in company.loans:
        for number, promise in enumerate(loan.terms.covenants):
            if promise.test != "ltv_market" or month not in promise.dates or number in loan.breached:
                continue
            whole = company.mark(loan, month, weather, disturbed=False)
            if loan.balance <= NOTHING or whole <= company.mark(loan, month, weather):
                continue
            if company.keeps(promise, loan, month, weather):
                continue
            loan.breached[number] = month
            company.seen["breach of the second round"] += 1
            if promise.cure <= 0:
                company.consequence(promise, loan, month, weather)
                called = called or promise.consequence == "acceleration"
    return called


def cure_again(company: Company, month: int, weather: Weather, was_short: bool) -> None:
    """A month of arrears counts once."""
    if company.cure_shortfall(month, weather):
        company.cured()
    else:
        company.months_short += not was_short
        company.seen["short through others"] += 1
