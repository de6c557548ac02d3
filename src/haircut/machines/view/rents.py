"""Rents of one device by basis, with their age, their panel and their disagreement."""

from __future__ import annotations

import datetime
import math
from dataclasses import asdict, dataclass
from typing import Any

from haircut.case.market import Device, Market, RentQuote
from haircut.case.market.check import STALE_DAYS_BY_PART
from haircut.errors import CannotCompute
from haircut.machines.forwards import Forward, forwards


@dataclass(frozen=True, slots=True)
class RentRow:
    """One rent with its basis.

    Attributes:
        basis, tier, kind, panel, tenor_months, value, range, date, mark, source, note: as in `RentQuote`.
        age_days: on the as-of date. stale: older than rents may be.
        before, before_date: the observation before it on this basis, where one is kept.
        change_per_year: log change from it, a year. panel_changed: whether another panel stood behind it.
        is_default: whether runs use it unless told otherwise.
    """

    basis: str
    value: float
    range: tuple[float, float] | None
    tier: str
    kind: str
    tenor_months: int
    panel: str
    date: datetime.date
    age_days: int
    stale: bool
    mark: str
    source: str
    note: str | None
    before: float | None
    before_date: datetime.date | None
    change_per_year: float | None
    panel_changed: bool | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class RentsPage:
    """Every basis of one device.

    Attributes:
        device, as_of: what and when.
        rows: by basis, in the market's order.
        highest_over_lowest: ratio over all bases. deviation_log: standard deviation of the log rents.
        same_good_ratio: the same over bases of one tier and kind, which should agree; None where no two are.
        forwards: what term quotes imply, at `rate` continuous a year.
    """

    device: str
    as_of: datetime.date
    rows: tuple[RentRow, ...]
    highest_over_lowest: float
    deviation_log: float
    same_good_ratio: float | None
    rate: float
    forwards: tuple[Forward, ...]

    @property
    def default(self) -> RentRow:
        """The basis that runs use unless told otherwise."""
        return next(row for row in self.rows if row.is_default)

    def sentence(self) -> str:
        """What the page says."""
        low = min(self.rows, key=lambda row: row.value)
        high = max(self.rows, key=lambda row: row.value)
        stale = sum(row.stale for row in self.rows)
        return (
            f"{self.device} rents for {low.value:.2f} to {high.value:.2f} USD an hour on {len(self.rows)} bases, "
            f"{self.highest_over_lowest:.1f} times apart ({low.basis} to {high.basis}); {stale} of them "
            f"{'is' if stale == 1 else 'are'} stale."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data; dates stay dates."""
        return asdict(self)


def rents_page(market: Market, device: Device) -> RentsPage:
    """The page of one device.

    Raises:
        CannotCompute: where the market has no rent of the device.
    """
    quotes = [quote for quote in market.rents if quote.device == device.id]
    if not quotes:
        raise CannotCompute(f"{device.id} has no rent on any basis in market {market.as_of}")
    rows = tuple(_row(market, quote) for quote in quotes)
    logs = [math.log(row.value) for row in rows]
    mean = sum(logs) / len(logs)
    groups: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        groups.setdefault((row.tier, row.kind), []).append(row.value)
    ratios = [max(values) / min(values) for values in groups.values() if len(values) > 1]
    rate = math.log1p(market.rates.overnight.value)
    return RentsPage(
        device=device.id,
        as_of=market.as_of,
        rows=rows,
        highest_over_lowest=math.exp(max(logs) - min(logs)),
        deviation_log=math.sqrt(sum((x - mean) ** 2 for x in logs) / max(len(logs) - 1, 1)),
        same_good_ratio=max(ratios, default=None),
        rate=rate,
        forwards=forwards(tuple(quote for quote in market.term_quotes if quote.device == device.id), rate),
    )


def _row(market: Market, quote: RentQuote) -> RentRow:
    earlier = [
        past
        for past in market.rent_history
        if (past.device, past.basis) == (quote.device, quote.basis) and past.date < quote.date
    ]
    past = max(earlier, key=lambda item: item.date, default=None)
    age = (market.as_of - quote.date).days
    change = None
    if past is not None:
        change = math.log(quote.value / past.value) * 365.25 / (quote.date - past.date).days
    return RentRow(
        basis=quote.basis, value=quote.value, range=quote.range, tier=quote.tier, kind=quote.kind,
        tenor_months=quote.tenor_months, panel=quote.panel, date=quote.date, age_days=age,
        stale=quote.mark != "assumed" and age > STALE_DAYS_BY_PART["rents"],
        mark=quote.mark, source=quote.source, note=quote.note,
        before=None if past is None else past.value,
        before_date=None if past is None else past.date,
        change_per_year=change,
        panel_changed=None if past is None else _members(past.panel) != _members(quote.panel),
        is_default=quote.basis == market.default_rent_basis,
    )  # fmt: skip


def _members(panel: str) -> frozenset[str]:
    """Those behind a quote, whatever their order."""
    return frozenset(name.strip().lower() for name in panel.split(","))
