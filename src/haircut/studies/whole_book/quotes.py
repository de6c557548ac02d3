"""What a claim's fair margin is compared with: a quote that is not old, else the margin of its contract."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from haircut.case.book import Claim
from haircut.errors import Reason
from haircut.pricing.estimate import Estimate
from haircut.studies.whole_book.wall import maturity_is_assumed

FRESH_DAYS: Final = 90
"""A quote at most this old on the as-of date is the market's word; an older one is history."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A margin to hold a fair margin against.

    Attributes:
        bp: over the swap rate where the coupon is fixed; None with a reason.
        kind: secondary or primary of a quote that is not old, else contract.
        date: of the quote, or of the contract, ISO.
        age_days: of that date on the as-of date.
        fresh: whether it is a quote of the last 90 days.
        reason: why there is no margin: `no_quote` where the maturity was not seen, `not_applicable` for a
            convertible, whose coupon is paid for the conversion too.
    """

    bp: float | None
    kind: str | None
    date: str | None
    age_days: int | None
    fresh: bool
    reason: Reason | None


def compared(claim: Claim, as_of: datetime.date, contract: Estimate, quoted: Estimate) -> Compared:
    """The margin that a claim's fair margin is compared with.

    Args:
        claim: in its book.
        as_of: date of the market.
        contract: `haircut.pricing.margins.contractual_margin` of the claim.
        quoted: `haircut.pricing.margins.quoted_margin` of the claim; read where its quote is not old.
    """
    if claim.conversion is not None:
        return Compared(None, None, None, None, False, "not_applicable")
    if maturity_is_assumed(claim):
        return Compared(None, None, None, None, False, "no_quote")
    quote = claim.quote
    if quote is not None and quote.kind != "contract" and 0 <= (as_of - quote.date).days <= FRESH_DAYS:
        if not isinstance(quoted.value, float):
            return Compared(None, None, None, None, False, quoted.reason)
        age = (as_of - quote.date).days
        return Compared(quoted.value, quote.kind, quote.date.isoformat(), age, True, None)
    closed = claim.closing_date
    if not isinstance(contract.value, float):
        return Compared(None, None, None, None, False, contract.reason)
    return Compared(contract.value, "contract", closed.isoformat(), (as_of - closed).days, False, None)
