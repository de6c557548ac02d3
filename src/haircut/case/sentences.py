"""Pydantic's errors in our own sentences: the path, what was found, what was expected."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from haircut.case.fields import annotation_at, bare, expectation
from haircut.case.findings import Finding, Path, RefusalError, one_of, show
from haircut.case.provenance import Frozen
from haircut.case.yaml_reader import UNREAD


def translate(error: ValidationError, root: type[Frozen]) -> list[Finding]:
    """The findings of a failed validation of `root`, without values already reported as unreadable."""
    findings: list[Finding] = []
    misspelt: set[Path] = set()
    missing: list[Finding] = []
    for item in error.errors(include_url=False):
        path: Path = tuple(part for part in item["loc"] if part != "[key]")
        if item["input"] is UNREAD:
            continue
        if item["type"] == "value_error":
            findings += _from_validator(item, path)
        elif item["type"] == "extra_forbidden":
            fields = _fields_at(root, path[:-1])
            findings.append(
                Finding(path, f"the unknown field {show(path[-1])}", one_of("a field", str(path[-1]), fields))
            )
            misspelt |= {(*path[:-1], name) for name in fields if findings[-1].expected.endswith(repr(name))}
        elif item["type"] == "missing":
            missing.append(Finding(path, "nothing", f"{_expected(root, path)} (required)"))
        else:
            findings.append(_wrong_value(item, path, root))
    # A misspelt field explains the missing one whose name it was meant to be.
    return findings + [finding for finding in missing if finding.path not in misspelt]


def _from_validator(item: Any, path: Path) -> list[Finding]:
    cause = item.get("ctx", {}).get("error")
    if isinstance(cause, RefusalError):
        return [finding.below(path) for finding in cause.findings]
    return [Finding(path, show(item["input"]), str(cause))]


def _fields_at(root: type[Frozen], path: Path) -> list[str]:
    place = annotation_at(root, path)
    model = None if place is None else bare(place[0])
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, Frozen) else []


def _expected(root: type[Frozen], path: Path) -> str:
    place = annotation_at(root, path)
    return "another value" if place is None else expectation(*place)


def _wrong_value(item: Any, path: Path, root: type[Frozen]) -> Finding:
    expected = _expected(root, path)
    value = item["input"]
    if item["type"] == "literal_error" and isinstance(value, str):
        options = expected.removeprefix("one of ").split(", ")
        near = one_of("", value, options)
        if near.startswith("; nearest"):
            expected += near
    elif item["type"] in ("string_too_long", "string_too_short", "too_short", "too_long"):
        limit = item["ctx"].get("max_length", item["ctx"].get("min_length"))
        bound = "at most" if item["type"].endswith("long") else "at least"
        unit = "characters" if item["type"].startswith("string") else "items"
        expected += f" of {bound} {limit} {unit}"
    elif item["type"] == "finite_number":
        return Finding(path, show(value), "a finite number, or no entry where the value is not known")
    return Finding(path, show(value), expected)
