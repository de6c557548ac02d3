"""Record arrays from a case: one function for each kind of entity."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Self

import numpy as np

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.arrays import (
    ACCELERATION,
    BAD_ACTS,
    BORROWER,
    CLAIM,
    CLAIM_MONTH,
    COMPLETION,
    CONTRACT,
    CONTRACT_MONTH,
    COVENANT,
    DEVICE,
    DSCR,
    FLEET,
    FLEET_MONTH,
    FULL,
    LIQUIDITY,
    LOCK_UP,
    LTV_BOOK,
    LTV_MARKET,
    MARGIN_STEP,
    REALISATION,
    RESERVES,
    RULES,
    SWEEP,
    BookArrays,
    Floats,
    Integers,
    Record,
)
from haircut.credit.liquidation.impact import IMPACTS
from haircut.credit.machines_in_place import MachinesInPlace, device_of, site_power_price
from haircut.credit.schedule import Schedule
from haircut.curves import month_ends, month_index, payment_months, swap_rate, year_fraction
from haircut.errors import InputRefused
from haircut.scenarios.parameters import ScenarioParameters
from haircut.units import HOURS_PER_MONTH

_SCOPES = {"full": FULL, "completion": COMPLETION, "bad_acts": BAD_ACTS}
_CONSEQUENCES = {"lock_up": LOCK_UP, "sweep": SWEEP, "margin_step": MARGIN_STEP, "acceleration": ACCELERATION}
_TESTS = {"dscr": DSCR, "contract_realisation": REALISATION, "liquidity": LIQUIDITY}
FAR = 1_000_000
"""A month that never comes."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Month ends 0..T of a case; T reaches past the last maturity, its grace, enforcement and longest sale."""

    dates: tuple[datetime.date, ...]
    as_of: datetime.date

    @property
    def months(self) -> int:
        return len(self.dates) - 1

    def index(self, day: datetime.date) -> int:
        """Month that ends on or first after `day`; 0 on or before as-of."""
        return month_index(self.as_of, day)

    def bounded(self, day: datetime.date) -> int:
        """`index`, not past the horizon."""
        return min(self.index(day), self.months)


def calendar_of(case: Case) -> Calendar:
    """The calendar of a case."""
    as_of = case.market.as_of
    sale = case.market.liquidation
    last = max(month_index(as_of, claim.maturity_date) for claim in case.book.claims)
    tail = case.settings.grace_months + 2 + round(sale.enforcement_lag.value) + round(sale.longest_sale.value)
    return Calendar(tuple(month_ends(as_of, last + tail)), as_of)


@dataclass(frozen=True, slots=True)
class Indices:
    """Positions of names inside the engine; claims are ordered by borrower, then rank."""

    borrowers: tuple[str, ...]
    claims: tuple[str, ...]
    fleets: tuple[str, ...]
    contracts: tuple[str, ...]
    devices: tuple[str, ...]
    obligors: tuple[str, ...]

    @classmethod
    def of(cls, case: Case, devices: tuple[str, ...], obligors: tuple[str, ...]) -> Self:
        book = case.book
        borrowers = tuple(borrower.id for borrower in book.borrowers)
        ordered = sorted(book.claims, key=lambda claim: (borrowers.index(claim.borrower), claim.rank))
        return cls(
            borrowers=borrowers,
            claims=tuple(claim.id for claim in ordered),
            fleets=tuple(fleet.id for fleet in book.fleets),
            contracts=tuple(contract.id for contract in book.contracts),
            devices=devices,
            obligors=obligors,
        )

    def claim(self, case: Case, name: str) -> Claim:
        return next(claim for claim in case.book.claims if claim.id == name)

    def obligor(self, name: str | None) -> int:
        """Position of an obligor, -1 where the party has no credit and never defaults on its own."""
        return self.obligors.index(name) if name in self.obligors else -1


