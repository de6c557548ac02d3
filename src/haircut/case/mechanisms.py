"""Why the spread is what it is: a case with one or more mechanisms switched off."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from haircut.case.book import Claim, Contract, Credit, Customer, Fleet, Lease
from haircut.case.case import Case
from haircut.case.findings import one_of, show
from haircut.case.market import CreditMarket, Rating
from haircut.case.provenance import Frozen, Provenance, Quantity, Sourced
from haircut.errors import UsageError

MECHANISMS: Final = ("deflation", "revenue_risk", "convergence", "illiquidity")
RATING_HORIZON_YEARS: Final = 5.0


def without(case: Case, mechanisms: Iterable[str]) -> Case:
    """The case with some mechanisms switched off; order does not matter, and twice is once.

    Args:
        case: the case; it is left as it is.
        mechanisms: names among `MECHANISMS`; one name may be given as text.

    Raises:
        UsageError: for an unknown mechanism, with the nearest valid spelling.
    """
    names = {mechanisms} if isinstance(mechanisms, str) else set(mechanisms)
    for name in sorted(names):
        if name not in _CHANGES:
            raise UsageError(
                f"mechanism: found {show(name)}; expected {one_of('a mechanism', name, MECHANISMS)}"
            )
    changed = case
    for name in MECHANISMS:
        if name in names:
            changed = _CHANGES[name](changed)
    return changed if changed is case else Case.model_validate(changed.model_dump()).from_origin(case.origin)


def rating_hazard(rating: Rating) -> float:
    """The constant hazard a year that gives the rating's cumulative default at five years.

    Between the table's years the cumulative hazard is linear; beyond its last year it grows at the mean rate.

    >>> row = dict(unit="share", date=date(2026, 1, 1), mark="observed", source="demo", rating="B")
    >>> table = Rating(years=(1.0, 5.0), cumulative_default=(0.03, 0.2), wang_theta=0.5,
    ...     option_adjusted_spread_bp=300.0, **row)
    >>> round(rating_hazard(table), 6)
    0.044629
    """
    years = (0.0, *rating.years)
    hazards = (0.0, *(-math.log1p(-min(share, 1.0 - 1e-9)) for share in rating.cumulative_default))
    horizon = RATING_HORIZON_YEARS
    if years[-1] <= horizon:
        return hazards[-1] / years[-1]
    last = next(index for index, year in enumerate(years) if year >= horizon)
    weight = (horizon - years[last - 1]) / (years[last] - years[last - 1])
    return (hazards[last - 1] + weight * (hazards[last] - hazards[last - 1])) / horizon


def _without_deflation(case: Case) -> Case:
    """The mean of rent is flat under P, nothing newer comes, machines outlive the last loan; psi stays."""
    source, as_of, compute = "without deflation", case.market.as_of, case.market.compute
    flat = {state: -0.5 * getattr(compute.volatility, state) ** 2 for state in ("glut", "balanced", "scarce")}
    calm = _altered(
        compute,
        drift=_restated(compute.drift, source, as_of, **flat),
        pull_speed=_restated(compute.pull_speed, source, as_of, value=0.0),
        launches=(),
    )
    last = max(claim.maturity_date for claim in case.book.claims)
    fleets = tuple(_outliving(case, fleet, last, source) for fleet in case.book.fleets)
    return _altered(
        case,
        market=_altered(case.market, compute=calm),
        book=_altered(case.book, fleets=fleets),
        scenario=_altered(case.scenario, rent_path=None, rent_drift_shift=0.0),
    )


def _outliving(case: Case, fleet: Fleet, last: date, source: str) -> Fleet:
    """The fleet with a maximum age that reaches a month beyond the last maturity."""
    born = min(fleet.in_service, case.market.as_of)
    needed = (last - born).days / 365.25 + 1.0 / 12.0
    stated = fleet.maximum_age_years
    ages = [device.maximum_age.value for device in case.market.devices if device.id == fleet.device]
    if (stated if stated is not None else min(ages, default=0.0)) >= needed:
        return fleet
    return _altered(
        fleet, maximum_age_years=needed, sources=_said(fleet.sources, "maximum_age_years", source)
    )


def _without_revenue_risk(case: Case) -> Case:
    """Customers default at their rating's constant hazard, independently; contracts run to maturity."""
    source, as_of, compute = "without revenue_risk", case.market.as_of, case.market.compute
    steady = _restated(compute.demand_loading_utilisation, source, as_of, value=0.0)
    customers = tuple(_constant(customer, case.market.credit, source) for customer in case.book.customers)
    return _altered(
        case,
        market=_altered(case.market, compute=_altered(compute, demand_loading_utilisation=steady)),
        book=_altered(
            case.book,
            customers=customers,
            contracts=_extended(case, source),
            leases=_leases_extended(case, source),
        ),
        settings=_altered(case.settings, re_let_gap_months=1, renegotiation_hazard=0.0, in_book=False),
        scenario=_altered(case.scenario, customer_hazard_factor=1.0),
    )


