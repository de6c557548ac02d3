"""Calibrations and bands as tables: for the terminal, and as Markdown for the pages of methods."""

from __future__ import annotations

import math
from collections.abc import Sequence

from haircut.reports.terminal import text_table
from haircut.studies.bands import BandStudy, EpisodePoint, Score, runs_of_misses
from haircut.studies.calibrate import Calibration, Estimate

Rows = list[list[str]]


def calibration_text(found: Calibration) -> str:
    """Verdict, estimates, what is not identified, diagnostics, and the notes that belong to them."""
    parts = [
        f"{found.name} · {found.start} to {found.end} · n = {found.n:,} · {', '.join(found.files)}",
        found.verdict,
        text_table(*estimate_table(found), (False, True, True, True, False)),
        text_table(
            ["not identified: stays assumed", "value", "range"], unidentified_rows(found), (False, True, True)
        ),
        *(f"  {each.name}: {each.why}." for each in found.not_identified),
        *(f"  {each.name}: {each.note}." for each in found.estimates if each.note),
        "\n".join(diagnostic_lines(found)),
    ]
    return "\n\n".join(parts[:4]) + "\n\n" + "\n".join(parts[4:])


def estimate_table(found: Calibration) -> tuple[list[str], Rows]:
    """Heads and rows: estimate, value, standard error, n, unit."""
    rows = [
        [each.name, number(each.value), number(each.std_error), f"{each.n:,}", each.unit]
        for each in found.estimates
    ]
    return ["estimate", "value", "std error", "n", "unit"], rows


def unidentified_rows(found: Calibration) -> Rows:
    """Name, assumed value, assumed range."""
    return [
        [
            each.name,
            number(each.default),
            "" if each.low is None else f"{number(each.low)} to {number(each.high)}",
        ]
        for each in found.not_identified
    ]


def diagnostic_lines(found: Calibration) -> list[str]:
    """One line a check."""
    return [f"  {each.name}: {number(each.value)} ({each.says})" for each in found.diagnostics]


def bands_text(found: BandStudy) -> str:
    """Coverage and scores, misses, percentiles, what is untested."""
    return "\n\n".join(
        [
            text_table(*score_table(found.scores), (False, False, *[True] * 7)),
            "missed by the 95 % band\n" + "\n".join(f"  {line}" for line in miss_lines(found.scores)),
            text_table(*episode_table(found.episodes), (False, False, *[True] * 4, False)),
            rebound_line(found),
            "not tested\n" + "\n".join(f"  {what}: {why}" for what, why in found.untested),
        ]
    )


def score_table(scores: Sequence[Score]) -> tuple[list[str], Rows]:
    """Coverage of each band with its error, and the interval score of the 95 % band against the walk's."""
    heads = ["series", "model", "months", "n", "indep.", "in 50 %", "in 80 %", "in 95 %", "score / walk"]
    rows = []
    for each in scores:
        covered = [
            f"{100 * each.coverage[level]:.0f} ± {100 * each.coverage_error[level]:.0f}"
            for level in (0.5, 0.8, 0.95)
        ]
        ratio = each.against_walk.get(0.95)
        beside = "" if ratio is None or each.model == "random walk" else f"{ratio[0]:.2f} ± {ratio[1]:.2f}"
        if ratio is not None and beside and ratio[1] > 1.0:
            beside = f"{ratio[0]:.2f} ± n/a"  # resamples without the one wave of cuts have no denominator
        rows.append(
            [
                each.series,
                each.model,
                str(each.months),
                str(each.forecasts),
                str(each.independent),
                *covered,
                beside,
            ]
        )
    return heads, rows


def miss_lines(scores: Sequence[Score]) -> list[str]:
    """Every miss of a 95 % band; misses of neighbouring months as one line."""
    lines = []
    for each in scores:
        for series, first, last, count, side in runs_of_misses(each.misses):
            span = f"{first:%Y-%m}" if count == 1 else f"{first:%Y-%m} to {last:%Y-%m} ({count})"
            lines.append(f"{series}, {each.model}, {each.months} months: {side}, from {span}")
    return lines


def episode_table(points: Sequence[EpisodePoint]) -> tuple[list[str], Rows]:
    """Percentiles of the episodes in their fans."""
    heads = ["episode", "fan", "to", "change %", "fan 5-95 %", "percentile", "behind the fan"]
    rows = []
    for each in points:
        low, high = (100.0 * math.expm1(value) for value in each.fan_90)
        behind = f"in sample: {each.known}" if each.in_sample else f"n = {each.sample}: {each.known}"
        rows.append(
            [
                each.episode,
                each.fan,
                f"{each.date:%Y-%m}",
                f"{100.0 * math.expm1(each.realised):+.0f}",
                f"{low:+,.0f} to {high:+,.0f}",
                f"{100.0 * each.percentile:.1f}",
                behind,
            ]
        )
    return heads, rows


def rebound_line(found: BandStudy) -> str:
    """How rare the regime fan says the path of the H100 was."""
    said = [
        f"{each.basis}: {100.0 * each.probability:.2g} % (fall {100.0 * each.fall:.2g} %, rebound "
        f"{100.0 * each.rebound:.2g} %){', a failure to explain' if each.fails else ''}"
        for each in found.rebounds
    ]
    return (
        f"A fall and then a rebound as large as those of the H100, share of {found.rebounds[0].paths:,} paths of the "
        f"regime fan, in sample: {'; '.join(said)}."
    )


def markdown(heads: Sequence[str], rows: Rows) -> str:
    """A table as Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def number(value: float | None) -> str:
    """Four significant figures, n/a where there is none.

    >>> number(0.02765), number(None), number(246.66)
    ('0.02765', 'n/a', '246.7')
    """
    return "n/a" if value is None or math.isnan(value) else f"{value:.4g}"


def described(each: Estimate) -> str:
    """One estimate in a sentence."""
    return f"{each.name}: {number(each.value)} ± {number(each.std_error)} {each.unit}, n = {each.n:,}; {each.method}"