def build_arrays(
    case: Case,
    calendar: Calendar,
    indices: Indices,
    machines: MachinesInPlace,
    parameters: ScenarioParameters,
    schedules: dict[str, Schedule],
    drawn: dict[str, float],
) -> BookArrays:
    """All arrays of a book under one measure; without schedules, claims carry no debt yet."""
    months = calendar.months
    fleets, fleet_months = _fleets(case, calendar, indices, machines)
    claims, claim_months, service = _claims(case, calendar, indices, parameters, schedules, drawn)
    covenants, tested = _covenants(case, calendar, indices)
    contracts, contract_months = _contracts(
        case, calendar, indices, machines, parameters, fleet_months["survival"], claims
    )
    borrowers, opening, target, depreciation = _borrowers(case, calendar, indices, service)
    return BookArrays(
        rules=_rules(case, calendar, len(borrowers), len(claims)),
        borrowers=borrowers,
        claims=claims,
        fleets=fleets,
        contracts=contracts,
        covenants=covenants,
        devices=_devices(case, indices),
        collateral=_collateral(case, indices),
        claim_months=claim_months,
        fleet_months=fleet_months,
        contract_months=contract_months,
        tested=tested,
        reserve_opening=opening,
        reserve_target=target,
        depreciation=depreciation,
        rent_step=np.ascontiguousarray(
            np.stack([machines.laws[name].step[:months] for name in indices.devices])
        ),
        surface_grid=np.ascontiguousarray(
            np.stack([machines.low, machines.step, machines.forward_step], axis=1)
        ),
        surface=machines.value,
        forward=machines.forward,
    )


def _devices(case: Case, indices: Indices) -> np.ndarray:
    sale = case.market.liquidation
    devices = np.zeros(len(indices.devices), DEVICE)
    for position, name in enumerate(indices.devices):
        device = next(device for device in case.market.devices if device.id == name)
        # Infinite depth is the absence of impact.
        stated = sale.depth.value * device.installed_base.value
        devices[position]["depth"] = np.inf if sale.impact == "none" else stated
    return devices


def _rules(case: Case, calendar: Calendar, borrowers: int, claims: int) -> np.ndarray:
    sale, settings = case.market.liquidation, case.settings
    rules = np.zeros(1, RULES)
    rules["months"] = calendar.months
    rules["grace"] = settings.grace_months
    rules["re_let_gap"] = settings.re_let_gap_months
    rules["refinance_on_signing"] = int(settings.refinance_on_signing_advance_rate)
    rules["lag"] = round(sale.enforcement_lag.value)
    rules["longest_sale"] = round(sale.longest_sale.value)
    rules["impact"] = IMPACTS[sale.impact]
    rules["first_reserve"] = borrowers
    rules["first_lender"] = borrowers * (1 + len(RESERVES))
    rules["first_outside"] = borrowers * (1 + len(RESERVES)) + claims
    rules["beta"] = sale.beta.value
    rules["phi_min"] = sale.phi_min.value
    rules["unsold_weight"] = sale.unsold_weight.value
    rules["spread_sensitivity"] = sale.spread_sensitivity.value
    rules["sale_cost"] = sale.transaction_cost.value + sale.broker_fee.value
    rules["holding_cost"] = sale.holding_cost.value
    rules["step_in_haircut"] = sale.step_in_haircut.value
    rules["spread_today"] = case.market.funding.spread.value
    return rules


def _fleets(
    case: Case, calendar: Calendar, indices: Indices, machines: MachinesInPlace
) -> tuple[np.ndarray, np.ndarray]:
    months = calendar.months
    fleets = np.zeros(len(indices.fleets), FLEET)
    by_month = np.zeros((len(fleets), months + 1), FLEET_MONTH)
    elapsed = np.arange(months + 1) / 12.0
    for position, fleet in enumerate(case.book.fleets):
        unit = machines.terms[position]
        device = device_of(case, fleet)
        record = fleets[position]
        record["borrower"] = indices.borrowers.index(fleet.borrower)
        record["device_type"] = indices.devices.index(fleet.device)
        record["surface"] = machines.surface_of[position]
        record["start"] = calendar.bounded(fleet.in_service)
        record["last"] = min(unit.last_month, FAR)
        record["draw_claim"], record["draw_month"] = _funding_draw(case, calendar, indices, fleet.id)
        record["hall_access"] = int(
            next(site.hall_access for site in case.book.sites if site.id == fleet.site)
        )
        record["units"] = fleet.units
        record["utilisation"] = unit.utilisation
        record["power_kw"] = unit.power_kw
        record["power_price"] = site_power_price(case, fleet)
        record["other_cost"] = unit.other_cost
        record["idle_cost"] = unit.idle_cost
        record["salvage"] = unit.salvage
        record["psi_mark"] = min(device.psi_mark.value, 1.5)
        record["psi_sale"] = min(device.psi_sale.value, 1.5)
        in_service_months = np.maximum(np.arange(months + 1) - record["start"], 0)
        by_month[position]["survival"] = np.exp(-unit.failure_hazard * in_service_months / 12.0)
        age = elapsed + (calendar.as_of - fleet.in_service).days / 365.25
        left = 1.0 - np.maximum(age, 0.0) / fleet.book_life_years
        by_month[position]["book_value"] = fleet.cost_usd_per_unit * np.maximum(left, 0.0)
    return fleets, by_month


