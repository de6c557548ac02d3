"""What a calibrator hands back: estimates with errors and samples, what stays assumed, and one picture."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal

Basis = Literal["observed", "estimated", "assumed"]


@dataclass(frozen=True)
class Estimate:
    """One number fitted from history.

    Attributes:
        name: what it is, in the words of the market.
        value: the estimate.
        std_error: None where the sample gives none; `note` then says why.
        unit: in words.
        n: observations behind it; independent ones where they differ, and `note` says so.
        method: how, and how dependence entered the error.
        field: path in the market that it may replace, such as ``funding.calm_to_stress``; "" where the
            market does not read it.
        default: what stood there before.
        interval: 95 %, where an exact one exists.
        note: what a reader must know before using it.
    """

    name: str
    value: float
    std_error: float | None
    unit: str
    n: int
    method: str
    field: str = ""
    default: float | None = None
    interval: tuple[float, float] | None = None
    note: str = ""


@dataclass(frozen=True)
class NotIdentified:
    """A parameter that the history says nothing about: it stays assumed, with its range."""

    name: str
    why: str
    default: float | None
    low: float | None
    high: float | None
    unit: str = ""


@dataclass(frozen=True)
class Diagnostic:
    """One check of a fit; `says` is the sentence that follows from it."""

    name: str
    value: float | None
    says: str


@dataclass(frozen=True)
class Trace:
    """One line of a picture over dates."""

    label: str
    points: tuple[tuple[str, float], ...]
    basis: Basis = "observed"
    step: bool = False
    dots: bool = False
    emphasis: bool = True


@dataclass(frozen=True)
class Range:
    """One band of a picture: rows of (date, low, high)."""

    rows: tuple[tuple[str, float, float], ...]
    label: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture as data: the reports draw it."""

    name: str
    title: str
    y_title: str
    traces: tuple[Trace, ...]
    ranges: tuple[Range, ...] = ()
    rules: tuple[tuple[str, float], ...] = ()
    percent: bool = False


@dataclass(frozen=True)
class Calibration:
    """The answer of one calibrator.

    Attributes:
        name: rents, launches, network, funding or btc.
        verdict: one sentence.
        files: shipped files that were read.
        start, end: first and last date of the sample.
        n: observations.
        estimates, not_identified, diagnostics: in the order of reading.
        picture: what the fit looks like.
    """

    name: str
    verdict: str
    files: tuple[str, ...]
    start: datetime.date
    end: datetime.date
    n: int
    estimates: tuple[Estimate, ...]
    not_identified: tuple[NotIdentified, ...]
    diagnostics: tuple[Diagnostic, ...]
    picture: Picture
    extra_pictures: tuple[Picture, ...] = field(default=())

    def __getitem__(self, name: str) -> Estimate:
        """The estimate of this name."""
        for estimate in self.estimates:
            if estimate.name == name:
                return estimate
        raise KeyError(f"{name}; there are {', '.join(each.name for each in self.estimates)}")

    def as_dict(self) -> dict[str, Any]:
        """Everything but the pictures, for JSON."""
        from dataclasses import asdict

        found = asdict(self)
        del found["picture"], found["extra_pictures"]
        return found
