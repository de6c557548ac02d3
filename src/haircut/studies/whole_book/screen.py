"""Utility clothes: secured loans that last longer than what secures them, and what was lent beyond what it carries."""

from __future__ import annotations

from dataclasses import dataclass

from haircut.credit.compile import CompiledBook
from haircut.pricing.underwriting import Underwriting
from haircut.units import MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Clothes:
    """One claim on machines or leases.

    Attributes:
        claim, issuer: ids.
        drawn_usd: today.
        tenor_years: to maturity.
        life_years: that the longest-lived pledged machine still earns by its stated economic life, else to its
            maximum age; of halls alone None.
        contract_years: to the end of the last contract or lease of its borrower; 0 without one.
        outlives: whether the claim falls due after both: after its machines, where it has some, and its contracts.
        over_lending: lender's debt over the debt that expected CFADS carries at the same DSCR within tenor and
            life; None where it cannot be said.
        over_lending_same_tenor: the same over the whole tenor.
    """

    claim: str
    issuer: str
    drawn_usd: float
    tenor_years: float
    life_years: float | None
    contract_years: float
    outlives: bool
    over_lending: float | None
    over_lending_same_tenor: float | None


def screen(compiled: CompiledBook, underwritten: dict[str, Underwriting]) -> tuple[Clothes, ...]:
    """Every claim secured by machines or leases, the largest multiple of lending first."""
    case = compiled.case
    owner = {each.id: each.issuer for each in case.book.borrowers}
    fleets = {fleet.id: (place, fleet) for place, fleet in enumerate(case.book.fleets)}
    as_of = case.market.as_of
    rows = []
    for claim in case.book.claims:
        if not claim.collateral_fleets and not claim.collateral_leases:
            continue
        lives = []
        for name in claim.collateral_fleets:
            place, fleet = fleets[name]
            if fleet.economic_life_years is None:
                lives.append(compiled.machines.terms[place].last_month / MONTHS_PER_YEAR)
            else:
                age = (as_of - fleet.in_service).days / 365.25
                lives.append(max(fleet.economic_life_years - age, 0.0))
        ends = [each.end for each in case.book.contracts if each.borrower == claim.borrower]
        ends += [each.end for each in case.book.leases if each.borrower == claim.borrower]
        tenor = (claim.maturity_date - as_of).days / 365.25
        life, contract = max(lives, default=None), max((max(ends, default=as_of) - as_of).days, 0) / 365.25
        found = underwritten[claim.id]
        rows.append(
            Clothes(
                claim.id,
                owner[claim.borrower],
                float(compiled.drawn[claim.id]),
                tenor,
                life,
                contract,
                tenor > max(life or 0.0, contract) + 1.0 / MONTHS_PER_YEAR,
                found.over_lending_multiple,
                found.over_lending_same_tenor,
            )
        )
    rows.sort(key=lambda row: -(row.over_lending or 0.0))
    return tuple(rows)
