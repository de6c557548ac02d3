"""A case with something changed: by the name of an overlay, a file, or a mapping."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from haircut.case.build import Places, build
from haircut.case.case import Case
from haircut.case.findings import Finding, one_of, plain, show
from haircut.case.locate import shown
from haircut.case.merge import Merge, dump
from haircut.case.yaml_reader import UNREAD, Document, read_yaml
from haircut.errors import InputRefused, Problem

OVERLAY_FIELDS = ("name", "description", "book", "market", "settings", "scenario")
LAID_FIELDS = ("book", "market", "settings", "scenario")

LIBRARY = Path(__file__).resolve().parents[1] / "data" / "overlays"

Change = str | os.PathLike[str] | Mapping[str, Any]


def overlay(case: Case, *changes: Change) -> Case:
    """The case with each change laid over it in order; the whole is validated again.

    A mapping is partial: `{"book": {"claims": {"my-loan": {"interest": {"margin_bp": 500.0}}}}}`. Lists of
    named items are addressed by name, other lists are replaced, null restores a default. A quantity of the
    market may be given as a bare number. Every changed number counts as assumed unless the overlay gives its
    source.

    Args:
        case: the case to change; it is left as it is.
        changes: each the name of an overlay beside the case or in the library that comes with haircut, the
            path of a YAML file, or a mapping.

    Raises:
        InputRefused: with everything that is wrong with a change, or with the case that it makes.
    """
    for change in changes:
        case = _lay(case, change)
    return case


def overlay_names(case: Case) -> list[str]:
    """The names of the overlays beside a case that was loaded from a folder."""
    folder = case.origin.folder
    return [] if folder is None else sorted(file.stem for file in (folder / "overlays").glob("*.yaml"))


def library_names() -> list[str]:
    """The names of the overlays that come with haircut and fit any case: stated episodes of history.

    >>> "crypto-winter-2022" in library_names()
    True
    """
    return sorted(file.stem for file in LIBRARY.glob("*.yaml"))


def _lay(case: Case, change: Change) -> Case:
    if isinstance(change, Mapping):
        document, file, default = Document(plain(dict(change))), "", ""
    else:
        path = _file(case, change)
        file = shown(path)
        document, default = read_yaml(path, file), path.stem
    data = document.data
    if data is UNREAD:
        raise InputRefused(document.problems)
    if data is None or data == {}:
        data = {}
        if not default:
            return case
    if not isinstance(data, dict):
        raise InputRefused([Problem(file, 1, "", show(data), "a mapping of fields")])
    name = data.get("name") or default or f"change-{hashlib.sha256(repr(data).encode()).hexdigest()[:8]}"
    merge = Merge(f"overlay {name}", case.market.as_of)
    merged: dict[str, Any] = dump(case)
    for field, part in data.items():
        if field not in OVERLAY_FIELDS:
            expected = one_of("a field of an overlay", str(field), OVERLAY_FIELDS)
            merge.findings.append(Finding((str(field),), f"the unknown field {show(field)}", expected))
        elif field not in LAID_FIELDS:
            if not isinstance(part, str):
                merge.findings.append(Finding((field,), show(part), "text"))
        elif field == "market" and isinstance(part, dict) and "as_of" in part:
            expected = "no as_of: another date is another market, which case.yaml names"
            merge.findings.append(Finding(("market", "as_of"), show(part["as_of"]), expected))
        elif not isinstance(part, dict):
            merge.findings.append(Finding((field,), show(part), f"a mapping of fields of {field}"))
        else:
            merged[field] = merge.lay(getattr(case, field), part, (field,), (field,))
    merged["overlays"] = (*case.overlays, name)
    written = Places()
    written.add((), file, document.lines)
    places = Places({(): (file, 0)})
    for path_, origin in merge.origins.items():
        if origin in written.lines:
            places.lines[path_] = written.lines[origin]
    problems = [*document.problems, *(written.problem(finding) for finding in merge.findings)]
    return build(merged, places, problems).from_origin(case.origin)


def _file(case: Case, change: str | os.PathLike[str]) -> Path:
    """The file of an overlay that was given by name or path."""
    given = Path(change)
    folder = case.origin.folder
    if folder is not None and len(given.parts) == 1:
        named = folder / "overlays" / f"{given.name.removesuffix('.yaml')}.yaml"
        if named.is_file():
            return named
    if given.is_file():
        return given
    if len(given.parts) == 1:
        shared = LIBRARY / f"{given.name.removesuffix('.yaml')}.yaml"
        if shared.is_file():
            return shared
    what = (
        f"an overlay of the case {case.name!r}"
        if folder is not None
        else "the path of an overlay's YAML file"
    )
    raise InputRefused(
        [
            Problem(
                "",
                0,
                "overlay",
                show(str(given)),
                one_of(what, given.stem, [*overlay_names(case), *library_names()]),
            )
        ]
    )
