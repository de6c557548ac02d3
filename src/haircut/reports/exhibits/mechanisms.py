"""How many basis points each mechanism hides: the fair margin with it, less the fair margin without it."""

from __future__ import annotations

import math

import polars as pl

from haircut.reports import look
from haircut.reports import numbers_in_print as print_
from haircut.reports.exhibit_parts import Column, Exhibit, Table
from haircut.reports.frames import BUILDING, HIDDEN, WITHOUT, Found, RunFrames
from haircut.reports.whiskers import Whisker, whisker_chart

FAIR = "fair_margin_bp"
WORDS = {
    "deflation": "deflation of rents",
    "revenue_risk": "revenue risk",
    "convergence": "convergence",
    "illiquidity": "illiquidity of machines",
}


def _hidden(on: Found, off: Found | None, recorded: Found | None) -> tuple[float | None, float | None]:
    """The recorded difference with its paired error; else the difference and an upper bound of its error."""
    if recorded is not None and recorded.value is not None:
        return recorded.value, recorded.std_error
    if off is None or off.value is None or on.value is None:
        return None, None
    return on.value - off.value, math.hypot(on.std_error or 0.0, off.std_error or 0.0)


def build(run: RunFrames) -> Exhibit:
    """The fair margin with each mechanism off alone, and with all four off."""
    names = [(WORDS.get(name, name), f"{WITHOUT}{name}") for name in run.scenarios_of(WITHOUT)]
    names.append(("all four off (building model)", BUILDING))
    on = run.measure(FAIR)
    rows, whiskers, paired = [], [], True
    for label, scenario in names:
        off, recorded = run.measure(FAIR, scenario), run.measure(HIDDEN, scenario)
        paired = paired and recorded is not None
        hidden, spread = _hidden(on, off, recorded) if on is not None else (None, None)
        pd_off, lgd_off = run.measure("pd_maturity", scenario), run.measure("lgd", scenario)
        rows.append(
            {
                "label": label,
                "row_paths": run.paths_of(scenario),
                "off": off.value if off else None,
                "off_exact": False,
                "hidden_exact": False,
                "off_error": off.std_error if off else None,
                "off_reason": off.reason if off else "missing_input",
                "hidden": hidden,
                "hidden_error": spread,
                "hidden_reason": None if hidden is not None else "missing_input",
                "target": f"measure:{FAIR}",
                "pd": pd_off.value if pd_off else None,
                "pd_error": pd_off.std_error if pd_off else None,
                "pd_reason": pd_off.reason if pd_off else "missing_input",
                "pd_exact": bool(pd_off and pd_off.exact),
                "lgd": lgd_off.value if lgd_off else None,
                "lgd_exact": False,
                "lgd_error": lgd_off.std_error if lgd_off else None,
                "lgd_reason": lgd_off.reason if lgd_off else "missing_input",
                "pd_target": "measure:pd_maturity",
                "lgd_target": "measure:lgd",
            }
        )
        if hidden is not None:
            whiskers.append(Whisker(label, hidden, spread, look.REALISABLE, scenario == BUILDING))
    columns = (
        Column("label", "switched off"),
        Column("off", "fair margin without it", "bp", "off_error", "off_reason", "target"),
        Column("hidden", "hidden by leaving it out", "bp", "hidden_error", "hidden_reason", "target"),
        Column("pd", "PD, to maturity", "share", "pd_error", "pd_reason", "pd_target"),
        Column("lgd", "LGD", "share", "lgd_error", "lgd_reason", "lgd_target"),
    )
    errors = (
        "What is hidden is taken on the paths that both scenarios have in common, so that its error is "
        "that of the difference; it may differ from the difference of the margins printed."
        if paired
        else "The error of a difference is an upper bound: the scenarios share random numbers."
    )
    return Exhibit(
        "mechanisms",
        _title([(row["label"], row["hidden"]) for row in rows[:-1]]),
        Table(
            pl.DataFrame(rows, infer_schema_length=None), columns, "each mechanism off alone", run.paths, True
        ),
        whisker_chart(whiskers, "hidden by leaving it out, bp", None, wide=True, bars=True)
        if whiskers
        else None,
        whisker_chart(whiskers, "hidden by leaving it out, bp", None, wide=False, bars=True)
        if whiskers
        else None,
        notes=(
            "One at a time; the parts need not sum to the whole, because the mechanisms act on each other. "
            + errors,
        ),
        not_calculated=() if len(names) > 1 else ("single mechanisms, because the run records none.",),
    )


def _title(hidden: list[tuple[object, object]]) -> str:
    known = [(str(label), float(value)) for label, value in hidden if isinstance(value, float)]
    if not known:
        return "What each mechanism hides."
    known.sort(key=lambda item: -item[1])
    words = [f"{label} {print_.number(value, 'bp')} bp" for label, value in known]
    return f"Basis points hidden when left out alone: {', '.join(words)}."
