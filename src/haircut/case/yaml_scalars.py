"""A plain scalar of YAML 1.2's core schema, and an ISO date, as a Python value."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any, Final

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_INTEGER: Final = 24
_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class UnfitScalarError(ValueError):
    """A scalar that no case may hold: what was found and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found = found
        self.expected = expected


def scalar_value(written: str) -> Any:
    """The value of a plain scalar.

    >>> [scalar_value(text) for text in ("1e9", "7", "no", "true", "2026-10-01")]
    [1000000000.0, 7, 'no', True, datetime.date(2026, 10, 1)]

    Raises:
        UnfitScalarError: for NaN, infinity, a number too large, and a day that no calendar has.
    """
    if written in _WORDS:
        return _WORDS[written]
    if _DATE.fullmatch(written):
        try:
            return datetime.date.fromisoformat(written)
        except ValueError:
            raise UnfitScalarError(written, "a date of the calendar, such as 2026-10-01") from None
    if _INTEGER.fullmatch(written):
        if len(written) <= _LONGEST_INTEGER:
            whole = int(written, 0) if written[:2] in ("0o", "0x") else int(written)
            if abs(whole) < 2**63:
                return whole
        raise UnfitScalarError("a whole number of more than 18 digits", "a smaller number, or 1e30")
    if _NOT_FINITE.fullmatch(written):
        raise UnfitScalarError(written, "a finite number, or no entry where the value is not known")
    if _FLOAT.fullmatch(written):
        number = float(written)
        if math.isfinite(number):
            return number
        raise UnfitScalarError(written, "a number below 1.8e308")
    return written
