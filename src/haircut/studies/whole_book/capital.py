"""Who owes what to whom: every claim of an issuer by silo and rank."""

from __future__ import annotations

from dataclasses import dataclass

from haircut.credit.compile import CompiledBook
from haircut.credit.outcomes import BaseCase
from haircut.studies.whole_book.wall import maturity_is_assumed
from haircut.units import BASIS_POINTS_PER_UNIT


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim in the capital structure.

    Attributes:
        issuer, segment, borrower, corporate, claim, kind, rank: where it stands; `corporate` is the parent.
        drawn_usd, undrawn_usd: today; undrawn is what a commitment leaves, draws to come and revolvers.
        maturity: ISO; `maturity_assumed` where nobody saw it.
        margin_bp: of the contract, over the swap rate where the coupon is fixed; of a convertible None.
        guarantor: id of the issuer behind it.
        secured: fleets, leases or coins are pledged.
        collateral_usd: the market mark of pledged fleets, leases and coins today; None where none are pledged.
        conversion: whether it converts.
        assumed_share: of the inputs of the claim, its borrower and what that owns.
    """

    issuer: str
    segment: str
    borrower: str
    corporate: bool
    claim: str
    kind: str
    rank: int
    drawn_usd: float
    undrawn_usd: float
    maturity: str
    maturity_assumed: bool
    margin_bp: float | None
    guarantor: str | None
    secured: bool
    collateral_usd: float | None
    conversion: bool
    assumed_share: float


def capital_structure(
    compiled: CompiledBook, base: BaseCase, assumed: dict[str, float]
) -> tuple[ClaimRow, ...]:
    """Every claim of a book: issuers in the book's order, silos before the parent, by rank and size.

    Args:
        compiled: the book.
        base: its base case.
        assumed: share of assumed inputs by claim id.
    """
    book = compiled.case.book
    issuers = {issuer.id: issuer for issuer in book.issuers}
    owner = {borrower.id: borrower.issuer for borrower in book.borrowers}
    order = {issuer.id: place for place, issuer in enumerate(book.issuers)}
    silo = {borrower.id: place for place, borrower in enumerate(book.borrowers)}
    rows = []
    for claim in book.claims:
        issuer = issuers[owner[claim.borrower]]
        drawn = float(compiled.drawn[claim.id])
        mark = float(base.claims[claim.id]["market_value"][0])
        pledged = bool(claim.collateral_fleets or claim.collateral_leases) or claim.coin_line is not None
        margin = compiled.contract_margin[claim.id] * BASIS_POINTS_PER_UNIT
        rows.append(
            ClaimRow(
                issuer=issuer.id,
                segment=issuer.segment,
                borrower=claim.borrower,
                corporate=claim.borrower == issuer.corporate,
                claim=claim.id,
                kind=claim.kind,
                rank=claim.rank,
                drawn_usd=drawn,
                undrawn_usd=max((claim.commitment_usd or drawn) - drawn, 0.0),
                maturity=claim.maturity_date.isoformat(),
                maturity_assumed=maturity_is_assumed(claim),
                margin_bp=None if claim.conversion is not None else margin,
                guarantor=None if claim.guarantee is None else claim.guarantee.guarantor,
                secured=pledged,
                collateral_usd=mark if pledged and mark == mark else None,
                conversion=claim.conversion is not None,
                assumed_share=assumed[claim.id],
            )
        )
    rows.sort(
        key=lambda row: (
            order[row.issuer],
            row.corporate,
            silo[row.borrower],
            row.rank,
            -row.drawn_usd,
            row.claim,
        )
    )
    return tuple(rows)
