"""The rows of a sheet: one for each field of a model, whether it has a value or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, get_args, get_origin

from haircut.case.book import Book
from haircut.case.case import Case
from haircut.case.fields import bare, expectation, model_of
from haircut.case.findings import Path, one_of, show
from haircut.case.provenance import Entity, Frozen
from haircut.case.register import unit_of

CASE_SHEET: Final = "case"
README_SHEET: Final = "Read me"
VALUE_HEADS: Final = ("field", "value", "unit", "expects", "what it is")
SOURCE_HEADS: Final = ("mark", "source", "date", "low", "high", "note")
HEADS: Final = (*VALUE_HEADS[:4], *SOURCE_HEADS, VALUE_HEADS[4])
NOT_ON_CASE_SHEET: Final = ("book", "market", "overlays")
MARKET_FIELD: Final = "market"
MARKET_HELP: Final = "name of a market, such as 2026-10-01, or the path of its folder from this workbook"


class Line(NamedTuple):
    """One row: a field with its value, or the heading of a group of fields.

    Attributes:
        path: within the sheet's entity, items of lists by their number.
        value: as the case holds it; None where there is none.
        annotation, metadata: what the field may hold.
        group: whether the row only heads the fields below it.
        expects: in words, with what a blank means.
        help: what the field or group is.
    """

    path: Path
    value: Any
    annotation: Any
    metadata: tuple[Any, ...]
    group: bool
    expects: str
    help: str

    @property
    def field(self) -> str:
        return ".".join(map(str, self.path))

    @property
    def unit(self) -> str:
        return "" if self.group else unit_of_annotation(self.path, self.annotation)


def sheets() -> dict[str, type[Frozen]]:
    """The sheets of a workbook, in order, with the model whose fields each holds."""
    found: dict[str, type[Frozen]] = {CASE_SHEET: Case}
    for name, info in Book.model_fields.items():
        model = model_of(info.annotation)
        assert model is not None
        found[name] = model
    return found


def is_list_sheet(name: str) -> bool:
    """Whether a sheet holds a list of entities, each beginning with its `id`."""
    return name != CASE_SHEET and issubclass(sheets()[name], Entity)


def lines(model: type[Frozen], value: Frozen | None, path: Path = ()) -> Iterator[Line]:
    """Every row of a model below `path`; a list without items shows one blank item.

    Args:
        model: whose fields are listed.
        value: the filled model, or None for blank rows.
        path: of the model within its sheet.
    """
    for name, info in model.model_fields.items():
        if name == "sources" or (model is Case and name in NOT_ON_CASE_SHEET):
            continue
        here = (*path, name)
        held = None if value is None else getattr(value, name)
        inner = bare(info.annotation)
        below = model_of(inner)
        if below is not None:
            words = "; ".join(filter(None, (info.description, _sentence(below))))
            yield Line(here, None, info.annotation, (), True, "a group of fields", words)
            items = ((here, held),) if get_origin(inner) is None else _items(here, held)
            for place, item in items:
                yield from lines(below, item, place)
        elif get_origin(inner) is dict:
            words = f"{info.description or ''} one row for each entry: {name}.NAME".strip()
            yield Line(here, None, info.annotation, (), True, "a group of named values", words)
            leaf = get_args(inner)[1]
            for key, item in (held or {}).items():
                yield Line((*here, key), item, leaf, (), False, expectation(leaf, []), "")
        else:
            metadata = tuple(info.metadata)
            yield Line(
                here, held, info.annotation, metadata, False, _expects(info, inner), info.description or ""
            )


def _items(here: Path, held: Any) -> Iterator[tuple[Path, Any]]:
    for index, item in enumerate(held or (None,)):
        yield (*here, index), item


def _sentence(model: type[Frozen]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _expects(info: Any, inner: Any) -> str:
    words = expectation(info.annotation, list(info.metadata)).replace(", without quotes", "")
    if get_origin(inner) is tuple:
        item = get_args(inner)[0]
        words = f"items with commas between them, each {expectation(item, [])}"
    if info.is_required():
        return f"{words}; required"
    default = info.get_default(call_default_factory=True)
    return words if default in (None, (), "") else f"{words}; if blank: {show(default)}"


def unit_of_annotation(path: Path, annotation: Any) -> str:
    """The unit of a number by its field's name; nothing for text, choices and switches.

    >>> unit_of_annotation(("interest", "margin_bp"), float), unit_of_annotation(("name",), str)
    ('bp', '')
    """
    return unit_of(path) if bare(annotation) in (int, float) else ""


class Place(NamedTuple):
    """Where a written field leads: its path and what it may hold; `problem` where it leads nowhere."""

    path: Path = ()
    annotation: Any = None
    group: bool = False
    problem: str = ""


def resolve(model: type[Frozen], field: str) -> Place:
    """A written field such as `covenants.0.minimum` as a path below a model."""
    path: list[str | int] = []
    annotation: Any = model
    parts = field.split(".")
    while parts:
        inner = bare(annotation)
        if isinstance(inner, type) and issubclass(inner, Frozen):
            info = inner.model_fields.get(parts[0])
            if info is None or (inner is Case and parts[0] in NOT_ON_CASE_SHEET):
                options = [name for name in inner.model_fields if name != "sources"]
                return Place(problem=one_of(f"a field of {inner.__name__}", parts[0], options))
            annotation = info.rebuild_annotation()
            path.append(parts.pop(0))
        elif get_origin(inner) is dict and parts[0]:
            path.append(".".join(parts))
            return Place(tuple(path), get_args(inner)[1])
        elif get_origin(inner) is tuple and model_of(inner) is not None:
            if not parts[0].isdigit() or len(parts[0]) > 4:
                return Place(problem=f"the number of an item, from 0, in place of {show(parts[0])}")
            annotation = get_args(inner)[0]
            path.append(int(parts.pop(0)))
        else:
            return Place(problem=f"no part below {'.'.join(map(str, path))}")
    inner = bare(annotation)
    group = model_of(inner) is not None or get_origin(inner) is dict
    return Place(tuple(path), annotation, group)
