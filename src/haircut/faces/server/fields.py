"""What a study may be asked: fields with a default and a range, read from an address, a form or JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from haircut.errors import UsageError

Kind = Literal["whole", "number", "choice", "name", "run", "line", "yes"]
WORDS: Final = {
    "name": "a name",
    "run": "four to twelve digits of a run",
    "line": "a line of at most 200 characters",
}
PATTERNS: Final = {"name": r"[\w.@:+-]{1,80}", "run": r"[0-9a-f]{4,12}", "line": r"[^\x00-\x1f\x7f]{1,200}"}


@dataclass(frozen=True, slots=True)
class Field:
    """One argument of a study.

    Attributes:
        name: in the address and in the question.
        label: what a reader sees.
        kind: whole, number, choice, name, run (digits of one), line (of text), or yes.
        default: where nothing is said; None where it must be said.
        low, high: of numbers, both included.
        options: of a choice.
        unit: after the number, in words.
    """

    name: str
    label: str
    kind: Kind
    default: Any = None
    low: float = 0.0
    high: float = math.inf
    options: tuple[str, ...] = ()
    unit: str = ""

    def read(self, given: Any) -> Any:
        """A value as the study takes it.

        Raises:
            UsageError: what was found and what was expected.
        """
        if given is None or given == "":
            if self.default is None:
                raise UsageError(f"{self.name}: found nothing; expected {self.expected}")
            return self.default
        value = self._value(given)
        if value is None:
            raise UsageError(f"{self.name}: found {str(given)[:40]!r}; expected {self.expected}")
        return value

    def _value(self, given: Any) -> Any:
        if self.kind == "yes":
            return {"yes": True, "true": True, "no": False, "false": False}.get(str(given).lower())
        if self.kind == "choice":
            return given if given in self.options else None
        if self.kind in PATTERNS:
            return given if isinstance(given, str) and re.fullmatch(PATTERNS[self.kind], given) else None
        if isinstance(given, bool):
            return None
        try:
            number = float(given)
        except (TypeError, ValueError, OverflowError):
            return None
        if not (math.isfinite(number) and self.low <= number <= self.high):
            return None
        if self.kind == "whole":
            return int(number) if number == int(number) else None
        return number

    @property
    def expected(self) -> str:
        """What fits, in words."""
        if self.kind == "yes":
            return "yes or no"
        if self.kind == "choice":
            return f"one of {', '.join(self.options)}"
        if self.kind in PATTERNS:
            return WORDS[self.kind]
        return (
            f"a {self.kind if self.kind == 'number' else 'whole number'} from {self.low:,g} to {self.high:,g}"
        )


def read_fields(fields: tuple[Field, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of a question, defaults filled in.

    Raises:
        UsageError: for an unknown name or a value that does not fit.

    >>> month = Field("month", "month", "whole", 6, 1, 60)
    >>> read_fields((month,), {"month": "12"}), read_fields((month,), {})
    ({'month': 12}, {'month': 6})
    """
    known = [field.name for field in fields]
    for name in given:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "this page takes none"
            raise UsageError(f"{str(name)[:40]}: no such argument; {there}")
    return {field.name: field.read(given.get(field.name)) for field in fields}
