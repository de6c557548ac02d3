"""Predictions are written and hashed before outcomes are opened; the one function that opens them asks for the hash."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from haircut.errors import InputRefused, UsageError

OUTCOMES: Final = "outcomes.yaml"


class Sealed(NamedTuple):
    """Predictions that were written down.

    Attributes:
        file: where they stand.
        digest: SHA-256 of that file, 64 hexadecimal digits.
    """

    file: Path
    digest: str


class Outcome(NamedTuple):
    """What became of a name.

    Attributes:
        name: id of the issuer.
        failed: failure to pay, acceleration, surrender of collateral, settlement below par, or chapter 11.
        date: of it, None for those that lived.
        kind: what it was.
        claim: of a lender on rigs, whose recovery is told; None where nothing failed or nothing was found.
        recovery: (low, high) share of that claim.
        note, source: of the facts.
    """

    name: str
    failed: bool
    date: datetime.date | None
    kind: str
    claim: str | None
    recovery: tuple[float, float] | None
    note: str
    source: str


class RigPrice(NamedTuple):
    """A price of used rigs that was seen later."""

    date: datetime.date
    rig: str
    usd_per_th: float
    what: str
    source: str


class Outcomes(NamedTuple):
    """All that came later."""

    names: tuple[Outcome, ...]
    rig_prices: tuple[RigPrice, ...]
    hashprices: tuple[tuple[datetime.date, float, str], ...]


def seal(predictions: Mapping[str, Any], folder: Path) -> Sealed:
    """Write predictions as canonical JSON; the file carries its own hash in its name.

    Args:
        predictions: plain data with the key `names`.
        folder: created where it does not exist.
    """
    text = json.dumps(predictions, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"predictions-{digest[:12]}.json"
    file.write_text(text, "utf-8", newline="\n")
    return Sealed(file, digest)


def open_outcomes(case_folder: Path, sealed: Sealed) -> Outcomes:
    """Read what happened: the only reader of `outcomes.yaml`, and only for predictions that are on file.

    Args:
        case_folder: of the case, with `outcomes.yaml`.
        sealed: the file of predictions and its hash.

    Raises:
        UsageError: where the predictions are not on file, were changed since, or leave out a name with an outcome.
        InputRefused: where there are no outcomes or they cannot be read.
    """
    try:
        written = sealed.file.read_bytes()
    except OSError:
        raise UsageError(
            f"outcomes: found no predictions at {sealed.file}; expected them written first"
        ) from None
    found = hashlib.sha256(written).hexdigest()
    if found != sealed.digest:
        raise UsageError(
            f"outcomes: found predictions with hash {found[:12]}; expected {sealed.digest[:12]}: they were changed"
        )
    predicted = {row["name"] for row in json.loads(written)["names"]}
    try:
        facts = yaml.safe_load((case_folder / OUTCOMES).read_text("utf-8"))
        outcomes = Outcomes(
            tuple(_outcome(row) for row in facts["names"]),
            tuple(RigPrice(**row) for row in facts["rig_prices"]),
            tuple((row["date"], float(row["value"]), row["source"]) for row in facts["hashprices"]),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputRefused(f"{case_folder / OUTCOMES}: found {error!r}; expected names and prices") from None
    missing = {row.name for row in outcomes.names} - predicted
    if missing:
        raise UsageError(
            f"outcomes: found no prediction of {', '.join(sorted(missing))}; expected one for each"
        )
    return outcomes


def _outcome(row: Mapping[str, Any]) -> Outcome:
    recovery = row.get("recovery")
    return Outcome(
        row["name"],
        bool(row["failed"]),
        row.get("date"),
        row["kind"],
        row.get("claim"),
        None if recovery is None else (float(recovery[0]), float(recovery[1])),
        row.get("note") or "",
        row["source"],
    )