def _funding_draw(case: Case, calendar: Calendar, indices: Indices, name: str) -> tuple[int, int]:
    """Claim and month of the draw that pays for a fleet; (-1, 0) where nothing has to be drawn."""
    fleet = next(fleet for fleet in case.book.fleets if fleet.id == name)
    if fleet.funded_by_draw is None:
        return -1, 0
    for position, claim_name in enumerate(indices.claims):
        claim = indices.claim(case, claim_name)
        if claim.borrower == fleet.borrower and fleet.funded_by_draw in {draw.date for draw in claim.draws}:
            return position, calendar.bounded(fleet.funded_by_draw)
    raise InputRefused(
        f"fleet {name}: funded_by_draw {fleet.funded_by_draw} is not a draw of a claim of its borrower"
    )


def _claims(
    case: Case,
    calendar: Calendar,
    indices: Indices,
    parameters: ScenarioParameters,
    schedules: dict[str, Schedule],
    drawn: dict[str, float],
) -> tuple[np.ndarray, np.ndarray, Floats]:
    """Records, records by month, and scheduled debt service (claims, T + 1)."""
    months, size = calendar.months, len(indices.claims)
    claims = np.zeros(size, CLAIM)
    by_month = np.zeros((size, months + 1), CLAIM_MONTH)
    by_month["ell_factor"] = 1.0
    draws, accrual, payment = by_month["draws"], by_month["accrual"], by_month["payment"]
    schedule, service = by_month["schedule"], np.zeros((size, months + 1))
    for position, name in enumerate(indices.claims):
        claim, record = indices.claim(case, name), claims[position]
        maturity = calendar.index(claim.maturity_date)
        day_count = claim.interest.day_count
        for month in range(1, months + 1):
            accrual[position, month] = year_fraction(
                calendar.dates[month - 1], calendar.dates[month], day_count
            )
        for month in payment_months(calendar.as_of, claim.maturity_date, claim.payment_frequency_months):
            payment[position, month] = 1
        for draw in claim.draws:
            if draw.date > calendar.as_of:
                draws[position, calendar.index(draw.date)] += draw.amount_usd
        record["borrower"] = indices.borrowers.index(claim.borrower)
        record["lender_account"] = len(indices.borrowers) * (1 + len(RESERVES)) + position
        record["rank"] = claim.rank
        record["maturity"] = maturity
        record["fixed"] = int(claim.interest.kind == "fixed")
        record["coupon"] = claim.interest.coupon or 0.0
        record["margin"] = (claim.interest.margin_bp or 0.0) * 1e-4
        record["floor"] = claim.interest.floor
        record["hedged_share"] = claim.interest.hedged_share
        record["undrawn_fee"] = claim.undrawn_fee_bp * 1e-4
        record["sweep_share"] = claim.cash_sweep_share
        record["commitment"] = claim.commitment_usd or 0.0
        record["drawn"] = drawn.get(name, 0.0)
        record["original"] = record["drawn"] + draws[position].sum()
        conditions = claim.draw_conditions
        last_draw = conditions.last_draw_date or (claim.draws[-1].date if claim.draws else calendar.as_of)
        record["last_draw"] = calendar.bounded(last_draw)
        record["draw_minimum_dscr"] = conditions.minimum_projected_dscr
        _guarantee(case, calendar, indices, claim, record)
        record["stated_recovery"] = -1.0 if claim.stated_recovery is None else claim.stated_recovery.rate
        if claim.refinancing is not None:
            record["refinanced"] = 1
            record["refinancing_advance"] = claim.refinancing.advance_rate
            record["refinancing_dscr"] = claim.refinancing.target_dscr
            record["refinancing_months"] = claim.refinancing.tenor_months
        cost = fleet_costs(case, claim)
        record["signing_advance"] = record["original"] / cost if cost > 0.0 else 0.0
        plan = schedules.get(name)
        balance = np.ones(months + 1)
        if plan is not None:
            schedule[position] = plan.principal
            service[position] = plan.principal + plan.interest
            balance = np.concatenate([[record["drawn"]], plan.balance[:-1]])
        index = _index_rates(parameters, accrual[position])
        span = slice(1, maturity + 1)
        weight = balance[span] if balance[span].sum() > 0.0 else np.ones(maturity)
        record["swap_rate"] = swap_rate(
            weight, index[span], accrual[position][span], parameters.discount[1 : maturity + 1]
        )
        record["contract_rate"] = (
            record["coupon"]
            if record["fixed"] == 1
            else max(record["swap_rate"], record["floor"]) + record["margin"]
        )
    remaining = np.flip(np.cumsum(np.flip(service, axis=1), axis=1), axis=1)
    by_month["service_ahead"][:, :-1] = remaining[:, 1:]
    return claims, by_month, service


