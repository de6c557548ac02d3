"""A case between two cases: the first one's content with some of the second one's values."""

from __future__ import annotations

from typing import Any, Final

Tree = Any

KEYS: Final = (
    "id",
    "rating",
    "basis",
    "device",
    "generation",
    "tenor_years",
    "kind",
    "curve",
    "tenor_months",
)
"""Fields that tell items of a list apart."""


def at_date(first: Tree, second: Tree) -> Tree:
    """The first case on the second one's as-of date: time alone."""
    market = {**first["market"], "as_of": second["market"]["as_of"]}
    return {**first, "market": market}


def with_facts(first: Tree, second: Tree) -> Tree:
    """The first case with every value that the second one marks observed or estimated.

    A value of the market carries its mark; a field of an entity finds it in the entity's `sources`, and counts
    as assumed without an entry. Entities that only one case has are those of the second. Settings, scenario
    and names stay those of the first.
    """
    book, market = (_blend(first[part], second[part], "") for part in ("book", "market"))
    return {**first, "book": book, "market": {**market, "as_of": second["market"]["as_of"]}}


def _blend(first: Tree, second: Tree, mark: str) -> Tree:
    if isinstance(second, dict):
        if not isinstance(first, dict):
            return second
        if "mark" in second and "source" in second:
            return second if second["mark"] != "assumed" or first.get("mark") != "assumed" else first
        return _entity(first, second, mark)
    if isinstance(second, list) and isinstance(first, list) and _told_apart(first) and _told_apart(second):
        before = {_key(item): item for item in first}
        return [_blend(before[_key(item)], item, mark) if _key(item) in before else item for item in second]
    return second if mark in ("observed", "estimated") else first


def _entity(first: dict[str, Tree], second: dict[str, Tree], mark: str) -> dict[str, Tree]:
    sources = second.get("sources") or {}
    found = {}
    for name, value in second.items():
        if name == "sources" or name not in first:
            found[name] = value
        else:
            own = sources.get(name, {}).get("mark", mark) if isinstance(sources, dict) else mark
            found[name] = _blend(first[name], value, own)
    return found


def _told_apart(items: list[Tree]) -> bool:
    """Whether every item has a name of its own; a series of dated values has not, and stays in one piece."""
    return all(map(_named, items)) and len({_key(item) for item in items}) == len(items)


def _named(item: Tree) -> bool:
    return isinstance(item, dict) and any(key in item for key in KEYS)


def _key(item: Tree) -> tuple[str, ...]:
    return tuple(str(item.get(key)) for key in KEYS if not isinstance(item.get(key), (dict, list)))
