"""The loan as it stands, in a world that moves: base cases of a case whose debt is written out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from haircut import credit
from haircut.case.book import Claim, Credit
from haircut.case.case import Case
from haircut.credit.outcomes import BaseCase
from haircut.errors import CannotCompute, UsageError
from haircut.studies.breakeven.limits import LIMITS

Rooms = dict[str, float | None]


@dataclass
class Loan:
    """One claim, asked again and again; answers are remembered by what was asked.

    Attributes:
        case: with amounts and schedules written out, nobody who could default, and no guarantor of the claim.
        claim: the claim that is asked about.
        base: the base case of today.
    """

    case: Case
    claim: Claim
    base: BaseCase
    answers: dict[Any, tuple[Rooms, Rooms]] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Case, claim: str | None = None) -> Loan:
        """The loan of a case.

        Raises:
            UsageError: where the claim is not known.
        """
        wanted = claim or case.claim
        known = [each.id for each in case.book.claims]
        if wanted not in known:
            raise UsageError(f"claim: found {wanted!r}; expected one of {', '.join(known)}")
        written = credit.with_stated_schedule(credit.compile_book(case))
        still = _alone(without_default(written), wanted)
        compiled = credit.compile_book(still)
        own = next(each for each in still.book.claims if each.id == wanted)
        return cls(still, own, credit.base_case(compiled))

    def at(self, key: Any, moved: Case) -> tuple[Rooms, Rooms]:
        """Levels and rooms of every limit in a moved case; None where the case has no answer."""
        if key not in self.answers:
            try:
                base = credit.base_case(credit.compile_book(moved))
            except CannotCompute:
                self.answers[key] = dict.fromkeys(LIMITS), dict.fromkeys(LIMITS)
            else:
                self.answers[key] = self.read(base)
        return self.answers[key]

    def read(self, base: BaseCase) -> tuple[Rooms, Rooms]:
        """Levels and rooms of every limit in a base case."""
        levels = {name: limit.level(base, self.claim.id) for name, limit in LIMITS.items()}
        return levels, {name: limit.room(base, self.claim.id) for name, limit in LIMITS.items()}


def _alone(case: Case, claim: str) -> Case:
    """The case whose claim nobody guarantees: what its own borrower earns and owns is all there is."""
    claims = tuple(
        each.model_copy(update={"guarantee": None}) if each.id == claim else each for each in case.book.claims
    )
    return case.model_copy(update={"book": case.book.model_copy(update={"claims": claims})})


def without_default(case: Case) -> Case:
    """The case whose parties have no hazard: the base case does not ask it, and it compiles in half the time."""

    def calm(party: Any) -> Any:
        known = getattr(party, "credit", None)
        if known is None:
            return party
        letters = {row.rating for row in case.market.credit.ratings}
        name = known.rating or known.wang_rating
        rating = name if name in letters else case.market.credit.ratings[0].rating
        never = Credit(hazard_per_year=0.0, measure="Q", wang_rating=rating, demand_loading=0.0,
                       recovery_rate=known.recovery_rate)  # fmt: skip
        return party.model_copy(update={"credit": never})

    book = case.book.model_copy(
        update={
            name: tuple(calm(party) for party in getattr(case.book, name))
            for name in ("issuers", "borrowers", "customers")
        }
    )
    return case.model_copy(update={"book": book})
