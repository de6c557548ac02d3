"""The parties and places of a book: issuers, borrowers with their accounts, sites, customers, lenders."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from haircut.case.book.credit import Credit
from haircut.case.provenance import Entity, Frozen, Identifier, NonNegative, Positive, Share, descriptive


class Issuer(Entity):
    """A parent company. Its credit matters where it guarantees a claim or supports a borrower."""

    name: str = descriptive()
    segment: Literal["ai_infrastructure", "crypto_miners"] = descriptive()
    credit: Credit | None = None


class Reserve(Frozen):
    """A reserve account, filled to `target_months` of debt service before anything is released."""

    key_fields: ClassVar[tuple[str, ...]] = ("name",)

    name: Literal["debt_service", "liquidity", "power"]
    balance_usd: NonNegative = 0.0
    target_months: NonNegative = 0.0


class Account(Frozen):
    """The cash of a borrower on the as-of date."""

    cash_usd: NonNegative = 0.0
    minimum_cash_usd: NonNegative = 0.0
    reserves: tuple[Reserve, ...] = ()


class Borrower(Entity):
    """A company that owes claims, usually a special-purpose vehicle of an issuer."""

    name: str = descriptive()
    issuer: Identifier
    accounts: Account = Account()
    overhead_usd_per_month: NonNegative = 0.0
    tax_rate: Share = 0.0
    credit: Credit | None = Field(
        default=None, description="own default unrelated to cash flow (cause: exogenous); usually absent"
    )


class Site(Entity):
    """A hall with power and cooling in which fleets stand."""

    name: str = descriptive()
    landlord: str | None = descriptive(default=None)
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


class Lender(Entity):
    """A lender. Its risk budget bounds what it refinances."""

    name: str = descriptive()
    risk_budget_usd: Positive | None = descriptive(default=None)
