"""What a book is made of, with names: machines, contracts, loans, promises; and the weather outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

HOURS = 730.0
"""Hours of a month."""


@dataclass(frozen=True)
class Weather:
    """Everything exogenous of one month: prices at its end, rents in its middle."""

    power: float
    money_market: float  # growth of the money market over the month, times twelve
    discount: float
    discount_middle: float
    spread: float
    demand: float  # scale of utilisation
    depth: float  # scale of what buyers take
    regime: int
    log_rent: Sequence[float]
    rent: Sequence[float]


@dataclass(frozen=True)
class World:
    """A path: the weather of months 1..T, and the month in which each obligor fails (absent if it does not)."""

    weather: dict[int, Weather]
    fails: dict[int, int]
    reference_spread: float

    def lives(self, obligor: int, month: int) -> bool:
        """A party without credit of its own (-1) stands behind nothing."""
        return obligor >= 0 and month < self.fails.get(obligor, 10**9)

    def failed(self, obligor: int, month: int) -> bool:
        return obligor >= 0 and self.fails.get(obligor, 10**9) <= month


@dataclass(frozen=True)
class Curve:
    """Values on equally spaced log rents; linear in rent in between and beyond, never negative."""

    low: float
    step: float
    values: Sequence[float]

    def at(self, log_rent: float) -> float:
        cell = min(max(math.floor((log_rent - self.low) / self.step), 0), len(self.values) - 2)
        left, right = (math.exp(self.low + (cell + side) * self.step) for side in (0, 1))
        weight = (math.exp(log_rent) - left) / (right - left)
        return max((1.0 - weight) * float(self.values[cell]) + weight * float(self.values[cell + 1]), 0.0)


@dataclass(frozen=True, eq=False)
class Machines:
    """Units of one device, bought together."""

    number: int
    device: int
    starts: int
    last_month: int
    needs_draw: tuple[int, int] | None  # loan and month of the draw that buys them
    hall_access: bool
    count: float
    utilisation: float
    kilowatts: float
    power_price: float | None  # None: bought at market
    other_cost: float
    idle_cost: float
    salvage: float
    mark_basis: float
    sale_basis: float
    surviving: Sequence[float]
    book_value: Sequence[float]
    value_curves: dict[tuple[int, int], Curve]  # (month, regime)
    ahead_curves: dict[tuple[int, int, int], Curve]  # (month, months ahead, regime)

    def hourly_cost(self, weather: Weather) -> float:
        price = weather.power if self.power_price is None else self.power_price
        return self.kilowatts * price + self.other_cost

    def alive(self, month: int) -> float:
        return self.count * self.surviving[month]

    def value(self, month: int, weather: Weather) -> float:
        return self.value_curves[month, weather.regime].at(weather.log_rent[self.device])

    def value_ahead(self, month: int, ahead: int, weather: Weather) -> float:
        return self.ahead_curves[month, ahead, weather.regime].at(weather.log_rent[self.device])


@dataclass(frozen=True)
class Contract:
    """A customer rents some units of one purchase of machines."""

    machines: int
    customer: int
    start: int
    end: int
    assignable: bool
    units: float
    price: float
    take_or_pay: float
    worth: Sequence[float]  # to a replacement operator, while the customer lives
    cash_to_come: Sequence[float]


@dataclass(frozen=True)
class Covenant:
    """A promise, when it is tested, and what a breach brings that outlives its cure."""

    test: str  # dscr, ltv_book, ltv_market, realisation, liquidity
    consequence: str  # lock_up, sweep, margin_step, acceleration
    window: int
    cure: int
    level: float
    margin_step: float
    dates: frozenset[int]


@dataclass(frozen=True)
class LoanTerms:
    """What a loan agreement says."""

    number: int
    rank: int
    fixed: bool
    coupon: float
    margin: float
    floor: float
    hedged: float
    swap_rate: float
    undrawn_fee: float
    commitment: float
    drawn: float
    original: float
    maturity: int
    last_draw: int
    minimum_cover: float
    sweep_share: float
    contract_rate: float
    guarantor: int
    scope: str  # full, completion, bad_acts
    completion: int
    guarantor_event: bool
    guarantor_company: int  # of the book, -1 where it stands outside
    deficiency_recovery: float
    stated_recovery: float | None
    refinanced: bool
    refinancing_advance: float
    refinancing_cover: float
    refinancing_months: int
    signing_advance: float
    pledged: frozenset[int]
    covenants: tuple[Covenant, ...]
    payment_dates: frozenset[int]
    year_fraction: Sequence[float]
    schedule: Sequence[float]
    draws: Sequence[float]
    premium: Sequence[float]  # discounting on top of the money market
    service_ahead: Sequence[float]

    @property
    def fixed_rate(self) -> float:
        return self.coupon if self.fixed else self.margin


@dataclass(frozen=True)
class Rules:
    """What holds for every company."""

    months: int
    grace: int
    re_let_gap: int
    lag: int
    longest_sale: int
    impact: str  # none, power, capped_exponential
    beta: float
    least_share: float
    unsold_weight: float
    spread_sensitivity: float
    sale_cost: float
    holding_cost: float
    step_in_haircut: float
    refinance_on_signing: bool
    bankruptcy_cost: float
    first_company: int  # obligor that is the first company of the book
    depth: Sequence[float]  # by device


@dataclass(frozen=True)
class CompanyTerms:
    """Who the company is and what it starts with."""

    number: int
    parent: int
    obligor: int  # its own default unrelated to cash, -1 without
    buys: float  # share of the buyers of machines that it stands for while it lives
    cash: float
    minimum_cash: float
    overhead: float
    tax_rate: float
    reserves: dict[str, float]
    reserve_targets: dict[str, Sequence[float]]
    depreciation: Sequence[float]
    machines: tuple[Machines, ...]
    contracts: tuple[Contract, ...]
    loans: tuple[LoanTerms, ...]
    rules: Rules = field(repr=False)
