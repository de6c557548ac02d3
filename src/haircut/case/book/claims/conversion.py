"""Conversion of a note into shares, and the dates on which a holder or the issuer may end it early."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import model_validator

from haircut.case.findings import refused
from haircut.case.provenance import Frozen, Positive, descriptive


class Conversion(Frozen):
    """Shares per note at `conversion_price_usd`; the issuer's share stands at `share_price_usd` today.

    The credit engine asks whether parity exceeds par at a put and at maturity: then the note becomes shares,
    else par falls due. The grid of `pricing.convertible` values the option; a call matters there only.
    """

    conversion_price_usd: Positive
    share_price_usd: Positive
    put_dates: tuple[datetime.date, ...] = ()
    call_from: datetime.date | None = None
    call_trigger_share: Positive | None = None
    capped_call_price_usd: Positive | None = descriptive(default=None)

    @model_validator(mode="after")
    def _puts_in_order(self) -> Self:
        if any(later <= earlier for earlier, later in zip(self.put_dates, self.put_dates[1:], strict=False)):
            raise refused("put_dates", self.put_dates, "dates that follow each other")
        return self