def _index_rates(parameters: ScenarioParameters, accrual: Floats) -> Floats:
    """(T + 1,) forward SOFR of each month in the claim's day count."""
    growth = np.zeros_like(accrual)
    growth[1:] = parameters.discount[:-1] / parameters.discount[1:] - 1.0
    return np.divide(growth, accrual, out=np.zeros_like(growth), where=accrual > 0.0)


def _guarantee(case: Case, calendar: Calendar, indices: Indices, claim: Claim, record: Record) -> None:
    record["guarantor"] = -1
    record["scope"] = BAD_ACTS
    guarantee = claim.guarantee
    if guarantee is None:
        return
    record["guarantor"] = indices.obligor(guarantee.guarantor)
    record["scope"] = _SCOPES[guarantee.scope]
    if guarantee.completion_date is not None:
        record["completion"] = calendar.index(guarantee.completion_date)
    record["guarantor_default_is_event"] = int(guarantee.default_is_event_of_default)
    credit = next(issuer for issuer in case.book.issuers if issuer.id == guarantee.guarantor).credit
    market = case.market.credit
    recovery = credit.recovery_rate if credit is not None else None
    if recovery is None and credit is not None and credit.curve is not None:
        recovery = next(curve for curve in market.curves if curve.id == credit.curve).recovery
    if recovery is None:
        recovery = 1.0 - market.loss_given_default_of_ordinary_credit.value
    record["deficiency_recovery"] = recovery


def fleet_costs(case: Case, claim: Claim) -> float:
    """Cost of the fleets pledged to a claim, USD."""
    return sum(
        fleet.units * fleet.cost_usd_per_unit
        for fleet in case.book.fleets
        if fleet.id in claim.collateral_fleets
    )


def _collateral(case: Case, indices: Indices) -> Integers:
    pledged = np.zeros((len(indices.claims), len(indices.fleets)), dtype=np.int64)
    for position, name in enumerate(indices.claims):
        for fleet in indices.claim(case, name).collateral_fleets:
            pledged[position, indices.fleets.index(fleet)] = 1
    return pledged


def _covenants(case: Case, calendar: Calendar, indices: Indices) -> tuple[np.ndarray, Integers]:
    rows = [
        (position, covenant)
        for position, name in enumerate(indices.claims)
        for covenant in indices.claim(case, name).covenants
    ]
    covenants = np.zeros(len(rows), COVENANT)
    tested = np.zeros((len(rows), calendar.months + 1), dtype=np.int64)
    for number, (position, covenant) in enumerate(rows):
        claim = indices.claim(case, indices.claims[position])
        maturity = calendar.index(claim.maturity_date)
        record = covenants[number]
        record["claim"] = position
        ltv = LTV_BOOK if covenant.basis == "book" else LTV_MARKET
        record["test"] = ltv if covenant.test == "ltv" else _TESTS[covenant.test]
        record["level"] = covenant.maximum if covenant.test == "ltv" else covenant.minimum
        record["first"] = 1 if covenant.first_test is None else max(calendar.index(covenant.first_test), 1)
        record["window"] = covenant.window_months
        record["cure"] = covenant.cure_months
        record["consequence"] = _CONSEQUENCES[covenant.consequence]
        record["margin_step"] = covenant.margin_step_bp * 1e-4
        # Test dates are counted back from maturity, like payment dates.
        for month in range(maturity, int(record["first"]) - 1, -covenant.frequency_months):
            tested[number, month] = 1
    return covenants, tested


