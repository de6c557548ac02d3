"""The parties and places of a book: issuers, borrowers with their accounts, sites, customers, lenders."""

from __future__ import annotations

import datetime
from typing import ClassVar, Literal

from pydantic import Field

from haircut.case.book.credit import Credit
from haircut.case.provenance import Entity, Frozen, Identifier, NonNegative, Positive, Share, descriptive


class Issuer(Entity):
    """A parent company. Its credit matters where it guarantees a claim or supports a borrower."""

    name: str = descriptive()
    segment: Literal["ai_infrastructure", "crypto_miners"] = descriptive()
    credit: Credit | None = None
    corporate: Identifier | None = Field(
        default=None,
        description="the borrower that is the parent company itself: it receives what the others release, "
        "guarantees and supports them; without it the issuer stands outside the book",
    )
    market_cap_usd: NonNegative | None = Field(
        default=None, description="today's; bounds what a share issue can raise for the corporate"
    )


class Reserve(Frozen):
    """A reserve account, filled to `target_months` of debt service before anything is released."""

    key_fields: ClassVar[tuple[str, ...]] = ("name",)

    name: Literal["debt_service", "liquidity", "power"]
    balance_usd: NonNegative = 0.0
    target_months: NonNegative = 0.0


class Account(Frozen):
    """The cash of a borrower on the as-of date."""

    cash_usd: NonNegative = 0.0
    coins_btc: NonNegative = Field(default=0.0, description="BTC held and not pledged")
    minimum_cash_usd: NonNegative = 0.0
    reserves: tuple[Reserve, ...] = ()


class PurchaseCommitment(Frozen):
    """Machines ordered and not yet paid. What cannot be paid is cancelled, up to a share, and the deposit lost.

    `deposit_usd` was paid before the as-of date and counts toward `amount_usd`.
    """

    date: datetime.date
    amount_usd: Positive
    cancellable_share: Share = 0.0
    deposit_usd: NonNegative = 0.0


class Borrower(Entity):
    """A company that owes claims, usually a special-purpose vehicle of an issuer."""

    name: str = descriptive()
    issuer: Identifier
    accounts: Account = Account()
    overhead_usd_per_month: NonNegative = 0.0
    other_income_usd_per_month: NonNegative = Field(
        default=0.0, description="income of businesses that the book does not model, before tax"
    )
    coin_retention_share: Share = Field(
        default=0.0, description="share of mined coins that is kept, not sold"
    )
    purchase_commitments: tuple[PurchaseCommitment, ...] = ()
    tax_rate: Share = 0.0
    credit: Credit | None = Field(
        default=None, description="own default unrelated to cash flow (cause: exogenous); usually absent"
    )


class Site(Entity):
    """A hall with power and cooling in which fleets stand."""

    name: str = descriptive()
    landlord: str | None = descriptive(default=None)
    landlord_borrower: Identifier | None = Field(
        default=None,
        description="the borrower that owns the hall: its default shuts the hall to a new operator",
    )
    power_mw: Positive | None = descriptive(default=None)
    cooling: Literal["air", "liquid"] | None = descriptive(default=None)
    rack_density_kw: Positive | None = descriptive(default=None)
    power_price_usd_per_kwh: Positive | None = Field(
        default=None, description="contracted price; absent means the market's power price, which moves"
    )
    hall_access: bool = True


class Customer(Entity):
    """An offtaker."""

    name: str = descriptive()
    credit: Credit
    borrower: Identifier | None = Field(
        default=None, description="the customer as a borrower of the book: its default is then the customer's"
    )


class Lender(Entity):
    """A lender. Its risk budget bounds what it refinances."""

    name: str = descriptive()
    risk_budget_usd: Positive | None = Field(
        default=None,
        description="appetite to refinance falls to none as losses use it up; absent means no limit",
    )
