"""Features of a claim: how it draws, bears interest, amortises, is tested, secured and quoted."""

from __future__ import annotations

import datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from haircut.case.findings import Finding, RefusalError, Sentence, refused, show
from haircut.case.provenance import Frozen, Identifier, NonNegative, Positive, Share, descriptive


class Draw(Frozen):
    """A future draw of a delayed-draw commitment."""

    date: datetime.date
    amount_usd: Positive


class DrawConditions(Frozen):
    """A draw is refused after `last_draw_date`, below the projected DSCR, or while a covenant is breached."""

    last_draw_date: datetime.date | None = None
    minimum_projected_dscr: NonNegative = 0.0


class Interest(Frozen):
    """Fixed coupon, or SOFR plus margin with a floor and a hedged share (the borrower pays fixed on it).

    `payment_in_kind_share` of each payment's interest is added to principal instead of being paid.
    """

    kind: Literal["floating", "fixed"]
    margin_bp: NonNegative | None = None
    coupon: NonNegative | None = None
    floor: NonNegative = 0.0
    hedged_share: Share = 0.0
    payment_in_kind_share: Share = 0.0
    day_count: Literal["ACT/360", "ACT/365F", "30/360"] = "ACT/360"

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        wanted, other = ("margin_bp", "coupon") if self.kind == "floating" else ("coupon", "margin_bp")
        if getattr(self, wanted) is None:
            raise refused(wanted, None, f"{wanted} of {self.kind} interest")
        if getattr(self, other) is not None:
            raise refused(other, getattr(self, other), f"no {other} on {self.kind} interest")
        return self


class Amortisation(Frozen):
    """How principal is scheduled.

    sculpted: debt service follows CFADS / DSCR; straight; annuity; bullet; given: `shares` of the drawn
    amount, one for each payment date from `start`. `cash_flow` names the CFADS that sculpting uses:
    contract (remaining contract cash), lender (the lender's base case) or expected (the market's mean path).
    """

    kind: Literal["sculpted", "straight", "annuity", "bullet", "given"]
    cash_flow: Literal["contract", "lender", "expected"] = "contract"
    start: datetime.date | None = None
    shares: tuple[Share, ...] | None = None

    @model_validator(mode="after")
    def _shares_fit(self) -> Self:
        if (self.kind == "given") != (self.shares is not None):
            expected = "shares, one for each payment date" if self.shares is None else "no shares"
            raise refused("shares", self.shares, f"{expected}, where kind is {self.kind}")
        if self.shares is not None and abs(sum(self.shares) - 1.0) > 1e-9:
            raise refused(
                "shares", Sentence(f"shares that sum to {sum(self.shares):.10g}"), "shares that sum to 1"
            )
        return self


class Sizing(Frozen):
    """The drawn amount is the lower of DSCR-sized debt and advance rate x cost; the binding one is named."""

    target_dscr: Positive
    advance_rate: Positive | None = None
    cash_flow: Literal["contract", "lender", "expected"] = "lender"


class Covenant(Frozen):
    """A test, when it is made, and what a breach that outlives its cure brings."""

    test: Literal["dscr", "ltv", "contract_realisation", "liquidity"]
    minimum: NonNegative | None = None
    maximum: NonNegative | None = None
    basis: Literal["book", "market"] | None = None
    first_test: datetime.date | None = None
    frequency_months: int = Field(default=3, ge=1, le=12)
    window_months: int = Field(default=12, ge=1, le=12)
    cure_months: int = Field(default=1, ge=0, le=24)
    consequence: Literal["lock_up", "sweep", "margin_step", "acceleration"] = "lock_up"
    margin_step_bp: NonNegative = 0.0

    @model_validator(mode="after")
    def _fits_test(self) -> Self:
        wanted = ("maximum", "basis") if self.test == "ltv" else ("minimum",)
        findings = []
        for name in ("minimum", "maximum", "basis"):
            value = getattr(self, name)
            if (value is not None) != (name in wanted):
                rule = f"a {name} on a covenant" if name in wanted else f"no {name} on a covenant"
                findings.append(Finding((name,), show(value), f"{rule} whose test is {self.test}"))
        if (self.consequence == "margin_step") != (self.margin_step_bp > 0.0):
            rule = "a step above 0" if self.consequence == "margin_step" else "no step"
            findings.append(
                Finding(
                    ("margin_step_bp",),
                    show(self.margin_step_bp),
                    f"{rule}, where consequence is {self.consequence}",
                )
            )
        if findings:
            raise RefusalError(findings)
        return self


class Guarantee(Frozen):
    """Who stands behind the claim, for what."""

    guarantor: Identifier
    scope: Literal["full", "completion", "bad_acts"]
    completion_date: datetime.date | None = None
    default_is_event_of_default: bool = False

    @model_validator(mode="after")
    def _completion_has_date(self) -> Self:
        if (self.scope == "completion") != (self.completion_date is not None):
            expected = "the completion date" if self.scope == "completion" else "no completion date"
            raise refused("completion_date", self.completion_date, f"{expected}, where scope is {self.scope}")
        return self


class Refinancing(Frozen):
    """Terms at which a balloon is refinanced at maturity."""

    advance_rate: Share
    target_dscr: Positive
    tenor_months: int = Field(default=36, ge=1, le=360)


class StatedRecovery(Frozen):
    """Recovery of a claim without pledged machines, as a share of principal; accrued interest is paid."""

    rate: Share


class LenderShare(Frozen):
    """What one lender holds of a claim."""

    key_fields: ClassVar[tuple[str, ...]] = ("lender",)

    lender: Identifier
    share: Share


class Quote(Frozen):
    """What the market pays for the claim. A margin and a price exclude each other."""

    kind: Literal["secondary", "primary", "contract"]
    date: datetime.date
    margin_bp: float | None = None
    price: Positive | None = None
    source: str | None = descriptive(default=None)

    @model_validator(mode="after")
    def _one_quote(self) -> Self:
        if (self.margin_bp is None) == (self.price is None):
            found = "neither" if self.price is None else "both"
            raise refused(
                "", Sentence(f"{found} of margin_bp and price"), "exactly one of margin_bp and price"
            )
        return self
