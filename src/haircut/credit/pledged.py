"""What is pledged to a claim, machine by machine: each fleet's value on the path of median rents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from haircut.case.book import Claim, Fleet
from haircut.credit.arrays import Floats
from haircut.credit.compile import CompiledBook
from haircut.machines.cache import solve_once
from haircut.machines.law import ValueSurface
from haircut.machines.paths import RentPaths, half_life_months, simulate_log_rent, value_path


@dataclass(frozen=True)
class PledgedFleet:
    """One pledged fleet.

    Attributes:
        fleet: in its book.
        salvage: USD a unit.
        surface: value of one unit by month, log rent and regime.
        paths: 4,000 fixed paths of its rent under P, launches at their expected share.
        worth: (months + 1,) value of one unit on the path of median rents, USD.
    """

    fleet: Fleet
    salvage: float
    surface: ValueSurface
    paths: RentPaths
    worth: Floats


def pledged_fleets(compiled: CompiledBook, claim: Claim) -> tuple[PledgedFleet, ...]:
    """The fleets pledged to a claim, in the order of the book.

    Args:
        compiled: the book.
        claim: of the book; one without machines gives none.
    """
    found = []
    for position, fleet in enumerate(compiled.case.book.fleets):
        if fleet.id not in claim.collateral_fleets:
            continue
        law, terms = compiled.machines.laws[fleet.device], compiled.machines.terms[position]
        months = min(max(terms.last_month, 1), law.drift.shape[0])
        surface = solve_once(law, terms, months, 0)
        paths = simulate_log_rent(law, months)
        found.append(PledgedFleet(fleet, terms.salvage, surface, paths, value_path(surface, law, paths)))
    return tuple(found)


def pledged_value(fleets: tuple[PledgedFleet, ...]) -> Floats:
    """(months + 1,) value of all units together, USD; a fleet beyond its maximum age is worth nothing."""
    longest = max((len(each.worth) for each in fleets), default=0)
    total = np.zeros(longest)
    for each in fleets:
        total[: len(each.worth)] += each.fleet.units * each.worth
    return total


def value_half_life(compiled: CompiledBook, claim: Claim) -> float | None:
    """Months until what is pledged to a claim is worth half of today's value; None where it never is, or is nothing."""
    worth = pledged_value(pledged_fleets(compiled, claim))
    return half_life_months(worth) if worth.size else None
