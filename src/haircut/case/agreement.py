"""Do the book, the market and the settings of a case agree with each other?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from haircut.case.book.credit import Credit
from haircut.case.book.references import Entities, findings_of
from haircut.case.findings import Finding, Path, one_of, show
from haircut.case.market.check import market_findings

if TYPE_CHECKING:
    from haircut.case.case import Case

LONGEST_YEARS: Final = 40


@dataclass(frozen=True, slots=True)
class Parts:
    """A case of which some parts may be unreadable; those are absent, or None within a list.

    Attributes:
        book: the entities.
        market: the market's fields by name.
        rest: the other fields of the case by name.
    """

    book: Entities
    market: Mapping[str, Any]
    rest: Mapping[str, Any]

    @classmethod
    def of(cls, case: Case) -> Parts:
        market = {name: getattr(case.market, name) for name in type(case.market).model_fields}
        rest = {
            name: getattr(case, name) for name in type(case).model_fields if name not in ("book", "market")
        }
        return cls(Entities.of(case.book), market, rest)

    @property
    def as_of(self) -> datetime.date | None:
        return self.market.get("as_of")

    def whole(self, field: str) -> tuple[Any, ...] | None:
        """A list of the market, or None where any of it is unreadable, so that nothing is called missing."""
        items: tuple[Any, ...] | None = self.market.get(field)
        return None if items is None or None in items else items


def all_findings(parts: Parts) -> list[Finding]:
    """Everything wrong with a case beyond its single fields: the book, the market, and between them."""
    return [
        *(finding.below(("book",)) for finding in findings_of(parts.book)),
        *(finding.below(("market",)) for finding in market_findings(_without_future(parts))),
        *_names(parts),
        *_credits(parts),
        *_devices(parts),
        *_coins(parts),
        *_dates(parts),
        *_scenario(parts),
    ]


def agreement_findings(parts: Parts) -> list[Finding]:
    """The same without the book's own references, which the book's validator has already checked."""
    return [
        *(finding.below(("market",)) for finding in market_findings(_without_future(parts))),
        *_names(parts),
        *_credits(parts),
        *_devices(parts),
        *_coins(parts),
        *_dates(parts),
        *_scenario(parts),
    ]


def _without_future(parts: Parts) -> Mapping[str, Any]:
    """An overlay is a scenario and may hold later dated values; a case without overlays may not."""
    if not parts.rest.get("overlays"):
        return parts.market
    return {name: part for name, part in parts.market.items() if name != "as_of"}


def _names(parts: Parts) -> Iterator[Finding]:
    claim = parts.rest.get("claim")
    if claim is not None:
        for _, found, expected in parts.book.dangling("claims", claim, ()):
            yield Finding(("claim",), found, expected)
    for index, rating in enumerate(parts.rest.get("customer_ratings") or ()):
        yield from _rating(parts, rating, ("customer_ratings", index))


def _rating(parts: Parts, rating: str, path: Path) -> Iterator[Finding]:
    credit = parts.market.get("credit")
    ratings = None if credit is None else [row.rating for row in credit.ratings]
    if ratings is not None and rating not in ratings:
        yield Finding(path, show(rating), one_of("a rating of the market", rating, ratings))


def _credits(parts: Parts) -> Iterator[Finding]:
    market = parts.market.get("credit")
    for field in ("issuers", "borrowers", "customers"):
        for index, entity in parts.book.each(field):
            credit: Credit | None = entity.credit
            here: Path = ("book", field, index, "credit")
            if credit is None:
                continue
            for name in ("rating", "wang_rating"):
                if getattr(credit, name) is not None:
                    yield from _rating(parts, getattr(credit, name), (*here, name))
            curves = None if market is None else [curve.id for curve in market.curves]
            if credit.curve is not None and curves is not None and credit.curve not in curves:
                yield Finding(
                    (*here, "curve"),
                    show(credit.curve),
                    one_of("the id of a curve of the market", credit.curve, curves),
                )


def _devices(parts: Parts) -> Iterator[Finding]:
    """Every device that is used exists and has a rent on the chosen basis."""
    devices, rents = parts.whole("devices"), parts.whole("rents")
    settings = parts.rest.get("settings")
    chosen = None if settings is None else settings.rent_basis
    bases = None if rents is None else {quote.basis for quote in rents}
    if chosen is not None and bases is not None and chosen not in bases:
        yield Finding(
            ("settings", "rent_basis"), show(chosen), one_of("a basis of the market's rents", chosen, bases)
        )
    basis = chosen or parts.market.get("default_rent_basis")
    used: list[tuple[Path, str]] = [
        (("book", "fleets", index, "device"), fleet.device) for index, fleet in parts.book.each("fleets")
    ]
    scenario = parts.rest.get("scenario")
    if scenario is not None and scenario.rent_path is not None and scenario.rent_path.device is not None:
        used.append((("scenario", "rent_path", "device"), scenario.rent_path.device))
    rigs = [rig.id for rig in parts.whole("rigs") or ()]
    known = None if devices is None else [*(device.id for device in devices), *rigs]
    for path, device in used:
        if device in rigs:
            for name in ("btc", "network"):
                if parts.market.get(name, ...) is None:
                    yield Finding(
                        path, f"the rig {show(device)}", f"a market with {name}.yaml to value a rig"
                    )
            continue
        if known is not None and device not in known:
            yield Finding(path, show(device), one_of("a device of the market", device, known))
        elif bases is not None and basis in bases and rents is not None:
            quoted = [quote.basis for quote in rents if quote.device == device]
            if basis not in quoted:
                have = f"quoted on {', '.join(quoted)}" if quoted else "not quoted at all"
                expected = (
                    f"a device with a rent on the basis {basis!r}; add the quote or choose another rent_basis"
                )
                yield Finding(path, f"{show(device)}, which is {have}", expected)


def _coins(parts: Parts) -> Iterator[Finding]:
    """Coins that somebody holds or has pledged need a market with the coin."""
    if parts.market.get("btc", ...) is not None:
        return
    expected = "a market with btc.yaml to value coins"
    for index, borrower in parts.book.each("borrowers"):
        if borrower.accounts.coins_btc > 0.0:
            path: Path = ("book", "borrowers", index, "accounts", "coins_btc")
            yield Finding(path, show(borrower.accounts.coins_btc), expected)
    for index, claim in parts.book.each("claims"):
        if claim.coin_line is not None:
            yield Finding(("book", "claims", index, "coin_line"), "pledged coins", expected)


def _dates(parts: Parts) -> Iterator[Finding]:
    as_of = parts.as_of
    if as_of is None:
        return
    after = f"a date after the as-of date {as_of}"
    for index, claim in parts.book.each("claims"):
        here: Path = ("book", "claims", index)
        if claim.maturity_date <= as_of:
            yield Finding((*here, "maturity_date"), show(claim.maturity_date), after)
        elif (claim.maturity_date - as_of).days > LONGEST_YEARS * 365.25:
            expected = f"a date within {LONGEST_YEARS} years of the as-of date {as_of}"
            yield Finding((*here, "maturity_date"), show(claim.maturity_date), expected)
        for place, draw in enumerate(claim.draws):
            if draw.date <= as_of:
                yield Finding(
                    (*here, "draws", place, "date"), show(draw.date), f"{after}; past draws are drawn_usd"
                )
        if claim.quote is not None and claim.quote.date > as_of and not parts.rest.get("overlays"):
            expected = f"a quote known on the as-of date {as_of}"
            yield Finding((*here, "quote", "date"), show(claim.quote.date), expected)
    for field in ("contracts", "leases"):
        for index, item in parts.book.each(field):
            if item.end <= as_of:
                expected = f"{after}; drop expired {field}"
                yield Finding(("book", field, index, "end"), show(item.end), expected)


def _scenario(parts: Parts) -> Iterator[Finding]:
    scenario, as_of = parts.rest.get("scenario"), parts.as_of
    if scenario is None:
        return
    customers = [customer.id for _, customer in parts.book.each("customers")]
    for name in scenario.customer_failures:
        if name not in customers:
            here: Path = ("scenario", "customer_failures", name)
            yield Finding(here, show(name), one_of("a customer of the book", name, customers))
    if scenario.btc_path is not None and parts.market.get("btc", ...) is None:
        expected = "a market with btc.yaml, or no btc_path"
        yield Finding(("scenario", "btc_path"), "a path of the coin in a market without it", expected)
    if as_of is None or scenario.rent_path is None:
        return
    for index, point in enumerate(scenario.rent_path.points):
        if point.date < as_of:
            path: Path = ("scenario", "rent_path", "points", index, "date")
            yield Finding(path, show(point.date), f"a date not before the as-of date {as_of}")
