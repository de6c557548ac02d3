"""The one door from names to arrays: a case becomes a compiled book.

Every field of the book that a calculation uses is read in this file, `records.py` or `machines_in_place.py`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

import numpy as np

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.arrays import BookArrays, Floats
from haircut.credit.lender_view import lender_view
from haircut.credit.machines_in_place import MachinesInPlace, place_machines
from haircut.credit.projection import project
from haircut.credit.records import Calendar, Indices, build_arrays, calendar_of, fleet_costs, in_engine_order
from haircut.credit.schedule import Schedule, build_schedule, period_sums, shares_of_a_life, sized_debt
from haircut.credit.surfaces import SharedSurfaces
from haircut.curves import payment_months, weighted_average_life
from haircut.scenarios.expected import expected_block
from haircut.scenarios.scenario_set import ScenarioSet, compile_scenario_set


@dataclass(frozen=True)
class CompiledBook:
    """A case inside the engine, with what its readers outside ask of it.

    Attributes:
        case: the case.
        calendar: month ends and payment dates.
        indices: names to positions.
        arrays: the book under P; `arrays_q` differs in what customers' survival is worth.
        scenarios: the recipe of the drivers' paths.
        machines: laws and value surfaces.
        schedules: by claim id.
        drawn: USD by claim id on the as-of date (sized where the case sizes it).
        original_principal: USD by claim id, drawn plus planned draws.
        contract_margin: decimal by claim id, over the swap rate of its schedule for a fixed coupon.
        contract_rate: decimal by claim id, all-in rate at which recoveries are discounted.
        sizing_binding: by claim id "dscr", "advance_rate" or None where the amount is given.
        wal_years: by claim id, of scheduled principal seen from as-of.
        implied_payback_years: by claim id, cost of the pledged fleets over their first year's CFADS.
    """

    case: Case
    calendar: Calendar
    indices: Indices
    arrays: BookArrays
    arrays_q: BookArrays
    scenarios: ScenarioSet
    machines: MachinesInPlace
    schedules: dict[str, Schedule]
    drawn: dict[str, float]
    original_principal: dict[str, float]
    contract_margin: dict[str, float]
    contract_rate: dict[str, float]
    sizing_binding: dict[str, str | None]
    wal_years: dict[str, float]
    implied_payback_years: dict[str, float | None]

    @property
    def claim_ids(self) -> tuple[str, ...]:
        return self.indices.claims

    @property
    def as_of(self) -> datetime.date:
        return self.case.market.as_of

    @property
    def months(self) -> int:
        return self.calendar.months

    @property
    def month_dates(self) -> tuple[str, ...]:
        """ISO text of month ends 0..T."""
        return tuple(day.isoformat() for day in self.calendar.dates)

    @property
    def maturity_months(self) -> dict[str, int]:
        return {
            claim: int(self.arrays.claims[position]["maturity"])
            for position, claim in enumerate(self.claim_ids)
        }

    @property
    def discount(self) -> Floats:
        """(T + 1,) discount factors of the curve."""
        return self.scenarios.p.discount

    def __repr__(self) -> str:
        return f"CompiledBook({self.case.name}, {len(self.claim_ids)} claims, {self.months} months from {self.as_of})"


def compile_book(case: Case, surfaces: SharedSurfaces | None = None) -> CompiledBook:
    """Compile a case: calendars, machines, base cash flows, schedules, arrays.

    Args:
        case: to compile.
        surfaces: shares value surfaces with other cases of the same machines; changes no bit.

    Raises:
        InputRefused: where the case contradicts itself or its market.
        CannotCompute: where a schedule cannot be built or a device has no rent on the run's basis.
    """
    case = in_engine_order(case)
    calendar = calendar_of(case)
    longest = round(case.market.liquidation.longest_sale.value)
    machines = place_machines(case, calendar.months, longest, surfaces)
    laws = {name: machines.laws[name] for name in machines.gpus}
    repriced = [item.id for item in case.book.contracts] if case.settings.renegotiation_hazard > 0.0 else []
    scenarios = compile_scenario_set(
        case, calendar.months, laws, coin=_reads_coin_or_shares(case), contracts=repriced
    )
    shares = () if scenarios.coin_p is None else scenarios.coin_p.equities.issuers
    indices = Indices.of(case, machines.devices, scenarios.p.obligors, shares)
    bare = build_arrays(case, calendar, indices, machines, scenarios.p, {}, {})
    views = _views(case, calendar, indices, machines, scenarios, bare)

    schedules: dict[str, Schedule] = {}
    drawn: dict[str, float] = {}
    binding: dict[str, str | None] = {}
    rates = _expected_index(scenarios)
    for position, name in enumerate(indices.claims):
        claim = indices.claim(case, name)
        drawn[name], binding[name], schedules[name] = _schedule_of(
            case, claim, position, calendar, bare, views, rates
        )
    arrays = build_arrays(case, calendar, indices, machines, scenarios.p, schedules, drawn)
    arrays_q = build_arrays(case, calendar, indices, machines, scenarios.q, schedules, drawn, scenarios.p)
    payback = {
        claim: _payback(case, indices, calendar, position, arrays, views["expected"])
        for position, claim in enumerate(indices.claims)
    }
    margin, wal = {}, {}
    for position, name in enumerate(indices.claims):
        claim, record = indices.claim(case, name), arrays.claims[position]
        interest = claim.interest
        swap = float(record["swap_rate"])
        margin[name] = (
            (interest.margin_bp or 0.0) * 1e-4
            if interest.kind == "floating"
            else (interest.coupon or 0.0) - swap
        )
        principal = schedules[name].principal.copy()
        maturity = int(record["maturity"])
        principal[maturity] += schedules[name].balance[maturity]
        repaid = np.flatnonzero(principal)
        wal[name] = weighted_average_life(principal[repaid], repaid / 12.0) if len(repaid) else 0.0
    return CompiledBook(
        case=case,
        calendar=calendar,
        indices=indices,
        arrays=arrays,
        arrays_q=arrays_q,
        scenarios=scenarios,
        machines=machines,
        schedules=schedules,
        drawn=drawn,
        original_principal={
            name: drawn[name] + float(arrays.claim_months["draws"][position].sum())
            for position, name in enumerate(indices.claims)
        },
        contract_margin=margin,
        contract_rate={
            name: float(arrays.claims[position]["contract_rate"])
            for position, name in enumerate(indices.claims)
        },
        sizing_binding=binding,
        wal_years=wal,
        implied_payback_years=payback,
    )


def _reads_coin_or_shares(case: Case) -> bool:
    """Whether a book needs paths of the coin or of shares: others do not pay for them."""
    book = case.book
    rigs = {rig.id for rig in case.market.rigs}
    coins = any(borrower.accounts.coins_btc > 0.0 for borrower in book.borrowers)
    lines = any(claim.coin_line is not None for claim in book.claims)
    mines = any(fleet.device in rigs for fleet in book.fleets)
    issuers = {issuer.id for issuer in book.issuers if issuer.market_cap_usd is not None}
    converts = any(claim.conversion is not None for claim in book.claims)
    shares = any(law.issuer in issuers for law in case.market.equities) or converts
    return coins or lines or mines or shares


def _views(
    case: Case,
    calendar: Calendar,
    indices: Indices,
    machines: MachinesInPlace,
    scenarios: ScenarioSet,
    bare: BookArrays,
) -> dict[str, Floats]:
    """CFADS by borrower, (borrowers, T + 1), in the three views that sculpting and sizing may follow."""
    expected = project(bare, expected_block(scenarios.p, coin=scenarios.coin_p), debt=False)
    lender = in_engine_order(lender_view(case))
    flat = case.book.lender_case.rent == "flat"
    lender_machines = replace(machines, terms=_lender_terms(lender, machines))
    lender_indices = Indices.of(lender, machines.devices, scenarios.p.obligors, indices.shares)
    lender_arrays = build_arrays(lender, calendar, lender_indices, lender_machines, scenarios.p, {}, {})
    view = project(
        lender_arrays, expected_block(scenarios.p, "flat" if flat else "expected", scenarios.coin_p), debt=False,
        flat_rent=flat,
    )  # fmt: skip
    overhead = bare.borrowers["overhead"][:, None]
    contract = expected.borrowers["contract_revenue"] - expected.borrowers["contract_cost"] - overhead
    lines = {"contract": contract, "expected": expected.borrowers["cfads"], "lender": view.borrowers["cfads"]}
    return {name: _from_first_month(line) for name, line in lines.items()}


def _from_first_month(line: Floats) -> Floats:
    """A monthly line with nothing on the as-of date and nothing where a path had ended."""
    result = np.nan_to_num(line, nan=0.0)
    result[:, 0] = 0.0
    return result


def _lender_terms(lender: Case, machines: MachinesInPlace):  # type: ignore[no-untyped-def]
    return tuple(
        unit if fleet.utilisation is None else unit._replace(utilisation=fleet.utilisation)
        for unit, fleet in zip(machines.terms, lender.book.fleets, strict=True)
    )


def _expected_index(scenarios: ScenarioSet) -> Floats:
    """(T + 1,) forward growth of the money market over each month, minus 1."""
    growth = np.zeros(scenarios.p.months + 1)
    growth[1:] = scenarios.p.discount[:-1] / scenarios.p.discount[1:] - 1.0
    return growth


def _schedule_of(
    case: Case,
    claim: Claim,
    position: int,
    calendar: Calendar,
    bare: BookArrays,
    views: dict[str, Floats],
    index_growth: Floats,
) -> tuple[float, str | None, Schedule]:
    """Drawn amount, binding limit and schedule of one claim."""
    record, payments = bare.claims[position], bare.claim_months["payment"][position]
    maturity = int(record["maturity"])
    borrower = int(record["borrower"])
    accrual = bare.claim_months["accrual"][position]
    if claim.interest.kind == "fixed":
        rate = (claim.interest.coupon or 0.0) * accrual
    else:
        floor = claim.interest.floor * accrual
        rate = np.maximum(index_growth, floor) + (claim.interest.margin_bp or 0.0) * 1e-4 * accrual
    start = claim.amortisation.start
    first = 1 if start is None else max(calendar.index(start), 1)
    amount, binding = claim.drawn_usd, None
    if claim.sizing is not None:
        growth = period_sums(rate, payments)
        cash = views[claim.sizing.cash_flow][borrower]
        amount = sized_debt(cash, growth, payments, claim.sizing.target_dscr, first, maturity)
        binding = "dscr"
        if claim.sizing.advance_rate is not None:
            cap = claim.sizing.advance_rate * fleet_costs(case, claim)
            if cap < amount:
                amount, binding = cap, "advance_rate"
    assert amount is not None
    kind, shares = claim.amortisation.kind, claim.amortisation.shares
    if record["runs_on"] == 1 and kind != "bullet":
        dates = payment_months(calendar.as_of, claim.maturity_date, claim.payment_frequency_months)
        per_period = float(rate[1 : maturity + 1].mean()) * claim.payment_frequency_months
        life, until = sum(first <= month for month in dates), int(payments[first : maturity + 1].sum())
        kind, shares = "given", shares_of_a_life(kind, per_period, life)[:until]
    plan = build_schedule(
        kind, amount, bare.claim_months["draws"][position], rate, payments,
        views[claim.amortisation.cash_flow][borrower], first, maturity, shares, claim.id,
    )  # fmt: skip
    return amount, binding, plan


def _payback(
    case: Case, indices: Indices, calendar: Calendar, position: int, arrays: BookArrays, cfads: Floats
) -> float | None:
    """Cost of the pledged fleets over the CFADS of the first twelve months in which all of them work, years."""
    claim = indices.claim(case, indices.claims[position])
    cost = fleet_costs(case, claim)
    pledged = np.flatnonzero(arrays.collateral[position])
    if cost <= 0.0 or len(pledged) == 0:
        return None
    first = int(arrays.fleets["start"][pledged].max()) + 1
    year = cfads[int(arrays.claims[position]["borrower"]), first : first + 12].sum()
    return cost / float(year) if year > 0.0 else None
