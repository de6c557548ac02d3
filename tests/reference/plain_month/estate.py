"""What is left of a company after its default: cash now, machines and contracts after the lag, guarantees last."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.reference.plain_month.loan import Loan
from tests.reference.plain_month.market import Market, price_share
from tests.reference.plain_month.things import CompanyTerms, Machines, Rules, Weather, World


class Estate:
    """The claims of the lenders on a company in default, and what can be sold for them."""

    def __init__(
        self,
        terms: CompanyTerms,
        world: World,
        market: Market,
        loans: list[Loan],
        cash: float,
        month: int,
        machines: Sequence[Machines],
        stands: Callable[[Machines, int], bool],
        seen: Counter[str],
    ) -> None:
        self.terms, self.world, self.market = terms, world, market
        self.loans, self.cash, self.opened = loans, cash, month
        self.machines, self.stands, self.seen = machines, stands, seen
        self.owed = {loan: loan.outcome.exposure for loan in loans}
        self.for_sale: dict[Machines, float] = {}
        self.lots: dict[int, int] = {}
        self.seized: int | None = None
        self.still_owed = True
        self.closed = False

    def open(self, month: int) -> None:
        """Cash to the lenders, interest on what stays owed, and seizure once the lag is over."""
        if self.closed:
            return
        if month == self.opened:
            self.hand_over_cash()
        for loan in self.loans:
            months = 0.5 if month == self.opened else 1.0  # the default was in the middle of its month
            self.owed[loan] *= math.exp(loan.terms.contract_rate * months / 12.0)
        self.still_owed = any(owed > 0.0 for owed in self.owed.values())
        if self.seized is None and month >= self.opened + self.terms.rules.lag:
            self.seized = month
            self.seize(month)

    def close(self, month: int) -> None:
        """Sell the month's lots; after the last one, or once everything is repaid, guarantors pay."""
        if self.closed or self.seized is None:
            return
        more = self.sell(month, month - self.seized)
        if not more or not self.still_owed:
            self.call_guarantees(month)
            self.closed = True

    def waiting(self, device: int, month: int) -> float:
        """Units of a device in place, all of which will be for sale."""
        here = [machines for machines in self.machines if self.stands(machines, month)]
        return sum(machines.alive(month) for machines in here if machines.device == device)

    def lot_of(self, device: int, month: int) -> tuple[float, float]:
        """Units of a device that are sold in a month, and that are still unsold after it; all before seizure."""
        if self.closed:
            return 0.0, 0.0
        if self.seized is None:
            return 0.0, self.waiting(device, month)
        lots, lot = self.lots.get(device, 1), month - self.seized
        units = sum(units for machines, units in self.for_sale.items() if machines.device == device)
        return (units / lots, units * (lots - 1 - lot) / lots) if lot < lots else (0.0, 0.0)

    # --- money to lenders ------------------------------------------------------------------------------------

    def receive(
        self, loan: Loan, amount: float, month: int, middle: bool = False, costs: float = 0.0
    ) -> None:
        """Cash taken at default is dated in the middle of its month, everything else at a month's end."""
        weather, terms = self.world.weather[month], loan.terms
        self.owed[loan] -= amount
        since_default = 0.0 if middle else (month - self.opened + 0.5) / 12.0
        loan.outcome.recovered += amount * math.exp(-terms.contract_rate * since_default)
        loan.outcome.waited += amount * -math.expm1(-terms.contract_rate * since_default)
        loan.outcome.spent += costs
        discount, premium = weather.discount, terms.premium[month]
        if middle:
            discount, premium = weather.discount_middle, math.sqrt(terms.premium[month - 1] * premium)
        loan.outcome.pv += amount * discount
        loan.outcome.pv_ell += amount * discount * premium

    def share_out(
        self, amount: float, secured: list[Loan], month: int, middle: bool = False, costs: float = 0.0
    ) -> None:
        """First to the loans that the thing is pledged to, then to the others; by rank, equals in proportion."""
        whole = amount
        for group in (secured, [loan for loan in self.loans if loan not in secured]):
            for rank in sorted({loan.terms.rank for loan in group}):
                equals = [loan for loan in group if loan.terms.rank == rank and self.owed[loan] > 0.0]
                total = sum(self.owed[loan] for loan in equals)
                for loan in equals:
                    part = self.owed[loan] if amount >= total else amount * self.owed[loan] / total
                    self.receive(loan, part, month, middle, costs * part / whole if whole > 0.0 else 0.0)
                amount = max(amount - total, 0.0)
        self.seen["surplus"] += amount > 0.0

    def secured_by(self, machines: Machines) -> list[Loan]:
        return [loan for loan in self.loans if machines.number in loan.terms.pledged]

    def hand_over_cash(self) -> None:
        self.seen["cash at default"] += self.cash > 0.0
        self.share_out(self.cash, [], self.opened, middle=True)
        for loan in self.loans:
            rate, owed = loan.terms.stated_recovery, self.owed[loan]
            if rate is not None and owed > 0.0:
                principal = min(loan.balance, owed)
                self.receive(loan, owed - principal + rate * principal, self.opened, middle=True)
                self.seen["stated recovery"] += 1

    def call_guarantees(self, month: int) -> None:
        for loan in self.loans:
            terms = loan.terms
            if self.owed[loan] > 0.0 and terms.scope == "full" and terms.guarantor >= 0:
                lives = self.world.lives(terms.guarantor, month)
                self.receive(loan, self.owed[loan] * (1.0 if lives else terms.deficiency_recovery), month)
                self.seen["deficiency paid" if lives else "deficiency recovered"] += 1

    # --- machines --------------------------------------------------------------------------------------------

    def seize(self, month: int) -> None:
        """Keep contracts that are worth more than their machines; then choose how long to sell the rest."""
        rules, weather = self.terms.rules, self.world.weather[month]
        rate = max(loan.contract_rate for loan in self.terms.loans)
        here = [machines for machines in self.machines if self.stands(machines, month)]
        self.for_sale = {machines: machines.alive(month) for machines in here}
        taken: list[tuple[Machines, float]] = []
        for machines in here:
            worth, rented = self.step_in_worth(machines, month)
            if worth <= 0.0:
                continue
            keep = {**self.for_sale, machines: max(self.for_sale[machines] - rented, 0.0)}
            apart = self.orderly(keep, machines.device, month, weather, rate)[1]
            whole = self.orderly(self.for_sale, machines.device, month, weather, rate)[1]
            if worth + apart > whole:
                self.for_sale = keep
                taken.append((machines, worth))
                self.seen["step-in"] += 1
            else:
                self.seen["no step-in"] += 1
        for device in {machines.device for machines in here}:
            self.lots[device] = self.orderly(self.for_sale, device, month, weather, rate)[0]
            self.seen["sale of several months"] += self.lots[device] > 1
            self.seen["sale of a month"] += self.lots[device] == 1
        for machines, worth in taken:
            self.share_out(worth, self.secured_by(machines), month)
        self.seen["liquidation"] += rules.months >= month

    def step_in_worth(self, machines: Machines, month: int) -> tuple[float, float]:
        """Worth of the live assignable contracts to a replacement operator, and the units that they rent."""
        if not machines.hall_access:
            return 0.0, 0.0
        running = [
            contract
            for contract in self.terms.contracts
            if contract.machines == machines.number
            and contract.assignable
            and contract.start <= month < contract.end
            and self.world.lives(contract.customer, month)
        ]
        worth = sum(contract.worth[month] for contract in running) * (1.0 - self.terms.rules.step_in_haircut)
        return worth, sum(contract.units for contract in running) * machines.surviving[month]

    def depth(self, device: int, weather: Weather) -> float:
        return self.market.depth(device, weather)

    def orderly(
        self, stock: dict[Machines, float], device: int, month: int, weather: Weather, rate: float
    ) -> tuple[int, float]:
        """The number of equal monthly lots that is worth most today, and its worth."""
        rules = self.terms.rules
        of_device = {machines: units for machines, units in stock.items() if machines.device == device}
        depth = self.depth(device, weather)
        best = (1, 0.0)
        for lots in range(1, rules.longest_sale + 1):
            worth = 0.0
            for lot in range(lots):
                price = {machines: machines.sale_basis * machines.value_ahead(month, lot, weather)
                         for machines, units in of_device.items() if units > 0.0}  # fmt: skip
                everything = sum(of_device.values())
                unsold = everything * (lots - 1 - lot) / lots
                share = price_share(rules, everything / lots, unsold, depth) if everything > 0.0 else 1.0
                income = lot_income(rules, of_device, price, lots, lot, share)
                worth += sum(income.values()) * math.exp(-rate / 12.0 * lot)
            if worth > best[1]:
                best = (lots, worth)
        return best

    def sell(self, month: int, lot: int) -> bool:
        """Sell the month's lots at the path's own prices; True while some are to come."""
        weather, more = self.world.weather[month], False
        for device in sorted(self.lots):
            lots = self.lots[device]
            stock = {machines: units for machines, units in self.for_sale.items()
                     if machines.device == device and units > 0.0}  # fmt: skip
            if not stock or lot >= lots:
                continue
            more = more or lot + 1 < lots
            price = {machines: machines.sale_basis * machines.value(month, weather) for machines in stock}
            share = self.market.sale_share(device, weather)
            income = lot_income(self.terms.rules, stock, price, lots, lot, share)
            free = replace(self.terms.rules, sale_cost=0.0, holding_cost=0.0)
            gross = lot_income(free, stock, price, lots, lot, share)
            for machines, amount in income.items():
                costs = gross[machines] - amount
                self.share_out(amount, self.secured_by(machines), month, costs=costs)
        return more


def lot_income(
    rules: Rules,
    stock: dict[Machines, float],
    price: dict[Machines, float],
    lots: int,
    lot: int,
    share: float,
) -> dict[Machines, float]:
    """What one of `lots` equal lots brings after costs; all units of a month sell at the same share of value."""
    income = {}
    for machines, units in stock.items():
        if units <= 0.0:
            continue
        gross = max(machines.salvage, price[machines] * share) - rules.sale_cost * price[machines]
        storage = rules.holding_cost * price[machines] * (lots - 1 - lot)
        income[machines] = max(units / lots * (gross - storage), 0.0)
    return income
