"""All companies of a book through their months together: they meet in the resale market and owe each other rents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.reference.plain_month.company import Company
from tests.reference.plain_month.estate import Estate
from tests.reference.plain_month.loan import NOTHING
from tests.reference.plain_month.market import Market
from tests.reference.plain_month.others import could_pay, cure_again, lose_rent, tested_again_on_marks
from tests.reference.plain_month.outcome import Outcome
from tests.reference.plain_month.things import CompanyTerms, World


def live_together(
    companies: Sequence[CompanyTerms], world: World, seen: Counter[str] | None = None
) -> dict[int, Outcome]:
    """Outcomes by loan of a book on a path; `seen` counts what happened on the way."""
    book = Book(companies, world, seen if seen is not None else Counter())
    for month in range(1, companies[0].rules.months + 1):
        book.month(month)
    return {loan.terms.number: loan.outcome for company in book.companies for loan in company.loans}


class Book:
    """Companies that live, and the estates of those that do not."""

    def __init__(self, companies: Sequence[CompanyTerms], world: World, seen: Counter[str]) -> None:
        self.world, self.seen, self.rules = world, seen, companies[0].rules
        self.market = Market(self.rules, world.reference_spread)
        self.companies = [Company(terms, world, self.market, seen) for terms in companies]
        self.estates: dict[int, Estate] = {}

    @property
    def living(self) -> list[Company]:
        return [company for company in self.companies if company.cause is None]

    def month(self, month: int) -> None:
        weather = self.world.weather[month]
        self.market.open(weather)
        acting = self.living
        for company in self.companies:
            company.rents = {}
        for company in acting:
            company.month(month)
        self.fall(month)
        for estate in self.estates.values():
            estate.open(month)
        for device in self.market.unsold:
            lots = {number: estate.lot_of(device, month) for number, estate in self.estates.items()}
            self.market.sold[device] = sum(sold for sold, _ in lots.values())
            self.market.unsold[device] = {number: left for number, (_, left) in lots.items() if left > 0.0}
        for estate in self.estates.values():
            estate.close(month)
        for company in acting:
            company.count(month)

    def fall(self, month: int) -> None:
        """Round by round, until a round brings nobody down."""
        weather = self.world.weather[month]
        paid: dict[int, float] = {}  # share of the month's rents, of those that fell in it
        round_ = 0
        while True:
            falling = [company for company in self.living if company.reason_to_fail() is not None]
            if not falling:
                break
            round_ += 1
            for company in falling:
                number = company.terms.number
                company.cause = company.why()
                self.estates[number] = company.fail(month, round_)
                self.world.fails[self.rules.first_company + number] = month + 1
                paid[number] = 1.0
                self.market.buyers = max(self.market.buyers - company.terms.buys, 0.0)
                for device, stock in self.market.unsold.items():
                    stock[number] = self.estates[number].waiting(device, month)
            self.tell_guarantors(month, {company.terms.number for company in falling})
            before = {company.terms.number: company.short > NOTHING for company in self.living}
            short = self.settle_rents(month, paid)
            self.market.lower(weather)
            for company in self.living:
                called = tested_again_on_marks(company, month, weather)
                if called and company.filing is None:
                    company.short = company.unpaid(month)
                elif not called and company.terms.number not in short:
                    continue
                if company.filing is None and company.short > NOTHING:
                    cure_again(company, month, weather, before[company.terms.number])

        for number in paid:
            company = self.companies[number]
            self.estates[number].cash = company.cash + sum(company.reserves.values())

    def tell_guarantors(self, month: int, fallen: set[int]) -> None:
        """The fall of a guarantor is an event of default of the loans that say so."""
        for company in self.living:
            for loan in company.loans:
                event = loan.terms.guarantor_event and loan.terms.guarantor_company in fallen
                if event and company.filing is None and loan.balance > NOTHING:
                    company.filing = ("guarantor", loan)
                    company.blamed = loan.terms.guarantor_company

    def settle_rents(self, month: int, paid: dict[int, float]) -> set[int]:
        """Lower the shares of the month's rents that the fallen pay until they rest; companies left short by it."""
        short: set[int] = set()
        for _ in range(10_000):
            falls: dict[int, float] = {}
            for number in paid:
                tenant = self.companies[number]
                rents = sum(company.rents.get(number, 0.0) for company in self.companies)
                due = max(tenant.operating_due, rents)
                if rents > 0.0 and due > 0.0:
                    share = (1.0 - self.rules.bankruptcy_cost) * could_pay(tenant) / due
                    falls[number] = max(paid[number] - share, 0.0)
            if max(falls.values(), default=0.0) <= 1e-14:
                return short
            for number, fall in falls.items():
                paid[number] -= fall
                for company in self.companies:
                    lost = fall * company.rents.get(number, 0.0)
                    if lost > 0.0:
                        self.seen["rent lost within the month"] += 1
                        alive = company.cause is None
                        missing = lose_rent(company, number, lost, month)
                        if alive and missing > 0.0:
                            company.short += missing
                            short.add(company.terms.number)
        raise AssertionError("rents do not settle")
