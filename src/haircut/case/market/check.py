"""Does a market hold together: nothing from the future, no impossible correlations, nothing named twice?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from haircut.case.fields import walk
from haircut.case.findings import Finding, Path, one_of, show
from haircut.case.market.correlations import Correlations
from haircut.case.market.market import Market
from haircut.case.provenance import Sourced

STALE_DAYS: Final = 31
STALE_DAYS_BY_PART: Final[Mapping[str, int]] = {"rents": 7, "btc": 1, "network": 16}
NEVER_STALE: Final = ("devices", "rigs")
LISTS: Final = (
    "devices", "rents", "equities", "rigs", "rig_buyers", "term_quotes", "rent_history", "residuals"
)  # fmt: skip


class Stale(NamedTuple):
    """A value that is older than its kind may be: used all the same, and flagged."""

    path: str
    date: datetime.date
    age_days: int
    limit_days: int


def market_findings(parts: Mapping[str, Any]) -> list[Finding]:
    """Everything wrong with the parts of a market, by field; a part that could not be read is absent."""
    findings = [*_future(parts), *_duplicates(parts)]
    if "correlations" in parts:
        findings += [
            finding.below(("correlations",)) for finding in correlation_findings(parts["correlations"])
        ]
    buyers = [buyer for buyer in parts.get("rig_buyers") or () if buyer is not None]
    total = sum(buyer.share for buyer in buyers)
    if buyers and None not in parts["rig_buyers"] and abs(total - 1.0) > 1e-9:
        findings.append(Finding(("rig_buyers",), f"shares that sum to {total:.10g}", "shares that sum to 1"))
    if "default_rent_basis" in parts and parts.get("rents"):
        bases = {quote.basis for quote in parts["rents"] if quote is not None}
        basis = parts["default_rent_basis"]
        if basis not in bases and None not in parts["rents"]:
            findings.append(
                Finding(("default_rent_basis",), show(basis), one_of("a basis of rents", basis, bases))
            )
    return findings


def _future(parts: Mapping[str, Any]) -> Iterator[Finding]:
    as_of = parts.get("as_of")
    if as_of is None:
        return
    for path, value, _ in walk(dict(parts)):
        if isinstance(value, Sourced) and value.date > as_of:
            expected = f"a value known on the as-of date {as_of}; what came later belongs in an overlay"
            yield Finding((*path, "date"), show(value.date), expected)


def _duplicates(parts: Mapping[str, Any]) -> Iterator[Finding]:
    lists: list[tuple[Path, str, tuple[Any, ...]]] = [
        ((name,), name, parts[name]) for name in LISTS if parts.get(name)
    ]
    if parts.get("compute") is not None:
        lists.append((("compute", "launches"), "launches", parts["compute"].launches))
    if parts.get("credit") is not None:
        lists += [(("credit", name), name, getattr(parts["credit"], name)) for name in ("ratings", "curves")]
    for path, field, items in lists:
        keys = [None if item is None else item.key() for item in items]
        for index, key in enumerate(keys):
            if key is not None and keys.index(key) < index:
                found = f"{show(key)}, also in {field}[{keys.index(key)}]"
                yield Finding((*path, index), found, f"each {' and '.join(items[index].key_fields)} once")


def correlation_findings(correlations: Correlations) -> list[Finding]:
    """The funding states whose matrix is no correlation matrix, with its smallest eigenvalue."""
    import numpy as np

    findings = []
    for state in ("calm", "stress"):
        smallest = float(np.linalg.eigvalsh(np.array(correlations.matrix(state)))[0])
        if smallest < -1e-10:
            found = f"correlations whose smallest eigenvalue is {smallest:.6f}"
            expected = (
                f"pairs that can hold together in {state} (no negative eigenvalue); bring them nearer to 0"
            )
            findings.append(Finding((state,), found, expected))
    return findings


def staleness(market: Market) -> list[Stale]:
    """The observed and estimated values that are older than their kind may be on the as-of date.

    Limits: rents 7 days, the coin 1, the network 16 (a difficulty epoch), all else 31. Assumed values and the
    table of devices do not age.
    """
    from haircut.case.findings import dotted

    stale = []
    for path, value, descriptive in walk(market, ("market",)):
        if not isinstance(value, Sourced) or value.mark == "assumed" or descriptive or path[1] in NEVER_STALE:
            continue
        limit = STALE_DAYS_BY_PART.get(str(path[1]), STALE_DAYS)
        age = (market.as_of - value.date).days
        if age > limit:
            stale.append(Stale(dotted(path), value.date, age, limit))
    return stale
