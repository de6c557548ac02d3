"""How a number, a date or a reason looks in print: one function a unit, nowhere else.

bp are integers, ratios 1.25x, shares in per cent with one decimal, dollars in millions with one decimal,
rent to the cent, dates dd-mmm-yyyy, negatives in parentheses. What has no value prints `n/a`, never 0.
"""

from __future__ import annotations

import datetime
import math
from typing import Any, Final

NOT_AVAILABLE: Final = "n/a"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_DECIMALS: Final = {
    "bp": 0,
    "share": 1,
    "x": 2,
    "years": 1,
    "months": 0,
    "usd": 1,
    "rent": 2,
    "count": 0,
    "price": 1,
}
_SCALES: Final = {"share": 100.0, "usd": 1e-6}
HEADER_UNITS: Final = {
    "bp": "bp",
    "share": "%",
    "x": "x",
    "years": "years",
    "months": "months",
    "usd": "$m",
    "rent": "$/hour",
    "price": "",
    "count": "",
    "number": "",
    "date": "",
    "text": "",
}
"""What a column's header says about its unit, so that cells need not."""

REASONS: Final = {
    "not_applicable": "does not apply to this claim",
    "missing_input": "an input is missing",
    "no_quote": "no quote is given",
    "too_few_defaults": "fewer than 10 paths defaulted",
    "no_margin_clears": "no margin brings the value to par",
    "own_benchmark": "its own quote was fitted",
    "not_asked": "it was not asked for",
    "failed": "the calculation failed",
}
"""The closed list of reasons, each as the end of `not calculated, because ...`."""


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _signed(text: str, negative: bool) -> str:
    if not negative or not any(character in "123456789" for character in text):
        return text
    return f"({text})"


def number(value: float | int | None, unit: str | None) -> str:
    """A value of one unit for a table cell, whose header names the unit.

    Args:
        value: in the unit of the files (shares as decimals, dollars).
        unit: bp, share, x, years, months, usd, rent, count, price or number; None is a plain number.

    >>> number(439.6, "bp"), number(0.1234, "share"), number(1.25, "x"), number(-2_340_000.0, "usd")
    ('440', '12.3', '1.25x', '(2.3)')
    >>> number(None, "bp"), number(-0.2, "bp")
    ('n/a', '0')
    """
    if _missing(value):
        return NOT_AVAILABLE
    assert value is not None
    if unit not in _DECIMALS:
        return plain(value)
    text = f"{abs(value) * _SCALES.get(unit, 1.0):,.{_DECIMALS[unit]}f}"
    return _signed(text + ("x" if unit == "x" else ""), value < 0)


def error(value: float | None, unit: str | None) -> str:
    """A standard error with the decimals of its value, and one more where it would print as nothing.

    >>> error(4.8, "bp"), error(0.0021, "share"), error(0.2, "bp"), error(0.0, "bp")
    ('5', '0.2', '0.2', '0')
    """
    if _missing(value):
        return NOT_AVAILABLE
    assert value is not None
    text = number(value, unit)
    if value > 0 and unit in _DECIMALS and not any(character in "123456789" for character in text):
        return f"{value * _SCALES.get(unit, 1.0):.1g}" + ("x" if unit == "x" else "")
    return text


def in_sentence(value: float | None, unit: str | None) -> str:
    """A value with its unit, for running text.

    >>> in_sentence(440.0, "bp"), in_sentence(0.123, "share"), in_sentence(1.5e9, "usd")
    ('440 bp', '12.3 %', '$1,500.0m')
    """
    text = number(value, unit)
    if text == NOT_AVAILABLE or unit in (None, "x", "count", "number", "price", "text"):
        return text
    if unit == "usd" and value is not None and abs(value) < 1e5:
        small = 0.0 < abs(value) < 0.005
        return "< 0.01 USD" if small else _signed(f"{abs(value):,.2f} USD", value < 0)
    if unit == "usd":
        return f"(${text[1:-1]}m)" if text.startswith("(") else f"${text}m"
    return f"{text} {'USD per GPU-hour' if unit == 'rent' else HEADER_UNITS.get(str(unit), str(unit))}"


def plain(value: float | int) -> str:
    """A number without a known unit: up to six significant digits, thousands separated.

    >>> plain(10000), plain(0.0045), plain(-1234.5), plain(3.0), plain(2.5e10)
    ('10,000', '0.0045', '(1,234.5)', '3', '25,000,000,000')
    """
    size = abs(value)
    if size >= 1e5 or (size == int(size) and size < 1e15):
        text = f"{size:,.0f}"
    elif size >= 1e-4:
        text = f"{size:,.{max(0, 5 - math.floor(math.log10(size)))}f}".rstrip("0").rstrip(".")
    else:
        text = f"{size:.3g}"
    return _signed(text, value < 0)


def date(value: datetime.date | str | None) -> str:
    """dd-mmm-yyyy; text that is no ISO date stays as it is.

    >>> date("2028-03-31"), date(None), date("year 2")
    ('31-Mar-2028', 'n/a', 'year 2')
    """
    if value is None:
        return NOT_AVAILABLE
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
    return f"{value.day:02d}-{MONTHS[value.month - 1]}-{value.year:04d}"


def month(value: datetime.date | str) -> str:
    """Mmm-yyyy, for sentences and labels.

    >>> month("2028-03-31")
    'Mar-2028'
    """
    return date(value)[3:]


def count(value: int | float) -> str:
    """A whole number with its thousands separated."""
    return f"{value:,.0f}"


def probability_without_events(paths: int) -> str:
    """The rule of three: what a share is bounded by when nothing happened on any path.

    >>> probability_without_events(20_000)
    '< 3 / 20,000'
    """
    return f"< 3 / {paths:,}"


def reason(code: str | None) -> str:
    """The sentence of a reason code.

    >>> reason("no_quote")
    'no quote is given'
    """
    if code is None:
        return "no value is recorded"
    return REASONS.get(code, code.replace("_", " "))
