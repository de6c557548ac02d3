"""JSON Schema of every file of a case, for editors: ``python -m haircut.case.schema [--check]``.

Writes `schema/*.schema.json` and the tables of `docs/reference/case-files.md`; with ``--check`` it writes
nothing and fails where a file is not what the models say.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter

import haircut
from haircut.case.book import Book
from haircut.case.case import Case
from haircut.case.fields import bare, expectation, is_descriptive, model_of
from haircut.case.load import MARKET_HEAD
from haircut.case.market import Market
from haircut.case.overlay import LAID_FIELDS
from haircut.case.provenance import Frozen, Quantity

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TABLES_MARK = "<!-- The tables below are written by `python -m haircut.case.schema`. -->\n"
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NOT_IN_CASE_FILE = ("book", "market", "overlays")


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file, by file name."""
    files = {
        "case": _case_file(),
        "market": _part(Market, list(MARKET_HEAD), "market.yaml"),
        "overlay": _overlay(),
    }
    for model, kind in ((Book, "book"), (Market, "market")):
        for name, info in model.model_fields.items():
            if model is Market and name in MARKET_HEAD:
                continue
            schema = TypeAdapter(info.rebuild_annotation()).json_schema()
            files[f"{kind}-{name}"] = {
                "$schema": DIALECT,
                "title": f"{kind}/{name}.yaml",
                **_untitled(schema),
            }
    return {f"{name}.schema.json": _settled(schema) for name, schema in sorted(files.items())}


def _settled(schema: Any) -> Any:
    """The same schema with every bound written as its type says.

    typing remembers annotations that are equal, so a bound of 0 may come back as the 0.0 of another field, or
    not, by what the process did before.
    """
    if isinstance(schema, list):
        return [_settled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    written = {"number": float, "integer": int}.get(str(schema.get("type")))
    return {
        key: written(value) if written is not None and key in _BOUNDS else _settled(value)
        for key, value in schema.items()
    }


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}


def _part(model: type[Frozen], names: list[str], title: str) -> dict[str, Any]:
    """The schema of a file that holds some fields of a model."""
    whole = model.model_json_schema()
    used = {name: whole["properties"][name] for name in names}
    schema = {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": used,
        "required": [name for name in whole["required"] if name in names],
    }
    definitions = _reached(used, whole.get("$defs", {}))
    return {**schema, "$defs": definitions} if definitions else schema


def _reached(schema: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that a schema refers to, directly or not."""
    found: dict[str, Any] = {}
    waiting = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            name = str(item.get("$ref", "")).removeprefix("#/$defs/")
            if name in definitions and name not in found:
                found[name] = definitions[name]
                waiting.append(definitions[name])
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return dict(sorted(found.items()))


def _case_file() -> dict[str, Any]:
    names = [name for name in Case.model_fields if name not in _NOT_IN_CASE_FILE]
    schema = _part(Case, names, "case.yaml")
    market = {
        "type": "string",
        "description": "path of the market folder, relative to the folder of the case",
    }
    schema["properties"] = {**schema["properties"], "market": market}
    schema["required"] = [*schema["required"], "market"]
    return schema


def _overlay() -> dict[str, Any]:
    """The same fields, none of them required; named items by name, a quantity also as a bare number."""
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {"name": {"type": "string"}, "description": {"type": "string"}}
    properties |= {name: _laid(Case.model_fields[name].annotation, definitions) for name in LAID_FIELDS}
    return {
        "$schema": DIALECT,
        "title": "overlays/NAME.yaml",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def _laid(annotation: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    inner, model = bare(annotation), model_of(annotation)
    if model is None:
        return _untitled(TypeAdapter(annotation).json_schema())
    if model.__name__ not in definitions:
        definitions[model.__name__] = {}
        definitions[model.__name__] = {
            "type": "object",
            "description": (model.__doc__ or "").split("\n")[0],
            "additionalProperties": False,
            "properties": {
                name: {"anyOf": [_laid(info.rebuild_annotation(), definitions), {"type": "null"}]}
                for name, info in model.model_fields.items()
            },
        }
    part: dict[str, Any] = {"$ref": f"#/$defs/{model.__name__}"}
    if model is Quantity:
        part = {"anyOf": [part, {"type": "number"}]}
    if get_origin(inner) is tuple and not model.key_fields:
        return {"type": "array", "items": part}
    if get_origin(inner) in (tuple, dict):
        return {"type": "object", "additionalProperties": {"anyOf": [part, {"type": "null"}]}}
    return part


def tables() -> str:
    """The fields of every model as Markdown tables, in the order in which files hold them."""
    models: dict[type[Frozen], None] = {}
    waiting: list[type[Frozen]] = [Case]
    while waiting:
        model = waiting.pop(0)
        if model not in models:
            models[model] = None
            inner = (model_of(info.annotation) for info in model.model_fields.values())
            waiting += [item for item in inner if item is not None]
    text = TABLES_MARK
    for model in models:
        text += (
            f"\n### {model.__name__}\n\n{' '.join((model.__doc__ or '').split(chr(10) * 2)[0].split())}\n\n"
        )
        text += "| field | holds | if absent | read by calculations |\n| --- | --- | --- | --- |\n"
        for name, info in model.model_fields.items():
            absent = (
                "required" if info.is_required() else _default(info.get_default(call_default_factory=True))
            )
            reads = "no" if is_descriptive(info) else "yes"
            words = expectation(info.annotation, list(info.metadata))
            held = model_of(info.annotation)
            link = f" of [{held.__name__}](#{held.__name__.lower()})" if held is not None else ""
            note = f"; {info.description}" if info.description else ""
            text += f"| `{name}` | {_of(info.annotation, words)}{link}{note} | {absent} | {reads} |\n"
    return text


def _of(annotation: Any, words: str) -> str:
    inner = bare(annotation)
    if get_origin(inner) is tuple and model_of(inner) is None and Ellipsis in get_args(inner):
        return f"a list of items, each {expectation(get_args(inner)[0], [])}"
    return words


def _default(value: Any) -> str:
    if value is None or value == () or value == {}:
        return "nothing"
    if isinstance(value, Frozen):
        return "its defaults"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def main(arguments: list[str]) -> int:
    """Writes the schemas and the tables, or with ``--check`` says what is out of date."""
    root = Path(haircut.__file__).resolve().parents[2]
    wanted = {
        root / "schema" / name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }
    page = root / "docs" / "reference" / "case-files.md"
    prose = (
        page.read_text(encoding="utf-8").partition(TABLES_MARK)[0] if page.exists() else "# Case files\n\n"
    )
    wanted[page] = prose + tables()
    stray = [file for file in (root / "schema").glob("*.schema.json") if file not in wanted]
    stale = [
        file for file, text in wanted.items() if not file.exists() or file.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for file in [*stale, *stray]:
            print(
                f"{file.relative_to(root)} is not what the models say: run python -m haircut.case.schema",
                file=sys.stderr,
            )
        return 1 if stale or stray else 0
    for file in stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted[file], encoding="utf-8")
        print(f"wrote {file.relative_to(root)}", file=sys.stderr)
    for file in stray:
        print(f"{file.relative_to(root)} belongs to no file of a case: remove it", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
