"""One loan while its borrower lives."""

from __future__ import annotations

from tests.reference.plain_month.outcome import Outcome
from tests.reference.plain_month.things import LoanTerms, Weather

NOTHING = 1e-6
"""USD; what is left by rounding: not a debt and not a shortfall."""


class Loan:
    """Balance, what has accrued, what is due, and what the lenders have received this month."""

    def __init__(self, terms: LoanTerms) -> None:
        self.terms = terms
        self.outcome = Outcome(terms.original)
        self.balance = self.drawn = self.planned = terms.drawn
        self.interest = 0.0
        self.index_interest = 0.0  # floating interest of the running period: the index accrues on it too
        self.fees = 0.0
        self.swap = 0.0  # net payment to the hedge, negative where the hedge pays
        self.due = 0.0  # principal that is due and unpaid
        self.step = 0.0  # margin step in force
        self.annuity = 0.0  # balance x year fraction since the last payment date
        self.breached: dict[int, int] = {}  # promise -> month of the first failing test in a row
        self.drawn_in: set[int] = set()
        self.service: dict[int, float] = {}  # month -> scheduled debt service
        self.month_interest = self.month_annuity = self.received = 0.0

    @property
    def owed(self) -> float:
        return self.balance + self.interest + self.fees

    @property
    def arrears(self) -> float:
        """What is due once everything accrued is due."""
        return max(self.swap, 0.0) + self.fees + self.interest + self.due

    def draw(self, month: int) -> float:
        amount = self.terms.draws[month]
        self.balance += amount
        self.drawn += amount
        self.drawn_in.add(month)
        return amount

    def drawn_at_month_end(self, month: int) -> float:
        return self.terms.draws[month] if month in self.drawn_in else 0.0

    def interest_of(self, month: int, weather: Weather) -> tuple[float, float]:
        """Interest of the month and its index part; a draw at the month's end bears none yet."""
        terms = self.terms
        year, balance = terms.year_fraction[month], self.balance - self.drawn_at_month_end(month)
        index = 0.0
        if not terms.fixed:
            growth = max(weather.money_market / 12.0, terms.floor * year)
            index = (balance + self.index_interest) * growth
        return balance * (terms.fixed_rate + self.step) * year + index, index

    def accrue(self, month: int, weather: Weather) -> None:
        terms = self.terms
        year, new = terms.year_fraction[month], self.drawn_at_month_end(month)
        balance = self.balance - new
        self.month_interest, index = self.interest_of(month, weather)
        self.interest += self.month_interest
        self.month_annuity = balance * year
        self.annuity += self.month_annuity
        if month <= terms.last_draw:
            # What is drawn at the month's end was undrawn during the month.
            self.fees += max(terms.commitment - (self.drawn - new), 0.0) * terms.undrawn_fee * year
        if not terms.fixed:
            self.swap += terms.hedged * (balance * terms.swap_rate * year - index)
            self.index_interest += index

    def fall_due(self, month: int) -> None:
        """On a payment date: scheduled principal, in proportion to what was drawn, until nothing is left."""
        terms = self.terms
        share = self.drawn / self.planned if self.planned > 0.0 else 0.0
        room = self.balance - self.due
        principal = min(terms.schedule[month] * share, room)
        if month >= terms.maturity:
            principal = min(room, principal + 1e-9 * terms.original)  # rounding of the schedule
        self.service[month] = self.fees + self.interest + max(self.swap, 0.0) + principal
        self.due += principal

    def accelerate(self) -> None:
        self.due = self.balance

    @property
    def accelerated(self) -> bool:
        return self.due >= self.balance > NOTHING
