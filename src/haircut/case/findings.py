"""What is wrong with an input before its file is known: where, what was found, what was expected."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Finding(NamedTuple):
    """One thing wrong at one path of a case."""

    path: Path
    found: str
    expected: str

    def below(self, prefix: Path) -> Finding:
        """The same finding, seen from the whole of which its part is `prefix`."""
        return Finding(prefix + self.path, self.found, self.expected)

    def __str__(self) -> str:
        head = f"{dotted(self.path)}: " if self.path else ""
        return f"{head}found {self.found}; expected {self.expected}"


class RefusalError(ValueError):
    """Raised inside a model's validator; holds every finding, so that the reader of files can place them."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings))


def refused(field: str, found: object, expected: str) -> RefusalError:
    """A refusal of one field; `found` is shown as the user wrote it unless it is already a sentence."""
    path: Path = (field,) if field else ()
    return RefusalError([Finding(path, found if isinstance(found, Sentence) else show(found), expected)])


class Sentence(str):
    """Words about what was found, as opposed to a text that the user wrote."""

    __slots__ = ()


def dotted(path: Path) -> str:
    """A path as a reader of Python writes it.

    >>> dotted(("book", "claims", 0, "maturity_date"))
    'book.claims[0].maturity_date'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def show(value: object) -> str:
    """A value as it is named in a message.

    >>> show(None), show(True), show(1000.0), show("BB"), show([1, 2])
    ('nothing', 'true', '1000', "'BB'", 'a list of 2 items')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)} item{'' if len(value) == 1 else 's'}"
    return "a mapping"


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid spelling nearest to `word`, or None where nothing is near.

    >>> nearest("maturty_date", ["maturity_date", "closing_date"])
    'maturity_date'
    """
    options = sorted(valid)
    matches = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if not matches:
        folded = {option.casefold().replace("_", "-"): option for option in options}
        close = difflib.get_close_matches(word.casefold().replace("_", "-"), list(folded), n=1, cutoff=0.6)
        matches = [folded[item] for item in close]
    return matches[0] if matches else None


def one_of(what: str, word: str, valid: Iterable[str]) -> str:
    """What was expected where `word` is no valid spelling: the nearest one, or all of them.

    >>> one_of("a device of the market", "h100-sxn", ["h100-sxm", "gb200"])
    "a device of the market; nearest valid spelling: 'h100-sxm'"
    """
    options: Sequence[str] = sorted(set(valid))
    near = nearest(word, options)
    if near is not None:
        return f"{what}; nearest valid spelling: {near!r}"
    if not options:
        return f"{what}, of which there is none"
    return f"{what}: {', '.join(options)}"


def plain(value: Any) -> Any:
    """The value with every list as a tuple, as the frozen models hold them.

    >>> plain({"a": [1, [2]]})
    {'a': (1, (2,))}
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    return value
