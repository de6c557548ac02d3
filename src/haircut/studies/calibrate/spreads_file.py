"""theta and the premium for novelty as an overlay of the market, with errors, source and what was not met."""

from __future__ import annotations

import os
from pathlib import Path

from haircut.studies.calibrate.market_file import write_overlay
from haircut.studies.calibrate.spreads import SpreadCalibration

NAME = "calibrated-spreads"


def write_spreads(found: SpreadCalibration, folder: str | os.PathLike[str]) -> Path:
    """Write ``calibrated-spreads.yaml`` into a folder, such as the overlays of a case, whole or not at all.

    Raises:
        UsageError: where the file exists; nothing is overwritten.
    """
    return write_overlay(NAME, spreads_overlay(found), folder)


def spreads_overlay(found: SpreadCalibration) -> str:
    """The overlay as YAML.

    Where both quotes are met, theta and the premium are written with two standard errors of the simulation on
    each side as their range. Where no theta meets both, theta stays what it is; the premium is the mean of what
    the two quotes need, and its range is the two.
    """
    names = " and ".join(each.case for each in found.benchmarks)
    source = f"haircut calibrate spreads, {names}, {found.paths:,} paths each, seed {found.seed}"
    lines = [
        f"name: {NAME}",
        f'description: "theta and the premium for novelty from the quotes of {names}"',
        "market:",
    ]
    if found.fits:
        note = "solved together with credit.ell_novelty; range: two standard errors of the simulation"
        lines += ["  compute:", "    theta:"]
        lines += _quantity(
            found.theta,
            found.theta_error,
            None,
            "per square root of a year",
            "estimated",
            found,
            source,
            note,
        )
        note = "solved together with compute.theta; range: two standard errors of the simulation"
        mark, span = "estimated", None
    else:
        needed = [each.needed_bp for each in found.benchmarks]
        span = (min(needed), max(needed))
        note = "no theta meets both quotes: the mean of what the two need, and the two as its range"
        mark = "assumed"
    benchmarks = ", ".join(each.claim for each in found.benchmarks)
    lines += ["  credit:", "    ell_novelty:"]
    lines += _quantity(
        found.premium_bp, found.premium_error_bp, span, "bp per year", mark, found, source, note,
        f"benchmarks: [{benchmarks}]",
    )  # fmt: skip
    lines += ["", "# What the quotes cannot identify:", *(f"# - {each}" for each in found.not_identified)]
    return "\n".join(lines) + "\n"


def _quantity(
    value: float,
    error: float | None,
    span: tuple[float, float] | None,
    unit: str,
    mark: str,
    found: SpreadCalibration,
    source: str,
    note: str,
    more: str = "",
) -> list[str]:
    """The lines of one value; dated as the market, whose quotes it was solved from."""
    if span is None and error is not None:
        span = (value - 2.0 * error, value + 2.0 * error)
    # Written to the last digit, so that the run on the overlay meets the quotes that were met.
    low_high = "" if span is None else f" range: [{span[0]!r}, {span[1]!r}],"
    tail = f", {more}" if more else ""
    return [
        f"      {{value: {value!r},{low_high} unit: {unit}, date: {found.as_of}, mark: {mark},",
        f'       source: "{source}",',
        f'       note: "{note}"{tail}}}',
    ]
