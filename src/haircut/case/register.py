"""The register of sources: every number of a case, where it comes from, and whether this case uses it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from haircut.case.fields import walk
from haircut.case.findings import Path
from haircut.case.market.compute import ByRegime
from haircut.case.provenance import Entity, Frozen, Mark, Provenance, Quantity, Sourced

if TYPE_CHECKING:
    from haircut.case.book import LenderCase
    from haircut.case.case import Case

MARKS: Final[tuple[str, ...]] = get_args(Mark)
_UNITS: Final = (
    ("_usd_per_gpu_hour", "USD per GPU-hour"),
    ("_usd_per_kwh", "USD per kWh"),
    ("_usd_per_hour", "USD per hour"),
    ("_usd_per_month", "USD a month"),
    ("_usd_per_unit", "USD per unit"),
    ("_usd", "USD"),
    ("_bp", "bp"),
    ("_per_year", "a year"),
    ("_years", "years"),
    ("_months", "months"),
    ("_kw", "kW"),
    ("_mw", "MW"),
    ("units", "units"),
    ("share", "share"),
    ("_rate", "share"),
    ("rank", "rank"),
)
_LABELS: Final = frozenset(("years", "tenor_years", "tenor_months"))
"""Numbers of a market that say which value is meant, and are none themselves."""


class Row(NamedTuple):
    """One number and its origin."""

    path: str
    value: float | int | str
    unit: str
    mark: str
    source: str | None
    date: datetime.date | None
    range: tuple[float, float] | None
    note: str | None
    used: bool
    owner: str


def input_marks(case: Case) -> dict[str, int]:
    """How many inputs that this case uses are observed, estimated and assumed.

    Each number or date of the book that a calculation reads counts once, and each value of the market that
    this case uses: a value by regime, a rating or a curve counts as one.
    """
    owners = {row.owner: row.mark for row in rows(case) if row.used}
    counts = Counter(owners.values())
    return {mark: counts[mark] for mark in MARKS}


def provenance_rows(case: Case) -> list[dict[str, Any]]:
    """One row for each number: path, value, unit, mark, source, date, range, note."""
    names = ("path", "value", "unit", "mark", "source", "date", "range", "note")
    return [{name: getattr(row, name) for name in names} for row in rows(case)]


def rows(case: Case) -> Iterator[Row]:
    """Every number of the book, then every number of the market."""
    for field in type(case.book).model_fields:
        part = getattr(case.book, field)
        if field == "lender_case":
            yield from _book_rows(f"book.{field}", part)
        else:
            for entity in part:
                yield from _book_rows(f"book.{field}[{entity.id}]", entity)
    yield from _market_rows(case)


def _book_rows(head: str, entity: Entity | LenderCase) -> Iterator[Row]:
    for path, value, descriptive in walk(entity):
        if isinstance(value, (bool, str)) or not isinstance(value, (int, float, datetime.date)):
            continue
        if path[0] == "sources":
            continue
        where = ".".join(str(part) for part in path)
        origin = _origin(entity.sources, where)
        shown = value.isoformat() if isinstance(value, datetime.date) else value
        yield Row(
            f"{head}.{where}",
            shown,
            _unit(path, value),
            origin.mark,
            origin.source,
            origin.date,
            origin.range,
            origin.note,
            not descriptive,
            f"{head}.{where}",
        )


def _origin(sources: dict[str, Provenance], where: str) -> Provenance:
    """The entry of a field, or of the nearest part around it; a number without one is assumed."""
    while where:
        if where in sources:
            return sources[where]
        where = where.rpartition(".")[0]
    return Provenance(mark="assumed")


def _unit(path: Path, value: object) -> str:
    return "date" if isinstance(value, datetime.date) else unit_of(path)


def unit_of(path: Path) -> str:
    """The unit of a number, by the name of its field.

    >>> unit_of(("claims", 0, "undrawn_fee_bp")), unit_of(("covenants", 0, "minimum"))
    ('bp', '')
    """
    name = next(str(part) for part in reversed(path) if isinstance(part, str))
    return next((unit for ending, unit in _UNITS if name.endswith(ending)), "")


def _market_rows(case: Case) -> Iterator[Row]:
    market = case.market
    used = _Use(case)
    for path, value, descriptive in walk(market):
        if not isinstance(value, Sourced):
            continue
        owner = "market" + _named(market, path)
        takes = not descriptive and used.takes(path, value)
        for name, number in _numbers(value):
            label = owner if name in ("", "value") else f"{owner}.{name}"
            range_ = getattr(value, "range", None)
            yield Row(
                label,
                number,
                value.unit,
                value.mark,
                value.source,
                value.date,
                range_,
                value.note,
                takes,
                owner,
            )


def _numbers(value: Sourced) -> Iterator[tuple[str, float | int | str]]:
    if isinstance(value, Quantity):
        yield "", value.value
        return
    if isinstance(value, ByRegime):
        yield from zip(("glut", "balanced", "scarce"), value.values(), strict=True)
        return
    skip = {*Sourced.model_fields, "range"}
    for path, leaf, _ in walk(value):
        if not path or path[0] in skip or path[0] in _LABELS or isinstance(leaf, (bool, str)):
            continue
        if isinstance(leaf, (int, float)):
            yield ".".join(str(part) for part in path), leaf
        elif isinstance(leaf, datetime.date):
            yield ".".join(str(part) for part in path), leaf.isoformat()


def _named(market: object, path: Path) -> str:
    """A path of the market with the names of list items in place of their numbers."""
    text = ""
    here: Any = market
    for part in path:
        here = here[part] if isinstance(part, int) else getattr(here, part)
        text += (
            f"[{here.key() if isinstance(here, Frozen) else part}]" if isinstance(part, int) else f".{part}"
        )
    return text


class _Use:
    """Which values of the market a case uses."""

    def __init__(self, case: Case) -> None:
        self.market = case.market
        self.devices = {fleet.device for fleet in case.book.fleets} | {case.market.compute.reference_device}
        self.basis = case.settings.rent_basis or case.market.default_rent_basis
        book = case.book
        self.issuers = {issuer.id for issuer in book.issuers}
        credits = [
            party.credit for parties in (book.issuers, book.borrowers, book.customers) for party in parties
        ]
        self.curves = {credit.curve for credit in credits if credit is not None}

    def takes(self, path: Path, value: Sourced) -> bool:
        if path[0] == "rigs":
            return self.market.rigs[int(path[1])].id in self.devices
        if path[0] == "rig_buyers":
            return any(rig.id in self.devices for rig in self.market.rigs)
        if path[0] == "equities":
            return self.market.equities[int(path[1])].issuer in self.issuers
        if path[0] == "devices":
            return self.market.devices[int(path[1])].id in self.devices
        if path[0] == "rents":
            quote = self.market.rents[int(path[1])]
            return quote.device in self.devices and quote.basis == self.basis
        if path[:2] == ("credit", "curves"):
            return self.market.credit.curves[int(path[2])].id in self.curves
        if path[:2] == ("compute", "launches"):
            rivals = self.market.compute.launches[int(path[2])].applies_to
            return rivals is None or bool(self.devices & set(rivals))
        return True
