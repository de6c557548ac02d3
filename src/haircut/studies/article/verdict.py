"""One rule for every verdict: evidence over story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Verdict = Literal["binds", "does_not_bind", "cannot_tell"]
ERRORS: Final = 2.0
MOST_ASSUMED: Final = 0.5
"""A number that rests on more assumed inputs than this on the thing itself says nothing."""


@dataclass(frozen=True, slots=True)
class Number:
    """What a claim comes to, and where it would bind.

    Attributes:
        name: id of the number; the page has its words.
        value: None where it cannot be computed.
        threshold: the claim binds above it.
        unit: of `haircut.reports.numbers_in_print`.
        std_error: of simulation; None of an exact number.
        low, high: over what is assumed, or over fair readings of the claim; None where nothing of that kind
            enters.
        assumed_share: of the inputs that decide the number, where it is about them.
        words: further values of the page's sentence, by name.
    """

    name: str
    value: float | None
    threshold: float
    unit: str
    std_error: float | None = None
    low: float | None = None
    high: float | None = None
    assumed_share: float | None = None
    words: tuple[tuple[str, float | str | None], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values with the verdict."""
        found = {name: getattr(self, name) for name in self.__slots__ if name != "words"}
        return {**found, "verdict": verdict(self), "words": dict(self.words)}


def verdict(number: Number) -> Verdict:
    """``binds`` above the threshold throughout, ``does_not_bind`` nowhere above it, else ``cannot_tell``.

    Throughout means at two standard errors down and at the low end of what is assumed; nowhere the same upwards. A
    number that is missing, or that rests on more than half assumed inputs on the thing itself, cannot tell.

    >>> verdict(Number("bp", 30.0, 0.0, "bp", std_error=10.0))
    'binds'
    >>> verdict(Number("bp", 30.0, 0.0, "bp", std_error=10.0, low=-5.0))
    'cannot_tell'
    >>> verdict(Number("bp", -30.0, 0.0, "bp", std_error=10.0, high=-1.0))
    'does_not_bind'
    >>> verdict(Number("bp", None, 0.0, "bp"))
    'cannot_tell'
    """
    if number.value is None or (number.assumed_share or 0.0) > MOST_ASSUMED:
        return "cannot_tell"
    reach = ERRORS * (number.std_error or 0.0)
    low = min(number.value - reach, number.value if number.low is None else number.low)
    high = max(number.value + reach, number.value if number.high is None else number.high)
    if low > number.threshold:
        return "binds"
    return "does_not_bind" if high <= number.threshold else "cannot_tell"
