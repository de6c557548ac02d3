"""A calibration as an overlay of the market: what it estimated, each with its error, source and window.

Only fields that the market reads are written as values. Everything else, and what is not identified, is said in
comments: an overlay never gains a number that nobody reads, and an assumption never turns into an estimate.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import get_args

from haircut.case.market.market import Market
from haircut.errors import UsageError
from haircut.studies.calibrate.calibration import Calibration, Estimate


def write_market(calibration: Calibration, folder: str | os.PathLike[str]) -> Path:
    """Write ``calibrated-<name>.yaml`` into a folder, whole or not at all.

    Args:
        calibration: what to write.
        folder: made where it does not exist, such as the overlays of a case.

    Raises:
        UsageError: where the file exists; nothing is overwritten.
    """
    return write_overlay(f"calibrated-{calibration.name}", market_text(calibration), folder)


def write_overlay(name: str, text: str, folder: str | os.PathLike[str]) -> Path:
    """Write ``<name>.yaml`` into a folder, whole or not at all.

    Raises:
        UsageError: where the file exists; nothing is overwritten.
    """
    target = Path(folder) / f"{name}.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        os.chmod(draft, 0o644)
        os.link(draft, target)  # fails where the target exists, also if it appeared this moment
    except FileExistsError:
        raise UsageError(
            f"calibrate: found {target}; expected no such file, since none is overwritten; move it or write elsewhere"
        ) from None
    finally:
        os.unlink(draft)
    return target


def market_text(calibration: Calibration) -> str:
    """The overlay as YAML."""
    written = [each for each in calibration.estimates if each.field and market_reads(each.field)]
    others = [each for each in calibration.estimates if each not in written]
    lines = [
        f"# Fitted by `haircut calibrate {calibration.name}`, {calibration.start} to {calibration.end}, "
        f"n = {calibration.n}.",
        f"# {calibration.verdict}",
        f"name: calibrated-{calibration.name}",
        f"description: {_quoted(f'{calibration.name} fitted to the shipped history up to {calibration.end}')}",
    ]
    if written:
        lines.append("market:")
        for part in dict.fromkeys(each.field.split(".")[0] for each in written):
            lines.append(f"  {part}:")
            for each in written:
                if each.field.startswith(f"{part}."):
                    lines += _value(each, calibration)
    else:
        lines.append("# No field of the market is identified by this history, so none is changed.")
    if others:
        lines += ["", "# Estimated, and read by no field of this market:"]
        lines += [f"# - {each.name}: {_with_error(each)} {each.unit}, n = {each.n}" for each in others]
    lines += ["", "# Not identified; stays assumed:"]
    for missing in calibration.not_identified:
        known = (
            ""
            if missing.default is None
            else f" {missing.default:g} [{missing.low:g}, {missing.high:g}] {missing.unit}"
        )
        lines.append(f"# - {missing.name}:{known} ({missing.why})")
    return "\n".join(lines) + "\n"


def market_reads(field: str) -> bool:
    """Whether the market has this field, such as ``funding.speed``.

    >>> market_reads("funding.speed"), market_reads("network.speed_up"), market_reads("funding.sped")
    (True, True, False)
    """
    part, _, name = field.partition(".")
    found = Market.model_fields.get(part)
    kinds = (
        (found.annotation, *get_args(found.annotation)) if found else ()
    )  # a part may be absent: Part | None
    return any(name in getattr(kind, "model_fields", {}) for kind in kinds)


def _value(each: Estimate, calibration: Calibration) -> list[str]:
    source = f"{each.method}; {', '.join(calibration.files)}, {calibration.start} to {calibration.end}, n = {each.n}"
    note = f"standard error {_number(each.std_error)}" if each.std_error is not None else "no standard error"
    note += f"; {each.note}" if each.note else ""
    return [
        f"    {each.field.split('.', 1)[1]}:",
        f"      {{value: {_number(each.value)}, unit: {each.unit}, date: {calibration.end}, mark: estimated,",
        f"       source: {_quoted(source)},",
        f"       note: {_quoted(note)}}}",
    ]


def _with_error(each: Estimate) -> str:
    return _number(each.value) + (f" ± {_number(each.std_error)}" if each.std_error is not None else "")


def _number(value: float | None) -> str:
    return "null" if value is None else f"{value:.4g}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
