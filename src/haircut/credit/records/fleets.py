"""Records of fleets."""

from __future__ import annotations

import numpy as np

from haircut.case.book import Fleet
from haircut.case.case import Case
from haircut.credit.arrays import FLEET, FLEET_MONTH, Record
from haircut.credit.machines_in_place import MachinesInPlace, device_of, site_power_price
from haircut.credit.records.calendar import FAR, Calendar
from haircut.credit.records.indices import Indices, span
from haircut.errors import InputRefused

HIGHEST_PSI = 1.5
"""Quoted price over value, of marks and of sales: what is quoted above counts at this."""


def fleet_records(
    case: Case, calendar: Calendar, indices: Indices, machines: MachinesInPlace
) -> tuple[np.ndarray, np.ndarray]:
    """Records, and by month the share of units that have not failed and the book value of one."""
    months = calendar.months
    fleets = np.zeros(len(indices.fleets), FLEET)
    by_month = np.zeros((len(fleets), months + 1), FLEET_MONTH)
    elapsed = np.arange(months + 1) / 12.0
    for position, fleet in enumerate(case.book.fleets):
        unit = machines.terms[position]
        device = device_of(case, fleet)
        site = next(site for site in case.book.sites if site.id == fleet.site)
        record = fleets[position]
        record["borrower"] = indices.borrowers.index(fleet.borrower)
        record["device_type"] = indices.devices.index(fleet.device)
        record["surface"] = machines.surface_of[position]
        record["start"] = calendar.bounded(fleet.in_service)
        record["last"] = min(unit.last_month, FAR)
        record["draw_claim"], record["draw_month"] = _funding_draw(case, calendar, indices, fleet.id)
        record["hall_access"] = int(site.hall_access)
        record["hall_owner"] = indices.borrower_obligor(site.landlord_borrower)
        record["contract_first"], record["contract_end"] = span(
            (indices.fleets.index(contract.fleet) for contract in case.book.contracts), position
        )
        _backstops(calendar, indices, fleet, record)
        record["units"] = fleet.units
        record["utilisation"] = unit.utilisation
        record["power_kw"] = unit.power_kw
        record["power_price"] = site_power_price(case, fleet)
        record["other_cost"] = unit.other_cost
        record["idle_cost"] = unit.idle_cost
        record["salvage"] = unit.salvage
        record["psi_mark"] = min(device.psi_mark.value, HIGHEST_PSI)
        record["psi_sale"] = min(device.psi_sale.value, HIGHEST_PSI)
        in_service_months = np.maximum(np.arange(months + 1) - record["start"], 0)
        by_month[position]["survival"] = np.exp(-unit.failure_hazard * in_service_months / 12.0)
        age = elapsed + (calendar.as_of - fleet.in_service).days / 365.25
        left = 1.0 - np.maximum(age, 0.0) / fleet.book_life_years
        by_month[position]["book_value"] = fleet.cost_usd_per_unit * np.maximum(left, 0.0)
    return fleets, by_month


def _backstops(calendar: Calendar, indices: Indices, fleet: Fleet, record: Record) -> None:
    record["floor_backer"] = record["residual_backer"] = -1
    if fleet.capacity_backstop is not None:
        floor = fleet.capacity_backstop
        record["floor_backer"] = indices.obligor(floor.backer)
        record["floor_price"] = floor.price_usd_per_gpu_hour
        record["floor_start"] = calendar.bounded(floor.start)
        record["floor_end"] = calendar.bounded(floor.end)
    if fleet.residual_backstop is not None:
        residual = fleet.residual_backstop
        record["residual_backer"] = indices.obligor(residual.backer)
        record["residual_value"] = residual.value_usd_per_unit
        record["residual_until"] = calendar.bounded(residual.until)


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
