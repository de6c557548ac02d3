"""Where one value of a market comes from."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from haircut.case.fields import walk
from haircut.case.findings import one_of
from haircut.case.market import Device, Market, Rig
from haircut.case.provenance import Frozen, Sourced
from haircut.errors import InputRefused, Problem

_ORIGIN = ("unit", "date", "mark", "source", "note", "range")


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """One value: its path, its numbers, and where they come from."""

    path: str
    value: dict[str, Any]
    unit: str
    date: datetime.date
    age_days: int
    mark: str
    source: str
    note: str | None
    range: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class MarketValue:
    """What ``haircut market explain`` answers: one origin for each value that the field names.

    Attributes:
        field: as asked. as_of: of the market.
        origins: a rent has one for each basis.
    """

    field: str
    as_of: datetime.date
    origins: tuple[ValueOrigin, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data; dates stay dates."""
        return asdict(self)


def explain(market: Market, field: str) -> MarketValue:
    """The origins of a field.

    Args:
        market: to look in.
        field: ``DEVICE.rent``, ``DEVICE.resale``, ``DEVICE.launches``, ``DEVICE.residuals``, ``DEVICE.FIELD``, or
            the path of a value such as ``compute.pull_speed`` or ``rents[h100-sxm@index-silicon-data]``.

    Raises:
        InputRefused: with the nearest name where nothing answers to the field.
    """
    values = dict(named_values(market))
    wanted = _wanted(market, field, list(values))
    if not wanted:
        names = [*values, *_short_names(market)]
        expected = one_of(f"a value of the market {market.as_of}", field, names)
        raise InputRefused([Problem("", 0, "field", repr(field), expected)])
    return MarketValue(field, market.as_of, tuple(_origin(market, path, values[path]) for path in wanted))


def named_values(market: Market) -> list[tuple[str, Sourced]]:
    """Every value of a market by its path, with the names of list items in place of their numbers."""
    found: list[tuple[str, Sourced]] = []
    seen: dict[str, int] = {}
    for path, value, _ in walk(market):
        if not isinstance(value, Sourced):
            continue
        text, here = "", market
        for part in path:
            here = here[part] if isinstance(part, int) else getattr(here, part)  # type: ignore[index]
            key = here.key() if isinstance(part, int) and isinstance(here, Frozen) else part
            text += f"[{key}]" if isinstance(part, int) else f".{part}" if text else str(part)
        seen[text] = seen.get(text, 0) + 1
        found.append((text if seen[text] == 1 else f"{text}#{seen[text]}", value))
    return found


def _wanted(market: Market, field: str, paths: list[str]) -> list[str]:
    exact = [path for path in paths if path == field or path.startswith((f"{field}.", f"{field}#"))]
    if exact:
        return exact
    device, _, name = field.partition(".")
    lists = {"rent": "rents", "resale": "resale", "residuals": "residuals", "term_quotes": "term_quotes"}
    if name in lists:
        return [path for path in paths if path.startswith(f"{lists[name]}[{device}@")]
    if name == "launches":
        machine = next((item for item in market.devices if item.id == device), None)
        newer = [] if machine is None else [
            launch.generation for launch in market.compute.launches
            if launch.takes_from(machine.id, machine.launch_date)
        ]  # fmt: skip
        return [f"compute.launches[{generation}]" for generation in newer]
    return [path for path in paths if path in (f"devices[{device}].{name}", f"rigs[{device}].{name}")]


def _short_names(market: Market) -> list[str]:
    machines: list[Device | Rig] = [*market.devices, *market.rigs]
    names = [f"{item.id}.rent" for item in market.devices]
    for item in machines:
        fields = type(item).model_fields
        names += [f"{item.id}.{name}" for name in fields if isinstance(getattr(item, name), Sourced)]
    return names


def _origin(market: Market, path: str, value: Sourced) -> ValueOrigin:
    return ValueOrigin(
        path=path,
        value={name: getattr(value, name) for name in type(value).model_fields if name not in _ORIGIN},
        unit=value.unit,
        date=value.date,
        age_days=(market.as_of - value.date).days,
        mark=value.mark,
        source=value.source,
        note=value.note,
        range=getattr(value, "range", None) or getattr(value, "wedge_range", None),
    )
