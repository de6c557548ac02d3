"""A partial mapping laid over a model: deep, by id, with every changed number marked as changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from haircut.case.book.lender_case import LenderCase
from haircut.case.fields import is_descriptive
from haircut.case.findings import Finding, Path, one_of, show
from haircut.case.provenance import Entity, Frozen, Quantity, Sourced
from haircut.case.yaml_reader import UNREAD

_ORIGIN_FIELDS = frozenset(Sourced.model_fields) | {"range"}


@dataclass(slots=True)
class Merge:
    """One overlay being laid over a case.

    Attributes:
        source: what changed numbers name as their source, such as ``overlay deflation-30``.
        date: the date that changed numbers of the market carry.
        findings: what is wrong, by paths of the overlay.
        origins: for each path of the merged case that the overlay wrote, the path in the overlay.
    """

    source: str
    date: datetime.date
    findings: list[Finding] = field(default_factory=list)
    origins: dict[Path, Path] = field(default_factory=dict)

    def lay(self, old: Any, change: Any, path: Path, written: Path) -> Any:
        """Plain data of `old` with `change` laid over it.

        Args:
            old: what the case holds: a model, a tuple, a mapping or a leaf.
            change: what the overlay says; null restores the default, which for an optional field is nothing.
            path: where it stands in the case.
            written: where it stands in the overlay.
        """
        self.origins[path] = written
        if change is UNREAD:
            return dump(old)
        if isinstance(old, Quantity) and isinstance(change, (int, float)) and not isinstance(change, bool):
            return self.lay(old, {"value": change}, path, written)
        if isinstance(old, Frozen) and isinstance(change, dict):
            return self.lay_model(old, change, path, written)
        if isinstance(old, tuple) and any(isinstance(item, Frozen) and item.key_fields for item in old):
            return self.lay_list(old, change, path, written)
        if isinstance(old, dict) and isinstance(change, dict):
            return self.lay_mapping(old, change, path, written)
        self.note(change, path, written)
        return change

    def note(self, change: Any, path: Path, written: Path) -> None:
        """Remembers where each part of a value that is taken whole was written."""
        self.origins[path] = written
        items = (
            change.items()
            if isinstance(change, dict)
            else enumerate(change)
            if isinstance(change, tuple)
            else ()
        )
        for key, item in items:
            self.note(item, (*path, key), (*written, key))

    def lay_model(self, old: Frozen, change: dict[str, Any], path: Path, written: Path) -> dict[str, Any]:
        fields = type(old).model_fields
        data: dict[str, Any] = old.model_dump()
        for name, value in change.items():
            here, there = (*path, name), (*written, name)
            if name not in fields:
                self.findings.append(
                    Finding(there, f"the unknown field {show(name)}", one_of("a field", name, fields))
                )
            elif value is None and not fields[name].is_required():
                data[name] = dump(fields[name].get_default(call_default_factory=True))
                self.origins[here] = there
            else:
                data[name] = self.lay(getattr(old, name), value, here, there)
        if isinstance(old, Sourced):
            self.mark_value(old, change, data)
        elif isinstance(old, (Entity, LenderCase)):
            self.mark_entity(old, change, data)
        return data

    def mark_value(self, old: Sourced, change: dict[str, Any], data: dict[str, Any]) -> None:
        """A changed value of a market is assumed, unless the overlay says where it comes from."""
        if set(change) <= _ORIGIN_FIELDS:
            return
        said: dict[str, Any] = {"mark": "assumed", "source": self.source, "date": self.date, "note": None}
        if "range" in type(old).model_fields:
            said["range"] = None
        if "source" in change:
            said = {name: value for name, value in said.items() if name in ("note", "range")}
        data.update({name: value for name, value in said.items() if name not in change})

    def mark_entity(self, old: Entity | LenderCase, change: dict[str, Any], data: dict[str, Any]) -> None:
        """The same for the fields of an entity of the book."""
        given = change.get("sources")
        stated = set(given) if isinstance(given, dict) else set()
        sources = dict(data["sources"])
        for where in _changed(old, change):
            for name in [
                name for name in sources if (name + ".").startswith(where + ".") and name not in stated
            ]:
                del sources[name]
            if where not in stated:
                sources[where] = {"mark": "assumed", "source": self.source}
        data["sources"] = sources

    def lay_list(self, old: tuple[Any, ...], change: Any, path: Path, written: Path) -> Any:
        """A list of named items, addressed by name; null drops an item."""
        keys = [item.key() for item in old]
        if not isinstance(change, dict):
            by = " @ ".join(old[0].key_fields)
            found = show(change)
            self.findings.append(Finding(written, found, f"a mapping by {by}, such as {keys[0]}: {{...}}"))
            return dump(old)
        laid: list[Any] = [dump(item) for item in old]
        dropped: set[int] = set()
        for key, value in change.items():
            there = (*written, key)
            places = [index for index, name in enumerate(keys) if name == key]
            if len(places) != 1:
                what = (
                    f"a name that stands for one item ({len(places)} share it)"
                    if places
                    else one_of(f"one of {written[-1]}", key, keys)
                )
                self.findings.append(Finding(there, show(key), what))
            elif value is None:
                dropped.add(places[0])
            else:
                laid[places[0]] = (old[places[0]], value, there)
        kept = [item for index, item in enumerate(laid) if index not in dropped]
        return tuple(
            self.lay(item[0], item[1], (*path, index), item[2]) if isinstance(item, tuple) else item
            for index, item in enumerate(kept)
        )

    def lay_mapping(
        self, old: dict[str, Any], change: dict[str, Any], path: Path, written: Path
    ) -> dict[str, Any]:
        """A mapping with free keys; null drops a key."""
        data = dump(old)
        for key, value in change.items():
            if value is None:
                data.pop(key, None)
            else:
                data[key] = self.lay(old.get(key), value, (*path, key), (*written, key))
        return dict(data)


def dump(value: Any) -> Any:
    """The plain data of a model, or of what holds models."""
    if isinstance(value, Frozen):
        return value.model_dump()
    if isinstance(value, tuple):
        return tuple(dump(item) for item in value)
    if isinstance(value, dict):
        return {key: dump(item) for key, item in value.items()}
    return value


def _changed(old: Frozen, change: dict[str, Any], head: str = "") -> list[str]:
    """The dotted fields of an entity that a change touches and that a calculation reads."""
    names: list[str] = []
    for name, value in change.items():
        info = type(old).model_fields.get(name)
        if info is None or is_descriptive(info):
            continue
        inner = getattr(old, name)
        if isinstance(inner, Frozen) and isinstance(value, dict):
            names += _changed(inner, value, f"{head}{name}.")
        else:
            names.append(f"{head}{name}")
    return names