def _contracts(
    case: Case,
    calendar: Calendar,
    indices: Indices,
    machines: MachinesInPlace,
    parameters: ScenarioParameters,
    survival: Floats,
    claims: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Records; by month the worth of what remains to a replacement operator, and the cash still to come."""
    months = calendar.months
    contracts = np.zeros(len(indices.contracts), CONTRACT)
    by_month = np.zeros((len(contracts), months + 1), CONTRACT_MONTH)
    worth, cash = by_month["value"], by_month["cash"]
    uplift = case.market.liquidation.step_in_cost_uplift.value
    for position, contract in enumerate(case.book.contracts):
        fleet = indices.fleets.index(contract.fleet)
        unit = machines.terms[fleet]
        record = contracts[position]
        record["borrower"] = indices.borrowers.index(contract.borrower)
        record["fleet"] = fleet
        record["customer"] = indices.obligor(contract.customer)
        record["start"] = calendar.bounded(contract.start)
        record["end"] = calendar.bounded(contract.end)
        record["assignable"] = int(contract.assignable)
        record["units"] = contract.units
        record["price"] = contract.price_usd_per_gpu_hour
        record["take_or_pay"] = contract.take_or_pay_share
        rates = [claim["contract_rate"] for claim in claims if claim["borrower"] == record["borrower"]]
        rate = max(rates, default=unit.required_return)
        alive = parameters.survival[record["customer"]]
        price = contract.price_usd_per_gpu_hour * max(contract.take_or_pay_share, unit.utilisation)
        span = np.arange(1, months + 1)
        live = (span > record["start"]) & (span <= record["end"])
        rented = np.where(live, contract.units * survival[fleet, 1:], 0.0)
        running = unit.power_kw * unit.power_price[:months] + unit.other_cost
        own = rented * HOURS_PER_MONTH * (price - running) * alive[1:]
        replacement = rented * HOURS_PER_MONTH * (price - running * (1.0 + uplift)) * alive[1:]
        discounted = replacement * np.exp(-rate * span / 12.0)
        for month in range(months):
            growth = np.exp(rate * month / 12.0) / max(alive[month], 1e-300)
            worth[position, month] = max(discounted[month:].sum() * growth, 0.0)
            cash[position, month] = own[month:].sum() / max(alive[month], 1e-300)
    return contracts, by_month


def _borrowers(
    case: Case, calendar: Calendar, indices: Indices, service: Floats
) -> tuple[np.ndarray, Floats, Floats, Floats]:
    months = calendar.months
    borrowers = np.zeros(len(indices.borrowers), BORROWER)
    opening = np.zeros((len(borrowers), len(RESERVES)))
    target = np.zeros((len(borrowers), len(RESERVES), months + 1))
    depreciation = np.zeros((len(borrowers), months + 1))
    for position, borrower in enumerate(case.book.borrowers):
        record = borrowers[position]
        record["parent"] = indices.obligor(borrower.issuer)
        record["exogenous"] = indices.obligor(borrower.id) if borrower.credit is not None else -1
        record["reserve_account"] = len(indices.borrowers) + position * len(RESERVES)
        record["cash"] = borrower.accounts.cash_usd
        record["minimum_cash"] = borrower.accounts.minimum_cash_usd
        record["overhead"] = borrower.overhead_usd_per_month
        record["tax_rate"] = borrower.tax_rate
        own = [
            k for k, name in enumerate(indices.claims) if indices.claim(case, name).borrower == borrower.id
        ]
        due = service[own].sum(axis=0)
        for reserve in borrower.accounts.reserves:
            number = RESERVES.index(reserve.name)
            opening[position, number] = reserve.balance_usd
            ahead = round(reserve.target_months)
            for month in range(months + 1):
                target[position, number, month] = due[month + 1 : month + 1 + ahead].sum()
        for fleet in case.book.fleets:
            if fleet.borrower == borrower.id:
                age = np.arange(months + 1) / 12.0 + (calendar.as_of - fleet.in_service).days / 365.25
                wearing = (age > 0.0) & (age <= fleet.book_life_years)
                depreciation[position] += (
                    wearing * fleet.units * fleet.cost_usd_per_unit / fleet.book_life_years / 12.0
                )
    return borrowers, opening, target, depreciation
