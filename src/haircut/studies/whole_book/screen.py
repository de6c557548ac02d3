"""Utility clothes: secured loans that last longer than what secures them, and what was lent beyond what it carries."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from haircut.credit.compile import CompiledBook
from haircut.credit.records import fleet_costs
from haircut.pricing.underwriting import Underwriting
from haircut.studies.whole_book.advance import FairAdvance
from haircut.units import MONTHS_PER_YEAR

SIGNIFICANTLY: Final = 1.5
"""Life over tenor from which it exceeds it significantly; assumed."""


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
        useful_life: the criterion of Basel's slots for project finance, tenor against the life of what is pledged:
            `significantly_exceeds` (strong), `exceeds` (good, satisfactory) or `may_not_exceed` (weak).
        advance_rate: drawn over the cost of the pledged machines; None for halls, whose cost the book does not hold.
        quoted_bp: margin that the fair advance is read at; None where there is nothing to compare.
        fair_advance_multiple, fair_advance_std_error, fair_advance_bound: as `haircut.studies.whole_book.advance`.
        fair_advance_rate: `advance_rate` times the multiple.
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
    useful_life: str
    advance_rate: float | None
    quoted_bp: float | None = None
    fair_advance_multiple: float | None = None
    fair_advance_std_error: float | None = None
    fair_advance_bound: str | None = None

    @property
    def fair_advance_rate(self) -> float | None:
        """Share of cost at which the quoted margin is fair."""
        if self.advance_rate is None or self.fair_advance_multiple is None:
            return None
        return self.advance_rate * self.fair_advance_multiple

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "fair_advance_rate": self.fair_advance_rate}

    def at_margin(self, quoted_bp: float | None, fair: FairAdvance) -> Clothes:
        """The same with what the quoted margin pays for."""
        return replace(
            self,
            quoted_bp=quoted_bp,
            fair_advance_multiple=fair.multiple,
            fair_advance_std_error=fair.std_error,
            fair_advance_bound=fair.bound,
        )


def useful_life(life_years: float, tenor_years: float) -> str:
    """Basel's criterion for the life of what is financed (CRE33, slots of project finance).

    The text says "significantly exceeds" and gives no number: half as long again as the loan is ours.

    >>> [useful_life(life, 4.0) for life in (6.0, 5.0, 4.0)]
    ['significantly_exceeds', 'exceeds', 'may_not_exceed']
    """
    if life_years >= SIGNIFICANTLY * tenor_years:
        return "significantly_exceeds"
    return "exceeds" if life_years > tenor_years + 1.0 / MONTHS_PER_YEAR else "may_not_exceed"


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
                useful_life(contract if life is None else life, tenor),
                float(compiled.drawn[claim.id]) / cost if (cost := fleet_costs(case, claim)) > 0.0 else None,
            )
        )
    rows.sort(key=lambda row: -(row.over_lending or 0.0))
    return tuple(rows)
