"""A cell's stored value as a field's value, without guessing: what does not fit, the model refuses."""

from __future__ import annotations

import datetime
import re
from typing import Any, Final, Literal, get_args, get_origin

from haircut.case.fields import bare

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_WHOLE: Final = re.compile(r"-?\d{1,19}")
_NUMBER: Final = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
LARGEST_EXACT: Final = 2**53
"""A cell holds a double; a whole number from here on is written as text."""


def is_blank(value: Any) -> bool:
    """Whether a cell holds nothing a reader could see."""
    return value is None or (isinstance(value, str) and not value.strip())


def field_value(value: Any, annotation: Any) -> Any:
    """The value of a field from a cell that is not blank.

    >>> field_value(3.0, int), field_value("a, b", tuple[str, ...]), field_value("2026-10-01", datetime.date)
    (3, ('a', 'b'), datetime.date(2026, 10, 1))
    """
    inner = bare(annotation)
    if get_origin(inner) is tuple:
        item = get_args(inner)[0]
        texts = [part.strip() for part in value.split(",")] if isinstance(value, str) else [value]
        return tuple(_item(text, item) for text in texts)
    if inner is int or (get_origin(inner) is Literal and isinstance(get_args(inner)[0], int)):
        return _whole(value)
    if inner is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if inner is bool and not isinstance(value, bool):  # LibreOffice saves a switch as 0 or 1
        written = value.strip().lower() if isinstance(value, str) else value
        return {"true": True, "false": False, 1: True, 0: False}.get(written, value)
    if inner is datetime.date:
        return _date(value)
    return value


def _item(value: Any, annotation: Any) -> Any:
    """One item of a list that a cell holds as text."""
    if bare(annotation) is float and isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return field_value(value, annotation)


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_EXACT:
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    return value


def _date(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.date() if value.time() == datetime.time() else value
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            return value
    return value


def cell_value(value: Any) -> Any:
    """What a cell holds for a field's value: a number, a text, a date, a switch; None for a blank.

    >>> cell_value(("BB", "B")), cell_value(()), cell_value(2**60)
    ('BB, B', None, '1152921504606846976')
    >>> cell_value((datetime.date(2027, 12, 1), 0.5))
    '2027-12-01, 0.5'
    """
    if isinstance(value, tuple):
        return ", ".join(_text(item) for item in value) or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_EXACT:
        return str(value)
    if isinstance(value, datetime.date) and value < datetime.date(
        1900, 3, 1
    ):  # before Excel's calendar is right
        return value.isoformat()
    return value


def _text(item: Any) -> str:
    """An item of a list as it stands in a cell."""
    if isinstance(item, str):
        return item
    return item.isoformat() if isinstance(item, datetime.date) else repr(item)
