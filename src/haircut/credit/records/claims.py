"""Records of claims: terms, what falls when, guarantees, coins, conversion, collateral."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.arrays import (
    BAD_ACTS,
    CLAIM,
    CLAIM_MONTH,
    COMPLETION,
    FULL,
    RESERVES,
    Floats,
    Integers,
    Record,
)
from haircut.credit.records.calendar import Calendar
from haircut.credit.records.indices import Indices
from haircut.credit.schedule import Schedule
from haircut.curves import payment_months, swap_rate, year_fraction
from haircut.scenarios.parameters import ScenarioParameters
from haircut.units import HOURS_PER_MONTH

_SCOPES = {"full": FULL, "completion": COMPLETION, "bad_acts": BAD_ACTS}


def claim_records(
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
    fractions: dict[str, list[float]] = {}
    for position, name in enumerate(indices.claims):
        claim, record = indices.claim(case, name), claims[position]
        maturity = calendar.maturity(claim)
        day_count = claim.interest.day_count
        if day_count not in fractions:
            fractions[day_count] = [year_fraction(*month, day_count) for month in pairwise(calendar.dates)]
        accrual[position, 1:] = fractions[day_count]
        for month in payment_months(calendar.as_of, claim.maturity_date, claim.payment_frequency_months):
            payment[position, min(month, maturity)] = 1
        for draw in claim.draws:
            if draw.date > calendar.as_of:
                draws[position, calendar.index(draw.date)] += draw.amount_usd
        record["borrower"] = indices.borrowers.index(claim.borrower)
        record["lender_account"] = len(indices.borrowers) * (1 + len(RESERVES)) + position
        record["rank"] = claim.rank
        record["secured"] = int(bool(claim.collateral_fleets or claim.collateral_leases))
        record["revolving"] = int(claim.revolving)
        record["maturity"] = maturity
        record["runs_on"] = int(maturity < calendar.index(claim.maturity_date))
        record["fixed"] = int(claim.interest.kind == "fixed")
        record["coupon"] = claim.interest.coupon or 0.0
        record["in_kind"] = claim.interest.payment_in_kind_share
        record["margin"] = (claim.interest.margin_bp or 0.0) * 1e-4
        record["floor"] = claim.interest.floor
        record["hedged_share"] = claim.interest.hedged_share
        record["undrawn_fee"] = claim.undrawn_fee_bp * 1e-4
        record["sweep_share"] = claim.cash_sweep_share
        record["commitment"] = claim.commitment_usd or 0.0
        record["drawn"] = drawn.get(name, 0.0)
        record["original"] = record["drawn"] + draws[position].sum()
        conditions = claim.draw_conditions
        planned = claim.draws[-1].date if claim.draws else calendar.as_of
        # What is undrawn of a revolver can be drawn, and costs its fee, as long as it lives.
        last_draw = conditions.last_draw_date or (claim.maturity_date if claim.revolving else planned)
        record["last_draw"] = calendar.bounded(last_draw)
        record["draw_minimum_dscr"] = conditions.minimum_projected_dscr
        _guarantee(case, calendar, indices, claim, record)
        _coins(claim, record)
        _conversion(case, calendar, indices, claim, record, by_month["put"][position])
        record["stated_recovery"] = -1.0 if claim.stated_recovery is None else claim.stated_recovery.rate
        if claim.refinancing is not None:
            record["refinanced"] = 1
            record["refinancing_advance"] = claim.refinancing.advance_rate
            record["refinancing_dscr"] = claim.refinancing.target_dscr
            record["refinancing_months"] = claim.refinancing.tenor_months
        cost = fleet_costs(case, claim)
        record["signing_advance"] = record["original"] / cost if cost > 0.0 else _advance_on_leases(claim)
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


def _advance_on_leases(claim: Claim) -> float:
    """Advance rate of signing on halls, whose cost no book holds: that of refinancing, else all of the mark."""
    if not claim.collateral_leases:
        return 0.0
    return 1.0 if claim.refinancing is None else claim.refinancing.advance_rate


def _coins(claim: Claim, record: Record) -> None:
    record["recourse"] = 1
    if claim.coin_line is not None:
        line = claim.coin_line
        record["coins"] = line.pledged_btc
        record["initial_ltv"] = line.initial_ltv
        record["call_ltv"] = line.call_ltv
        record["liquidation_ltv"] = line.liquidation_ltv
        record["recourse"] = int(line.recourse)
        record["slide"] = min(line.cure_hours / (HOURS_PER_MONTH / 2.0), 1.0)


def _conversion(
    case: Case, calendar: Calendar, indices: Indices, claim: Claim, record: Record, put: Integers
) -> None:
    record["share_row"] = -1
    if claim.conversion is None:
        return
    issuer = next(item.issuer for item in case.book.borrowers if item.id == claim.borrower)
    record["share_row"] = indices.share_row(issuer)
    record["parity"] = claim.conversion.share_price_usd / claim.conversion.conversion_price_usd
    for day in claim.conversion.put_dates:
        if calendar.as_of < day:
            put[calendar.index(day)] = 1


def _index_rates(parameters: ScenarioParameters, accrual: Floats) -> Floats:
    """(T + 1,) forward SOFR of each month in the claim's day count."""
    growth = np.zeros_like(accrual)
    growth[1:] = parameters.discount[:-1] / parameters.discount[1:] - 1.0
    return np.divide(growth, accrual, out=np.zeros_like(growth), where=accrual > 0.0)


def _guarantee(case: Case, calendar: Calendar, indices: Indices, claim: Claim, record: Record) -> None:
    record["guarantor"] = record["guarantor_borrower"] = -1
    record["scope"] = BAD_ACTS
    guarantee = claim.guarantee
    if guarantee is None:
        return
    record["guarantor"] = indices.obligor(guarantee.guarantor)
    record["guarantor_borrower"] = indices.linked.get(guarantee.guarantor, -1)
    record["scope"] = _SCOPES[guarantee.scope]
    if guarantee.completion_date is not None:
        record["completion"] = calendar.index(guarantee.completion_date)
    record["guarantor_default_is_event"] = int(guarantee.default_is_event_of_default)
    issuer = next(issuer for issuer in case.book.issuers if issuer.id == guarantee.guarantor)
    credit = issuer.credit
    if issuer.corporate is not None:
        credit = next(item.credit for item in case.book.borrowers if item.id == issuer.corporate)
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


def collateral(case: Case, indices: Indices) -> tuple[Integers, Integers, Floats]:
    """(claims, fleets) and (claims, leases) 1 where pledged; (claims, lenders) shares."""
    fleets = np.zeros((len(indices.claims), len(indices.fleets)), dtype=np.int64)
    leases = np.zeros((len(indices.claims), len(indices.leases)), dtype=np.int64)
    shares = np.zeros((len(indices.claims), len(indices.lenders)))
    for position, name in enumerate(indices.claims):
        claim = indices.claim(case, name)
        for fleet in claim.collateral_fleets:
            fleets[position, indices.fleets.index(fleet)] = 1
        for lease in claim.collateral_leases:
            leases[position, indices.leases.index(lease)] = 1
        for part in claim.lenders:
            shares[position, indices.lenders.index(part.lender)] = part.share
    return fleets, leases, shares
