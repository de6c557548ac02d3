"""The maturity wall: principal that falls due by year, beside the cash that contracts and leases still promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haircut.case.book import Claim
from haircut.case.case import Case
from haircut.credit.compile import CompiledBook
from haircut.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WallYear:
    """One calendar year; USD, nothing discounted.

    Attributes:
        year: calendar year; the first and the last may be parts of one.
        principal_due_usd: scheduled principal and balloons of what is drawn and will be drawn.
        balloon_usd: the part of it that stands at a maturity.
        assumed_maturity_usd: the part of it whose maturity was not seen.
        draws_usd: draws to come.
        contracts_usd: rent of machines under contract less what running them costs, nobody defaulting.
        leases_usd: rent of halls under lease less their cost, likewise.
    """

    year: int
    principal_due_usd: float
    balloon_usd: float
    assumed_maturity_usd: float
    draws_usd: float
    contracts_usd: float
    leases_usd: float

    @property
    def contracted_usd(self) -> float:
        """Cash of contracts and leases together."""
        return self.contracts_usd + self.leases_usd


def maturity_is_assumed(claim: Claim) -> bool:
    """Whether nobody saw when the claim falls due.

    >>> from haircut.case import load
    >>> maturity_is_assumed(load("coreweave-ddtl-3").book.claims[0])
    False
    """
    said = claim.sources.get("maturity_date")
    return said is not None and said.mark == "assumed"


def whole_life(case: Case) -> Case:
    """The case without a horizon, for what is read from the base case: every claim to its own maturity."""
    if case.settings.horizon_months is None:
        return case
    return case.model_copy(update={"settings": case.settings.model_copy(update={"horizon_months": None})})


def principal_due(compiled: CompiledBook, claim: str) -> tuple[Floats, Floats]:
    """(T + 1,) principal that a claim's schedule asks for by month, and the balloon in it, USD."""
    plan, last = compiled.schedules[claim], compiled.maturity_months[claim]
    balloon = np.zeros_like(plan.principal)
    if compiled.arrays.claims[compiled.claim_ids.index(claim)]["runs_on"] == 1:
        # The horizon of the run ends it, not its maturity: nothing more is due on that day than its schedule says.
        return plan.principal.copy(), balloon
    balloon[last] = max(float(plan.balance[last]), 0.0)
    if last > 0 and plan.principal[last] > 0.0 and not plan.principal[:last].any():
        balloon[last] += plan.principal[last]  # a bullet is one payment, whatever the schedule calls it
        return balloon.copy(), balloon
    due: Floats = plan.principal + balloon
    return due, balloon


def contracted_cash(compiled: CompiledBook, borrowers: Iterable[str]) -> tuple[Floats, Floats]:
    """(T + 1,) cash by month of contracts and of leases of some borrowers, after cost, while they last, USD.

    Contracts pay for ``max(take-or-pay, utilisation)`` of the hours of the units that still work and bear their
    power and other cash cost; leases pay rent less the landlord's cost. No customer defaults.
    """
    arrays, months = compiled.arrays, compiled.months
    wanted = {compiled.indices.borrowers.index(name) for name in borrowers}
    time = np.arange(months + 1)
    rented, let = np.zeros(months + 1), np.zeros(months + 1)
    forward = compiled.scenarios.p.power_forward
    for terms in arrays.contracts:
        if int(terms["borrower"]) not in wanted:
            continue
        machine = arrays.fleets[int(terms["fleet"])]
        power = forward if machine["power_price"] < 0.0 else np.full(months + 1, machine["power_price"])
        hourly = terms["price"] * max(float(terms["take_or_pay"]), float(machine["utilisation"]))
        cost = machine["power_kw"] * power + machine["other_cost"]
        runs = (time > terms["start"]) & (time <= terms["end"])
        alive = arrays.fleet_months["survival"][int(terms["fleet"])]
        rented += runs * terms["units"] * alive * HOURS_PER_MONTH * (hourly - cost)
    for terms in arrays.leases:
        if int(terms["borrower"]) in wanted:
            let += ((time > terms["start"]) & (time <= terms["end"])) * (terms["rent"] - terms["cost"])
    return rented, let


def maturity_wall(compiled: CompiledBook, borrowers: Iterable[str]) -> tuple[WallYear, ...]:
    """Principal due by calendar year beside contracted cash, for some borrowers together.

    Args:
        compiled: the book.
        borrowers: ids.

    Returns:
        Every year from the as-of date to the last one in which something falls due.
    """
    names = set(borrowers)
    years = np.array([int(day[:4]) for day in compiled.month_dates])
    lines = {name: np.zeros(compiled.months + 1) for name in ("due", "balloon", "assumed", "draws")}
    for claim in compiled.case.book.claims:
        if claim.borrower not in names:
            continue
        due, balloon = principal_due(compiled, claim.id)
        lines["due"] += due
        lines["balloon"] += balloon
        lines["assumed"] += due if maturity_is_assumed(claim) else 0.0
        lines["draws"] += compiled.arrays.claim_months["draws"][compiled.claim_ids.index(claim.id)]
    rented, let = contracted_cash(compiled, names)
    last = years[np.flatnonzero(lines["due"]).max(initial=0)]

    def of(line: Floats, year: int) -> float:
        return float(line[1:][years[1:] == year].sum())

    return tuple(
        WallYear(
            year,
            of(lines["due"], year),
            of(lines["balloon"], year),
            of(lines["assumed"], year),
            of(lines["draws"], year),
            of(rented, year),
            of(let, year),
        )
        for year in range(int(years[0]), int(last) + 1)
    )
