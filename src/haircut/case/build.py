"""Plain data to a case: everything that is wrong, at once, each with its file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from haircut.case.agreement import Parts, all_findings
from haircut.case.book import Book
from haircut.case.book.references import SINGULAR, Entities, entity_ids
from haircut.case.case import Case
from haircut.case.fields import model_of
from haircut.case.findings import Finding, Path, dotted
from haircut.case.market import Market
from haircut.case.market.units import unit_findings
from haircut.case.sentences import translate
from haircut.errors import InputRefused, Problem


@dataclass(slots=True)
class Places:
    """The file and line of every path of a case."""

    lines: dict[Path, tuple[str, int]] = field(default_factory=dict)

    def add(self, prefix: Path, file: str, lines: Mapping[Path, int]) -> None:
        """Adds a file whose content stands below `prefix`."""
        self.lines.setdefault(prefix, (file, 0))
        for path, line in lines.items():
            self.lines[prefix + path] = (file, line)

    def problem(self, finding: Finding) -> Problem:
        """The finding at the line of its path, or of the nearest part around it."""
        path = finding.path
        while path and path not in self.lines:
            path = path[:-1]
        file, line = self.lines.get(path, ("", 0))
        return Problem(file, line, dotted(finding.path), finding.found, finding.expected)


def build(
    data: dict[str, Any], places: Places, known: Sequence[Problem] = (), *, units: bool = False
) -> Case:
    """Validates plain data (tuples for lists) as a case.

    Args:
        data: the fields of a case; `UNREAD` stands where a value is already among the known problems.
        places: the file and line of each path.
        known: problems that were found before.
        units: whether the units that a market states are held against those that are read.

    Raises:
        InputRefused: with the known problems and everything else that is wrong.
    """
    findings: list[Finding] = []
    case: Case | None = None
    try:
        case = Case.model_validate(data)
        parts = Parts.of(case)
    except ValidationError as error:
        parts = _readable(data)
        findings += [*translate(error, Case), *all_findings(parts)]
    if units:
        findings += [finding.below(("market",)) for finding in unit_findings(parts.market)]
    problems = {*known, *(places.problem(finding) for finding in findings)}
    if problems or case is None:
        raise InputRefused(sorted(problems, key=lambda item: (item.file, item.line, item.path, item.found)))
    return case


def _readable(data: dict[str, Any]) -> Parts:
    """The parts of a case that can be read, each by itself."""
    rest = {name: _one(Case, name, data[name]) for name in Case.model_fields if name in data}
    read: dict[str, list[Any]] = {}
    ids: dict[str, list[str]] = {}
    book = data.get("book")
    for name in SINGULAR if isinstance(book, dict) else ():
        absent = None if Book.model_fields[name].is_required() else ()
        items = book.get(name, absent) if isinstance(book, dict) else None
        if isinstance(items, tuple):
            read[name] = [_one_item(Book, name, item) for item in items]
            ids[name] = entity_ids(items)
    market: dict[str, Any] = {}
    given = data.get("market")
    for name, part in given.items() if isinstance(given, dict) else ():
        if name in Market.model_fields:
            listed = isinstance(part, tuple)
            market[name] = (
                tuple(_one_item(Market, name, item) for item in part) if listed else _one(Market, name, part)
            )
    return Parts(
        Entities(read, ids),
        {name: part for name, part in market.items() if part is not None},
        {name: part for name, part in rest.items() if part is not None},
    )


def _one(model: type[Any], name: str, value: Any) -> Any:
    """One field of a model by itself, or None where it cannot be read."""
    if name in ("book", "market") and model is Case:
        return None
    info = model.model_fields[name]
    annotation = info.rebuild_annotation()
    try:
        return TypeAdapter(annotation).validate_python(value, strict=True)
    except ValidationError:
        return None


def _one_item(model: type[Any], name: str, item: Any) -> Any:
    """One item of a list of a model, or None where it cannot be read."""
    inner = model_of(model.model_fields[name].annotation)
    if inner is None:
        return None
    try:
        return inner.model_validate(item)
    except ValidationError:
        return None
