"""Record arrays from a case: one file for each kind of entity."""

from __future__ import annotations

import numpy as np

from haircut.case.case import Case
from haircut.credit.arrays import BookArrays
from haircut.credit.machines_in_place import MachinesInPlace
from haircut.credit.records.borrowers import borrower_records, commitment_records
from haircut.credit.records.calendar import Calendar, calendar_of
from haircut.credit.records.claims import claim_records, collateral, fleet_costs
from haircut.credit.records.contracts import contract_records, lease_records
from haircut.credit.records.covenants import covenant_records
from haircut.credit.records.fleets import fleet_records
from haircut.credit.records.indices import Indices, in_engine_order
from haircut.credit.records.rules import device_records, lender_records, rules_record
from haircut.credit.schedule import Schedule
from haircut.scenarios.parameters import ScenarioParameters

__all__ = ["Calendar", "Indices", "build_arrays", "calendar_of", "fleet_costs", "in_engine_order"]


def build_arrays(
    case: Case,
    calendar: Calendar,
    indices: Indices,
    machines: MachinesInPlace,
    parameters: ScenarioParameters,
    schedules: dict[str, Schedule],
    drawn: dict[str, float],
    real_world: ScenarioParameters | None = None,
) -> BookArrays:
    """All arrays of a book under one measure; without schedules, claims carry no debt yet.

    `real_world` are the parameters under P where `parameters` are not: what a hall's lease is worth to another
    owner is a price, read on P and Q paths alike, as the value of a machine is.
    """
    months = calendar.months
    fleets, fleet_months = fleet_records(case, calendar, indices, machines)
    claims, claim_months, service = claim_records(case, calendar, indices, parameters, schedules, drawn)
    covenants, tested = covenant_records(case, calendar, indices)
    contracts, contract_months = contract_records(
        case, calendar, indices, machines, parameters, fleet_months["survival"], claims
    )
    leases, lease_months = lease_records(case, calendar, indices, real_world or parameters, claims)
    borrowers, opening, target, depreciation = borrower_records(case, calendar, indices, service)
    pledged_fleets, pledged_leases, lender_shares = collateral(case, indices)
    return BookArrays(
        rules=rules_record(case, calendar, indices),
        borrowers=borrowers,
        claims=claims,
        fleets=fleets,
        contracts=contracts,
        leases=leases,
        commitments=commitment_records(case, calendar, indices),
        covenants=covenants,
        devices=device_records(case, indices),
        lenders=lender_records(case),
        collateral=pledged_fleets,
        pledged_leases=pledged_leases,
        lender_shares=lender_shares,
        claim_months=claim_months,
        fleet_months=fleet_months,
        contract_months=contract_months,
        lease_months=lease_months,
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
