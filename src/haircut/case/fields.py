"""The fields of the models: which exist, which a calculation reads, what each one expects."""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from haircut.case.findings import Path, show
from haircut.case.provenance import Frozen, Identifier

_PATTERNS = {
    get_args(Identifier)[1].metadata[-1].pattern: "an identifier (lower-case letters, digits, '.', '_', '-')",
    "^[PQ]$": "P or Q",
}


def is_descriptive(info: FieldInfo) -> bool:
    """Whether a field only informs a reader."""
    extra = info.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("descriptive"))


def bare(annotation: Any) -> Any:
    """The annotation without Annotated and without None.

    >>> bare(float | None)
    <class 'float'>
    """
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            others = [item for item in get_args(annotation) if item is not type(None)]
            if len(others) != 1:
                return annotation
            annotation = others[0]
        else:
            return annotation


def model_of(annotation: Any) -> type[Frozen] | None:
    """The model that an annotation holds, directly, in a tuple or in a mapping."""
    inner = bare(annotation)
    if isinstance(inner, type) and issubclass(inner, Frozen):
        return inner
    if get_origin(inner) is tuple:
        return model_of(get_args(inner)[0])
    if get_origin(inner) is dict:
        return model_of(get_args(inner)[1])
    return None


def annotation_at(root: type[Frozen], path: Path) -> tuple[Any, list[Any]] | None:
    """The annotation and constraints at a path below a model, or None where the path leads nowhere."""
    annotation: Any = root
    metadata: list[Any] = []
    for part in path:
        inner = bare(annotation)
        if isinstance(inner, type) and issubclass(inner, Frozen):
            info = inner.model_fields.get(str(part))
            if info is None:
                return None
            annotation, metadata = info.annotation, list(info.metadata)
        elif get_origin(inner) is tuple:
            annotation, metadata = get_args(inner)[0], []
        elif get_origin(inner) is dict:
            annotation, metadata = get_args(inner)[1], []
        else:
            return None
    return annotation, metadata


def expectation(annotation: Any, metadata: list[Any]) -> str:
    """What a field expects, in words.

    >>> from haircut.case.provenance import Share
    >>> expectation(Share, [])
    'a number from 0 to 1'
    """
    metadata = [*metadata]
    inner = annotation
    while get_origin(inner) in (Annotated, Union, types.UnionType):
        if get_origin(inner) is Annotated:
            for item in get_args(inner)[1:]:
                metadata += item.metadata if isinstance(item, FieldInfo) else [item]
        stripped = get_args(inner)[0] if get_origin(inner) is Annotated else bare(inner)
        if stripped is inner:
            return "another value"
        if get_origin(inner) is not Annotated:
            # `bare` would drop the constraints of `Annotated[...] | None`; only the None goes.
            stripped = next(item for item in get_args(inner) if item is not type(None))
        inner = stripped
    if inner is float or inner is int:
        return _number("a number" if inner is float else "a whole number", metadata)
    if inner is str:
        pattern = next((item.pattern for item in metadata if getattr(item, "pattern", None)), None)
        return _PATTERNS.get(pattern, f"text that fits {pattern}") if pattern else "text"
    if inner is bool:
        return "true or false"
    if inner is datetime.date:
        return "a date such as 2026-10-01, without quotes"
    if get_origin(inner) is Literal:
        return f"one of {', '.join(str(item) for item in get_args(inner))}"
    if get_origin(inner) is tuple:
        arguments = get_args(inner)
        return f"a list of {len(arguments)} items" if Ellipsis not in arguments else "a list"
    return "a mapping"


def _number(what: str, metadata: list[Any]) -> str:
    bounds = {
        name: getattr(item, name)
        for item in metadata
        for name in ("gt", "ge", "lt", "le")
        if hasattr(item, name)
    }
    if "ge" in bounds and "le" in bounds:
        return f"{what} from {show(bounds['ge'])} to {show(bounds['le'])}"
    words = {"gt": "above", "ge": "of at least", "lt": "below", "le": "of at most"}
    limits = [f"{words[name]} {show(bound)}" for name, bound in bounds.items()]
    return " ".join([what, " and ".join(limits)]).strip()


def walk(value: Any, path: Path = (), descriptive: bool = False) -> Iterator[tuple[Path, Any, bool]]:
    """Every model and leaf below a value, with its path and whether it only informs a reader."""
    yield path, value, descriptive
    if isinstance(value, Frozen):
        for name, info in type(value).model_fields.items():
            yield from walk(getattr(value, name), (*path, name), descriptive or is_descriptive(info))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index), descriptive)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key), descriptive)


@cache
def schema_fields() -> tuple[tuple[str, str], ...]:
    """Every field that a calculation must read, as (model, field), for each model that a case can hold.

    A field that holds further models stands for itself; so do the fields of those models.

    >>> ("Claim", "cash_sweep_share") in schema_fields(), ("Claim", "name") in schema_fields()
    (True, False)
    """
    from haircut.case.case import Case

    found: dict[tuple[str, str], None] = {}
    open_models: list[type[Frozen]] = [Case]
    seen: set[type[Frozen]] = set()
    while open_models:
        model = open_models.pop(0)
        if model in seen:
            continue
        seen.add(model)
        for name, info in model.model_fields.items():
            if is_descriptive(info):
                continue
            found[model.__name__, name] = None
            inner = model_of(info.annotation)
            if inner is not None:
                open_models.append(inner)
    return tuple(found)
