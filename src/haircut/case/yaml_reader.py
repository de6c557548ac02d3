"""One YAML file as plain data and the line of every part; nothing in it is executed.

The subset: YAML 1.2 core scalars, mappings with text keys, lists, ISO dates. No anchors, tags, merge keys,
second documents. The parser's events are read one by one, so an alias is refused before it can grow.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from haircut.case.findings import Path, dotted, show
from haircut.case.yaml_scalars import UnfitScalarError, scalar_value
from haircut.errors import Problem

MAXIMUM_BYTES: Final = 2_000_000
MAXIMUM_DEPTH: Final = 20
MAXIMUM_PROBLEMS: Final = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unread:
    """Stands where a value could not be read; its own problem is already reported."""

    def __repr__(self) -> str:
        return "UNREAD"


UNREAD: Final = Unread()


@dataclass(slots=True)
class Document:
    """A file's content: plain data (tuples for lists), the line of every path, and what is wrong with it."""

    data: Any = UNREAD
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_yaml(file: os.PathLike[str] | str, shown: str | None = None) -> Document:
    """Reads one YAML file to plain data; every problem is collected in the document, none is raised.

    Args:
        file: the file to read.
        shown: how the file is named in problems; its own path if absent.
    """
    name = str(file) if shown is None else shown
    document = Document()
    try:
        # The kind is asked first: opening a named pipe would wait for ever.
        if not stat.S_ISREG(os.stat(file).st_mode):
            document.problems.append(Problem(name, 0, "", "something that is no regular file", "a YAML file"))
            return document
        with open(file, "rb") as stream:
            raw = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "an unreadable file"
        document.problems.append(Problem(name, 0, "", f"no readable file ({reason})", "a YAML file"))
        return document
    if len(raw) > MAXIMUM_BYTES:
        document.problems.append(
            Problem(name, 0, "", f"more than {MAXIMUM_BYTES:,} bytes", "a file of at most 2 MB; split it")
        )
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        document.problems.append(
            Problem(
                name,
                line,
                "",
                f"the byte 0x{raw[error.start]:02x}, which is not UTF-8",
                "a file saved as UTF-8",
            )
        )
        return document
    return read_text(text, name, document)


def read_text(text: str, name: str, document: Document | None = None) -> Document:
    """Reads YAML text to plain data.

    >>> read_text("rate: 1e9\\nstart: 2026-10-01\\non: no", "demo").data
    {'rate': 1000000000.0, 'start': datetime.date(2026, 10, 1), 'on': 'no'}
    """
    document = document or Document()
    document.data = None
    reader = _Reader(name, document)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not reader.take(event):
                break
            if len(document.problems) >= MAXIMUM_PROBLEMS:
                last = document.problems[-1]
                document.problems.append(
                    Problem(name, last.line, "", "more problems below", "those above mended")
                )
                document.data = UNREAD
                break
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable text"
        line = mark.line + 1 if mark is not None else 0
        document.problems.append(Problem(name, line, "", f"broken YAML ({problem})", "well-formed YAML"))
        document.data = UNREAD
    return document


@dataclass(slots=True)
class _Open:
    """A mapping or list that has not ended yet."""

    path: Path
    items: dict[str, Any] | list[Any]
    key: str | None = None
    skip_key: bool = False
    refused: bool = False
    seen: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Builds plain data from the parser's events."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.document = document
        self.stack: list[_Open] = []
        self.documents = 0

    def refuse(self, line: int, path: Path, found: str, expected: str) -> Unread:
        self.document.problems.append(Problem(self.name, line, dotted(path), found, expected))
        return UNREAD

    def take(self, event: Any) -> bool:
        """Takes one event; False says that reading stops here."""
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(line, (), "a second document (---)", "one document a file")
                return False
        elif isinstance(event, yaml.AliasEvent):
            self.add(
                self.refuse(line, self.path(), f"the alias *{event.anchor}", "the value itself, written out"),
                line,
            )
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            return self.open(event, line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            done = self.stack.pop()
            whole = done.items if isinstance(done.items, dict) else tuple(done.items)
            self.add(UNREAD if done.refused else whole, None)
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event, line)
        return True

    def path(self) -> Path:
        """The path of the value that comes next."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.items, list):
            return (*top.path, len(top.items))
        return top.path if top.key is None else (*top.path, top.key)

    def expects_key(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return top is not None and isinstance(top.items, dict) and top.key is None

    def open(self, event: Any, line: int) -> bool:
        refused = self.decorations(event, line)
        path = self.path()
        if self.expects_key():
            self.refuse(line, path, "a list or mapping as a key", "a key that is text")
            return False
        if len(self.stack) >= MAXIMUM_DEPTH:
            self.refuse(line, path, f"more than {MAXIMUM_DEPTH} levels of nesting", "a flatter file")
            self.document.data = UNREAD
            return False
        self.document.lines.setdefault(path, line)
        empty: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.stack.append(_Open(path, empty, refused=refused))
        return True

    def decorations(self, event: Any, line: int) -> bool:
        """Refuses an anchor and a tag; True where there was one."""
        refused = False
        if event.anchor is not None:
            self.refuse(line, self.path(), f"the anchor &{event.anchor}", "no anchor; write the value out")
            refused = True
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.refuse(line, self.path(), f"the tag {tag}", "no tag; nothing in a file is executed")
            refused = True
        return refused

    def scalar(self, event: Any, line: int) -> None:
        refused = self.decorations(event, line)
        plain = event.style is None or event.style == ""
        value = self.resolve(event.value, line) if plain and not refused else event.value
        if self.expects_key():
            self.take_key(value, event.value, line)
        else:
            self.add(UNREAD if refused else value, line)

    def take_key(self, value: Any, written: str, line: int) -> None:
        top = self.stack[-1]
        if not isinstance(value, str):
            if value is not UNREAD:
                self.refuse(line, top.path, f"the key {written}", "a key that is text; put it in quotes")
            top.key, top.skip_key = written, True
            return
        if value in top.seen:
            first = top.seen[value]
            self.refuse(
                line,
                (*top.path, value),
                f"the key {show(value)} again (first on line {first})",
                "each key once",
            )
            top.key, top.skip_key = value, True
            return
        top.seen[value] = line
        top.key, top.skip_key = value, False
        self.document.lines[(*top.path, value)] = line

    def add(self, value: Any, line: int | None) -> None:
        if not self.stack:
            self.document.data = value
            return
        top = self.stack[-1]
        if isinstance(top.items, list):
            if line is not None:
                self.document.lines.setdefault((*top.path, len(top.items)), line)
            top.items.append(value)
        elif top.key is None:  # an alias in the place of a key
            top.key, top.skip_key = "", True
        else:
            if not top.skip_key:
                top.items[top.key] = value
            top.key = None

    def resolve(self, written: str, line: int) -> Any:
        try:
            return scalar_value(written)
        except UnfitScalarError as unfit:
            return self.refuse(line, self.path(), unfit.found, unfit.expected)
