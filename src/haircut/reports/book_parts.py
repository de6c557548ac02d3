"""What exhibits read of a run's book: a silo's entities, the mark of a field, what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from haircut.reports.frames import RunFrames

Entity = Mapping[str, Any]


def entities(run: RunFrames, kind: str) -> tuple[Entity, ...]:
    """Every entity of one kind, in the order of the book."""
    return tuple(run.inputs.get("book", {}).get(kind, ()))


def silo(run: RunFrames) -> str:
    """The borrower of the run's claim: its machines and contracts stand behind the claim."""
    return str(run.claim_terms.get("borrower", ""))


def in_silo(run: RunFrames, kind: str) -> tuple[Entity, ...]:
    """Entities of one kind that belong to the borrower of the run's claim."""
    owner = silo(run)
    return tuple(each for each in entities(run, kind) if each.get("borrower") == owner)


def name_of(entity: Entity, name: str) -> str:
    """The name of an entity, or its id where it has none."""
    return str(entity.get("name") or name)


def mark_of(entity: Entity, field: str) -> str:
    """observed, estimated or assumed: what the book says of one field; assumed where it says nothing."""
    said = (entity.get("sources") or {}).get(field) or {}
    return str(said.get("mark") or "assumed")


def weakest(*marks: str) -> str:
    """The mark of a number made of several: that of the least certain of them.

    >>> weakest("observed", "estimated")
    'estimated'
    """
    order = ("observed", "estimated", "assumed")
    return max(marks, key=order.index)


def drawn_usd(run: RunFrames, claim: Entity) -> float | None:
    """What is outstanding on a claim on the as-of date; None where nobody says it."""
    found = run.measure("drawn_usd", claim=str(claim["id"]))
    if found is not None and found.value is not None:
        return found.value
    stated = claim.get("drawn_usd")
    return None if stated is None else float(stated)


def as_of_row(run: RunFrames) -> Mapping[str, Any]:
    """The base case of the run's claim on the as-of date, empty where it has none."""
    first = run.ladder.filter(run.ladder["month"] == 0)
    return first.row(0, named=True) if first.height else {}


def market_value(run: RunFrames, *path: str) -> Mapping[str, Any]:
    """One sourced value of the market, such as ("btc", "price"); empty where the market has none."""
    found: Any = run.inputs.get("market", {})
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
