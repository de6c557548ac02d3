"""Fleets as the engine sees them: device and overrides together, with the law of rent and the value surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haircut.case.book import Fleet
from haircut.case.case import Case
from haircut.case.market import Device, Rig
from haircut.credit.arrays import Floats
from haircut.credit.surfaces import Content, SharedSurfaces, stacked
from haircut.errors import CannotCompute, InputRefused
from haircut.machines.law import RentLaw, UnitTerms
from haircut.machines.rent import rent_law, rent_today
from haircut.machines.rig import rig_law, rig_terms
from haircut.machines.terms import unit_terms


@dataclass(frozen=True, slots=True)
class MachinesInPlace:
    """Laws by device, terms by fleet, and one stacked value surface for each distinct fleet.

    Attributes:
        devices: ids in the order of the engine: GPUs, then rigs.
        gpus: the first of them.
        laws: law of rent by device.
        terms: by fleet.
        surface_of: (fleets,) row of the stacked arrays.
        low, step, value, forward_step, forward: stacked `ValueSurface`s.
    """

    devices: tuple[str, ...]
    gpus: tuple[str, ...]
    laws: dict[str, RentLaw]
    terms: tuple[UnitTerms, ...]
    surface_of: tuple[int, ...]
    low: Floats
    step: Floats
    value: Floats
    forward_step: Floats
    forward: Floats


def device_of(case: Case, fleet: Fleet) -> Device | Rig:
    """The market's device or rig with the fleet's overrides."""
    offered: list[Device | Rig] = [*case.market.devices, *case.market.rigs]
    machine = next((item for item in offered if item.id == fleet.device), None)
    if machine is None:
        known = ", ".join(item.id for item in offered)
        raise InputRefused(
            f"fleet {fleet.id}: device {fleet.device!r} is not in the market, which has {known}"
        )
    overrides = {
        "failure_hazard": fleet.failure_hazard_per_year,
        "other_cash_cost": fleet.other_cash_cost_usd_per_hour,
        "maximum_age": fleet.maximum_age_years,
    }
    if isinstance(machine, Rig):
        power = fleet.power_kw
        per_unit = machine.hash_rate.value * machine.overhead.value / 1000.0
        overrides |= {"uptime": fleet.utilisation, "efficiency": None if power is None else power / per_unit}
    else:
        overrides |= {"utilisation": fleet.utilisation, "wall_power": fleet.power_kw}
    changes = {
        name: getattr(machine, name).model_copy(update={"value": value, "range": None})
        for name, value in overrides.items()
        if value is not None
    }
    if fleet.other_cash_cost_usd_per_hour is not None:
        # Idle machines keep their hall: an override of the running cost moves the idle cost with it.
        lower = min(machine.idle_cost.value, fleet.other_cash_cost_usd_per_hour)
        changes["idle_cost"] = machine.idle_cost.model_copy(update={"value": lower, "range": None})
    return machine.model_copy(update=changes)


def fleet_terms(case: Case, fleet: Fleet, months: int) -> UnitTerms:
    """Terms of one unit of a fleet, at its site's power price where the site has one."""
    price, machine, factor = (
        site_power_price(case, fleet),
        device_of(case, fleet),
        case.scenario.power_price_factor,
    )
    if isinstance(machine, Rig):
        paid = price if price >= 0.0 else case.market.power.price.value * factor
        terms = rig_terms(case.market, machine, fleet.in_service, months, paid)
    else:
        terms = unit_terms(case.market, machine, fleet.in_service, months, factor)
    if price >= 0.0:
        terms = terms._replace(power_price=np.full_like(terms.power_price, price))
    return terms


def site_power_price(case: Case, fleet: Fleet) -> float:
    """Contracted power price of the fleet's site, USD per kWh; -1 where power is bought at market."""
    site = next(site for site in case.book.sites if site.id == fleet.site)
    if site.power_price_usd_per_kwh is None:
        return -1.0
    return site.power_price_usd_per_kwh * case.scenario.power_price_factor


def _gpu_law(case: Case, name: str, basis: str, horizon: int) -> RentLaw:
    """Law of the rent of a GPU on the run's basis."""
    rent = rent_today(case.market, name, basis)
    if rent is None:
        offered = sorted({quote.basis for quote in case.market.rents if quote.device == name})
        raise CannotCompute(
            f"{name} has no rent on basis {basis!r} in market {case.market.as_of}; it has {', '.join(offered)}"
        )
    device = next(device for device in case.market.devices if device.id == name)
    scenario = case.scenario
    return rent_law(case.market, device, rent, horizon, scenario.rent_path, scenario.rent_drift_shift, basis)


def place_machines(
    case: Case, months: int, longest_sale: int, surfaces: SharedSurfaces | None = None
) -> MachinesInPlace:
    """Laws, terms and value surfaces of every fleet of a case over `months`; surfaces from `surfaces` where given.

    Raises:
        InputRefused: where a device is not in the market.
        CannotCompute: where a device has no rent on the run's basis.
    """
    basis = case.settings.rent_basis or case.market.default_rent_basis
    fleets = case.book.fleets
    rigs = {rig.id for rig in case.market.rigs}
    used = tuple(dict.fromkeys(fleet.device for fleet in fleets))
    gpus = tuple(name for name in used if name not in rigs) or (case.market.devices[0].id,)
    devices = (*gpus, *(name for name in used if name in rigs))
    first = [fleet_terms(case, fleet, months) for fleet in fleets]
    horizon = max([months, *(terms.last_month for terms in first)])
    terms = tuple(fleet_terms(case, fleet, horizon) for fleet in fleets)
    laws = {name: _gpu_law(case, name, basis, horizon) for name in gpus}
    laws |= {name: rig_law(case.market, horizon) for name in devices if name in rigs}
    distinct: dict[tuple[object, ...], int] = {}
    order: list[int] = []
    surface_of: list[int] = []
    for index, fleet in enumerate(fleets):
        unit = terms[index]
        key = (fleet.device, unit.last_month, unit.utilisation, unit.power_kw, unit.other_cost, unit.idle_cost,
               unit.failure_hazard, float(unit.power_price[0]))  # fmt: skip
        if key not in distinct:
            distinct[key] = len(order)
            order.append(index)
        surface_of.append(distinct[key])

    contents = [Content(laws[fleets[index].device], terms[index], months, longest_sale) for index in order]
    solve = stacked if surfaces is None else surfaces.stacked
    found = solve(contents, months, longest_sale)
    return MachinesInPlace(
        devices=devices,
        gpus=gpus,
        laws=laws,
        terms=terms,
        surface_of=tuple(surface_of),
        low=found.low,
        step=found.step,
        value=found.value,
        forward_step=found.forward_step,
        forward=found.forward,
    )
