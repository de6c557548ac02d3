"""Records of contracts and leases: what customers pay, and what remains of it at any month."""

from __future__ import annotations

import numpy as np

from haircut.case.case import Case
from haircut.credit.arrays import CONTRACT, CONTRACT_MONTH, LEASE, Floats
from haircut.credit.machines_in_place import MachinesInPlace
from haircut.credit.records.calendar import Calendar
from haircut.credit.records.indices import Indices
from haircut.scenarios.parameters import ScenarioParameters
from haircut.units import HOURS_PER_MONTH


def contract_records(
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
        record["prepaid"] = contract.prepaid_usd
        rates = [claim["contract_rate"] for claim in claims if claim["borrower"] == record["borrower"]]
        rate = max(rates, default=unit.required_return)
        alive = parameters.survival[indices.drawn_obligor(contract.customer)]
        price = contract.price_usd_per_gpu_hour * max(contract.take_or_pay_share, unit.utilisation)
        span = np.arange(1, months + 1)
        live = (span > record["start"]) & (span <= record["end"])
        rented = np.where(live, contract.units * survival[fleet, 1:], 0.0)
        running = unit.power_kw * unit.power_price[:months] + unit.other_cost
        own = rented * HOURS_PER_MONTH * (price - running) * alive[1:]
        replacement = rented * HOURS_PER_MONTH * (price - running * (1.0 + uplift)) * alive[1:]
        worth[position], cash[position] = _still_to_come(replacement, own, alive, rate)
    return contracts, by_month


def _still_to_come(replacement: Floats, own: Floats, alive: Floats, rate: float) -> tuple[Floats, Floats]:
    """(T + 1,) present value of a replacement's margin and sum of the owner's, given that the customer lives."""
    months = len(own)
    worth, cash = np.zeros(months + 1), np.zeros(months + 1)
    discounted = replacement * np.exp(-rate * np.arange(1, months + 1) / 12.0)
    for month in range(months):
        growth = np.exp(rate * month / 12.0) / max(alive[month], 1e-300)
        worth[month] = max(discounted[month:].sum() * growth, 0.0)
        cash[month] = own[month:].sum() / max(alive[month], 1e-300)
    return worth, cash


def _beyond(survival: Floats, months: int) -> Floats:
    """(months + 1,) survival that goes on at its last monthly rate: a lease may run longer than any path."""
    missing = months + 1 - len(survival)
    if missing <= 0:
        return survival
    rate = survival[-1] / survival[-2] if survival[-2] > 0.0 else 0.0
    return np.concatenate([survival, survival[-1] * rate ** np.arange(1, missing + 1)])


def lease_records(
    case: Case, calendar: Calendar, indices: Indices, parameters: ScenarioParameters, claims: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Records of leases, and by month what remains of them to another operator, and to their owner."""
    months = calendar.months
    leases = np.zeros(len(indices.leases), LEASE)
    by_month = np.zeros((len(leases), months + 1), CONTRACT_MONTH)
    uplift = case.market.liquidation.step_in_cost_uplift.value
    for position, lease in enumerate(case.book.leases):
        record = leases[position]
        record["borrower"] = indices.borrowers.index(lease.borrower)
        record["customer"] = indices.obligor(lease.customer)
        record["backer"] = indices.obligor(lease.backer)
        record["start"], record["end"] = calendar.bounded(lease.start), calendar.bounded(lease.end)
        record["assignable"] = int(lease.assignable)
        record["rent"] = lease.megawatts * lease.price_usd_per_mw_month
        record["cost"] = lease.megawatts * lease.operating_cost_usd_per_mw_month
        record["re_let_share"] = lease.re_let_price_share
        record["backed_share"] = lease.backed_share
        rates = [claim["contract_rate"] for claim in claims if claim["borrower"] == record["borrower"]]
        end = calendar.index(lease.end)
        span = np.arange(1, max(end, months) + 1)
        alive = _beyond(parameters.survival[indices.drawn_obligor(lease.customer)], len(span))
        live = ((span > record["start"]) & (span <= end)) * alive[1:]
        worth, cash = _still_to_come(
            live * (record["rent"] - record["cost"] * (1.0 + uplift)),
            live * (record["rent"] - record["cost"]),
            alive,
            max(rates, default=0.10),
        )
        by_month["value"][position], by_month["cash"][position] = worth[: months + 1], cash[: months + 1]
    return leases, by_month