def _constant(customer: Customer, market: CreditMarket, source: str) -> Customer:
    name = customer.credit.rating or customer.credit.wang_rating
    rating = next(row for row in market.ratings if row.rating == name)
    credit = Credit(
        hazard_per_year=rating_hazard(rating),
        measure="P",
        wang_rating=rating.rating,
        demand_loading=0.0,
        recovery_rate=customer.credit.recovery_rate,
    )
    if credit == customer.credit:
        return customer
    return _altered(customer, credit=credit, sources=_said(customer.sources, "credit", source))


def _extended(case: Case, source: str) -> tuple[Contract, ...]:
    """Contracts that run to the last maturity of their borrower, latest first, where the fleet has the units.

    A contract that another one follows on the same units keeps its end: its successor runs on.
    """
    claims: tuple[Claim, ...] = case.book.claims
    units = {fleet.id: fleet.units for fleet in case.book.fleets}
    done = list(case.book.contracts)
    for index in sorted(range(len(done)), key=lambda place: (done[place].end, done[place].id), reverse=True):
        contract = done[index]
        last = max(
            (claim.maturity_date for claim in claims if claim.borrower == contract.borrower), default=None
        )
        if last is None or contract.end >= last:
            continue
        longer = _altered(contract, end=last, sources=_said(contract.sources, "end", source))
        rivals = [
            other for other in (*done[:index], longer, *done[index + 1 :]) if other.fleet == contract.fleet
        ]
        peak = max(_in_use(rivals, start) for start in {contract.end, *(rival.start for rival in rivals)})
        if peak <= units[contract.fleet] * (1.0 + 1e-9):
            done[index] = longer
    return tuple(done)


def _leases_extended(case: Case, source: str) -> tuple[Lease, ...]:
    """Leases that run to the last maturity of their borrower."""
    done = []
    for lease in case.book.leases:
        last = max(
            (claim.maturity_date for claim in case.book.claims if claim.borrower == lease.borrower),
            default=lease.end,
        )
        longer = _altered(lease, end=last, sources=_said(lease.sources, "end", source))
        done.append(longer if last > lease.end else lease)
    return tuple(done)


def _in_use(contracts: list[Contract], day: date) -> float:
    return sum(contract.units for contract in contracts if contract.start <= day < contract.end)


def _without_convergence(case: Case) -> Case:
    """Every group of drivers is read on another path: marginals kept, dependence gone."""
    return _altered(case, settings=_altered(case.settings, independence_by_shift=True))


def _without_illiquidity(case: Case) -> Case:
    """Collateral sells at its mark, at once, at no cost and to no one's harm; balloons refinance."""
    source, as_of, market = "without illiquidity", case.market.as_of, case.market
    free = {
        "transaction_cost": 0.0,
        "broker_fee": 0.0,
        "holding_cost": 0.0,
        "enforcement_lag": 0.0,
        "longest_sale": 1.0,
        "step_in_haircut": 0.0,
    }
    liquid = {
        name: _restated(getattr(market.liquidation, name), source, as_of, value=value)
        for name, value in free.items()
    }
    changed: dict[str, Any] = {
        kind: tuple(
            _altered(
                machine, psi_sale=_restated(machine.psi_sale, source, as_of, value=machine.psi_mark.value)
            )
            for machine in getattr(market, kind)
        )
        for kind in ("devices", "rigs")
    }
    if market.btc is not None:
        fee = _restated(market.btc.sale_fee, source, as_of, value=0.0)
        changed["btc"] = _altered(market.btc, sale_fee=fee)
    changed["liquidation"] = _altered(market.liquidation, impact="none", **liquid)
    patient = tuple(_altered(lender, risk_budget_usd=None) for lender in case.book.lenders)
    return _altered(
        case,
        market=_altered(market, **changed),
        book=_altered(case.book, lenders=patient),
        settings=_altered(case.settings, refinance_on_signing_advance_rate=True),
    )


_CHANGES: Final[Mapping[str, Callable[[Case], Case]]] = {
    "deflation": _without_deflation,
    "revenue_risk": _without_revenue_risk,
    "convergence": _without_convergence,
    "illiquidity": _without_illiquidity,
}

_Model = TypeVar("_Model", bound=Frozen)
_Value = TypeVar("_Value", bound=Sourced)


def _altered(model: _Model, **values: Any) -> _Model:
    return model.model_copy(update=values)


def _restated(old: _Value, source: str, as_of: date, **numbers: float) -> _Value:
    """A value of the market with other numbers, assumed; itself where the numbers are the same."""
    if all(getattr(old, name) == number for name, number in numbers.items()):
        return old
    origin: dict[str, Any] = {"mark": "assumed", "source": source, "date": as_of, "note": None}
    if isinstance(old, Quantity):
        origin["range"] = None
    return _altered(old, **numbers, **origin)


def _said(sources: dict[str, Provenance], field: str, source: str) -> dict[str, Provenance]:
    """The sources of an entity once `field` and all below it is assumed."""
    kept = {
        name: entry for name, entry in sources.items() if name != field and not name.startswith(f"{field}.")
    }
    return {**kept, field: Provenance(mark="assumed", source=source)}
