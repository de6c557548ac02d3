"""The nearest joint moves that break a loan, beside the mean failing path of the simulation."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.studies.stress import Factor, Reverse, Test

TITLES: Final = {
    "min_dscr": "DSCR 1.00x",
    "nolv_ltv": "LTV (NOLV) 100 %",
    "principal_loss": "principal lost",
}
FAILING: Final = "mean failing path"


def build(found: Reverse) -> Exhibit:
    """One row a mode, one column a factor: move in per cent, then in standard deviations."""
    rows: list[dict[str, Any]] = []
    for test in found.tests:
        for number, mode in enumerate(test.modes, 1):
            first = number == 1
            rows.append(
                {
                    "what": TITLES[test.limit] if first else "  another way",
                    "distance": f"{mode.distance:.2f}",
                    "probability": _probability(test) if first else "",
                    **_cells(mode.factors),
                }
            )
        if not test.modes:
            said = "broken at the mean" if test.broken_at_mean else "none within 8"
            rows.append({"what": TITLES[test.limit], "distance": said, "probability": "", **_none(found)})
    if found.failing:
        rows.append({"what": FAILING, "distance": "", "probability": "", **_cells(found.failing)})
    schema = {"what": pl.String, "distance": pl.String, "probability": pl.String}
    schema |= dict.fromkeys(found.factors, pl.String)
    columns = (
        Column("what", "breaks"),
        Column("distance", "sigmas"),
        Column("probability", "probability"),
        *(Column(name, name) for name in found.factors),
    )
    moves = ", ".join(
        f"{name} {100 * sd:.0f} %" for name, sd in zip(found.factors, found.volatility, strict=True)
    )
    notes = [
        f"Moves over 12 months, in per cent and (in brackets) in their own standard deviations ({moves} in logs, from "
        f"{found.paths:,} paths under P). Sigmas: Mahalanobis distance of the joint move. Probability: of the "
        "normal law of the moves, importance sampling around the modes. A factor that the limit does not feel "
        "moves as its correlation says."
    ]
    if found.failing:
        notes.append(
            f"Mean failing path: over the {found.failing_paths} of {found.sampled_paths:,} simulated paths on which "
            "the claim defaults, customers' defaults included, which no move of these factors contains."
        )
    missing = (
        ()
        if found.failing
        else (
            f"the mean failing path, because {found.failing_paths} of {found.sampled_paths:,} paths default.",
        )
    )
    return Exhibit(
        "reverse_stress",
        _sentence(found),
        Table(pl.DataFrame(rows, schema=schema), columns, "base case moved"),
        notes=tuple(notes),
        not_calculated=missing,
    )


def _cells(factors: tuple[Factor, ...]) -> dict[str, str]:
    return {each.name: f"{100 * each.change:+.0f} ({each.sigmas:+.1f})" for each in factors}


def _none(found: Reverse) -> dict[str, str]:
    return dict.fromkeys(found.factors, "")


def _probability(test: Test) -> str:
    if test.probability is None or test.std_error is None:
        return ""
    return f"{test.probability:.2g} ± {test.std_error:.1g}"


def _sentence(found: Reverse) -> str:
    modes = [(test.modes[0].distance, test) for test in found.tests if test.modes]
    broken = [TITLES[test.limit] for test in found.tests if test.broken_at_mean]
    lead = f"{', '.join(broken)}: broken before anything moves. " if broken else ""
    if len(broken) == len(found.tests):
        return lead.strip()
    if not modes:
        return f"{lead}No joint move within 8 sigma breaks anything else: what is contracted is paid."
    distance, test = min(modes, key=lambda pair: pair[0])
    moves = ", ".join(f"{each.name} {100 * each.change:+.0f} %" for each in test.modes[0].factors)
    return f"{lead}{TITLES[test.limit]} breaks {distance:.1f} sigma away: {moves} within a year."
