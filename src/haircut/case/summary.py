"""A case in a few lines: what it holds, how sure its numbers are, which of them are old."""

from __future__ import annotations

import datetime
import html
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from haircut.case.book.references import SINGULAR
from haircut.case.market.check import Stale, staleness
from haircut.case.register import input_marks

if TYPE_CHECKING:
    from haircut.case.case import Case


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim as a summary shows it; the amount is None where sizing decides it."""

    id: str
    name: str
    amount_usd: float | None
    maturity_date: datetime.date


@dataclass(frozen=True, slots=True)
class Summary:
    """What a check reports about a good case.

    Attributes:
        name: the case.
        as_of: the as-of date of its market.
        entities: the number of entities by field of the book.
        claims: each claim with its amount.
        marks: the number of inputs that are observed, estimated and assumed.
        stale: values older than their kind may be.
        overlays: the overlays applied, in order.
    """

    name: str
    as_of: datetime.date
    entities: dict[str, int]
    claims: tuple[ClaimLine, ...]
    marks: dict[str, int]
    stale: tuple[Stale, ...]
    overlays: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The summary as plain data, dates as ISO text, for JSON."""
        plain = asdict(self)
        plain["as_of"] = self.as_of.isoformat()
        plain["claims"] = [
            {**asdict(line), "maturity_date": line.maturity_date.isoformat()} for line in self.claims
        ]
        plain["stale"] = [{**item._asdict(), "date": item.date.isoformat()} for item in self.stale]
        plain["overlays"] = list(self.overlays)
        return plain

    def rows(self) -> list[tuple[str, str]]:
        """The lines of the summary: a label and what it says."""
        rows = [("as of", f"{self.as_of:%d-%b-%Y}")]
        if self.overlays:
            rows.append(("overlays", ", ".join(self.overlays)))
        for line in self.claims:
            amount = "sized" if line.amount_usd is None else f"${line.amount_usd / 1e6:,.1f}m"
            rows.append((f"claim {line.id}", f"{line.name}, {amount}, matures {line.maturity_date:%d-%b-%Y}"))
        counts = [
            f"{count} {name if count > 1 else name[:-1]}"
            for name, count in self.entities.items()
            if count and name != "claims"
        ]
        rows.append(("book", ", ".join(counts)))
        total = sum(self.marks.values())
        shares = [f"{count / total:.0%} {mark}".replace("%", " %") for mark, count in self.marks.items()]
        rows.append(("inputs", f"{total} numbers: {', '.join(shares)}"))
        if self.stale:
            oldest = max(self.stale, key=lambda item: item.age_days)
            age = f"the oldest {oldest.path} ({oldest.age_days} days)"
            rows.append(("stale", f"{len(self.stale)} value{'' if len(self.stale) == 1 else 's'}, {age}"))
        return rows

    def __str__(self) -> str:
        rows = self.rows()
        width = max(len(label) for label, _ in rows)
        return "\n".join([f"Case {self.name}", *(f"  {label:<{width}}  {text}" for label, text in rows)])

    def html(self) -> str:
        """The summary as a small HTML table, for a notebook."""
        cells = "".join(
            f"<tr><th style='text-align:left'>{html.escape(label)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for label, text in self.rows()
        )
        return f"<table><caption>Case {html.escape(self.name)}</caption>{cells}</table>"


def summary(case: Case) -> Summary:
    """Summarises a case: entities, claims with amounts, share of each mark, stale values."""
    book = case.book
    lines = tuple(
        ClaimLine(claim.id, claim.name, claim.commitment_usd or claim.drawn_usd, claim.maturity_date)
        for claim in book.claims
    )
    return Summary(
        name=case.name,
        as_of=case.market.as_of,
        entities={name: len(getattr(book, name)) for name in SINGULAR},
        claims=lines,
        marks=input_marks(case),
        stale=tuple(staleness(case.market)),
        overlays=case.overlays,
    )
