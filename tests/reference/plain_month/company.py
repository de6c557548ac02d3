"""One company through its months, until it has repaid, failed, or the calendar ends."""

from __future__ import annotations

import math
from collections import Counter

from tests.reference.plain_month.estate import Estate
from tests.reference.plain_month.loan import NOTHING, Loan
from tests.reference.plain_month.market import Market
from tests.reference.plain_month.things import (
    HOURS,
    CompanyTerms,
    Contract,
    Covenant,
    Machines,
    Weather,
    World,
)


class Company:
    """A borrower that is alive."""

    def __init__(self, terms: CompanyTerms, world: World, market: Market, seen: Counter[str]) -> None:
        self.terms, self.world, self.market, self.seen = terms, world, market, seen
        self.loans = [Loan(loan) for loan in terms.loans]
        self.ranks = [
            [loan for loan in self.loans if loan.terms.rank == rank]
            for rank in sorted({loan.terms.rank for loan in self.loans})
        ]
        self.cash = terms.cash
        self.reserves = dict(terms.reserves)
        self.suppliers_unpaid = 0.0
        self.months_short = 0
        self.locked_up = self.swept = False
        self.demand: tuple[str, Loan] | None = None  # why a loan was called before its time
        self.lost_contract_cash = 0.0
        self.cfads: dict[int, float] = {}
        self.short = 0.0
        self.filing: tuple[str, Loan | None] | None = None
        self.cause: str | None = None
        self.in_place: list[tuple[Machines, float]] = []
        self.revenue = self.contract_revenue = self.contract_scheduled = self.running_cost = 0.0
        self.rents: dict[int, float] = {}  # received this month, by company of the book that pays them
        self.operating_due = 0.0  # to suppliers and tax this month, arrears included
        self.blamed = -1  # company whose default is behind this one's trouble
        self.by_clearing = False  # the failed mark would have passed with nothing for sale

    def month(self, month: int) -> None:
        weather = self.world.weather[month]
        self.notice_filings(month)
        self.draw(month)
        self.place_machines(month)
        self.earn(month, weather)
        self.run_machines(month, weather)
        for loan in self.loans:
            loan.received = 0.0
            loan.accrue(month, weather)
        self.short = 0.0
        if self.filing is None:
            self.distribute(month)
        self.test(month, weather)
        if self.filing is None:
            self.cure(month, weather)
            for loan in self.loans:
                if month == loan.terms.maturity:
                    self.mature(loan, month, weather)

    # --- what the outside brings ---------------------------------------------------------------------------

    def notice_filings(self, month: int) -> None:
        """A filing of the company itself, else of a guarantor whose default is an event of default."""
        self.filing = None
        if self.world.fails.get(self.terms.obligor) == month:
            self.filing = ("exogenous", None)
            return
        for loan in self.loans:
            event = loan.terms.guarantor_event and loan.balance > NOTHING
            if event and self.world.fails.get(loan.terms.guarantor) == month:
                self.filing = ("guarantor", loan)
                self.blamed = loan.terms.guarantor_company
                return

    def draw(self, month: int) -> None:
        """Planned draws are made unless a condition fails; the money goes to suppliers at once."""
        for loan in self.loans:
            if loan.terms.draws[month] <= 0.0:
                continue
            loan.planned += loan.terms.draws[month]
            if self.may_draw(loan, month):
                loan.draw(month)
                self.seen["draw"] += 1
            else:
                self.seen["draw refused"] += 1

    def may_draw(self, loan: Loan, month: int) -> bool:
        terms = loan.terms
        sound = self.demand is None and self.months_short == 0 and not self.locked_up
        if self.filing is not None or not sound or month > terms.last_draw:
            return False
        if self.world.failed(self.terms.obligor, month):
            return False
        if terms.guarantor_event and self.world.failed(terms.guarantor, month):
            return False
        if terms.minimum_cover <= 0.0:
            return True
        year_on = min(month + 12, self.terms.rules.months)
        cash = sum(
            contract.cash_to_come[month] - contract.cash_to_come[year_on]
            for contract in self.terms.contracts
            if self.world.lives(contract.customer, month)
        )
        service = terms.service_ahead[month] - terms.service_ahead[year_on]
        return service <= 0.0 or cash / service >= terms.minimum_cover

    def place_machines(self, month: int) -> None:
        """Machines that stand in their hall at the end of the month."""
        self.in_place = [
            (machines, machines.alive(month))
            for machines in self.terms.machines
            if self.stands(machines, month)
        ]

    def stands(self, machines: Machines, month: int) -> bool:
        if not machines.starts <= month <= machines.last_month:
            return False
        if machines.needs_draw is None:
            return True
        number, when = machines.needs_draw
        paid = next(loan.drawn_in for loan in self.loans if loan.terms.number == number)
        return when in paid

    # --- income ----------------------------------------------------------------------------------------------

    def earn(self, month: int, weather: Weather) -> None:
        self.revenue = self.contract_revenue = self.contract_scheduled = self.running_cost = 0.0
        self.rents = {}
        for machines, units in self.in_place:
            if month > machines.starts:
                self.earn_with(machines, units, month, weather)
        self.cash += self.revenue

    def earn_with(self, machines: Machines, units: float, month: int, weather: Weather) -> None:
        """Rented units earn their price, units between tenants stand idle, the rest are let by the hour."""
        use = min(1.0, machines.utilisation * weather.demand)
        hourly_cost = machines.hourly_cost(weather)
        rented = idle = earned = 0.0
        for contract in self.terms.contracts:
            if contract.machines != machines.number or month <= contract.start:
                continue
            own = contract.units * machines.surviving[month]
            pays = own * HOURS * contract.price * max(contract.take_or_pay, use)
            ran_until = self.last_month_served(contract)
            in_term = month <= contract.end
            self.contract_scheduled += pays if in_term else 0.0
            tenant = contract.customer - self.terms.rules.first_company
            if month <= ran_until:
                rented += own
                earned += pays
                self.rents[tenant] = self.rents.get(tenant, 0.0) + pays
            else:
                if in_term:
                    self.lost_contract_cash += pays
                    self.blamed = tenant if tenant >= 0 else self.blamed
                    self.seen["contract cash lost"] += 1
                if month - ran_until <= self.terms.rules.re_let_gap:
                    idle += own
        free = max(units - rented, 0.0)
        idle = min(idle, free)
        spot = free - idle
        runs = use * weather.rent[machines.device] - hourly_cost >= -machines.idle_cost
        self.contract_revenue += earned
        self.revenue += earned + (spot * HOURS * use * weather.rent[machines.device] if runs else 0.0)
        idle += 0.0 if runs else spot
        running = rented + (spot if runs else 0.0)
        self.running_cost += HOURS * (running * hourly_cost + idle * machines.idle_cost)
        self.seen["idle"] += idle > 0.0
        self.seen["switched off"] += spot > 0.0 and not runs
        self.seen["spot"] += spot > 0.0 and runs

    def last_month_served(self, contract: Contract) -> int:
        """The month before the customer fails, if that comes before the contract's end; never before its start."""
        failed = self.world.fails.get(contract.customer)
        if failed is None:
            return contract.end
        return min(contract.end, max(failed - 1, contract.start))

    def run_machines(self, month: int, weather: Weather) -> None:
        """Pay suppliers and tax as far as cash goes. CFADS does not ask whether they were paid."""
        cost = self.running_cost + self.terms.overhead
        interest = sum(loan.interest_of(month, weather)[0] for loan in self.loans)
        profit = self.revenue - cost - self.terms.depreciation[month] - interest
        tax = self.terms.tax_rate * max(0.0, profit)
        self.seen["tax"] += tax > 0.0
        self.cfads[month] = self.revenue - cost - tax
        self.operating_due = self.suppliers_unpaid + cost + tax
        self.suppliers_unpaid += cost
        self.pay_suppliers()
        self.suppliers_unpaid += tax
        self.pay_suppliers()

    def pay_suppliers(self) -> None:
        paid = min(self.suppliers_unpaid, self.cash)
        self.cash -= paid
        self.suppliers_unpaid -= paid

    # --- the waterfall ---------------------------------------------------------------------------------------

    def is_due(self, loan: Loan, month: int) -> bool:
        """Interest falls due on payment dates; all that accrued is due in arrears and on acceleration."""
        return month in loan.terms.payment_dates or self.months_short > 0 or loan.accelerated

    def pay_loans(self, month: int) -> None:
        """Rank by rank; within a rank hedge, fees, interest and principal, each in proportion to what is due."""
        for rank in self.ranks:
            due = [loan for loan in rank if self.is_due(loan, month)]
            for part in ("swap", "fees", "interest", "due"):
                wanted = {loan: max(getattr(loan, part), 0.0) for loan in due}
                total = sum(wanted.values())
                share = 1.0 if total <= self.cash else self.cash / total
                for loan, amount in wanted.items():
                    paid = amount if share == 1.0 else share * amount
                    self.cash = max(self.cash - paid, 0.0)
                    setattr(loan, part, getattr(loan, part) - paid)
                    if part == "due":
                        loan.balance -= paid
                    if part != "swap":
                        loan.received += paid
            for loan in due:
                loan.index_interest = 0.0

    def unpaid(self, month: int) -> float:
        return self.suppliers_unpaid + sum(loan.arrears for loan in self.loans if self.is_due(loan, month))

    def distribute(self, month: int) -> None:
        payers = [loan for loan in self.loans if month in loan.terms.payment_dates]
        for loan in payers:
            loan.fall_due(month)
            if loan.swap < 0.0:
                self.cash -= loan.swap
                loan.swap = 0.0
                self.seen["hedge received"] += 1
        self.pay_loans(month)
        self.short = self.unpaid(month)
        if not payers or self.short > 0.0:
            return
        for name, target in self.terms.reserve_targets.items():
            top_up = min(max(target[month] - self.reserves[name], 0.0), self.free_cash)
            self.reserves[name] += top_up
            self.cash -= top_up
        for loan in self.loans:
            share = 1.0 if self.swept else loan.terms.sweep_share
            swept = min(share * self.free_cash, loan.balance)
            self.cash -= swept
            loan.balance -= swept
            loan.received += swept
            self.seen["swept by covenant" if self.swept else "sweep"] += swept > 0.0
        repaid = sum(loan.balance for loan in self.loans) <= NOTHING
        if repaid:
            self.cash += sum(self.reserves.values())
            self.reserves = dict.fromkeys(self.reserves, 0.0)
        balloon = any(loan.balance > NOTHING and month == loan.terms.maturity for loan in self.loans)
        if repaid or not (self.locked_up or balloon):
            self.seen["released"] += self.free_cash > 0.0
            self.cash -= self.free_cash

    @property
    def free_cash(self) -> float:
        return max(self.cash - self.terms.minimum_cash, 0.0)

    # --- promises --------------------------------------------------------------------------------------------

    def test(self, month: int, weather: Weather) -> None:
        self.locked_up = self.swept = False
        for loan in self.loans:
            loan.step = 0.0
        for loan in self.loans:
            for number, promise in enumerate(loan.terms.covenants):
                if loan.balance <= NOTHING:
                    loan.breached.pop(number, None)
                    continue
                if month in promise.dates:
                    if self.keeps(promise, loan, month, weather):
                        loan.breached.pop(number, None)
                    else:
                        loan.breached.setdefault(number, month)
                if number in loan.breached and month - loan.breached[number] >= promise.cure:
                    self.consequence(promise, loan, month, weather)
        if any(loan.accelerated for loan in self.loans) and self.filing is None:
            self.short = self.unpaid(month)

    def keeps(self, promise: Covenant, loan: Loan, month: int, weather: Weather) -> bool:
        if promise.test == "realisation":
            return self.contract_revenue >= promise.level * self.contract_scheduled
        if promise.test == "liquidity":
            return self.cash + sum(self.reserves.values()) >= promise.level
        if promise.test == "dscr":
            window = [past for past in range(month - promise.window + 1, month + 1) if past >= 1]
            senior = [other for other in self.loans if other.terms.rank <= loan.terms.rank]
            service = sum(other.service.get(past, 0.0) for other in senior for past in window)
            cash = sum(self.cfads[past] for past in window)
            return service <= 0.0 or cash / service >= promise.level
        if promise.test == "ltv_book":
            value = sum(
                units * machines.book_value[month]
                for machines, units in self.in_place
                if machines.number in loan.terms.pledged
            )
        else:
            value = self.mark(loan, month, weather)
        return self.debt_on_pool(loan) <= promise.level * value

    def mark(self, loan: Loan, month: int, weather: Weather, disturbed: bool = True) -> float:
        """Of the machines pledged to a loan; undisturbed is with nobody's stock for sale."""
        return sum(
            units
            * machines.mark_basis
            * machines.value(month, weather)
            * (self.market.mark_share(machines.device) if disturbed else 1.0)
            for machines, units in self.in_place
            if machines.number in loan.terms.pledged
        )

    def note_clearing(self, loan: Loan, month: int, weather: Weather, passes: bool) -> None:
        """Others' sales are behind a failed mark that passes without them; the dearest seller is to blame."""
        fallen = self.mark(loan, month, weather, disturbed=False) > self.mark(loan, month, weather)
        self.by_clearing = fallen and passes
        if self.by_clearing:
            values: dict[int, float] = {}
            for machines, units in self.in_place:
                if machines.number in loan.terms.pledged:
                    value = units * machines.mark_basis * machines.value(month, weather)
                    values[machines.device] = values.get(machines.device, 0.0) + value
            self.blamed = self.market.dearest_seller(values)

    def debt_on_pool(self, loan: Loan) -> float:
        """The loan and every other that ranks equal or senior on some of its machines."""
        return sum(
            other.owed
            for other in self.loans
            if other is loan
            or (other.terms.rank <= loan.terms.rank and other.terms.pledged & loan.terms.pledged)
        )

    def consequence(self, promise: Covenant, loan: Loan, month: int, weather: Weather) -> None:
        self.seen[f"{promise.consequence} by {promise.test}"] += 1
        self.seen[promise.consequence] += 1
        if promise.consequence in ("lock_up", "sweep"):
            self.locked_up = True
            self.swept = self.swept or promise.consequence == "sweep"
        elif promise.consequence == "margin_step":
            loan.step += promise.margin_step
        else:
            if self.demand is None and promise.test == "ltv_market":
                whole = self.mark(loan, month, weather, disturbed=False)
                passes = self.debt_on_pool(loan) <= promise.level * whole
                self.note_clearing(loan, month, weather, passes)
            elif self.demand is None:
                self.by_clearing = False
            loan.accelerate()
            if self.demand is None:
                reasons = {"ltv_book": "ltv", "ltv_market": "ltv", "liquidity": "liquidity"}
                self.demand = (reasons.get(promise.test, "coverage"), loan)

    # --- when cash is short ----------------------------------------------------------------------------------

    def cure(self, month: int, weather: Weather) -> None:
        if self.short <= NOTHING:
            self.short, self.months_short = 0.0, 0
            if any(month in loan.terms.payment_dates for loan in self.loans):
                self.lost_contract_cash, self.blamed = 0.0, -1
            return
        if self.cure_shortfall(month, weather):
            self.cured()
        else:
            self.months_short += 1
            self.seen["arrears"] += 1

    def cured(self) -> None:
        self.short, self.months_short = 0.0, 0
        self.lost_contract_cash, self.blamed = 0.0, -1
        self.demand = None
        self.seen["cured"] += 1

    def cure_shortfall(self, month: int, weather: Weather) -> bool:
        """Reserves, then a guarantor who is bound, or a parent who is willing; whether nothing is short any more."""
        needed = self.short
        for name in self.reserves:
            used = min(needed, self.reserves[name])
            self.reserves[name] -= used
            self.cash += used
            needed -= used
            self.seen["reserve used"] += used > 0.0
        self.settle(month)
        if self.short > NOTHING:
            if any(self.is_guaranteed(loan, month) for loan in self.loans):
                self.seen["guarantee"] += 1
                self.cash += self.short
                self.settle(month)
            elif self.parent_supports(month, weather, self.short):
                self.seen["voluntary support"] += 1
                self.cash += self.short
                self.settle(month)
        return self.short <= NOTHING

    def settle(self, month: int) -> None:
        self.pay_suppliers()
        self.pay_loans(month)
        self.short = self.unpaid(month)

    def is_guaranteed(self, loan: Loan, month: int) -> bool:
        terms = loan.terms
        bound = terms.scope == "full" or (terms.scope == "completion" and month <= terms.completion)
        return bound and self.world.lives(terms.guarantor, month)

    def parent_supports(self, month: int, weather: Weather, cure: float) -> bool:
        """Only while the machines or the contracts are worth more than all that is owed plus the cure."""
        if not self.world.lives(self.terms.parent, month):
            return False
        owed = sum(loan.owed for loan in self.loans) + cure
        machines = sum(
            units
            * machines.mark_basis
            * machines.value(month, weather)
            * self.market.mark_share(machines.device)
            for machines, units in self.in_place
        )
        contracts = sum(
            contract.worth[month]
            for contract in self.terms.contracts
            if self.world.lives(contract.customer, month)
        )
        return machines > owed or contracts > owed

    # --- maturity --------------------------------------------------------------------------------------------

    def mature(self, loan: Loan, month: int, weather: Weather) -> None:
        """What was never scheduled is the balloon: own cash first, then a new lender, a guarantor, the parent."""
        balloon = loan.balance - loan.due
        if balloon <= NOTHING:
            return
        own = min(self.cash, balloon)
        self.cash -= own
        loan.balance -= own
        loan.received += own
        if loan.balance <= NOTHING:
            self.seen["balloon from cash"] += 1
            return
        mark = self.mark(loan, month, weather)
        others_arrears = self.short - loan.arrears
        if self.market_refinances(loan, mark, month, weather):
            self.seen["refinanced"] += 1
        elif self.is_guaranteed(loan, month):
            self.seen["balloon from guarantor"] += 1
        elif self.parent_supports(month, weather, 0.0):
            self.seen["balloon from parent"] += 1
        else:
            self.seen["balloon unpaid"] += 1
            loan.accelerate()
            self.short = others_arrears + loan.arrears
            self.months_short = max(self.months_short, 1)
            if self.demand is None:
                self.demand = ("maturity", loan)
                whole = self.mark(loan, month, weather, disturbed=False)
                found = self.market_refinances(loan, whole, month, weather)
                self.note_clearing(loan, month, weather, found)
            return
        loan.received += loan.owed
        loan.balance = loan.interest = loan.fees = loan.due = loan.index_interest = 0.0
        loan.swap = min(loan.swap, 0.0)
        self.short = others_arrears
        if self.short <= NOTHING:
            self.short, self.months_short = 0.0, 0
            self.demand = None

    def market_refinances(self, loan: Loan, mark: float, month: int, weather: Weather) -> bool:
        terms = loan.terms
        if self.terms.rules.refinance_on_signing:
            return loan.balance <= terms.signing_advance * mark
        if not terms.refinanced:
            return False
        year = [self.cfads[past] for past in range(month - 11, month + 1) if past >= 1]
        payment = max(sum(year) / len(year) / terms.refinancing_cover, 0.0)
        rate = (weather.money_market + weather.spread) / 12.0
        count = terms.refinancing_months
        annuity = sum((1.0 + rate) ** -k for k in range(1, count + 1))
        return loan.balance <= min(terms.refinancing_advance * mark, payment * annuity)

    # --- the end ---------------------------------------------------------------------------------------------

    def reason_to_fail(self) -> str | None:
        cause = self.why()
        if cause is None or sum(loan.balance for loan in self.loans) > NOTHING:
            return cause
        self.demand = None
        return None

    def why(self) -> str | None:
        if self.filing is not None:
            return self.filing[0]
        if self.short <= NOTHING and self.months_short == 0:
            return None
        if self.demand is not None and self.demand[0] != "maturity":
            return self.demand[0]
        if self.months_short > self.terms.rules.grace:
            return "payment" if self.demand is None else "maturity"
        return None

    def fail(self, month: int, round_: int) -> Estate:
        """All loans fall due in the middle of the month; half of the month's interest is not owed."""
        assert self.cause is not None
        weather = self.world.weather[month]
        first = (
            self.filing[1] if self.filing is not None else self.demand[1] if self.demand is not None else None
        )
        owing = [loan for loan in self.loans if loan.balance > NOTHING]
        for loan in owing:
            outcome = loan.outcome
            unearned = min(0.5 * loan.month_interest, loan.interest)
            outcome.exposure = loan.owed - unearned
            crossed = self.cause in ("maturity", "guarantor") and loan is not first
            outcome.cause = "cross_default" if crossed else self.cause
            filed = self.cause in ("exogenous", "guarantor")
            customers = not filed and self.lost_contract_cash > 0.0 and self.lost_contract_cash >= self.short
            cleared = self.by_clearing and self.cause in ("ltv", "maturity")
            outcome.root = outcome.cause
            if cleared and outcome.cause != "cross_default":
                outcome.root = "clearing"
            if customers:
                outcome.root = "customer"
            others = self.cause == "guarantor" or cleared or customers
            outcome.round, outcome.by = round_, self.blamed if others else -1
            self.seen["by another"] += outcome.by >= 0
            self.seen[f"round {round_}"] += 1
            outcome.month = month
            outcome.discount = weather.discount_middle
            self.seen[f"default: {outcome.cause}"] += 1
            self.seen[f"root: {outcome.root}"] += 1
            self.seen["default"] += 1
        units = list(self.terms.machines)
        cash = self.cash + sum(self.reserves.values())
        return Estate(self.terms, self.world, self.market, owing, cash, month, units, self.stands, self.seen)

    def count(self, month: int) -> None:
        """Present values of the month."""
        weather = self.world.weather[month]
        for loan in self.loans:
            outcome, premium = loan.outcome, loan.terms.premium[month]
            if outcome.defaulted:
                earned = max(loan.annuity - 0.5 * loan.month_annuity, 0.0)
                middle = math.sqrt(loan.terms.premium[month - 1] * premium)
                outcome.rpv01 += earned * weather.discount_middle
                outcome.rpv01_ell += earned * weather.discount_middle * middle
            elif month in loan.terms.payment_dates and self.cause is None:
                outcome.rpv01 += loan.annuity * weather.discount
                outcome.rpv01_ell += loan.annuity * weather.discount * premium
                loan.annuity = 0.0
            outcome.pv += loan.received * weather.discount
            outcome.pv_ell += loan.received * weather.discount * premium
            drew = loan.drawn_at_month_end(month)
            outcome.draws_pv += drew * weather.discount
            outcome.draws_pv_ell += drew * weather.discount * premium
