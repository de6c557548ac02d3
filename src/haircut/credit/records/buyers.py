"""Who of the book buys others' machines while it lives: operators, by the power that they run."""

from __future__ import annotations

import numpy as np

from haircut.case.case import Case
from haircut.case.market import Device
from haircut.case.market.rigs import Rig
from haircut.credit.records.indices import Indices


def wall_power_kw(machine: Device | Rig) -> float:
    """Power of one unit at the wall, kW.

    >>> wall_power_kw.__name__
    'wall_power_kw'
    """
    if isinstance(machine, Rig):
        # TH/s x J/TH = W.
        return machine.hash_rate.value * machine.efficiency.value * machine.overhead.value / 1_000.0
    return machine.wall_power.value


def write_buyers(case: Case, indices: Indices, borrowers: np.ndarray) -> None:
    """Share of the buyers of GPUs, and of rigs, that each borrower stands for: its power over the installed base's.

    Spare power is public for few operators, so they are taken to buy in proportion to what they run. Inside one
    issuer nobody buys from another: a book of a single issuer knows no other operator.
    """
    if len({borrower.issuer for borrower in case.book.borrowers}) < 2:
        return
    known: dict[str, Device | Rig] = {each.id: each for each in case.market.devices}
    known |= {each.id: each for each in case.market.rigs}
    for field, kind in (("buys_gpus", Device), ("buys_rigs", Rig)):
        base = sum(
            wall_power_kw(each) * each.installed_base.value
            for each in known.values()
            if isinstance(each, kind)
        )
        for fleet in case.book.fleets:
            machine = known[fleet.device]
            if isinstance(machine, kind) and base > 0.0:
                owner = borrowers[indices.borrowers.index(fleet.borrower)]
                owner[field] += wall_power_kw(machine) * fleet.units / base
        total = float(borrowers[field].sum())
        if total > 1.0:
            borrowers[field] /= total
