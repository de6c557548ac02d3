"""The pages of a book: all issuers, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from haircut import credit
from haircut.case import marks_by_owner, share_assumed
from haircut.case.case import Case
from haircut.case.findings import one_of
from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.errors import UsageError
from haircut.runs.choice import chosen_case
from haircut.runs.health import SIDE_BORROWER, Health
from haircut.studies.whole_book.capital import ClaimRow, capital_structure
from haircut.studies.whole_book.given import WITHIN_MONTHS, Given, Simulated, simulated
from haircut.studies.whole_book.leverage import SHOCK, Leverage, Shocked, leverage, shocked_cases
from haircut.studies.whole_book.runway import Runway, runway
from haircut.studies.whole_book.wall import WallYear, maturity_wall, whole_life
from haircut.studies.whole_book.worth import DISCOUNT_RANGE, DISCOUNT_RATE, Silo, silos

NO_VERDICT_ABOVE = 0.5
"""A page on a name says a range and no verdict where more than this share of its inputs is assumed."""


@dataclass(frozen=True, slots=True)
class Valued:
    """Silos of an issuer at one discount rate."""

    discount_rate: float
    silos: tuple[Silo, ...]

    @property
    def value_usd(self) -> float | None:
        """Own value of the silos that are modelled."""
        known = [silo.own_usd for silo in self.silos if silo.own_usd is not None]
        return sum(known) if known else None

    @property
    def owed_usd(self) -> float:
        """Debt of the silos that are modelled."""
        return sum(silo.owed_usd for silo in self.silos if silo.own_usd is not None)

    @property
    def coverage(self) -> float | None:
        """Value over debt of the modelled silos."""
        value = self.value_usd
        return None if value is None or self.owed_usd <= 0.0 else value / self.owed_usd

    @property
    def fulcrums(self) -> dict[str, str | None]:
        """By borrower the claim in which debt passes the value."""
        return {silo.borrower: silo.fulcrum for silo in self.silos if silo.value_usd is not None}


@dataclass(frozen=True, slots=True)
class IssuerPage:
    """One issuer.

    Attributes:
        issuer, name, segment: which.
        marks: observed, estimated and assumed inputs.
        verdict_allowed: whether at most half of them are assumed.
        claims: its capital structure.
        drawn_usd, undrawn_usd: of all claims.
        valued: at the assumed discount rate, then at the ends of its range.
        wall: by year.
        runway: liquidity against burn.
        leverage: of a miner; of another issuer None.
        given: how often it defaults, and how often once coin or rent has fallen; empty without a simulation.
        health: what the simulation's paths left open of its claims, borrowers and fleets.
    """

    issuer: str
    name: str
    segment: str
    marks: dict[str, int]
    verdict_allowed: bool
    claims: tuple[ClaimRow, ...]
    drawn_usd: float
    undrawn_usd: float
    valued: tuple[Valued, ...]
    wall: tuple[WallYear, ...]
    runway: Runway
    leverage: Leverage | None
    given: tuple[Given, ...] = ()
    health: tuple[Health, ...] = ()

    @property
    def assumed_share(self) -> float:
        """Share of its inputs that are assumed."""
        return share_assumed(self.marks)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "issuer": self.issuer,
            "name": self.name,
            "segment": self.segment,
            "marks": self.marks,
            "assumed_share": self.assumed_share,
            "verdict_allowed": self.verdict_allowed,
            "drawn_usd": self.drawn_usd,
            "undrawn_usd": self.undrawn_usd,
            "capital_structure": [asdict(row) for row in self.claims],
            "valued": [
                {
                    "discount_rate": each.discount_rate,
                    "value_usd": each.value_usd,
                    "owed_usd": each.owed_usd,
                    "coverage": each.coverage,
                    "fulcrum": each.fulcrums,
                    "silos": [_silo(silo) for silo in each.silos],
                }
                for each in self.valued
            ],
            "maturity_wall": [{**asdict(year), "contracted_usd": year.contracted_usd} for year in self.wall],
            "runway": {**asdict(self.runway), "liquidity_usd": self.runway.liquidity_usd},
            "double_leverage": None
            if self.leverage is None
            else {**asdict(self.leverage), "both_beyond": self.leverage.both_beyond, "shock": SHOCK},
            "default_given": {"within_months": WITHIN_MONTHS, "events": [asdict(each) for each in self.given]}
            if self.given
            else None,
            "health": [asdict(line) for line in self.health],
        }


@dataclass(frozen=True, slots=True)
class BookPage:
    """All issuers of a book.

    Attributes:
        case, as_of, overlays: what was asked.
        issuers: their pages, in the book's order.
        wall: of the whole book.
        simulation: behind default given events and health; None where nothing was simulated.
    """

    case: str
    as_of: str
    overlays: tuple[str, ...]
    issuers: tuple[IssuerPage, ...]
    wall: tuple[WallYear, ...]
    simulation: Simulated | None = None

    def as_dict(self) -> dict[str, Any]:
        """What `haircut book show --json` prints."""
        return {
            "case": self.case,
            "as_of": self.as_of,
            "overlays": list(self.overlays),
            "simulation": self.simulated_with,
            "issuers": [page.as_dict() for page in self.issuers],
            "maturity_wall": [{**asdict(year), "contracted_usd": year.contracted_usd} for year in self.wall],
        }

    @property
    def simulated_with(self) -> dict[str, int] | None:
        """Measure, paths and seed of what was simulated."""
        return (
            None
            if self.simulation is None
            else {"paths": self.simulation.paths, "seed": self.simulation.seed}
        )


def show(
    case: Case | str | Path,
    overlays: Sequence[str] = (),
    rent_basis: str | None = None,
    issuer: str | None = None,
    paths: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
) -> BookPage:
    """Capital structure, value coverage, maturity wall, runway and double leverage of a book's issuers.

    This is read from the base case and has no sampling error. With `paths` the book is simulated too: how often each
    issuer defaults given falls of coin and rent, and what the paths leave open.

    Args:
        case: a case, its folder, or the name of an example.
        overlays, rent_basis: as for `haircut.underwrite`.
        issuer: one id; by default every issuer of the book.
        paths: to simulate; by default none.
        seed, threads: of the simulation, as for `haircut.reprice`.

    Raises:
        UsageError: where the issuer is not known, with the nearest that is.
        InputRefused, CannotCompute: as `haircut.underwrite`.
    """
    chosen = chosen_case(case, rent_basis=rent_basis, overlays=overlays)
    known = [each.id for each in chosen.book.issuers]
    if issuer is not None and issuer not in known:
        raise UsageError(f"issuer: found {issuer!r}; expected {one_of('an issuer', issuer, known)}")
    compiled = credit.compile_book(whole_life(chosen))
    wanted = known if issuer is None else [issuer]
    mines = any(each.segment == "crypto_miners" for each in chosen.book.issuers if each.id in wanted)
    cases = shocked_cases(compiled) if mines else ()
    base = cases[0].base if cases else credit.base_case(compiled)
    found = None
    if paths is not None:
        shorter = chosen.settings.horizon_months is not None
        found = simulated(credit.compile_book(chosen) if shorter else compiled, paths, seed, threads)
    return BookPage(
        case=chosen.name,
        as_of=chosen.market.as_of.isoformat(),
        overlays=chosen.overlays,
        issuers=issuer_pages(compiled, base, cases, wanted, found),
        wall=maturity_wall(compiled, [each.id for each in chosen.book.borrowers]),
        simulation=found,
    )


def issuer_pages(
    compiled: CompiledBook,
    base: BaseCase,
    cases: tuple[Shocked, ...],
    wanted: Sequence[str],
    found: Simulated | None = None,
) -> tuple[IssuerPage, ...]:
    """The pages of some issuers of a compiled book; `cases` from `shocked_cases`, empty without miners."""
    book = compiled.case.book
    marks = marks_by_owner(compiled.case)
    rows = capital_structure(
        compiled, base, {claim: share_assumed(found) for claim, found in marks.claims.items()}
    )
    pages = []
    for issuer in book.issuers:
        if issuer.id not in wanted:
            continue
        own = tuple(row for row in rows if row.issuer == issuer.id)
        pages.append(
            IssuerPage(
                issuer=issuer.id,
                name=issuer.name,
                segment=issuer.segment,
                marks=marks.issuers[issuer.id],
                verdict_allowed=share_assumed(marks.issuers[issuer.id]) <= NO_VERDICT_ABOVE,
                claims=own,
                drawn_usd=sum(row.drawn_usd for row in own),
                undrawn_usd=sum(row.undrawn_usd for row in own),
                valued=tuple(
                    Valued(rate, silos(compiled, base, issuer.id, rate))
                    for rate in (DISCOUNT_RATE, *DISCOUNT_RANGE)
                ),
                wall=maturity_wall(
                    compiled, [each.id for each in book.borrowers if each.issuer == issuer.id]
                ),
                runway=runway(compiled, base, issuer.id),
                leverage=leverage(compiled, cases, issuer.id) if issuer.segment == "crypto_miners" else None,
                given=() if found is None else found.given[issuer.id],
                health=() if found is None else _health_of(compiled.case, issuer.id, found.health),
            )
        )
    return tuple(pages)


def _health_of(case: Case, issuer: str, lines: tuple[Health, ...]) -> tuple[Health, ...]:
    """Lines about what an issuer owes, is and owns."""
    own = {each.id for each in case.book.borrowers if each.issuer == issuer}
    things = {claim.id for claim in case.book.claims if claim.borrower in own}
    things |= {fleet.id for fleet in case.book.fleets if fleet.borrower in own}
    return tuple(line for line in lines if line.of in (own if line.what in SIDE_BORROWER else things))


def _silo(silo: Silo) -> dict[str, Any]:
    """Plain values; a share that nobody can say is null, not a number."""
    found = asdict(silo)
    for claim in found["claims"]:
        if claim["paid_share"] != claim["paid_share"]:
            claim["paid_share"] = None
    found["claims"] = list(found["claims"])
    return found
