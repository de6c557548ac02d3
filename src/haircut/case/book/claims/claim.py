"""One claim type with features; a kind says which features are filled in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from haircut.case.book.claims.coin_line import CoinLine
from haircut.case.book.claims.conversion import Conversion
from haircut.case.book.claims.features import (
    Amortisation,
    Covenant,
    Draw,
    DrawConditions,
    Guarantee,
    Interest,
    LenderShare,
    Quote,
    Refinancing,
    Sizing,
    StatedRecovery,
)
from haircut.case.book.claims.kinds import KINDS, ClaimKind
from haircut.case.findings import Finding, RefusalError, show
from haircut.case.provenance import Entity, Identifier, NonNegative, Positive, Share, descriptive


class Claim(Entity):
    """A debt of a borrower. The kind is a label; the features decide."""

    name: str = descriptive()
    kind: ClaimKind = descriptive()
    borrower: Identifier
    rank: int = Field(default=1, ge=1, le=20)
    closing_date: datetime.date
    maturity_date: datetime.date
    commitment_usd: Positive | None = None
    drawn_usd: NonNegative | None = None
    sizing: Sizing | None = None
    draws: tuple[Draw, ...] = ()
    draw_conditions: DrawConditions = DrawConditions()
    undrawn_fee_bp: NonNegative = 0.0
    interest: Interest
    amortisation: Amortisation
    payment_frequency_months: Literal[1, 3, 6, 12] = 3
    cash_sweep_share: Share = 0.0
    covenants: tuple[Covenant, ...] = ()
    guarantee: Guarantee | None = None
    collateral_fleets: tuple[Identifier, ...] = Field(
        default=(), description="fleets pledged to this claim; empty means unsecured"
    )
    collateral_leases: tuple[Identifier, ...] = Field(default=(), description="leases pledged to this claim")
    revolving: bool = Field(
        default=False, description="what is undrawn of the commitment is drawn to cure a shortfall"
    )
    coin_line: CoinLine | None = None
    conversion: Conversion | None = None
    refinancing: Refinancing | None = None
    stated_recovery: StatedRecovery | None = None
    lenders: tuple[LenderShare, ...] = descriptive(default=())
    quote: Quote | None = None

    @model_validator(mode="after")
    def _amounts_fit(self) -> Self:
        findings = [*self._kind_findings()]
        if self.maturity_date <= self.closing_date:
            after = f"a date after closing_date, {self.closing_date}"
            findings.append(Finding(("maturity_date",), show(self.maturity_date), after))
        if (self.drawn_usd is None) == (self.sizing is None):
            found = "neither" if self.sizing is None else "both"
            findings.append(
                Finding((), f"{found} of drawn_usd and sizing", "exactly one of drawn_usd and sizing")
            )
        if self.drawn_usd is not None and self.commitment_usd is not None:
            total = self.drawn_usd + sum(draw.amount_usd for draw in self.draws)
            if total > self.commitment_usd * (1.0 + 1e-12):
                findings.append(
                    Finding(
                        ("commitment_usd",),
                        show(self.commitment_usd),
                        f"at least drawn_usd plus draws, {show(total)}",
                    )
                )
        for index, (earlier, later) in enumerate(zip(self.draws, self.draws[1:], strict=False), start=1):
            if later.date <= earlier.date:
                after = f"a date after the draw before it, {earlier.date}"
                findings.append(Finding(("draws", index, "date"), show(later.date), after))
        if findings:
            raise RefusalError(findings)
        return self

    def _kind_findings(self) -> Iterator[Finding]:
        kind = KINDS[self.kind]
        for name in (*kind.needs, *kind.excludes):
            present = getattr(self, name) not in (None, (), False)
            if present != (name in kind.needs):
                rule = name if name in kind.needs else f"no {name}"
                yield Finding((name,), show(getattr(self, name)), f"{rule}, where kind is {self.kind}")
        for index, put in enumerate(self.conversion.put_dates if self.conversion else ()):
            if not self.closing_date < put < self.maturity_date:
                expected = f"a date between {self.closing_date} and {self.maturity_date}"
                yield Finding(("conversion", "put_dates", index), show(put), expected)
